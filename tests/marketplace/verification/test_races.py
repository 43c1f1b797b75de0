"""Of several who end the same papers at once one does, and whatever happens, they end destroyed."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace import db, outbox, storage, vault
from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.errors import DomainError
from marketplace.transparency import service as transparency
from marketplace.verification import queries, service
from marketplace.verification.models import IdentityDocument, ReturnReason, VerificationState
from tests.factories.members import MemberFactory
from tests.factories.papers import handed_in, opened
from tests.races import at_once, committing

pytestmark = pytest.mark.usefixtures("empty_places")

Deed = Callable[[Member, Member, int], object]


def approve(member: Member, moderator: Member, number: int) -> None:
    papers = queries.get_for(moderator, number)
    service.approve(moderator, papers, queries.declared(papers))


def send_back(member: Member, moderator: Member, number: int) -> None:
    service.send_back(moderator, queries.get_for(moderator, number), ReturnReason.UNREADABLE, "ぼやけています。")


def withdraw(member: Member, moderator: Member, number: int) -> None:
    service.withdraw(member, queries.own_verification(member, number))


DEEDS: tuple[Deed, ...] = (approve, send_back, withdraw)
ENDS = {0: VerificationState.APPROVED, 1: VerificationState.RETURNED, 2: VerificationState.WITHDRAWN}


def in_a_unit(app: Flask, deed: Callable[[], object]) -> object:
    with app.app_context(), db.writing():
        result = deed()
        db.commit()
    return result


@pytest.fixture
def open_papers(app: Flask, ana: Member, make_member: MemberFactory) -> tuple[Member, Member, int]:
    moderator = make_member("mori", "Mori")

    def prepare() -> int:
        db.db.session.get_one(Member, moderator.id).moderator_since = now()
        papers = handed_in(db.db.session.get_one(Member, ana.id))
        return opened(db.db.session.get_one(Member, moderator.id), papers.id).id

    number = in_a_unit(app, prepare)
    assert isinstance(number, int)
    return ana, moderator, number


@pytest.mark.real_commits
def test_approving_sending_back_and_taking_back_have_one_winner(
    app: Flask, open_papers: tuple[Member, Member, int], drain: Callable[[], int]
) -> None:
    ana, moderator, number = open_papers

    def attempt(turn: int) -> int:
        deed = DEEDS[turn % len(DEEDS)]
        mine = db.db.session.get_one(Member, ana.id)
        theirs = db.db.session.get_one(Member, moderator.id)
        try:
            deed(mine, theirs, number)
        except DomainError as error:
            return -error.status
        return turn % len(DEEDS)

    found = at_once(committing(app, attempt), 12)
    winners = [turn for turn in found if turn >= 0]
    assert len(winners) == 1
    assert {-status for status in found if status < 0} <= {403, 404, 409}
    with app.app_context():
        ended = queries.find_verification(number)
        assert ended is not None
        assert ended.state is ENDS[winners[0]]
        is_verified = db.db.session.get_one(Member, ana.id).identity_verified_at is not None
        assert is_verified == (ended.state is VerificationState.APPROVED)
    drain()
    assert list(vault.names()) == []
    assert list(storage.below("papers")) == []


@pytest.mark.real_commits
def test_of_many_moderators_one_takes_it(app: Flask, ana: Member, make_member: MemberFactory) -> None:
    moderators = [make_member(f"mod-{number}") for number in range(6)]

    def prepare() -> int:
        for each in moderators:
            db.db.session.get_one(Member, each.id).moderator_since = now()
        return handed_in(db.db.session.get_one(Member, ana.id)).id

    number = in_a_unit(app, prepare)
    assert isinstance(number, int)

    def attempt(turn: int) -> int:
        moderator = db.db.session.get_one(Member, moderators[turn].id)
        try:
            service.take(moderator, queries.get_for(moderator, number))
        except DomainError as error:
            return error.status
        return 200

    assert sorted(at_once(committing(app, attempt), len(moderators))) == [200, *[409] * 5]


@pytest.mark.real_commits
def test_a_crash_between_the_key_and_the_log_ends_destroyed(
    app: Flask, open_papers: tuple[Member, Member, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, moderator, number = open_papers
    in_a_unit(
        app,
        lambda: approve(db.db.session.get_one(Member, ana.id), db.db.session.get_one(Member, moderator.id), number),
    )
    assert len(list(vault.names())) == 1

    def fall_over(*_: object, **__: object) -> None:
        raise RuntimeError("the power is gone")

    with monkeypatch.context() as broken:
        broken.setattr(transparency, "append", fall_over)
        with app.app_context():
            outbox.drain()
    assert list(vault.names()) == []
    with app.app_context(), db.writing():
        (document,) = db.db.session.scalars(select(IdentityDocument)).all()
        assert document.destroyed_at is None
        service.destroy(0, {"document": document.id})
        service.destroy(0, {"document": document.id})
        assert document.destroyed_at is not None
        assert document.leaf_index == 0
