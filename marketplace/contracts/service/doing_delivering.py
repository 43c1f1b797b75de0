"""Delivering, taking back, asking for a revision, accepting: what starts and ends the days that the law counts."""

from collections.abc import Sequence

from sqlalchemy.exc import IntegrityError

from marketplace.accounts.models import Member
from marketplace.attachments import Attachment
from marketplace.clock import now, today
from marketplace.contracts import policy, queries
from marketplace.contracts.course import Course
from marketplace.contracts.models import Contract, ContractTerms, Delivery, DeliveryState, EntryKind, Milestone
from marketplace.contracts.receipt import receipt_on
from marketplace.contracts.service.doing_course import claim, decide, follow, meanwhile_changed, settle, tell
from marketplace.db import db
from marketplace.errors import Conflict, Invalid, require
from marketplace.events import service as events
from marketplace.events.kinds import EventKind
from marketplace.i18n import _
from marketplace.jobs.models import RewardKind


def deliver(
    actor: Member,
    contract: Contract,
    once: str,
    body: str = "",
    files: Sequence[Attachment] = (),
    milestone: Milestone | None = None,
    needs_signature: bool = False,
) -> int:
    """Hand over the whole, or a milestone: today is the day of receipt. Return the number of the entry.

    Where the terms inspect nothing it counts as accepted at once. Sent twice it is there once. Files that ask for a
    signature are taken only when the client has given theirs: what they cannot open they have not received.
    """
    require(policy.can_deliver(actor, contract))
    already = queries.find_written(actor, contract, once)
    if already is not None:
        return already.id
    if not (body or files):
        raise Invalid(_("納品したものの説明を入力するか、ファイルを選んでください。"))
    if needs_signature and not policy.may_protect_delivery(contract):
        raise Invalid(_("クライアントがまだ署名していないため、署名した人だけが開けるファイルでは納品できません。"))
    course = claim(contract)
    if milestone not in course.missing:
        raise Conflict(_("この部分は、もう納品されています。"))
    delivery = _received(course, milestone)
    entry = tell(
        contract, actor, EntryKind.DELIVERY, body, delivery=delivery, once=once, files=files,
        needs_signature=needs_signature,
    )  # fmt: skip
    events.record(EventKind.CONTRACT_DELIVERED, actor, member=contract.client, contract=contract)
    if delivery.inspect_by is None:
        accept_by_itself(course, delivery)
    settle(contract)
    return entry.id


def take_back(actor: Member, contract: Contract, delivery: Delivery) -> None:
    """Take back what was delivered, as long as it was not decided: the days that ran from its receipt run no more."""
    require(policy.can_take_back(actor, contract))
    course = claim(contract)
    decide(course, delivery, DeliveryState.WITHDRAWN)
    tell(contract, actor, EntryKind.WITHDRAWAL, delivery=delivery)
    events.record(EventKind.CONTRACT_WRITTEN, actor, member=contract.client, contract=contract)
    settle(contract)


def revise(actor: Member, contract: Contract, delivery: Delivery, reason: str) -> None:
    """Ask for what was delivered to be worked over: within the inspection, for a reason, as often as was agreed.

    To ask for it without a cause on the worker's side and without paying for it, the law forbids (Article 5).
    """
    require(policy.can_revise(actor, contract))
    if not reason:
        raise Invalid(_("取引条件のどこと違うのかを、具体的に入力してください。"))
    course = claim(contract)
    if delivery.inspect_by and delivery.inspect_by < today():
        raise Conflict(_("検査の期日を過ぎたため、修正は依頼できません。検収したものとして進みます。"))
    if delivery.state is DeliveryState.WAITING and not course.revisions_left(delivery):
        raise Conflict(_("取引条件で決めた修正の回数に達しています。続けるには、取引条件の変更を提案してください。"))
    delivery.reason = reason
    decide(course, delivery, DeliveryState.REVISION)
    tell(contract, actor, EntryKind.REVISION, reason, delivery=delivery)
    events.record(EventKind.CONTRACT_REVISED, actor, member=contract.worker, contract=contract)
    settle(contract)


def accept(actor: Member, contract: Contract, delivery: Delivery) -> None:
    """Say that what was delivered is what was agreed."""
    require(policy.can_accept(actor, contract))
    course = claim(contract)
    decide(course, delivery, DeliveryState.ACCEPTED)
    tell(contract, actor, EntryKind.ACCEPTANCE, delivery=delivery)
    events.record(EventKind.CONTRACT_ACCEPTED, actor, member=contract.worker, contract=contract)
    settle(contract)


def accept_by_itself(course: Course, delivery: Delivery) -> None:
    """Let a delivery count as accepted because nobody said otherwise in time, or nothing is inspected at all."""
    decide(course, delivery, DeliveryState.ACCEPTED)
    delivery.is_deemed = True
    tell(course.contract, None, EntryKind.ACCEPTANCE, delivery=delivery)
    # Booked on the client, who did nothing; without a member it is told to both.
    events.record(EventKind.CONTRACT_ACCEPTED, course.contract.client, contract=course.contract)


def _received(course: Course, milestone: Milestone | None) -> Delivery:
    terms = course.terms
    receipt = receipt_on(terms, today())
    delivery = Delivery(
        contract_id=course.contract.id,
        milestone_id=milestone.id if milestone else None,
        number=queries.next_delivery_number(course.contract),
        received_on=receipt.received_on,
        inspect_by=receipt.inspect_by,
        pay_on=receipt.pay_on,
        pay_limit_on=receipt.pay_limit_on,
        amount_yen=milestone.amount_yen if milestone else _amount_of(terms),
        state=DeliveryState.WAITING,
        created_at=now(),
    )
    try:
        with db.session.begin_nested():
            db.session.add(delivery)
    except IntegrityError:
        raise meanwhile_changed() from None
    follow(course, delivery)
    return delivery


def _amount_of(terms: ContractTerms) -> int | None:
    """What is agreed for the whole; by the hour or piece it is computed when it is paid."""
    return terms.amount_yen if terms.reward_kind is RewardKind.FIXED else None
