"""When things happened in the demo world."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from marketplace.clock import TOKYO
from marketplace.demo.past import EVENING, MORNING, by_day


@pytest.mark.parametrize("hour", range(24))
def test_whenever_the_world_is_made_people_wrote_by_day_in_their_order_and_not_in_the_future(hour: int) -> None:
    made_at = datetime(2026, 11, 22, hour, 17, tzinfo=UTC)
    with time_machine.travel(made_at, tick=False):
        moments = [by_day(hours) for hours in range(100, -1, -1)]
    minutes = [moment.astimezone(TOKYO).hour * 60 + moment.astimezone(TOKYO).minute for moment in moments]
    assert min(minutes) >= MORNING
    assert max(minutes) <= EVENING
    assert moments == sorted(moments)
    assert made_at - timedelta(hours=13) < moments[-1] <= made_at
