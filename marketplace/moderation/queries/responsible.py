"""Who is responsible for what was reported: a member, or the owners of a team or a company."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, or_, select

from marketplace.accounts.models import Member
from marketplace.companies.models import Belonging, CompanyRole
from marketplace.db import db
from marketplace.moderation.models import Case, SubjectKind
from marketplace.teams.models import Membership, Role

_PLACES: dict[SubjectKind, tuple[Any, Any, Any]] = {
    SubjectKind.TEAM: (Membership, Membership.team_id, Membership.role == Role.OWNER),
    SubjectKind.COMPANY: (Belonging, Belonging.company_id, Belonging.role == CompanyRole.OWNER),
}
"""Where the places in what several lead stand, in which column it is named, and who leads it."""


def is_of(member: Member) -> ColumnElement[bool]:
    """Return the condition for cases about what `member` is responsible for."""
    shared = [
        (Case.subject == kind) & Case.subject_id.in_(select(column).where(places.member_id == member.id, leads))
        for kind, (places, column, leads) in _PLACES.items()
    ]
    return or_(Case.member_id == member.id, *shared)


def is_responsible(case: Case, member: Member) -> bool:
    """Tell whether `member` is responsible for what `case` is about."""
    return bool(db.session.scalar(select(exists().where(Case.id == case.id, is_of(member)))))


def is_part_of(case: Case, member: Member) -> bool:
    """Tell whether `member` is responsible, or belongs to the team or the company, whatever they may do in it."""
    if case.member_id == member.id:
        return True
    if case.subject not in _PLACES:
        return False
    places, column, _leads = _PLACES[case.subject]
    return bool(db.session.scalar(select(exists().where(column == case.subject_id, places.member_id == member.id))))


def own_ids(member: Member, subject: SubjectKind) -> frozenset[int]:
    """Return which members (themself), teams or companies `member` is or belongs to."""
    if subject not in _PLACES:
        return frozenset({member.id})
    places, column, _leads = _PLACES[subject]
    return frozenset(db.session.scalars(select(column).where(places.member_id == member.id)))


def addressees(case: Case) -> Sequence[Member]:
    """Return whom a decision concerns: who is responsible, or the owners."""
    question: Select[Member] = select(Member).where(Member.id == case.member_id)
    if case.subject in _PLACES:
        places, column, leads = _PLACES[case.subject]
        owners = select(places.member_id).where(column == case.subject_id, leads)
        question = select(Member).where(Member.id.in_(owners)).order_by(Member.id)
    return db.session.scalars(question).all()
