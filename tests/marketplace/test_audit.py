"""The audit trail: only appended to, in one chain, and every change shows."""

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.audit import queries, service
from marketplace.audit.chain import FIRST
from marketplace.audit.models import AuditDeed, AuditEntry
from marketplace.audit.queries import Filters
from tests.races import at_once, committing

pytestmark = pytest.mark.real_commits


def record(app: Flask, actor: Member | None = None, times: int = 1) -> None:
    with app.app_context(), db.writing():
        for _time in range(times):
            service.record(AuditDeed.CASE_OPENED, actor, "message", 7, case=3)
        db.commit()


def test_each_entry_holds_the_hash_of_the_one_before(app: Flask, ana: Member) -> None:
    record(app, ana, times=3)
    with app.app_context():
        found = list(queries.every_entry(Filters()))
        assert [entry.number for entry in found] == [1, 2, 3]
        assert [entry.previous for entry in found] == [FIRST, found[0].hash, found[1].hash]
        assert queries.first_break() is None
        page = queries.entries(Filters(deed=AuditDeed.CASE_OPENED, actor_id=ana.id))
        assert [entry.number for entry in page.rows] == [3, 2, 1]


@pytest.mark.parametrize("change", ["UPDATE audit_entries SET subject_id = 8", "DELETE FROM audit_entries"])
def test_nothing_is_changed_or_deleted(app: Flask, change: str) -> None:
    record(app)
    with app.app_context(), db.writing():
        with pytest.raises(IntegrityError, match="only appended to"):
            db.db.session.execute(text(change))
        db.rollback()


def without_triggers(app: Flask, change: str) -> None:
    """Do what somebody could do who has the database itself."""
    with app.app_context(), db.writing():
        if db.db.engine.dialect.name == "sqlite":
            for name in ("update", "delete"):
                db.db.session.execute(text(f"DROP TRIGGER audit_entries_refuse_{name}"))
        else:
            db.db.session.execute(text("ALTER TABLE audit_entries DISABLE TRIGGER ALL"))
        db.db.session.execute(text(change))
        db.commit()


@pytest.mark.parametrize(
    ("change", "number"),
    [
        ("UPDATE audit_entries SET subject_id = 8 WHERE number = 2", 2),
        ("UPDATE audit_entries SET actor_id = 1 WHERE number = 1", 1),
        ("DELETE FROM audit_entries WHERE number = 2", 2),
        ("DELETE FROM audit_entries WHERE number = 3", 3),
        ("UPDATE audit_heads SET number = 4", 4),
    ],
)
def test_what_was_changed_behind_it_shows(app: Flask, change: str, number: int) -> None:
    record(app, times=3)
    without_triggers(app, change)
    with app.app_context():
        assert queries.first_break() == number
    result = app.test_cli_runner().invoke(args=["audit", "verify"])
    assert result.exit_code == 1
    assert f"entry {number}" in result.output


def test_thirty_at_once_are_one_chain(app: Flask, ana: Member) -> None:
    at_once(committing(app, lambda n: service.record(AuditDeed.CASE_OPENED, ana, "message", n)), 30)
    with app.app_context():
        assert len(db.db.session.scalars(select(AuditEntry)).all()) == 30
        assert queries.first_break() is None
    assert "whole" in app.test_cli_runner().invoke(args=["audit", "verify"]).output
