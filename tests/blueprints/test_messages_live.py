"""What pages of messages ask by themselves: the stream that tells of new ones, and the parts that show them."""

import json
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.messages import watching
from marketplace.messages.queries import MESSAGES_A_PAGE
from marketplace.messages.watching import MOST_STREAMS_A_MEMBER, Watcher
from tests.blueprints.letters import TITLE, answer, begin, unread_in_list
from tests.visit import HOST, Visitors

BEGUN, PING, FULL = ": begun\n\n", ": ping\n\n", "event: full\ndata: {}\n\n"


@pytest.fixture
def watcher(app: Flask) -> Iterator[Watcher]:
    """The watcher of the application; nobody listens any more after the test."""
    yield app.extensions["watcher"]
    app.extensions["watcher"].close()


class Stream:
    """An open stream, read as a browser would."""

    def __init__(self, visit: Visitors, member: Member) -> None:
        self.answer: TestResponse = visit.as_(member).client.get("/messages/stream", base_url=HOST)
        self.parts = iter(self.answer.response)

    def read(self) -> str:
        """Return what comes next."""
        part = next(self.parts)
        return part.decode() if isinstance(part, bytes) else part

    def told(self) -> dict[str, int | None]:
        """Return the news that comes next."""
        kind, said = self.read().strip().split(": ", 1)
        assert kind == "data"
        return dict(json.loads(said))


# The door


@pytest.mark.parametrize("path", ["stream", "unread", "threads", "1/news"])
def test_a_visitor_gets_401_and_no_page_to_go_on_to(visit: Visitors, path: str) -> None:
    refused = visit.anonymous.open_path(f"/messages/{path}")
    assert (refused.status, refused.path) == (401, f"/messages/{path}")


@pytest.mark.real_commits
def test_a_stream_is_kept_nowhere_and_sent_on_at_once(visit: Visitors, ana: Member, watcher: Watcher) -> None:
    stream = Stream(visit, ana)
    headers = stream.answer.headers
    assert (stream.answer.status_code, stream.answer.mimetype) == (200, "text/event-stream")
    assert (headers["Cache-Control"], headers["X-Accel-Buffering"]) == ("no-store", "no")
    assert "Content-Encoding" not in headers
    assert stream.read() == BEGUN


@pytest.mark.real_commits
def test_a_silent_stream_says_that_it_is_there(
    visit: Visitors, ana: Member, watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert watching.PING_SECONDS == 15
    monkeypatch.setattr(watching, "PING_SECONDS", 0.05)
    stream = Stream(visit, ana)
    assert [stream.read(), stream.read(), stream.read()] == [BEGUN, PING, PING]


@pytest.mark.real_commits
def test_both_who_write_with_each_other_are_told_and_nobody_else(
    app: Flask,
    visit: Visitors,
    ana: Member,
    ben: Member,
    cleo: Member,
    watcher: Watcher,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    number = begin(app, cleo, ben)
    streams = {member.username: Stream(visit, member) for member in (ana, ben, cleo)}
    assert {stream.read() for stream in streams.values()} == {BEGUN}
    answer(app, ben, number, "お返事です。")
    told = {"conversation": number, "newest": 2}
    # Who answers has read what was there before.
    assert streams["ben"].told() == told | {"unread": 0}
    assert streams["cleo"].told() == told | {"unread": 1}
    monkeypatch.setattr(watching, "PING_SECONDS", 0.7)
    strangers = Stream(visit, ana)
    assert [strangers.read(), strangers.read()] == [BEGUN, PING], "more than one look of the watcher later"


@pytest.mark.real_commits
def test_the_newest_streams_of_a_member_go_on_and_the_oldest_is_sent_away(
    visit: Visitors, ana: Member, ben: Member, watcher: Watcher
) -> None:
    other = Stream(visit, ben)
    streams = [Stream(visit, ana) for _number in range(MOST_STREAMS_A_MEMBER + 1)]
    assert [streams[0].read(), streams[0].read()] == [BEGUN, FULL]
    with pytest.raises(StopIteration):
        streams[0].read()
    assert {stream.read() for stream in (*streams[1:], other)} == {BEGUN}
    assert len(watcher._listeners) == MOST_STREAMS_A_MEMBER + 1


@pytest.mark.real_commits
def test_without_a_thread_to_spare_the_page_is_left_to_ask(
    visit: Visitors, ana: Member, ben: Member, watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "MOST_STREAMS", 1)
    first = Stream(visit, ana)
    assert Stream(visit, ben).answer.status_code == 204
    first.answer.close()
    assert Stream(visit, ben).answer.status_code == 200, "a closed stream leaves room"


@pytest.mark.real_commits
def test_streams_hold_no_connection_while_they_wait(app: Flask, visit: Visitors, ana: Member, watcher: Watcher) -> None:
    streams = [Stream(visit, ana) for _number in range(3)]
    assert {stream.read() for stream in streams} == {BEGUN}
    watcher.close()
    with app.app_context():
        assert db.db.engine.pool.checkedout() == 0


@pytest.mark.real_commits
def test_a_stream_ends_with_its_session(
    app: Flask, visit: Visitors, ana: Member, watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert watching.CHECK_SECONDS <= 30 - watching.LOOK_SECONDS
    monkeypatch.setattr(watching, "CHECK_SECONDS", 0)
    stream = Stream(visit, ana)
    assert (stream.read(), stream.told()["unread"]) == (BEGUN, 0)
    visit.as_(ana).post("/logout")
    with pytest.raises(StopIteration):
        stream.read()


# The parts


def test_the_news_of_a_thread_are_what_came_after_the_message_shown_last(
    app: Flask, visit: Visitors, ana: Member, ben: Member
) -> None:
    number = begin(app, ana, ben)
    browser = visit.as_(ben)
    shown = browser.open("messages.show", conversation_id=number)
    address = str(shown.soup.select_one(".log")["data-news"])
    first = int(str(shown.soup.select(".log .message")[-1]["id"]).removeprefix("message-"))
    nothing = browser.open_path(f"{address}?after={first}")
    assert (nothing.find_all(".message"), nothing.soup.select_one("form")) == ([], None)

    answer(app, ana, number, "追伸です。", "もう一つ。")
    part = browser.open_path(f"{address}?after={first}")
    assert (part.find_all(".news .bubble p"), part.find_all(".news .day")) == (["追伸です。", "もう一つ。"], [])
    assert part.find_all("#unread-bar") == ["未読 3"]
    assert "<html" not in part.html
    assert part.statements <= 6
    read = browser.post(f"/messages/{number}/read", {"newest": part.value("newest")}, headers={"HX-Request": "true"})
    assert read.find_all("#unread-bar") == [""]


def test_ones_own_message_from_another_tab_is_among_the_news_and_asks_for_no_read_mark(
    app: Flask, visit: Visitors, ana: Member, ben: Member
) -> None:
    number = begin(app, ana, ben)
    part = visit.as_(ana).open("messages.news", conversation_id=number)
    assert (part.find_all(".news .is-mine .bubble p")[0], part.soup.select_one("form")) == ("はじめまして。", None)


def test_a_new_day_gets_its_rule(app: Flask, visit: Visitors, ana: Member, ben: Member) -> None:
    number = begin(app, ana, ben)
    part = visit.as_(ben).open("messages.news", conversation_id=number)
    assert len(part.find_all(".news .day")) == 1
    assert part.find_all(".news .day")[0].startswith("今日")


def test_more_news_than_a_page_holds_come_in_several(app: Flask, visit: Visitors, ana: Member, ben: Member) -> None:
    number = begin(app, ana, ben)
    answer(app, ana, number, *(f"{index}通目" for index in range(MESSAGES_A_PAGE + 9)))
    browser = visit.as_(ben)
    part = browser.open("messages.news", conversation_id=number)
    came = part.soup.select(".news .message")
    assert (len(came), part.soup.select_one(".news").has_attr("data-more")) == (MESSAGES_A_PAGE, True)
    after = str(came[-1]["id"]).removeprefix("message-")
    rest = browser.open("messages.news", conversation_id=number, after=after)
    assert (len(rest.soup.select(".message")), rest.soup.select_one(".news").has_attr("data-more")) == (10, False)
    assert rest.find_all(".message .bubble p")[-1] == f"{MESSAGES_A_PAGE + 8}通目"


@pytest.mark.parametrize("after", ["", "none", "-1", "9" * 30, "%00"])
def test_news_after_anything_are_no_error(app: Flask, visit: Visitors, ana: Member, ben: Member, after: str) -> None:
    number = begin(app, ana, ben)
    assert visit.as_(ben).open_path(f"/messages/{number}/news?after={after}").status == 200


def test_the_news_of_others_are_not_there(app: Flask, visit: Visitors, ana: Member, ben: Member, cleo: Member) -> None:
    number = begin(app, ana, ben)
    assert visit.as_(cleo).open("messages.news", conversation_id=number).status == 404
    assert visit.as_(cleo).open("messages.news", conversation_id=number + 1).status == 404


def test_the_list_comes_in_its_new_order_with_its_counts(
    app: Flask, visit: Visitors, ana: Member, ben: Member, cleo: Member
) -> None:
    first = begin(app, ana, ben)
    begin(app, cleo, ben, "別の件")
    answer(app, ana, first, "追伸です。")
    part = visit.as_(ben).open("messages.threads", current=first)
    assert (part.find_all(".thread-title"), unread_in_list(part)) == ([TITLE, "別の件"], ["未読 2", "未読 1"])
    assert part.find_all("[aria-current] .thread-title") == [TITLE]
    assert part.find_all("#unread-title") == ["未読 3"]
    assert "<html" not in part.html


def test_the_list_says_in_its_titles_how_many_wait(app: Flask, visit: Visitors, ana: Member, ben: Member) -> None:
    assert visit.as_(ben).open("messages.index").title == "メッセージ | 結び"
    begin(app, ana, ben)
    page = visit.as_(ben).open("messages.index")
    assert (page.title, page.find_all("h1")) == ("(1) メッセージ | 結び", ["メッセージ 未読 1"])


def test_the_counts_of_every_page_come_for_two_statements(
    app: Flask, visit: Visitors, ana: Member, ben: Member
) -> None:
    begin(app, ana, ben)
    address = str(visit.as_(ben).open("home.mypage").soup.body["data-live"])
    part = visit.as_(ben).open_path(address)
    assert (part.find_all("#unread-tab"), part.statements) == (["未読 1"], 2)
    assert not visit.anonymous.open_path("/").soup.body.has_attr("data-live")


def test_what_a_page_asks_by_itself_leaves_the_cookie_alone(
    app: Flask, visit: Visitors, ana: Member, ben: Member
) -> None:
    """An answer that was overtaken would bring the old cookie back over the one of a new session."""
    number = begin(app, ana, ben)
    client = visit.as_(ben).client
    for path in ("/messages/unread", "/messages/threads", f"/messages/{number}/news"):
        assert "Set-Cookie" not in client.get(path, base_url=HOST).headers
    assert "Set-Cookie" in client.get("/messages", base_url=HOST).headers
    fields = {"newest": "1", "csrf_token": visit.as_(ben).csrf_token()}
    assert "Set-Cookie" not in client.post(f"/messages/{number}/read", base_url=HOST, data=fields).headers


def test_an_older_page_of_a_thread_takes_nothing_at_its_end(
    app: Flask, visit: Visitors, ana: Member, ben: Member
) -> None:
    number = begin(app, ana, ben)
    answer(app, ana, number, *(f"{index}通目" for index in range(MESSAGES_A_PAGE)))
    newest = visit.as_(ben).open("messages.show", conversation_id=number)
    older = newest.follow("前のメッセージを見る")
    assert newest.soup.select_one(".log").has_attr("data-news")
    assert not older.soup.select_one(".log").has_attr("data-news")
