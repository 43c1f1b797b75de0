"""Places in a company: taking one, giving one up, handing the company over.

Whoever changes them holds the company's row. Rows are held in one order, as for teams: the company, the two members,
what is asked for.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import inspect

from marketplace.accounts.models import Member
from marketplace.companies import policy, queries
from marketplace.companies.models import Belonging, Company, CompanyRole
from marketplace.db import add_once, db
from marketplace.errors import Conflict, require
from marketplace.events import service as events
from marketplace.events.kinds import EventKind
from marketplace.follows.service import one_at_a_time
from marketplace.i18n import _

_COLUMNS = [column.key for column in inspect(Company).column_attrs]


@contextmanager
def holding(company: Company) -> Iterator[None]:
    """Let what others change in `company` wait until this unit ends, and read it again."""
    with db.session.begin_nested():
        # Rows that point to the company, as events do, may still be written by those who hold something else.
        db.session.refresh(company, _COLUMNS, with_for_update={"key_share": True})
        yield


def take(member: Member, company: Company, department: str, proven_at: datetime | None = None) -> None:
    """Give `member` a place in a company that is held; raises Conflict when they have one."""
    if queries.role_of(member, company) is not None:
        raise Conflict(already_in(member))
    place = Belonging(
        company_id=company.id,
        member_id=member.id,
        department=department,
        role=CompanyRole.MEMBER,
        proven_at=proven_at,
    )
    if not add_once(place):
        raise Conflict(already_in(member))


def already_in(member: Member) -> str:
    """Return the sentence for somebody who has a place already."""
    return _("%(name)sさんは、すでにこの会社に所属しています。", name=member.nickname)


def leave(actor: Member, company: Company) -> None:
    """Give up one's places; raises Conflict for the last owner, who hands over first."""
    with holding(company):
        require(policy.can_leave(actor, company))
        places = queries.places_of(actor, company)
        if places[0].role is CompanyRole.OWNER and not queries.owners_beside(actor, company):
            raise Conflict(_("最後のオーナーは所属を外せません。先に、ほかの人をオーナーにしてください。"))
        _give_up(places)
    events.record(EventKind.COMPANY_MEMBER_LEFT, actor, company=company)


def remove(actor: Member, company: Company, member: Member) -> None:
    """Take the places of `member` away."""
    with holding(company):
        require(policy.can_remove(actor, company, member))
        one_at_a_time(actor, member)
        _give_up(queries.places_of(member, company))
    events.record(EventKind.BELONGING_REMOVED, actor, member=member, company=company)


def hand_over(actor: Member, company: Company, member: Member, *, stays: bool) -> None:
    """Make `member` an owner: beside `actor` who `stays` one, or in their place."""
    with holding(company):
        require(policy.can_hand_over(actor, company, member))
        one_at_a_time(actor, member)
        places = queries.places_of(member, company)
        if places[0].role is CompanyRole.OWNER:
            raise Conflict(_("%(name)sさんは、すでにオーナーです。", name=member.nickname))
        _let_be(places, CompanyRole.OWNER)
        if not stays:
            _let_be(queries.places_of(actor, company), CompanyRole.MEMBER)
    events.record(EventKind.COMPANY_HANDED_OVER, actor, member=member, company=company)


def _let_be(places: Sequence[Belonging], role: CompanyRole) -> None:
    for place in places:
        place.role = role
    # The new owner first: the database refuses a moment without one.
    db.session.flush()


def _give_up(places: Sequence[Belonging]) -> None:
    for place in places:
        db.session.delete(place)
    db.session.flush()
