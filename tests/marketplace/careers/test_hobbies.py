"""Hobbies: who may know of which."""

import pytest

from marketplace.accounts.models import Member
from marketplace.careers import queries
from marketplace.careers.models import HobbyVisibility
from marketplace.clock import today
from marketplace.follows import service as follows
from tests.marketplace.careers.entries import a_hobby

pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture
def anas(ana: Member) -> Member:
    for visibility in HobbyVisibility:
        a_hobby(ana, visibility.value, visibility=visibility)
    return ana


def seen_by(viewer: Member | None, member: Member) -> list[str]:
    return [hobby.name for hobby in queries.lists_of(member, viewer).hobbies]


def test_a_visitor_knows_the_public_ones(anas: Member) -> None:
    assert seen_by(None, anas) == ["public"]


def test_the_owner_knows_all(anas: Member) -> None:
    assert seen_by(anas, anas) == ["public", "friends", "private"]


def test_friends_know_theirs_and_only_while_both_follow(anas: Member, ben: Member) -> None:
    assert seen_by(ben, anas) == ["public"]
    follows.follow(ben, anas)
    assert seen_by(ben, anas) == ["public"]
    follows.follow(anas, ben)
    assert seen_by(ben, anas) == ["public", "friends"]
    follows.unfollow(ben, anas)
    assert seen_by(ben, anas) == ["public"]


def test_a_hobby_is_public_and_not_for_surveys_unless_said_otherwise(ana: Member) -> None:
    hobby = a_hobby(ana)
    assert (hobby.visibility, hobby.allows_surveys) == (HobbyVisibility.PUBLIC, False)


def test_years_grow_by_the_calendar(ana: Member) -> None:
    assert a_hobby(ana, since_year=today().year - 18).years == 18
    assert a_hobby(ana, "later", since_year=today().year + 1).years == 0
    assert a_hobby(ana, "unknown").years is None
