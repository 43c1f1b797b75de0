"""Which subtrees a proof is made of: RFC 6962, section 2.1, in numbers of leaves."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from marketplace.transparency.checking import EMPTY, node_hash


class Subtree(NamedTuple):
    """A complete subtree: the leaves from `position` · 2^`level` on, as many as 2^`level`."""

    level: int
    position: int


Stretch = tuple[int, int]
"""Leaves from the first number to before the second."""


def covering(stretch: Stretch) -> list[Subtree]:
    """Return the complete subtrees that a stretch consists of, the largest first; it begins where its largest may."""
    start, end = stretch
    found = []
    while start < end:
        level = (end - start).bit_length() - 1
        found.append(Subtree(level, start >> level))
        start += 1 << level
    return found


def hash_of(stretch: Stretch, hashes: Callable[[Subtree], bytes]) -> bytes:
    """Return the hash of the tree over a stretch from those of complete subtrees."""
    parts = [hashes(one) for one in covering(stretch)]
    if not parts:
        return EMPTY
    found = parts.pop()
    while parts:
        found = node_hash(parts.pop(), found)
    return found


def inclusion(index: int, size: int) -> list[Stretch]:
    """Return the stretches whose hashes prove that leaf `index` is among the first `size`, the nearest first."""
    found, start, end = [], 0, size
    while end - start > 1:
        middle = start + _left(end - start)
        if index < middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((start, middle))
            start = middle
    return found[::-1]


def consistency(old: int, new: int) -> list[Stretch]:
    """Return the stretches whose hashes prove that the first `new` leaves begin with the first `old`."""
    if old in {0, new}:
        return []
    found, start, end, is_known = [], 0, new, True
    while old != end:
        middle = start + _left(end - start)
        if old <= middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((start, middle))
            start, is_known = middle, False
    # The old tree itself is known to whoever asks, unless it is only a part of what is left.
    return ([] if is_known else [(start, end)]) + found[::-1]


def finished_by(index: int) -> list[Subtree]:
    """Return the subtrees above the leaves that leaf `index` makes complete, the lowest first."""
    size, found = index + 1, []
    for level in range(1, size.bit_length()):
        if size % (1 << level):
            break
        found.append(Subtree(level, (size >> level) - 1))
    return found


def needed_for(stretches: Iterable[Stretch]) -> set[Subtree]:
    """Return all complete subtrees that some stretches consist of."""
    return {one for stretch in stretches for one in covering(stretch)}


def _left(size: int) -> int:
    """The largest power of two below `size`."""
    return int(1 << (size - 1).bit_length() - 1)
