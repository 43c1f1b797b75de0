"""Until when the moderators decide: business days in Japan."""

from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

from marketplace.clock import TOKYO, local_day, today
from marketplace.verification.models import BUSINESS_DAYS

YEARS_BACK = 5
"""Whose business days are counted, besides this year's and the next."""
CLOSING = time(18)
"""The hour in Tokyo at which a business day ends."""


def due_at(submitted: datetime) -> datetime:
    """Return 18:00 of the fifth business day after the day of `submitted`: weekends, holidays and the bank holidays
    at the turn of the year do not count.
    """
    day = _calendar().get_nth_working_day(local_day(submitted), BUSINESS_DAYS)
    return datetime.combine(day, CLOSING, TOKYO)


def business_days_between(since: datetime, until: datetime) -> int:
    """Return how many business days begin after `since` and no later than `until`; none when it is the same day."""
    first, last = local_day(since) + timedelta(days=1), local_day(until)
    return int(_calendar().get_working_days_count(first, last)) if first <= last else 0


def holiday_on(day: date) -> str:
    """Return the name of a public holiday, in Japanese, or an empty text."""
    return str(_calendar().get(day) or "")


@cache
def _calendar() -> Any:
    # Half a second of loading that no other page should wait for.
    import holidays

    first = today().year
    # Filled before anybody asks: years are added while other threads read, and a day of such a year is no holiday.
    years = range(first - YEARS_BACK, first + 2)
    return holidays.country_holidays("JP", categories=("public", "bank"), language="ja", years=years)
