"""Who was verified before stays so by the paper that was approved last, and nobody without one."""

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from flask import Flask
from sqlalchemy import select, text

from marketplace import db
from marketplace.accounts.models import Member, Writers
from marketplace.clock import now
from marketplace.verification.models import DocumentKind, Verification, VerificationState

pytestmark = pytest.mark.real_commits

revision = import_module("marketplace.migrations.0025_verified_writers")


def do(step: Callable[[], None]) -> None:
    db.rollback()
    with db.writing():
        with Operations.context(MigrationContext.configure(db.db.session.connection())):
            step()
        db.commit()


def approved(member: Member, kind: DocumentKind, days_ago: int) -> None:
    at = now() - timedelta(days=days_ago)
    db.db.session.add(
        Verification(
            member_id=member.id,
            kind=kind,
            state=VerificationState.APPROVED,
            submitted_at=at,
            due_at=at,
            decided_at=at,
        )
    )


def test_a_paper_is_found_for_everybody_and_none_is_claimed_without(
    app: Flask, ana: Member, ben: Member, cleo: Member
) -> None:
    with app.app_context():
        with db.writing():
            for kind, days_ago in (
                (DocumentKind.PASSPORT, 3),
                (DocumentKind.LICENCE, 9),
                (DocumentKind.CERTIFICATE, 1),
            ):
                approved(ana, kind, days_ago)
            approved(ben, DocumentKind.CERTIFICATE, 1)
            db.db.session.get_one(Member, cleo.id).writers = Writers.VERIFIED
            db.commit()
        do(revision.downgrade)
        with db.writing():
            db.db.session.execute(
                text("UPDATE members SET identity_verified_at = created_at WHERE id IN (:a, :b)"),
                {"a": ana.id, "b": ben.id},
            )
            db.commit()
        do(revision.upgrade)
        found = {each.id: each for each in db.db.session.scalars(select(Member))}
        assert [found[each.id].identity_document for each in (ana, ben, cleo)] == ["passport", None, None]
        assert found[ana.id].identity_verified_at == found[ana.id].created_at
        assert found[ben.id].identity_verified_at is None
        assert found[cleo.id].writers is Writers.FRIENDS_OF_FRIENDS
