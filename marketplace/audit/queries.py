"""Reading the audit trail, and looking whether it is whole."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select

from marketplace.audit.chain import FIRST, hash_of
from marketplace.audit.models import AuditDeed, AuditEntry, AuditHead
from marketplace.db import db
from marketplace.paging import Page, page_of

AT_ONCE = 500
"""How many entries are read at once when all are read."""


@dataclass(frozen=True)
class Filters:
    """Which entries are wanted; what is None is not asked for."""

    deed: AuditDeed | None = None
    actor_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return what entries have to be."""
        found = []
        if self.deed:
            found.append(AuditEntry.deed == self.deed)
        if self.actor_id is not None:
            found.append(AuditEntry.actor_id == self.actor_id)
        if self.since:
            found.append(AuditEntry.at >= self.since)
        if self.until:
            found.append(AuditEntry.at < self.until)
        return found


def entries(filters: Filters, cursor: str | None = None) -> Page[AuditEntry]:
    """Return a page of the entries, the newest first."""
    question = select(AuditEntry).where(*filters.conditions())
    page = page_of(question, (AuditEntry.number,), lambda row: (row[0].number,), cursor)
    return Page([row[0] for row in page.rows], page.next_cursor, page.previous_cursor)


def every_entry(filters: Filters) -> Iterator[AuditEntry]:
    """Return all entries, the oldest first, read some at a time."""
    after = 0
    while True:
        question = select(AuditEntry).where(AuditEntry.number > after, *filters.conditions())
        found = db.session.scalars(question.order_by(AuditEntry.number).limit(AT_ONCE)).all()
        yield from found
        if len(found) < AT_ONCE:
            return
        after = found[-1].number


def first_break() -> int | None:
    """Return the number of the first entry that was changed, is missing, or was cut off; None while all is whole."""
    number, previous = 0, FIRST
    for entry in every_entry(Filters()):
        number += 1
        if entry.number != number or entry.previous != previous or entry.hash != hash_of(entry):
            return number
        previous = entry.hash
    head = db.session.get_one(AuditHead, 1)
    return None if (head.number, head.hash) == (number, previous) else number + 1
