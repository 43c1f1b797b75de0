"""Verbs of what is shown to the moderators."""

import hashlib
from typing import Any

from marketplace.accounts.models import Member
from marketplace.db import add_once
from marketplace.errors import require
from marketplace.events import service as events
from marketplace.events.kinds import EventKind
from marketplace.messages.models import Message
from marketplace.messages.queries import Thread
from marketplace.moderation import policy, queries
from marketplace.moderation.models import Flag, FlagKind, Report, ReportReason


def report(actor: Member, thread: Thread, message: Message, reason: ReportReason, comment: str = "") -> None:
    """Show one message to the moderators, and nothing around it. Reporting twice is reporting once."""
    require(policy.can_report(actor, thread, message))
    row = Report(
        reporter_id=actor.id,
        member_id=message.sender_id,
        message_id=message.id,
        text=message.body,
        reason=reason,
        comment=comment,
    )
    if add_once(row):
        events.record(EventKind.MESSAGE_REPORTED, actor, member=thread.other, conversation=thread.conversation)


def flag_same_text(errand_id: int, payload: dict[str, Any]) -> None:
    """Note for the moderators that a text went to many: one row for each text of a member."""
    message = queries.find_message(payload["message_id"])
    if message is None:
        return
    digest = hashlib.sha256(message.folded.encode()).hexdigest()
    kept = {"member_id": message.sender_id, "message_id": message.id, "text": message.body, "digest": digest}
    add_once(Flag(kind=FlagKind.SAME_TEXT, **kept))
