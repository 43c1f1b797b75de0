"""Moderators who have just shown their second factor."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import update

from marketplace import db
from marketplace.accounts.models import Member, Session
from marketplace.clock import now
from tests.blueprints.second_factors import turned_on
from tests.visit import Browser, Visitors

Appoint = Callable[[Member], Browser]


@pytest.fixture
def appoint(app: Flask, visit: Visitors) -> Appoint:
    """Makes members moderators, and returns their browsers."""

    def appointed(member: Member) -> Browser:
        turned_on(app, member)
        browser = visit.as_(member)
        let_in(app, member)
        return browser

    return appointed


def let_in(app: Flask, member: Member) -> None:
    """Make somebody a moderator in all of their sessions."""
    with app.app_context(), db.writing():
        db.db.session.get_one(Member, member.id).moderator_since = now()
        db.db.session.execute(update(Session).where(Session.account_id == member.id).values(proved_at=now()))
        db.commit()
