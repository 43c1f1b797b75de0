"""Appending to the audit trail, in the transaction of the deed."""

from typing import Any, Protocol

from marketplace.audit.chain import hash_of
from marketplace.audit.models import AuditDeed, AuditEntry, AuditHead
from marketplace.clock import now
from marketplace.db import db


class HasId(Protocol):
    """A moderator, seen from below."""

    @property
    def id(self) -> int:
        """The row's number."""


def record(deed: AuditDeed, actor: HasId | None, subject: str, subject_id: int | None, **details: Any) -> None:
    """Append that `actor` did this; `details` hold numbers and words of closed lists, nothing that a member wrote.

    Of several who append at once each waits for the one before: the last row is held until the end of the transaction.
    """
    with db.session.begin_nested():
        head = db.session.get_one(AuditHead, 1, with_for_update=True, populate_existing=True)
        entry = AuditEntry(
            number=head.number + 1,
            at=now(),
            actor_id=actor.id if actor else None,
            deed=deed,
            subject=subject,
            subject_id=subject_id,
            details=details,
            previous=head.hash,
        )
        entry.hash = hash_of(entry)
        head.number, head.hash = entry.number, entry.hash
        db.session.add(entry)
