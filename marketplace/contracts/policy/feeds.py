"""Who may have a calendar read their days."""

from marketplace.accounts.models import Member


def can_renew(actor: Member) -> bool:
    """Whoever is here."""
    return actor.left_at is None


def can_revoke(actor: Member) -> bool:
    """Everybody, at any time."""
    return actor.left_at is None
