"""What the members of a team have time for, added up from what each says of themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from marketplace.profiles.models import Profile, Status, WeeklyHours

_HOURS = {
    WeeklyHours.UP_TO_3: (0, 3),
    WeeklyHours.FROM_3_TO_10: (3, 10),
    WeeklyHours.FROM_10_TO_20: (10, 20),
    WeeklyHours.FROM_20_TO_30: (20, 30),
    WeeklyHours.FROM_30_TO_40: (30, 40),
}


@dataclass(frozen=True)
class Together:
    """The availability of several workers."""

    available: int
    """How many said in the last 14 days that they can take on work."""
    depending: int
    """How many said so, depending on the work."""
    hours: tuple[int, int] | None
    """At least and at most how many hours a week they have who say so, busy ones left out; None when nobody does."""


def together(profiles: Sequence[Profile], at: datetime) -> Together:
    """Add up what holds at the moment `at`."""
    said = [profile.status for profile in profiles if profile.status_holds(at)]
    free = [profile for profile in profiles if not (profile.status_holds(at) and profile.status is Status.BUSY)]
    hours = [_HOURS[profile.weekly_hours] for profile in free if profile.weekly_hours]
    return Together(
        available=said.count(Status.AVAILABLE),
        depending=said.count(Status.DEPENDS),
        hours=(sum(low for low, _high in hours), sum(high for _low, high in hours)) if hours else None,
    )
