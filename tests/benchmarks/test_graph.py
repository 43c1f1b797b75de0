"""The town of numbers is a graph as ours is, and what is measured answers the same as the libraries."""

from pathlib import Path

import networkx as nx
import pytest
from flask import Flask
from sqlalchemy import delete, func, select

from benchmarks.graph import cases
from benchmarks.streets import HUBS, Streets, inhabit
from marketplace import db
from marketplace.accounts.models import FriendsAudience, Member
from marketplace.circles.queries import connections
from marketplace.follows.models import Block, Follow


@pytest.fixture(scope="module")
def streets() -> Streets:
    return Streets(400, 8.0)


@pytest.fixture(scope="module")
def town(streets: Streets, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The town in a database of its own, where nobody hides anything."""
    app = inhabit(streets, Path(tmp_path_factory.mktemp("town")), "")
    with app.app_context(), db.writing():
        for member in db.db.session.scalars(select(Member)):
            member.friends_audience, member.is_intermediary = FriendsAudience.MEMBERS, True
            member.published_at = member.created_at
        db.db.session.execute(delete(Block))
        db.commit()
    return app


def test_all_members_and_follows_are_inserted(town: Flask, streets: Streets) -> None:
    with town.app_context():
        counts = [db.db.session.scalar(select(func.count()).select_from(kind)) for kind in (Member, Follow)]
    assert counts == [400, len(streets.edges)]


def test_steps_and_shared_friends_are_those_of_networkx(town: Flask, streets: Streets) -> None:
    graph = nx.Graph(map(tuple, streets.ties().tolist()))
    asked = cases(streets, [*range(1, 4), *range(HUBS + 1, HUBS + 20)])
    with town.app_context():
        for case in asked:
            people = {one.id: one for one in db.db.session.scalars(select(Member))}
            found = connections(people[case.viewer], [people[hit] for hit in case.hits])
            far = nx.single_source_shortest_path_length(graph, case.viewer, cutoff=3)
            for hit in case.hits:
                if hit != case.viewer:
                    assert found[hit].steps == far.get(hit, 0)
                    between = nx.common_neighbors(graph, case.viewer, hit) if found[hit].steps == 2 else ()
                    assert found[hit].shared == len(list(between))
        db.db.engine.dispose()
