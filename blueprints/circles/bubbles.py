"""The picture of a circle on a phone: communities as bubbles that lead to their parts of the list."""

from dataclasses import dataclass

from blueprints.circles import shapes
from marketplace.circles.picture import Community, Picture
from marketplace.follows.queries import FRIENDS, Relation

WIDTH = 358
RADIUS = 72
ME = 28
FACE = 18
_COLUMNS = (88, WIDTH - 88)
_PITCH = 2 * RADIUS + 16
_FIRST = RADIUS + 10
_AROUND_ME = 2 * RADIUS + 84


@dataclass(frozen=True)
class Bubble:
    """A community, and the nearest tie of the viewer to anybody in it."""

    community: Community
    x: float
    y: float
    cord: shapes.Cord | None


@dataclass(frozen=True)
class Bubbles:
    """The picture for a narrow window. The viewer's face is at (x, y)."""

    height: int
    x: float
    y: float
    bubbles: tuple[Bubble, ...]


def bubbles_of(picture: Picture) -> Bubbles:
    """Return the bubbles, two beside each other; the viewer stands between the rows in the middle."""
    rows = (len(picture.communities) + 1) // 2
    above = max((rows + 1) // 2, 1)
    x, y = WIDTH / 2, _FIRST + (above - 1) * _PITCH + _AROUND_ME / 2
    bubbles = []
    for place, community in enumerate(picture.communities):
        row = place // 2
        is_alone = place == len(picture.communities) - 1 and place % 2 == 0
        left = x if is_alone else float(_COLUMNS[place % 2])
        top = _FIRST + row * _PITCH + (_AROUND_ME - _PITCH if row >= above else 0)
        relation = _nearest(community)
        cord = shapes.cord(relation, (x, y), ME, (left, top), RADIUS) if relation else None
        bubbles.append(Bubble(community, left, top, cord))
    below = rows - above
    height = y + (_AROUND_ME / 2 + max(below - 1, 0) * _PITCH + RADIUS + 10 if below else ME + 34)
    return Bubbles(round(height), x, y, tuple(bubbles))


def _nearest(community: Community) -> Relation | None:
    relations = [neighbour.relation for neighbour in community.members]
    ranked = (FRIENDS, Relation(following=True), Relation(followed_by=True))
    return next((relation for relation in ranked if relation in relations), None)
