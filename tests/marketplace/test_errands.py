"""The clock: waking after commits, sweeping, the nightly upkeep."""

import json
import sqlite3
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask

from marketplace import db, errands, outbox
from marketplace.config import Settings

pytestmark = pytest.mark.real_commits

TOKYO = ZoneInfo("Asia/Tokyo")


@pytest.fixture
def huey(app: Flask) -> Any:
    return app.extensions["errands"]


@pytest.fixture
def nights(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The nightly deeds of this test only; each notes here that it was done."""
    monkeypatch.setattr(errands, "_nightly", [])
    return []


def leave_an_errand(app: Flask, topic: str = "tests.nothing") -> None:
    with app.app_context(), db.writing():
        outbox.put(topic, {"id": 1})
        db.commit()


def work(huey: Any) -> None:
    """Do what the drain's process does with the next message."""
    huey.execute(huey.dequeue())


def test_a_commit_that_leaves_an_errand_wakes_the_drain(
    app: Flask, huey: Any, nights: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[int] = []
    monkeypatch.setitem(outbox._one_by_one, "tests.nothing", lambda errand, payload: done.append(payload["id"]))
    leave_an_errand(app)
    work(huey)
    assert done == [1]


def test_many_commits_wake_the_drain_once(app: Flask, huey: Any) -> None:
    for _ in range(3):
        leave_an_errand(app)
    assert huey.pending_count() == 1


def test_what_is_rolled_back_wakes_nobody(app: Flask, huey: Any) -> None:
    with app.app_context(), db.writing():
        outbox.put("tests.nothing", {"id": 1})
        db.db.session.flush()
        db.rollback()
    assert huey.pending_count() == 0


def test_messages_are_json(app: Flask, huey: Any) -> None:
    leave_an_errand(app)
    (message,) = huey.storage.enqueued_items()
    assert json.loads(bytes(message))[6:8] == [[], {}]


def test_a_queue_that_is_out_of_order_does_not_fail_the_commit(app: Flask, huey: Any) -> None:
    settings: Settings = app.extensions["settings"]
    huey.storage.close()
    for path in settings.data_dir.glob("errands.db*"):
        path.unlink()
    settings.errands_path.mkdir()
    with pytest.raises(sqlite3.Error):
        huey.pending_count()
    leave_an_errand(app)
    with app.app_context():
        assert db.db.session.get(outbox.Errand, 1) is not None


def test_the_sweep_finds_what_nobody_was_woken_for(app: Flask, huey: Any, nights: list[str]) -> None:
    leave_an_errand(app)
    huey.storage.flush_queue()
    now = datetime(2026, 11, 22, tzinfo=TOKYO)
    assert [task.name for task in huey.read_periodic(now)] == ["work"]
    leave_an_errand(app)
    assert huey.read_periodic(now) == [], "a message that waits is enough"


def test_the_upkeep_is_done_once_a_night_and_made_up_for_in_the_morning(
    app: Flask, huey: Any, nights: list[str]
) -> None:
    errands.every_night(lambda: nights.append("done"))
    history = {
        datetime(2026, 11, 22, 12, 0, tzinfo=TOKYO): 1,
        datetime(2026, 11, 22, 23, 59, tzinfo=TOKYO): 1,
        datetime(2026, 11, 23, 4, 29, tzinfo=TOKYO): 1,
        datetime(2026, 11, 23, 4, 31, tzinfo=TOKYO): 2,
        datetime(2026, 11, 23, 4, 32, tzinfo=TOKYO): 2,
        datetime(2026, 11, 25, 9, 0, tzinfo=TOKYO): 3,
    }
    for moment, times in history.items():
        with time_machine.travel(moment, tick=False):
            leave_an_errand(app)
            work(huey)
        assert len(nights) == times, moment


def test_a_nightly_deed_that_fails_does_not_stop_the_others(app: Flask, nights: list[str]) -> None:
    def fail() -> None:
        outbox.put("tests.half-done", {})
        db.db.session.flush()
        raise RuntimeError("not tonight")

    def succeed() -> None:
        outbox.put("tests.done", {})

    errands.every_night(fail)
    errands.every_night(succeed)
    with app.app_context():
        assert errands.upkeep() == 1
        assert [errand.topic for errand in db.db.session.scalars(outbox.select(outbox.Errand))] == ["tests.done"]


def test_a_nightly_deed_is_named_once_however_many_applications_there_are(nights: list[str]) -> None:
    def deed() -> None:
        nights.append("done")

    errands.every_night(deed)
    errands.every_night(deed)
    assert errands._nightly == [deed]
