"""The verb that takes an entry out of its list."""

from marketplace import outbox, storage
from marketplace.accounts.models import Member
from marketplace.careers import policy, queries
from marketplace.careers.models import Career, Entry
from marketplace.db import db
from marketplace.errors import require


def remove(actor: Member, entry: Entry) -> None:
    """Delete an entry; the files of a career go after the commit."""
    require(policy.can_remove(actor, entry))
    if isinstance(entry, Career):
        for attachment in queries.attachments_in(entry):
            outbox.put(storage.DELETE, {"key": attachment.storage_key})
    db.session.delete(entry)
