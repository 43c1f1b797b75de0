"""The clock: wakes the drain after a commit, sweeps up what is left behind, and runs the nightly upkeep."""

import json
import signal
import sqlite3
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import structlog
from flask import Flask
from huey import SqliteHuey
from huey.consumer import Consumer, Scheduler
from huey.registry import Message
from huey.serializer import Serializer

from marketplace import outbox
from marketplace.clock import local_day, now
from marketplace.config import Settings
from marketplace.db import commit, rollback, truncate_if_asked, truncate_soon_anyway, writing

WORK = "work"
SWEEP_SECONDS = 5
NIGHT_ENDS = timedelta(hours=4, minutes=30)
"""The upkeep is done after this time of the day in Tokyo, or as soon after it as the machine is on."""

log = structlog.get_logger(__name__)

_nightly: list[Callable[[], object]] = []


def every_night(deed: Callable[[], object]) -> None:
    """Let the upkeep do `deed` once a night, in a transaction of its own; it must bear being done twice."""
    if deed not in _nightly:
        _nightly.append(deed)


def upkeep() -> int:
    """Do every nightly deed, whatever happens to the others; tell how many failed."""
    failed = 0
    with writing():
        for deed in _nightly:
            try:
                deed()
                commit()
            except Exception:
                rollback()
                failed += 1
                log.exception("upkeep.failed", deed=f"{deed.__module__}.{deed.__qualname__}")
    return failed


def init_app(app: Flask, settings: Settings) -> None:
    """Have the drain of `app` woken after every commit that leaves an errand."""
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Before the library makes it, for everybody to read: it holds what mails will say.
    settings.errands_path.touch(mode=0o600)
    # Losing a message loses nothing (the sweep finds the errand), so none is worth a wait for the disk.
    storage = {"filename": str(settings.errands_path), "fsync": False, "timeout": 1}
    huey = SqliteHuey("errands", serializer=_Json(), results=False, **storage)
    app.extensions["errands"] = huey

    def is_asleep(*_: object) -> bool:
        return not any(waiting.name == WORK for waiting in huey.pending())

    @huey.periodic_task(is_asleep, name=WORK)  # type: ignore[untyped-decorator]
    def work() -> None:
        with app.app_context():
            outbox.drain()
            truncate_if_asked()
            if _upkeep_is_due(huey):
                upkeep()

    def wake() -> None:
        try:
            # A message that nobody has taken yet stands for this commit too.
            if is_asleep():
                work()
        except sqlite3.Error as error:
            log.warning("errands.asleep", error=repr(error))

    outbox.wake_with(wake)


def run(app: Flask) -> None:
    """Drain, sweep and keep the clock until this process gets TERM; the errand in hand has two seconds to end."""
    # What the last process asked for and did not come to.
    truncate_soon_anyway()
    ended = threading.Event()
    consumer = _Clockwork(app.extensions["errands"], workers=1, max_delay=0.5, shutdown_timeout=2)
    consumer.start()
    # Ctrl-C and a closed terminal reach the whole family; only the parent decides when the drain ends.
    for name in ("SIGINT", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    while not ended.wait(1):
        consumer.check_worker_health()
    consumer.stop(graceful=True)


def _upkeep_is_due(huey: Any) -> bool:
    """Tell whether tonight's upkeep has not begun yet, and note that it begins."""
    night = local_day(now() - NIGHT_ENDS).isoformat()
    if huey.get("upkeep", peek=True) == night:
        return False
    huey.put("upkeep", night)
    return True


class _Json(Serializer):  # type: ignore[misc]
    """Messages as JSON: whoever can write to the file can make us drain, and nothing else (pickles run code)."""

    def _serialize(self, data: Any) -> bytes:
        return json.dumps(data).encode()

    def _deserialize(self, data: bytes) -> Any:
        value = json.loads(data)
        return Message(*value) if isinstance(value, list) else value


class _Sweep(Scheduler):  # type: ignore[misc]
    """Huey looks at its periodic deeds once a minute; an errand that failed is due again after five seconds."""

    periodic_task_seconds = SWEEP_SECONDS


class _Clockwork(Consumer):  # type: ignore[misc]
    scheduler_class = _Sweep
