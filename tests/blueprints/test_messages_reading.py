"""Reading: what is unread, whose conversations one sees, and lists and threads that go on over pages."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.messages import queries, service
from marketplace.messages.models import Conversation, Message
from tests.blueprints.english import speak_english
from tests.blueprints.letters import (
    BODY,
    ONCE,
    TITLE,
    answer,
    answer_of,
    begin,
    count,
    follow,
    said,
    unread_in_bar,
    unread_in_list,
)
from tests.factories.members import MemberFactory
from tests.visit import Visitors

# Read marks


def test_opening_a_thread_marks_nothing_and_pressing_the_button_does(
    app: Flask, visit: Visitors, ana: Member, ben: Member
) -> None:
    number = begin(app, ana, ben)
    for _time in range(2):
        thread = visit.as_(ben).open("messages.show", conversation_id=number)
        assert unread_in_bar(thread) == "未読 1"
    assert "既読" not in visit.as_(ana).open("messages.show", conversation_id=number).find_all(".log .when")[0]
    read = thread.submit("既読にする")
    assert (unread_in_bar(read), unread_in_list(read), read.has_button("既読にする")) == ("", [], False)
    assert "既読" in visit.as_(ana).open("messages.show", conversation_id=number).find_all(".log .when")[0]


def test_a_page_that_says_it_was_shown_gets_the_new_counts(
    app: Flask, visit: Visitors, ana: Member, ben: Member, cleo: Member
) -> None:
    number = begin(app, ana, ben)
    begin(app, cleo, ben, "別の件")
    thread = visit.as_(ben).open("messages.show", conversation_id=number)
    form = thread.form("既読にする").attributes
    assert (form["action"], "data-read" in form) == (f"/messages/{number}/read", True)
    newest = thread.value("newest")
    part = visit.as_(ben).post(f"/messages/{number}/read", {"newest": newest}, headers={"HX-Request": "true"})
    assert part.status == 200
    assert [part.find_all(f"#unread-{place}") for place in ("bar", "tab", "title")] == [["未読 1"]] * 3
    assert part.soup.select_one(f"#unread-{number}[hidden]"), "its count in the list goes"
    assert "<html" not in part.html


@pytest.mark.parametrize("newest", ["", "none", "-1", "9" * 30, "\x00"])
def test_a_read_mark_of_any_content_is_no_error(
    app: Flask, visit: Visitors, ana: Member, ben: Member, newest: str
) -> None:
    number = begin(app, ana, ben)
    assert visit.as_(ben).post(f"/messages/{number}/read", {"newest": newest}).status == 200
    answer(app, ana, number, "追伸。")
    assert unread_in_bar(visit.as_(ben).open("messages.index")) != ""


# Whose it is


def test_a_conversation_of_others_is_not_there(
    app: Flask, visit: Visitors, ana: Member, ben: Member, cleo: Member
) -> None:
    number = begin(app, ana, ben)
    stranger = visit.as_(cleo)
    for impossible in (2**31, 2**63, 10**30):
        assert stranger.open_path(f"/messages/{impossible}").status == 404
    for missing in (number + 1, 2**31 - 1):
        assert answer_of(stranger.open_path(f"/messages/{number}")) == answer_of(
            stranger.open_path(f"/messages/{missing}")
        )
        for path, fields in [("", {"body": "。", "once": ONCE, "send": "1"}), ("/read", {"newest": "1"})]:
            refused = stranger.post(f"/messages/{number}{path}", fields)
            assert refused.status == 404
            assert answer_of(refused) == answer_of(stranger.post(f"/messages/{missing}{path}", fields))
    assert count(app, Message) == 1
    assert TITLE not in stranger.open("messages.index").text


@pytest.mark.parametrize("address", ["/messages", "/messages/1", "/messages/new?to=ana", "/contacts"])
def test_a_visitor_is_asked_to_sign_in_first(visit: Visitors, ana: Member, address: str) -> None:
    assert visit.anonymous.open_path(address).path.startswith("/login")


def test_nobody_writes_to_themself(app: Flask, visit: Visitors, ana: Member) -> None:
    assert visit.as_(ana).open("messages.compose", to="ana").status == 403
    fields = {"title": TITLE, "body": BODY, "once": ONCE, "send": "1"}
    assert visit.as_(ana).post("/messages/new?to=ana", fields).status == 403
    assert count(app, Conversation) == 0


def test_an_unpublished_member_without_a_tie_is_not_there(
    app: Flask, visit: Visitors, ana: Member, cleo: Member
) -> None:
    nobody = answer_of(visit.as_(ana).open("messages.compose", to="nobody"))
    assert nobody[0] == 404
    assert answer_of(visit.as_(ana).open("messages.compose", to="cleo")) == nobody
    for to in ("cleo", "nobody", "", "cle%00o", "%F0%9F%92%A9"):
        fields = {"title": TITLE, "body": BODY, "once": ONCE, "send": "1"}
        assert visit.as_(ana).post(f"/messages/new?to={to}", fields).status == 404
    assert visit.as_(ana).open_path("/messages/new").status == 404
    follow(app, ana, cleo)
    assert visit.as_(ana).open("messages.compose", to="cleo").status == 200


# Lists


def fill(app: Flask, reader: Member, writers: list[Member], messages: int) -> int:
    """Let each of `writers` begin a conversation with `reader`; the last one holds so many messages."""
    with app.app_context(), db.writing():
        for index, writer in enumerate(writers):
            number = service.start(writer, reader, f"件名{index}", BODY, f"{ONCE}-{index}")
        thread = queries.get_for(writers[-1], number)
        for index in range(1, messages):
            service.reply(writers[-1], thread, f"{index}通目", f"{ONCE}-{writers[-1].id}-{index}")
        db.commit()
    return number


def test_pages_cost_the_same_for_one_conversation_and_for_many(
    app: Flask, visit: Visitors, ana: Member, ben: Member, make_member: MemberFactory
) -> None:
    many = [make_member(f"writer-{index}") for index in range(60)]
    costs = []
    for reader, writers, messages in [(ana, [many[0]], 1), (ben, many, 60)]:
        number = fill(app, reader, writers, messages)
        pages = [
            visit.as_(reader).open("messages.index"),
            visit.as_(reader).open("messages.show", conversation_id=number),
            visit.as_(reader).open("messages.compose", to="ana" if reader is ben else "ben"),
        ]
        assert [page.status for page in pages] == [200, 200, 200]
        costs.append([page.statements for page in pages])
    assert costs[0] == costs[1] == [4, 8, 5]


def test_the_list_pages_through_more_than_twenty_conversations(
    app: Flask, visit: Visitors, ana: Member, make_member: MemberFactory
) -> None:
    fill(app, ana, [make_member(f"writer-{index}") for index in range(45)], 1)
    page = visit.as_(ana).open("messages.index")
    assert unread_in_bar(page) == "未読 45"
    titles = page.find_all(".thread-title")
    while page.has_link("次のページを見る"):
        page = page.follow("次のページを見る")
        titles += page.find_all(".thread-title")
    assert titles == [f"件名{index}" for index in reversed(range(45))]
    back = page.follow("前のページを見る").follow("前のページを見る")
    assert (back.find_all(".thread-title"), back.has_link("前のページを見る")) == (titles[:20], False)


def test_a_thread_pages_through_more_than_fifty_messages(app: Flask, visit: Visitors, ana: Member, ben: Member) -> None:
    number = fill(app, ana, [ben], 120)
    page = visit.as_(ana).open("messages.show", conversation_id=number)
    history = said(page)
    assert (len(history), history[-1]) == (50, "119通目")
    while page.has_link("前のメッセージを見る"):
        page = page.follow("前のメッセージを見る")
        history = said(page) + history
    assert history == [BODY, *(f"{index}通目" for index in range(1, 120))]
    assert (
        page.follow("次のメッセージを見る").follow("次のメッセージを見る").find_all(".log .bubble p")[-1] == "119通目"
    )


def test_a_list_without_conversations_says_what_to_do(visit: Visitors, ana: Member) -> None:
    page = visit.as_(ana).open("messages.index")
    assert "まだメッセージはありません。" in page.text
    assert page.follow("ワーカーを探す").path == "/workers"


@pytest.mark.parametrize("address", ["/messages?after=garbled", "/messages/{}?before=W10"])
def test_a_garbled_place_in_a_list_shows_its_begin(
    app: Flask, visit: Visitors, ana: Member, ben: Member, address: str
) -> None:
    number = begin(app, ana, ben)
    assert TITLE in visit.as_(ana).open_path(address.format(number)).text


def test_a_row_says_who_wrote_last(visit: Visitors, app: Flask, ana: Member, ben: Member) -> None:
    begin(app, ana, ben, body="お願いします。")
    for member, japanese, english in (
        (ana, "あなた ― お願いします。", "You: お願いします。"),
        (ben, "Ana ― お願いします。", "Ana: お願いします。"),
    ):
        assert visit.as_(member).open("messages.index").find_all(".thread-row .thread-title + p") == [japanese]
        speak_english(app, member)
        assert visit.as_(member).open("messages.index").find_all(".thread-row .thread-title + p") == [english]


def test_how_long_ago_a_row_was_written_begins_with_a_capital(
    visit: Visitors, app: Flask, ana: Member, ben: Member
) -> None:
    begin(app, ana, ben)
    speak_english(app, ana)
    with time_machine.travel(now() + timedelta(days=1)):
        assert visit.as_(ana).open("messages.index").find_all(".thread-row time") == ["Yesterday"]
