"""What moderators do about companies."""

from flask import Flask
from sqlalchemy import select

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.audit.models import AuditDeed, AuditEntry
from marketplace.companies import queries
from marketplace.companies.models import Company
from tests.blueprints.office import Appoint
from tests.factories.companies import CompanyFactory
from tests.factories.jobs import JobFactory
from tests.factories.members import MemberFactory
from tests.visit import Visitors

NUMBER = "7000012050002"


def deeds(app: Flask) -> list[AuditDeed]:
    with app.app_context():
        return list(db.db.session.scalars(select(AuditEntry.deed).order_by(AuditEntry.number)))


def test_two_registrations_of_one_company_become_one_after_a_look(
    app: Flask, visit: Visitors, ana: Member, ben: Member, cleo: Member, make_member: MemberFactory,
    make_company: CompanyFactory, make_job: JobFactory, appoint: Appoint,
) -> None:  # fmt: skip
    make_company("tea", ben, name="お茶")
    make_company("green-tea", cleo, make_member("dora"), name="緑茶")
    with app.app_context(), db.writing():
        make_job(db.db.session.get_one(Member, cleo.id), company=queries.get_live("green-tea"), draft=True)
        db.commit()
    page = appoint(ana).open("moderation.companies", kept="tea")
    look = page.submit("確認する", merged="http://localhost/companies/Green-Tea")
    assert look.find_all("main h2") == ["お茶", "緑茶", "残す会社に移るもの"]
    assert look.find_all("main dd")[-5:] == ["2人", "いません", "Cleo (@cleo)", "1件", "0件"]
    assert deeds(app) == []
    done = look.submit("統合する")
    assert done.path == "/companies/tea"
    assert "「緑茶」を「お茶」にまとめました。" in done.text
    assert visit.open("companies.show", slug="green-tea").path == "/companies/tea"
    assert deeds(app) == [AuditDeed.COMPANY_MERGED]


def test_a_merger_needs_two_companies_that_are_there(
    ana: Member, ben: Member, make_company: CompanyFactory, appoint: Appoint
) -> None:
    make_company("tea", ben)
    page = appoint(ana).open("moderation.companies")
    for kept, merged in (("tea", ""), ("tea", "tea"), ("tea", "nobody"), ("nobody", "tea")):
        refused = page.submit("確認する", kept=kept, merged=merged)
        assert refused.status in {404, 422}
        assert refused.errors()


def test_a_merger_waits_for_what_was_reported(
    app: Flask, visit: Visitors, ana: Member, ben: Member, cleo: Member, make_company: CompanyFactory, appoint: Appoint
) -> None:
    make_company("tea", ben, name="お茶")
    make_company("green-tea", cleo, name="緑茶")
    visit.as_(ben).open("reports.company", slug="green-tea").submit("知らせる", reason="spam")
    refused = appoint(ana).open("moderation.companies", kept="tea").submit("確認する", merged="green-tea")
    assert refused.status == 409
    assert "「緑茶」には、通報か非表示の対応が残っています" in refused.text
    assert deeds(app) == []


def test_a_number_is_confirmed_once_it_was_compared(
    app: Flask, visit: Visitors, ana: Member, ben: Member, make_company: CompanyFactory, appoint: Appoint
) -> None:
    make_company("tea", ben, corporate_number=NUMBER)
    assert not visit.as_(ben).open("companies.show", slug="tea").has_button("法人番号を確認済みにする")
    page = appoint(ana).open("companies.show", slug="tea").submit("法人番号を確認済みにする")
    assert "法人番号を確認済みにしました。" in page.text
    with app.app_context():
        assert db.db.session.scalars(select(Company.number_confirmed_at)).one() is not None
    assert deeds(app) == [AuditDeed.NUMBER_CONFIRMED]


def test_whoever_belongs_to_a_company_leaves_it_to_others(
    app: Flask, ana: Member, ben: Member, make_company: CompanyFactory, appoint: Appoint
) -> None:
    make_company("tea", ana, corporate_number=NUMBER)
    make_company("green-tea", ben)
    browser = appoint(ana)
    page = browser.open("companies.show", slug="tea")
    assert not page.has_button("法人番号を確認済みにする")
    assert "ほかの登録とまとめる" not in page.text
    assert "ほかの登録とまとめる" in browser.open("companies.show", slug="green-tea").text
    assert browser.post("/moderation/companies/tea/confirm-number").status == 403
    for names in ({"kept": "tea", "merged": "green-tea"}, {"kept": "green-tea", "merged": "tea"}):
        for press in ("look", "merge"):
            refused = browser.post("/moderation/companies", {**names, press: "1"})
            assert refused.status == 403
            assert "ほかの担当者が判断します" in refused.text
    assert deeds(app) == []
