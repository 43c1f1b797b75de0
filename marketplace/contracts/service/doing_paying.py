"""Saying that it is paid, and that it has arrived: the money goes from bank to bank, never through here."""

from datetime import date

from marketplace.accounts.models import Member
from marketplace.clock import local_day, now, today
from marketplace.contracts import policy
from marketplace.contracts.models import Contract, ContractState, Delivery, EntryKind
from marketplace.contracts.service.doing_course import claim, meanwhile_changed, settle, tell
from marketplace.errors import Invalid, require
from marketplace.events import service as events
from marketplace.events.kinds import EventKind
from marketplace.i18n import _
from marketplace.jobs.models import MOST_YEN


def report_payment(
    actor: Member, contract: Contract, delivery: Delivery, paid_on: date, paid_yen: int, version: int | None = None
) -> None:
    """Say on which day the client has paid what, in yen, for a delivery that was accepted.

    Until the worker has confirmed it, a report is put right by another one, made from this `version` of the delivery.
    Raises Invalid for less than the terms make it: no consent makes that lawful (Article 5).
    """
    require(policy.can_report_payment(actor, contract))
    course = claim(contract)
    is_correction = delivery in course.unconfirmed and delivery.version == version
    if delivery not in course.unpaid and not is_correction:
        raise meanwhile_changed()
    figures = course.figures_for(delivery, paid_on)
    if figures and paid_yen < figures.net_yen:
        raise Invalid(_("取引条件による金額は%(yen)s円です。少ない金額は報告できません。", yen=f"{figures.net_yen:,}"))
    _note(contract, delivery, paid_on, paid_yen)
    data = _said(delivery) | {"is_correction": is_correction}
    tell(contract, actor, EntryKind.PAYMENT, data=data, delivery=delivery)
    events.record(EventKind.CONTRACT_PAID, actor, member=contract.worker, contract=contract)
    settle(contract)


def dispute_payment(actor: Member, contract: Contract, delivery: Delivery, reason: str, version: int) -> None:
    """Say that what the client reported has not arrived, or not so: until they report again it is not paid."""
    require(policy.can_confirm_payment(actor, contract))
    course = claim(contract)
    if delivery not in course.unconfirmed or delivery.version != version:
        raise meanwhile_changed()
    if not reason:
        raise Invalid(_("何が違うのかを入力してください。"))
    tell(contract, actor, EntryKind.PAYMENT_DISPUTED, reason, data=_said(delivery), delivery=delivery)
    delivery.paid_on = delivery.paid_yen = None
    events.record(EventKind.CONTRACT_WRITTEN, actor, member=contract.client, contract=contract)
    settle(contract)


def confirm_payment(
    actor: Member,
    contract: Contract,
    delivery: Delivery,
    paid_on: date | None = None,
    paid_yen: int | None = None,
    version: int | None = None,
) -> None:
    """Say that the payment for a delivery has arrived; day and amount are wanted where the client reported none.

    When nothing is missing any more, the contract is completed, and the two are in each other's contacts (S2-09).
    """
    require(policy.can_confirm_payment(actor, contract))
    course = claim(contract)
    if delivery in course.unpaid:
        if paid_on is None or paid_yen is None:
            raise Invalid(_("受け取った日と金額を入力してください。"))
        _note(contract, delivery, paid_on, paid_yen)
    elif delivery not in course.unconfirmed or version not in (None, delivery.version):
        # What the client reported was put right meanwhile: nobody confirms what they have not seen.
        raise meanwhile_changed()
    delivery.payment_confirmed_at = now()
    tell(contract, actor, EntryKind.PAYMENT_RECEIVED, data=_said(delivery), delivery=delivery)
    settle(contract, actor)
    if contract.state is not ContractState.COMPLETED:
        # What completes the contract tells of itself.
        events.record(EventKind.CONTRACT_WRITTEN, actor, member=contract.client, contract=contract)


def require_day(contract: Contract, delivery: Delivery, paid_on: date) -> None:
    """Raise Invalid for a day on which nothing can have been paid."""
    first = local_day(contract.started_at) if contract.started_at else delivery.received_on
    if not first <= paid_on <= today():
        raise Invalid(_("取引がはじまった日から今日までの日を選んでください。"))


def _note(contract: Contract, delivery: Delivery, paid_on: date, paid_yen: int) -> None:
    require_day(contract, delivery, paid_on)
    if not 0 < paid_yen <= MOST_YEN:
        raise Invalid(_("金額は1円から1,000,000,000円までで入力してください。"))
    delivery.paid_on, delivery.paid_yen = paid_on, paid_yen


def _said(delivery: Delivery) -> dict[str, str | int | None]:
    return {"paid_on": delivery.paid_on.isoformat() if delivery.paid_on else None, "paid_yen": delivery.paid_yen}
