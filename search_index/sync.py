"""Keeping the index in step: look again at rows that may have changed, build anew, compare and repair."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any

import structlog
from flask import Flask, current_app
from sqlalchemy import func, select

from marketplace import errands
from marketplace.db import db
from search_index import documents
from search_index.engines import Document, IndexMissing, WriterBusy, chosen

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
            if _is_missing():
                rebuild()

    app.extensions[_REBUILD] = rebuild_missing
    errands.every_night(keep)


def ask_for_rebuild() -> None:
    """Have a missing index built in the background, once however many pages ask. Writes nothing to the database."""
    huey = current_app.extensions["errands"]
    if not any(waiting.name == _REBUILD for waiting in huey.pending()):
        current_app.extensions[_REBUILD]()


def keep() -> None:
    """Repair the index, or build it when there is none."""
    try:
        verify()
    except IndexMissing:
        rebuild()


def refresh(payloads: Sequence[dict[str, Any]]) -> None:
    """Read each row once as it is now and put or remove its document; without an index, build one."""
    ids: defaultdict[str, set[int]] = defaultdict(set)
    for payload in payloads:
        ids[payload["kind"]].add(payload["id"])
    try:
        for kind, wanted in ids.items():
            chosen().put(_read(kind, sorted(wanted)), wanted)
    except IndexMissing:
        with suppress(WriterBusy):  # who builds already reads these rows, or reads them once more
            rebuild()


def rebuild(progress: Progress = lambda done, total: None) -> int:
    """Build a new index beside the old one and swap; tell how many documents it holds. Raises WriterBusy."""
    (kind,) = documents.READERS
    with db.sessionmaker() as session:
        total = session.scalar(select(func.count()).select_from(documents.EVERYTHING[kind].subquery())) or 0

    def counted() -> Iterator[Document]:
        for done, document in enumerate(_everything(kind), start=1):
            yield document
            if done % BATCH == 0:
                progress(done, total)

    built = chosen().rebuild(counted(), lambda keys: _read(kind, keys))
    progress(built, built)
    log.info("search.rebuilt", documents=built)
    return built


def verify(progress: Progress = lambda done, total: None) -> int:
    """Compare the index with the database and repair it; tell how many documents were wrong, missing or too many."""
    (kind,) = documents.READERS
    engine = chosen()
    held = engine.digests()
    repaired = done = 0
    unseen = set(held)
    wrong: list[Document] = []
    for document in _everything(kind):
        unseen.discard(document.key)
        if held.get(document.key) != document.digest():
            wrong.append(document)
        if len(wrong) == BATCH:
            repaired += _repair(kind, [found.key for found in wrong])
            wrong.clear()
        done += 1
        if done % BATCH == 0:
            progress(done, max(done, len(held)))
    repaired += _repair(kind, [*(found.key for found in wrong), *unseen])
    progress(done, done)
    if repaired:
        log.warning("search.repaired", documents=repaired)
    return repaired


def _is_missing() -> bool:
    try:
        chosen().digests()
    except IndexMissing:
        return True
    return False


def _repair(kind: str, keys: Sequence[int]) -> int:
    """Read once more what seemed wrong, for it may have changed while we compared."""
    if keys:
        chosen().put(_read(kind, keys), keys)
    return len(keys)


def _read(kind: str, ids: Sequence[int]) -> list[Document]:
    """Documents as the rows are now: a session of its own sees what was committed since another began."""
    found: list[Document] = []
    for start in range(0, len(ids), BATCH):
        with db.sessionmaker() as session:
            found += documents.READERS[kind](session, ids[start : start + BATCH])
    return found


def _everything(kind: str) -> Iterator[Document]:
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
