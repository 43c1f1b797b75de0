"""Days: counting them, months, business days."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace import calendar
from marketplace.calendar import MONTH_END

DAY = timedelta(days=1)
DAYS = st.dates(date(2001, 1, 1), date(2098, 12, 31))
FEBRUARY_29 = date(2028, 2, 29)


def every_day(first: int = 2024, last: int = 2032) -> Iterator[date]:
    day = date(first, 1, 1)
    while day.year <= last:
        yield day
        day += DAY


# --- Counting ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("received_on", "limit"),
    [
        (date(2026, 11, 22), date(2027, 1, 20)),
        (date(2026, 12, 31), date(2027, 2, 28)),
        (date(2027, 1, 1), date(2027, 3, 1)),
        (date(2028, 1, 1), FEBRUARY_29),
        (FEBRUARY_29, date(2028, 4, 28)),
    ],
)
def test_the_day_of_receipt_is_the_first_of_sixty(received_on: date, limit: date) -> None:
    assert calendar.payment_limit(received_on) == limit
    assert calendar.receipt_day_number(received_on, limit) == 60
    assert calendar.receipt_day_number(received_on, received_on) == 1
    assert calendar.receipt_day_number(received_on, received_on - DAY) == 0


@given(DAYS)
def test_sixty_days_are_sixty_when_they_are_counted_one_by_one(received_on: date) -> None:
    counted = [received_on]
    while len(counted) < 60:
        counted.append(counted[-1] + DAY)
    assert calendar.payment_limit(received_on) == counted[-1]
    assert [calendar.receipt_day_number(received_on, day) for day in counted] == list(range(1, 61))


@pytest.mark.parametrize(
    ("upstream_due_on", "limit"),
    [
        (date(2026, 12, 31), date(2027, 1, 29)),
        (date(2027, 1, 31), date(2027, 3, 1)),
        (date(2028, 1, 31), FEBRUARY_29),
    ],
)
def test_the_clients_own_due_date_is_the_first_of_thirty(upstream_due_on: date, limit: date) -> None:
    assert calendar.re_entrusting_limit(upstream_due_on) == limit
    assert calendar.receipt_day_number(upstream_due_on, limit) == 30


def test_notice_of_an_end_leaves_thirty_whole_days() -> None:
    assert calendar.notice_limit(date(2027, 8, 31)) == date(2027, 8, 1)
    assert calendar.notice_limit(date(2027, 3, 1)) == date(2027, 1, 30)


# --- Months -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2028, 1, 31), 1, FEBRUARY_29),
        (FEBRUARY_29, 12, date(2029, 2, 28)),
        (FEBRUARY_29, 48, date(2032, 2, 29)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2027, 3, 31), -1, date(2027, 2, 28)),
        (date(2027, 1, 31), -2, date(2026, 11, 30)),
        (date(2027, 1, 31), 0, date(2027, 1, 31)),
    ],
)
def test_a_month_later_is_the_same_day_or_the_last(day: date, months: int, later: date) -> None:
    assert calendar.add_months(day, months) == later


@given(DAYS, st.integers(-12, 12))
def test_months_move_by_months_and_days_only_shrink(day: date, months: int) -> None:
    later = calendar.add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + DAY).day == 1)


@pytest.mark.parametrize(
    ("first", "months", "last"),
    [
        (date(2026, 4, 1), 6, date(2026, 9, 30)),
        (date(2026, 7, 15), 1, date(2026, 8, 14)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, FEBRUARY_29),
        (date(2026, 12, 30), 2, date(2027, 2, 28)),
    ],
)
def test_a_time_of_months_ends_the_day_before_its_first_day_returns(first: date, months: int, last: date) -> None:
    assert calendar.last_of_months(first, months) == last
    assert calendar.lasts_months(first, last, months)
    assert not calendar.lasts_months(first, last - DAY, months)


@pytest.mark.parametrize("closing_day", [1, 5, 15, 20, 28, 29, 30, MONTH_END])
def test_a_month_is_closed_on_the_next_day_of_that_number_or_the_last_of_the_month(closing_day: int) -> None:
    for day in every_day():
        found = day
        while found.day != closing_day and not ((found + DAY).day == 1 and found.day < closing_day):
            found += DAY
        assert calendar.closing_on_or_after(day, closing_day) == found


# --- Business days ----------------------------------------------------------------------------------------------------


def test_banks_are_closed_on_weekends_holidays_and_at_the_turn_of_the_year() -> None:
    closed = (
        *("2026-11-28", "2026-11-29", "2026-11-23", "2026-12-31", "2027-01-01", "2027-01-02", "2027-01-03"),
        # A holiday on a Sunday moves (振替休日); a day between two holidays is one (国民の休日).
        *("2027-03-22", "2026-09-22"),
    )
    assert not [day for day in closed if calendar.is_business_day(date.fromisoformat(day))]
    opened = ("2026-11-24", "2026-12-30", "2027-01-04", "2026-08-14")
    assert all(calendar.is_business_day(date.fromisoformat(day)) for day in opened)


def test_holidays_have_names() -> None:
    assert calendar.holiday_on(date(2026, 11, 23)) == "勤労感謝の日"
    assert calendar.holiday_on(date(2026, 11, 24)) == ""


def test_years_without_known_holidays_are_not_added_while_others_read() -> None:
    assert calendar.is_business_day(date(2150, 1, 1))
    assert not calendar.is_business_day(date(2150, 1, 3)), "a Saturday"


@given(DAYS, st.integers(1, 30))
def test_business_days_after_are_counted_one_by_one(day: date, count: int) -> None:
    found, left = day, count
    while left:
        found += DAY
        left -= calendar.is_business_day(found)
    assert calendar.business_days_after(day, count) == found
    assert calendar.business_days_between(day, found) == count
    assert calendar.business_days_between(found, day) == 0


def test_no_business_day_after_is_asked_for() -> None:
    with pytest.raises(ValueError, match="0"):
        calendar.business_days_after(date(2026, 11, 24), 0)


@given(DAYS)
def test_the_business_days_around_a_day_have_none_between(day: date) -> None:
    before, after = calendar.business_day_on_or_before(day), calendar.business_day_on_or_after(day)
    assert before <= day <= after
    assert before == after == day or calendar.business_days_between(before, after) == 1
    assert calendar.is_business_day(before) == calendar.is_business_day(after) is True


def test_inspecting_never_outlasts_the_time_of_paying() -> None:
    assert calendar.inspection_limit(date(2026, 11, 20), 7) == date(2026, 11, 27)
    assert calendar.inspection_limit(date(2026, 11, 20), 60) == date(2027, 1, 18)
