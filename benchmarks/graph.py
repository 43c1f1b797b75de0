"""Who knows whom in a large town: our questions on SQLite and PostgreSQL, beside NetworkX and igraph in memory.

`./dev bench graph --members 100000` inserts the town in bulk and asks each question for ordinary members and for hubs.
The libraries hold every tie in memory, and know of no blocks and no settings.
"""

import argparse
import gc
import math
import multiprocessing
import random
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import igraph
import networkx as nx
import numpy as np
import psutil
from flask import Flask
from numpy.typing import NDArray
from sqlalchemy import select

from benchmarks.stopwatch import Took, counting, percentile, timed
from benchmarks.streets import HUBS, Streets, inhabit, server
from marketplace.accounts.models import Member
from marketplace.circles.queries import connections
from marketplace.circles.suggestions import suggestions_for
from marketplace.db import db
from marketplace.follows import queries as follows
from marketplace.follows.queries import Tab

HITS = 20
HEADING = (
    "| question | viewers | asked | p50 | p95 | p50 by the wall | p95 by the wall |\n|---|---|---|---|---|---|---|"
)
WARM = 5


@dataclass(frozen=True)
class Case:
    """Whoever asks, those they found, one they share friends with, and one far away: ids."""

    viewer: int
    hits: tuple[int, ...]
    near: int
    far: int


Ask = Callable[[Case], object]


def cases(streets: Streets, viewers: Sequence[int], seed: int = 2026) -> list[Case]:
    """One case for each viewer: half of the hits are friends of friends, two are hubs, the others anybody."""
    dice = random.Random(seed)
    made = []
    for viewer in viewers:
        friends = streets.friends_of(viewer)
        known = {viewer, *friends}
        near = [one for friend in dice.sample(friends, min(5, len(friends))) for one in streets.friends_of(friend)]
        near = [one for one in near if one not in known] or [dice.randint(1, streets.members)]
        anybody = [dice.randint(1, streets.members) for _ in range(HITS)]
        hits = [*dice.sample(near, min(HITS // 2, len(near))), dice.randint(1, HUBS), dice.randint(1, HUBS), *anybody]
        made.append(Case(viewer, tuple(dict.fromkeys(hits))[:HITS], dice.choice(near), anybody[0]))
    return made


People = dict[int, Member]


def ours() -> dict[str, Callable[[Case, People], object]]:
    """What our pages ask."""
    return {
        "friends, a page of them": lambda case, people: follows.contacts_of(people[case.viewer], Tab.FRIENDS),
        "relations to 20": lambda case, people: follows.relations(
            people[case.viewer], [people[hit] for hit in case.hits]
        ),
        "shared friends with one": lambda case, people: connections(people[case.viewer], [people[case.near]]),
        "path of 3 steps to one": lambda case, people: connections(people[case.viewer], [people[case.far]]),
        "connections to 20": lambda case, people: connections(people[case.viewer], [people[hit] for hit in case.hits]),
        "suggestions": lambda case, people: suggestions_for(people[case.viewer], 3),
    }


def measure_ours(app: Flask, asked: Sequence[Case]) -> dict[str, list[Took]]:
    """How long each question took for each case, in a session of its own, with the members read already."""
    taken: dict[str, list[Took]] = {}
    for name, ask in ours().items():
        for number, case in enumerate([*asked[:WARM], *asked]):
            with app.app_context():
                keys = {case.viewer, case.near, case.far, *case.hits}
                people = {one.id: one for one in db.session.scalars(select(Member).where(Member.id.in_(keys)))}
                took = timed(partial(ask, case, people))
            if number >= WARM:
                taken.setdefault(name, []).append(took)
    return taken


def measure(deeds: dict[str, Ask], asked: Sequence[Case]) -> dict[str, list[Took]]:
    """How long the same took a library."""
    return {name: [timed(partial(ask, case)) for case in asked] for name, ask in deeds.items()}


def with_networkx(ties: NDArray[np.int64]) -> dict[str, Ask]:
    """The same by NetworkX."""
    graph = nx.Graph()
    graph.add_edges_from(map(tuple, ties.tolist()))

    def suggest(case: Case) -> object:
        mine = graph[case.viewer]
        far = {other for friend in mine for other in graph[friend]} - mine.keys() - {case.viewer}
        scores = nx.adamic_adar_index(graph, ((case.viewer, other) for other in far))
        return sorted(scores, key=lambda score: -score[2])[:3]

    def path(case: Case) -> object:
        try:
            return nx.bidirectional_shortest_path(graph, case.viewer, case.far)
        except (nx.NetworkXNoPath, nx.NodeNotFound):
            return None

    return {
        "friends, a page of them": lambda case: list(graph[case.viewer])[:HITS],
        "relations to 20": lambda case: [other in graph[case.viewer] for other in case.hits],
        "shared friends with one": lambda case: list(nx.common_neighbors(graph, case.viewer, case.near)),
        "path of 3 steps to one": path,
        "suggestions": suggest,
    }


def with_igraph(ties: NDArray[np.int64], members: int) -> dict[str, Ask]:
    """The same by igraph."""
    graph = igraph.Graph(n=members + 1, edges=ties)

    def suggest(case: Case) -> object:
        # similarity_inverse_log_weighted compares with everybody: seconds among a million.
        mine = graph.neighbors(case.viewer)
        scores: dict[int, float] = defaultdict(float)
        for friend, degree in zip(mine, graph.degree(mine), strict=True):
            for other in graph.neighbors(friend):
                scores[other] += 1 / math.log(degree) if degree > 1 else 0
        known = {*mine, case.viewer}
        return sorted(((score, one) for one, score in scores.items() if one not in known), reverse=True)[:3]

    return {
        "friends, a page of them": lambda case: graph.neighbors(case.viewer)[:HITS],
        "relations to 20": lambda case: [graph.are_adjacent(case.viewer, other) for other in case.hits],
        "shared friends with one": lambda case: {*graph.neighbors(case.viewer)} & {*graph.neighbors(case.near)},
        "path of 3 steps to one": lambda case: graph.get_shortest_path(case.viewer, case.far),
        "suggestions": suggest,
    }


@contextmanager
def held() -> Iterator[None]:
    """Tell how long something took, and how much more memory this process holds after it."""
    gc.collect()
    before, begun = psutil.Process().memory_info().rss, time.perf_counter()
    yield
    gc.collect()
    grown = (psutil.Process().memory_info().rss - before) / 1e6
    print(f"  {time.perf_counter() - begun:.1f} s, {grown:+.0f} MB held", flush=True)


def tell(who: str, kind: str, taken: dict[str, list[Took]]) -> None:
    """Print rows of the table of the README: by processor time, and by a clock on the wall."""
    for name, took in taken.items():
        values = [[each.processor for each in took], [each.wall for each in took]]
        cells = [f"{figure:.2f}" for each in values for figure in (statistics.median(each), percentile(each, 0.95))]
        print(f"| {name} | {kind} | {who} | {' | '.join(cells)} |", flush=True)


def ask_everybody(streets: Streets, folder: Path, databases: Sequence[str], questions: int) -> None:
    """Fill the databases, then ask all in turn."""
    folder.mkdir(parents=True, exist_ok=True)
    dice = random.Random(streets.seed)
    ordinary = [dice.randint(HUBS + 1, streets.members) for _ in range(questions)]
    kinds = {"ordinary": cases(streets, ordinary), "hubs": cases(streets, range(1, HUBS + 1))}
    for kind in databases:
        with server(kind, folder) as address:
            print(f"{kind}: inserting", flush=True)
            with held():
                app = inhabit(streets, folder / kind, address)
            print(f"{kind}: asking\n{HEADING}", flush=True)
            with held():
                for viewers, asked in kinds.items():
                    tell(kind, viewers, measure_ours(app, asked))
            with app.app_context():
                db.engine.dispose()
    for name in ("igraph", "NetworkX"):
        # In a process of its own: memory that was let go here would hide what is held there.
        with multiprocessing.get_context("spawn").Pool(1) as alone:
            alone.apply(ask_library, (name, streets.ties(), streets.members, kinds))


def ask_library(name: str, ties: NDArray[np.int64], members: int, kinds: dict[str, list[Case]]) -> None:
    """Load the graph into a library, and ask it."""
    print(f"{name}: loading", flush=True)
    with held():
        deeds = with_igraph(ties, members) if name == "igraph" else with_networkx(ties)
    for viewers, asked in kinds.items():
        tell(name, viewers, measure(deeds, asked))


def main() -> None:
    """Make streets, ask, print."""
    options = argparse.ArgumentParser(prog="./dev bench graph", description=__doc__)
    options.add_argument("--members", type=int, default=20_000)
    options.add_argument("--follows", type=float, default=13.0, help="of a member, on average")
    options.add_argument("--questions", type=int, default=200)
    options.add_argument("--databases", nargs="*", choices=["sqlite", "postgresql"], default=["sqlite", "postgresql"])
    options.add_argument("--data-dir", type=Path, help="where the towns of databases are kept, or are already")
    given = options.parse_args()
    print(f"Counting to 2,000,000 takes {timed(counting)} before", flush=True)
    streets = Streets(given.members, given.follows)
    print(f"{given.members:,} members, {len(streets.edges):,} follows, {HUBS} hubs", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        ask_everybody(streets, given.data_dir or Path(folder), given.databases, given.questions)
    print(f"Counting to 2,000,000 takes {timed(counting)} after")


if __name__ == "__main__":
    main()
