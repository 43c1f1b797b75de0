"""The bar of a contract: five steps with their days, the same for both parties."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from blueprints.days import left_of
from marketplace.clock import local_day, today
from marketplace.contracts.course import Course
from marketplace.contracts.models import ContractState, Delivery, DeliveryState, Milestone
from marketplace.contracts.receipt import Receipt, receipt_on
from marketplace.i18n import _


class Mark(StrEnum):
    """How a step is drawn."""

    DONE = "done"
    CURRENT = "current"
    LATE = "late"
    AHEAD = "ahead"
    LIMIT = "limit"
    """The diamond: no step, but the last day that the law allows."""


@dataclass(frozen=True)
class Step:
    """One step of the bar."""

    label: str
    day: date | None
    mark: Mark
    note: str = ""


@dataclass(frozen=True)
class Bar:
    """The steps of one part of the work, or of the whole."""

    steps: Sequence[Step]
    part: Milestone | None
    late: str
    """What is past due, in a sentence; empty when nothing is."""


def bar_of(course: Course) -> Bar:
    """Return the bar of what comes next: of the whole, or of the part whose day is the first to come."""
    part = _part_of_next(course)
    delivery = course.standing_of(part)
    due_on = part.due_on if part else course.due_on
    expected = receipt_on(course.terms, due_on) if due_on else None
    started_at = course.contract.started_at
    steps = [
        Step(_("取引条件の通知"), local_day(started_at) if started_at else None, Mark.DONE),
        _receipt(delivery, due_on),
        _inspection(delivery, expected),
        _payment(delivery, expected),
        _limit(course, delivery, expected),
    ]
    if course.contract.state is ContractState.ENDED and delivery is None:
        steps = [
            each if each.mark is Mark.DONE else Step(each.label, None, Mark.AHEAD, _("途中で終了")) for each in steps
        ]
    return Bar(steps, part, next((_sentence(place, each) for place, each in enumerate(steps) if _is_late(each)), ""))


def _receipt(delivery: Delivery | None, due_on: date | None) -> Step:
    label = _("納品の受け取り")
    return Step(label, delivery.received_on, Mark.DONE) if delivery else _open(label, due_on)


def _inspection(delivery: Delivery | None, expected: Receipt | None) -> Step:
    label = _("検査の完了")
    if delivery is None:
        return Step(label, expected.inspect_by if expected else None, Mark.AHEAD)
    if delivery.state is DeliveryState.ACCEPTED:
        note = _("連絡がなかったため") if delivery.is_deemed and delivery.inspect_by else ""
        note = _("検査なし") if delivery.inspect_by is None else note
        return Step(label, local_day(delivery.decided_at) if delivery.decided_at else None, Mark.DONE, note)
    return _open(label, delivery.inspect_by)


def _payment(delivery: Delivery | None, expected: Receipt | None) -> Step:
    label = _("支払期日")
    if delivery is None:
        return Step(label, expected.pay_on if expected else None, Mark.AHEAD)
    if delivery.paid_on:
        return Step(label, delivery.paid_on, Mark.DONE, _("支払い済み"))
    if delivery.state is DeliveryState.ACCEPTED or delivery.pay_on < today():
        return _open(label, delivery.pay_on)
    return Step(label, delivery.pay_on, Mark.AHEAD)


def _limit(course: Course, delivery: Delivery | None, expected: Receipt | None) -> Step:
    day = delivery.pay_limit_on if delivery else expected.pay_limit_on if expected else None
    note = _("元委託者の支払いから30日目") if course.terms.is_re_entrusted else _("受け取りから60日目")
    return Step(_("法定の限度"), day, Mark.LIMIT, note)


def _open(label: str, day: date | None) -> Step:
    if day is None:
        return Step(label, None, Mark.CURRENT)
    return Step(label, day, Mark.LATE if day < today() else Mark.CURRENT, left_of(day))


def _part_of_next(course: Course) -> Milestone | None:
    for coming in course.coming:
        part = coming.milestone or (course.milestone_of(coming.delivery) if coming.delivery else None)
        # What was done and not delivered is owed as a whole after an early end, whatever parts there were.
        if part in course.parts or (part is None and coming.delivery):
            return part
    return next((each for each in course.parts if not _is_paid(course.standing_of(each))), course.parts[-1])


def _is_late(step: Step) -> bool:
    return step.mark is Mark.LATE


def _is_paid(delivery: Delivery | None) -> bool:
    return delivery is not None and delivery.payment_confirmed_at is not None


def _sentence(place: int, step: Step) -> str:
    if place == 1:
        return _("納品の期日を過ぎています。新しい日を相談してください。")
    if place == 2:
        return _("検査の期日を過ぎています。次の夜に、検収したものとして進みます。")
    return _("支払期日を過ぎています。クライアントは、すぐに支払ってください。検査の結果は関係ありません。")
