"""お知らせ: the bell, the page by day, and how one wants to be told."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import update

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.contracts.models import Contract, ContractShare, ContractState
from marketplace.events.kinds import EventKind
from marketplace.follows import service as follows
from marketplace.jobs import service as jobs
from marketplace.jobs.models import JobEnding
from marketplace.notifications.models import Mailing, Matter
from marketplace.notifications.recipients import RECIPIENTS
from tests.blueprints.letters import begin, follow
from tests.blueprints.tellings import NOON, happen, invite, make_team, told
from tests.factories.applications import ApplicationFactory
from tests.factories.companies import CompanyFactory
from tests.factories.contracts import ContractFactory
from tests.factories.jobs import JobFactory
from tests.factories.members import MemberFactory
from tests.visit import HOST, Page, Visitors

FOLLOWED = "%sさんがあなたをフォローしました。"


def bell(page: Page) -> str:
    link = page.soup.select_one("#bell a")
    assert link is not None
    return str(link["aria-label"])


def sentences(page: Page) -> list[str]:
    return page.find_all(".notification p a")


def test_a_followed_member_hears_of_it_and_the_bell_counts(
    app: Flask, visit: Visitors, drain: Callable[[], int], ana: Member, ben: Member
) -> None:
    assert bell(visit.as_(ben).open("home.mypage")) == "お知らせ"
    follow(app, ana, ben)
    drain()
    page = visit.as_(ben).open("home.mypage")
    assert bell(page) == "お知らせ、新しいもの1件"
    news = page.follow("お知らせ、新しいもの1件")
    assert sentences(news) == [FOLLOWED % "Ana"]
    assert len(news.soup.select(".notification.is-new .dot")) == 1
    assert news.follow(FOLLOWED % "Ana").path == "/workers/ana"


def test_opening_the_page_marks_nothing_and_what_the_page_sends_marks_what_it_showed(
    app: Flask, visit: Visitors, drain: Callable[[], int], ana: Member, ben: Member, cleo: Member
) -> None:
    follow(app, ana, ben)
    drain()
    browser = visit.as_(ben)
    news = browser.open("notifications.index")
    assert bell(browser.open("notifications.index")) == "お知らせ、新しいもの1件"
    follow(app, cleo, ben)
    drain()
    fields = {"id": [field["value"] for field in news.soup.select("form[data-read] [name=id]")]}
    answer = browser.post("/notifications/read", fields, headers={"HX-Request": "true"})
    assert (answer.status, bell(answer)) == (200, "お知らせ、新しいもの1件")
    assert browser.open("notifications.index").find_all(".notification.is-new p a") == [FOLLOWED % "Cleo"]


def test_everything_is_read_with_one_press_without_script(
    app: Flask, visit: Visitors, drain: Callable[[], int], ana: Member, ben: Member, cleo: Member
) -> None:
    for actor in (ana, cleo):
        follow(app, actor, ben)
    drain()
    news = visit.as_(ben).open("notifications.index").submit("すべて読んだことにする")
    assert (news.path, bell(news)) == ("/notifications", "お知らせ")
    assert not news.soup.select(".is-new")
    assert not news.has_button("すべて読んだことにする")
    assert len(sentences(news)) == 2


def test_the_bell_says_99_and_more(
    app: Flask, visit: Visitors, drain: Callable[[], int], ana: Member, ben: Member
) -> None:
    for _number in range(100):
        happen(app, EventKind.REQUEST_ACCEPTED, ana, ben)
    drain()
    page = visit.as_(ben).open("home.mypage")
    assert bell(page) == "お知らせ、新しいもの99件以上"
    assert page.find_all("#bell .badge-count") == ["99+"]


def test_the_count_comes_with_what_pages_ask_by_themselves(
    app: Flask, visit: Visitors, drain: Callable[[], int], ana: Member, ben: Member
) -> None:
    follow(app, ana, ben)
    begin(app, ana, ben)
    drain()
    for endpoint in ("messages.unread", "messages.threads"):
        part = visit.as_(ben).open(endpoint)
        assert bell(part) == "お知らせ、新しいもの1件"
        assert part.find_all("#unread-bar") == ["未読 1"]


def test_days_stand_in_the_readers_zone(
    app: Flask, visit: Visitors, drain: Callable[[], int], ana: Member, ben: Member, cleo: Member
) -> None:
    with time_machine.travel(NOON - timedelta(hours=13), tick=False) as clock:
        follow(app, ana, ben)
        drain()
        clock.shift(timedelta(hours=2))
        follow(app, cleo, ben)
        drain()
        days = visit.as_(ben).open("notifications.index").find_all(".notifications h2")
        assert days == ["今日 11月24日(火)", "きのう 11月23日(月)"]
        with app.app_context(), db.writing():
            db.db.session.get_one(Member, ben.id).time_zone = "America/New_York"
            db.commit()
        assert visit.as_(ben).open("notifications.index").find_all(".notifications h2") == ["今日 11月23日(月)"]


def whole_list(visit: Visitors, member: Member) -> list[Page]:
    pages = [visit.as_(member).open("notifications.index")]
    while following := pages[-1].soup.select_one(".pages a[rel=next]"):
        pages.append(visit.as_(member).open_path(str(following["href"])))
    return pages


def test_every_sentence_is_written_in_both_languages_and_leads_somewhere(
    app: Flask,
    visit: Visitors,
    drain: Callable[[], int],
    ana: Member,
    ben: Member,
    make_member: MemberFactory,
    make_company: CompanyFactory,
    make_job: JobFactory,
    make_contract: ContractFactory,
    make_application: ApplicationFactory,
) -> None:
    owner = make_member("emi", "Emi & <b>")
    company = make_company("tea", ben, name="お茶 & <図>")
    team = make_team(app, ben, owner, name="訳 & <図>")
    invitation = invite(app, team, ben, ana)
    job = make_job(owner, "図 & <訳>")
    contract = make_contract(owner, ben, state=ContractState.COMPLETED, title="図 & <訳>")
    own_job = make_job(ben, "図 & <訳>")
    sent = {"job": job, "application": make_application(job, ben)}

    def asked_of(member: Member, leader: Member, client: Member) -> Contract:
        shared = make_team(app, leader, member, name="組 & <図>")
        with app.app_context(), db.writing():
            found = make_contract(
                client, leader, ContractState.PROPOSED, title="組 & <図>", team=shared, shares={member: 100}
            )
            db.db.session.execute(update(ContractShare).values(asked_at=now()))
            db.commit()
        return found

    kinds = [kind for kind, telling in RECIPIENTS.items() if telling.is_shown]
    for kind in kinds:
        if kind is EventKind.APPLICATION_SENT:
            make_application(own_job, owner)
            continue
        if kind is EventKind.JOB_CLOSED:
            make_job(ben, "図 & <訳>", closed=JobEnding.EXPIRED)
            continue
        if kind is EventKind.SHARE_ASKED:
            happen(app, kind, owner, ben, contract=asked_of(ben, owner, ana))
            continue
        happen(app, kind, owner, ben, team=team, invitation=invitation, company=company, contract=contract, **sent)
    drain()
    pages = whole_list(visit, ben)
    japanese = [sentence for page in pages for sentence in sentences(page)]
    assert len(japanese) == len(kinds) == len(set(japanese))
    assert any("Emi & <b>" in sentence for sentence in japanese)
    for link in [link for page in pages for link in page.soup.select(".notification a")]:
        assert visit.as_(ben).open_path(str(link["href"])).status == 200
    with app.app_context(), db.writing():
        db.db.session.get_one(Member, ben.id).language = "en"
        db.commit()
    english = [sentence for page in whole_list(visit, ben) for sentence in sentences(page)]
    assert len(set(english) - set(japanese)) == len(kinds)


def test_a_poster_is_told_why_a_job_that_names_nobody_has_ended(
    app: Flask, visit: Visitors, drain: Callable[[], int], ben: Member, make_job: JobFactory
) -> None:
    with app.app_context(), db.writing():
        poster = db.db.session.get_one(Member, ben.id)
        poster.identity_verified_at, poster.identity_document = now(), "license"
        make_job(poster, offerer_name="", offerer_address="", offerer_contact="", is_vouched=True)
        poster.identity_verified_at = poster.identity_document = None
        db.db.session.flush()
        jobs.end_unvouched()
        db.commit()
    drain()
    (sentence,) = sentences(visit.as_(ben).open("notifications.index"))
    assert sentence.startswith("身元の確認がなくなり、募集する人の名前も書かれていないため、案件「技術文書の翻訳」")


def test_one_matter_is_shown_alone(
    app: Flask, visit: Visitors, drain: Callable[[], int], ana: Member, ben: Member, cleo: Member
) -> None:
    follow(app, ana, ben)
    team = make_team(app, cleo)
    happen(app, EventKind.TEAM_MEMBER_INVITED, cleo, ben, team=team, invitation=invite(app, team, cleo, ben))
    drain()
    page = visit.as_(ben).open("notifications.index")
    assert len(sentences(page)) == 2
    assert sentences(page.follow("フォロワー")) == [FOLLOWED % "Ana"]
    assert sentences(page.follow("招待")) == ["Cleoさんが、あなたをチーム「訳と図」に招待しました。"]
    assert "新しいお知らせはありません。" in page.follow("チームと会社").text
    assert visit.as_(ben).open("notifications.index", matter="nothing").status == 404


def test_a_long_list_is_read_page_by_page(
    app: Flask, visit: Visitors, drain: Callable[[], int], ana: Member, ben: Member
) -> None:
    for _number in range(25):
        happen(app, EventKind.REQUEST_ACCEPTED, ana, ben)
    drain()
    first = visit.as_(ben).open("notifications.index")
    second = first.follow("次のページを見る")
    assert (len(sentences(first)), len(sentences(second))) == (20, 5)
    assert len(sentences(second.follow("前のページを見る"))) == 20


def test_a_blocked_member_leaves_no_trace(
    app: Flask, visit: Visitors, drain: Callable[[], int], ana: Member, ben: Member
) -> None:
    follow(app, ana, ben)
    drain()
    with app.app_context(), db.writing():
        follows.block(ana, ben)
        db.commit()
    page = visit.as_(ben).open("notifications.index")
    assert bell(page) == "お知らせ"
    assert "Ana" not in page.text
    assert "新しいお知らせはありません。" in page.text


def test_the_page_costs_the_same_with_few_and_with_many(
    app: Flask, visit: Visitors, drain: Callable[[], int], ben: Member, make_member: MemberFactory
) -> None:
    costs = set()
    for _time in range(2):
        for _number in range(8):
            follow(app, make_member(worker=True), ben)
        drain()
        costs.add(visit.as_(ben).open("notifications.index").statements)
    assert costs == {4}
    assert visit.as_(ben).open("notifications.choose").statements == 3
    assert visit.as_(ben).open("messages.unread").statements == 2


def test_choices_are_saved_with_one_button(app: Flask, visit: Visitors, ben: Member) -> None:
    page = visit.as_(ben).open("notifications.choose")
    assert {page.value(f"{matter}-mailing") for matter in Matter} == {Mailing.AT_ONCE, Mailing.DAILY}
    fields = {"follows-is_shown": None, "follows-mailing": "off", "messages-mailing": "daily"}
    saved = page.submit("お知らせの設定を更新する", **fields)
    assert "お知らせの設定を更新しました。" in saved.text
    assert (saved.value("follows-is_shown"), saved.value("follows-mailing")) == ("", "off")
    assert (saved.value("messages-is_shown"), saved.value("messages-mailing")) == ("y", "daily")


@pytest.mark.parametrize("fields", [{"follows-mailing": "hourly"}, {"follows-mailing": ""}, {"jobs-mailing": "off"}])
def test_choices_that_are_none_are_refused(visit: Visitors, ben: Member, fields: dict[str, str]) -> None:
    page = visit.as_(ben).open("notifications.choose").submit("お知らせの設定を更新する", **fields)
    assert page.status == 422
    assert visit.as_(ben).open("notifications.choose").value("follows-mailing") == "daily"


@pytest.mark.parametrize("ids", [[], ["x"], ["-1"], ["0"], ["9" * 30], ["1"] * 500])
def test_what_no_page_sends_marks_nothing_and_breaks_nothing(
    app: Flask, visit: Visitors, drain: Callable[[], int], ana: Member, ben: Member, ids: list[str]
) -> None:
    follow(app, ana, ben)
    drain()
    browser = visit.as_(ana)
    numbers = [*ids, *(str(notification.id) for notification in told(app, ben))]
    assert browser.post("/notifications/read", {"id": numbers}).status in {200, 413}
    assert browser.post("/notifications/read-all", {"newest": "9" * 30}).status == 200
    assert bell(visit.as_(ben).open("notifications.index")) == "お知らせ、新しいもの1件"


def test_visitors_are_shown_the_way_in(visit: Visitors) -> None:
    assert visit.open("notifications.index").path.startswith("/login")
    assert visit.open("notifications.choose").path.startswith("/login")
    assert visit.anonymous.client.post("/notifications/read", base_url=HOST).status_code in {400, 401}
