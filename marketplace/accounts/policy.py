"""Who may change what about an account: its owner, while it is active, and nobody else."""

from marketplace.accounts.models import Account, EmailChange, Member


def can_change_password(actor: Member, account: Account) -> bool:
    """Only the owner."""
    return _owns(actor, account)


def can_request_email_change(actor: Member, account: Account) -> bool:
    """Only the owner."""
    return _owns(actor, account)


def can_confirm_email_change(viewer: Member | None, change: EmailChange) -> bool:
    """Whoever has the link, unless they are signed in as somebody else: they may take it for their own."""
    return viewer is None or viewer.id == change.account_id


def can_set_display(actor: Member, account: Account) -> bool:
    """Only the owner."""
    return _owns(actor, account)


def can_end_session(actor: Member, account: Account) -> bool:
    """Only the owner."""
    return _owns(actor, account)


def can_end_other_sessions(actor: Member, account: Account) -> bool:
    """Only the owner."""
    return _owns(actor, account)


def can_begin_second_factor(actor: Member, account: Account) -> bool:
    """Only the owner."""
    return _owns(actor, account)


def can_turn_on_second_factor(actor: Member, account: Account) -> bool:
    """Only the owner."""
    return _owns(actor, account)


def can_turn_off_second_factor(actor: Member, account: Account) -> bool:
    """Only the owner."""
    return _owns(actor, account)


def can_renew_recovery_codes(actor: Member, account: Account) -> bool:
    """Only the owner."""
    return _owns(actor, account)


def can_prove(actor: Member, account: Account) -> bool:
    """Only the owner."""
    return _owns(actor, account)


def can_set_privacy(actor: Member, account: Account) -> bool:
    """Only the owner."""
    return _owns(actor, account)


def _owns(actor: Member, account: Account) -> bool:
    return account.active and actor.id == account.id
