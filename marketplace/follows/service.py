"""Verbs of the social graph."""

from sqlalchemy import delete

from marketplace.accounts.models import Member
from marketplace.db import add_once, db
from marketplace.errors import require
from marketplace.events import service as events
from marketplace.events.kinds import EventKind
from marketplace.follows import policy
from marketplace.follows.models import Follow


def follow(actor: Member, followed: Member) -> None:
    """Make `actor` a follower of `followed`. Following twice is following once."""
    require(policy.can_follow(actor, followed))
    if add_once(Follow(from_id=actor.id, to_id=followed.id)):
        events.record(EventKind.MEMBER_FOLLOWED, actor, member=followed)


def unfollow(actor: Member, followed: Member) -> None:
    """Make `actor` no longer a follower of `followed`. Stopping twice is stopping once."""
    require(policy.can_unfollow(actor, followed))
    ending = delete(Follow).where(Follow.from_id == actor.id, Follow.to_id == followed.id).returning(Follow.to_id)
    if db.session.scalar(ending):
        events.record(EventKind.MEMBER_UNFOLLOWED, actor, member=followed)
