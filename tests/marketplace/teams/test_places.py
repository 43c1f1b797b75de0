"""Leaving, expelling and handing over: a live team always has an owner."""

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.errors import Conflict, NotAllowed, NotFound
from marketplace.teams import queries, service
from marketplace.teams.models import Membership, Role, Team
from tests.factories.teams import TeamFactory


def roles(team: Team) -> dict[str, Role]:
    return {place.member.username: place.role for place in queries.places_in(None, team)}


@pytest.mark.usefixtures("session")
def test_members_leave_and_the_last_owner_does_not(ana: Member, ben: Member, make_team: TeamFactory) -> None:
    team = make_team("tea", ana, ben)
    with pytest.raises(Conflict, match="最後のオーナー"):
        service.leave(ana, team)
    service.leave(ben, team)
    assert roles(team) == {"ana": Role.OWNER}
    with pytest.raises(NotAllowed):
        service.leave(ben, team)
    with pytest.raises(NotFound):
        queries.get_joined(ben, "tea")


@pytest.mark.usefixtures("session")
def test_an_owner_leaves_when_another_stays(ana: Member, ben: Member, make_team: TeamFactory) -> None:
    team = make_team("tea", ana, ben, owners=2)
    service.leave(ana, team)
    assert roles(team) == {"ben": Role.OWNER}


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize(("stays", "mine"), [(True, Role.OWNER), (False, Role.MEMBER)])
def test_a_team_is_handed_over(
    ana: Member, ben: Member, cleo: Member, make_team: TeamFactory, stays: bool, mine: Role
) -> None:
    team = make_team("tea", ana, ben, cleo)
    service.hand_over(ana, team, ben, stays=stays)
    assert roles(team) == {"ana": mine, "ben": Role.OWNER, "cleo": Role.MEMBER}
    with pytest.raises(Conflict if stays else NotAllowed):
        service.hand_over(ana, team, ben, stays=True)


@pytest.mark.usefixtures("session")
def test_owners_expel_members_and_nobody_else_does(
    ana: Member, ben: Member, cleo: Member, make_member: object, make_team: TeamFactory
) -> None:
    team = make_team("tea", ana, ben, cleo, owners=2)
    for actor, member in [(cleo, ben), (cleo, ana), (ana, ben), (ana, ana)]:
        with pytest.raises(NotAllowed):
            service.expel(actor, team, member)
    service.expel(ben, team, cleo)
    assert set(roles(team)) == {"ana", "ben"}
    with pytest.raises(NotFound):
        service.expel(ben, team, cleo)


@pytest.mark.usefixtures("session")
def test_the_database_itself_keeps_an_owner(ana: Member, ben: Member, make_team: TeamFactory) -> None:
    team = make_team("tea", ana, ben)
    table = Membership.__table__
    mine = (table.c.team_id == team.id) & (table.c.member_id == ana.id)
    for statement in (delete(table).where(mine), update(table).where(mine).values(role=Role.MEMBER)):
        with pytest.raises(IntegrityError), db.db.session.begin_nested():
            db.db.session.execute(statement)
    assert roles(team) == {"ana": Role.OWNER, "ben": Role.MEMBER}
    service.dissolve(ana, team)
    db.db.session.execute(delete(table).where(mine))
