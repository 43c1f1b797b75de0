"""Recording what happened, in the transaction in which it happened."""

from typing import Protocol

from marketplace import outbox
from marketplace.db import db
from marketplace.events.kinds import EventKind
from marketplace.events.models import Event

RECORDED = "event.recorded"
"""The errand that follows every event; whoever has to do something about it looks the event up (`id`)."""


class HasId(Protocol):
    """A member, a team, …: seen from below."""

    @property
    def id(self) -> int:
        """The row's number."""


def record(
    kind: EventKind,
    actor: HasId,
    member: HasId | None = None,
    team: HasId | None = None,
    invitation: HasId | None = None,
    conversation: HasId | None = None,
    decision: HasId | None = None,
    company: HasId | None = None,
    job: HasId | None = None,
    application: HasId | None = None,
    contract: HasId | None = None,
) -> Event:
    """Add the fact that `actor` did this, to whomever and whatever it concerns; after the commit others look at it."""
    things = {"member": member, "team": team, "invitation": invitation, "company": company}
    things |= {"conversation": conversation, "decision": decision}
    things |= {"job": job, "application": application, "contract": contract}
    event = Event(kind=kind, actor_id=actor.id, **{f"{name}_id": thing.id for name, thing in things.items() if thing})
    db.session.add(event)
    # The errand names the event by its number.
    db.session.flush()
    outbox.put(RECORDED, {"id": event.id})
    return event
