"""What the program notices by itself."""

import hashlib
from typing import Any

from marketplace.db import add_once
from marketplace.moderation import queries
from marketplace.moderation.models import Flag, FlagKind


def flag_same_text(errand_id: int, payload: dict[str, Any]) -> None:
    """Note for the moderators that a text went to many: one row for each text of a member."""
    message = queries.find_message(payload["message_id"])
    if message is None:
        return
    digest = hashlib.sha256(message.folded.encode()).hexdigest()
    kept = {"member_id": message.sender_id, "message_id": message.id, "text": message.body, "digest": digest}
    add_once(Flag(kind=FlagKind.SAME_TEXT, **kept))
