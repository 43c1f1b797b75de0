"""Real indexes in temporary folders."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from search_index.engines import Circles, Results, Sort, WorkerFilters
from search_index.engines.whoosh import Engine, engine_for
from search_index.query import parse
from tests.search_index.corpus import NAMES, NOW, WORKERS


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """An index of the whole corpus, for reading only."""
    engine = engine_for("worker", tmp_path_factory.mktemp("town"))
    engine.rebuild(WORKERS.values(), lambda keys: [])
    return engine


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    """An index of the whole corpus that may be changed."""
    engine = engine_for("worker", tmp_path / "index")
    engine.rebuild(WORKERS.values(), lambda keys: [])
    return engine


@pytest.fixture(scope="session")
def ask() -> Callable[..., Results]:
    """Asks an engine: a text, filters by name, and the rest of the contract."""

    def asked(
        engine: Engine,
        text: str = "",
        *,
        sort: Sort = Sort.RELEVANCE,
        cursor: str | None = None,
        circles: Circles = (),
        **filters: Any,
    ) -> Results:
        asked = WorkerFilters(**filters)
        return engine.search(parse(text), asked, sort=sort, cursor=cursor, now=NOW, circles=circles)

    return asked


@pytest.fixture
def no_index(app: Flask) -> Flask:
    """The application, with whatever other tests indexed thrown away."""
    shutil.rmtree(app.extensions["settings"].search_index_dir, ignore_errors=True)
    return app


def names(results: Results) -> list[str]:
    """The short names of those found, in order."""
    return [NAMES[hit.key] for hit in results.hits]
