"""What one may ask about contracts."""

from marketplace.contracts.queries.contracts import get_for, is_party, visible_to

__all__ = ["get_for", "is_party", "visible_to"]
