"""What a client keeps back of a fee as income tax (源泉徴収, 所得税法204条), by date and kind of work."""

from dataclasses import dataclass
from datetime import date

from marketplace.contracts.models import Withholding
from marketplace.jobs.categories import Category, WithholdingClass
from marketplace.payouts.models import Entity, PayeeDetails
from marketplace.payouts.models import Withholding as Declared


@dataclass(frozen=True)
class Rates:
    """What the law wants kept back of a payment, from a day on. Percentages in hundredths of a percent."""

    since: date
    low: int
    """Up to the step; and for scriveners, of all beyond what is free."""
    high: int
    """Of what exceeds the step."""
    step_yen: int
    """How much of one payment is taxed low."""
    free_yen: int
    """How much of one payment to a scrivener is not taxed."""


RATES = (Rates(date(2013, 1, 1), low=10_21, high=20_42, step_yen=1_000_000, free_yen=10_000),)
"""A change of the law is a line here."""


def rates_on(day: date) -> Rates:
    """Return the rates for what is paid on `day`; `ValueError` for days before the table."""
    rates = [row for row in RATES if row.since <= day]
    if not rates:
        raise ValueError(day)
    return rates[-1]


def withheld(base_yen: int, kind: Withholding, paid_on: date) -> int:
    """Return how much of one payment is kept back; fractions of a yen are cut off."""
    rates = rates_on(paid_on)
    if kind is Withholding.NOT_SUBJECT:
        return 0
    if kind is Withholding.SCRIVENER:
        return max(base_yen - rates.free_yen, 0) * rates.low // 100_00
    beyond = max(base_yen - rates.step_yen, 0)
    return ((base_yen - beyond) * rates.low + beyond * rates.high) // 100_00


def withholds(*, is_company: bool, has_employees: bool) -> bool:
    """Tell whether a client keeps anything back: persons without employees do not, companies always."""
    return is_company or has_employees


def assumed(category: Category, payee: PayeeDetails | None) -> Withholding | None:
    """Return what a contract begins with, or None when the client has to say it.

    Nothing is kept back of what a corporation is paid. Otherwise the category decides; what the payee says of
    themselves decides where it leaves it open, and where the two contradict each other somebody has to look.
    """
    if payee is not None and payee.entity is Entity.CORPORATION:
        return Withholding.NOT_SUBJECT
    if payee is not None and payee.withholding is Declared.SCRIVENER:
        return Withholding.SCRIVENER if category in {Category.LEGAL, Category.OTHER} else None
    of_category = _OF_CLASS[category.withholding_class]
    of_payee = _OF_DECLARED.get(payee.withholding) if payee is not None else None
    if of_category is None or of_payee is None:
        return of_category or of_payee
    return of_category if of_category is of_payee else None


_OF_CLASS = {
    WithholdingClass.SUBJECT: Withholding.SUBJECT,
    WithholdingClass.NOT_SUBJECT: Withholding.NOT_SUBJECT,
    WithholdingClass.ASK: None,
}
_OF_DECLARED = {Declared.FEE: Withholding.SUBJECT, Declared.NONE: Withholding.NOT_SUBJECT}
