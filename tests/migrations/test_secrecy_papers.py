"""Agreements that all had signed before there were papers of them get theirs."""

from collections.abc import Callable
from importlib import import_module

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from flask import Flask
from sqlalchemy import delete, select

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.contracts.service.secrecy_papers import PAPER
from marketplace.outbox import Errand
from tests.factories.contracts import ContractFactory
from tests.marketplace.contracts.signing import signed

pytestmark = pytest.mark.real_commits

revision = import_module("marketplace.migrations.0035_secrecy_papers")


def do(step: Callable[[], None]) -> None:
    db.rollback()
    with db.writing():
        with Operations.context(MigrationContext.configure(db.db.session.connection())):
            step()
        db.commit()


def test_they_are_asked_for(app: Flask, ana: Member, ben: Member, cleo: Member, make_contract: ContractFactory) -> None:
    first, second = make_contract(cleo, ana), make_contract(cleo, ben)
    with app.app_context():
        with db.writing():
            whole = signed(first, cleo, ana).id
            signed(second, cleo)
            db.db.session.execute(delete(Errand))
            db.commit()
        do(revision.downgrade)
        do(revision.upgrade)
        (errand,) = db.db.session.scalars(select(Errand).where(Errand.topic == PAPER))
        assert errand.payload == {"agreement": whole}
