"""承認待ち一覧 of マイページ: what waits for one's answer in contracts, and applications to one's own jobs."""

from datetime import timedelta

from flask import Flask

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.applications.models import ApplicationState
from marketplace.clock import today
from marketplace.companies import service as companies
from marketplace.companies.models import Company
from marketplace.contracts.models import ContractState
from marketplace.follows import service as follows
from marketplace.teams import service as teams
from marketplace.teams.models import Team
from tests.factories.applications import ApplicationFactory
from tests.factories.companies import CompanyFactory
from tests.factories.contracts import ContractFactory
from tests.factories.jobs import JobFactory
from tests.factories.members import MemberFactory
from tests.factories.teams import TeamFactory
from tests.visit import Page, Visitors

STATEMENTS = 8
NOTHING_WAITS = "承認を待っているものはありません。"


def waits(page: Page) -> list[str]:
    return page.find_all("#waiting .contract-rows h3")


def test_terms_and_deliveries_are_answered_from_my_page(
    visit: Visitors, ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    make_contract(cleo, ana, ContractState.PROPOSED, title="翻訳の条件")
    page = visit.as_(ana).open("home.mypage")
    assert waits(page) == ["翻訳の条件"]
    assert NOTHING_WAITS not in page.text
    assert page.find_all("#waiting-title .badge-count") == ["1"]
    assert page.follow("条件を見て回答する、翻訳の条件").path.endswith("/terms")
    assert NOTHING_WAITS in visit.as_(cleo).open("home.mypage").text
    make_contract(cleo, ana, ContractState.DELIVERED, title="納めた翻訳")
    page = visit.as_(cleo).open("home.mypage")
    assert "Anaさんの納品が、検収を待っています。" in page.text
    assert page.follow("納品を見る、納めた翻訳").has_link("検収する")


def test_applications_wait_for_the_poster_until_they_are_answered(
    app: Flask, visit: Visitors, ana: Member, ben: Member, cleo: Member, make_job: JobFactory,
    make_application: ApplicationFactory,
) -> None:  # fmt: skip
    job = make_job(cleo, "記事の翻訳")
    make_application(job, ana)
    make_application(job, ben, state=ApplicationState.DECLINED)
    page = visit.as_(cleo).open("home.mypage")
    assert waits(page) == ["記事の翻訳"]
    assert "応募1件が、回答を待っています。" in page.text
    assert page.follow("応募を見る、記事の翻訳").path.startswith(f"/jobs/{job.id}/applications")
    assert waits(visit.as_(ana).open("home.mypage")) == []
    with app.app_context(), db.writing():
        follows.block(*(db.db.session.get_one(Member, each.id) for each in (ana, cleo)))
        db.commit()
    assert waits(visit.as_(cleo).open("home.mypage")) == []


def test_requests_to_belong_are_answered_from_my_page_by_owners_alone(
    app: Flask, visit: Visitors, ana: Member, ben: Member, cleo: Member, make_company: CompanyFactory
) -> None:
    company = make_company("tea", ana, ben, name="お茶")
    with app.app_context(), db.writing():
        who = db.db.session.get_one(Member, cleo.id)
        companies.ask(who, db.db.session.get_one(Company, company.id), "茶園", "先月入社しました。")
        db.commit()
    page = visit.as_(ana).open("home.mypage")
    assert page.find_all("#waiting h3") == ["お茶"]
    assert page.find_all("#waiting-title .badge-count") == ["1"]
    assert all(word in page.text for word in ("会社への所属の申請", "茶園", "Cleoさんから", "先月入社しました。"))
    assert page.statements == STATEMENTS
    for other in (ben, cleo):
        assert NOTHING_WAITS in visit.as_(other).open("home.mypage").text
    page = page.submit("承認、Cleo")
    assert (page.path, "Cleoさんが「お茶」に加わりました。" in page.text) == ("/mypage", True)
    assert NOTHING_WAITS in page.text


def test_my_page_costs_the_same_however_much_waits(
    visit: Visitors, ana: Member, cleo: Member, make_member: MemberFactory, make_contract: ContractFactory,
    make_job: JobFactory, make_application: ApplicationFactory,
) -> None:  # fmt: skip
    def more(number: int) -> None:
        make_contract(ana, cleo, ContractState.PROPOSED)
        make_contract(cleo, ana, ContractState.DELIVERED)
        make_application(make_job(cleo, f"案件{number}"), make_member(worker=True))

    more(1)
    few = visit.as_(cleo).open("home.mypage")
    for number in range(2, 6):
        more(number)
    many = visit.as_(cleo).open("home.mypage")
    assert (len(waits(few)), len(waits(many))) == (3, 15)
    assert many.statements == few.statements


def test_contracts_that_go_on_stand_there_with_what_comes_next_first(
    visit: Visitors, ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    assert "取引" not in visit.as_(ana).open("home.mypage").find_all("h2")
    for title, days in (("四番目", 40), ("三番目", 30), ("一番目", 3), ("二番目", 9)):
        make_contract(cleo, ana, title=title, due_on=today() + timedelta(days=days))
    make_contract(cleo, ana, ContractState.PROPOSED, title="条件の相談中")
    make_contract(cleo, ana, ContractState.COMPLETED, title="済んだ取引")
    for member, other in ((ana, "クライアント Cleo"), (cleo, "ワーカー Ana")):
        page = visit.as_(member).open("home.mypage")
        assert page.find_all("#contracts h3") == ["一番目", "二番目", "三番目"]
        first = page.find_all("#contracts li")[0]
        assert other in first
        assert "あと3日" in first
        assert page.statements == STATEMENTS
    assert page.soup.select_one("#contracts .section-head a")["href"] == "/contracts"


def test_they_stay_there_when_something_else_was_answered(
    app: Flask, visit: Visitors, ana: Member, ben: Member, cleo: Member, make_contract: ContractFactory,
    make_team: TeamFactory,
) -> None:  # fmt: skip
    make_contract(cleo, ana, ContractState.PROPOSED, title="翻訳の条件")
    team = make_team("kaki", ben)
    with app.app_context(), db.writing():
        leader, invitee = (db.db.session.get_one(Member, each.id) for each in (ben, ana))
        invitation = teams.invite(leader, db.db.session.get_one(Team, team.id), invitee)
        db.db.session.flush()
        number = invitation.id
        db.commit()
    page = visit.as_(ana).post(f"/invitations/{number}/decline", headers={"HX-Request": "true"})
    assert waits(page) == ["翻訳の条件"]
