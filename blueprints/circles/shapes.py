"""The lines of the picture of a circle: cords, arrows, and grounds around faces."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from marketplace.follows.queries import Relation

Point = tuple[float, float]

AMPLITUDE = 4
HALF_TURN = 30
"""Of a twisted cord: how far its strands part, and how long until they cross again."""
_GAP = 4
"""Before and after a crossing the strand below is left out."""


@dataclass(frozen=True)
class Cord:
    """A tie of the viewer's own, from the edge of one face to the edge of the other."""

    kind: str
    """"friend", "mine" or "theirs"."""
    x: float
    y: float
    angle: float
    length: float

    @property
    def turns(self) -> int:
        """How many half turns a twisted cord has."""
        return max(1, round(self.length / HALF_TURN))

    @property
    def stretch(self) -> float:
        """By how much half turns are longer than HALF_TURN, so that they fill the length."""
        return round(self.length / (self.turns * HALF_TURN), 3)


def cord(relation: Relation, start: Point, start_radius: float, end: Point, end_radius: float) -> Cord:
    """Return the tie between two round faces, with some room at both ends."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    way = math.hypot(dx, dy) or 1.0
    room = 5.0
    x, y = start[0] + dx / way * (start_radius + room), start[1] + dy / way * (start_radius + room)
    length = max(way - start_radius - end_radius - 2 * room, 8.0)
    kind = "friend" if relation.are_friends else "mine" if relation.following else "theirs"
    return Cord(kind, round(x, 1), round(y, 1), round(math.degrees(math.atan2(dy, dx)), 1), round(length, 1))


def strand(turns: int, is_mine: bool) -> str:
    """Return the path of one strand of a twisted cord along the x axis; at every other crossing it goes below."""
    path = []
    for turn in range(turns):
        up = (1 if turn % 2 else -1) * (1 if is_mine else -1)
        left, high = turn * HALF_TURN, up * AMPLITUDE / 0.75
        # A strand is above at its even crossings if it is mine, at the odd ones if it is the other's.
        starts_below, ends_below = (turn % 2 == 1) == is_mine, (turn % 2 == 0) == is_mine
        begin = f"M{left + _GAP} {up * 1.8:g}" if starts_below and turn else f"M{left} 0"
        end = f"{left + HALF_TURN - _GAP} {up * 1.8:g}" if ends_below and turn < turns - 1 else f"{left + HALF_TURN} 0"
        path.append(f"{begin}C{left + 11} {high:.1f} {left + 19} {high:.1f} {end}")
    return "".join(path)


def hull(points: Sequence[Point]) -> list[Point]:
    """Return the convex hull (Andrew's monotone chain)."""
    ordered = sorted(set(points))
    if len(ordered) < 3:
        return ordered

    def chain(along: Sequence[Point]) -> list[Point]:
        kept: list[Point] = []
        for point in along:
            while len(kept) > 1 and _turn(kept[-2], kept[-1], point) <= 0:
                kept.pop()
            kept.append(point)
        return kept[:-1]

    return chain(ordered) + chain(ordered[::-1])


def distance(point: Point, polygon: Sequence[Point]) -> float:
    """Return how far `point` is from a convex polygon; 0 inside."""
    edges = list(pairwise([*polygon, polygon[0]]))
    if len(polygon) > 2 and all(_turn(one, other, point) >= 0 for one, other in edges):
        return 0.0
    return min(_from_line(point, one, other) for one, other in edges)


def closed(polygon: Sequence[Point]) -> str:
    """Return the outline of a polygon."""
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in polygon) + "Z"


def branches(points: Sequence[Point]) -> str:
    """Return the shortest lines that join all points (Prim's tree)."""
    joined, left, path = [points[0]], list(points[1:]), [""]
    while left:
        near, far = min(((one, other) for one in joined for other in left), key=lambda pair: math.dist(*pair))
        path.append(f"M{near[0]:g} {near[1]:g}L{far[0]:g} {far[1]:g}")
        joined.append(far)
        left.remove(far)
    return "".join(path)


def _turn(one: Point, other: Point, third: Point) -> float:
    return (other[0] - one[0]) * (third[1] - one[1]) - (other[1] - one[1]) * (third[0] - one[0])


def _from_line(point: Point, one: Point, other: Point) -> float:
    dx, dy = other[0] - one[0], other[1] - one[1]
    square = dx * dx + dy * dy
    along = max(0.0, min(1.0, ((point[0] - one[0]) * dx + (point[1] - one[1]) * dy) / square)) if square else 0.0
    return math.hypot(point[0] - one[0] - along * dx, point[1] - one[1] - along * dy)
