"""Who may do what with the people suggested to them."""

from marketplace.accounts.models import Member


def can_dismiss(actor: Member, dismissed: Member) -> bool:
    """Anyone may have somebody else not suggested to them again."""
    return actor.id != dismissed.id


def can_bring_back(actor: Member, dismissed: Member) -> bool:
    """Anyone may change their mind."""
    return actor.id != dismissed.id
