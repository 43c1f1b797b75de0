"""Who may write to whom."""

from marketplace.accounts.models import Member
from marketplace.messages.queries import Thread


def can_start(actor: Member, recipient: Member) -> bool:
    """Anyone may begin a conversation with another member whom they can reach."""
    return actor.id != recipient.id


def can_reply(actor: Member, thread: Thread) -> bool:
    """Whoever takes part may answer."""
    return thread.mine.member_id == actor.id


def can_mark_read(actor: Member, thread: Thread) -> bool:
    """Whoever takes part marks their own side as read."""
    return thread.mine.member_id == actor.id
