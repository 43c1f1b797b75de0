"""Verbs of suggestions."""

from marketplace.accounts.models import Member
from marketplace.circles import policy
from marketplace.circles.models import Dismissal
from marketplace.db import add_once
from marketplace.errors import require


def dismiss(actor: Member, dismissed: Member) -> None:
    """Have `dismissed` not suggested to `actor` again. They are never told; twice is once."""
    require(policy.can_dismiss(actor, dismissed))
    add_once(Dismissal(member_id=actor.id, dismissed_id=dismissed.id))
