"""A block ends what is between two members and hides them from each other; only the blocker knows."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.errors import NotAllowed, NotFound
from marketplace.events.kinds import EventKind
from marketplace.events.models import Event
from marketplace.follows import queries, service
from marketplace.follows.models import Block, Follow
from tests.races import AT_ONCE, at_once, committing


def edges(kind: type[Follow] | type[Block]) -> set[tuple[int, int]]:
    return {(row.from_id, row.to_id) for row in db.db.session.execute(select(kind.from_id, kind.to_id))}


def kinds() -> list[EventKind]:
    return list(db.db.session.scalars(select(Event.kind).order_by(Event.id)))


@pytest.mark.usefixtures("session")
def test_a_block_ends_the_follows_of_both(ana: Member, ben: Member, cleo: Member) -> None:
    for actor, followed in [(ana, ben), (ben, ana), (ben, cleo)]:
        service.follow(actor, followed)
    service.block(ana, ben)
    service.block(ana, ben)
    assert edges(Follow) == {(ben.id, cleo.id)}
    assert edges(Block) == {(ana.id, ben.id)}
    assert kinds()[3:] == [EventKind.MEMBER_BLOCKED]


@pytest.mark.usefixtures("session")
def test_neither_can_follow_nor_find_the_other_while_it_stands(ana: Member, ben: Member) -> None:
    service.block(ana, ben)
    for actor, other in [(ana, ben), (ben, ana)]:
        with pytest.raises(NotAllowed):
            service.follow(actor, other)
        with pytest.raises(NotFound):
            queries.get_for(actor, other.username)
    assert edges(Follow) == set()
    assert queries.find_blocked(ana, "ben") == ben
    assert queries.find_blocked(ben, "ana") is None
    assert [member for member, _since in queries.blocked_by(ana).rows] == [ben]


@pytest.mark.usefixtures("session")
def test_taken_back_they_find_each_other_and_begin_anew(ana: Member, ben: Member) -> None:
    service.follow(ana, ben)
    service.block(ben, ana)
    service.unblock(ben, ana)
    service.unblock(ben, ana)
    assert (edges(Block), edges(Follow)) == (set(), set())
    assert queries.get_for(ana, "ben") == ben
    service.follow(ana, ben)
    assert kinds()[1:] == [EventKind.MEMBER_BLOCKED, EventKind.MEMBER_UNBLOCKED, EventKind.MEMBER_FOLLOWED]


@pytest.mark.usefixtures("session")
def test_a_follower_is_let_go_of(ana: Member, ben: Member) -> None:
    service.follow(ben, ana)
    service.follow(ana, ben)
    service.remove_follower(ana, ben)
    service.remove_follower(ana, ben)
    assert edges(Follow) == {(ana.id, ben.id)}
    assert kinds()[2:] == [EventKind.FOLLOWER_REMOVED]


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize("verb", [service.block, service.unblock, service.remove_follower])
def test_nobody_does_it_to_themself(verb: Callable[[Member, Member], None], ana: Member) -> None:
    with pytest.raises(NotAllowed):
        verb(ana, ana)


@pytest.mark.real_commits
def test_of_a_block_and_many_follows_at_once_no_follow_is_left(app: Flask, ana: Member, ben: Member) -> None:
    def deed(number: int) -> str:
        try:
            if number == AT_ONCE // 2:
                committing(app, lambda _: service.block(ana, ben))(number)
            else:
                committing(app, lambda _: service.follow(ben, ana))(number)
        except NotAllowed:
            return "refused"
        return "done"

    assert set(at_once(deed)) <= {"done", "refused"}
    with app.app_context():
        assert edges(Block) == {(ana.id, ben.id)}
        assert edges(Follow) == set()
