"""Who may take along, leave and come back: everybody for themselves, also while they are suspended."""

from marketplace.accounts.models import Member


def can_ask_for_export(actor: Member, member: Member) -> bool:
    """Only for oneself, before leaving."""
    return actor.id == member.id and member.left_at is None


def can_leave(actor: Member, member: Member) -> bool:
    """Only oneself, once; not as a moderator, whose office somebody at the command line ends first."""
    return actor.id == member.id and member.left_at is None and not member.is_moderator


def can_come_back(actor: Member, member: Member) -> bool:
    """Only oneself, as long as nothing is erased."""
    return actor.id == member.id and member.left_at is not None and member.erased_at is None
