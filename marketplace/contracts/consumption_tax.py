"""Consumption tax: its rates by date, rounded down once for a whole amount."""

from datetime import date

RATES = ((date(1989, 4, 1), 3), (date(1997, 4, 1), 5), (date(2014, 4, 1), 8), (date(2019, 10, 1), 10))
"""From which day which percentage. A change of the law is a line here."""


def rate_on(day: date) -> int:
    """Return the percentage for what is delivered on `day`; `ValueError` before there was any."""
    rates = [percent for first, percent in RATES if first <= day]
    if not rates:
        raise ValueError(day)
    return rates[-1]


def added_to(fee_yen: int, day: date) -> int:
    """Return the tax that comes on top of a fee (税別)."""
    return fee_yen * rate_on(day) // 100


def contained_in(gross_yen: int, day: date) -> int:
    """Return the tax within an amount (税込)."""
    rate = rate_on(day)
    return gross_yen * rate // (100 + rate)
