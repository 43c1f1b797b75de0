"""A small index of a few documents, made for as long as somebody asks it: a question costs the same in any market."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import current_app

from marketplace.clock import now
from search_index import sync
from search_index.query import parse


@dataclass(frozen=True)
class Newcomers:
    """What was published lately, of one kind."""

    engine: Any

    def found(self, text: str, filters: Any, newest: Any) -> list[int]:
        """Return the keys of all that a search would find among them; `newest` is what that kind calls the order."""
        keys: list[int] = []
        cursor = None
        while True:
            page = self.engine.search(parse(text), filters, sort=newest, cursor=cursor, now=now())
            keys += [hit.key for hit in page.hits]
            cursor = page.next_cursor
            if cursor is None:
                return keys


@contextmanager
def newcomers(kind: str, ids: Sequence[int]) -> Iterator[Newcomers]:
    """Put those of `ids` that may be found into an index of their own; it is gone afterwards."""
    settings = current_app.extensions["settings"]
    module = import_module(f"search_index.engines.{settings.search_engine}")
    with TemporaryDirectory(prefix="newcomers-") as folder:
        engine = module.engine_for(kind, Path(folder))
        engine.rebuild(sync.read(kind, ids), lambda keys: ())
        yield Newcomers(engine)
