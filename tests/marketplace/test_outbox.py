"""Errands: done after the commit, at least once, each failure put off by itself."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace import db, outbox
from marketplace.clock import now
from marketplace.outbox import Errand


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What the errands of these tests did."""
    did: list[object] = []

    def sing(errand_id: int, payload: outbox.Payload) -> None:
        if payload.get("out of tune"):
            raise ValueError("out of tune")
        did.append(payload["song"])

    def sweep(payloads: list[outbox.Payload]) -> None:
        if any(payload.get("stuck") for payload in payloads):
            raise ValueError("stuck")
        did.append([payload["room"] for payload in payloads])

    monkeypatch.setitem(outbox._one_by_one, "tests.sing", sing)
    monkeypatch.setitem(outbox._in_batches, "tests.sweep", sweep)
    return did


def put(app: Flask, topic: str, *payloads: outbox.Payload, delay: timedelta = timedelta()) -> None:
    with app.app_context(), db.writing():
        for payload in payloads:
            outbox.put(topic, payload, delay)
        db.commit()


def drain(app: Flask) -> int:
    with app.app_context():
        return outbox.drain()


def waiting(app: Flask) -> list[Errand]:
    with app.app_context():
        return list(db.db.session.scalars(select(Errand).order_by(Errand.id)))


def test_what_is_put_is_done_once_and_gone(app: Flask, done: list[object]) -> None:
    put(app, "tests.sing", {"song": "さくら"}, {"song": "ふるさと"})
    assert drain(app) == 2
    assert done == ["さくら", "ふるさと"]
    assert drain(app) == 0
    assert not waiting(app)


def test_what_was_rolled_back_is_not_done(app: Flask, done: list[object]) -> None:
    with app.app_context(), db.writing():
        outbox.put("tests.sing", {"song": "さくら"})
        db.rollback()
    assert drain(app) == 0
    assert not done


def test_many_of_one_kind_are_done_together(app: Flask, done: list[object]) -> None:
    put(app, "tests.sweep", *({"room": room} for room in range(3)))
    assert drain(app) == 3
    assert done == [[0, 1, 2]]


def test_a_failure_is_put_off_and_holds_up_nobody(app: Flask, done: list[object]) -> None:
    put(app, "tests.sing", {"song": "x", "out of tune": True}, {"song": "さくら"})
    assert drain(app) == 1
    assert done == ["さくら"]
    (failed,) = waiting(app)
    assert failed.attempts == 1
    assert failed.last_error == "ValueError: out of tune"
    assert failed.due_at > now() + timedelta(seconds=3)


def test_one_that_is_stuck_does_not_hold_up_its_batch(app: Flask, done: list[object]) -> None:
    put(app, "tests.sweep", {"room": 1}, {"room": 2, "stuck": True}, {"room": 3})
    assert drain(app) == 2
    assert done == [[1], [3]]
    assert [errand.payload["room"] for errand in waiting(app)] == [2]


def test_an_errand_that_nobody_knows_waits(app: Flask, done: list[object]) -> None:
    put(app, "tests.unknown", {})
    assert drain(app) == 0
    assert [errand.topic for errand in waiting(app)] == ["tests.unknown"]


def test_what_is_not_due_waits(app: Flask, done: list[object]) -> None:
    put(app, "tests.sing", {"song": "さくら"}, delay=timedelta(minutes=1))
    assert drain(app) == 0
    assert len(waiting(app)) == 1


def test_an_errand_waits_longer_after_each_failure_and_at_most_an_hour() -> None:
    errand, at = Errand(topic="tests.sing", payload={}, attempts=0), now()
    waits = []
    for _attempt in range(14):
        errand.postpone(ValueError("x" * 1000), at)
        waits.append((errand.due_at - at).total_seconds())
    assert waits[:4] == [5, 10, 20, 40]
    assert max(waits) == 3600
    assert len(errand.last_error or "") == 500
