"""Keeping the index in step: look again at rows that may have changed, build anew, compare and repair."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from typing import Any

import structlog
from flask import Flask, current_app
from sqlalchemy import func, select

from marketplace import errands
from marketplace.db import db
from search_index import documents
from search_index.engines import IndexMissing, WriterBusy, chosen

BATCH = 200

Progress = Callable[[int, int], object]
"""Called with how many are done, and of how many."""

_REBUILD = "search.rebuild"

log = structlog.get_logger(__name__)


def init_app(app: Flask) -> None:
    """Let the drain of `app` build the index when a page misses it, and compare it with the database every night."""
    huey = app.extensions["errands"]

    @huey.task(name=_REBUILD)  # type: ignore[untyped-decorator]
    def rebuild_missing() -> None:
        with app.app_context():
            if missing := _missing():
                rebuild(kinds=missing)

    app.extensions[_REBUILD] = rebuild_missing
    errands.every_night(keep)


def ask_for_rebuild() -> None:
    """Have a missing index built in the background, once however many pages ask. Writes nothing to the database."""
    huey = current_app.extensions["errands"]
    if not any(waiting.name == _REBUILD for waiting in huey.pending()):
        current_app.extensions[_REBUILD]()


def keep() -> None:
    """Repair the indexes, or build those that there are not."""
    if missing := _missing():
        rebuild(kinds=missing)
    verify()


def refresh(payloads: Sequence[dict[str, Any]]) -> None:
    """Read each row once as it is now and put or remove its document; without an index, build one."""
    ids: defaultdict[str, set[int]] = defaultdict(set)
    for payload in payloads:
        ids[payload["kind"]].add(payload["id"])
    _follow(ids)
    for kind, wanted in ids.items():
        try:
            chosen(kind).put(read(kind, sorted(wanted)), wanted)
        except IndexMissing:
            with suppress(WriterBusy):  # who builds already reads these rows, or reads them once more
                rebuild(kinds=[kind])


def _follow(ids: defaultdict[str, set[int]]) -> None:
    """Add what tells of the same rows."""
    for kind, wanted in list(ids.items()):
        for other, question in documents.FOLLOWING.get(kind, {}).items():
            with db.sessionmaker() as session:
                found = session.scalars(question(sorted(wanted))).all()
            if found:
                ids[other].update(found)


def purge(payloads: Sequence[dict[str, Any]]) -> None:
    """Let go of members who were erased (`id`), in the files of the index too; without an index there is nothing."""
    refresh([{"kind": "worker", "id": payload["id"]} for payload in payloads])
    with suppress(IndexMissing):
        for kind in documents.READERS:
            chosen(kind).purge()


def rebuild(progress: Progress = lambda done, total: None, kinds: Collection[str] = documents.READERS.keys()) -> int:
    """Build new indexes beside the old ones and swap; tell how many documents they hold. Raises WriterBusy."""
    ids = [documents.EVERYTHING[kind] for kind in kinds]
    with db.sessionmaker() as session:
        counts = [session.scalar(select(func.count()).select_from(each.subquery())) for each in ids]
    total, built = sum(count or 0 for count in counts), 0
    for kind in kinds:
        built += _rebuild(kind, _beyond(progress, built, total))
    progress(built, built)
    log.info("search.rebuilt", documents=built)
    return built


def verify(progress: Progress = lambda done, total: None) -> int:
    """Compare the indexes with the database and repair them; tell how many documents were wrong."""
    held = {kind: chosen(kind).digests() for kind in documents.READERS}
    total, done, repaired = sum(map(len, held.values())), 0, 0
    for kind, digests in held.items():
        seen, mended = _verify(kind, digests, _beyond(progress, done, total))
        done, repaired = done + seen, repaired + mended
    progress(done, done)
    if repaired:
        log.warning("search.repaired", documents=repaired)
    return repaired


def _beyond(progress: Progress, before: int, total: int) -> Callable[[int], object]:
    """Count on from what was done for other kinds."""
    return lambda done: progress(before + done, max(before + done, total))


def _rebuild(kind: str, progress: Callable[[int], object]) -> int:
    def counted() -> Iterator[Any]:
        for done, document in enumerate(_everything(kind), start=1):
            yield document
            if done % BATCH == 0:
                progress(done)

    return chosen(kind).rebuild(counted(), lambda keys: read(kind, keys))


def _verify(kind: str, held: dict[int, int], progress: Callable[[int], object]) -> tuple[int, int]:
    """Compare one kind; return how many documents there are and how many were wrong, missing or too many."""
    repaired = done = 0
    unseen = set(held)
    wrong: list[Any] = []
    for document in _everything(kind):
        unseen.discard(document.key)
        if held.get(document.key) != document.digest():
            wrong.append(document)
        if len(wrong) == BATCH:
            repaired += _repair(kind, [found.key for found in wrong])
            wrong.clear()
        done += 1
        if done % BATCH == 0:
            progress(done)
    return done, repaired + _repair(kind, [*(found.key for found in wrong), *unseen])


def _missing() -> list[str]:
    """The kinds of which there is no index."""
    missing = []
    for kind in documents.READERS:
        try:
            chosen(kind).digests()
        except IndexMissing:
            missing.append(kind)
    return missing


def _repair(kind: str, keys: Sequence[int]) -> int:
    """Read once more what seemed wrong, for it may have changed while we compared."""
    if keys:
        chosen(kind).put(read(kind, keys), keys)
    return len(keys)


def read(kind: str, ids: Sequence[int]) -> list[Any]:
    """Documents as the rows are now: a session of its own sees what was committed since another began."""
    found: list[Any] = []
    for start in range(0, len(ids), BATCH):
        with db.sessionmaker() as session:
            found += documents.READERS[kind](session, ids[start : start + BATCH])
    return found


def _everything(kind: str) -> Iterator[Any]:
    """All documents in batches, each in a transaction of its own, so that none stays open for minutes."""
    (key,) = documents.EVERYTHING[kind].selected_columns
    last = 0
    while True:
        with db.sessionmaker() as session:
            ids = session.scalars(documents.EVERYTHING[kind].where(key > last).order_by(key).limit(BATCH)).all()
            found = documents.READERS[kind](session, ids) if ids else []
        yield from found
        if not ids:
            return
        last = ids[-1]
