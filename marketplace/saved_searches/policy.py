"""Who may do what with a saved search: it is its owner's alone."""

from marketplace.accounts.models import Member
from marketplace.saved_searches.models import SavedSearch


def can_save(actor: Member) -> bool:
    """Every member."""
    return bool(actor)


def can_edit(actor: Member, search: SavedSearch) -> bool:
    """Whose it is."""
    return search.member_id == actor.id


def can_delete(actor: Member, search: SavedSearch) -> bool:
    """Whose it is."""
    return search.member_id == actor.id


def can_look(actor: Member, search: SavedSearch) -> bool:
    """Whose it is."""
    return search.member_id == actor.id
