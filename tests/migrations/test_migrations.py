"""The revisions lead from nothing to what the models say, and back."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import inspect

from marketplace import db, migrate

pytestmark = pytest.mark.real_commits


def test_the_newest_revision_is_what_the_models_say(app: Flask) -> None:
    with app.app_context():
        assert migrate.current() == migrate.head()
        assert migrate.differences() == []


def test_every_revision_can_be_taken_back_and_applied_again(app: Flask) -> None:
    with app.app_context():
        migrate.downgrade("base")
        assert set(inspect(db.db.engine).get_table_names()) <= {"alembic_version"}
        migrate.upgrade()
        assert migrate.differences() == []


def test_a_difference_would_be_seen(app: Flask) -> None:
    with app.app_context():
        migrate.downgrade("0008_second_factors")
        assert migrate.differences() != []


def test_revisions_import_nothing_of_ours() -> None:
    """A revision says what the tables were on its day; the models go on."""
    texts = [path.read_text(encoding="utf-8") for path in Path(migrate.REVISIONS).glob("*.py")]
    assert texts
    assert not [text for text in texts if "marketplace" in text]
