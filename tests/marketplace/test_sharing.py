"""Parting an amount: exactly, fairly to the yen, always the same way."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.sharing import is_whole, split


@st.composite
def wholes(draw: st.DrawFn) -> list[int]:
    """Percentages that make one whole: a hundred cut at some places."""
    cuts = sorted(draw(st.lists(st.integers(0, 100), max_size=11)))
    return [end - start for start, end in zip([0, *cuts], [*cuts, 100], strict=True)]


@pytest.mark.parametrize(
    ("amount_yen", "percents", "parts"),
    [
        (10_000, [50, 30, 20], [5_000, 3_000, 2_000]),
        (1, [50, 50], [1, 0]),
        (1, [40, 60], [0, 1]),
        (100, [33, 33, 34], [33, 33, 34]),
        (10, [33, 33, 34], [3, 3, 4]),
        (11, [33, 33, 34], [4, 3, 4]),
        (99, [25, 25, 25, 25], [25, 25, 25, 24]),
        (7, [0, 100], [0, 7]),
        (0, [60, 40], [0, 0]),
        (1_000_000_000, [33, 33, 34], [330_000_000, 330_000_000, 340_000_000]),
    ],
)
def test_what_is_left_over_goes_to_who_lost_most_and_of_equals_to_the_first(
    amount_yen: int, percents: list[int], parts: list[int]
) -> None:
    assert split(amount_yen, percents) == parts


@given(st.integers(0, 1_100_000_000), wholes())
def test_parts_make_the_amount_and_nobody_is_a_yen_off(amount_yen: int, percents: list[int]) -> None:
    parts = split(amount_yen, percents)
    assert sum(parts) == amount_yen
    for part, percent in zip(parts, percents, strict=True):
        assert abs(part * 100 - amount_yen * percent) < 100
        assert part == 0 or percent > 0


@given(st.integers(0, 1_100_000_000), wholes())
def test_who_has_the_larger_share_never_gets_less(amount_yen: int, percents: list[int]) -> None:
    pairs = sorted(zip(percents, split(amount_yen, percents), strict=True))
    for (smaller, less), (larger, more) in pairwise(pairs):
        assert smaller == larger or less <= more


@pytest.mark.parametrize("percents", [[], [99], [50, 51], [120, -20], [0, 0]])
def test_what_is_no_whole_is_not_split(percents: list[int]) -> None:
    assert not is_whole(percents)
    with pytest.raises(ValueError, match="1000"):
        split(1000, percents)


def test_nothing_below_nothing_is_split() -> None:
    with pytest.raises(ValueError, match="-1"):
        split(-1, [100])
