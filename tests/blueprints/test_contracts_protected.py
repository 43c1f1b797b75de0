"""Files of a contract that only those open who signed its agreement of confidentiality."""

from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.contracts import queries, service
from marketplace.contracts.models import Contract, ContractAttachment, ContractState, EntryKind
from marketplace.contracts.queries import secrecy as secrecy_queries
from marketplace.contracts.secrecy_wording import SecrecyItems
from marketplace.contracts.service import secrecy
from marketplace.errors import Invalid
from marketplace.profiles.models import PersonalDetails
from tests.factories.contracts import ContractFactory
from tests.factories.teams import TeamFactory
from tests.marketplace import pdfs
from tests.marketplace.uploads import PDF, office
from tests.visit import HOST, Page, Visitors

SECRECY = SecrecyItems("翻訳のため", 3, may_re_entrust=False, discloses_address=False, special="")
WORDS = office()
TICKED = "#needs_signature[checked]"


def show(visit: Visitors, member: Member, contract: Contract) -> Page:
    return visit.as_(member).open("contracts.show", contract_id=contract.id)


def slip_of(page: Page) -> str:
    return str(page.soup.select_one("a.slip")["href"])  # type: ignore[index]


def sign(app: Flask, contract: Contract, *signers: Member) -> None:
    """Propose an agreement of confidentiality as the first, if none waits, and have `signers` sign it."""
    with app.app_context(), db.writing():
        for signer in signers:
            db.db.session.get_one(PersonalDetails, signer.id).name = f"氏名{signer.username}"
            found = queries.get_for(signer, contract.id)
            agreement = next(iter(secrecy_queries.agreements_of(found)), None)
            agreement = agreement or secrecy.propose(signer, found, SECRECY)
            secrecy.sign(signer, found, agreement)
        db.commit()


def test_a_protected_file_opens_when_all_have_signed(
    visit: Visitors, app: Flask, ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    contract = make_contract(cleo, ana)
    page = show(visit, cleo, contract)
    assert not page.find_all(TICKED)
    files = {"files": [(BytesIO(PDF), "原稿.pdf")]}
    page = page.submit("送信", body="原稿です。", needs_signature="y", files=files)
    assert "まだ秘密保持の合意がないため、ほかの人は開けません" in page.text
    address = slip_of(page)
    page = show(visit, ana, contract)
    assert "原稿です。" in page.text
    assert "原稿.pdf" in page.find_all("div.slip")[0]
    assert not page.find_all("a.slip")
    assert visit.as_(ana).open_path(address).status == 404
    sign(app, contract, cleo)
    assert show(visit, ana, contract).find_all(TICKED)
    assert show(visit, ana, contract).follow("内容を見て署名する").path == f"/contracts/{contract.id}/secrecy"
    assert "全員が署名するまで、ほかの人は開けません" in show(visit, cleo, contract).text
    sign(app, contract, ana)
    page = show(visit, ana, contract)
    assert slip_of(page) == address
    assert "全員の署名がそろいました" in page.text
    assert visit.as_(ana).open_path(address).status == 200


def test_a_delivery_is_protected_only_when_the_client_can_open_it(
    visit: Visitors, app: Flask, ana: Member, ben: Member, cleo: Member, make_contract: ContractFactory,
    make_team: TeamFactory,
) -> None:  # fmt: skip
    contract = make_contract(cleo, ana, team=make_team("tea", ana, ben), shares={ana: 60, ben: 40})
    page = visit.as_(ana).open("contracts.deliver", contract_id=contract.id)
    assert not page.find_all("#needs_signature")
    assert page.has_link("秘密保持の合意")
    with app.app_context(), db.writing():
        found = queries.get_for(ana, contract.id)
        with pytest.raises(Invalid):
            service.deliver(ana, found, "once", "訳文", needs_signature=True)
    sign(app, contract, cleo, ana, ben)
    page = visit.as_(ana).open("contracts.deliver", contract_id=contract.id)
    assert page.find_all(TICKED)
    page.submit("納品する", files={"files": [(BytesIO(PDF), "訳文.pdf")]})
    with app.app_context():
        assert db.db.session.scalars(select(ContractAttachment.needs_signature)).all() == [True]
    assert show(visit, cleo, contract).find_all("a.slip")
    assert show(visit, ben, contract).find_all("a.slip")


def test_after_the_end_nothing_is_shut_for_good(
    visit: Visitors, app: Flask, ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    contract = make_contract(cleo, ana, ContractState.COMPLETED)
    assert not show(visit, ana, contract).find_all("#needs_signature")
    with app.app_context(), db.writing():
        said = (queries.get_for(ana, contract.id), EntryKind.MESSAGE, "原稿", "once")
        with pytest.raises(Invalid):
            service.write(ana, *said, needs_signature=True)


def test_what_others_open_bears_their_name_and_ones_own_does_not(
    visit: Visitors, app: Flask, ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    contract, original = make_contract(cleo, ana), pdfs.page(pdfs.HALVES)
    sign(app, contract, cleo, ana)
    files = {"files": [(BytesIO(original), "図面.pdf"), (BytesIO(WORDS), "説明.docx")]}
    page = show(visit, cleo, contract).submit("送信", body="図面です。", needs_signature="y", files=files)
    drawing, words = (str(slip["href"]) for slip in page.soup.select("a.slip"))
    assert "開いた人の名前と日時の透かしが入ります。" in page.text
    assert "この種類のファイルには、透かしは入りません。" in page.text
    seen = visit.as_(ana).client.get(drawing, base_url=HOST)
    assert seen.data.startswith(b"%PDF-")
    assert seen.data != original
    assert (seen.headers["Cache-Control"], seen.headers["Content-Security-Policy"]) == (
        *("no-store", "sandbox; default-src 'none'"),
    )
    assert "attachment" in seen.headers["Content-Disposition"]
    assert visit.as_(cleo).client.get(drawing, base_url=HOST).data == original
    assert visit.as_(ana).client.get(words, base_url=HOST).data == WORDS
