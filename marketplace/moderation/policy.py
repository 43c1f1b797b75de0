"""Who may show what to the moderators."""

from marketplace.accounts.models import Member
from marketplace.messages.models import Message
from marketplace.messages.queries import Thread


def can_report(actor: Member, thread: Thread, message: Message) -> bool:
    """Whoever takes part may report what the other wrote, also after a block."""
    is_of_the_other = (message.conversation_id, message.sender_id) == (thread.conversation.id, thread.theirs.member_id)
    return thread.mine.member_id == actor.id and is_of_the_other
