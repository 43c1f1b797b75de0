"""Transactions: who may write, what a constraint refuses, what a lost race is."""

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import insert, select
from sqlalchemy.exc import DBAPIError, StatementError

from marketplace import db, outbox
from marketplace.accounts.models import Account, Member
from marketplace.clock import now
from marketplace.db import add_once
from marketplace.follows.models import Follow
from marketplace.outbox import Errand

pytestmark = pytest.mark.usefixtures("app")


@pytest.mark.real_commits
def test_nothing_is_written_outside_of_a_unit_that_may_write(app: Flask) -> None:
    with app.app_context():
        assert db.db.session.scalars(select(Errand)).all() == []
        with pytest.raises(DBAPIError):
            db.db.session.execute(insert(Errand).values(topic="x", payload={}))
        db.rollback()
    with app.app_context(), db.writing():
        outbox.put("tests.kept", {})
        db.commit()
    with app.app_context():
        assert len(db.db.session.scalars(select(Errand)).all()) == 1


def test_a_moment_without_a_zone_is_refused(app: Flask) -> None:
    with app.app_context(), db.writing(), pytest.raises(StatementError):
        db.db.session.execute(select(Errand).where(Errand.due_at < datetime(2026, 1, 1)))  # noqa: DTZ001


def test_moments_come_back_with_their_zone(app: Flask, ana: Member) -> None:
    with app.app_context():
        account = db.db.session.get(Account, ana.id)
        assert account is not None
        assert account.confirmed_at.utcoffset() is not None
        assert account.confirmed_at <= now()


def test_a_row_is_added_once_and_what_was_done_before_stays(app: Flask, ana: Member, ben: Member) -> None:
    with app.app_context(), db.writing():
        outbox.put("tests.before", {})
        assert add_once(Follow(from_id=ana.id, to_id=ben.id))
        assert not add_once(Follow(from_id=ana.id, to_id=ben.id))
        assert not add_once(Follow(from_id=ana.id, to_id=ana.id))
        db.commit()
    with app.app_context():
        assert len(db.db.session.scalars(select(Follow)).all()) == 1
        assert db.db.session.scalars(select(Errand).where(Errand.topic == "tests.before")).one()


def test_what_waits_for_a_commit_is_called_once_and_never_after_a_rollback(app: Flask) -> None:
    called: list[str] = []
    with app.app_context(), db.writing():
        db.after_commit("one", lambda: called.append("first"))
        db.after_commit("one", lambda: called.append("second"))
        db.commit()
        db.after_commit("two", lambda: called.append("never"))
        db.rollback()
        db.commit()
    assert called == ["second"]
