"""The demo world, loaded by its command once for all tests of a process; whoever changes it takes a copy."""

import hashlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from marketplace import db
from marketplace.config import Settings
from tests.architecture.sources import ROOT
from tests.conftest import make_settings
from wsgi import create_app

NAME = "demo_world"
LIVING_IN_IT = ("tests/marketplace/demo/test_world.py", "tests/journeys/test_accessibility.py")


class Together(LoadScopeScheduling):
    """Gives the tests that live in the demo world to one of several processes; all others go where there is room.

    (The groups of xdist 3.8 do nothing on pytest 9.2, which does not let an item be renamed any more.)
    """

    def _split_scope(self, nodeid: str) -> str:
        return NAME if nodeid.startswith(LIVING_IN_IT) else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Together:
    return Together(config, log)


@dataclass(frozen=True)
class DemoWorld:
    """An application whose database holds the demo world: read it, and roll back what a test writes."""

    app: Flask
    _copy: Callable[[Path, str], str]

    def copy(self, folder: Path, name: str) -> str:
        """Put a copy of the world into the data folder of another application, and return its database's address."""
        with self.app.app_context():
            # No connection may be open to what is copied.
            db.db.engine.dispose()
        settings: Settings = self.app.extensions["settings"]
        shutil.copytree(settings.storage_dir, folder / "storage")
        # The keys lie beside the data.
        shutil.copytree(settings.key_store_dir, folder.with_name(f"{folder.name}-keys"))
        return self._copy(folder, name)


@pytest.fixture(scope="session")
def demo_world(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    blank_database: Callable[[Path, str], str],
    postgresql: Callable[[str, str], str] | None,
) -> Iterator[DemoWorld]:
    folder = tmp_path_factory.mktemp("worlds") / NAME
    kept = None if postgresql is not None else _kept(request.config)
    if kept is not None and kept.is_dir():
        _copy_of(kept, folder)
        app = create_app(make_settings(folder, f"sqlite:///{folder / NAME}.db"))
    else:
        folder.mkdir()
        app = create_app(make_settings(folder, blank_database(folder, NAME)))
        result = app.test_cli_runner().invoke(args=["demo"])
        assert result.exit_code == 0, result.output
        if kept is not None:
            _keep(app, folder, kept)

    def copy(target: Path, name: str) -> str:
        if postgresql is not None:
            return postgresql(name, NAME)
        shutil.copy(folder / f"{NAME}.db", target / f"{name}.db")
        return f"sqlite:///{target / name}.db"

    yield DemoWorld(app, copy)
    with app.app_context():
        db.db.engine.dispose()


def _kept(config: pytest.Config) -> Path:
    """Where the world is kept for the next run of tests within the hour: it takes half a minute to make.

    The place is named by the source of everything that makes it, and by the hour.
    """
    source = hashlib.sha256(datetime.now(UTC).strftime("%Y-%m-%d %H").encode())
    for package in ("marketplace", "search_index"):
        for path in sorted((ROOT / package).rglob("*")):
            if path.suffix in {".py", ".toml", ".txt"}:
                source.update(path.read_bytes())
    return config.cache.mkdir("worlds") / source.hexdigest()[:32]


def _keep(app: Flask, folder: Path, kept: Path) -> None:
    with app.app_context():
        db.db.engine.dispose()
    for old in kept.parent.iterdir():
        shutil.rmtree(old, ignore_errors=True)
    half = kept.with_name(f"{kept.name}.half")
    _copy_of(folder, half)
    half.with_name(f"{half.name}-keys").rename(kept.with_name(f"{kept.name}-keys"))
    half.rename(kept)


def _copy_of(folder: Path, target: Path) -> None:
    """Copy a data folder, and the keys beside it."""
    shutil.copytree(folder, target)
    shutil.copytree(folder.with_name(f"{folder.name}-keys"), target.with_name(f"{target.name}-keys"))
