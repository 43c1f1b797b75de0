"""Files beside rows: what nobody names goes after two days, what is named stays, what is missing is reported."""

import ast
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from structlog.testing import capture_logs

from marketplace import db, stocktaking, storage
from marketplace.accounts.models import Member
from marketplace.careers import queries as careers
from marketplace.pictures import Squares
from marketplace.profiles import queries as profiles
from marketplace.profiles import service
from marketplace.profiles.service import ProfileChanges
from tests.architecture.sources import modules, place, tree
from tests.marketplace.careers.entries import a_career, a_file

pytestmark = pytest.mark.real_commits


@pytest.fixture
def folder(app: Flask) -> Path:
    """Where the files of this test's application lie."""
    return Path(app.extensions["settings"].storage_dir)


@pytest.fixture
def told() -> Iterator[list[Any]]:
    """What is written to the log meanwhile."""
    with capture_logs() as lines:
        yield lines


def with_files(app: Flask, member: Member) -> None:
    """Give `member` a picture in three sizes and a career with a file."""
    with app.app_context(), db.writing():
        own = profiles.own(member)
        changes = {"nickname": "Ana", "picture": Squares(b"small", b"medium", b"large"), "is_published": True}
        service.update(own.member, ProfileChanges(**changes), own.profile.version)
        a_career(member, company=member.username, files=[a_file()])
        db.commit()


def stored_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def let_pass(folder: Path, hours: float) -> None:
    """Make everything in `folder` older."""
    for path in folder.rglob("*"):
        if path.is_file():
            moment = time.time() - hours * 3600
            os.utime(path, (moment, moment))


def take_stock(app: Flask) -> None:
    with app.app_context(), db.writing():
        stocktaking.take_stock()
        db.commit()


def test_what_rows_name_stays_however_old_it_is(app: Flask, ana: Member, folder: Path) -> None:
    with_files(app, ana)
    before = stored_in(folder)
    let_pass(folder, 24 * 365)
    take_stock(app)
    take_stock(app)
    assert stored_in(folder) == before
    assert len(before) == 4


def test_what_nobody_names_goes_when_it_is_two_days_old(app: Flask, ana: Member, folder: Path) -> None:
    with_files(app, ana)
    before = stored_in(folder)
    abandoned = storage.new_key(careers.ATTACHMENTS.prefix, ".pdf")
    half = storage.new_key(profiles.PICTURES.prefix, "-small.webp")
    for key in (abandoned, half):
        storage.put(key, b"of an upload that never ended")
    let_pass(folder, 47)
    take_stock(app)
    assert stored_in(folder) == {*before, abandoned, half}
    let_pass(folder, 49)
    take_stock(app)
    assert stored_in(folder) == before


def test_files_of_a_row_that_went_go_too(app: Flask, ana: Member, ben: Member, folder: Path) -> None:
    with_files(app, ana)
    kept = stored_in(folder)
    with_files(app, ben)
    with app.app_context(), db.writing():
        db.db.session.execute(text("UPDATE members SET picture_key = NULL WHERE username = 'ben'"))
        db.db.session.execute(text("DELETE FROM careers WHERE company = 'ben'"))
        db.commit()
    let_pass(folder, 49)
    take_stock(app)
    assert stored_in(folder) == kept


def test_what_was_left_half_written_goes(app: Flask, ana: Member, folder: Path) -> None:
    with_files(app, ana)
    before = stored_in(folder)
    (path,) = folder.glob("attachments/*/*")
    path.with_name(path.name + "#1").write_bytes(b"half")
    let_pass(folder, 49)
    path.with_name(path.name + "#2").write_bytes(b"being written")
    take_stock(app)
    assert stored_in(folder) == before | {path.relative_to(folder).as_posix() + "#2"}


def test_files_that_are_not_ours_or_on_no_shelf_are_left_alone(app: Flask, ana: Member, folder: Path) -> None:
    with_files(app, ana)
    storage.put(storage.new_key("identity", ".webp"), b"of a feature that nobody compares")
    (folder / "pictures" / "3f").mkdir(exist_ok=True)
    (folder / "pictures" / "3f" / ".DS_Store").write_bytes(b"of the system")
    before = stored_in(folder)
    let_pass(folder, 49)
    take_stock(app)
    assert stored_in(folder) == before


def test_a_row_whose_file_is_missing_is_reported(app: Flask, ana: Member, folder: Path, told: list[Any]) -> None:
    with_files(app, ana)
    take_stock(app)
    assert told == []
    (medium,) = folder.glob("pictures/*/*-medium.webp")
    medium.unlink()
    take_stock(app)
    (line,) = told
    assert (line["event"], line["log_level"]) == ("stocktaking.missing", "warning")
    assert line["keys"] == [medium.relative_to(folder).as_posix()]


def test_a_database_that_does_not_know_its_files_costs_none_of_them(
    app: Flask, folder: Path, told: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wrong DATABASE_URL for one night must not empty the storage."""
    monkeypatch.setattr(stocktaking, "FEW", 3)
    for _ in range(4):
        storage.put(storage.new_key(careers.ATTACHMENTS.prefix, ".pdf"), b"of another database")
    let_pass(folder, 49)
    take_stock(app)
    assert len(stored_in(folder)) == 4
    assert [(line["event"], line["log_level"], line["unnamed"]) for line in told] == [
        ("stocktaking.refused", "error", 4)
    ]


def test_one_night_removes_so_many_and_the_next_the_others(
    app: Flask, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stocktaking, "MOST_A_NIGHT", 4)
    for _ in range(6):
        storage.put(storage.new_key(careers.ATTACHMENTS.prefix, ".pdf"), b"left over")
    let_pass(folder, 49)
    take_stock(app)
    assert len(stored_in(folder)) == 2
    take_stock(app)
    assert stored_in(folder) == set()


def test_every_kind_of_stored_file_is_on_a_shelf_that_is_kept(app: Flask) -> None:
    prefixes, shelves = [], []
    for path in modules():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "storage.new_key":
                prefixes.append((place(path, node), ast.unparse(node.args[0])))
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "stocktaking.Shelf":
                shelves.append(ast.literal_eval(node.args[0]))
    assert prefixes
    assert not [found for found in prefixes if not found[1].endswith(".prefix")]
    assert sorted(shelves) == sorted(stocktaking.shelves())
