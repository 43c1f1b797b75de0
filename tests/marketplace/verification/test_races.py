"""Of several who end the same papers at once one does, and whatever happens, they end destroyed."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace import db, outbox, storage, vault
from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.errors import DomainError
from marketplace.transparency import service as transparency
from marketplace.transparency.models import LeafKind, TransparencyLeaf
from marketplace.verification import queries, service
from marketplace.verification.models import IdentityDocument, ReturnReason, VerificationState
from tests.factories.members import MemberFactory
from tests.factories.papers import handed_in, opened
from tests.programs import wait_for
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


SECONDS = 30


def die(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def killed(app: Flask, deed: Callable[[], object]) -> None:
    """Do `deed` in a process of its own, in which something ends in `die`."""
    with app.app_context():
        # No connection is shared by two processes.
        db.db.engine.dispose()
    process = os.fork()
    if process == 0:
        # Whatever does not end is ended by another signal than the one that is waited for.
        signal.alarm(SECONDS)
        try:
            deed()
        finally:
            os._exit(1)
    _number, status = os.waitpid(process, 0)
    assert os.WIFSIGNALED(status), "it was not killed where it should be"
    assert os.WTERMSIG(status) == signal.SIGKILL


POINTS = {
    "before the errand": (outbox, "drain", True, True),
    "between overwriting and unlinking the key": (Path, "unlink", True, True),
    "between key and picture": (storage, "delete", False, True),
    "between picture and log": (transparency, "append", False, False),
    "before the row is settled": (outbox, "commit", False, False),
}
"""What is not reached any more; whether the key and the picture are still there then."""


@pytest.mark.real_commits
@pytest.mark.parametrize("point", POINTS)
def test_killed_at_any_point_after_the_decision_papers_end_destroyed(
    app: Flask,
    open_papers: tuple[Member, Member, int],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    point: str,
) -> None:
    ana, moderator, number = open_papers
    place, name, has_key, has_picture = POINTS[point]
    (key,) = (vault._path(each) for each, _at in vault.names())
    wrapped = key.read_bytes()

    def decide_and_drain() -> None:
        me, them = (db.db.session.get_one(Member, each.id) for each in (ana, moderator))
        approve(me, them, number)
        db.commit()
        # The threads of the store do not come along into another process: the same file goes without them.
        (picture,) = tmp_path.rglob("*.sealed")
        monkeypatch.setattr(storage, "delete", lambda _key: picture.unlink())
        monkeypatch.setattr(place, name, die)
        outbox.drain()

    killed(app, lambda: in_a_unit(app, decide_and_drain))
    assert (key.exists(), bool(list(storage.below("papers")))) == (has_key, has_picture)
    if has_key:
        assert (key.read_bytes() == wrapped) == (point == "before the errand")
    # Started again. PostgreSQL may take a moment to notice that the other process is gone.
    wait_for(lambda: drained_to(app, number) != [None], 10)
    assert drained_to(app, number) == [0]
    with app.app_context():
        kinds = [leaf.kind for leaf in db.db.session.scalars(select(TransparencyLeaf))]
    assert kinds == [LeafKind.DOCUMENT_DESTROYED]
    assert list(vault.names()) == []
    assert list(storage.below("papers")) == []


@pytest.mark.real_commits
def test_destroying_twice_is_destroying_once(app: Flask, open_papers: tuple[Member, Member, int]) -> None:
    ana, moderator, number = open_papers

    def destroy_twice() -> None:
        withdraw(db.db.session.get_one(Member, ana.id), moderator, number)
        (document,) = db.db.session.scalars(select(IdentityDocument)).all()
        service.destroy(0, {"document": document.id})
        service.destroy(0, {"document": document.id})

    in_a_unit(app, destroy_twice)
    assert drained_to(app, number) == [0]


def drained_to(app: Flask, number: int) -> list[int | None]:
    """Do what waits, and return which entries of the log tell of the pages: None for one that is not destroyed."""
    with app.app_context():
        outbox.drain()
    with app.app_context():
        of_papers = IdentityDocument.verification_id == number
        return list(db.db.session.scalars(select(IdentityDocument.leaf_index).where(of_papers)))
