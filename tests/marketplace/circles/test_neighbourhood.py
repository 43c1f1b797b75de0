"""Who stands around a member, and which ties they may see."""

from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from marketplace.accounts.models import FriendsAudience, Member
from marketplace.circles.neighbourhood import MOST_FAR, MOST_NEIGHBOURS, MOST_ONE_WAY, Neighbourhood, neighbourhood_of
from marketplace.circles.picture import picture_of
from marketplace.db import db
from marketplace.follows import service
from marketplace.follows.models import Follow
from marketplace.follows.queries import FRIENDS, NOBODY, Relation
from tests.factories.members import MemberFactory
from tests.marketplace.circles.ties import befriend, befriend_all, follow

pytestmark = pytest.mark.usefixtures("session")

Ties = set[frozenset[str]]


def names(around: Neighbourhood) -> list[str]:
    return [neighbour.member.username for neighbour in around.neighbours.values()]


def ties(around: Neighbourhood) -> Ties:
    called = {key: neighbour.member.username for key, neighbour in around.neighbours.items()}
    return {frozenset((called[one], called[other])) for one, other in around.graph.edges}


def pair(one: str, other: str) -> frozenset[str]:
    return frozenset((one, other))


def shown_to_nobody(*members: Member) -> None:
    for member in members:
        member.friends_audience = FriendsAudience.NOBODY
    db.session.flush()


@pytest.fixture
def dan(make_member: MemberFactory) -> Member:
    return make_member("dan", "Dan", worker=True)


def test_without_ties_there_is_nobody(ana: Member) -> None:
    around = neighbourhood_of(ana)
    assert (around.neighbours, around.friends, list(around.graph.edges)) == ({}, 0, [])


def test_every_tie_of_ones_own_is_there_friends_first(ana: Member, ben: Member, cleo: Member, dan: Member) -> None:
    follow((ana, dan), (cleo, ana))
    befriend((ana, ben))
    around = neighbourhood_of(ana)
    assert [(each.member.username, each.relation) for each in around.neighbours.values()] == [
        ("ben", FRIENDS), ("dan", Relation(following=True)), ("cleo", Relation(followed_by=True)),
    ]  # fmt: skip
    assert around.friends == 1
    assert all(neighbour.since for neighbour in around.neighbours.values())


def test_friends_of_friends_are_there_when_they_have_a_page(
    ana: Member, ben: Member, cleo: Member, dan: Member
) -> None:
    befriend((ana, ben), (ben, dan), (ben, cleo))
    around = neighbourhood_of(ana)
    assert names(around) == ["ben", "dan"]
    assert around.neighbours[dan.id].relation == NOBODY
    assert ties(around) == {pair("ben", "dan")}


def test_a_follow_between_two_others_is_nobody_elses_business(ana: Member, ben: Member, dan: Member) -> None:
    befriend((ana, ben))
    follow((ben, dan), (ana, dan))
    assert ties(neighbourhood_of(ana)) == set()


@pytest.mark.parametrize("who", ["ben", "dan"])
@pytest.mark.parametrize("knows_dan", [True, False])
def test_a_tie_is_shown_only_if_both_show_their_friends(
    ana: Member, ben: Member, dan: Member, who: str, knows_dan: bool
) -> None:
    befriend((ana, ben), (ben, dan))
    if knows_dan:
        befriend((ana, dan))
    assert ties(neighbourhood_of(ana)) == {pair("ben", "dan")}
    shown_to_nobody({"ben": ben, "dan": dan}[who])
    around = neighbourhood_of(ana)
    assert ties(around) == set()
    assert set(names(around)) == ({"ben", "dan"} if knows_dan else {"ben"})


def test_friends_see_what_is_shown_to_friends(ana: Member, ben: Member, dan: Member) -> None:
    befriend((ana, ben), (ben, dan))
    ben.friends_audience = FriendsAudience.FRIENDS
    db.session.flush()
    assert names(neighbourhood_of(ana)) == ["ben", "dan"]
    dan.friends_audience = FriendsAudience.FRIENDS
    db.session.flush()
    assert names(neighbourhood_of(ana)) == ["ben"], "Dan is no friend of Ana's"


def test_nobody_is_met_through_a_friend_who_lets_none_pass(ana: Member, ben: Member, dan: Member) -> None:
    befriend((ana, ben), (ben, dan))
    ben.is_intermediary = False
    db.session.flush()
    assert names(neighbourhood_of(ana)) == ["ben"]
    befriend((ana, dan))
    assert ties(neighbourhood_of(ana)) == {pair("ben", "dan")}, "whom one knows oneself needs no intermediary"


@pytest.mark.parametrize("blocker", ["ana", "dan"])
def test_behind_a_block_there_is_neither_face_nor_line(ana: Member, ben: Member, dan: Member, blocker: str) -> None:
    befriend((ana, ben), (ben, dan), (ana, dan))
    one, other = (ana, dan) if blocker == "ana" else (dan, ana)
    service.block(one, other)
    around = neighbourhood_of(ana)
    assert (names(around), ties(around)) == (["ben"], set())


def test_it_is_bounded(ana: Member, ben: Member, make_member: MemberFactory) -> None:
    friends = [make_member(worker=True) for _ in range(MOST_NEIGHBOURS + 5)]
    befriend(*((ana, friend) for friend in friends))
    around = neighbourhood_of(ana)
    assert (len(around.neighbours), around.friends) == (MOST_NEIGHBOURS, MOST_NEIGHBOURS + 5)
    follow(*((ben, friend) for friend in friends[:20]), *((friend, ben) for friend in friends[20:40]))
    befriend((ben, friends[50]), *((friends[50], friend) for friend in friends[51:]))
    relations = [neighbour.relation for neighbour in neighbourhood_of(ben).neighbours.values()]
    assert relations.count(Relation(following=True)) == relations.count(Relation(followed_by=True)) == MOST_ONE_WAY
    assert (relations.count(FRIENDS), relations.count(NOBODY)) == (1, MOST_FAR)


def seen_by(viewer: Member) -> object:
    """Everything of the picture that reaches the page."""
    db.session.expire_all()
    picture = picture_of(viewer)
    communities = [(one.number, one.name, [each.member.id for each in one.members]) for one in picture.communities]
    suggested = [neighbour.member.id for neighbour in picture.suggested]
    around = picture.neighbourhood
    return communities, suggested, around.friends, list(around.neighbours), sorted(around.graph.edges)


@given(data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_worlds_that_differ_in_hidden_ties_alone_look_the_same(make_member: MemberFactory, data: st.DataObject) -> None:
    with db.session.begin_nested() as world:
        viewer, *others = (make_member(worker=True) for _ in range(6))
        for member in others:
            member.friends_audience = data.draw(st.sampled_from(FriendsAudience))
        friends = [member for member in others if data.draw(st.booleans())]
        befriend(*((viewer, friend) for friend in friends))
        blocked = data.draw(st.sampled_from([None, *(each for each in others if each not in friends)]))
        if blocked:
            service.block(viewer, blocked)
        pairs = list(combinations(others, 2))
        befriend(*(each for each in pairs if data.draw(st.booleans())))
        before = seen_by(viewer)

        def shows(member: Member) -> bool:
            audiences = {FriendsAudience.MEMBERS, *([FriendsAudience.FRIENDS] if member in friends else [])}
            return member.friends_audience in audiences and member is not blocked

        for one, other in pairs:
            if not (shows(one) and shows(other)):
                both = Follow.from_id.in_((one.id, other.id)) & Follow.to_id.in_((one.id, other.id))
                if not db.session.execute(delete(Follow).where(both).returning(Follow.to_id)).all():
                    befriend((one, other))
        assert seen_by(viewer) == before
        world.rollback()


def test_what_is_chosen_does_not_hang_on_hidden_ties(ana: Member, ben: Member, make_member: MemberFactory) -> None:
    """Of more friends of friends than fit, those come first whom more friends are seen to know."""
    far = [make_member(worker=True) for _ in range(MOST_FAR + 3)]
    silent = make_member(worker=True)
    befriend((ana, ben), (ana, silent), *((ben, each) for each in far))
    befriend(*((silent, each) for each in far[-3:]))
    chosen = set(neighbourhood_of(ana).neighbours)
    assert {each.id for each in far[-3:]} <= chosen
    shown_to_nobody(silent)
    assert not {each.id for each in far[-3:]} & set(neighbourhood_of(ana).neighbours)


def test_a_whole_circle_of_friends_has_all_its_ties(ana: Member, ben: Member, cleo: Member, dan: Member) -> None:
    befriend_all(ana, ben, cleo, dan)
    assert ties(neighbourhood_of(ana)) == {pair("ben", "cleo"), pair("ben", "dan"), pair("cleo", "dan")}
