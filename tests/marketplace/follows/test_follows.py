"""Following, friends, and the lists of コンタクト."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.db import db
from marketplace.errors import NotAllowed, NotFound
from marketplace.events.kinds import EventKind
from marketplace.events.models import Event
from marketplace.follows import queries, service
from marketplace.follows.models import Follow
from marketplace.follows.queries import NOBODY, ContactSort, Relation, Tab
from tests.factories.members import MemberFactory
from tests.races import at_once, committing


@pytest.fixture(autouse=True)
def _session(request: pytest.FixtureRequest) -> None:
    """Everything here reads and writes in one session, unless it wants many."""
    if "real_commits" not in request.keywords:
        request.getfixturevalue("session")


def names(member: Member, tab: Tab) -> list[str]:
    return [other.username for other, since in queries.contacts_of(member, tab).rows]


def kinds() -> list[EventKind]:
    return list(db.session.scalars(select(Event.kind).order_by(Event.id)))


def test_friends_are_those_who_follow_each_other(
    ana: Member, ben: Member, cleo: Member, make_member: MemberFactory
) -> None:
    fan = make_member("fan")
    for one, other in ((ana, ben), (ben, ana), (ana, cleo), (fan, ana), (ben, cleo), (cleo, ben)):
        service.follow(one, other)
    assert queries.friend_ids_of(ana) == {ben.id}
    assert queries.friend_ids_of(ben) == {ana.id, cleo.id}
    assert queries.friend_ids_of(fan) == frozenset()


def test_whom_the_moderators_hide_is_in_no_list_and_no_count(ana: Member, ben: Member, cleo: Member) -> None:
    for one, other in ((ana, ben), (ben, ana), (cleo, ana)):
        service.follow(one, other)
    for member in (ben, cleo):
        member.hidden_at = now()
    db.session.flush()
    for tab in Tab:
        assert names(ana, tab) == []
        assert queries.contacts_of(ana, tab, order=ContactSort.NAME).rows == []
    assert set(queries.counts_of(ana).values()) == {0}
    assert db.session.execute(queries.unanswered_followers(ana, 5)).all() == []
    assert queries.friend_ids_of(ana) == frozenset()


def test_of_very_many_friends_the_newest_are_read(
    ana: Member, make_member: MemberFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST_FRIENDS", 2)
    friends = [make_member() for _ in range(3)]
    for day, friend in enumerate(friends, start=1):
        at = datetime(2026, 1, day, tzinfo=UTC)
        db.session.add(Follow(from_id=ana.id, to_id=friend.id, created_at=at))
        db.session.add(Follow(from_id=friend.id, to_id=ana.id, created_at=at))
    db.session.flush()
    assert queries.friend_ids_of(ana) == {friends[1].id, friends[2].id}


def test_following_twice_is_following_once(ana: Member, ben: Member) -> None:
    service.follow(ana, ben)
    service.follow(ana, ben)
    assert names(ben, Tab.FOLLOWERS) == ["ana"]
    assert kinds() == [EventKind.MEMBER_FOLLOWED]


def test_unfollowing_twice_is_unfollowing_once(ana: Member, ben: Member) -> None:
    service.follow(ana, ben)
    service.unfollow(ana, ben)
    service.unfollow(ana, ben)
    assert names(ben, Tab.FOLLOWERS) == []
    assert kinds() == [EventKind.MEMBER_FOLLOWED, EventKind.MEMBER_UNFOLLOWED]


def test_nobody_follows_themself(ana: Member) -> None:
    with pytest.raises(NotAllowed):
        service.follow(ana, ana)
    with pytest.raises(NotAllowed):
        service.unfollow(ana, ana)


def test_those_who_follow_each_other_are_friends(ana: Member, ben: Member, cleo: Member) -> None:
    service.follow(ana, ben)
    assert not queries.are_friends(ana, ben)
    service.follow(ben, ana)
    service.follow(ana, cleo)
    assert queries.are_friends(ana, ben)
    assert names(ana, Tab.FRIENDS) == names(ana, Tab.FOLLOWERS) == ["ben"]
    assert set(names(ana, Tab.FOLLOWING)) == {"ben", "cleo"}
    assert queries.counts_of(ana) == {Tab.CLIENTS: 0, Tab.FRIENDS: 1, Tab.FOLLOWING: 2, Tab.FOLLOWERS: 1}


def test_one_question_tells_all_relations(ana: Member, ben: Member, cleo: Member, make_member: MemberFactory) -> None:
    dai = make_member("dai")
    service.follow(ana, ben)
    service.follow(ben, ana)
    service.follow(ana, cleo)
    assert queries.relations(ana, [ben, cleo, dai]) == {
        ben.id: Relation(following=True, followed_by=True),
        cleo.id: Relation(following=True),
        dai.id: NOBODY,
    }
    assert queries.relations(cleo, [ana])[ana.id] == Relation(followed_by=True)
    assert queries.relations(None, [ana]) == {ana.id: NOBODY}


def test_an_unpublished_member_is_reached_only_by_those_with_a_tie(ana: Member, ben: Member, cleo: Member) -> None:
    with pytest.raises(NotFound):
        queries.get_for(ana, "cleo")
    service.follow(cleo, ana)
    assert queries.get_for(ana, "cleo") is cleo
    with pytest.raises(NotFound):
        queries.get_for(ben, "cleo")


def test_everyone_knows_of_themself_and_nobody_of_a_name_that_cannot_be(ana: Member, cleo: Member) -> None:
    assert queries.get_for(cleo, "cleo") is cleo
    for name in ("", "nobody", "a\x00na", "あな"):
        with pytest.raises(NotFound):
            queries.get_for(ana, name)


@pytest.mark.parametrize("tab", [Tab.FRIENDS, Tab.FOLLOWING, Tab.FOLLOWERS])
def test_pages_of_a_list_hold_everyone_once_and_lead_back(ana: Member, make_member: MemberFactory, tab: Tab) -> None:
    others = [make_member(f"other-{number:02}") for number in range(45)]
    for other in others:
        service.follow(ana, other)
        service.follow(other, ana)
    first = queries.contacts_of(ana, tab)
    second = queries.contacts_of(ana, tab, first.next_cursor)
    third = queries.contacts_of(ana, tab, second.next_cursor)
    pages: list[list[str]] = [[member.username for member, since in page.rows] for page in (first, second, third)]
    assert [len(page) for page in pages] == [20, 20, 5]
    assert [*pages[0], *pages[1], *pages[2]] == [other.username for other in reversed(others)]
    assert first.previous_cursor is None
    assert third.next_cursor is None
    back = queries.contacts_of(ana, tab, third.previous_cursor)
    assert [member.username for member, since in back.rows] == pages[1]
    begin = queries.contacts_of(ana, tab, back.previous_cursor)
    assert [member.username for member, since in begin.rows] == pages[0]
    assert begin.previous_cursor is None


def test_friends_are_friends_since_the_later_of_the_two_follows(ana: Member, ben: Member, cleo: Member) -> None:
    db.session.add_all(
        Follow(from_id=one.id, to_id=other.id, created_at=datetime(2026, month, 1, tzinfo=UTC))
        for one, other, month in [(ana, ben, 1), (ben, ana, 5), (cleo, ana, 2), (ana, cleo, 4)]
    )
    assert [(member.username, since.month) for member, since in queries.contacts_of(ana, Tab.FRIENDS).rows] == [
        ("ben", 5),
        ("cleo", 4),
    ]


def test_the_last_page_that_emptied_meanwhile_shows_the_first(ana: Member, make_member: MemberFactory) -> None:
    others = [make_member(f"other-{number:02}") for number in range(21)]
    for other in others:
        service.follow(ana, other)
    cursor = queries.contacts_of(ana, Tab.FOLLOWING).next_cursor
    service.unfollow(ana, others[0])
    assert names(ana, Tab.FOLLOWING) == [
        member.username for member, since in queries.contacts_of(ana, Tab.FOLLOWING, cursor).rows
    ]


@pytest.mark.real_commits
def test_following_many_times_at_once_is_following_once(app: Flask, ana: Member, ben: Member) -> None:
    at_once(committing(app, lambda number: service.follow(ana, ben)))
    with app.app_context():
        assert names(ben, Tab.FOLLOWERS) == ["ana"]
        assert kinds() == [EventKind.MEMBER_FOLLOWED]


@pytest.mark.real_commits
def test_a_storm_of_following_and_unfollowing_ends_as_its_last_deed_says(app: Flask, ana: Member, ben: Member) -> None:
    deeds = (service.follow, service.unfollow)
    at_once(committing(app, lambda number: deeds[number % 2](ana, ben)), times=30)
    with app.app_context():
        done = kinds()
        assert done == [(EventKind.MEMBER_FOLLOWED, EventKind.MEMBER_UNFOLLOWED)[turn % 2] for turn in range(len(done))]
        assert names(ben, Tab.FOLLOWERS) == (["ana"] if done[-1] is EventKind.MEMBER_FOLLOWED else [])
