"""When work is paid for by a rule, and which rules the law lets be agreed."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace import calendar
from marketplace.calendar import MONTH_END, PaymentRule, PayRule, Shift
from marketplace.i18n import speaking
from tests.marketplace.test_calendar import DAY, DAYS, every_day

SHIFTS = st.sampled_from(Shift)
AFTER_RECEIPT = st.builds(PaymentRule.after_receipt, st.integers(1, 366), SHIFTS)
MONTHLY = st.builds(
    lambda closing, months, paid, shift, continuous: PaymentRule.monthly(
        closing, months, max(paid, closing) if months == 0 else paid, shift, is_continuous=continuous
    ),
    *(st.integers(1, MONTH_END), st.integers(0, 2), st.integers(1, MONTH_END), SHIFTS, st.booleans()),
)
FIXED = st.builds(PaymentRule.on, DAYS, SHIFTS)
RULES = AFTER_RECEIPT | MONTHLY | FIXED

END_OF_NEXT = PaymentRule.monthly(MONTH_END, 1, MONTH_END)
TWENTY_FIFTH_OF_NEXT = PaymentRule.monthly(MONTH_END, 1, 25)


@pytest.mark.parametrize(
    ("rule", "received_on", "paid_on"),
    [
        (PaymentRule.after_receipt(31), date(2026, 11, 10), date(2026, 12, 10)),
        (PaymentRule.after_receipt(1), date(2026, 11, 10), date(2026, 11, 10)),
        # Saturday: the Friday before, the Monday after.
        (PaymentRule.after_receipt(19), date(2026, 11, 10), date(2026, 11, 27)),
        (PaymentRule.after_receipt(19, Shift.NEXT), date(2026, 11, 10), date(2026, 11, 30)),
        # Received on a Saturday and paid at once: not the day before it was received.
        (PaymentRule.after_receipt(1), date(2026, 11, 28), date(2026, 11, 30)),
        (TWENTY_FIFTH_OF_NEXT, date(2026, 11, 1), date(2026, 12, 25)),
        (TWENTY_FIFTH_OF_NEXT, date(2026, 11, 30), date(2026, 12, 25)),
        (TWENTY_FIFTH_OF_NEXT, date(2026, 12, 1), date(2027, 1, 25)),
        (PaymentRule.monthly(20, 1, 10), date(2026, 11, 20), date(2026, 12, 10)),
        (PaymentRule.monthly(20, 1, 10), date(2026, 11, 21), date(2027, 1, 8)),
        (PaymentRule.monthly(15, 0, MONTH_END), date(2027, 2, 15), date(2027, 2, 26)),
        (PaymentRule.monthly(MONTH_END, 1, 30), date(2027, 1, 5), date(2027, 2, 26)),
        # The end of December is the last day on which banks are open.
        (END_OF_NEXT, date(2026, 11, 30), date(2026, 12, 30)),
        (PaymentRule.monthly(MONTH_END, 1, MONTH_END, Shift.NEXT), date(2026, 11, 30), date(2027, 1, 4)),
        # A fixed day, and one that is over.
        (PaymentRule.on(date(2026, 12, 31)), date(2026, 11, 30), date(2026, 12, 30)),
        (PaymentRule.on(date(2026, 12, 15)), date(2026, 12, 17), date(2026, 12, 17)),
    ],
)
def test_the_day_of_payment_is_what_the_rule_says(rule: PaymentRule, received_on: date, paid_on: date) -> None:
    assert calendar.payment_day(received_on, rule) == paid_on


@pytest.mark.parametrize(
    ("rule", "received_on", "paid_on"),
    [
        # The sixtieth day is a Sunday: the next business day would be too late, so it is the one before.
        (PaymentRule.after_receipt(60, Shift.NEXT), date(2026, 11, 19), date(2027, 1, 15)),
        # Day 61, 62, 90: held to the law's day.
        (PaymentRule.after_receipt(61), date(2026, 11, 22), date(2027, 1, 20)),
        (END_OF_NEXT, date(2027, 7, 1), date(2027, 8, 27)),
        (PaymentRule.on(date(2027, 2, 19)), date(2026, 11, 22), date(2027, 1, 20)),
    ],
)
def test_a_day_that_would_be_too_late_moves_before_the_limit(
    rule: PaymentRule, received_on: date, paid_on: date
) -> None:
    assert calendar.payment_day(received_on, rule) == paid_on


@given(RULES, DAYS)
def test_whatever_the_rule_payment_is_on_a_business_day_after_receipt_and_within_the_law(
    rule: PaymentRule, received_on: date
) -> None:
    paid_on = calendar.payment_day(received_on, rule)
    assert calendar.is_business_day(paid_on)
    assert received_on <= rule.counted_from(received_on) <= paid_on
    assert paid_on <= calendar.payment_limit(rule.counted_from(received_on))


@given(RULES, DAYS, st.integers(-90, 90))
def test_re_entrusted_work_is_paid_within_thirty_days_where_there_is_a_day_for_it(
    rule: PaymentRule, received_on: date, later: int
) -> None:
    upstream = received_on + timedelta(days=later)
    first = rule.counted_from(received_on)
    paid_on = calendar.payment_day(received_on, rule, upstream)
    limit = calendar.last_lawful_day(first, upstream)
    assert limit == max(first, calendar.re_entrusting_limit(upstream))
    assert calendar.is_business_day(paid_on)
    assert first <= paid_on
    assert paid_on <= limit or calendar.business_days_between(first - DAY, limit) == 0


@given(AFTER_RECEIPT | MONTHLY, DAYS)
@settings(deadline=None)
def test_a_lawful_rule_is_followed_to_the_day_but_for_closed_banks(rule: PaymentRule, received_on: date) -> None:
    named = rule.named_day(received_on)
    if calendar.is_lawful(rule) and calendar.is_business_day(named):
        assert calendar.payment_day(received_on, rule) == named


@given(MONTHLY, DAYS)
def test_who_delivers_later_is_never_paid_sooner(rule: PaymentRule, received_on: date) -> None:
    if not rule.is_continuous:
        assert calendar.payment_day(received_on, rule) <= calendar.payment_day(received_on + DAY, rule)


# --- Which rules are lawful -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "number"),
    [
        (PaymentRule.after_receipt(60), 60),
        (TWENTY_FIFTH_OF_NEXT, 56),
        (PaymentRule.monthly(MONTH_END, 1, 29), 60),
        (PaymentRule.monthly(15, 0, MONTH_END), 16 + 31),
        (PaymentRule.monthly(20, 1, 10), 11 + 31 + 10),
        (PaymentRule.monthly(MONTH_END, 0, MONTH_END), 31),
        (PaymentRule.monthly(MONTH_END, 1, MONTH_END, is_continuous=True), 32),
    ],
)
def test_rules_that_are_lawful_for_every_day_of_receipt(rule: PaymentRule, number: int) -> None:
    assert calendar.is_lawful(rule)
    assert calendar.worst_case(rule).number == number


@pytest.mark.parametrize(
    ("rule", "number"),
    [
        (PaymentRule.after_receipt(61), 61),
        (END_OF_NEXT, 62),
        (PaymentRule.monthly(MONTH_END, 1, 30), 61),
        (PaymentRule.monthly(15, 1, 15), 62),
        (PaymentRule.monthly(20, 1, MONTH_END), 72),
        (PaymentRule.monthly(MONTH_END, 2, MONTH_END), 92),
        (PaymentRule.monthly(MONTH_END, 2, MONTH_END, is_continuous=True), 63),
    ],
)
def test_rules_that_are_too_late_for_some_day_of_receipt(rule: PaymentRule, number: int) -> None:
    assert not calendar.is_lawful(rule)
    assert calendar.worst_case(rule).number == number


@given(AFTER_RECEIPT | MONTHLY)
@settings(max_examples=20, deadline=None)
def test_four_years_prove_it_for_every_other(rule: PaymentRule) -> None:
    longest = max(calendar.case_of(rule, day).number for day in every_day())
    assert longest == calendar.worst_case(rule).number
    assert calendar.is_lawful(rule) == (longest <= 60)
    assert calendar.is_lawful(rule) == all(calendar.is_lawful(rule, day) for day in every_day(2026, 2029))


def test_two_months_are_known_and_not_followed() -> None:
    assert calendar.is_within_two_months(END_OF_NEXT)
    assert calendar.is_within_two_months(PaymentRule.monthly(15, 1, 15))
    assert not calendar.is_within_two_months(PaymentRule.monthly(20, 1, MONTH_END))
    assert not calendar.is_within_two_months(PaymentRule.monthly(MONTH_END, 2, 1))
    assert not calendar.is_within_two_months(PaymentRule.after_receipt(61))


def test_a_fixed_day_is_lawful_for_a_day_of_receipt_only() -> None:
    rule = PaymentRule.on(date(2027, 1, 20))
    assert calendar.is_lawful(rule, date(2026, 11, 22))
    assert not calendar.is_lawful(rule, date(2026, 11, 21))
    assert not calendar.is_lawful(rule)
    assert calendar.needs_day(rule)
    assert not calendar.needs_day(END_OF_NEXT)


def test_re_entrusted_work_is_counted_from_the_clients_own_due_date() -> None:
    received_on, upstream = date(2026, 11, 22), date(2027, 2, 1)
    assert calendar.is_lawful(PaymentRule.on(date(2027, 3, 2)), received_on, upstream)
    assert not calendar.is_lawful(PaymentRule.on(date(2027, 3, 3)), received_on, upstream)
    assert calendar.payment_day(received_on, PaymentRule.on(date(2027, 3, 3)), upstream) == date(2027, 3, 2)
    assert not calendar.is_lawful(TWENTY_FIFTH_OF_NEXT, upstream_due_on=upstream), "it depends on the day of receipt"


@pytest.mark.parametrize(
    "numbers",
    [(0, 1, 25), (32, 1, 25), (31, 3, 1), (31, -1, 1), (20, 0, 19), (31, 1, 0), (31, 1, 32)],
)
def test_what_is_no_rule_is_refused(numbers: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="monthly"):
        PaymentRule.monthly(*numbers)
    with pytest.raises(ValueError, match="after_receipt"):
        PaymentRule.after_receipt(0)
    with pytest.raises(ValueError, match="monthly"):
        PaymentRule(PayRule.MONTHLY, days=3)
    with pytest.raises(ValueError, match="on_a_day"):
        PaymentRule(PayRule.ON_A_DAY)


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize(
    ("rule", "japanese", "english"),
    [
        (END_OF_NEXT, "月末締め、翌月末払い", "Closed at the end of each month, paid at the end of the next month"),
        (
            PaymentRule.monthly(15, 0, MONTH_END),
            "毎月15日締め、当月末払い",
            "Closed on day 15 of each month, paid at the end of the same month",
        ),
        (
            PaymentRule.monthly(MONTH_END, 2, 5),
            "月末締め、翌々月5日払い",
            "Closed at the end of each month, paid on day 5 of the month after next",
        ),
        (PaymentRule.after_receipt(1), "受領日払い", "Paid on the day of receipt"),
        (
            PaymentRule.after_receipt(30),
            "受領日を1日目として30日目払い",
            "Paid on day 30, the day of receipt being day 1",
        ),
        (PaymentRule.on(date(2027, 1, 20)), "2027年1月20日払い", "Paid on January 20, 2027"),
    ],
)
def test_a_rule_says_itself_in_both_languages(rule: PaymentRule, japanese: str, english: str) -> None:
    with speaking("ja"):
        assert rule.short_label() == japanese
        assert rule.label() == f"{japanese}(金融機関の休業日にあたるときは前の営業日)"
    with speaking("en"):
        assert rule.short_label() == english
        assert rule.label() == f"{english} (the business day before, when banks are closed)"


@pytest.mark.usefixtures("session")
def test_a_rule_says_when_a_closed_day_moves_on() -> None:
    with speaking("ja"):
        label = PaymentRule.after_receipt(1, Shift.NEXT).label()
    assert label == "受領日払い(金融機関の休業日にあたるときは次の営業日)"
