"""Every rule about days: months, business days, and until when the law wants work to be paid for.

The law is 特定受託事業者に係る取引の適正化等に関する法律 (the freelance law), Article 4. All days are days in Japan.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache, lru_cache
from typing import Any

from babel.dates import format_date

from marketplace.i18n import _, current_language

PAYMENT_DAYS = 60
"""Within how many days work is paid for, the day of receipt being the first (Article 4 (1))."""
RE_ENTRUSTING_DAYS = 30
"""Within how many days of the client's own due date, that day being the first (Article 4 (3))."""
NOTICE_DAYS = 30
"""How long before it ends work of six months and more is given notice of (Article 16)."""
MONTH_END = 31
"""A day of the month: the last one, however long the month is."""
KNOWN_YEARS = range(2000, 2100)
"""Whose holidays are known; in others only weekends are free."""


class PayRule(StrEnum):
    """How the day of payment is known."""

    ON_A_DAY = "on_a_day"
    """On one day, named from the start."""
    AFTER_RECEIPT = "after_receipt"
    """On a day counted from receipt, the day of receipt being the first."""
    MONTHLY = "monthly"
    """All of a month that is closed on one day, on a day of the same, the next, or the next but one."""


class Shift(StrEnum):
    """What becomes of a day on which banks are closed."""

    PREVIOUS = "previous"
    """The business day before it."""
    NEXT = "next"
    """The business day after it, unless that is too late."""


@dataclass(frozen=True)
class PaymentRule:
    """When a contract pays. Made by `after_receipt`, `monthly` and `on`; `ValueError` for what is no rule at all."""

    kind: PayRule
    days: int | None = None
    """Which day since receipt; 1 is the day of receipt."""
    closing_day: int | None = None
    """Of the month; one that the month does not have is its last, and so `MONTH_END` is the last of all."""
    months: int | None = None
    """From the month of closing to that of paying: 0, 1, 2."""
    pay_day: int | None = None
    """Of that month, likewise."""
    on_day: date | None = None
    shift: Shift = Shift.PREVIOUS
    is_continuous: bool = False
    """Whether services of a whole month count as received on its closing day, as the notice has to say."""

    def __post_init__(self) -> None:
        numbers = (self.days, self.closing_day, self.months, self.pay_day)
        match self.kind, numbers, self.on_day:
            case PayRule.AFTER_RECEIPT, (int(days), None, None, None), None:
                is_sound = 1 <= days <= 366 and not self.is_continuous
            case PayRule.MONTHLY, (None, int(closing), int(months), int(paid)), None:
                first = closing if months == 0 else 1
                is_sound = 1 <= closing <= MONTH_END and 0 <= months <= 2 and first <= paid <= MONTH_END
            case PayRule.ON_A_DAY, (None, None, None, None), date():
                is_sound = not self.is_continuous
            case _:
                is_sound = False
        if not is_sound:
            raise ValueError(self)

    @classmethod
    def after_receipt(cls, days: int, shift: Shift = Shift.PREVIOUS) -> "PaymentRule":
        """Pay on that day since receipt; 1 is the day of receipt, 60 the last that the law allows."""
        return cls(PayRule.AFTER_RECEIPT, days=days, shift=shift)

    @classmethod
    def monthly(
        cls,
        closing_day: int,
        months: int,
        pay_day: int,
        shift: Shift = Shift.PREVIOUS,
        *,
        is_continuous: bool = False,
    ) -> "PaymentRule":
        """Close on one day of each month and pay on another, `months` later: (31, 1, 25) is 月末締め、翌月25日払い."""
        return cls(
            PayRule.MONTHLY,
            closing_day=closing_day,
            months=months,
            pay_day=pay_day,
            shift=shift,
            is_continuous=is_continuous,
        )

    @classmethod
    def on(cls, day: date, shift: Shift = Shift.PREVIOUS) -> "PaymentRule":
        """Pay on `day`."""
        return cls(PayRule.ON_A_DAY, on_day=day, shift=shift)

    def counted_from(self, received_on: date) -> date:
        """Return the day that counts as the day of receipt."""
        return closing_on_or_after(received_on, self.closing_day or MONTH_END) if self.is_continuous else received_on

    def named_day(self, received_on: date) -> date:
        """Return the day that the rule names, before it is asked whether banks are open and whether it is lawful."""
        if self.kind is PayRule.AFTER_RECEIPT:
            return received_on + timedelta(days=(self.days or 1) - 1)
        if self.kind is PayRule.MONTHLY:
            closing = closing_on_or_after(received_on, self.closing_day or MONTH_END)
            return _day_of_month(add_months(closing.replace(day=1), self.months or 0), self.pay_day or MONTH_END)
        return self.on_day or received_on

    def label(self, on_day: str = "") -> str:
        """Say the rule in the reader's language, with what becomes of a day on which banks are closed.

        `on_day` is how the page writes the day that the rule names.
        """
        if self.shift is Shift.NEXT:
            return _("%(rule)s(金融機関の休業日にあたるときは次の営業日)", rule=self.short_label(on_day))
        return _("%(rule)s(金融機関の休業日にあたるときは前の営業日)", rule=self.short_label(on_day))

    def short_label(self, on_day: str = "") -> str:
        """Say the rule in the reader's language, without it."""
        if self.kind is PayRule.AFTER_RECEIPT:
            if self.days == 1:
                return _("受領日払い")
            return _("受領日を1日目として%(number)s日目払い", number=self.days)
        if self.kind is PayRule.MONTHLY:
            closing = self.closing_day or MONTH_END
            closed = _("月末締め") if closing == MONTH_END else _("毎月%(day)s日締め", day=closing)
            return _(
                "%(closed)s、%(paid)s", closed=closed, paid=_paid_label(self.months or 0, self.pay_day or MONTH_END)
            )
        return _("%(day)s払い", day=on_day or in_words(self.on_day or date.min))


@dataclass(frozen=True)
class Case:
    """What a rule comes to when work is received on one day."""

    received_on: date
    counted_from: date
    """The day of receipt, or of closing where that counts as received."""
    named_on: date

    @property
    def number(self) -> int:
        """Which day since receipt the rule names, the day of receipt being the first."""
        return receipt_day_number(self.counted_from, self.named_on)


# --- Months -----------------------------------------------------------------------------------------------------------


def add_months(day: date, months: int) -> date:
    """Return the same day so many months later, or the last day of that month when it has no such day."""
    index = day.year * 12 + day.month - 1 + months
    return _day_of_month(date(index // 12, index % 12 + 1, 1), day.day)


def last_of_months(first: date, months: int) -> date:
    """Return the last day of a time of so many months that begins with `first` (Civil Code, Article 143)."""
    end = add_months(first, months)
    return end - timedelta(days=1) if end.day == first.day else end


def lasts_months(first: date, last: date, months: int) -> bool:
    """Tell whether work from `first` to `last`, both included, goes on for so many months."""
    return last >= last_of_months(first, months)


def closing_on_or_after(day: date, closing_day: int) -> date:
    """Return the day that closes the month to which `day` belongs, when months are closed on `closing_day`."""
    closing = _day_of_month(day, closing_day)
    return closing if day <= closing else _day_of_month(add_months(day.replace(day=1), 1), closing_day)


def _day_of_month(month: date, number: int) -> date:
    return month.replace(day=min(number, monthrange(month.year, month.month)[1]))


# --- Business days ----------------------------------------------------------------------------------------------------


def is_business_day(day: date) -> bool:
    """Tell whether banks are open: no weekend, no holiday, not 31 December to 3 January."""
    return bool(_holidays().is_working_day(day))


def business_day_on_or_before(day: date) -> date:
    """Return `day`, or the last business day before it."""
    while not is_business_day(day):
        day -= timedelta(days=1)
    return day


def business_day_on_or_after(day: date) -> date:
    """Return `day`, or the first business day after it."""
    while not is_business_day(day):
        day += timedelta(days=1)
    return day


def business_days_after(day: date, count: int) -> date:
    """Return the business day that is the `count`th after `day`, which itself never counts; `count` is 1 or more."""
    if count < 1:
        raise ValueError(count)
    found: date = _holidays().get_nth_working_day(day, count)
    return found


def business_days_between(since: date, until: date) -> int:
    """Return how many business days come after `since` and no later than `until`; none when it is no later day."""
    first = since + timedelta(days=1)
    return int(_holidays().get_working_days_count(first, until)) if first <= until else 0


def holiday_on(day: date) -> str:
    """Return the name of a public holiday, in Japanese, or an empty text."""
    return str(_holidays().get(day) or "")


@cache
def _holidays() -> Any:
    # Half a second of loading that no other page should wait for.
    import holidays

    # Filled before anybody asks: years are added while other threads read, and a day of such a year is no holiday.
    kinds = ("public", "bank")
    return holidays.country_holidays("JP", categories=kinds, language="ja", years=KNOWN_YEARS, expand=False)


# --- What the law wants -----------------------------------------------------------------------------------------------


def receipt_day_number(received_on: date, day: date) -> int:
    """Return which day since receipt it is: 1 on the day of receipt itself."""
    return (day - received_on).days + 1


def payment_limit(received_on: date) -> date:
    """Return the last day on which the law lets work be paid for: the sixtieth, the day of receipt being the first.

    Inspection does not matter. A contract that names a later day is held to this one (Article 4 (2)).
    """
    return received_on + timedelta(days=PAYMENT_DAYS - 1)


def re_entrusting_limit(upstream_due_on: date) -> date:
    """Return the last day for paying who does re-entrusted work: thirty days from when the client's client is to pay.

    That day is the first. It counts when the notice names the client's client and that day (Articles 3 and 4 (3)).
    """
    return upstream_due_on + timedelta(days=RE_ENTRUSTING_DAYS - 1)


def inspection_limit(received_on: date, days: int) -> date:
    """Return the last day of inspecting: so many days after the day of receipt, never after the last day of paying."""
    return min(received_on + timedelta(days=days), payment_limit(received_on))


def notice_limit(ends_on: date) -> date:
    """Return the last day for giving notice of an end: thirty whole days before it (Article 16)."""
    return ends_on - timedelta(days=NOTICE_DAYS)


def last_lawful_day(received_on: date, upstream_due_on: date | None = None) -> date:
    """Return the last day on which the law lets work be paid for; `upstream_due_on` is given for re-entrusted work."""
    return max(re_entrusting_limit(upstream_due_on), received_on) if upstream_due_on else payment_limit(received_on)


def payment_day(received_on: date, rule: PaymentRule, upstream_due_on: date | None = None) -> date:
    """Return the business day on which work is to be paid for by `rule`: never before its receipt, never too late.

    A rule that names a day beyond the law's is held to the law's; a fixed day that is over when the work is received
    means the day of receipt, as if none were named. Where banks stay closed until that day, the first day after it.
    """
    case = case_of(rule, received_on)
    last = last_lawful_day(case.counted_from, upstream_due_on)
    day = min(max(case.named_on, case.counted_from), last)
    before, after = business_day_on_or_before(day), business_day_on_or_after(day)
    if before < case.counted_from:
        return after
    return after if rule.shift is Shift.NEXT and after <= last else before


def needs_day(rule: PaymentRule, upstream_due_on: date | None = None) -> bool:
    """Tell whether it depends on the day of receipt whether `rule` is lawful."""
    return rule.kind is PayRule.ON_A_DAY or upstream_due_on is not None


def is_lawful(rule: PaymentRule, received_on: date | None = None, upstream_due_on: date | None = None) -> bool:
    """Tell whether `rule` names no day that is too late, whenever work is received, or received on that day.

    What is paid on a fixed day, or re-entrusted, is lawful for some days of receipt only: without one it is not. Days
    are counted strictly; the practice of two months, by which 月末締め、翌月末払い passes, is `is_within_two_months`.
    """
    if received_on is not None:
        case = case_of(rule, received_on)
        return case.named_on <= last_lawful_day(case.counted_from, upstream_due_on)
    return not needs_day(rule, upstream_due_on) and worst_case(rule).number <= PAYMENT_DAYS


def case_of(rule: PaymentRule, received_on: date) -> Case:
    """Return what `rule` comes to when work is received on that day."""
    return Case(received_on, rule.counted_from(received_on), rule.named_day(received_on))


def is_within_two_months(rule: PaymentRule) -> bool:
    """Tell whether a monthly rule would pass where the sixty days are read as two months, as authorities do."""
    cases = (case_of(rule, day) for day in _every_day())
    return rule.kind is PayRule.MONTHLY and all(
        case.named_on <= max(payment_limit(case.counted_from), last_of_months(case.counted_from, 2)) for case in cases
    )


@lru_cache(maxsize=256)
def worst_case(rule: PaymentRule) -> Case:
    """Return the latest payment that a rule after receipt or by the month names, of all days of receipt.

    Four years prove it for ever: no rule by the month looks further than four months ahead, and among these are a
    February of 28 days and one of 29.
    """
    return max((case_of(rule, day) for day in _every_day()), key=lambda case: case.number)


def in_words(day: date, *, with_year: bool = True) -> str:
    """Write a day in the reader's language."""
    japanese, english = ("y年M月d日", "MMMM d, y") if with_year else ("M月d日", "MMMM d")
    language = current_language()
    return str(format_date(day, japanese if language == "ja" else english, locale=language))


def _every_day() -> Iterator[date]:
    day = date(2025, 1, 1)
    while day.year < 2029:
        yield day
        day += timedelta(days=1)


def _paid_label(months: int, pay_day: int) -> str:
    if pay_day == MONTH_END:
        return (_("当月末払い"), _("翌月末払い"), _("翌々月末払い"))[months]
    return (
        _("当月%(day)s日払い", day=pay_day),
        _("翌月%(day)s日払い", day=pay_day),
        _("翌々月%(day)s日払い", day=pay_day),
    )[months]
