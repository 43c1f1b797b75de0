"""The commands of whoever keeps an installation."""

import socket
import sqlite3
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace import db, errands, migrate, outbox
from marketplace.accounts.models import Member
from marketplace.config import Settings
from tests.conftest import make_settings
from wsgi import create_app

pytestmark = pytest.mark.real_commits


def run(app: Flask, *words: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=list(words))
    return result.exit_code, result.output


def fail_to_sing(errand: int, payload: outbox.Payload) -> None:
    raise RuntimeError("out of tune")


def leave_errands(app: Flask, *topics: str) -> None:
    with app.app_context(), db.writing():
        for topic in topics:
            outbox.put(topic, {})
        db.commit()


def test_migrating_what_is_migrated_changes_nothing(app: Flask) -> None:
    up_to_date = f"The database is up to date ({migrate.head()}).\n"
    code, output = run(app, "migrate")
    assert code == 0
    assert output.startswith(up_to_date + "Skills added to the table: ")
    code, output = run(app, "migrate")
    assert (code, output) == (0, up_to_date)
    assert not (app.extensions["settings"].data_dir / "backups").exists()


def test_migrating_makes_an_empty_database_ready(tmp_path: Path) -> None:
    app = create_app(make_settings(tmp_path, ""))
    assert run(app, "migrate")[0] == 0
    with app.app_context():
        assert migrate.current() == migrate.head()
        db.db.engine.dispose()
    assert not (tmp_path / "backups").exists()


def test_migrating_an_sqlite_file_copies_it_first(tmp_path: Path) -> None:
    app = create_app(make_settings(tmp_path, ""))
    with app.app_context():
        migrate.upgrade("0001_errands")
        db.db.engine.dispose()
    leave_errands(app, "tests.kept")
    code, output = run(app, "migrate")
    assert code == 0
    (copy,) = (tmp_path / "backups").iterdir()
    assert str(copy) in output
    connection = sqlite3.connect(copy)
    assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001_errands",)]
    assert connection.execute("SELECT topic FROM errands").fetchall() == [("tests.kept",)]
    connection.close()
    with app.app_context():
        db.db.engine.dispose()


def test_the_demo_world_goes_into_an_empty_database_only(app: Flask, ana: Member) -> None:
    code, output = run(app, "demo")
    assert code == 1
    assert "not empty" in output
    with app.app_context():
        assert [member.username for member in db.db.session.scalars(select(Member))] == [ana.username]


def test_draining_does_what_is_due_and_tells_what_waits(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(outbox._one_by_one, "tests.dance", lambda errand, payload: None)
    monkeypatch.setitem(outbox._one_by_one, "tests.sing", fail_to_sing)
    leave_errands(app, "tests.dance", "tests.sing", "tests.dance")
    code, output = run(app, "drain")
    assert code == 0
    assert output.endswith("2 done, 1 waiting.\n")


def test_the_outbox_is_listed_with_what_went_wrong(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(outbox._one_by_one, "tests.sing", fail_to_sing)
    leave_errands(app, "tests.sing")
    run(app, "drain")
    leave_errands(app, "tests.dance", "tests.dance")
    assert run(app, "outbox")[1].splitlines() == [
        "     2 tests.dance",
        "     1 tests.sing  tried 1 times: RuntimeError: out of tune",
        "     3 altogether",
    ]


def test_the_upkeep_fails_when_a_nightly_deed_does(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errands, "_nightly", [])
    assert run(app, "upkeep") == (0, "")
    errands.every_night(lambda: fail_to_sing(1, {}))
    code, output = run(app, "upkeep")
    assert code == 1
    assert output.endswith("Error: 1 nightly deeds failed; the log says why.\n")


def test_serving_says_when_the_port_is_taken(app: Flask, tmp_path: Path) -> None:
    settings: Settings = app.extensions["settings"]
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = make_settings(tmp_path, settings.database_url, PORT=str(other.getsockname()[1]))
        code, output = run(create_app(taken), "serve")
    assert code == 1
    assert f"127.0.0.1:{taken.port}" in output
    assert "PORT" in output
