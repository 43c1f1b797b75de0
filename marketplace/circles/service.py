"""Verbs of suggestions."""

from sqlalchemy import delete

from marketplace.accounts.models import Member
from marketplace.circles import policy
from marketplace.circles.models import Dismissal
from marketplace.db import add_once, db
from marketplace.errors import require


def dismiss(actor: Member, dismissed: Member) -> None:
    """Have `dismissed` not suggested to `actor` again. They are never told; twice is once."""
    require(policy.can_dismiss(actor, dismissed))
    add_once(Dismissal(member_id=actor.id, dismissed_id=dismissed.id))


def bring_back(actor: Member, dismissed: Member) -> None:
    """Let `dismissed` be suggested to `actor` again; twice is once."""
    require(policy.can_bring_back(actor, dismissed))
    between = (Dismissal.member_id == actor.id, Dismissal.dismissed_id == dismissed.id)
    db.session.execute(delete(Dismissal).where(*between))
