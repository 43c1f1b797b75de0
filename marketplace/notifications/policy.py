"""Who may change what about notifications: their recipient, and nobody else."""

from collections.abc import Iterable

from marketplace.accounts.models import Member
from marketplace.notifications.models import Notification


def can_mark_read(actor: Member, notifications: Iterable[Notification]) -> bool:
    """Only their recipient."""
    return all(each.recipient_id == actor.id for each in notifications)


def can_mark_all_read(actor: Member, recipient: Member) -> bool:
    """Only the recipient."""
    return actor.id == recipient.id


def can_choose(actor: Member, member: Member) -> bool:
    """Everybody chooses for themself."""
    return actor.id == member.id
