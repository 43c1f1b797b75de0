"""Ending early, each cause with what follows from it; what was delivered is paid for, whoever ends it and why."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.exc import IntegrityError

from marketplace import calendar
from marketplace.accounts.models import Member
from marketplace.clock import now, today
from marketplace.contracts import policy, queries
from marketplace.contracts.course import Course
from marketplace.contracts.models import (
    Contract,
    ContractEnding,
    ContractState,
    Delivery,
    DeliveryState,
    EndingCause,
    EndingState,
    EntryKind,
    MilestoneState,
)
from marketplace.contracts.receipt import receipt_on
from marketplace.contracts.service.doing_course import claim, meanwhile_changed, settle, tell
from marketplace.contracts.service.doing_delivering import accept_by_itself
from marketplace.db import db
from marketplace.errors import Conflict, Invalid, require
from marketplace.events import service as events
from marketplace.events.kinds import EventKind
from marketplace.i18n import _
from marketplace.jobs.models import MOST_YEN

FARTHEST = timedelta(days=366)
DAYS_TO_OBJECT = 7
"""How long a worker has to object when a client ends because of them."""


@dataclass(frozen=True)
class Wish:
    """How a party wants to end a contract."""

    cause: EndingCause
    reason: str
    owed_yen: int = 0
    """For work that was done and not delivered."""
    ends_on: date | None = None
    """None is today, or as soon as the law allows it."""


def causes_for(party: Member, course: Course) -> list[EndingCause]:
    """Return for which causes a party may end the contract: on the worker's side a client only once they are late.

    What is delivered whole ends by both, or goes on to its payment.
    """
    if not course.missing:
        return [EndingCause.MUTUAL]
    if party.id != course.contract.client_id:
        return [EndingCause.MUTUAL, EndingCause.WORKER, EndingCause.FORCE_MAJEURE]
    late = [EndingCause.WORKER] if course.days_late(today()) else []
    return [EndingCause.MUTUAL, *late, EndingCause.CLIENT, EndingCause.FORCE_MAJEURE]


def earliest_end(asker: Member, course: Course, cause: EndingCause) -> date:
    """Return the first day on which the contract may end: a client gives thirty days' notice of what lasts six months.

    Article 16; not for what both agree to, what the worker wants, and what is nobody's doing. Of what a client says of
    the worker the worker has DAYS_TO_OBJECT to say something else. To be late is no cause of such weight that the law
    lets a client do without the thirty days.
    """
    is_by_client = asker.id == course.contract.client_id and cause in {EndingCause.WORKER, EndingCause.CLIENT}
    if not is_by_client:
        return today()
    days = DAYS_TO_OBJECT if cause is EndingCause.WORKER else 0
    return today() + timedelta(days=max(days, calendar.NOTICE_DAYS if course.needs_notice else 0))


def require_day(asker: Member, course: Course, wish: Wish) -> None:
    """Raise Invalid for a day on which the contract cannot end for that cause."""
    earliest = earliest_end(asker, course, wish.cause)
    if wish.ends_on and not earliest <= wish.ends_on <= today() + FARTHEST:
        raise Invalid(_("終了の日は、%(day)s以降の1年以内の日を選んでください。", day=calendar.in_words(earliest)))


def needs_answer(asker: Member, contract: Contract, wish: Wish) -> bool:
    """Tell whether the contract ends only once the other party agrees.

    What both decide does; a sum that the worker names, for nobody else can promise what the client pays; and the sum
    at which a client values what was done when it is nobody's doing. What a client says of a worker who is late does
    not: whoever has vanished answers nothing. They may object to it.
    """
    is_client = asker.id == contract.client_id
    is_offer = wish.cause is EndingCause.FORCE_MAJEURE if is_client else wish.owed_yen > 0
    return wish.cause is EndingCause.MUTUAL or is_offer


def end(actor: Member, contract: Contract, wish: Wish) -> EndingState:
    """End the contract: by a question to the other party, by notice until a later day, or at once; tell which."""
    require(policy.can_end(actor, contract))
    course = claim(contract)
    if course.ending is not None:
        raise Conflict(_("途中終了の申し出が、すでに出ています。"))
    if wish.cause is not EndingCause.MUTUAL and not course.missing:
        raise Conflict(_("すべて納品されたため、双方の合意のほかの理由では終了できません。"))
    if wish.cause not in causes_for(actor, course) or not wish.reason:
        raise Invalid(_("理由を入力してください。"))
    ending = _asked(actor, course, wish)
    data = {"cause": ending.cause, "ends_on": ending.ends_on.isoformat(), "owed_yen": ending.owed_yen}
    if ending.may_be_objected_to(contract):
        data["days_late"] = course.days_late(today())
    tell(contract, actor, EntryKind.ENDING, ending.reason, data=data | {"state": ending.state})
    if ending.state is EndingState.NOTICED and ending.ends_on <= today():
        come_to_end(course, ending, actor)
        return ending.state
    events.record(EventKind.CONTRACT_ENDING, actor, member=_other(actor, contract), contract=contract)
    settle(contract)
    return ending.state


def agree_to_end(actor: Member, contract: Contract, ending: ContractEnding) -> None:
    """Agree to what the other party asked for."""
    require(policy.can_agree_to_end(actor, contract, ending))
    course = _claimed(contract, ending)
    ending.state, ending.agreed_at = EndingState.NOTICED, now()
    tell(contract, actor, EntryKind.ENDING, data={"cause": ending.cause, "state": "agreed"})
    if ending.ends_on <= today():
        come_to_end(course, ending, actor)
        return
    events.record(EventKind.CONTRACT_ENDING, actor, member=_other(actor, contract), contract=contract)
    settle(contract)


def refuse_to_end(actor: Member, contract: Contract, ending: ContractEnding) -> None:
    """Not agree to what the other party asked for, or object to what they say of oneself: the contract goes on."""
    require(policy.can_refuse_to_end(actor, contract, ending))
    _let_go(actor, contract, ending, EndingState.REFUSED, is_objection=ending.may_be_objected_to(contract))


def withdraw_ending(actor: Member, contract: Contract, ending: ContractEnding) -> None:
    """Take one's wish, or notice, back: the contract goes on."""
    require(policy.can_withdraw_ending(actor, contract, ending))
    _let_go(actor, contract, ending, EndingState.WITHDRAWN)


def come_to_end(course: Course, ending: ContractEnding, actor: Member | None = None) -> None:
    """End the contract, by a deed of a party or by the clock.

    What is looked at counts as accepted, and what was done besides falls due like a delivery.
    """
    contract = course.contract
    ending.state, ending.decided_at = EndingState.DONE, now()
    for delivery in course.waiting:
        accept_by_itself(course, delivery)
    for milestone in course.milestones:
        if milestone.state is MilestoneState.PLANNED:
            milestone.state = MilestoneState.DROPPED
    if ending.owed_yen:
        db.session.add(_owed(course, ending.owed_yen))
    contract.state, contract.ended_at = ContractState.ENDED, now()
    contract.ending_cause, contract.ending_reason = ending.cause, ending.reason
    tell(contract, None, EntryKind.ENDING, data={"cause": ending.cause, "state": ending.state})
    asker = contract.client if ending.asker_id == contract.client_id else contract.worker
    other = _other(actor, contract) if actor else None
    events.record(EventKind.CONTRACT_ENDED, actor or asker, member=other, contract=contract)
    settle(contract)


def _asked(actor: Member, course: Course, wish: Wish) -> ContractEnding:
    require_day(actor, course, wish)
    if not 0 <= wish.owed_yen <= MOST_YEN:
        raise Invalid(_("金額は0円から1,000,000,000円までで入力してください。"))
    ending = ContractEnding(
        contract_id=course.contract.id,
        asker_id=actor.id,
        cause=wish.cause,
        reason=wish.reason,
        owed_yen=wish.owed_yen,
        ends_on=wish.ends_on or earliest_end(actor, course, wish.cause),
        state=EndingState.ASKED if needs_answer(actor, course.contract, wish) else EndingState.NOTICED,
    )
    try:
        with db.session.begin_nested():
            db.session.add(ending)
    except IntegrityError:
        raise meanwhile_changed() from None
    return ending


def _claimed(contract: Contract, ending: ContractEnding) -> Course:
    course = claim(contract)
    if course.ending is None or course.ending.id != ending.id:
        raise meanwhile_changed()
    return course


def _let_go(
    actor: Member, contract: Contract, ending: ContractEnding, state: EndingState, *, is_objection: bool = False
) -> None:
    _claimed(contract, ending)
    ending.state, ending.decided_at = state, now()
    data = {"cause": ending.cause, "state": state, "is_objection": is_objection}
    tell(contract, actor, EntryKind.ENDING, data=data)
    events.record(EventKind.CONTRACT_ENDING, actor, member=_other(actor, contract), contract=contract)
    settle(contract)


def _owed(course: Course, yen: int) -> Delivery:
    receipt = receipt_on(course.terms, today())
    return Delivery(
        contract_id=course.contract.id,
        number=queries.next_delivery_number(course.contract),
        received_on=receipt.received_on,
        pay_on=receipt.pay_on,
        pay_limit_on=receipt.pay_limit_on,
        amount_yen=yen,
        state=DeliveryState.ACCEPTED,
        decided_at=now(),
    )


def _other(actor: Member, contract: Contract) -> Member:
    return contract.worker if actor.id == contract.client_id else contract.client
