"""Who may do what with a bank account: its owner everything, moderators look at the names of others."""

from marketplace.accounts.models import Member
from marketplace.payouts.models import BankAccount


def can_save_account(actor: Member) -> bool:
    """Every member, their own: the first one or another in its place."""
    return bool(actor)


def can_remove_account(actor: Member, account: BankAccount) -> bool:
    """Only the owner."""
    return _owns(actor, account)


def can_reveal(actor: Member, account: BankAccount) -> bool:
    """Only the owner."""
    return _owns(actor, account)


def can_save_details(actor: Member) -> bool:
    """Every member, their own."""
    return bool(actor)


def can_look_at_holder(actor: Member, account: BankAccount) -> bool:
    """Moderators, at the accounts of others."""
    return actor.is_moderator and actor.id != account.member_id


def can_decide(actor: Member, account: BankAccount) -> bool:
    """Whoever may look at it."""
    return can_look_at_holder(actor, account)


def _owns(actor: Member, account: BankAccount) -> bool:
    return account.member_id == actor.id and account.ended_at is None
