"""Whether this process can do its work: database, errands, search index, disk."""

import shutil
from datetime import timedelta

import structlog
from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from marketplace.clock import now
from marketplace.config import Settings
from marketplace.db import db, rollback
from marketplace.outbox import Errand
from search_index import IndexMissing, search, search_jobs

LONGEST_WAIT = timedelta(minutes=5)
"""How long an errand may be due before we say that nobody does them; one that failed is due later again."""

LEAST_FREE_BYTES = 256 * 1024 * 1024

log = structlog.get_logger(__name__)


def checks() -> dict[str, bool]:
    """Return whether each thing that we stand on is in order."""
    settings: Settings = current_app.extensions["settings"]
    found = {
        "database": _database_answers(),
        "errands": _errands_are_done(),
        "search_index": _index_can_be_read(),
        "disk": _disk_has_room(settings),
    }
    if not all(found.values()):
        log.warning("readiness.failing", checks=[name for name, is_good in found.items() if not is_good])
    return found


def _database_answers() -> bool:
    try:
        db.session.execute(select(1))
    except SQLAlchemyError:
        rollback()
        return False
    return True


def _errands_are_done() -> bool:
    try:
        oldest = db.session.scalar(select(func.min(Errand.due_at)))
    except SQLAlchemyError:
        rollback()
        return False
    return oldest is None or now() - oldest < LONGEST_WAIT


def _index_can_be_read() -> bool:
    try:
        search("")
        search_jobs("")
    except (IndexMissing, OSError):
        return False
    return True


def _disk_has_room(settings: Settings) -> bool:
    try:
        return shutil.disk_usage(settings.data_dir).free >= LEAST_FREE_BYTES
    except OSError:
        return False
