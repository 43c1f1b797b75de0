"""Names that look like others', for the moderators: of members, teams and companies."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from marketplace.accounts.models import Member
from marketplace.companies.models import Company, CompanyDomain
from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.follows.look_alikes import is_vouched_for
from marketplace.moderation.models import Case, SettledName, SubjectKind
from marketplace.paging import Page, page_of
from marketplace.teams.models import Team

Named = Member | Team | Company
"""What can look like another by its name."""

NAMED: dict[SubjectKind, type[Named]] = {
    SubjectKind.MEMBER: Member,
    SubjectKind.TEAM: Team,
    SubjectKind.COMPANY: Company,
}


@dataclass(frozen=True)
class LookAlike:
    """Something whose name looks like another's."""

    subject: SubjectKind
    alike: Any
    """The Member, Team or Company that bears the name."""
    original: Any
    """What it looks like: a member who was checked or moderates, the team or company that was there first, or
    a company that was confirmed."""
    settled: SettledName | None
    """What was found about it, while the name is still the same."""
    case_id: int | None
    """The open case about it."""


def look_alikes(subject: SubjectKind, cursor: str | None = None, *, is_settled: bool = False) -> Page[LookAlike]:
    """Return a page of what looks like another, the newest first: what waits, or what was settled."""
    kind: Any = NAMED[subject]
    question = _pairs(subject, kind)
    question = question.where(SettledName.subject.is_not(None) if is_settled else SettledName.subject.is_(None))
    page = page_of(question, (kind.id,), lambda row: (row[0].id,), cursor)
    rows = [LookAlike(subject, *row) for row in page.rows]
    return Page(rows, page.next_cursor, page.previous_cursor)


def get_look_alike(subject: SubjectKind, subject_id: int) -> LookAlike:
    """Return what looks like another; raises NotFound when it does not, or not any more."""
    kind: Any = NAMED[subject]
    row = db.session.execute(_pairs(subject, kind).where(kind.id == subject_id)).first()
    if row is None:
        raise NotFound
    return LookAlike(subject, *row)


def _pairs(subject: SubjectKind, kind: Any) -> Any:
    other: Any = aliased(kind)
    first = aliased(kind)
    same = (first.name_skeleton == kind.name_skeleton, first.id != kind.id, *_comes_before(subject, kind, first))
    original = select(func.min(first.id)).where(*same).correlate(kind).scalar_subquery()
    settled = and_(
        SettledName.subject == subject,
        SettledName.subject_id == kind.id,
        SettledName.skeleton == kind.name_skeleton,
    )
    is_open = and_(Case.subject == subject, Case.subject_id == kind.id, Case.closed_at.is_(None))
    return (
        select(kind, other, SettledName, Case.id)
        .select_from(kind)
        .join(other, other.id == original)
        .outerjoin(SettledName, settled)
        .outerjoin(Case, is_open)
        .where(kind.name_skeleton != "", exists().where(*same), *_is_there(subject, kind))
    )


def _is_there(subject: SubjectKind, kind: Any) -> tuple[ColumnElement[bool], ...]:
    if subject is SubjectKind.MEMBER:
        # Whoever was checked may be called as they are; a namesake who is hidden, or has left, misleads nobody.
        return (kind.hidden_at.is_(None), kind.left_at.is_(None), ~is_vouched_for(kind))
    ended = kind.dissolved_at if subject is SubjectKind.TEAM else kind.closed_at
    return (ended.is_(None), kind.hidden_at.is_(None))


def _comes_before(subject: SubjectKind, kind: Any, first: Any) -> tuple[ColumnElement[bool], ...]:
    if subject is SubjectKind.MEMBER:
        return (is_vouched_for(first), first.left_at.is_(None))
    is_before: ColumnElement[bool] = first.id < kind.id
    if subject is SubjectKind.COMPANY:
        # Whoever is renamed later to what a confirmed one is called was there first all the same.
        has_domain = exists().where(CompanyDomain.company_id == first.id)
        is_before = or_(is_before, has_domain, first.number_confirmed_at.is_not(None))
    return (*_is_there(subject, first), is_before)
