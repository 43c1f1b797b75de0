"""Thirty at once: one winner, one place, one open offer, and never a team without an owner."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.errors import Conflict, DomainError, NotAllowed
from marketplace.follows import service as follows
from marketplace.teams import queries, service
from marketplace.teams.models import Invitation, JoinRequest, Membership, OfferState, Role, Team
from marketplace.teams.service import TeamChanges
from tests.factories.members import MemberFactory
from tests.factories.teams import TeamFactory
from tests.races import at_once, committing

pytestmark = pytest.mark.real_commits

TIMES = 30


def outcome(app: Flask, deed: Callable[[int], object]) -> Callable[[int], str]:
    """Return `deed` as a unit of its own that tells how it ended."""
    unit = committing(app, deed)

    def tried(number: int) -> str:
        try:
            unit(number)
        except DomainError as error:
            return type(error).__name__
        except IntegrityError:
            return "IntegrityError"
        return "done"

    return tried


def count(app: Flask, kind: type, *conditions: object) -> int:
    with app.app_context():
        question = select(func.count()).select_from(kind)
        return db.db.session.scalar(question.where(*conditions)) or 0  # type: ignore[arg-type]


def owners(app: Flask) -> int:
    return count(app, Membership, Membership.role == Role.OWNER)


def test_one_of_thirty_founds_the_team(app: Flask, make_member: MemberFactory) -> None:
    members = [make_member() for _number in range(TIMES)]
    found = at_once(outcome(app, lambda n: service.create(members[n], "tea", TeamChanges(name="お茶"))), TIMES)
    assert sorted(found) == ["Conflict"] * (TIMES - 1) + ["done"]
    assert (count(app, Team), count(app, Membership)) == (1, 1)


def test_thirty_invitations_of_one_pair_are_one(app: Flask, ana: Member, ben: Member, make_team: TeamFactory) -> None:
    make_team("tea", ana)
    found = at_once(outcome(app, lambda _n: service.invite(ana, queries.get_for(ana, "tea"), ben)), TIMES)
    assert sorted(found) == ["Conflict"] * (TIMES - 1) + ["done"]
    assert count(app, Invitation) == 1


def test_accepting_declining_withdrawing_and_expiring_have_one_winner(
    app: Flask, ana: Member, ben: Member, make_team: TeamFactory
) -> None:
    make_team("tea", ana)
    with app.app_context(), db.writing():
        number = service.invite(ana, queries.get_for(ana, "tea"), ben).id
        db.commit()

    def answer(turn: int) -> None:
        verb, actor = [(service.accept, ben), (service.decline, ben), (service.withdraw, ana)][turn % 3]
        verb(actor, queries.get_invitation(actor, number))

    found = at_once(outcome(app, answer), TIMES)
    assert sorted(found) == ["Conflict"] * (TIMES - 1) + ["done"]
    with app.app_context():
        state = db.db.session.get_one(Invitation, number).state
    won = [OfferState.ACCEPTED, OfferState.DECLINED, OfferState.WITHDRAWN][found.index("done") % 3]
    assert state is won
    assert count(app, Membership) == (2 if won is OfferState.ACCEPTED else 1)


def test_a_request_admitted_by_many_gives_one_place(
    app: Flask, ana: Member, ben: Member, cleo: Member, make_team: TeamFactory
) -> None:
    make_team("tea", ana, cleo, owners=2, takes_requests=True)
    with app.app_context(), db.writing():
        number = service.ask_to_join(ben, queries.get_for(ben, "tea")).id
        db.commit()

    def answer(turn: int) -> None:
        actor = (ana, cleo)[turn % 2]
        (service.admit, service.turn_down)[turn % 4 // 2](actor, queries.get_request(actor, number))

    found = at_once(outcome(app, answer), TIMES)
    assert sorted(found) == ["Conflict"] * (TIMES - 1) + ["done"]
    with app.app_context():
        admitted = db.db.session.get_one(JoinRequest, number).state is OfferState.ACCEPTED
    assert count(app, Membership) == 2 + admitted


def test_of_thirty_owners_who_leave_together_one_stays(
    app: Flask, make_member: MemberFactory, make_team: TeamFactory
) -> None:
    members = [make_member() for _number in range(TIMES)]
    make_team("tea", *members, owners=TIMES)
    found = at_once(outcome(app, lambda n: service.leave(members[n], queries.get_joined(members[n], "tea"))), TIMES)
    assert sorted(found) == ["Conflict"] + ["done"] * (TIMES - 1)
    assert owners(app) == 1


def test_the_database_keeps_the_last_owner_from_those_who_ask_no_verb(
    app: Flask, make_member: MemberFactory, make_team: TeamFactory
) -> None:
    members = [make_member() for _number in range(TIMES)]
    make_team("tea", *members, owners=TIMES)

    def step_down(number: int) -> None:
        place = db.db.session.scalars(select(Membership).where(Membership.member_id == members[number].id)).one()
        if number % 2:
            place.role = Role.MEMBER
        else:
            db.db.session.delete(place)
        db.db.session.flush()

    found = at_once(outcome(app, step_down), TIMES)
    assert sorted(found) == ["IntegrityError"] + ["done"] * (TIMES - 1)
    assert owners(app) == 1


def test_two_owners_who_hand_over_to_each_others_members_leave_owners_behind(
    app: Flask, ana: Member, ben: Member, make_member: MemberFactory, make_team: TeamFactory
) -> None:
    others = [make_member() for _number in range(TIMES)]
    make_team("tea", ana, ben, *others, owners=2)

    def hand_over(number: int) -> None:
        actor = (ana, ben)[number % 2]
        service.hand_over(actor, queries.get_joined(actor, "tea"), others[number], stays=False)

    found = at_once(outcome(app, hand_over), TIMES)
    assert found.count("done") == 2
    assert set(found) == {"done", NotAllowed.__name__}
    assert owners(app) == 2


def test_no_invitation_is_accepted_after_a_block(
    app: Flask, ana: Member, ben: Member, make_member: MemberFactory, make_team: TeamFactory
) -> None:
    """Whichever comes first: nobody who was blocked before their acceptance is in the team."""
    invitees = [make_member() for _number in range(TIMES // 2)]
    make_team("tea", ana, ben, owners=2)
    with app.app_context(), db.writing():
        team = queries.get_for(ana, "tea")
        numbers = [service.invite(ana, team, invitee).id for invitee in invitees]
        db.commit()

    def block_or_accept(turn: int) -> None:
        invitee, number = invitees[turn // 2], numbers[turn // 2]
        if turn % 2:
            follows.block(ana, invitee)
        else:
            service.accept(invitee, queries.get_invitation(invitee, number))

    found = at_once(outcome(app, block_or_accept), TIMES)
    assert found[1::2] == ["done"] * len(invitees)
    assert set(found[::2]) <= {"done", "NotFound"}
    assert count(app, Membership) == 2 + found[::2].count("done")


def test_a_change_of_an_older_version_loses(app: Flask, ana: Member, make_team: TeamFactory) -> None:
    make_team("tea", ana)

    def edit(number: int) -> None:
        service.edit(ana, queries.get_for(ana, "tea"), TeamChanges(name=f"お茶{number}"), 1)

    found = at_once(outcome(app, edit), TIMES)
    assert sorted(found) == [Conflict.__name__] * (TIMES - 1) + ["done"]
