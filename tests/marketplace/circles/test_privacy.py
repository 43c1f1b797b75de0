"""Nothing shown to a viewer differs between two worlds that differ only in ties hidden from that viewer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, insert, select

from marketplace import db
from marketplace.accounts.models import FriendsAudience, Member
from marketplace.circles.queries import circle_of, connections
from marketplace.circles.suggestions import suggestions_for
from marketplace.follows import queries as follows
from marketplace.follows.models import Block, Follow
from marketplace.follows.queries import Tab
from tests.factories.members import MemberFactory

MEMBERS = 6
VIEWER = 0
OTHERS = range(1, MEMBERS)
PAIRS = tuple(combinations(range(MEMBERS), 2))
NO_TIE, THERE, BACK, MUTUAL = range(4)
BEGUN = datetime(2026, 1, 1, tzinfo=UTC)

SETTINGS = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=[Phase.generate],
)


@dataclass(frozen=True)
class Person:
    """What a member chose, and whether a block stands between them and the viewer."""

    audience: FriendsAudience
    is_intermediary: bool
    is_published: bool
    is_blocked: bool


@dataclass(frozen=True)
class World:
    """Who there is, and how each pair is tied."""

    people: tuple[Person, ...]
    ties: tuple[int, ...]

    def shows_friends(self, member: int) -> bool:
        """Tell whether the viewer may see who the friends of `member` are: said anew here, without a database."""
        person = self.people[member]
        if person.is_blocked or person.audience is FriendsAudience.NOBODY:
            return False
        is_friend = self.ties[PAIRS.index((VIEWER, member))] == MUTUAL
        return person.audience is FriendsAudience.MEMBERS or is_friend

    def shows(self, pair: tuple[int, int]) -> bool:
        """Tell whether the viewer may see a tie between the two."""
        return VIEWER in pair or all(map(self.shows_friends, pair))


SELDOM = st.integers(0, 5).map(lambda number: not number)
PERSON = st.builds(Person, st.sampled_from(FriendsAudience), st.booleans(), st.booleans(), SELDOM)
TIES = st.sampled_from([NO_TIE, THERE, BACK, MUTUAL, MUTUAL, MUTUAL])


@st.composite
def pairs_of_worlds(draw: st.DrawFn) -> tuple[World, World]:
    """Two worlds that differ only in ties hidden from the viewer, and in follows between others that are no ties."""
    people = draw(st.tuples(*[PERSON] * MEMBERS))
    first = World(people, draw(st.tuples(*[TIES] * len(PAIRS))))
    ties = []
    for pair, tie in zip(PAIRS, first.ties, strict=True):
        if not first.shows(pair):
            tie = draw(TIES)
        elif VIEWER not in pair and tie != MUTUAL:
            tie = draw(st.sampled_from([NO_TIE, THERE, BACK]))
        ties.append(tie)
    return first, World(people, tuple(ties))


@pytest.fixture
def build(session: None, make_member: MemberFactory) -> Callable[[World], Member]:
    """Makes a world of the rows, in place of the one before, and returns its viewer."""
    members = [make_member(f"member-{number}", f"M{number}", worker=True) for number in range(MEMBERS)]
    published_at = members[0].published_at

    def build(world: World) -> Member:
        for kind in (Follow, Block):
            db.db.session.execute(delete(kind))
        for member, person in zip(members, world.people, strict=True):
            member.friends_audience, member.is_intermediary = person.audience, person.is_intermediary
            member.published_at = published_at if person.is_published else None
        edges = []
        for number, ((one, other), tie) in enumerate(zip(PAIRS, world.ties, strict=True)):
            moment = BEGUN + timedelta(days=number % 4)
            if one == VIEWER and world.people[other].is_blocked:
                continue  # blocking has ended what was between them
            edges += [(members[one].id, members[other].id, moment)] if tie in (THERE, MUTUAL) else []
            edges += [(members[other].id, members[one].id, moment)] if tie in (BACK, MUTUAL) else []
        blocks = [(members[one].id, members[VIEWER].id, BEGUN) for one in OTHERS if world.people[one].is_blocked]
        for kind, rows in ((Follow, edges), (Block, blocks)):
            if rows:
                names = ("from_id", "to_id", "created_at")
                db.db.session.execute(insert(kind), [dict(zip(names, row, strict=True)) for row in rows])
        db.db.session.flush()
        return members[VIEWER]

    return build


def shown_to(viewer: Member) -> Any:
    """Everything that pages show to `viewer` of who knows whom, in its order."""
    others = list(db.db.session.scalars(select(Member).where(Member.id != viewer.id).order_by(Member.id)))
    found = connections(viewer, others)
    return (
        [(found[each.id], [one.id for one in found[each.id].between]) for each in others],
        [(one.member.id, one.score, one.friends, one.reasons) for one in suggestions_for(viewer)],
        circle_of(viewer),
        follows.relations(viewer, others),
        follows.friend_ids_of(viewer),
        follows.counts_of(viewer),
        [[(row[0].id, row[1]) for row in follows.contacts_of(viewer, tab).rows] for tab in Tab],
    )


def told_without_care(viewer: Member) -> Any:
    """How many friends each friend of the viewer has, whoever may know: what no page may be made of."""
    counts = select(Follow.from_id, func.count()).group_by(Follow.from_id).order_by(Follow.from_id)
    return [tuple(row) for row in db.db.session.execute(counts)]


@SETTINGS
@given(worlds=pairs_of_worlds())
def test_hidden_ties_change_nothing_that_is_shown(
    build: Callable[[World], Member], worlds: tuple[World, World]
) -> None:
    first, second = worlds
    seen = shown_to(build(first))
    assert shown_to(build(second)) == seen


def test_a_page_that_told_more_would_be_caught(build: Callable[[World], Member]) -> None:
    def differs(worlds: tuple[World, World]) -> bool:
        first, second = (told_without_care(build(world)) for world in worlds)
        return first != second

    assert find(pairs_of_worlds(), differs, settings=SETTINGS)


def test_ties_that_are_shown_change_everything_that_is_made_of_them(build: Callable[[World], Member]) -> None:
    """Else the first test would hold because nothing is ever shown."""
    someone = Person(FriendsAudience.MEMBERS, is_intermediary=True, is_published=True, is_blocked=False)
    tied = {(0, 1), (1, 2), (1, 3), (2, 4), (2, 5), (4, 5)}
    whole, less = (
        World((someone,) * MEMBERS, tuple(MUTUAL if pair in ties else NO_TIE for pair in PAIRS))
        for ties in (tied, tied - {(1, 2)})
    )
    seen, without = shown_to(build(whole)), shown_to(build(less))
    assert [one == other for one, other in zip(seen, without, strict=True)] == [False] * 3 + [True] * 4
