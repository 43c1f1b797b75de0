"""An answer that was just given can be taken back: once, for a minute, and while nothing else has happened."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.errors import Conflict, NotAllowed, NotFound
from marketplace.events.kinds import EventKind
from marketplace.events.models import Event
from marketplace.follows import service as follows
from marketplace.teams import queries, service
from marketplace.teams.models import TAKEN_BACK_WITHIN, Invitation, JoinRequest, Role
from tests.factories.teams import TeamFactory
from tests.races import at_once, committing

TOO_LATE = "もう取り消せません"


def invited(owner: Member, slug: str, invitee: Member) -> Invitation:
    return queries.get_invitation(invitee, service.invite(owner, queries.get_for(owner, slug), invitee).id)


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize("answer", [service.accept, service.decline])
def test_an_invitation_waits_again(
    ana: Member, ben: Member, make_team: TeamFactory, answer: Callable[[Member, Invitation], None]
) -> None:
    team = make_team("tea", ana)
    invitation = invited(ana, "tea", ben)
    answer(ben, invitation)
    service.reopen(ben, invitation)
    assert queries.role_of(ben, team) is None
    assert [each.id for each in queries.waiting_for(ben)] == [invitation.id]
    kinds = db.db.session.scalars(select(Event.kind).order_by(Event.id.desc()).limit(1)).all()
    assert kinds == [EventKind.INVITATION_REOPENED]
    service.accept(ben, invitation)
    assert queries.role_of(ben, team) is Role.MEMBER


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize("answer", [service.admit, service.turn_down])
def test_a_request_waits_again(
    ana: Member, ben: Member, make_team: TeamFactory, answer: Callable[[Member, JoinRequest], None]
) -> None:
    team = make_team("tea", ana, takes_requests=True)
    request = queries.get_request(ana, service.ask_to_join(ben, team).id)
    answer(ana, request)
    with pytest.raises(NotAllowed):
        service.reopen_request(ben, request)
    service.reopen_request(ana, request)
    assert queries.role_of(ben, team) is None
    assert [each.id for each in queries.waiting_for(ana)] == [request.id]


@pytest.mark.usefixtures("session")
def test_only_who_answered_takes_back_and_only_an_answer(
    ana: Member, ben: Member, cleo: Member, make_team: TeamFactory
) -> None:
    make_team("tea", ana)
    invitation = invited(ana, "tea", ben)
    with pytest.raises(Conflict, match=TOO_LATE):
        service.reopen(ben, invitation)
    service.decline(ben, invitation)
    for other in (ana, cleo):
        with pytest.raises(NotAllowed):
            service.reopen(other, invitation)
    withdrawn = invited(ana, "tea", cleo)
    service.withdraw(ana, withdrawn)
    with pytest.raises(Conflict, match=TOO_LATE):
        service.reopen(cleo, withdrawn)


@pytest.mark.usefixtures("session")
def test_after_a_minute_an_answer_stands(ana: Member, ben: Member, make_team: TeamFactory) -> None:
    make_team("tea", ana)
    invitation = invited(ana, "tea", ben)
    service.decline(ben, invitation)
    with (
        time_machine.travel(now() + TAKEN_BACK_WITHIN + timedelta(seconds=1), tick=False),
        pytest.raises(Conflict, match=TOO_LATE),
    ):
        service.reopen(ben, invitation)


@pytest.mark.usefixtures("session")
def test_what_has_changed_since_is_not_undone(ana: Member, ben: Member, cleo: Member, make_team: TeamFactory) -> None:
    team, other = make_team("tea", ana), make_team("coffee", ana)
    became_owner = invited(ana, "tea", ben)
    service.accept(ben, became_owner)
    service.hand_over(ana, team, ben, stays=False)
    with pytest.raises(Conflict, match=TOO_LATE):
        service.reopen(ben, became_owner)
    assert queries.role_of(ben, team) is Role.OWNER
    was_expelled = invited(ana, "coffee", cleo)
    service.accept(cleo, was_expelled)
    service.expel(ana, other, cleo)
    with pytest.raises(Conflict, match=TOO_LATE):
        service.reopen(cleo, was_expelled)


@pytest.mark.usefixtures("session")
def test_a_block_or_the_end_of_the_team_comes_first(
    ana: Member, ben: Member, cleo: Member, make_team: TeamFactory
) -> None:
    team = make_team("tea", ana, takes_requests=True)
    one, other = invited(ana, "tea", ben), invited(ana, "tea", cleo)
    service.decline(ben, one)
    service.decline(cleo, other)
    follows.block(ana, ben)
    with pytest.raises(NotFound):
        service.reopen(ben, one)
    service.dissolve(ana, team)
    with pytest.raises(Conflict, match=TOO_LATE):
        service.reopen(cleo, other)


@pytest.mark.usefixtures("session")
def test_who_blocked_meanwhile_is_asked_no_more(ana: Member, ben: Member, make_team: TeamFactory) -> None:
    team = make_team("tea", ana, takes_requests=True)
    request = queries.get_request(ana, service.ask_to_join(ben, team).id)
    service.turn_down(ana, request)
    follows.block(ben, ana)
    with pytest.raises(NotFound):
        service.reopen_request(ana, request)


@pytest.mark.real_commits
def test_thirty_second_thoughts_are_one(app: Flask, ana: Member, ben: Member, make_team: TeamFactory) -> None:
    make_team("tea", ana)
    with app.app_context(), db.writing():
        invitation = invited(ana, "tea", ben)
        service.accept(ben, invitation)
        db.commit()
        number = invitation.id

    def tried(_turn: int) -> str:
        try:
            committing(app, lambda _n: service.reopen(ben, queries.get_invitation(ben, number)))(0)
        except Conflict:
            return "Conflict"
        return "done"

    assert sorted(at_once(tried, 30)) == ["Conflict"] * 29 + ["done"]
