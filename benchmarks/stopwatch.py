"""Measuring a deed by two clocks: what the processor did for us, and what somebody who waits would see."""

import statistics
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple


class Took(NamedTuple):
    """How long a deed took, in milliseconds."""

    processor: float
    """Of this process, all threads: what other programs do meanwhile hardly counts."""
    wall: float
    """As a clock on the wall says."""

    def __str__(self) -> str:
        return f"{self.processor:.0f} ms ({self.wall:.0f} by the wall)"

    def rate(self, number: int) -> str:
        """How many of something a second, in words."""
        return f"{number / self.processor * 1_000:.0f} ({number / self.wall * 1_000:.0f} by the wall)"

    @staticmethod
    def spread(taken: "Sequence[Took]") -> str:
        """Median, 95th percentile and longest by processor time, in words."""
        processor = [took.processor for took in taken]
        p50, p95 = statistics.median(processor), percentile(processor, 0.95)
        return f"p50 {p50:.1f} ms, p95 {p95:.1f} ms, most {max(processor):.1f} ms"


def timed(deed: Callable[[], object]) -> Took:
    """Do a deed once by both clocks."""
    processor, wall = time.process_time(), time.perf_counter()
    deed()
    return Took((time.process_time() - processor) * 1_000, (time.perf_counter() - wall) * 1_000)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of the values do not exceed."""
    return sorted(values)[min(round(share * len(values)), len(values) - 1)]


def counting() -> None:
    """A fixed piece of plain Python: how fast this machine is just now."""
    total = 0
    for number in range(2_000_000):
        total += number * number
