"""Stored files beside the rows that name them: every night what nobody names goes, and what is missing is reported."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from marketplace import storage, vault
from marketplace.clock import now
from marketplace.db import db, rollback

LEFT_ALONE = timedelta(hours=48)
"""A file is stored before the row that names it; whatever is younger may still get its row."""

MOST_A_NIGHT = 1000
"""How many files go in one night; the others wait for the next."""

FEW = 100
"""More unnamed files than this, and than named ones, are not left over: this is the wrong database, or half of it."""

MOST_TOLD = 20
HEX_DIGITS = "0123456789abcdef"

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Shelf:
    """The files of one kind: `column` holds keys below `prefix`, each naming one file for every one of `endings`."""

    prefix: str
    column: InstrumentedAttribute[Any]
    endings: tuple[str, ...] = ("",)


_shelves: dict[str, Shelf] = {}
_key_columns: list[InstrumentedAttribute[Any]] = []


def keep(shelf: Shelf) -> None:
    """Let the files of `shelf` be compared every night; files on no shelf are never touched."""
    _shelves[shelf.prefix] = shelf


def keep_keys(column: InstrumentedAttribute[Any]) -> None:
    """Keep the keys of the vault that `column` names; what no such column names is destroyed."""
    if column not in _key_columns:
        _key_columns.append(column)


def shelves() -> list[str]:
    """Return the prefixes of the files that are compared."""
    return list(_shelves)


def take_stock() -> None:
    """Compare files and rows in both directions, and remove what was left half-written."""
    if count := storage.remove_half_written(now() - LEFT_ALONE):
        log.info("stocktaking.half_written_removed", count=count)
    for shelf in _shelves.values():
        _compare(shelf)
    _destroy_orphaned_keys()


def _compare(shelf: Shelf) -> None:
    """Go through `shelf` in sixteen parts: none holds more than memory does, and the table is read no oftener."""
    named_count, unnamed_count = 0, 0
    leftovers: list[str] = []
    missing: list[str] = []
    oldest = now() - LEFT_ALONE
    for digit in HEX_DIGITS:
        # Files first: one that is stored meanwhile is then at worst a row whose file has to be looked for.
        written = {
            key: at for other in "0123456789abcdef" for key, at in storage.below(f"{shelf.prefix}/{digit}{other}")
        }
        named = _named(shelf, f"{shelf.prefix}/{digit}")
        named_count += len(named)
        unnamed = [key for key in written.keys() - named if written[key] < oldest]
        unnamed_count += len(unnamed)
        leftovers += unnamed[: MOST_A_NIGHT - len(leftovers)]
        missing += [key for key in named - written.keys() if not storage.exists(key)]
    if missing:
        log.warning("stocktaking.missing", shelf=shelf.prefix, count=len(missing), keys=sorted(missing)[:MOST_TOLD])
    if unnamed_count > max(FEW, named_count):
        log.error("stocktaking.refused", shelf=shelf.prefix, unnamed=unnamed_count, named=named_count)
    else:
        _remove(shelf, leftovers)


def _destroy_orphaned_keys() -> None:
    """Destroy what a crash left between a key and its row: a key that no row names opens what no row names."""
    oldest = now() - LEFT_ALONE
    keys = dict(vault.names())
    named = {key for column in _key_columns for key in db.session.scalars(select(column).where(column.is_not(None)))}
    rollback()
    orphans = sorted(key for key in keys.keys() - named if keys[key] < oldest)
    # Where no row names any, this is another installation's store, or the wrong database.
    if orphans and (not keys.keys() & named or len(orphans) > len(keys.keys() & named) + FEW):
        log.error("stocktaking.refused", shelf="keys", unnamed=len(orphans), named=len(keys.keys() & named))
        return
    for key in orphans[:MOST_A_NIGHT]:
        vault.destroy(key)
        log.info("stocktaking.key_destroyed", key=key)


def _named(shelf: Shelf, beginning: str) -> set[str]:
    """Return every file whose key begins so and that a row names now."""
    keys: Iterable[str] = db.session.scalars(select(shelf.column).where(shelf.column.startswith(beginning)))
    named = {key + ending for key in keys for ending in shelf.endings}
    # The next part asks for the rows as they are by then, and no long transaction holds up the others.
    rollback()
    return named


def _remove(shelf: Shelf, keys: list[str]) -> None:
    for key in keys:
        storage.delete(key)
    if keys:
        log.info("stocktaking.removed", shelf=shelf.prefix, count=len(keys), keys=sorted(keys)[:MOST_TOLD])
