"""Who may do what with the people suggested to them."""

from marketplace.accounts.models import Member


def can_dismiss(actor: Member, dismissed: Member) -> bool:
    """Anyone may have somebody else not suggested to them again."""
    return actor.id != dismissed.id
