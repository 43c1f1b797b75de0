"""Verbs of the social graph."""

from sqlalchemy import and_, delete, or_, select

from marketplace import outbox
from marketplace.accounts.models import Member
from marketplace.db import add_once, db
from marketplace.errors import require
from marketplace.events import service as events
from marketplace.events.kinds import EventKind
from marketplace.follows import policy
from marketplace.follows.models import Block, Contact, Follow

BLOCKED = "follows.blocked"
"""The errand that ends what else stands between the two members of `pair`, on the floors above."""


def follow(actor: Member, followed: Member) -> None:
    """Make `actor` a follower of `followed`. Following twice is following once."""
    require(policy.can_follow(actor, followed))
    one_at_a_time(actor, followed)
    if add_once(Follow(from_id=actor.id, to_id=followed.id)):
        # Asked once more, now that nobody else can come between: a block may have been faster.
        require(policy.can_follow(actor, followed))
        events.record(EventKind.MEMBER_FOLLOWED, actor, member=followed)


def unfollow(actor: Member, followed: Member) -> None:
    """Make `actor` no longer a follower of `followed`. Stopping twice is stopping once."""
    require(policy.can_unfollow(actor, followed))
    if _end(Follow, actor, followed):
        events.record(EventKind.MEMBER_UNFOLLOWED, actor, member=followed)


def remove_follower(actor: Member, follower: Member) -> None:
    """Make `follower` no longer follow `actor`, without telling them."""
    require(policy.can_remove_follower(actor, follower))
    if _end(Follow, follower, actor):
        events.record(EventKind.FOLLOWER_REMOVED, actor, member=follower)


def block(actor: Member, blocked: Member) -> None:
    """Hide the two from each other and end their follows; what else stands between them ends by an errand.

    Blocking twice is blocking once.
    """
    require(policy.can_block(actor, blocked))
    one_at_a_time(actor, blocked)
    if not add_once(Block(from_id=actor.id, to_id=blocked.id)):
        return
    forth = and_(Follow.from_id == actor.id, Follow.to_id == blocked.id)
    back = and_(Follow.from_id == blocked.id, Follow.to_id == actor.id)
    db.session.execute(delete(Follow).where(or_(forth, back)))
    events.record(EventKind.MEMBER_BLOCKED, actor, member=blocked)
    outbox.put(BLOCKED, {"pair": [actor.id, blocked.id]})


def unblock(actor: Member, blocked: Member) -> None:
    """Let the two see each other again; their follows do not come back by themselves."""
    require(policy.can_unblock(actor, blocked))
    if _end(Block, actor, blocked):
        events.record(EventKind.MEMBER_UNBLOCKED, actor, member=blocked)


def become_contacts(one: Member, other: Member) -> None:
    """Let each of the two stand in the contacts of the other, as floors above ask for. Twice is once."""
    for start, end in ((one, other), (other, one)):
        add_once(Contact(from_id=start.id, to_id=end.id))


def one_at_a_time(one: Member, other: Member) -> None:
    """Let what others change between these two wait until this unit ends (SQLite has one writer at a time anyway)."""
    both = select(Member.id).where(Member.id.in_((one.id, other.id))).order_by(Member.id)
    db.session.execute(both.with_for_update())


def _end(kind: type[Follow] | type[Block], start: Member, end: Member) -> bool:
    """Delete the edge from `start` to `end`; tell whether there was one."""
    one_at_a_time(start, end)
    ending = delete(kind).where(kind.from_id == start.id, kind.to_id == end.id).returning(kind.to_id)
    return db.session.scalar(ending) is not None
