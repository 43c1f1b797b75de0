"""What there is to see in a circle: who belongs together, by which name, and who could be a team."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import islice

from marketplace.accounts.models import Member
from marketplace.careers import queries as careers
from marketplace.circles.neighbourhood import Neighbour, Neighbourhood, neighbourhood_of
from marketplace.i18n import _

MOST_COMMUNITIES = 8
FEWEST_OF_A_TEAM = 3
_SEED = 2026
"""The same circle is the same picture today and tomorrow."""
_MOST_CLIQUES = 1_000
"""A graph of sixty can have more cliques than there is time to look at."""


@dataclass(frozen=True)
class Community:
    """Neighbours who have more ties among themselves than to the others."""

    number: int
    """From 1, the largest first; 0: those who belong to none."""
    name: str
    members: tuple[Neighbour, ...]


@dataclass(frozen=True)
class Picture:
    """A neighbourhood, put in order."""

    neighbourhood: Neighbourhood
    communities: tuple[Community, ...]
    """Everybody is in exactly one; those who belong to none come last, under number 0."""
    suggested: tuple[Neighbour, ...]
    """The most who are all friends of one another, FEWEST_OF_A_TEAM at least, or nobody."""

    @property
    def others(self) -> int:
        """How many people there are beside the viewer."""
        return len(self.neighbourhood.neighbours)

    def shared_with(self, neighbour: Neighbour) -> list[Neighbour]:
        """Return the friends whom the viewer shares with `neighbour`, as far as the picture shows it."""
        others = self.neighbourhood.neighbours
        tied = set(self.neighbourhood.graph[neighbour.member.id])
        return [other for key, other in others.items() if key in tied and other.relation.are_friends]


def picture_of(viewer: Member) -> Picture:
    """Return what `viewer` sees of the circle around them; the same until something in it changes."""
    around = neighbourhood_of(viewer)
    keys = _communities_of(around)
    neighbours = around.neighbours
    names = _names_of([[neighbours[key] for key in part] for part in keys])
    communities = [
        Community(number, name, tuple(neighbours[key] for key in part))
        for number, (name, part) in enumerate(zip(names, keys, strict=True), 1)
    ]
    placed = {key for part in keys for key in part}
    alone = tuple(neighbour for key, neighbour in neighbours.items() if key not in placed)
    if alone:
        communities.append(Community(0, _("まとまりなし"), alone))
    return Picture(around, tuple(communities), _largest_clique(around))


def _communities_of(around: Neighbourhood) -> list[list[int]]:
    """Return the ids of each community of two or more, the largest first; inside, as the neighbours are."""
    import networkx as nx

    if not around.graph.number_of_edges():
        return []
    order = {key: place for place, key in enumerate(around.neighbours)}
    found = nx.community.louvain_communities(around.graph, seed=_SEED)
    parts = [sorted(part, key=order.__getitem__) for part in found if len(part) > 1]
    return sorted(parts, key=lambda part: (-len(part), order[part[0]]))[:MOST_COMMUNITIES]


def _names_of(parts: Collection[Collection[Neighbour]]) -> list[str]:
    """Name each by the skill that the most of its workers have, and no two alike.

    Of skills that as many have, the one that stands higher in their lists.
    """
    everybody = [neighbour.member.id for part in parts for neighbour in part if neighbour.member.is_worker]
    skills = careers.skills_of_all(everybody) if everybody else {}
    taken: set[str] = set()
    names = []
    for number, part in enumerate(parts, 1):
        weights: Counter[str] = Counter()
        for neighbour in part:
            for place, entry in enumerate(skills.get(neighbour.member.id, ())):
                weights[entry.skill.name] += 100_000 - place
        free = [name for name in weights if name not in taken]
        name = min(free, key=lambda each: (-weights[each], each)) if free else _("まとまり%(number)s", number=number)
        taken.add(name)
        names.append(name)
    return names


def _largest_clique(around: Neighbourhood) -> tuple[Neighbour, ...]:
    import networkx as nx

    order = {key: place for place, key in enumerate(around.neighbours)}

    def worth(clique: Iterable[int]) -> tuple[int, int, list[int]]:
        keys = list(clique)
        friends = sum(around.neighbours[key].relation.are_friends for key in keys)
        return len(keys) if friends else 0, friends, sorted(-order[key] for key in keys)

    best: list[int] = max(islice(nx.find_cliques(around.graph), _MOST_CLIQUES), key=worth, default=[])
    if worth(best)[0] < FEWEST_OF_A_TEAM:
        return ()
    return tuple(around.neighbours[key] for key in sorted(best, key=order.__getitem__))
