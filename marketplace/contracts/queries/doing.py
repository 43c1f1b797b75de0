"""Questions about the work itself: how far it is, its timeline, its files."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, func, literal_column, or_, select
from sqlalchemy.orm import joinedload

from marketplace.accounts.models import Member
from marketplace.contracts.course import Course
from marketplace.contracts.models import (
    Contract,
    ContractAttachment,
    ContractEnding,
    ContractEntry,
    ContractReminder,
    ContractShare,
    ContractTerms,
    Delivery,
    EntryKind,
    Milestone,
    MilestoneState,
)
from marketplace.contracts.queries.contracts import take_part, visible_to
from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.i18n import _
from marketplace.paging import Page, page_of, place

ENTRIES_A_PAGE = 30
MOST_DUE = 500
"""How many contracts the clock looks at in one go."""


def course_of(contract: Contract) -> Course:
    """Return how far an agreed contract is, as the rows stand now."""
    fresh = {"populate_existing": True}
    of_contract = (ContractTerms.contract_id == contract.id, ContractTerms.number == contract.terms_number)
    terms = db.session.scalars(select(ContractTerms).where(*of_contract)).one()
    milestones = select(Milestone).where(Milestone.contract_id == contract.id).order_by(Milestone.position)
    deliveries = select(Delivery).where(Delivery.contract_id == contract.id).order_by(Delivery.number)
    return Course(
        contract,
        terms,
        db.session.scalars(milestones.where(Milestone.state != MilestoneState.DROPPED), execution_options=fresh).all(),
        db.session.scalars(deliveries, execution_options=fresh).all(),
        db.session.scalar(
            select(ContractEnding).where(ContractEnding.contract_id == contract.id, _is_open()), execution_options=fresh
        ),
    )


def milestones_of(contract: Contract) -> Sequence[Milestone]:
    """Return all milestones, also those that are no longer part of the terms."""
    return db.session.scalars(
        select(Milestone).where(Milestone.contract_id == contract.id).order_by(Milestone.position)
    ).all()


def next_delivery_number(contract: Contract) -> int:
    """Return the number that the next delivery has."""
    newest = select(func.max(Delivery.number)).where(Delivery.contract_id == contract.id)
    return (db.session.scalar(newest) or 0) + 1


def has_share(member: Member, contract: Contract) -> bool:
    """Tell whether `member` does a part of the work as one of the team, by the terms in force."""
    return bool(db.session.scalar(select(sharing_in(contract).where(ContractShare.member_id == member.id).exists())))


def sharing_in(contract: Contract) -> Select[int]:
    """Return the question who of the team does a part of the work, by the terms in force, and is still in it."""
    shares = select(ContractShare.member_id).join(ContractTerms, ContractTerms.id == ContractShare.terms_id)
    shares = shares.join(Contract, Contract.id == ContractTerms.contract_id)
    return shares.where(Contract.id == contract.id, ContractTerms.number == Contract.terms_number, take_part())


def timeline_of(contract: Contract, cursor: str | None = None) -> Page[ContractEntry]:
    """Return a page of the timeline, oldest first on the page; the next page is the older one."""
    question = select(ContractEntry).where(ContractEntry.contract_id == contract.id)
    question = question.options(joinedload(ContractEntry.author))
    page = page_of(question, (ContractEntry.id,), lambda row: (row[0].id,), cursor, size=ENTRIES_A_PAGE)
    return Page([row[0] for row in reversed(page.rows)], page.next_cursor, page.previous_cursor)


def place_of(entry_id: int) -> str:
    """Return the cursor of the page of a timeline that ends with that entry."""
    return place((entry_id + 1,))


def entries_since(contract: Contract, entry_id: int) -> Sequence[ContractEntry]:
    """Return at most a page of what came after the entry of that number."""
    after = (ContractEntry.contract_id == contract.id, ContractEntry.id > entry_id)
    question = select(ContractEntry).where(*after).options(joinedload(ContractEntry.author))
    return db.session.scalars(question.order_by(ContractEntry.id).limit(ENTRIES_A_PAGE)).all()


def newest_entry(contract: Contract, kind: EntryKind) -> ContractEntry | None:
    """Return the last entry of a kind."""
    of_kind = (ContractEntry.contract_id == contract.id, ContractEntry.kind == kind)
    question = select(ContractEntry).where(*of_kind).order_by(ContractEntry.id.desc()).limit(1)
    return db.session.scalar(question)


def find_written(author: Member, contract: Contract, once: str) -> ContractEntry | None:
    """Return the entry that `author` wrote with this form, if it was sent before."""
    same = (ContractEntry.author_id == author.id, ContractEntry.once == once)
    return db.session.scalar(select(ContractEntry).where(*same, ContractEntry.contract_id == contract.id))


def files_of(entries: Iterable[ContractEntry]) -> dict[int, list[ContractAttachment]]:
    """Return the files of `entries` by the number of the entry, with one question."""
    found: dict[int, list[ContractAttachment]] = defaultdict(list)
    ids = [each.id for each in entries]
    if ids:
        question = select(ContractAttachment).where(ContractAttachment.entry_id.in_(ids))
        for file in db.session.scalars(question.order_by(ContractAttachment.id)):
            found[file.entry_id].append(file)
    return dict(found)


def get_file(viewer: Member, file_id: int) -> tuple[ContractAttachment, Contract]:
    """Return a file of a contract that `viewer` may see, with the contract; raises NotFound."""
    question = (
        select(ContractAttachment, Contract)
        .join(Contract, Contract.id == ContractAttachment.contract_id)
        .where(ContractAttachment.id == file_id, visible_to(viewer))
    )
    row = db.session.execute(question).one_or_none()
    if row is None:
        raise NotFound(_("このファイルは見つかりません。削除されたか、公開されていません。"))
    return row[0], row[1]


def get_delivery(contract: Contract, delivery_id: int) -> Delivery:
    """Return a delivery of the contract; raises NotFound."""
    found = db.session.scalar(select(Delivery).where(Delivery.id == delivery_id, Delivery.contract_id == contract.id))
    if found is None:
        raise NotFound
    return found


def find_contract(contract_id: int) -> Contract | None:
    """Return a contract with its parties, for the clock."""
    both = (joinedload(Contract.client), joinedload(Contract.worker))
    return db.session.scalar(select(Contract).where(Contract.id == contract_id).options(*both))


def with_days_until(last: date, after: tuple[date, int] | None = None) -> Sequence[tuple[date, int]]:
    """Return contracts, as (next day, number), whose next day is no later than `last`; `after` is where to go on."""
    question = select(Contract.next_on, Contract.id).where(Contract.next_on <= last)
    if after is not None:
        day, number = after
        question = question.where(or_(Contract.next_on > day, and_(Contract.next_on == day, Contract.id > number)))
    rows = db.session.execute(question.order_by(Contract.next_on, Contract.id).limit(MOST_DUE))
    return [(day, number) for day, number in rows if day is not None]


def reminded_of(contract: Contract) -> set[tuple[str, date, int]]:
    """Return of which days somebody was reminded already, and how long before."""
    columns = (ContractReminder.kind, ContractReminder.day, ContractReminder.days_before)
    rows = db.session.execute(select(*columns).where(ContractReminder.contract_id == contract.id))
    return {(row[0], row[1], row[2]) for row in rows}


def _is_open() -> ColumnElement[bool]:
    """Said as the partial index says it."""
    return literal_column("contract_endings.state IN ('asked', 'noticed')")
