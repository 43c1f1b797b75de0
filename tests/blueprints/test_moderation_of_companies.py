"""A company that is reported: what is copied, what hiding does to it, and whom the decision is told to."""

from collections.abc import Callable

from flask import Flask

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.companies import queries
from marketplace.companies.models import Company
from marketplace.events.kinds import EventKind
from marketplace.events.models import Event
from marketplace.jobs import queries as jobs
from marketplace.moderation.models import Case, Report, SubjectKind
from tests.blueprints.office import Appoint
from tests.blueprints.test_moderation import STATEMENT, case_id, decide, rows
from tests.factories.companies import CompanyFactory
from tests.factories.jobs import JobFactory
from tests.factories.members import MemberFactory
from tests.factories.teams import TeamFactory
from tests.mailbox import Mailbox
from tests.visit import Browser, Visitors

INTRODUCTION = "茶葉を、畑から直接お届けします。"


def report(visit: Visitors, reporter: Member) -> None:
    page = visit.as_(reporter).open("companies.show", slug="tea").follow("事務局に知らせる")
    assert "「水際」の会社名、紹介文、連絡先の写しが、事務局に届きます。" in page.text
    assert page.submit("知らせる").status == 422
    page.submit("知らせる", reason="fraud", comment="実在しない会社です。")


def test_what_the_page_says_is_copied_as_it_is_then(
    app: Flask, visit: Visitors, ana: Member, ben: Member, cleo: Member, make_company: CompanyFactory, appoint: Appoint
) -> None:
    make_company("tea", ben, name="水際", introduction=INTRODUCTION, address="京都市")
    report(visit, cleo)
    with app.app_context(), db.writing():
        queries.get_live("tea").introduction = "変えました。"
        db.commit()
    ((case,), (copied,)) = rows(app, Case), rows(app, Report)
    assert isinstance(case, Case)
    assert isinstance(copied, Report)
    assert (case.subject, case.member_id, copied.evidence["introduction"]) == (SubjectKind.COMPANY, None, INTRODUCTION)
    assert [event.kind for event in rows(app, Event)][-1] is EventKind.COMPANY_REPORTED  # type: ignore[attr-defined]
    page = appoint(ana).open("moderation.case", case_id=case_id(app)).submit("開いて確認する")
    assert "会社のページ" in page.text
    assert [page.find_all(".evidence dt")[1], page.find_all(".evidence dd")[1]] == ["会社名", "水際"]
    assert INTRODUCTION in page.text


def test_a_hidden_company_is_seen_by_its_people_alone_until_it_is_restored(
    app: Flask, visit: Visitors, ana: Member, ben: Member, cleo: Member, make_company: CompanyFactory, appoint: Appoint
) -> None:
    make_company("tea", ben, name="水際")
    report(visit, cleo)
    office = appoint(ana)
    decide(office, "hide")
    own = visit.as_(ben).open("companies.show", slug="tea")
    assert "所属する人のほかには表示されていません" in own.text
    assert "水際" in visit.as_(ben).open("companies.mine").text
    assert "水際" in visit.as_(ben).open("profiles.show", username="ben").text
    for browser in (visit.as_(cleo), visit.anonymous):
        assert browser.open("companies.show", slug="tea").status == 404
        assert browser.open("companies.picture", slug="tea", size="96").status == 404
        assert browser.open("companies.index", q="水際").find_all(".rows li") == []
        assert "水際" not in browser.open("companies.index").text
        assert "水際" not in browser.open("profiles.show", username="ben").text
    for endpoint in ("companies.join", "companies.prove", "reports.company"):
        assert visit.as_(cleo).open(endpoint, slug="tea").status == 404
    page = office.open("moderation.case", case_id=case_id(app)).follow("対応を取り消す")
    page.submit("取り消す", statement="確かめて、もとに戻します。")
    assert visit.open("companies.show", slug="tea").status == 200
    assert "水際" in visit.open("companies.index", q="水際").text
    assert "水際" in visit.as_(cleo).open("profiles.show", username="ben").text


def test_its_owners_are_told_why_and_may_object(
    app: Flask, visit: Visitors, ana: Member, ben: Member, cleo: Member, make_member: MemberFactory,
    make_company: CompanyFactory, appoint: Appoint, post: Callable[[], Mailbox],
) -> None:  # fmt: skip
    dan, eri = make_member("dan", "Dan"), make_member("eri", "Eri")
    make_company("tea", ben, dan, name="水際")
    report(visit, cleo)
    office, other = appoint(ana), appoint(eri)
    decide(office, "hide")
    told = {mail.to[0] for mail in post().mails if "大切なお知らせ" in mail.subject}
    assert told == {"ben@example.com"}
    assert "判断されたことはありません。" in visit.as_(dan).open("reports.index").text
    listed = visit.as_(ben).open("reports.index")
    assert "水際" in listed.text
    page = listed.follow("非表示 会社のページ")
    assert STATEMENT in page.text
    assert visit.as_(dan).open_path(page.path).status == 404
    assert "受け付けています。" in page.submit("異議を申し立てる", text="登記簿をお見せできます。").text
    answer = other.open("moderation.appeals").follow("@benさんの異議を見る")
    answer.submit("判断する", verdict="granted", statement="登記を確かめました。")
    (company,) = rows(app, Company)
    assert isinstance(company, Company)
    assert company.hidden_at is None


def test_whoever_belongs_to_it_neither_reports_nor_decides(
    app: Flask, visit: Visitors, ben: Member, cleo: Member, make_member: MemberFactory,
    make_company: CompanyFactory, appoint: Appoint,
) -> None:  # fmt: skip
    dan = make_member("dan", "Dan")
    make_company("tea", ben, dan, name="水際")
    assert visit.as_(dan).open("reports.company", slug="tea").status == 403
    report(visit, cleo)
    assert appoint(dan).open("moderation.case", case_id=case_id(app)).status == 403


def test_decisions_about_ones_teams_are_listed_too(
    app: Flask, visit: Visitors, ana: Member, ben: Member, cleo: Member, make_team: TeamFactory, appoint: Appoint
) -> None:
    make_team("tea", ben)
    visit.as_(cleo).open("teams.show", slug="tea").follow("事務局に知らせる").submit("知らせる", reason="spam")
    decide(appoint(ana), "warn")
    assert STATEMENT in visit.as_(ben).open("reports.index").follow("注意 チームのページ").text


def test_the_jobs_of_a_hidden_company_are_hidden_with_it(
    app: Flask, visit: Visitors, ben: Member, cleo: Member, make_company: CompanyFactory, make_job: JobFactory
) -> None:
    company = make_company("tea", ben, name="水際")
    job = make_job(ben, company=company)

    def status(browser: Browser) -> list[int]:
        return [browser.open(page, job_id=job.id).status for page in ("jobs.show", "applications.apply")]

    def hide(is_hidden: bool) -> None:
        with app.app_context(), db.writing():
            queries.get_live("tea").hidden_at = now() if is_hidden else None
            db.commit()

    hide(True)
    assert status(visit.as_(cleo)) == [404, 404]
    assert visit.open("jobs.show", job_id=job.id).status == 404
    assert visit.as_(ben).open("jobs.show", job_id=job.id).status == 200
    with app.app_context():
        assert jobs.open_of_company(None, company.id, 3) == []
    hide(False)
    assert status(visit.as_(cleo)) == [200, 200]
