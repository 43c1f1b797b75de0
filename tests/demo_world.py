"""The demo world, loaded by its command once for all tests of a process; whoever changes it takes a copy."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from marketplace import db
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
        shutil.copytree(self.app.extensions["settings"].storage_dir, folder / "storage")
        return self._copy(folder, name)


@pytest.fixture(scope="session")
def demo_world(
    tmp_path_factory: pytest.TempPathFactory,
    blank_database: Callable[[Path, str], str],
    postgresql: Callable[[str, str], str] | None,
) -> Iterator[DemoWorld]:
    folder = tmp_path_factory.mktemp("world")
    app = create_app(make_settings(folder, blank_database(folder, NAME)))
    result = app.test_cli_runner().invoke(args=["demo"])
    assert result.exit_code == 0, result.output

    def copy(target: Path, name: str) -> str:
        if postgresql is not None:
            return postgresql(name, NAME)
        shutil.copy(folder / f"{NAME}.db", target / f"{name}.db")
        return f"sqlite:///{target / name}.db"

    yield DemoWorld(app, copy)
    with app.app_context():
        db.db.engine.dispose()
