"""What erasing a member does: deeds of the features, each with the columns that it answers for."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import cast

from sqlalchemy import Table, delete
from sqlalchemy.orm import InstrumentedAttribute

from marketplace import outbox, storage
from marketplace.db import db

Deed = Callable[[int], object]
"""Called with the member's number, in the one transaction in which the member is erased."""


@dataclass(frozen=True)
class Erasure:
    """What one feature does; each foreign key to a member or an account stands in one of the two, as `table.column`."""

    deed: Deed
    deleted: tuple[str, ...] = ()
    """Rows that go with the member."""
    kept: Mapping[str, str] = field(default_factory=dict)
    """Rows that stay, and why; what is personal in them the deed makes empty."""


_erasures: list[Erasure] = []


def include(erasure: Erasure) -> None:
    """Let `erasure` be part of erasing; what was included first is done last, as rows below need those above."""
    if erasure not in _erasures:
        _erasures.append(erasure)


def erase(member_id: int) -> None:
    """Do what every feature does when a member is erased."""
    for erasure in reversed(_erasures):
        erasure.deed(member_id)


def accounted_for() -> dict[str, str]:
    """Return what happens to every column that was spoken of: why its rows are kept, or an empty text for deleted."""
    found: dict[str, str] = {}
    for erasure in _erasures:
        found |= dict.fromkeys(erasure.deleted, "") | dict(erasure.kept)
    return found


def delete_rows(column: InstrumentedAttribute[int] | InstrumentedAttribute[int | None], member_id: int) -> None:
    """Delete the rows whose `column` names the member.

    By the table, past the guard of the search index: the member's own row, which changes too, has it look again.
    """
    table = cast(Table, column.class_.__table__)
    db.session.execute(delete(table).where(table.c[column.key] == member_id))


def delete_files(keys: Iterable[str | None]) -> None:
    """Have stored files deleted after the commit."""
    for key in keys:
        if key is not None:
            outbox.put(storage.DELETE, {"key": key})
