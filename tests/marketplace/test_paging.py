"""Pages of a list: each row once, forwards and backwards, whatever the cursor says."""

import base64
import itertools
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select

from marketplace import paging
from marketplace.db import db
from marketplace.messages.models import Conversation
from marketplace.paging import SIZE, Page, page_of

START = datetime(2026, 11, 1, 9, tzinfo=UTC)

Listed = Callable[..., Page[Any]]


@pytest.fixture
def listed(session: None) -> Callable[[int], Listed]:
    """Makes a list of so many rows, five of them of each moment so that their numbers decide, and returns its pages."""

    def make(count: int) -> Listed:
        rows = [
            {"id": number, "title": "", "last_message_at": START + timedelta(minutes=number // 5)}
            for number in range(1, count + 1)
        ]
        if rows:
            db.session.execute(insert(Conversation), rows)

        def page(cursor: str | None = None, **others: Any) -> Page[Any]:
            columns = (Conversation.last_message_at, Conversation.id)
            return page_of(
                select(Conversation), columns, lambda row: (row[0].last_message_at, row[0].id), cursor, **others
            )

        return page

    return make


def numbers(found: Page[Any]) -> list[int]:
    return [row[0].id for row in found.rows]


def forwards(page: Listed, **others: Any) -> Iterator[Page[Any]]:
    found = page(**others)
    yield found
    while found.next_cursor:
        found = page(found.next_cursor, **others)
        yield found


@pytest.mark.parametrize("count", [0, 1, SIZE - 1, SIZE, SIZE + 1, 2 * SIZE, 2 * SIZE + 1])
@pytest.mark.parametrize("descending", [True, False])
def test_pages_hold_every_row_once_in_order_and_lead_back(
    listed: Callable[[int], Listed], count: int, descending: bool
) -> None:
    page = listed(count)
    pages = list(forwards(page, descending=descending))
    assert [number for found in pages for number in numbers(found)] == sorted(range(1, count + 1), reverse=descending)
    assert [len(found.rows) for found in pages[:-1]] == [SIZE] * (len(pages) - 1)
    assert (pages[0].previous_cursor, pages[-1].next_cursor) == (None, None)
    for earlier, later in itertools.pairwise(pages):
        back = page(later.previous_cursor, descending=descending)
        assert numbers(back) == numbers(earlier)
        assert bool(back.previous_cursor) == bool(earlier.previous_cursor)
        assert numbers(page(back.next_cursor, descending=descending)) == numbers(later)


def test_a_page_may_have_another_size(listed: Callable[[int], Listed]) -> None:
    assert [numbers(found) for found in forwards(listed(5), size=2)] == [[5, 4], [3, 2], [1]]


def test_moments_in_a_cursor_keep_their_microseconds() -> None:
    moment = START.replace(microsecond=123456)
    cursor = paging._encode((moment, 7), backwards=True)
    assert paging._decode(cursor, [datetime, int]) == paging._Place((moment, 7), backwards=True)


def test_nothing_left_beyond_a_cursor_gives_the_first_page(listed: Callable[[int], Listed]) -> None:
    page = listed(SIZE + 1)
    for place, backwards in [((START, 0), False), ((START + timedelta(days=1), 0), True)]:
        found = page(paging._encode(place, backwards=backwards))
        assert numbers(found) == numbers(page())
        assert found.previous_cursor is None


def garbled(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


MOMENT = {"at": "2026-11-01T09:00:00+00:00"}


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "nonsense",
        "あ",
        "a" * 1000,
        *map(garbled, [None, 3, "text", [], {"a": 1}, [0], [0, MOMENT], [0, MOMENT, 3, 3], [0, 3, MOMENT]]),
        *(garbled([0, MOMENT, number]) for number in ["3", None, True, 3.5, 2**31, -(2**31), 10**300, MOMENT]),
        *(garbled([0, moment, 3]) for moment in [3, "2026-11-01T09:00:00+00:00", {}, {"at": 3}, {"at": "tomorrow"}]),
        garbled([0, {"at": "2026-11-01T09:00:00"}, 3]),
        garbled([0, {"at": "0001-01-01T00:00:00+23:59"}, 3]),
        garbled([0, {"at": "9999-12-31T23:59:59-23:59"}, 3]),
    ],
)
def test_a_garbled_cursor_is_the_first_page(listed: Callable[[int], Listed], cursor: str) -> None:
    assert numbers(listed(3)(cursor)) == [3, 2, 1]


@given(st.one_of(st.text(max_size=60), st.recursive(st.none() | st.integers() | st.text(), st.lists).map(garbled)))
def test_no_cursor_is_an_error(cursor: str) -> None:
    assert paging._decode(cursor, [datetime, int]) is None
