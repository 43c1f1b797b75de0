"""Who posted a job, as its page tells: what was checked of their company, and what workers said of them."""

from flask import Flask
from sqlalchemy import select

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.companies import service as companies
from marketplace.companies.models import Belonging, Company
from marketplace.contracts import queries as contracts
from marketplace.contracts.models import ContractState
from marketplace.contracts.service import reviews
from marketplace.contracts.service.reviews import ReviewWords
from marketplace.follows import service as follows
from marketplace.jobs import queries
from tests.factories.applications import ApplicationFactory
from tests.factories.companies import CompanyFactory
from tests.factories.contracts import ContractFactory
from tests.factories.jobs import JobFactory
from tests.factories.members import MemberFactory
from tests.visit import Visitors


def test_a_company_counts_as_checked_here_by_the_rule_of_the_search(
    app: Flask, visit: Visitors, ana: Member, ben: Member, make_company: CompanyFactory, make_job: JobFactory
) -> None:
    company = make_company("tea", ana, ben, owners=2, name="お茶商会", domain="tea.example")
    job = make_job(ana, company=company)

    def is_said(proven: bool, number: bool = False) -> bool:
        with app.app_context(), db.writing():
            place = select(Belonging).where(Belonging.member_id == ana.id)
            db.db.session.scalars(place).one().proven_at = now() if proven else None
            db.db.session.get_one(Company, company.id).number_confirmed_at = now() if number else None
            db.commit()
        with app.app_context():
            in_list = queries.open_among(None, [job.id])[job.id].proof is not None
        on_page = "会社確認済み" in visit.open("jobs.show", job_id=job.id).text
        assert on_page is in_list
        return on_page

    assert not is_said(proven=False)
    assert is_said(proven=True)
    assert is_said(proven=False, number=True)
    with app.app_context(), db.writing():
        companies.leave(db.db.session.get_one(Member, ana.id), db.db.session.get_one(Company, company.id))
        db.commit()
    assert "会社確認済み" not in visit.open("jobs.show", job_id=job.id).text


def test_what_workers_said_of_the_poster_stands_beside_them(
    app: Flask, visit: Visitors, ana: Member, make_job: JobFactory, make_contract: ContractFactory,
    make_member: MemberFactory,
) -> None:  # fmt: skip
    job = make_job(ana)
    page = visit.open("jobs.show", job_id=job.id)
    costs = page.statements
    assert "募集者の評価" not in page.text
    for number in range(4):
        worker = make_member(f"worker-{number}")
        contract = make_contract(ana, worker, ContractState.COMPLETED)
        with app.app_context(), db.writing():
            found = contracts.get_for(worker, contract.id)
            reviews.write(worker, found, ReviewWords((5, 5, 4, 4, 4), f"感想{number}", None))
            reviews.write(ana, found, ReviewWords((3, 3, 3, 3, 3), "働きぶり", None))
            db.commit()
        page = visit.open("jobs.show", job_id=job.id)
        assert f"{number + 1}件の評価" in page.find_all(".facts")[0]
        assert ("4.4" in page.find_all(".facts")[0]) is (number >= 2)
        assert page.has_link("すべての評価を見る") is (number == 3)
        assert (f"感想{number}" in page.text, "働きぶり" in page.text) == (True, False)
    assert page.statements == costs
    # What the page of the job has no room for is to be read, too.
    page = page.follow("すべての評価を見る")
    assert page.path == f"/jobs/{job.id}/reviews"
    assert ("取引が完了したワーカー" in page.text, len(page.find_all(".review"))) == (True, 4)


def test_a_company_shows_what_is_open_in_its_name(
    app: Flask, visit: Visitors, ana: Member, ben: Member, cleo: Member, make_company: CompanyFactory,
    make_job: JobFactory,
) -> None:  # fmt: skip
    company = make_company("tea", ana, ben, name="お茶商会")
    assert "募集中のお仕事" not in visit.open("companies.show", slug="tea").text
    make_job(ana, "自分の仕事")
    make_job(ben, "下書き", company=company, draft=True)
    make_job(ben, "お茶の仕事1", company=company)
    page = visit.open("companies.show", slug="tea")
    assert (page.find_all("#jobs h3"), page.has_link("ほかの募集も見る")) == (["お茶の仕事1"], False)
    costs = page.statements
    for number in range(2, 7):
        make_job(ana, f"お茶の仕事{number}", company=company)
    page = visit.open("companies.show", slug="tea")
    assert page.find_all("#jobs h3") == [f"お茶の仕事{number}" for number in (6, 5, 4, 3, 2)]
    assert page.follow("ほかの募集も見る").path.startswith("/jobs")
    assert page.statements == costs
    with app.app_context(), db.writing():
        follows.block(ana, cleo)
        db.commit()
    assert visit.as_(cleo).open("companies.show", slug="tea").find_all("#jobs h3") == ["お茶の仕事1"]


def test_from_what_changed_one_finds_back_to_what_one_sent(
    visit: Visitors, ana: Member, ben: Member, cleo: Member, make_job: JobFactory, make_application: ApplicationFactory
) -> None:
    job = make_job(ana)
    sent = make_application(job, ben)
    assert not visit.as_(cleo).open("jobs.changes", job_id=job.id).has_link("送った応募を見る")
    page = visit.as_(ben).open("jobs.changes", job_id=job.id)
    assert page.follow("送った応募を見る").path == f"/applications/{sent.id}"
