"""Conversations: what is sent once, who may read it, what is unread, and what happens when many write at once."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.db import db as database
from marketplace.errors import Conflict, NotAllowed, NotFound
from marketplace.events.kinds import EventKind
from marketplace.events.models import Event
from marketplace.messages import queries, service
from marketplace.messages.models import Conversation, Message, Participation
from marketplace.messages.queries import MESSAGES_A_PAGE, Thread
from marketplace.paging import SIZE
from tests.factories.members import MemberFactory
from tests.races import AT_ONCE, at_once, committing

FORM = "once-of-the-first-form"
OTHER_FORM = "once-of-another-form"


def count(model: type[db.Model]) -> int:
    return database.session.scalar(select(func.count()).select_from(model)) or 0


def bodies(thread: Thread) -> list[str]:
    return [message.body for message in queries.messages_of(thread.conversation).rows]


def deeds() -> list[tuple[EventKind, int, int | None]]:
    rows = database.session.execute(select(Event.kind, Event.actor_id, Event.member_id).order_by(Event.id))
    return [(row.kind, row.actor_id, row.member_id) for row in rows]


@pytest.fixture
def number(session: None, ana: Member, ben: Member) -> int:
    """A conversation that Ana began with Ben."""
    return service.start(ana, ben, "図版の件", "はじめまして。", FORM)


@pytest.mark.usefixtures("session")
class TestStarting:
    def test_a_conversation_begins_with_its_first_message(self, number: int, ana: Member, ben: Member) -> None:
        mine, theirs = queries.get_for(ana, number), queries.get_for(ben, number)
        assert (mine.conversation.title, mine.other, theirs.other) == ("図版の件", ben, ana)
        assert bodies(theirs) == ["はじめまして。"]
        assert deeds() == [(EventKind.MESSAGE_SENT, ana.id, ben.id)]
        assert database.session.scalars(select(Event.conversation_id)).all() == [number]

    def test_the_same_form_sent_twice_begins_one_conversation(self, number: int, ana: Member, ben: Member) -> None:
        assert service.start(ana, ben, "図版の件", "はじめまして。", FORM) == number
        assert [count(model) for model in (Conversation, Participation, Message, Event)] == [1, 2, 1, 1]

    @pytest.mark.parametrize(("title", "body"), [("図版の件", "書き直しました。"), ("別の件", "はじめまして。")])
    def test_a_form_that_says_something_else_the_second_time_is_not_dropped_without_a_word(
        self, number: int, ana: Member, ben: Member, title: str, body: str
    ) -> None:
        with pytest.raises(Conflict):
            service.start(ana, ben, title, body, FORM)
        assert count(Conversation) == 1

    def test_another_form_begins_another_conversation(self, number: int, ana: Member, ben: Member) -> None:
        assert service.start(ana, ben, "図版の件", "はじめまして。", OTHER_FORM) != number
        assert service.start(ben, ana, "図版の件", "はじめまして。", FORM) != number
        assert count(Conversation) == 3

    def test_nobody_writes_to_themself(self, ana: Member) -> None:
        with pytest.raises(NotAllowed):
            service.start(ana, ana, "独り言", "。", FORM)
        assert count(Conversation) == 0

    def test_a_member_who_is_gone_meanwhile_is_not_there(self, ana: Member) -> None:
        with pytest.raises(NotFound):
            service.start(ana, Member(id=10**6), "ご相談", "。", FORM)
        assert count(Conversation) == 0


@pytest.mark.usefixtures("session")
class TestAnswering:
    def test_both_sides_write_in_one_history(self, number: int, ana: Member, ben: Member) -> None:
        service.reply(ben, queries.get_for(ben, number), "お返事です。", FORM)
        service.reply(ana, queries.get_for(ana, number), "ありがとうございます。", OTHER_FORM)
        assert bodies(queries.get_for(ben, number)) == ["はじめまして。", "お返事です。", "ありがとうございます。"]
        assert deeds()[1:] == [(EventKind.MESSAGE_SENT, ben.id, ana.id), (EventKind.MESSAGE_SENT, ana.id, ben.id)]

    def test_the_same_answer_sent_twice_is_stored_once(self, number: int, ben: Member) -> None:
        thread = queries.get_for(ben, number)
        service.reply(ben, thread, "お返事です。", FORM)
        written_at = thread.conversation.last_message_at
        service.reply(ben, thread, "お返事です。", FORM)
        assert bodies(thread) == ["はじめまして。", "お返事です。"]
        assert (thread.conversation.last_message_at, len(deeds())) == (written_at, 2)

    def test_an_answer_that_says_something_else_the_second_time_is_refused(
        self, number: int, ana: Member, ben: Member
    ) -> None:
        service.reply(ben, queries.get_for(ben, number), "お返事です。", FORM)
        other = service.start(ana, ben, "別の件", "こちらも。", OTHER_FORM)
        with pytest.raises(Conflict):
            service.reply(ben, queries.get_for(ben, number), "続きです。", FORM)
        with pytest.raises(Conflict):
            service.reply(ben, queries.get_for(ben, other), "お返事です。", FORM)
        assert bodies(queries.get_for(ben, other)) == ["こちらも。"]

    def test_only_who_takes_part_may_answer_and_mark(self, number: int, ana: Member, ben: Member) -> None:
        thread = queries.get_for(ben, number)
        with pytest.raises(NotAllowed):
            service.reply(ana, thread, "。", OTHER_FORM)
        with pytest.raises(NotAllowed):
            service.mark_read(ana, thread, 1)


@pytest.mark.usefixtures("session")
class TestReading:
    def test_a_stranger_cannot_tell_a_conversation_from_none(self, number: int, cleo: Member) -> None:
        for key in (number, number + 1, 0, -1):
            with pytest.raises(NotFound):
                queries.get_for(cleo, key)

    def test_what_others_wrote_is_unread_until_it_was_shown(self, number: int, ana: Member, ben: Member) -> None:
        service.reply(ana, queries.get_for(ana, number), "追伸。", OTHER_FORM)
        assert (queries.unread_count(ana), queries.unread_count(ben)) == (0, 2)
        first, second = queries.messages_of(queries.get_for(ben, number).conversation).rows
        service.mark_read(ben, queries.get_for(ben, number), first.id)
        assert queries.unread_count(ben) == 1
        service.mark_read(ben, queries.get_for(ben, number), second.id)
        service.mark_read(ben, queries.get_for(ben, number), first.id)
        assert queries.unread_count(ben) == 0
        assert queries.get_for(ana, number).theirs.last_read_id == second.id

    @pytest.mark.parametrize("newest", [-1, 0])
    def test_a_mark_below_every_message_marks_nothing(self, number: int, ben: Member, newest: int) -> None:
        service.mark_read(ben, queries.get_for(ben, number), newest)
        assert queries.unread_count(ben) == 1

    @pytest.mark.parametrize("newest", [10**6, 2**31, 10**30])
    def test_a_mark_beyond_the_last_message_does_not_read_the_next_one(
        self, number: int, ana: Member, ben: Member, newest: int
    ) -> None:
        service.mark_read(ben, queries.get_for(ben, number), newest)
        assert queries.unread_count(ben) == 0
        service.reply(ana, queries.get_for(ana, number), "追伸。", OTHER_FORM)
        assert queries.unread_count(ben) == 1

    def test_answering_marks_what_was_there_before_as_read(self, number: int, ana: Member, ben: Member) -> None:
        service.reply(ben, queries.get_for(ben, number), "お返事です。", FORM)
        assert (queries.unread_count(ben), queries.unread_count(ana)) == (0, 1)


@pytest.mark.usefixtures("session")
class TestLists:
    def test_the_list_has_the_conversation_last_written_in_first(
        self, number: int, ana: Member, ben: Member, cleo: Member
    ) -> None:
        second = service.start(cleo, ana, "ご相談", "こんにちは。", FORM)
        assert [row.conversation.id for row in queries.inbox_of(ana).rows] == [second, number]
        service.reply(ben, queries.get_for(ben, number), "お返事です。", FORM)
        newest, older = queries.inbox_of(ana).rows
        assert (newest.conversation.id, newest.other, newest.last_message.body, newest.unread) == (
            number,
            ben,
            "お返事です。",
            1,
        )
        assert (older.conversation.id, older.other, older.last_message.body, older.unread) == (
            second,
            cleo,
            "こんにちは。",
            1,
        )
        assert queries.inbox_of(ben).rows[0].unread == 0

    def test_a_list_without_conversations_is_empty(self, ana: Member) -> None:
        assert queries.inbox_of(ana).rows == []

    def test_pages_of_the_list_hold_every_conversation_once(
        self, ana: Member, ben: Member, make_member: MemberFactory
    ) -> None:
        numbers = [service.start(ben, ana, f"件名{index}", "本文", f"{FORM}-{index}") for index in range(SIZE + 3)]
        first = queries.inbox_of(ana)
        second = queries.inbox_of(ana, first.next_cursor)
        assert [row.conversation.id for row in [*first.rows, *second.rows]] == numbers[::-1]
        assert queries.inbox_of(ana, second.previous_cursor).rows == first.rows
        assert queries.unread_count(ana) == SIZE + 3

    def test_pages_of_a_thread_show_the_newest_first_and_each_in_the_order_of_writing(
        self, number: int, ana: Member, ben: Member
    ) -> None:
        thread = queries.get_for(ana, number)
        for index in range(MESSAGES_A_PAGE + 4):
            service.reply(ana, thread, f"{index}通目", f"{FORM}-{index}")
        newest = queries.messages_of(thread.conversation)
        older = queries.messages_of(thread.conversation, newest.next_cursor)
        assert [message.body for message in [*older.rows, *newest.rows]] == [
            "はじめまして。",
            *(f"{index}通目" for index in range(MESSAGES_A_PAGE + 4)),
        ]
        assert len(newest.rows) == MESSAGES_A_PAGE
        assert queries.messages_of(thread.conversation, older.previous_cursor).rows == newest.rows


@pytest.mark.real_commits
class TestAtOnce:
    def test_one_form_sent_many_times_at_once_begins_one_conversation(
        self, app: Flask, ana: Member, ben: Member
    ) -> None:
        numbers = at_once(committing(app, lambda index: service.start(ana, ben, "図版の件", "はじめまして。", FORM)))
        assert len(set(numbers)) == 1
        with app.app_context():
            assert [count(model) for model in (Conversation, Participation, Message, Event)] == [1, 2, 1, 1]

    def test_one_answer_sent_many_times_at_once_is_stored_once(self, app: Flask, ana: Member, ben: Member) -> None:
        with app.app_context(), db.writing():
            number = service.start(ana, ben, "図版の件", "はじめまして。", FORM)
            db.commit()
        at_once(committing(app, lambda index: service.reply(ben, queries.get_for(ben, number), "お返事です。", FORM)))
        with app.app_context():
            assert bodies(queries.get_for(ana, number)) == ["はじめまして。", "お返事です。"]

    def test_answers_of_both_sides_at_once_are_all_stored_in_the_order_of_their_moments(
        self, app: Flask, ana: Member, ben: Member
    ) -> None:
        with app.app_context(), db.writing():
            number = service.start(ana, ben, "図版の件", "はじめまして。", FORM)
            db.commit()

        def answer(index: int) -> None:
            actor = (ana, ben)[index % 2]
            service.reply(actor, queries.get_for(actor, number), f"{index}", f"{OTHER_FORM}-{index}")

        at_once(committing(app, answer))
        with app.app_context():
            thread = queries.get_for(ana, number)
            written = queries.messages_of(thread.conversation).rows
            assert {message.body for message in written[1:]} == {f"{index}" for index in range(AT_ONCE)}
            moments = [message.created_at for message in written]
            assert moments == sorted(moments)
            assert thread.conversation.last_message_at == moments[-1]
            last_of = {message.sender_id: message.id for message in written}
            assert (thread.mine.last_read_id, thread.theirs.last_read_id) == (last_of[ana.id], last_of[ben.id])

    def test_of_marks_set_at_once_the_farthest_stays(self, app: Flask, ana: Member, ben: Member) -> None:
        with app.app_context(), db.writing():
            number = service.start(ana, ben, "図版の件", "はじめまして。", FORM)
            for index in range(AT_ONCE):
                service.reply(ana, queries.get_for(ana, number), f"{index}", f"{OTHER_FORM}-{index}")
            ids = [message.id for message in queries.messages_of(queries.get_for(ana, number).conversation).rows]
            db.commit()
        at_once(committing(app, lambda index: service.mark_read(ben, queries.get_for(ben, number), ids[index])))
        with app.app_context():
            assert queries.get_for(ben, number).mine.last_read_id == ids[AT_ONCE - 1]
            assert queries.unread_count(ben) == 1
