"""Who may write to whom."""

from marketplace.accounts.models import Member
from marketplace.messages import queries
from marketplace.messages.queries import Thread


def can_start(actor: Member, recipient: Member) -> bool:
    """Whom the other wants to hear from may begin a conversation with them, unless a block stands between the two."""
    if actor.id == recipient.id:
        return False
    standing = queries.standing(actor, recipient)
    return standing.is_welcome and not standing.is_hidden


def can_reply(actor: Member, thread: Thread) -> bool:
    """Whoever takes part may answer, unless a block stands between the two."""
    return thread.mine.member_id == actor.id and not thread.is_hidden


def can_mark_read(actor: Member, thread: Thread) -> bool:
    """Whoever takes part marks their own side as read."""
    return thread.mine.member_id == actor.id
