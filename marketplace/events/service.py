"""Recording what happened, in the transaction in which it happened."""

from typing import Protocol

from marketplace.db import db
from marketplace.events.kinds import EventKind
from marketplace.events.models import Event


class HasId(Protocol):
    """A member, seen from below."""

    @property
    def id(self) -> int:
        """The member's number."""


def record(kind: EventKind, actor: HasId, member: HasId | None = None) -> None:
    """Add the fact that `actor` did this, to `member` if it concerns one."""
    db.session.add(Event(kind=kind, actor_id=actor.id, member_id=member.id if member else None))
