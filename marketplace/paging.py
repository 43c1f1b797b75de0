"""Keyset pagination: the next page begins after the last row, so that page 500 costs what page 1 costs."""

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, SQLColumnExpression, Subquery, tuple_

from marketplace.db import db

Row = TypeVar("Row")

SIZE = 20
LONGEST_CURSOR = 400


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows of a list, and where the neighbouring pages begin (None where there is none)."""

    rows: Sequence[Row]
    next_cursor: str | None
    previous_cursor: str | None


def page_of(
    question: Select[*tuple[Any, ...]],
    columns: Sequence[SQLColumnExpression[Any]],
    key: Callable[[Any], tuple[Any, ...]],
    cursor: str | None = None,
    *,
    descending: bool = True,
    size: int = SIZE,
    filled: Callable[[Subquery], Select[*tuple[Any, ...]]] | None = None,
) -> Page[Any]:
    """Return one page of `question` in the order of `columns`: numbers, moments or names, never null, together unique.

    `key` reads the values of `columns` off a row. A cursor that was not made here, or beyond which nothing is left,
    gives the first page. `filled` asks, in the same statement, for what the rows of that page alone are to hold, so
    that nothing more is sorted than `question`; its first columns are `columns` then.
    """
    keys = tuple_(*columns)
    place = _decode(cursor, [kind.python_type for kind in keys.type.types])
    backwards = place is not None and place.backwards
    down = descending != backwards
    beyond = question
    if place is not None:
        values = tuple_(*place.values)
        beyond = question.where(keys < values if down else keys > values)
    asked = beyond.order_by(*_sorted(columns, down)).limit(size + 1)
    if filled is not None:
        chosen = asked.subquery("page")
        asked = filled(chosen).order_by(*_sorted(list(chosen.c)[: len(columns)], down))
    found = list(db.session.execute(asked).all())
    if not found and place is not None:
        return page_of(question, columns, key, descending=descending, size=size, filled=filled)
    return _cut(found, size, place, key)


def _cut(found: list[Any], size: int, place: "_Place | None", key: Callable[[Any], tuple[Any, ...]]) -> Page[Any]:
    """The page among rows of which one too many was asked for, to see whether there are more."""
    rows, is_more = found[:size], len(found) > size
    if not rows:
        return Page([], None, None)
    is_backwards = place is not None and place.backwards
    if is_backwards:
        rows.reverse()
    has_next = is_backwards or is_more
    has_previous = is_more if is_backwards else place is not None
    return Page(
        rows,
        _encode(key(rows[-1]), backwards=False) if has_next else None,
        _encode(key(rows[0]), backwards=True) if has_previous else None,
    )


def _sorted(columns: Sequence[SQLColumnExpression[Any]], down: bool) -> list[SQLColumnExpression[Any]]:
    return [column.desc() if down else column.asc() for column in columns]


def place(values: tuple[Any, ...]) -> str:
    """Return the cursor of the page that begins after `values`, for a list in which these may stand in the middle."""
    return _encode(values, backwards=False)


@dataclass(frozen=True)
class _Place:
    values: tuple[Any, ...]
    backwards: bool


def _encode(values: tuple[Any, ...], *, backwards: bool) -> str:
    plain = [{"at": value.isoformat()} if isinstance(value, datetime) else value for value in values]
    text = json.dumps([int(backwards), *plain], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decode(cursor: str | None, types: Sequence[type]) -> _Place | None:
    if not cursor or len(cursor) > LONGEST_CURSOR:
        return None
    try:
        backwards, *plain = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        values = tuple(_moment(value["at"]) if isinstance(value, dict) else value for value in plain)
    except (ValueError, TypeError, KeyError, OverflowError):
        return None
    fits = len(values) == len(types) and all(map(_fits, values, types))
    return _Place(values, bool(backwards)) if fits else None


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a moment needs its zone")
    return moment.astimezone(UTC)


def _fits(value: object, kind: type) -> bool:
    """Whether a column of `kind` can be compared with `value`."""
    if type(value) is not kind:
        return False
    if isinstance(value, str):
        return "\x00" not in value and value.isprintable()
    if isinstance(value, float):
        return isfinite(value)
    return isinstance(value, datetime) or (isinstance(value, int) and abs(value) < 2**31)
