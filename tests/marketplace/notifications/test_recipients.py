"""Who is told of what: every kind of event is decided."""

from collections.abc import Callable

import pytest
from flask import Flask

from marketplace import db
from marketplace.accounts.models import Member, Writers
from marketplace.events.kinds import EventKind
from marketplace.messages import queries as threads
from marketplace.messages import service as messages
from marketplace.notifications.models import Matter
from marketplace.notifications.recipients import HABITS, RECIPIENTS, SILENT
from tests.blueprints.letters import answer, begin
from tests.blueprints.tellings import happen, invite, make_team, told
from tests.factories.members import MemberFactory


def test_every_kind_of_event_is_told_to_somebody_or_silent_for_a_reason() -> None:
    assert RECIPIENTS.keys() | SILENT.keys() == set(EventKind)
    assert not RECIPIENTS.keys() & SILENT.keys()
    assert all(SILENT.values())


def test_every_matter_has_its_habit_and_its_events() -> None:
    assert HABITS.keys() == set(Matter)
    assert {telling.matter for telling in RECIPIENTS.values()} == set(Matter)


@pytest.fixture
def dan(make_member: MemberFactory) -> Member:
    return make_member("dan", "Dan")


@pytest.mark.parametrize(
    ("kind", "hearers"),
    [
        (EventKind.MEMBER_FOLLOWED, {"ben"}),
        (EventKind.REQUEST_ACCEPTED, {"ben"}),
        (EventKind.TEAM_MEMBER_INVITED, {"ben"}),
        (EventKind.ANSWER_PUBLISHED, {"ben"}),
        (EventKind.TEAM_MEMBER_EXPELLED, {"ben"}),
        (EventKind.TEAM_HANDED_OVER, {"ben"}),
        (EventKind.JOINING_ACCEPTED, {"ben"}),
        (EventKind.JOINING_DECLINED, {"ben"}),
        (EventKind.JOINING_REOPENED, {"ben"}),
        (EventKind.JOINING_ASKED, {"cleo"}),
        (EventKind.TEAM_MEMBER_LEFT, {"cleo"}),
        (EventKind.TEAM_DISSOLVED, {"cleo", "dan"}),
        (EventKind.INVITATION_ACCEPTED, {"cleo"}),
        (EventKind.INVITATION_DECLINED, {"cleo"}),
        (EventKind.INVITATION_REOPENED, {"cleo"}),
        (EventKind.INVITATION_EXPIRED, {"cleo"}),
        (EventKind.CONTRACT_PROPOSED, {"ben"}),
        (EventKind.CONTRACT_REFUSED, {"ben"}),
        (EventKind.CONTRACT_WITHDRAWN, {"ben"}),
        (EventKind.TERMS_PROPOSED, {"ben"}),
        (EventKind.TERMS_AGREED, {"ben"}),
        (EventKind.TERMS_REFUSED, {"ben"}),
        (EventKind.CONTRACT_NOTICED, {"ben"}),
        *((kind, set[str]()) for kind in SILENT),
    ],
)
def test_those_are_told_whom_it_concerns(
    app: Flask, drain: Callable[[], int], ana: Member, ben: Member, cleo: Member, dan: Member,
    kind: EventKind, hearers: set[str],
) -> None:  # fmt: skip
    team = make_team(app, cleo, dan)
    invitation = invite(app, team, inviter=cleo, invitee=ben)
    happen(app, kind, ana, ben, team=team, invitation=invitation)
    drain()
    assert {member.username for member in (ana, ben, cleo, dan) if told(app, member)} == hearers


def test_of_messages_those_are_told_who_let_their_writer_in_and_have_not_muted_them(
    app: Flask, drain: Callable[[], int], ana: Member, ben: Member, cleo: Member
) -> None:
    with app.app_context(), db.writing():
        db.db.session.merge(cleo).writers = Writers.FRIENDS
        db.commit()
    number = begin(app, ana, ben)
    begin(app, ana, cleo, once="once-of-the-request")
    drain()
    assert (len(told(app, ben)), len(told(app, cleo))) == (1, 0)
    with app.app_context(), db.writing():
        messages.mute(ben, threads.get_for(ben, number))
        db.commit()
    answer(app, ana, number, "もうひとつだけ。")
    drain()
    assert len(told(app, ben)) == 1


def test_the_actor_is_not_told_of_their_own_deed(
    app: Flask, drain: Callable[[], int], ana: Member, ben: Member
) -> None:
    team = make_team(app, ana, ben)
    happen(app, EventKind.TEAM_DISSOLVED, ana, team=team)
    drain()
    assert (len(told(app, ana)), len(told(app, ben))) == (0, 1)


def test_of_what_the_clock_did_even_the_one_it_is_booked_on_is_told(
    app: Flask, drain: Callable[[], int], ana: Member, ben: Member
) -> None:
    team = make_team(app, ana)
    happen(app, EventKind.INVITATION_EXPIRED, ana, ben, team=team, invitation=invite(app, team, ana, ben))
    drain()
    assert len(told(app, ana)) == 1
