"""The one source of time: aware UTC now, and the calendar day where people live."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")


def now() -> datetime:
    """Return the present moment as aware UTC."""
    return datetime.now(UTC)


def local_day(moment: datetime, zone: ZoneInfo = TOKYO) -> date:
    """Return the calendar day that `moment` falls on in `zone`."""
    return moment.astimezone(zone).date()


def today(zone: ZoneInfo = TOKYO) -> date:
    """Return the present calendar day in `zone`."""
    return local_day(now(), zone)


def whole_years(since: date, until: date) -> int:
    """Return how many full years lie between two days; never negative."""
    years = until.year - since.year - ((until.month, until.day) < (since.month, since.day))
    return max(years, 0)
