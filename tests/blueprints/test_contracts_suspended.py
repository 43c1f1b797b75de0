"""What a suspended member may do about what was agreed: their duties, and nothing new."""

from io import BytesIO
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select

from blueprints.access import UNSAFE
from marketplace import db
from marketplace.accounts.models import Member
from marketplace.contracts.models import Contract, ContractState
from marketplace.verification.models import IdentityDocument, Verification
from tests.blueprints.leaving_pages import suspend
from tests.blueprints.people import Town
from tests.factories.applications import ApplicationFactory
from tests.factories.contracts import ContractFactory
from tests.factories.jobs import JobFactory
from tests.marketplace import pdfs
from tests.visit import Page, Visitors

OPEN = {
    *("contracts.accept", "contracts.acknowledge", "contracts.agree_to_end", "contracts.deliver", "contracts.dispute"),
    *("contracts.end", "contracts.late", "contracts.pay", "contracts.receive", "contracts.refuse_to_end"),
    *("contracts.revise", "contracts.take_back", "contracts.view_notice", "contracts.withdraw_ending"),
    *("drafts.forget", "drafts.save"),
    *("leaving.data", "leaving.download", "leaving.export", "leaving.leave", "leaving.progress"),
}
READ = {
    *("contracts.file", "contracts.index", "contracts.news", "contracts.notice", "contracts.notice_receipt"),
    *("contracts.show", "contracts.terms", "contracts.version"),
    *("filing.agreement", "filing.agreement_pdf", "filing.agreement_receipt", "filing.as_csv", "filing.download"),
    *("filing.index", "verification.receipt"),
}
CLOSED = {
    *("contracts.agree", "contracts.change", "contracts.new", "contracts.refuse", "contracts.withdraw"),
    *("jobs.create", "jobs.publish", "applications.apply", "messages.compose", "messages.show", "secrecy.sign"),
}


def test_what_is_open_is_what_was_agreed(shared_app: Flask) -> None:
    marked = {"is_open_to_suspended": set(), "is_readable_while_suspended": set()}
    for endpoint, view in shared_app.view_functions.items():
        for mark, found in marked.items():
            if getattr(view, mark, False):
                found.add(endpoint)
    open_ones, read = marked.values()
    assert (open_ones, CLOSED & (open_ones | read)) == (OPEN, set())
    assert {each for each in read if each.split(".")[0] in {"contracts", "filing", "verification"}} == READ
    assert shared_app.view_functions.keys() >= CLOSED


def test_a_suspended_worker_delivers_and_writes_nothing_else(
    app: Flask, visit: Visitors, ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    contract = make_contract(cleo, ana)
    browser = visit.as_(ana)
    token = browser.csrf_token()
    suspend(app, ana)
    page = browser.open("home.mypage").follow("取引").follow(contract.title)
    assert (page.status, page.find_all("#compose"), page.has_button("ログアウト")) == (200, [], True)
    address = f"/contracts/{contract.id}"
    for path in (address, f"{address}/terms/new", f"{address}/terms/1/agree", "/contracts/new", "/jobs/new"):
        fields = {"csrf_token": token, "body": "やあ", "kind": "message", "once": "one-more-of-these"}
        assert page.browser.post(path, fields, csrf=False).status == 403, path
    page = page.follow("納品する")
    fields = {"csrf_token": token, "body": "訳文の途中です。"}
    assert browser.post(f"/drafts?path={page.path}", fields, csrf=False).status == 200
    page = browser.open_path(page.path)
    assert page.value("body") == "訳文の途中です。"
    page = page.submit("納品する", body="訳文です。")
    assert ("訳文です。" in page.text, page.path) == (True, address)


def test_a_suspended_client_inspects_and_pays(
    app: Flask, visit: Visitors, ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    contract = make_contract(cleo, ana, ContractState.DELIVERED)
    browser = visit.as_(cleo)
    suspend(app, cleo)
    page = browser.open("contracts.show", contract_id=contract.id).follow("検収する").submit("検収する")
    assert page.has_link("支払いを報告する")
    assert browser.open("contracts.terms", contract_id=contract.id).find_all("main a[href$='/terms/new']") == []


def test_no_link_of_these_pages_leads_to_a_closed_one(
    app: Flask, visit: Visitors, ana: Member, cleo: Member, make_contract: ContractFactory,
    make_job: JobFactory, make_application: ApplicationFactory,
) -> None:  # fmt: skip
    contract, application = make_contract(cleo, ana), make_application(make_job(cleo), ana)
    with app.app_context(), db.writing():
        row = db.db.session.get_one(Contract, contract.id)
        row.job_id, row.application_id = application.job_id, application.id
        db.commit()
    files = {"files": [(BytesIO(pdfs.page(pdfs.HALVES)), "図面.pdf")]}
    shown = visit.as_(cleo).open("contracts.show", contract_id=contract.id)
    shown.submit("送信", files=files, body="図面です。", needs_signature="y")
    browser = visit.as_(ana)
    pages = [browser.open(f"contracts.{each}", contract_id=contract.id) for each in ("show", "terms", "deliver")]
    before = [_links(page) for page in pages]
    assert {f"/applications/{application.id}", f"/contracts/{contract.id}/secrecy"} <= set().union(*before)
    suspend(app, ana)
    for page in pages:
        links = _links(browser.open_path(page.path))
        assert links
        assert {link for link in links if browser.open_path(link).path != link} == set()


def _links(page: Page) -> set[str]:
    return {urlsplit(each.attributes["href"] or "").path for each in page.tree.css("main a[href^='/']")}


@pytest.mark.parametrize("method", sorted(UNSAFE))
def test_what_is_read_is_only_read(app: Flask, visit: Visitors, ana: Member, method: str) -> None:
    suspend(app, ana)
    browser = visit.as_(ana)
    assert browser.client.open("/papers", method="GET", base_url="http://localhost").status_code == 200
    fields = {"csrf_token": browser.csrf_token()}
    assert browser.client.open("/papers", method=method, base_url="http://localhost", data=fields).status_code >= 400


def test_receipts_of_destroyed_papers_are_there(app: Flask, visit: Visitors, town: Town) -> None:
    browser = town.browsers["owner"]
    receipt = town.value("document_id", "verification.receipt")
    link = f"#receipts-title + ul a[href$='/{receipt}']"
    assert browser.open("leaving.data").find_all(link) == []
    with app.app_context():
        owner = db.db.session.scalars(
            select(Verification.member_id).join(IdentityDocument).where(IdentityDocument.id == receipt)
        ).one()
        member = db.db.session.get_one(Member, owner)
    suspend(app, member)
    assert browser.open("leaving.data").find_all(link) == ["廃棄証明を保存する"]
    assert browser.open("verification.receipt", document_id=receipt).status == 200
