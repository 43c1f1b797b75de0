"""`./dev bench circle`: the picture of a circle of sixty, beside what NetworkX needs for its springs alone."""

import argparse
import random
import statistics
import tempfile
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import networkx as nx
from sqlalchemy import insert, select

from benchmarks.stopwatch import Took, percentile, timed
from benchmarks.town import NOW
from benchmarks.world import Size, fill, open_app
from blueprints.circles import drawing
from marketplace import db
from marketplace.accounts.models import Member
from marketplace.circles.neighbourhood import MOST_NEIGHBOURS, neighbourhood_of
from marketplace.circles.picture import picture_of
from marketplace.follows.models import Follow

COMMUNITIES = 5
INSIDE, BETWEEN = 0.45, 0.03
"""How many of the possible ties there are: in a community, and from one to another."""


def make_circle(members: int) -> None:
    """Fill the database with a town in which its last member has as many friends as can be drawn."""
    fill(Size(members=members + MOST_NEIGHBOURS + 1, conversations=0))
    keys = list(db.db.session.scalars(select(Member.id).order_by(Member.id.desc()).limit(MOST_NEIGHBOURS + 1)))
    me, friends = keys[0], keys[1:]
    dice = random.Random(2026)
    there = set(db.db.session.execute(select(Follow.from_id, Follow.to_id).where(Follow.from_id.in_(keys))).all())
    pairs = [(me, friend) for friend in friends]
    for (place, one), (other_place, other) in combinations(enumerate(friends), 2):
        if dice.random() < (INSIDE if place % COMMUNITIES == other_place % COMMUNITIES else BETWEEN):
            pairs.append((one, other))
    edges = {way for one, other in pairs for way in ((one, other), (other, one))} - {tuple(row) for row in there}
    rows = [{"from_id": one, "to_id": other, "created_at": NOW} for one, other in sorted(edges)]
    db.db.session.execute(insert(Follow), rows)


def told(name: str, taken: Sequence[Took], least: float) -> None:
    """Print one line: median and 95th percentile by both clocks, and the ratio to the springs alone."""
    processor, wall = [took.processor for took in taken], [took.wall for took in taken]
    middle = statistics.median(processor)
    print(
        f"{name:<28} {middle:>6.1f} {percentile(processor, 0.95):>6.1f} {statistics.median(wall):>6.1f}"
        f" {percentile(wall, 0.95):>6.1f} {middle / least:>6.1f}"
    )


def main() -> None:
    """Make a town with a circle of sixty and measure its picture, part by part."""
    parser = argparse.ArgumentParser(prog="bench circle", description=__doc__)
    parser.add_argument("--members", type=int, default=10_000)
    parser.add_argument("--times", type=int, default=50)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        app = open_app(Path(folder))
        with app.app_context(), db.writing():
            make_circle(options.members)
            db.commit()
        with app.test_request_context():
            viewer = db.db.session.scalars(select(Member).order_by(Member.id.desc()).limit(1)).one()
            picture = picture_of(viewer)
            around = picture.neighbourhood
            whole = around.graph.copy()
            whole.add_edges_from((0, key) for key in around.neighbours)
            print(f"{len(around.neighbours)} people, {around.graph.number_of_edges()} ties")
            deeds = {
                "NetworkX: springs alone": lambda: nx.spring_layout(whole, seed=2026),
                "questions": lambda: neighbourhood_of(viewer),
                "questions and communities": lambda: picture_of(viewer),
                "places": lambda: drawing.drawn(picture),
                "all until it is drawn": lambda: drawing.drawn(picture_of(viewer)),
            }
            taken = {name: [timed(deed) for _time in range(options.times)] for name, deed in deeds.items()}
            least = statistics.median(took.processor for took in taken["NetworkX: springs alone"])
            print(f"{'':<28} {'p50':>6} {'p95':>6} {'wall50':>6} {'wall95':>6} {'ratio':>6}")
            for name, took in taken.items():
                told(name, took, least)
        with app.app_context():
            db.db.engine.dispose()


if __name__ == "__main__":
    main()
