"""Who may follow whom."""

from marketplace.accounts.models import Member


def can_follow(actor: Member, followed: Member) -> bool:
    """Anyone may follow anyone else."""
    return actor.id != followed.id


def can_unfollow(actor: Member, followed: Member) -> bool:
    """Whoever may follow may stop."""
    return can_follow(actor, followed)
