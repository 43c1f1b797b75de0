"""Names that look like the name of somebody else whom one trusts (reliability.md A11): marked, never refused."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import aliased

from marketplace.accounts.models import Member
from marketplace.db import db
from marketplace.follows.models import Follow
from marketplace.follows.queries import not_hidden


def is_vouched_for(member: type[Member]) -> ColumnElement[bool]:
    """Return the condition that others rely on who `member` (Member or an alias of it) is: checked, or a moderator."""
    return or_(member.identity_verified_at.is_not(None), member.moderator_since.is_not(None))


def has_look_alike(viewer: Member | None) -> ColumnElement[bool]:
    """Return the condition for members who are called as somebody else whom `viewer` may rely on: a friend, too."""
    other = aliased(Member)
    is_relied_on = is_vouched_for(other)
    if viewer is not None:
        is_friend = and_(
            exists().where(Follow.from_id == viewer.id, Follow.to_id == other.id),
            exists().where(Follow.from_id == other.id, Follow.to_id == viewer.id),
        )
        is_relied_on = or_(is_relied_on, is_friend)
    same = (other.name_skeleton == Member.name_skeleton, other.id != Member.id, Member.name_skeleton != "")
    return select(other.id).where(*same, is_relied_on, not_hidden(viewer, other.id)).correlate(Member).exists()


def look_alikes_among(viewer: Member | None, members: Iterable[Member]) -> frozenset[int]:
    """Return the ids of those of `members` whose names are to be marked for `viewer`, with one question."""
    ids = [member.id for member in members]
    if not ids:
        return frozenset()
    return frozenset(db.session.scalars(select(Member.id).where(Member.id.in_(ids), has_look_alike(viewer))))
