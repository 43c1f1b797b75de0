"""Who may follow whom."""

from marketplace.accounts.models import Member
from marketplace.follows import queries


def can_follow(actor: Member, followed: Member) -> bool:
    """Anyone may follow anyone else, unless a block stands between them."""
    return actor.id != followed.id and not queries.blocked_either_way(actor, followed)


def can_unfollow(actor: Member, followed: Member) -> bool:
    """Anyone may stop following."""
    return actor.id != followed.id


def can_remove_follower(actor: Member, follower: Member) -> bool:
    """Anyone may let go of a follower of their own."""
    return actor.id != follower.id


def can_block(actor: Member, blocked: Member) -> bool:
    """Anyone may block anyone else."""
    return actor.id != blocked.id


def can_unblock(actor: Member, blocked: Member) -> bool:
    """Whoever blocked may take it back; where there is no block there is nothing to take back."""
    return actor.id != blocked.id
