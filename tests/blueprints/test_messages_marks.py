"""Read marks that each side can turn off, and the quick acknowledgement."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.messages import queries, service
from marketplace.messages.models import Message
from tests.blueprints.letters import answer, begin, count, message_ids, said
from tests.blueprints.test_privacy import block, change
from tests.races import at_once, committing
from tests.visit import Visitors

BUTTON, TEXT = "確認しました。あらためてご連絡します", "確認しました。あらためてご連絡します。"


def marks(visit: Visitors, member: Member, number: int) -> list[bool]:
    page = visit.as_(member).open("messages.show", conversation_id=number)
    return ["既読" in text for text in page.find_all(".log .when")]


@pytest.mark.parametrize("hides", [(), ("ana",), ("ben",), ("ana", "ben")])
def test_who_hides_read_marks_sees_none_either(
    app: Flask, visit: Visitors, ana: Member, ben: Member, hides: tuple[str, ...]
) -> None:
    number = begin(app, ana, ben)
    answer(app, ben, number, "お返事です。")
    visit.as_(ana).open("messages.show", conversation_id=number).submit("既読にする")
    for member in (ana, ben):
        if member.username in hides:
            change(app, member, shows_read_marks=False)
    assert marks(visit, ana, number) == [not hides, False]
    assert marks(visit, ben, number) == [False, not hides]
    part = visit.as_(ben).open_path(f"/messages/{number}/news?after={message_ids(app)[0]}")
    assert ("既読" in part.text) == (not hides)


def test_one_tap_under_the_others_last_message_acknowledges_it_once(
    app: Flask, visit: Visitors, ana: Member, ben: Member
) -> None:
    number = begin(app, ana, ben)
    thread = visit.as_(ben).open("messages.show", conversation_id=number)
    first, second = thread.submit(BUTTON), thread.submit(BUTTON)
    assert said(first) == said(second)
    assert (first.find_all(".log .is-mine .bubble p"), count(app, Message)) == ([TEXT, "受領の連絡"], 2)
    assert not first.has_button(BUTTON)
    assert not visit.as_(ana).open("messages.show", conversation_id=number).has_button(BUTTON), "no answer to that"
    with app.app_context():
        apart = select(func.count()).where(Message.is_acknowledgement)
        assert db.db.session.scalar(apart) == 1
    answer(app, ana, number, "追伸です。")
    assert visit.as_(ben).open("messages.show", conversation_id=number).submit(BUTTON).find_all(".note") == [
        "受領の連絡",
        "受領の連絡",
    ]


def test_a_message_that_comes_by_itself_brings_its_button(
    app: Flask, visit: Visitors, ana: Member, ben: Member
) -> None:
    number = begin(app, ana, ben)
    answer(app, ben, number, "お返事です。")
    assert not visit.as_(ben).open("messages.show", conversation_id=number).has_button(BUTTON)
    answer(app, ana, number, "追伸です。")
    _first, shown, newest = message_ids(app)
    part = visit.as_(ben).open_path(f"/messages/{number}/news?after={shown}")
    assert (part.has_button(BUTTON), part.value("message")) == (True, str(newest))


@pytest.mark.parametrize(
    ("message", "status"), [("{own}", 403), ("{other}", 404), ("", 404), ("x", 404), ("9" * 30, 404)]
)
def test_what_cannot_be_acknowledged_is_refused(
    app: Flask, visit: Visitors, ana: Member, ben: Member, cleo: Member, message: str, status: int
) -> None:
    number = begin(app, ana, ben)
    answer(app, ben, number, "お返事です。")
    begin(app, cleo, ben)
    first, own, other = message_ids(app)
    fields = {"message": message.format(own=own, other=other)}
    assert visit.as_(ben).post(f"/messages/{number}/acknowledge", fields).status == status
    assert visit.as_(cleo).post(f"/messages/{number}/acknowledge", {"message": str(first)}).status == 404
    block(app, ana, ben)
    assert visit.as_(ben).post(f"/messages/{number}/acknowledge", {"message": str(first)}).status == 403
    assert count(app, Message) == 3


@pytest.mark.real_commits
def test_many_taps_at_once_send_one(app: Flask, ana: Member, ben: Member) -> None:
    number = begin(app, ana, ben)

    def tap(index: int) -> int:
        thread = queries.get_for(ben, number)
        return service.acknowledge(ben, thread, queries.get_message(thread, 1))

    assert len(set(at_once(committing(app, tap), 30))) == 1
    assert count(app, Message) == 2
