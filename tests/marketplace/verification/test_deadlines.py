"""Business days in Japan: weekends, holidays and the bank holidays at the turn of the year do not count."""

from datetime import datetime

import pytest

from marketplace.clock import TOKYO
from marketplace.verification.deadlines import business_days_between, due_at


def in_tokyo(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO)


@pytest.mark.parametrize(
    ("submitted", "due"),
    [
        # A Friday; the Monday after the next weekend is a holiday (勤労感謝の日), which lies behind the fifth day.
        ("2026-11-13T16:20", "2026-11-20T18:00"),
        ("2026-11-16T09:05", "2026-11-24T18:00"),
        # On a Saturday, and late at night: the day of handing in never counts.
        ("2026-11-14T00:01", "2026-11-20T18:00"),
        ("2026-11-13T23:59", "2026-11-20T18:00"),
        # The turn of the year: 31 December to 3 January.
        ("2026-12-25T12:00", "2027-01-05T18:00"),
        # Golden Week.
        ("2027-04-28T12:00", "2027-05-11T18:00"),
    ],
)
def test_the_fifth_business_day_at_six_in_the_evening(submitted: str, due: str) -> None:
    assert due_at(in_tokyo(submitted)) == in_tokyo(due)


def test_days_are_counted_that_begin_after_it() -> None:
    friday, tuesday = (datetime(2026, 11, day, 12, tzinfo=TOKYO) for day in (20, 24))
    assert business_days_between(friday, tuesday) == 1
    assert business_days_between(friday, friday) == 0
    assert business_days_between(tuesday, friday) == 0
