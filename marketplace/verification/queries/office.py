"""Questions of the moderators: what waits, until when, and what is to be compared."""

import statistics
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, literal_column, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from marketplace.accounts.models import Member
from marketplace.clock import TOKYO, now, today
from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.paging import Page, page_of
from marketplace.verification.deadlines import business_days_between
from marketplace.verification.models import (
    LEASE,
    DocumentKind,
    IdentityDocument,
    Look,
    ReturnReason,
    Verification,
    VerificationState,
)

MOST_COUNTED = 100
"""Beyond this a count stands still, and counting costs no more."""
MOST_DECIDED = 500
"""How many decisions of a month its median is made of."""


class Desk(StrEnum):
    """Which papers a list shows."""

    ALL = "all"
    """Whatever waits."""
    FREE = "free"
    """What nobody holds."""
    MINE = "mine"
    """What the moderator holds."""


@dataclass(frozen=True)
class Waiting:
    """Papers in the queue."""

    verification: Verification
    pages: int
    earlier: int
    """How often papers for the same were sent back before."""
    last_reason: ReturnReason | None
    """Why, the last time."""


@dataclass(frozen=True)
class Workload:
    """How many papers wait: together, and by when they are due; MOST_COUNTED stands for that many or more."""

    identity: int
    proofs: int
    overdue: int
    today: int
    tomorrow: int
    later: int
    mine: int


def queue(moderator: Member, is_proof: bool, desk: Desk, cursor: str | None) -> Page[Waiting]:
    """Return what waits, the first due first."""
    earlier = aliased(Verification)
    before = (
        earlier.member_id == Verification.member_id,
        # By a sum, so that nobody looks for all papers without a qualification: the member has few.
        (earlier.qualification_id + 0).is_not_distinct_from(Verification.qualification_id),
        earlier.state == VerificationState.RETURNED,
        (earlier.kind == DocumentKind.CERTIFICATE) == (Verification.kind == DocumentKind.CERTIFICATE),
    )
    pages = select(func.count()).where(IdentityDocument.verification_id == Verification.id, _KEPT).scalar_subquery()
    times = select(func.count()).select_from(earlier).where(*before).scalar_subquery()
    reason = select(earlier.reason).where(*before).order_by(earlier.id.desc()).limit(1).scalar_subquery()
    question = (
        select(Verification, pages, times, reason)
        .where(_of_kind(is_proof), *_held(moderator, desk))
        .options(joinedload(Verification.member), joinedload(Verification.reviewer))
    )
    columns = (Verification.due_at, Verification.id)
    page = page_of(question, columns, lambda row: (row[0].due_at, row[0].id), cursor, descending=False)
    return Page([Waiting(*row) for row in page.rows], page.next_cursor, page.previous_cursor)


def workload(moderator: Member, is_proof: bool = False) -> Workload:
    """Count what waits, with one statement; the days are those of Tokyo."""
    this_moment = now()
    midnight = datetime.combine(today() + timedelta(days=1), time(), TOKYO)
    of_kind, due = _of_kind(is_proof), Verification.due_at
    counts = (
        _of_kind(False),
        _of_kind(True),
        of_kind & (due < this_moment),
        of_kind & (due >= this_moment) & (due < midnight),
        of_kind & (due >= midnight) & (due < midnight + timedelta(days=1)),
        of_kind & (due >= midnight + timedelta(days=1)),
        of_kind & _is_held_by(moderator),
    )
    row = db.session.execute(select(*(_capped(condition) for condition in counts))).one()
    return Workload(*(int(count) for count in row))


def median_business_days() -> float | None:
    """Return the median of business days from handing in to deciding, this month in Tokyo; None before the first."""
    first = datetime.combine(today().replace(day=1), time(), TOKYO)
    decided = (VerificationState.APPROVED, VerificationState.RETURNED)
    question = (
        select(Verification.submitted_at, Verification.decided_at)
        .where(Verification.state.in_(decided), Verification.decided_at >= first)
        .order_by(Verification.decided_at.desc())
        .limit(MOST_DECIDED)
    )
    days = [business_days_between(since, until) for since, until in db.session.execute(question) if since and until]
    return statistics.median(days) if days else None


def get_for(moderator: Member, verification_id: int) -> Verification:
    """Return papers that were handed in by somebody else; raises NotFound."""
    question = (
        select(Verification)
        .where(
            Verification.id == verification_id,
            Verification.state != VerificationState.DRAFT,
            Verification.submitted_at.is_not(None),
            Verification.member_id != moderator.id,
        )
        .options(
            joinedload(Verification.member),
            joinedload(Verification.reviewer),
            selectinload(Verification.documents),
            selectinload(Verification.looks).joinedload(Look.moderator),
        )
    )
    found = db.session.scalar(question)
    if found is None:
        raise NotFound
    return found


def has_open(moderator: Member, verification: Verification) -> bool:
    """Tell whether `moderator` holds the papers, and opened their pictures a short while ago."""
    at = now()
    if verification.state is not VerificationState.WAITING or not verification.is_leased_to(moderator.id, at):
        return False
    return any(look.moderator_id == moderator.id and at < look.at + LEASE for look in verification.looks)


def page_for(moderator: Member, verification: Verification, position: int) -> IdentityDocument:
    """Return a page for who has the papers open; raises NotFound for everybody else."""
    kept = (one for one in verification.documents if one.position == position and one.destroyed_at is None)
    found = next(kept, None)
    if found is None or not has_open(moderator, verification):
        raise NotFound
    return found


_KEPT = IdentityDocument.destroyed_at.is_(None)


def _of_kind(is_proof: bool) -> ColumnElement[bool]:
    # Written out: an index of some rows is used only where the question says the same words.
    certificate: ColumnElement[Any] = literal_column("'certificate'")
    is_of_kind = Verification.kind == certificate if is_proof else Verification.kind != certificate
    return (Verification.state == literal_column("'waiting'")) & is_of_kind


def _is_held_by(moderator: Member) -> ColumnElement[bool]:
    return (Verification.reviewer_id == moderator.id) & (Verification.leased_until > now())


def _held(moderator: Member, desk: Desk) -> list[ColumnElement[bool]]:
    if desk is Desk.MINE:
        return [_is_held_by(moderator)]
    if desk is Desk.FREE:
        return [Verification.leased_until.is_(None) | (Verification.leased_until <= now())]
    return []


def _capped(condition: ColumnElement[bool]) -> ColumnElement[int]:
    few = select(Verification.id).where(condition).limit(MOST_COUNTED).subquery()
    return select(func.count()).select_from(few).scalar_subquery()
