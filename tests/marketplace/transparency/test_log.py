"""The log in the database: only appended to, without a gap, and its proofs are those of the plain definition."""

import os
import stat
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select, text
from sqlalchemy.exc import IntegrityError

from marketplace import db
from marketplace.config import Settings
from marketplace.errors import NotFound
from marketplace.transparency import queries, service, signing
from marketplace.transparency.checking import EMPTY, leaf_hash
from marketplace.transparency.models import LeafKind, TransparencyLeaf
from tests.marketplace.transparency.test_tree import plain_path, plain_proof, plain_root
from tests.races import at_once, committing

KIND = LeafKind.DOCUMENT_DESTROYED


def append(times: int) -> list[bytes]:
    """Append entries; return the hashes of their leaves."""
    found = [service.append(KIND, {"number": number}) for number in range(times)]
    db.db.session.flush()
    return [leaf_hash(leaf.content.encode()) for leaf in found]


def test_every_proof_of_every_size_is_the_plain_one(session: None) -> None:
    assert queries.head() == (0, EMPTY)
    hashes = append(21)
    assert queries.head() == (21, plain_root(hashes))
    for size in range(22):
        for index in range(size):
            assert queries.proof_for(index, size) == plain_path(index, hashes[:size])
        found = queries.consistency(size, 21)
        assert found.proof == (plain_proof(size, hashes) if size else [])
        assert (found.old.root, found.new.root) == (plain_root(hashes[:size]), plain_root(hashes))


def test_a_leaf_is_what_was_said_and_nothing_more(session: None) -> None:
    leaf = service.append(LeafKind.PLEDGE_SIGNED, {"record": "ab", "day": "2026-11-28"})
    at = leaf.at.isoformat(timespec="microseconds")
    fields = '"fields":{"day":"2026-11-28","record":"ab"}'
    assert leaf.content == f'{{"at":"{at}",{fields},"kind":"pledge.signed","version":1}}'
    assert leaf.hash == leaf_hash(leaf.content.encode()).hex()


@pytest.mark.parametrize("value", [0.5, float("nan"), 2**60, "\ud800", b"bytes", {"é": 1}])
def test_what_has_more_than_one_form_is_not_taken(session: None, value: object) -> None:
    with pytest.raises(ValueError, match=r"no part of a receipt|surrogates"):
        service.append(KIND, {"value": value})
    assert queries.head().size == 0


def test_what_is_not_there_cannot_be_proven(session: None) -> None:
    append(3)
    for index, size in ((3, 3), (-1, 3)):
        with pytest.raises(NotFound):
            queries.proof_for(index, size)
    for old, new in ((0, 4), (3, 2), (-1, 2)):
        with pytest.raises(NotFound):
            queries.consistency(old, new)
    for index in (3, -1, 2**40):
        with pytest.raises(NotFound):
            queries.get_leaf(index)


@pytest.mark.parametrize("table", ["transparency_leaves", "transparency_nodes"])
@pytest.mark.parametrize("change", ["UPDATE {} SET hash = hash", "DELETE FROM {}"])
@pytest.mark.real_commits
def test_nothing_is_changed_or_deleted(app: Flask, table: str, change: str) -> None:
    with app.app_context(), db.writing():
        append(2)
        db.commit()
        with pytest.raises(IntegrityError, match="only appended to"):
            db.db.session.execute(text(change.format(table)))
        db.rollback()


@pytest.mark.real_commits
def test_thirty_at_once_leave_no_gap(app: Flask) -> None:
    at_once(committing(app, lambda number: service.append(KIND, {"number": number})), 30)
    with app.app_context():
        found = db.db.session.scalars(select(TransparencyLeaf).order_by(TransparencyLeaf.index)).all()
        assert [leaf.index for leaf in found] == list(range(30))
        hashes = [leaf_hash(leaf.content.encode()) for leaf in found]
        assert queries.head() == (30, plain_root(hashes))
        assert queries.proof_for(17, 30) == plain_path(17, hashes)


@pytest.mark.real_commits
def test_what_is_rolled_back_was_never_there(app: Flask) -> None:
    with app.app_context(), db.writing():
        append(3)
        db.rollback()
        append(2)
        db.commit()
        assert queries.head().size == 2


def test_appending_and_proving_ask_few_questions(app: Flask, session: None) -> None:
    append(64)
    asked: list[str] = []
    event.listen(db.db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    append(1)
    appending = len(asked)
    queries.proof_for(13, 65)
    assert appending <= 6
    assert len(asked) - appending <= 2


def test_no_proof_reads_the_whole_log(app: Flask, session: None, database_kind: str) -> None:
    append(70)
    asked: list[tuple[str, Any]] = []
    event.listen(db.db.engine, "before_cursor_execute", lambda *args: asked.append((args[2], args[3])))
    queries.proof_for(13, 69)
    queries.consistency(21, 69)
    if database_kind == "postgresql":
        return  # chooses its plans by the number of rows
    connection = db.db.session.connection()
    plans = [
        row for sql, values in list(asked) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)
    ]
    assert any("transparency_nodes" in str(row) for row in plans)
    assert not [row for row in plans if str(row[3]).startswith("SCAN") and "heads" not in row[3]]


@pytest.mark.real_commits
def test_the_key_is_made_once_and_for_its_owner_alone(app: Flask) -> None:
    settings: Settings = app.extensions["settings"]
    with app.app_context():
        (settings.key_store_dir / signing.FILE).unlink(missing_ok=True)
        keys = set(at_once(lambda number: in_context(app), 8))
        assert keys == {signing.published_key()}
        path = settings.key_store_dir / signing.FILE
        assert stat.S_IMODE(path.stat().st_mode) == 0o600 or os.name == "nt"
        assert [one.name for one in Path(settings.key_store_dir).glob(f"{signing.FILE}*")] == [signing.FILE]


def in_context(app: Flask) -> bytes:
    with app.app_context():
        return signing.published_key()
