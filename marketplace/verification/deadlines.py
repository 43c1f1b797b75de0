"""Until when the moderators decide: business days in Japan."""

from datetime import datetime, time

from marketplace import calendar
from marketplace.clock import TOKYO, local_day
from marketplace.verification.models import BUSINESS_DAYS

CLOSING = time(18)
"""The hour in Tokyo at which a business day ends."""


def due_at(submitted: datetime) -> datetime:
    """Return 18:00 of the fifth business day after the day of `submitted`."""
    day = calendar.business_days_after(local_day(submitted), BUSINESS_DAYS)
    return datetime.combine(day, CLOSING, TOKYO)


def business_days_between(since: datetime, until: datetime) -> int:
    """Return how many business days begin after `since` and no later than `until`; none when it is the same day."""
    return calendar.business_days_between(local_day(since), local_day(until))
