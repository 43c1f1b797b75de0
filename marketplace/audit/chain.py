"""What the hash of an entry is made of."""

import hashlib
import json
from datetime import UTC

from marketplace.audit.models import AuditEntry

FIRST = "0" * 64
"""What stands in the place of a hash before the first entry."""


def hash_of(entry: AuditEntry) -> str:
    """Return the SHA-256, in hex, of the entry as JSON: a list of its columns, the keys of details sorted."""
    at = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    columns = [entry.number, at, entry.actor_id, str(entry.deed), entry.subject, entry.subject_id]
    text = json.dumps([*columns, entry.details, entry.previous], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
