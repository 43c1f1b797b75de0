"""Lists of contracts, and what two members have done together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, true, union_all
from sqlalchemy.orm import InstrumentedAttribute, aliased, joinedload

from marketplace.accounts.models import Member
from marketplace.clock import TOKYO
from marketplace.contracts.models import LIVE, Contract, ContractShare, ContractState, ContractTerms
from marketplace.contracts.queries.contracts import take_part
from marketplace.db import db
from marketplace.follows import queries as follows
from marketplace.paging import Page, page_of


class Shelf(StrEnum):
    """The tabs of 取引."""

    LIVE = "live"
    """進行中: whatever is not at its end, and what ended early and has yet to be paid."""
    DONE = "done"
    """完了: completed, or ended early and paid for."""
    UNMADE = "unmade"
    """不成立: refused or withdrawn before both agreed."""
    ALL = "all"


@dataclass(frozen=True)
class Wanted:
    """What a list is to hold."""

    shelf: Shelf = Shelf.LIVE
    since: date | None = None
    """The day in Tokyo on which it began, or was proposed."""
    until: date | None = None
    least_yen: int | None = None
    most_yen: int | None = None
    partner: str = ""


@dataclass(frozen=True)
class Row:
    """A contract in a list."""

    contract: Contract
    terms: ContractTerms | None
    other: Member
    is_hidden: bool
    """Whether a block stands between the two, so that the other is shown as somebody without a page."""


@dataclass(frozen=True)
class Together:
    """What two members have completed."""

    count: int
    last_at: datetime


_OWED = (ContractState.ACTIVE, ContractState.DELIVERED, ContractState.ACCEPTED)
_other = aliased(Member)
_version = aliased(ContractTerms)


def contracts_of(viewer: Member, wanted: Wanted, cursor: str | None = None) -> Page[Row]:
    """Return a page of the contracts that `viewer` has a part in, the newest first."""
    is_client = Contract.client_id == viewer.id
    newest = select(func.max(_version.number)).where(_version.contract_id == Contract.id).correlate(Contract)
    number = func.coalesce(Contract.terms_number, newest.scalar_subquery())
    question = (
        select(Contract, ContractTerms, _other, follows.not_hidden(viewer, _other.id))
        .join(_other, _other.id == case((is_client, Contract.worker_id), else_=Contract.client_id))
        .outerjoin(ContractTerms, and_(ContractTerms.contract_id == Contract.id, ContractTerms.number == number))
        .where(Contract.id.in_(_ids_of(viewer)), *_fits(wanted), _is_shown(viewer, _other.id))
    )
    page = page_of(question, (Contract.id,), lambda row: (row[0].id,), cursor)
    rows = [Row(contract, terms, other, is_hidden=not is_seen) for contract, terms, other, is_seen in page.rows]
    return Page(rows, page.next_cursor, page.previous_cursor)


def running(viewer: Member, count: int) -> Select[*tuple[Any, ...]]:
    """Return the question for so many contracts of `viewer` that go on, what has to happen first at first.

    A row holds the numbers of what `Row` is made of.
    """
    other_id = case((Contract.client_id == viewer.id, Contract.worker_id), else_=Contract.client_id)
    return (
        select(
            Contract.id.label("contract_id"),
            Contract.id.label("id"),
            other_id.label("who_id"),
            Contract.next_on.label("by"),
        )
        .where(Contract.id.in_(_ids_of(viewer)), Contract.started_at.is_not(None), _is_live())
        .order_by(Contract.next_on.is_(None), Contract.next_on, Contract.id)
        .limit(count)
    )


def unsettled_of(member: Member) -> Sequence[Contract]:
    """Return the contracts in which somebody waits for `member`: work to be done or looked at, or money that they owe.

    A worker who is owed something may let it be, and a client who has reported all payments has done their part.
    """
    works = and_(Contract.worker_id == member.id, Contract.state.in_((ContractState.ACTIVE, ContractState.DELIVERED)))
    owes = or_(Contract.state.in_(_OWED), and_(Contract.state == ContractState.ENDED, Contract.next_on.is_not(None)))
    waits = or_(works, and_(Contract.client_id == member.id, owes))
    return db.session.scalars(select(Contract).where(waits).order_by(Contract.id)).all()


def open_of(member: Member) -> Sequence[Contract]:
    """Return the contracts of `member` that were agreed to and go on, with both parties."""
    question = select(Contract).where(or_(Contract.client_id == member.id, Contract.worker_id == member.id))
    question = question.where(Contract.started_at.is_not(None), _is_live())
    parties = (joinedload(Contract.client), joinedload(Contract.worker))
    return db.session.scalars(question.options(*parties).order_by(Contract.id)).all()


def counts_of(viewer: Member) -> dict[Shelf, int]:
    """Return how many contracts each tab holds."""
    counted = {shelf: func.count().filter(_stands_on(shelf)) for shelf in Shelf}
    other = case((Contract.client_id == viewer.id, Contract.worker_id), else_=Contract.client_id)
    question = select(*counted.values()).where(Contract.id.in_(_ids_of(viewer)), _is_shown(viewer, other))
    return dict(zip(counted, db.session.execute(question).one(), strict=True))


def completed_with(viewer: Member, others: Iterable[int]) -> dict[int, Together]:
    """Return what `viewer` has completed with each of `others`, by number, with one question."""
    ids = list(others)
    if not ids:
        return {}
    done = Contract.state == ContractState.COMPLETED
    as_client = select(Contract.worker_id.label("other"), Contract.completed_at.label("at"))
    as_worker = select(Contract.client_id.label("other"), Contract.completed_at.label("at"))
    both = union_all(
        as_client.where(Contract.client_id == viewer.id, Contract.worker_id.in_(ids), done),
        as_worker.where(Contract.worker_id == viewer.id, Contract.client_id.in_(ids), done),
    ).subquery()
    rows = db.session.execute(select(both.c.other, func.count(), func.max(both.c.at)).group_by(both.c.other))
    return {other: Together(count, last_at) for other, count, last_at in rows}


def _ids_of(viewer: Member) -> ColumnElement[int]:
    """Each kind of part is read from an index of its own."""
    shared = (
        select(ContractTerms.contract_id)
        .join(ContractShare, ContractShare.terms_id == ContractTerms.id)
        .join(Contract, Contract.id == ContractTerms.contract_id)
        .where(ContractShare.member_id == viewer.id, Contract.terms_number == ContractTerms.number, take_part())
    )
    own = (
        select(Contract.id).where(Contract.client_id == viewer.id),
        select(Contract.id).where(Contract.worker_id == viewer.id),
    )
    return union_all(*own, shared)  # type: ignore[return-value]


def _is_shown(viewer: Member, other: ColumnElement[int] | InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """A block hides what was never agreed to."""
    return or_(Contract.started_at.is_not(None), follows.not_hidden(viewer, other))


def _is_live() -> ColumnElement[bool]:
    is_owed = and_(Contract.state == ContractState.ENDED, Contract.next_on.is_not(None))
    return or_(Contract.state.in_(LIVE), is_owed)


def _stands_on(shelf: Shelf) -> ColumnElement[bool]:
    is_unmade = Contract.state.in_((ContractState.REFUSED, ContractState.WITHDRAWN))
    return {
        Shelf.LIVE: _is_live(),
        Shelf.DONE: and_(~_is_live(), ~is_unmade),
        Shelf.UNMADE: is_unmade,
        Shelf.ALL: true(),
    }[shelf]


def _fits(wanted: Wanted) -> Sequence[ColumnElement[bool]]:
    began_at = func.coalesce(Contract.started_at, Contract.created_at)
    conditions: list[ColumnElement[bool]] = []
    if wanted.shelf is not Shelf.ALL:
        conditions.append(_stands_on(wanted.shelf))
    if wanted.since:
        conditions.append(began_at >= datetime.combine(wanted.since, time(), TOKYO))
    if wanted.until:
        conditions.append(began_at < datetime.combine(wanted.until + timedelta(days=1), time(), TOKYO))
    if wanted.least_yen is not None:
        conditions.append(ContractTerms.amount_yen >= wanted.least_yen)
    if wanted.most_yen is not None:
        conditions.append(ContractTerms.amount_yen <= wanted.most_yen)
    if wanted.partner:
        names = (_other.nickname, ContractTerms.client_name, ContractTerms.worker_name)
        conditions.append(or_(*(name.icontains(wanted.partner, autoescape=True) for name in names)))
    return conditions
