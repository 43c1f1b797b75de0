"""Telling once, marking as read, choosing, forgetting."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.errors import NotAllowed
from marketplace.events.kinds import EventKind
from marketplace.follows import service as follows
from marketplace.notifications import bundles, queries, service
from marketplace.notifications.models import Mailing, Matter
from marketplace.notifications.recipients import HABITS, Choice
from marketplace.outbox import Errand
from tests.blueprints.letters import begin
from tests.blueprints.tellings import NOON, choose, happen, told
from tests.races import at_once, committing

A_DAY = timedelta(days=1)


def new(app: Flask, member: Member) -> int:
    """How many notifications the bell says."""
    with app.app_context():
        return queries.waiting_for(member).notifications


def test_an_event_that_is_delivered_twice_is_told_once(
    app: Flask, drain: Callable[[], int], ana: Member, ben: Member
) -> None:
    number = happen(app, EventKind.REQUEST_ACCEPTED, ana, ben)
    drain()
    with app.app_context(), db.writing():
        service.notify(number)
        db.commit()
    assert [notification.event_id for notification in told(app, ben)] == [number]


def test_an_event_that_is_gone_is_told_to_nobody(app: Flask) -> None:
    with app.app_context(), db.writing():
        service.notify(4711)


def test_nothing_is_told_when_the_deed_did_not_happen(
    app: Flask, drain: Callable[[], int], ana: Member, ben: Member
) -> None:
    drain()
    with app.app_context(), db.writing():
        follows.follow(ana, ben)
        db.rollback()
    assert drain() == 0
    assert not told(app, ben)


def test_following_again_within_a_day_is_told_once_and_after_it_again(
    app: Flask, drain: Callable[[], int], ana: Member, ben: Member, cleo: Member
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        for hours in (0, 1, 22, 2):
            clock.shift(timedelta(hours=hours))
            happen(app, EventKind.MEMBER_FOLLOWED, ana, ben)
            drain()
        happen(app, EventKind.MEMBER_FOLLOWED, cleo, ben)
        drain()
    assert [notification.created_at - NOON for notification in told(app, ben)] == [
        timedelta(),
        timedelta(hours=25),
        timedelta(hours=25),
    ]


@pytest.mark.parametrize("is_blocker", [True, False])
def test_a_block_keeps_news_away_whoever_made_it(
    app: Flask, drain: Callable[[], int], ana: Member, ben: Member, is_blocker: bool
) -> None:
    happen(app, EventKind.MEMBER_FOLLOWED, ana, ben)
    drain()
    assert new(app, ben) == 1
    with app.app_context(), db.writing():
        follows.block(*((ben, ana) if is_blocker else (ana, ben)))
        db.commit()
        assert not queries.shown_to(ben).rows
    happen(app, EventKind.REQUEST_ACCEPTED, ana, ben)
    drain()
    assert new(app, ben) == 0
    assert len(told(app, ben)) == 1, "what happens behind a block is not even kept"


def test_messages_have_a_count_of_their_own(app: Flask, drain: Callable[[], int], ana: Member, ben: Member) -> None:
    begin(app, ana, ben)
    drain()
    assert [notification.is_shown for notification in told(app, ben)] == [False]
    assert new(app, ben) == 0


def test_who_wants_neither_page_nor_mail_is_not_told(
    app: Flask, drain: Callable[[], int], ana: Member, ben: Member
) -> None:
    choose(app, ben, Matter.FOLLOWS, Mailing.OFF, is_shown=False)
    happen(app, EventKind.MEMBER_FOLLOWED, ana, ben)
    drain()
    assert not told(app, ben)


def test_choices_stay_and_leave_other_matters_alone(app: Flask, ana: Member) -> None:
    choose(app, ana, Matter.FOLLOWS, Mailing.OFF)
    choose(app, ana, Matter.FOLLOWS, Mailing.AT_ONCE, is_shown=False)
    with app.app_context():
        assert queries.choices_of(ana) == {**HABITS, Matter.FOLLOWS: Choice(is_shown=False, mailing=Mailing.AT_ONCE)}


def test_stopping_mails_twice_is_stopping_once_and_the_page_stays(app: Flask, ana: Member) -> None:
    with app.app_context(), db.writing():
        for _time in range(2):
            service.stop_mails(ana, [Matter.MESSAGES])
        db.commit()
        assert queries.choices_of(ana)[Matter.MESSAGES] == Choice(is_shown=True, mailing=Mailing.OFF)


@pytest.mark.real_commits
def test_clicks_that_come_at_once_all_end_the_mails(app: Flask, ana: Member) -> None:
    at_once(committing(app, lambda number: service.stop_mails(ana, [Matter.MESSAGES, Matter.TEAMS])))
    with app.app_context():
        choices = queries.choices_of(ana)
    assert {choices[matter].mailing for matter in (Matter.MESSAGES, Matter.TEAMS)} == {Mailing.OFF}


@pytest.mark.real_commits
def test_an_event_that_many_drains_take_up_is_told_once_and_mailed_once(app: Flask, ana: Member, ben: Member) -> None:
    number = happen(app, EventKind.REQUEST_ACCEPTED, ana, ben)
    at_once(committing(app, lambda turn: service.notify(number)))
    assert len(told(app, ben)) == 1
    with app.app_context():
        mails = select(func.count()).select_from(Errand).where(Errand.topic == bundles.MAIL)
        assert db.db.session.scalar(mails) == 1


def test_nobody_marks_or_chooses_for_others(app: Flask, drain: Callable[[], int], ana: Member, ben: Member) -> None:
    happen(app, EventKind.MEMBER_FOLLOWED, ana, ben)
    drain()
    with app.app_context(), db.writing():
        assert not queries.unread_among(ana, [told(app, ben)[0].id])
        for deed in (
            lambda: service.mark_read(ana, queries.unread_among(ben, [told(app, ben)[0].id])),
            lambda: service.mark_all_read(ana, ben, 10**6),
            lambda: service.choose(ana, ben, {}),
        ):
            with pytest.raises(NotAllowed):
                deed()
    assert new(app, ben) == 1


def test_all_is_read_up_to_what_the_page_knew(
    app: Flask, drain: Callable[[], int], ana: Member, ben: Member, cleo: Member
) -> None:
    happen(app, EventKind.MEMBER_FOLLOWED, ana, ben)
    drain()
    with app.app_context():
        newest = queries.newest_id(ben)
    happen(app, EventKind.MEMBER_FOLLOWED, cleo, ben)
    drain()
    with app.app_context(), db.writing():
        service.mark_all_read(ben, ben, newest)
        db.commit()
    assert new(app, ben) == 1


def test_what_was_read_half_a_year_ago_is_forgotten_and_what_was_not_stays(
    app: Flask, drain: Callable[[], int], ana: Member, ben: Member, cleo: Member
) -> None:
    choose(app, ben, Matter.MESSAGES, Mailing.AT_ONCE)
    with time_machine.travel(NOON, tick=False) as clock:
        for actor in (ana, cleo):
            happen(app, EventKind.MEMBER_FOLLOWED, actor, ben)
        begin(app, ana, ben)
        drain()
        with app.app_context(), db.writing():
            service.mark_read(ben, queries.unread_among(ben, [told(app, ben)[0].id]))
            db.commit()
        left = []
        for days in (1, 7, 171, 2):
            clock.shift(A_DAY * days)
            drain()
            with app.app_context(), db.writing():
                service.forget_old()
                service.forget_old()
                db.commit()
            left.append(len(told(app, ben)))
    assert left == [3, 2, 2, 1]
    assert new(app, ben) == 1
