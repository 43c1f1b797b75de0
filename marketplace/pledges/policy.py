"""Who may pledge: members whom the moderators know, one step after the other."""

from marketplace.accounts.models import Member
from marketplace.pledges import queries
from marketplace.pledges.models import Pledge, PledgeProgress


def can_finish_reading(actor: Member) -> bool:
    """Members with a verified identity whose pledge does not hold, or ends soon."""
    return actor.identity_verified_at is not None and queries.is_due(actor)


def can_answer(actor: Member, progress: PledgeProgress | None) -> bool:
    """Those who have read the text."""
    return can_finish_reading(actor) and progress is not None and progress.read_at is not None


def can_sign(actor: Member, progress: PledgeProgress | None) -> bool:
    """Those who have read the text and passed the check."""
    return can_answer(actor, progress) and progress is not None and progress.passed_at is not None


def can_withdraw(actor: Member, pledge: Pledge | None) -> bool:
    """Whoever signed it, once; also when it has ended."""
    return pledge is not None and pledge.member_id == actor.id and pledge.withdrawal is None
