"""Requests: how somebody from outside of a member's circle writes to them, and what comes of it."""

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace import db
from marketplace.accounts.models import Member, Writers
from marketplace.db import db as database
from marketplace.errors import Conflict, NotAllowed
from marketplace.events.kinds import EventKind
from marketplace.events.models import Event
from marketplace.follows import service as follows
from marketplace.messages import policy, queries, service
from marketplace.messages.models import ParticipationState
from marketplace.messages.queries import Box, Thread
from tests.races import at_once, committing

FORM = "once-of-the-first-form"


def ask(ana: Member, ben: Member) -> int:
    """Let Ana write to Ben, who wants to hear from friends alone."""
    ben.writers = Writers.FRIENDS
    return service.start(ana, ben, "図版の件", "はじめまして。", FORM)


def let_friends_in() -> None:
    """What the outbox does with every event."""
    for event_id in database.session.scalars(select(Event.id)).all():
        service.let_friends_in(event_id)


def kinds() -> list[EventKind]:
    return list(database.session.scalars(select(Event.kind).order_by(Event.id)))


def numbers(member: Member, box: Box) -> list[int]:
    return [row.conversation.id for row in queries.inbox_of(member, box=box).rows]


def cannot_write(actor: Member, thread: Thread) -> bool:
    return not policy.can_reply(actor, thread)


@pytest.mark.usefixtures("session")
class TestRequests:
    def test_a_request_lies_apart_and_counts_nowhere(self, ana: Member, ben: Member) -> None:
        number = ask(ana, ben)
        assert queries.get_for(ben, number).mine.state is ParticipationState.REQUESTED
        assert (numbers(ben, Box.REQUESTS), numbers(ben, Box.ALL), numbers(ana, Box.ALL)) == ([number], [], [number])
        assert (queries.unread_count(ben), queries.request_count(ben), queries.request_count(ana)) == (0, 1, 0)

    def test_a_request_between_two_who_become_friends_is_an_ordinary_conversation(
        self, ana: Member, ben: Member, cleo: Member
    ) -> None:
        number, another = ask(ana, ben), service.start(cleo, ben, "別の件", "はじめまして。", f"{FORM}-2")
        follows.follow(ana, ben)
        let_friends_in()
        assert queries.request_count(ben) == 2, "one side alone makes no friend"
        follows.follow(ben, ana)
        let_friends_in()
        assert (numbers(ben, Box.ALL), numbers(ben, Box.REQUESTS)) == ([number], [another])
        assert policy.can_reply(ana, queries.get_for(ana, number))
        let_friends_in()
        assert numbers(ben, Box.ALL) == [number], "telling twice is telling once"

    def test_a_request_is_read_without_a_mark(self, ana: Member, ben: Member) -> None:
        number = ask(ana, ben)
        with pytest.raises(NotAllowed):
            service.mark_read(ben, queries.get_for(ben, number), 10**6)

    def test_until_it_is_accepted_the_writer_sends_nothing_more(self, ana: Member, ben: Member) -> None:
        number = ask(ana, ben)
        with pytest.raises(NotAllowed, match="この会員には送信できません。"):
            service.reply(ana, queries.get_for(ana, number), "続きです。", f"{FORM}-2")
        with pytest.raises(NotAllowed, match="この会員には送信できません。"):
            service.start(ana, ben, "別の件", "。", f"{FORM}-3")
        assert service.start(ana, ben, "図版の件", "はじめまして。", FORM) == number, "sent twice is sent once"
        assert cannot_write(ben, queries.get_for(ben, number))

    def test_an_accepted_request_is_a_conversation_and_so_is_the_next_one(self, ana: Member, ben: Member) -> None:
        number = ask(ana, ben)
        for _time in range(2):
            service.accept(ben, queries.get_for(ben, number))
        assert kinds() == [EventKind.MESSAGE_SENT, EventKind.REQUEST_ACCEPTED]
        assert (numbers(ben, Box.ALL), queries.unread_count(ben), queries.request_count(ben)) == ([number], 1, 0)
        service.reply(ana, queries.get_for(ana, number), "続きです。", f"{FORM}-2")
        second = service.start(ana, ben, "別の件", "。", f"{FORM}-3")
        assert queries.get_for(ben, second).mine.is_going_on

    def test_a_declined_request_is_the_same_to_its_writer(self, ana: Member, ben: Member) -> None:
        number = ask(ana, ben)
        before = queries.standing(ana, ben)
        service.decline(ben, queries.get_for(ben, number))
        service.decline(ben, queries.get_for(ben, number))
        assert (kinds()[1:], queries.standing(ana, ben)) == ([EventKind.REQUEST_DECLINED], before)
        assert (numbers(ben, Box.REQUESTS), numbers(ben, Box.ALL), numbers(ana, Box.ALL)) == ([], [], [number])
        with pytest.raises(NotAllowed):
            service.start(ana, ben, "別の件", "。", f"{FORM}-3")

    def test_who_declined_may_think_again_and_who_accepted_may_not_decline(self, ana: Member, ben: Member) -> None:
        number = ask(ana, ben)
        service.decline(ben, queries.get_for(ben, number))
        service.accept(ben, queries.get_for(ben, number))
        with pytest.raises(Conflict):
            service.decline(ben, queries.get_for(ben, number))
        assert policy.can_reply(ana, queries.get_for(ana, number))

    def test_the_request_of_somebody_blocked_is_gone(self, ana: Member, ben: Member) -> None:
        number = ask(ana, ben)
        follows.block(ben, ana)
        assert (numbers(ben, Box.REQUESTS), queries.request_count(ben)) == ([], 0)
        assert cannot_write(ana, queries.get_for(ana, number))
        with pytest.raises(NotAllowed):
            service.accept(ben, queries.get_for(ben, number))

    def test_friends_and_those_who_had_an_answer_never_ask(self, ana: Member, ben: Member, cleo: Member) -> None:
        for writer, reader in ((ana, ben), (ben, ana)):
            follows.follow(writer, reader)
        assert queries.get_for(ben, ask(ana, ben)).mine.is_going_on
        begun = service.start(ben, cleo, "ご相談", "こんにちは。", FORM)
        assert queries.get_for(ben, service.start(cleo, ben, "別の件", "。", FORM)).mine.is_going_on
        assert queries.get_for(cleo, begun).mine.is_going_on

    def test_nobody_answers_the_request_of_others(self, ana: Member, ben: Member, cleo: Member) -> None:
        thread = queries.get_for(ben, ask(ana, ben))
        for deed in (service.accept, service.decline):
            with pytest.raises(NotAllowed):
                deed(cleo, thread)


@pytest.mark.real_commits
def test_of_accepting_and_declining_at_once_one_wins(app: Flask, ana: Member, ben: Member) -> None:
    with app.app_context(), db.writing():
        number = ask(ana, database.session.get_one(Member, ben.id))
        db.commit()

    def deed(index: int) -> None:
        try:
            (service.accept, service.decline)[index % 2](ben, queries.get_for(ben, number))
        except Conflict:
            db.rollback()

    at_once(committing(app, deed), 30)
    with app.app_context():
        found = kinds()
        assert queries.get_for(ben, number).mine.state is ParticipationState.ACCEPTED
        assert found.count(EventKind.REQUEST_ACCEPTED) == 1
        assert found.count(EventKind.REQUEST_DECLINED) <= 1
