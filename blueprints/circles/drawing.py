"""Where everything stands in the picture of a circle: faces, cords, grounds and words, none over another."""

import math
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from blueprints.circles import shapes
from blueprints.circles.room import Box, apart
from blueprints.circles.shapes import Point
from marketplace.circles.neighbourhood import Neighbour
from marketplace.circles.picture import Community, Picture

WIDTH = 776
_ME, _FRIEND, _FAR = 31, 24, 19
"""Radii of faces."""
_UNDER = 21
"""Below a face, for the name."""
_EM, _SMALL_EM, _NAME_EM = 13.0, 12.0, 14.5
_LONGEST = 8.0
"""Of a name under a face, in full-width characters; whole names stand in the list and in the link."""
_LONGEST_NAME = 12.0
_TRIES = 12
_ROOMINESS = 2.1
"""How much larger the drawing is than all that stands in it."""
_SEED = 2026
_GROUND = 42.0
"""How far the ground of a community reaches around its faces."""
TONES = 4
"""Colours of communities, used by turns; the fifth is for those who belong to none."""


@dataclass(frozen=True)
class Node:
    """A face with its name under it."""

    neighbour: Neighbour
    community: Community
    x: float
    y: float
    radius: int
    label: str
    cord: shapes.Cord | None
    """From the middle to the face; None for friends of friends."""


@dataclass(frozen=True)
class Ground:
    """The tinted ground of a community, and where its name stands."""

    community: Community
    path: str
    is_open: bool
    """Drawn as branches around its faces, because the whole would lie under somebody else."""
    label: str
    x: float
    y: float


@dataclass(frozen=True)
class Drawing:
    """The picture for a window that is wide enough. The viewer's face is at (x, y)."""

    height: int
    x: float
    y: float
    radius: int
    nodes: tuple[Node, ...]
    """In the order of the list beside it: Tab goes from community to community."""
    grounds: tuple[Ground, ...]
    lines: tuple[tuple[Node, Node], ...]
    """Ties among others."""


def tone_of(community: Community) -> int:
    """Return the number of the community's colour."""
    return (community.number - 1) % TONES + 1 if community.number else TONES + 1


def drawn(picture: Picture) -> Drawing:
    """Return the drawing of `picture`, the same for the same picture."""
    people = [(neighbour, community) for community in picture.communities for neighbour in community.members]
    named = [community for community in picture.communities if community.number]
    height, middles = _placed(picture, people, named)
    x, y = WIDTH / 2, height / 2
    nodes = []
    for (neighbour, community), (left, top) in zip(people, middles, strict=False):
        radius = _radius(neighbour)
        top -= _UNDER / 2
        cord = None if neighbour.is_far else shapes.cord(neighbour.relation, (x, y), _ME, (left, top), radius)
        nodes.append(Node(neighbour, community, round(left, 1), round(top, 1), radius, _label(neighbour), cord))
    grounds = [
        _ground(community, nodes, (x, y), place) for community, place in zip(named, middles[len(people) :], strict=True)
    ]
    by_id = {node.neighbour.member.id: node for node in nodes}
    lines = tuple((by_id[one], by_id[other]) for one, other in picture.neighbourhood.graph.edges)
    return Drawing(height, x, y, _ME, tuple(nodes), tuple(grounds), lines)


def shortened(text: str, longest: float) -> str:
    """Return `text`, cut so that it is no wider than so many full-width characters."""
    if _width(text) <= longest:
        return text
    kept = text
    while kept and _width(kept) > longest - 1:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def _width(text: str) -> float:
    """In full-width characters, rather too much than too little."""
    return sum(_width_of(character) for character in text)


def _width_of(character: str) -> float:
    if unicodedata.combining(character):
        return 0.0
    return 1.0 if unicodedata.east_asian_width(character) in "WFA" else 0.72 if character in "MWmw@%" else 0.6


def _label(neighbour: Neighbour) -> str:
    return shortened(neighbour.member.nickname, _LONGEST)


def _radius(neighbour: Neighbour) -> int:
    return _FAR if neighbour.is_far else _FRIEND


def _placed(
    picture: Picture, people: Sequence[tuple[Neighbour, Community]], named: Sequence[Community]
) -> tuple[int, list[Point]]:
    """Return the height of the drawing, and the middle of each person's box and of each community's name."""
    places = _spread(picture)
    boxes = list(_boxes(people, named, places, height=420))
    taken = sum(4 * box.half_width * box.half_height for box in boxes)
    height = max(420 + 12 * len(people), round(_ROOMINESS * taken / WIDTH))
    boxes = list(_boxes(people, named, places, height))
    for _try in range(_TRIES):
        if apart(boxes, WIDTH, height):
            break
        height += 80
        boxes = list(_boxes(people, named, places, height))
    return height, [box.middle for box in boxes[1:]]


def _springs(picture: Picture) -> dict[int, Point]:
    """Return where NetworkX's springs leave everybody around the viewer, who stays at (0, 0).

    They begin in slices of a circle, one for each community, so that communities come to lie beside one another.
    """
    import networkx as nx

    graph = nx.Graph()
    graph.add_node(0)
    start: dict[int, Point] = {0: (0.0, 0.0)}
    for community, turn, step in _slices(picture):
        keys = [neighbour.member.id for neighbour in community.members]
        for place, neighbour in enumerate(community.members, 1):
            start[neighbour.member.id] = _around(turn + place * step, 1.0 if neighbour.is_far else 0.7)
            if not neighbour.is_far:
                graph.add_edge(0, neighbour.member.id, weight=0.4)
        if community.number:
            inside = picture.neighbourhood.graph.subgraph(keys)
            graph.add_weighted_edges_from((one, other, 0.3) for one, other in combinations(keys, 2))
            graph.add_weighted_edges_from((one, other, 0.9) for one, other in inside.edges)
    placed = nx.spring_layout(graph, pos=start, fixed=[0], iterations=30, seed=_SEED)
    return {key: (float(x), float(y)) for key, (x, y) in placed.items()}


def _slices(picture: Picture) -> Iterator[tuple[Community, float, float]]:
    """Each community with where its slice of the circle begins, and how far its members stand apart, in radians."""
    # Between two slices stays a gap, as wide as a person.
    step = math.tau / max(1, sum(len(community.members) + 1 for community in picture.communities))
    turn = -0.8 * math.pi
    for community in picture.communities:
        yield community, turn, step
        turn += step * (len(community.members) + 1)


def _spread(picture: Picture) -> list[Point]:
    """Return places for all, each coordinate from -1 to 1, evenly: the springs only say who is beside whom."""
    springs = _springs(picture)
    places = []
    for community, turn, step in _slices(picture):
        keys = [neighbour.member.id for neighbour in community.members]
        middle = turn + step * (len(keys) + 1) / 2
        angles = {key: math.atan2(springs[key][1], springs[key][0]) - middle for key in keys}
        by_angle = sorted(keys, key=lambda key: (math.remainder(angles[key], math.tau), key))
        by_distance = sorted(keys, key=lambda key: (math.hypot(*springs[key]), key))
        for key in keys:
            away = 0.42 + 0.58 * math.sqrt((by_distance.index(key) + 0.5) / len(keys))
            x, y = _around(turn + step * (by_angle.index(key) + 1), away)
            # Half-way between a circle and a square, so that corners are not empty.
            round_off = math.sqrt(max(abs(x), abs(y)) / away)
            places.append((x / round_off, y / round_off))
    return places


def _around(turn: float, away: float) -> Point:
    return away * math.cos(turn), away * math.sin(turn)


def _boxes(
    people: Sequence[tuple[Neighbour, Community]], named: Sequence[Community], places: Sequence[Point], height: int
) -> Iterator[Box]:
    """The viewer's box, everybody's, and one for each name of a community over its topmost face."""
    yield Box(_ME + 8, _ME + _UNDER / 2 + 6, (WIDTH / 2, height / 2 + _UNDER / 2))
    tops: dict[int, list[Point]] = {}
    for (neighbour, community), (x, y) in zip(people, places, strict=True):
        middle = (WIDTH / 2 + x * (WIDTH / 2 - 80), height / 2 + y * (height / 2 - 70))
        tops.setdefault(community.number, []).append(middle)
        em = _SMALL_EM if neighbour.is_far else _EM
        half_width = max(_radius(neighbour) + 8, _width(_label(neighbour)) * em / 2 + 6)
        yield Box(half_width, _radius(neighbour) + _UNDER / 2 + 5, middle)
    for community in named:
        half_width = _width(shortened(community.name, _LONGEST_NAME)) * _NAME_EM / 2 + 8
        faces = tops[community.number]
        middle = (sum(x for x, _y in faces) / len(faces), min(y for _x, y in faces) - 60)
        yield Box(half_width, 15, middle)


def _ground(community: Community, nodes: Sequence[Node], me: Point, place: Point) -> Ground:
    faces: list[Point] = [(node.x, node.y) for node in nodes if node.community is community]
    others: list[Point] = [me, *((node.x, node.y) for node in nodes if node.community is not community)]
    hull = shapes.hull(faces)
    is_open = any(shapes.distance(point, hull) < _GROUND for point in others)
    path = shapes.branches(faces) if is_open else shapes.closed(hull)
    label = shortened(community.name, _LONGEST_NAME)
    return Ground(community, path, is_open, label, round(place[0], 1), round(place[1], 1))
