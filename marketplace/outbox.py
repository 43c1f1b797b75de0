"""What must happen after the commit: errands, written in the same transaction as the deed that asks for them."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import JSON, Index, String, select
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.clock import now
from marketplace.db import Model, after_commit, commit, db, rollback, writing
from marketplace.logs import without_addresses

Payload = dict[str, Any]

BATCH = 200
LONGEST_WAIT = timedelta(hours=1)

log = structlog.get_logger(__name__)


class Errand(Model):
    """Something to be done after the commit, at least once; the row goes when it is done."""

    __tablename__ = "errands"
    # A number is never given twice: mails are known by it.
    __table_args__ = (Index(None, "due_at", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(String(60))
    payload: Mapped[Payload] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(default=now)
    due_at: Mapped[datetime] = mapped_column(default=now)
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(String(500))

    def postpone(self, error: Exception, at: datetime) -> None:
        """Try again later: 5 s after the first failure, twice as long after each further one, at most an hour."""
        self.attempts += 1
        self.last_error = without_addresses(f"{type(error).__name__}: {error}")[:500]
        self.due_at = at + min(timedelta(seconds=5 * 2 ** min(self.attempts - 1, 12)), LONGEST_WAIT)


_one_by_one: dict[str, Callable[[int, Payload], object]] = {}
_in_batches: dict[str, Callable[[list[Payload]], object]] = {}
_wakers: list[Callable[[], object]] = []


def subscribe(topic: str, deed: Callable[[int, Payload], object]) -> None:
    """Let `deed(errand_id, payload)` handle each errand of `topic`; it must bear being called twice."""
    _one_by_one[topic] = deed


def subscribe_in_batches(topic: str, deed: Callable[[list[Payload]], object]) -> None:
    """Let `deed(payloads)` handle many errands of `topic` at once; it must bear being called twice."""
    _in_batches[topic] = deed


def wake_with(waker: Callable[[], object]) -> None:
    """Call `waker` after every commit that left an errand; only one is kept."""
    _wakers[:] = [waker]


def put(topic: str, payload: Payload, delay: timedelta = timedelta()) -> None:
    """Ask for `topic` to be done after this unit's commit. `payload` carries ids, never objects."""
    db.session.add(Errand(topic=topic, payload=payload, due_at=now() + delay))
    wake()


def wake() -> None:
    """Wake the drain after this unit's commit."""
    for waker in _wakers:
        after_commit("wake the drain", waker)


def drain() -> int:
    """Do all errands that are due, each batch in a transaction of its own; tell how many were done."""
    done = 0
    failed: set[int] = set()
    with writing():
        while errands := _take(failed):
            if _do(errands):
                done += len(errands)
            elif len(errands) == 1:
                failed.add(errands[0].id)
            else:
                done += _do_each(errands, failed)
    return done


def _do_each(errands: Sequence[Errand], failed: set[int]) -> int:
    """A batch failed: find the culprit by doing one at a time."""
    ids = [errand.id for errand in errands]
    done = 0
    for errand_id in ids:
        errand = db.session.get(Errand, errand_id)
        if errand is None:
            continue
        if _do([errand]):
            done += 1
        else:
            failed.add(errand_id)
    return done


def _take(failed: set[int]) -> Sequence[Errand]:
    """Return the oldest due errand, with others of its topic when that topic is done in batches."""
    due = select(Errand).where(Errand.due_at <= now(), Errand.id.not_in(failed)).order_by(Errand.due_at, Errand.id)
    first = db.session.scalars(due.limit(1).with_for_update(skip_locked=True)).first()
    if first is None:
        rollback()
        return []
    if first.topic not in _in_batches:
        return [first]
    same = due.where(Errand.topic == first.topic).limit(BATCH).with_for_update(skip_locked=True)
    return db.session.scalars(same).all()


def _do(errands: Sequence[Errand]) -> bool:
    """Do `errands` (one, or a batch of one topic) and commit; on failure postpone a lone one."""
    topic = errands[0].topic
    ids = [errand.id for errand in errands]
    try:
        if topic in _in_batches:
            _in_batches[topic]([errand.payload for errand in errands])
        else:
            _one_by_one[topic](errands[0].id, errands[0].payload)
        for errand in errands:
            db.session.delete(errand)
        commit()
    except Exception as error:
        rollback()
        log.warning("errand.failed", topic=topic, errands=ids, error=repr(error))
        if len(ids) == 1:
            _postpone(ids[0], error)
        return False
    return True


def _postpone(errand_id: int, error: Exception) -> None:
    errand = db.session.get(Errand, errand_id)
    if errand is not None:
        errand.postpone(error, now())
    commit()
