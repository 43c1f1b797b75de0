"""Who may write to whom."""

from marketplace.accounts.models import Member
from marketplace.messages import queries
from marketplace.messages.models import Message
from marketplace.messages.queries import Thread


def can_start(actor: Member, recipient: Member, *, is_invited: bool = False) -> bool:
    """Anyone may begin a conversation with another, unless a block stands between the two.

    Whom the other does not expect may do so once: it is a request until they answer. Whoever `is_invited` to ask, as
    everybody is by an open job, is expected.
    """
    if actor.id == recipient.id:
        return False
    standing = queries.standing(actor, recipient)
    return not standing.is_hidden and (is_invited or standing.is_welcome or not standing.is_waiting)


def can_reply(actor: Member, thread: Thread) -> bool:
    """Whoever takes part may answer, unless it is a request still, or a block stands between the two."""
    both = (thread.mine, thread.theirs)
    return _takes_part(actor, thread) and not thread.is_hidden and all(each.is_going_on for each in both)


def can_acknowledge(actor: Member, thread: Thread, message: Message) -> bool:
    """Whoever may answer, for what the other wrote; an acknowledgement needs none."""
    is_of_the_other = (message.conversation_id, message.sender_id) == (thread.conversation.id, thread.theirs.member_id)
    return can_reply(actor, thread) and is_of_the_other and not message.is_acknowledgement


def can_accept(actor: Member, thread: Thread) -> bool:
    """Whom a request was sent to, also after declining it."""
    return _takes_part(actor, thread) and not thread.is_hidden


def can_decline(actor: Member, thread: Thread) -> bool:
    """Whom a request was sent to."""
    return _takes_part(actor, thread) and not thread.is_hidden


def can_mark_read(actor: Member, thread: Thread) -> bool:
    """Whoever takes part marks their own side as read; a request is read without a mark."""
    return _takes_part(actor, thread) and thread.mine.is_going_on


def can_archive(actor: Member, thread: Thread) -> bool:
    """Whoever takes part puts away what is on their own side, once they want it at all."""
    return _takes_part(actor, thread) and thread.mine.is_going_on


def can_bring_back(actor: Member, thread: Thread) -> bool:
    """Whoever takes part brings back what they put away."""
    return _takes_part(actor, thread)


def can_mute(actor: Member, thread: Thread) -> bool:
    """Whoever takes part decides what they are told of."""
    return _takes_part(actor, thread)


def can_unmute(actor: Member, thread: Thread) -> bool:
    """Whoever takes part decides what they are told of."""
    return _takes_part(actor, thread)


def can_lay_ready(actor: Member) -> bool:
    """Every member may: what they lay ready nobody else sees before it is sent."""
    return bool(actor)


def _takes_part(actor: Member, thread: Thread) -> bool:
    return thread.mine.member_id == actor.id
