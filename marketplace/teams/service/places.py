"""Places in a team: taking one, giving one up, handing the team over.

Whoever changes them holds the team's row. Of rows that are held the order is everywhere the same, so that nobody waits
for one who waits for them: the team, the two members, what is offered.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import inspect

from marketplace.accounts.models import Member
from marketplace.db import add_once, db
from marketplace.errors import Conflict, require
from marketplace.events import service as events
from marketplace.events.kinds import EventKind
from marketplace.follows.service import one_at_a_time
from marketplace.i18n import _
from marketplace.teams import policy, queries
from marketplace.teams.models import MOST_MEMBERS, Membership, Role, Team

_COLUMNS = [column.key for column in inspect(Team).column_attrs]
"""What is read again under the lock: the related rows that a page shows stay as they were read."""


@contextmanager
def holding(team: Team) -> Iterator[None]:
    """Let what others change in `team` wait until this unit ends, and read it again; on SQLite the savepoint locks."""
    with db.session.begin_nested():
        # Rows that point to the team, as events do, may still be written by those who hold something else.
        db.session.refresh(team, _COLUMNS, with_for_update={"key_share": True})
        yield


def take(member: Member, team: Team) -> None:
    """Give `member` a place in a team that is held; raises Conflict when it is full, or they have one."""
    if queries.size_of(team) >= MOST_MEMBERS:
        raise Conflict(_("このチームは%(most)s人で、いっぱいです。", most=MOST_MEMBERS))
    if not add_once(Membership(team_id=team.id, member_id=member.id, role=Role.MEMBER)):
        raise Conflict(already_in(member))


def already_in(member: Member) -> str:
    """Return the sentence for somebody who has a place already."""
    return _("%(name)sさんは、すでにこのチームのメンバーです。", name=member.nickname)


def leave(actor: Member, team: Team) -> None:
    """Give up one's place; raises Conflict for the last owner, who hands over or dissolves first (S2-22)."""
    with holding(team):
        require(policy.can_leave(actor, team))
        place = queries.membership_of(actor, team)
        if place.role is Role.OWNER and not queries.owners_beside(actor, team):
            raise Conflict(_("最後のオーナーは脱退できません。ほかのメンバーに引き継ぐか、チームを解散してください。"))
        db.session.delete(place)
    events.record(EventKind.TEAM_MEMBER_LEFT, actor, team=team)


def expel(actor: Member, team: Team, member: Member) -> None:
    """Take the place of `member` away."""
    with holding(team):
        require(policy.can_expel(actor, team, member))
        one_at_a_time(actor, member)
        db.session.delete(queries.membership_of(member, team))
    events.record(EventKind.TEAM_MEMBER_EXPELLED, actor, member=member, team=team)


def hand_over(actor: Member, team: Team, member: Member, *, stays: bool) -> None:
    """Make `member` an owner: beside `actor` who `stays` one, or in their place."""
    with holding(team):
        require(policy.can_hand_over(actor, team, member))
        one_at_a_time(actor, member)
        place = queries.membership_of(member, team)
        if place.role is Role.OWNER:
            raise Conflict(_("%(name)sさんは、すでにオーナーです。", name=member.nickname))
        place.role = Role.OWNER
        # The new owner first: the database refuses a moment without one.
        db.session.flush()
        if not stays:
            queries.membership_of(actor, team).role = Role.MEMBER
    events.record(EventKind.TEAM_HANDED_OVER, actor, member=member, team=team)
