"""How two members are connected: directly, over shared friends, over two who are friends, and what hides it."""

from collections.abc import Callable

import pytest
from flask import Flask

from marketplace import db
from marketplace.accounts.models import FriendsAudience, Member
from marketplace.circles.queries import FEW_FRIENDS, Connection, circle_of, connections
from marketplace.follows.models import Block, Follow
from tests.factories.members import MemberFactory
from tests.marketplace.circles.graphs import befriend, hide_friends
from tests.visit import counting

pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture
def people(make_member: MemberFactory) -> Callable[[str], list[Member]]:
    """Makes workers with these names."""
    return lambda names: [make_member(name, name.title(), worker=True) for name in names.split()]


def connection(viewer: Member, member: Member) -> Connection:
    return connections(viewer, [member])[member.id]


def names(found: Connection) -> list[str]:
    return [member.username for member in found.between]


def test_a_friend_is_one_step_away(ana: Member, ben: Member) -> None:
    befriend((ana, ben))
    found = connection(ana, ben)
    assert (found.steps, found.relation.are_friends, found.ways) == (1, True, [])


def test_who_only_follows_is_not_connected_but_told(ana: Member, ben: Member) -> None:
    db.db.session.add(Follow(from_id=ana.id, to_id=ben.id))
    db.db.session.flush()
    found = connection(ana, ben)
    assert (found.steps, found.relation.following, found.relation.followed_by) == (0, True, False)


def test_shared_friends_are_counted_and_the_first_two_named(people: Callable[[str], list[Member]]) -> None:
    me, one, two, three, them = people("me one two three them")
    befriend(*((me, friend) for friend in (three, two, one)), *((friend, them) for friend in (two, three, one)))
    found = connection(me, them)
    assert (found.steps, found.shared, names(found)) == (2, 3, ["one", "two"])
    assert [[one.username for one in way] for way in found.ways] == [["one"], ["two"]]


def test_a_path_leads_over_two_who_are_friends(people: Callable[[str], list[Member]]) -> None:
    me, sato, yamada, takase, beyond = people("me sato yamada takase beyond")
    befriend((me, sato), (sato, yamada), (yamada, takase), (takase, beyond))
    found = connection(me, takase)
    assert (found.steps, found.shared, names(found)) == (3, 0, ["sato", "yamada"])
    assert connection(me, beyond) == Connection()
    assert connection(me, me) == Connection()
    assert connections(None, [takase]) == {takase.id: Connection()}


def test_one_way_follows_are_no_ties(people: Callable[[str], list[Member]]) -> None:
    me, sato, takase = people("me sato takase")
    befriend((me, sato))
    db.db.session.add(Follow(from_id=sato.id, to_id=takase.id))
    db.db.session.flush()
    assert connection(me, takase).steps == 0


class TestWhatIsHidden:
    @pytest.fixture
    def path(self, people: Callable[[str], list[Member]]) -> list[Member]:
        """あなた → 佐藤 → 山田 → 高瀬."""
        me, sato, yamada, takase = people("me sato yamada takase")
        befriend((me, sato), (sato, yamada), (yamada, takase))
        return [me, sato, yamada, takase]

    @pytest.mark.parametrize("who", [1, 2, 3])
    def test_a_tie_shows_only_if_both_ends_show_their_friends(self, path: list[Member], who: int) -> None:
        hide_friends(path[who])
        assert connection(path[0], path[3]).steps == 0

    def test_whom_the_viewer_hides_their_own_friends_from_does_not_matter(self, path: list[Member]) -> None:
        hide_friends(path[0])
        assert connection(path[0], path[3]).steps == 3

    def test_what_friends_may_see_is_shown_to_friends(self, path: list[Member]) -> None:
        hide_friends(path[1], audience=FriendsAudience.FRIENDS)
        assert connection(path[0], path[3]).steps == 3
        hide_friends(path[2], audience=FriendsAudience.FRIENDS)
        assert connection(path[0], path[3]).steps == 0

    @pytest.mark.parametrize("who", [1, 2])
    def test_who_wants_to_be_in_no_path_is_in_none(self, path: list[Member], who: int) -> None:
        path[who].is_intermediary = False
        db.db.session.flush()
        assert connection(path[0], path[3]).steps == 0

    def test_the_ends_need_not_be_intermediaries(self, path: list[Member]) -> None:
        path[0].is_intermediary = path[3].is_intermediary = False
        db.db.session.flush()
        assert connection(path[0], path[3]).steps == 3

    @pytest.mark.parametrize("is_blocker", [True, False])
    @pytest.mark.parametrize("who", [2, 3])
    def test_a_block_cuts_the_path(self, path: list[Member], who: int, is_blocker: bool) -> None:
        pair = (path[0], path[who]) if is_blocker else (path[who], path[0])
        db.db.session.add(Block(from_id=pair[0].id, to_id=pair[1].id))
        db.db.session.flush()
        assert connection(path[0], path[3]).steps == 0

    def test_who_has_no_page_is_not_named_to_those_who_do_not_know_them(self, path: list[Member]) -> None:
        path[2].published_at = None
        db.db.session.flush()
        assert connection(path[0], path[3]).steps == 0
        path[1].published_at, path[2].published_at = None, path[3].published_at
        db.db.session.flush()
        assert names(connection(path[0], path[3])) == ["sato", "yamada"]


def test_a_whole_list_costs_two_statements(app: Flask, people: Callable[[str], list[Member]]) -> None:
    me, sato, yamada, *others = people("me sato yamada " + " ".join(f"other-{number}" for number in range(20)))
    befriend((me, sato), (sato, yamada), *((sato, other) for other in others[:7]), (me, others[7]))
    befriend(*((yamada, other) for other in others[8:14]))
    with counting(app) as statements:
        found = connections(me, others)
    assert len(statements) == 2
    assert [found[other.id].steps for other in others] == [2] * 7 + [1] + [3] * 6 + [0] * 6


def test_with_many_friends_the_shared_ones_are_the_same(
    people: Callable[[str], list[Member]], make_member: MemberFactory
) -> None:
    me, old, sato, them, hidden = people("me old sato them hidden")
    befriend((me, old), (me, hidden), (old, them), (sato, them), (hidden, them))
    hide_friends(hidden)
    befriend(*((me, make_member()) for _ in range(FEW_FRIENDS)), (me, sato))
    found = connection(me, them)
    assert (found.shared, names(found)) == (2, ["old", "sato"])


def test_a_circle_holds_friends_and_their_friends_who_have_a_page(people: Callable[[str], list[Member]]) -> None:
    me, sato, ito, yamada, kakure = people("me sato ito yamada kakure")
    befriend((me, sato), (me, ito), (sato, ito), (sato, yamada), (ito, kakure))
    kakure.published_at = None
    hide_friends(ito)
    circle = circle_of(me)
    assert circle.friends == {sato.id, ito.id}
    assert circle.friends_of_friends == {yamada.id}
    hide_friends(yamada)
    assert circle_of(me).friends_of_friends == frozenset()
