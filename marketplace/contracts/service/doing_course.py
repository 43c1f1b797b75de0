"""What all deeds of the doing share: one winner, an entry that tells of it, and the state that follows."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy.orm.attributes import flag_modified
from sqlalchemy.orm.exc import StaleDataError

from marketplace.accounts.models import Member
from marketplace.attachments import Attachment
from marketplace.clock import now
from marketplace.contracts import files as contract_files
from marketplace.contracts import queries
from marketplace.contracts.course import Course
from marketplace.contracts.models import (
    Contract,
    ContractEntry,
    ContractState,
    ContractTerms,
    Delivery,
    DeliveryState,
    EndingState,
    EntryKind,
    Milestone,
    MilestoneState,
    TermsState,
)
from marketplace.db import db
from marketplace.errors import Conflict
from marketplace.events import service as events
from marketplace.events.kinds import EventKind
from marketplace.follows import service as follows
from marketplace.i18n import _

DONE = (ContractState.ACCEPTED, ContractState.PAID, ContractState.COMPLETED)
OF_MILESTONE = {
    DeliveryState.WAITING: MilestoneState.DELIVERED,
    DeliveryState.ACCEPTED: MilestoneState.ACCEPTED,
    DeliveryState.REVISION: MilestoneState.PLANNED,
    DeliveryState.WITHDRAWN: MilestoneState.PLANNED,
}
"""What a milestone is when its delivery is that."""


def claim(contract: Contract) -> Course:
    """Let this deed be the only one that changes the contract as it was read; return how far it is.

    Raises Conflict when another deed was first: both answered the same question, or the answer has changed.
    """
    try:
        with db.session.begin_nested():
            flag_modified(contract, "state")
    except StaleDataError:
        db.session.refresh(contract, ["state", "version"])
        raise meanwhile_changed() from None
    return queries.course_of(contract)


def meanwhile_changed() -> Conflict:
    """Return the refusal of whoever was second."""
    return Conflict(_("この取引は、先に更新されていました。いまの状態を確かめてください。"))


def begin(contract: Contract, terms: ContractTerms, agreed_by: Member | None = None) -> None:
    """Plan the milestones of a version that is in force from now on, and the days that come.

    What was delivered stays; what was only planned is dropped for what the new version plans. The latter begins with
    those that stand for what was delivered already.
    """
    existing = queries.milestones_of(contract)
    kept = [each for each in existing if each.state in (MilestoneState.DELIVERED, MilestoneState.ACCEPTED)]
    for each in existing:
        if each not in kept:
            each.state = MilestoneState.DROPPED
    last = max((each.position for each in existing), default=0)
    for place, planned in enumerate((terms.milestones or [])[len(kept) :], start=last + 1):
        db.session.add(
            Milestone(
                contract_id=contract.id,
                position=place,
                title=planned["title"],
                due_on=date.fromisoformat(planned["due_on"]),
                amount_yen=planned["amount_yen"],
            )
        )
    settle(contract, agreed_by)


def settle(contract: Contract, by: Member | None = None) -> Course:
    """Let the contract be in the state, and know the next day, to which its rows have come.

    When nothing is missing any more it is completed, by the deed of whoever it is, and told so.
    """
    # The questions below must see what the deed has changed.
    db.session.flush()
    course = queries.course_of(contract)
    if contract.is_active:
        _enter(contract, course.state)
        if contract.state in DONE:
            course = let_ending_lapse(course)
        if contract.state is ContractState.COMPLETED:
            _complete(contract, by or contract.worker)
    contract.next_on = course.next_on
    paid = [each for each in course.deliveries if each.paid_on]
    contract.paid_on = max((each.paid_on for each in paid if each.paid_on), default=None)
    contract.paid_yen = sum(each.paid_yen or 0 for each in paid) if paid else None
    waiting = queries.find_proposed(contract) if contract.ended_at is not None else None
    if waiting is not None:
        # There is nothing left for which these terms could count.
        waiting.state = TermsState.WITHDRAWN
    db.session.flush()
    return course


def decide(course: Course, delivery: Delivery, state: DeliveryState) -> None:
    """Let a delivery that waits be `state`, and its milestone what follows from it. Raises Conflict when it is over."""
    if delivery.state is not DeliveryState.WAITING:
        raise meanwhile_changed()
    delivery.state, delivery.decided_at = state, now()
    follow(course, delivery)


def follow(course: Course, delivery: Delivery) -> None:
    """Let the milestone of a delivery be what its delivery makes it."""
    milestone = course.milestone_of(delivery)
    if milestone is not None:
        milestone.state = OF_MILESTONE[delivery.state]


def tell(
    contract: Contract,
    author: Member | None,
    kind: EntryKind,
    body: str = "",
    *,
    data: dict[str, Any] | None = None,
    delivery: Delivery | None = None,
    once: str | None = None,
    files: Sequence[Attachment] = (),
    needs_signature: bool = False,
) -> ContractEntry:
    """Put an entry on the timeline; without an author it was the clock. `needs_signature` is of its files."""
    entry = ContractEntry(
        contract_id=contract.id,
        author_id=author.id if author else None,
        kind=kind,
        body=body,
        data=data or {},
        delivery_id=delivery.id if delivery else None,
        once=once,
    )
    db.session.add(entry)
    # Its files name it by its number.
    db.session.flush()
    contract_files.attach(entry, files, needs_signature)
    return entry


def let_ending_lapse(course: Course) -> Course:
    """Let a wish to end early be over when everything was delivered: nothing is left to end."""
    ending = course.ending
    if ending is None:
        return course
    ending.state, ending.decided_at = EndingState.WITHDRAWN, now()
    tell(course.contract, None, EntryKind.ENDING, data={"cause": ending.cause, "state": "lapsed"})
    return replace(course, ending=None)


def _complete(contract: Contract, by: Member) -> None:
    """Tell both, and put them in each other's contacts (S2-09)."""
    tell(contract, None, EntryKind.COMPLETED)
    follows.become_contacts(contract.client, contract.worker)
    other = contract.client if by.id == contract.worker_id else contract.worker
    events.record(EventKind.CONTRACT_COMPLETED, by, member=other, contract=contract)


def _enter(contract: Contract, state: ContractState) -> None:
    contract.state = state
    if state not in DONE:
        contract.accepted_at = None
    elif contract.accepted_at is None:
        contract.accepted_at = now()
    if state is ContractState.COMPLETED:
        contract.completed_at = contract.ended_at = now()
