"""Being told once of what a kept search finds later: on the page and by mail."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from blueprints.search import matching
from marketplace import db, outbox
from marketplace.accounts.models import Member
from marketplace.circles.queries import Circle
from marketplace.clock import now
from marketplace.events import service as events
from marketplace.events.kinds import EventKind
from marketplace.follows import service as follows
from marketplace.profiles import queries as profiles
from marketplace.saved_searches.models import SavedSearch, SavedSearchHit, SearchMailing
from search_index import sync
from tests.blueprints.kept_searches import save
from tests.blueprints.tellings import NOON
from tests.factories.jobs import JobFactory
from tests.factories.members import MemberFactory
from tests.mailbox import Mail, Mailbox
from tests.visit import HOST, Page, Visitors

MINUTE = timedelta(minutes=1)
CLEO = "cleo@example.com"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def mails(post: Callable[[], Mailbox]) -> Callable[[], list[Mail]]:
    """Delivers what is due, and returns all mails to Cleo so far."""
    return lambda: post().to(CLEO)


def publish(app: Flask, make_member: MemberFactory, username: str, **profile: object) -> Member:
    """Let somebody publish their profile now."""
    member = make_member(username, username.title(), worker=True, **profile)
    tell_of(app, member)
    return member


def tell_of(app: Flask, *members: Member) -> None:
    """Let the program hear that they published, and do what is due at once."""
    with app.app_context(), db.writing():
        for member in members:
            events.record(EventKind.WORKER_PUBLISHED, member)
        db.commit()
        outbox.drain()


def hits(app: Flask) -> set[tuple[int, int | None]]:
    with app.app_context():
        found = db.db.session.execute(select(SavedSearchHit.search_id, SavedSearchHit.worker_id))
        return {(row[0], row[1]) for row in found}


def deeds(page: Page) -> list[str]:
    return page.find_all(".kept-search .btn-primary")


def test_what_is_published_later_is_mailed_once_and_counted(
    app: Flask,
    visit: Visitors,
    clock: time_machine.Traveller,
    mails: Callable[[], list[Mail]],
    make_member: MemberFactory,
    cleo: Member,
) -> None:
    number = save(app, cleo, "q=翻訳", name="翻訳の人")
    save(app, cleo, "q=測量")
    clock.shift(MINUTE)
    ritsu = publish(app, make_member, "ritsu", introduction="技術翻訳をしています。")
    assert not mails()
    clock.shift(5 * MINUTE)
    (mail,) = mails()
    assert mail.subject == "「翻訳の人」で新しく1件見つかりました | 結び"
    assert "Ritsu" in mail.text
    assert "http://localhost/workers/ritsu" in mail.links
    listed = visit.as_(cleo).open("saved_searches.index")
    assert deeds(listed) == ["新しい1件を見る"]
    clock.shift(MINUTE)
    with app.app_context():
        sync.rebuild()
    shown = listed.submit("新しい1件を見る")
    assert "order=newest" in shown.path
    assert deeds(visit.as_(cleo).open("saved_searches.index")) == []
    # Published once more: it is the same hit.
    tell_of(app, ritsu)
    clock.shift(10 * MINUTE)
    assert len(mails()) == 1
    assert len(hits(app)) == 1
    assert number in {search for search, _worker in hits(app)}


def test_what_is_published_within_minutes_is_one_mail_for_all_searches(
    app: Flask, clock: time_machine.Traveller, mails: Callable[[], list[Mail]], make_member: MemberFactory, cleo: Member
) -> None:
    save(app, cleo, "q=翻訳", name="翻訳")
    save(app, cleo, "q=編集", name="編集")
    publish(app, make_member, "ritsu", introduction="翻訳と編集をしています。")
    publish(app, make_member, "mio", introduction="編集をしています。")
    clock.shift(5 * MINUTE)
    (mail,) = mails()
    assert mail.subject == "保存した検索で新しく3件見つかりました | 結び"
    assert mail.text.count("Ritsu") == 2


def test_a_daily_search_is_mailed_next_morning_with_all_of_the_day(
    app: Flask, clock: time_machine.Traveller, mails: Callable[[], list[Mail]], make_member: MemberFactory, cleo: Member
) -> None:
    save(app, cleo, "q=翻訳", SearchMailing.DAILY)
    for name in ("ritsu", "mio"):
        publish(app, make_member, name, introduction="翻訳をしています。")
        clock.shift(60 * MINUTE)
        assert not mails()
    clock.move_to(NOON + timedelta(hours=19, minutes=59))
    assert not mails()
    clock.shift(MINUTE)
    (mail,) = mails()
    assert "Ritsu" in mail.text
    assert "Mio" in mail.text
    clock.shift(timedelta(days=2))
    assert len(mails()) == 1


def test_without_mails_it_is_counted_all_the_same(
    app: Flask,
    visit: Visitors,
    clock: time_machine.Traveller,
    mails: Callable[[], list[Mail]],
    make_member: MemberFactory,
    cleo: Member,
) -> None:
    save(app, cleo, "q=翻訳", SearchMailing.NEVER)
    clock.shift(MINUTE)
    publish(app, make_member, "ritsu", introduction="翻訳")
    clock.shift(10 * MINUTE)
    assert not mails()
    assert deeds(visit.as_(cleo).open("saved_searches.index")) == ["新しい1件を見る"]


@pytest.mark.parametrize("is_blocking", [True, False])
def test_blocked_people_appear_in_no_mail_and_in_no_count(
    app: Flask,
    visit: Visitors,
    clock: time_machine.Traveller,
    mails: Callable[[], list[Mail]],
    make_member: MemberFactory,
    cleo: Member,
    is_blocking: bool,
) -> None:
    save(app, cleo, "q=翻訳")
    ritsu = make_member("ritsu", worker=True, introduction="翻訳")
    with app.app_context(), db.writing():
        pair = [db.db.session.get_one(Member, each.id) for each in (cleo, ritsu)]
        follows.block(*(pair if is_blocking else pair[::-1]))
        db.commit()
    tell_of(app, ritsu)
    clock.shift(10 * MINUTE)
    assert not mails()
    assert deeds(visit.as_(cleo).open("saved_searches.index")) == []


def test_who_withdrew_meanwhile_is_not_told_of(
    app: Flask, clock: time_machine.Traveller, mails: Callable[[], list[Mail]], make_member: MemberFactory, cleo: Member
) -> None:
    save(app, cleo, "q=翻訳", SearchMailing.DAILY)
    ritsu = publish(app, make_member, "ritsu", introduction="翻訳")
    clock.shift(10 * MINUTE)
    assert not mails()
    with app.app_context(), db.writing():
        db.db.session.get_one(Member, ritsu.id).published_at = None
        db.commit()
    clock.shift(timedelta(days=1))
    assert not mails()


def test_nobody_finds_themselves(
    app: Flask,
    visit: Visitors,
    clock: time_machine.Traveller,
    mails: Callable[[], list[Mail]],
    make_member: MemberFactory,
    cleo: Member,
) -> None:
    save(app, cleo, "q=翻訳")
    with app.app_context(), db.writing():
        own = db.db.session.get_one(Member, cleo.id)
        profiles.own(own).profile.introduction = "翻訳"
        own.published_at = now()
        db.commit()
    tell_of(app, cleo)
    clock.shift(10 * MINUTE)
    assert not mails()
    assert deeds(visit.as_(cleo).open("saved_searches.index")) == []


def test_a_job_that_is_posted_later_is_mailed_to_others_than_its_poster(
    app: Flask,
    visit: Visitors,
    clock: time_machine.Traveller,
    mails: Callable[[], list[Mail]],
    make_job: JobFactory,
    ana: Member,
    cleo: Member,
) -> None:
    with app.app_context():
        sync.rebuild()
    page = visit.as_(cleo).open("search.jobs", q="取扱説明書").follow("この検索を保存する")
    page.submit("保存する", mailing="at_once")
    clock.shift(MINUTE)
    make_job(ana, "取扱説明書の英日翻訳")
    make_job(ana, "店番のお手伝い", description="店番です。")
    make_job(cleo, "取扱説明書の和英翻訳")
    mails()
    clock.shift(5 * MINUTE)
    (mail,) = mails()
    assert mail.subject == "「取扱説明書」で新しく1件見つかりました | 結び"
    assert "取扱説明書の英日翻訳" in mail.text
    assert "和英" not in mail.text
    assert deeds(visit.as_(cleo).open("saved_searches.index")) == ["新しい1件を見る"]


def test_a_search_among_friends_finds_friends_alone(
    app: Flask, clock: time_machine.Traveller, mails: Callable[[], list[Mail]], make_member: MemberFactory, cleo: Member
) -> None:
    number = save(app, cleo, "friends=1")
    people = [make_member(name, worker=True) for name in ("ritsu", "mio")]
    with app.app_context(), db.writing():
        ritsu, own = (db.db.session.get_one(Member, each.id) for each in (people[0], cleo))
        follows.follow(own, ritsu)
        follows.follow(ritsu, own)
        db.commit()
    tell_of(app, *people)
    clock.shift(10 * MINUTE)
    mails()
    assert hits(app) == {(number, people[0].id)}


def test_a_search_of_jobs_among_friends_finds_those_of_clients_too(
    app: Flask,
    visit: Visitors,
    clock: time_machine.Traveller,
    mails: Callable[[], list[Mail]],
    make_job: JobFactory,
    make_member: MemberFactory,
    cleo: Member,
) -> None:
    """Ritsu is a friend's friend and has no page as a worker, as most who post jobs."""
    with app.app_context():
        sync.rebuild()
    page = visit.as_(cleo).open("saved_searches.create", kind="jobs", query="friends=2")
    page.submit("保存する", name="近い人", mailing="at_once")
    mio, ritsu = make_member("mio", worker=True), make_member("ritsu")
    with app.app_context(), db.writing():
        own, friend, client = (db.db.session.get_one(Member, each.id) for each in (cleo, mio, ritsu))
        for one, other in ((own, friend), (friend, client)):
            follows.follow(one, other)
            follows.follow(other, one)
        db.commit()
    clock.shift(MINUTE)
    job = make_job(ritsu, "取扱説明書の英日翻訳")
    mails()
    clock.shift(5 * MINUTE)
    mails()
    with app.app_context():
        assert db.db.session.scalars(select(SavedSearchHit.job_id)).all() == [job.id]


def test_searches_are_asked_some_at_a_time_and_the_same_question_once(
    app: Flask,
    clock: time_machine.Traveller,
    mails: Callable[[], list[Mail]],
    make_member: MemberFactory,
    ana: Member,
    ben: Member,
    cleo: Member,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []
    keys = matching._keys

    def counted(
        state: matching.SearchState | matching.JobSearchState, new: matching.Newcomers, circle: Circle
    ) -> list[int]:
        asked.append(state.words)
        return keys(state, new, circle)

    monkeypatch.setattr(matching, "BATCH", 2)
    monkeypatch.setattr(matching, "_keys", counted)
    numbers = {save(app, member, "q=翻訳") for member in (ana, ben, cleo)}
    ritsu = publish(app, make_member, "ritsu", introduction="翻訳")
    clock.shift(5 * MINUTE)
    mails()
    assert hits(app) == {(number, ritsu.id) for number in numbers}
    assert set(asked) == {"翻訳"}


def test_nothing_is_asked_where_nobody_keeps_a_search(
    app: Flask, clock: time_machine.Traveller, drain: Callable[[], int], make_member: MemberFactory
) -> None:
    publish(app, make_member, "ritsu")
    while drain():
        pass
    clock.shift(10 * MINUTE)
    assert drain() == 0


def test_who_was_told_often_today_hears_the_rest_in_the_morning(
    app: Flask, clock: time_machine.Traveller, mails: Callable[[], list[Mail]], make_member: MemberFactory, cleo: Member
) -> None:
    save(app, cleo, "q=翻訳")
    for number in range(8):
        publish(app, make_member, f"worker-{number}", introduction="翻訳")
        mails()
        clock.shift(6 * MINUTE)
        mails()
    assert len(mails()) == 6
    clock.move_to(NOON + timedelta(hours=20))
    assert len(mails()) == 7


# The way out


@pytest.fixture
def mail(
    app: Flask, clock: time_machine.Traveller, mails: Callable[[], list[Mail]], make_member: MemberFactory, cleo: Member
) -> Mail:
    """A mail about one search of two."""
    save(app, cleo, "q=翻訳", name="翻訳の人")
    save(app, cleo, "q=測量", name="測る人")
    publish(app, make_member, "ritsu", introduction="翻訳")
    clock.shift(5 * MINUTE)
    (found,) = mails()
    return found


def address_in(mail: Mail) -> str:
    return urlsplit(str(mail.message["List-Unsubscribe"]).strip().strip("<>")).path


def mailings(app: Flask) -> dict[str, SearchMailing]:
    with app.app_context():
        return {each.name: each.mailing for each in db.db.session.scalars(select(SavedSearch))}


OFF = {"翻訳の人": SearchMailing.NEVER, "測る人": SearchMailing.AT_ONCE}


def test_one_click_of_the_mail_reader_ends_the_mails_of_those_searches(app: Flask, visit: Visitors, mail: Mail) -> None:
    assert str(mail.message["List-Unsubscribe-Post"]) == "List-Unsubscribe=One-Click"
    assert address_in(mail) in {urlsplit(link).path for link in mail.links}
    fields = {"List-Unsubscribe": "One-Click"}
    for _time in range(2):
        answer = visit.anonymous.client.post(address_in(mail), base_url=HOST, data=fields)
        assert answer.status_code == 200
    assert mailings(app) == OFF


def test_opening_the_link_changes_nothing_before_its_button_is_pressed(app: Flask, visit: Visitors, mail: Mail) -> None:
    page = visit.anonymous.open_path(address_in(mail))
    assert "翻訳の人" in page.text
    assert mailings(app)["翻訳の人"] is SearchMailing.AT_ONCE
    assert "メールを止めました" in page.submit("メールを止める").text
    assert mailings(app) == OFF


def test_a_link_with_other_numbers_is_nothing(visit: Visitors, mail: Mail) -> None:
    *parts, numbers, token = address_in(mail).split("/")
    for other in (f"{numbers}-1", "abc", "99999999999999", "9" * 5_000):
        assert visit.anonymous.open_path("/".join([*parts, other, token])).status == 404


def test_the_mail_speaks_english_to_who_does(
    app: Flask, clock: time_machine.Traveller, mails: Callable[[], list[Mail]], make_member: MemberFactory, cleo: Member
) -> None:
    save(app, cleo, "q=翻訳", name="Translators")
    with app.app_context(), db.writing():
        db.db.session.get_one(Member, cleo.id).language = "en"
        db.commit()
    publish(app, make_member, "ritsu", introduction="翻訳")
    clock.shift(5 * MINUTE)
    (found,) = mails()
    assert found.subject == "“Translators” found something new | Musubi"
