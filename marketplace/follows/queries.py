"""Questions about who follows whom."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    Subquery,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from marketplace.accounts.models import FriendsAudience, Member
from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.follows.models import Block, Contact, Follow
from marketplace.paging import Page, page_of

_out, _back = aliased(Follow), aliased(Follow)
"""A member's own edge and the one that comes back: made once, for making them costs more than asking."""
_LATER = case((_out.created_at > _back.created_at, _out.created_at), else_=_back.created_at)
"""Since when two are friends."""


@dataclass(frozen=True)
class Relation:
    """How a viewer and another member stand to each other."""

    following: bool = False
    """The viewer follows the other."""
    followed_by: bool = False
    """The other follows the viewer."""

    @property
    def are_friends(self) -> bool:
        """Whether each follows the other."""
        return self.following and self.followed_by


class Tab(StrEnum):
    """The lists of コンタクト."""

    CLIENTS = "clients"
    """クライアント: those with whom a contract was completed (S2-09), on either side of it."""
    FRIENDS = "friends"
    """友達: both follow each other."""
    FOLLOWING = "following"
    """フォロー: those whom the member follows."""
    FOLLOWERS = "followers"
    """フォロワー: those who follow the member."""


class ContactSort(StrEnum):
    """What comes first in a list of コンタクト."""

    NEWEST = "newest"
    """Who joined the list last."""
    NAME = "name"
    """By nickname."""


NOBODY = Relation()
FRIENDS = Relation(following=True, followed_by=True)

_kept_back = aliased(Member)
_HIDDEN = select(_kept_back.id).where(_kept_back.hidden_at.is_not(None))
_LEFT = select(_kept_back.id).where(_kept_back.left_at.is_not(None))
_KEPT_BACK = union_all(_HIDDEN, _LEFT)
"""Whom nobody else is shown; each half is read from an index of its own."""

MOST_FRIENDS = 5_000
"""How many friends are read at once, the newest first."""


_RELATIONS = select(Follow.from_id, Follow.to_id).where(
    or_(
        and_(Follow.from_id == bindparam("viewer"), Follow.to_id.in_(bindparam("members", expanding=True))),
        and_(Follow.to_id == bindparam("viewer"), Follow.from_id.in_(bindparam("members", expanding=True))),
    )
)
"""Put together once, for nearly every page asks it."""


def not_hidden(viewer: Member | None, column: SQLColumnExpression[int]) -> ColumnElement[bool]:
    """Return the condition that no block stands between `viewer` and the member whose id is in `column`.

    Whom the moderators have hidden, and who has left, nobody else is shown either.
    """
    if viewer is None:
        return column.not_in(_KEPT_BACK)
    blocked = select(Block.to_id).where(Block.from_id == viewer.id)
    blocking = select(Block.from_id).where(Block.to_id == viewer.id)
    kept_back = (each.where(_kept_back.id != viewer.id) for each in (_HIDDEN, _LEFT))
    return column.not_in(union_all(blocked, blocking, *kept_back))


def shows_friends_to(viewer: Member, member: type[Member]) -> ColumnElement[bool]:
    """Return the condition that `member` (Member or an alias of it) lets `viewer` see who their friends are.

    A tie between two others is shown to the viewer only if both of them do; a tie of the viewer's own always is.
    """
    are_friends = and_(
        exists().where(Follow.from_id == viewer.id, Follow.to_id == member.id),
        exists().where(Follow.from_id == member.id, Follow.to_id == viewer.id),
    )
    return or_(
        member.id == viewer.id,
        member.friends_audience == FriendsAudience.MEMBERS,
        and_(member.friends_audience == FriendsAudience.FRIENDS, are_friends),
    )


def _is_shown(column: SQLColumnExpression[int]) -> ColumnElement[bool]:
    """The condition that the member in `column` is neither hidden nor gone: between contacts no block stands."""
    return column.not_in(_KEPT_BACK)


def hidden_ids_of(viewer: Member | None) -> frozenset[int]:
    """Return the ids of those between whom and `viewer` a block stands."""
    if viewer is None:
        return frozenset()
    blocked = select(Block.to_id).where(Block.from_id == viewer.id)
    blocking = select(Block.from_id).where(Block.to_id == viewer.id)
    return frozenset(db.session.scalars(union_all(blocked, blocking)))


def blocked_either_way(one: Member, other: Member) -> bool:
    """Tell whether a block stands between the two."""
    return not db.session.scalar(select(not_hidden(one, Member.id)).where(Member.id == other.id))


def find_blocked(viewer: Member, username: str) -> Member | None:
    """Return the member of that name if `viewer` has blocked them."""
    question = select(Member).join(Block, Block.to_id == Member.id)
    return db.session.scalar(question.where(Block.from_id == viewer.id, Member.username == username))


def get_blocked(viewer: Member, username: str) -> Member:
    """Return what `find_blocked` finds, or raise NotFound."""
    member = find_blocked(viewer, username) if "\x00" not in username else None
    if member is None:
        raise NotFound
    return member


def blocked_by(member: Member, cursor: str | None = None) -> Page[tuple[Member, datetime]]:
    """Return a page of those whom `member` has blocked, each with since when, the newest first."""
    question = select(Member, Block.created_at).join(Block, Block.to_id == Member.id).where(Block.from_id == member.id)
    return page_of(question, (Block.created_at, Member.id), lambda row: (row[1], row[0].id), cursor)


def relations(viewer: Member | None, members: Iterable[Member]) -> dict[int, Relation]:
    """Return how `viewer` stands to each of `members`, by id, with one question for all."""
    ids = {member.id for member in members}
    if viewer is None or not ids:
        return dict.fromkeys(ids, NOBODY)
    pairs = db.session.execute(_RELATIONS, {"viewer": viewer.id, "members": list(ids)}).all()
    following = {to_id for from_id, to_id in pairs if from_id == viewer.id}
    followed_by = {from_id for from_id, to_id in pairs if to_id == viewer.id}
    return {key: Relation(key in following, key in followed_by) for key in ids}


def are_friends(one: Member, other: Member) -> bool:
    """Tell whether the two follow each other."""
    return relations(one, [other])[other.id].are_friends


def share_a_friend(viewer: Member, other: Member) -> ColumnElement[bool]:
    """Return the condition that somebody whose friends `viewer` may see is a friend of both."""
    mine, back, theirs, there = (aliased(Follow) for _edge in range(4))
    between = aliased(Member)
    friends = (
        select(mine.to_id)
        .join(back, and_(back.from_id == mine.to_id, back.to_id == mine.from_id))
        .join(theirs, and_(theirs.from_id == other.id, theirs.to_id == mine.to_id))
        .join(there, and_(there.from_id == mine.to_id, there.to_id == other.id))
        .join(between, between.id == mine.to_id)
    )
    return friends.where(mine.from_id == viewer.id, shows_friends_to(viewer, between)).exists()


def friend_ids_of(member: Member) -> frozenset[int]:
    """Return the ids of those who follow `member` and are followed back, MOST_FRIENDS at most."""
    question, since = _ties(member, Tab.FRIENDS)
    newest = question.with_only_columns(Member.id).order_by(since.desc(), Member.id)
    return frozenset(db.session.scalars(newest.limit(MOST_FRIENDS)))


def friends_named(member: Member, usernames: Sequence[str]) -> list[Member]:
    """Return the friends of `member` who have one of these names, in the order of their names."""
    question, _since = _ties(member, Tab.FRIENDS)
    names = [username for username in usernames if "\x00" not in username]
    named = question.with_only_columns(Member).where(Member.username.in_(names))
    return list(db.session.scalars(named.order_by(Member.username)))


def reachable_by(viewer: Member) -> ColumnElement[bool]:
    """Return the condition for members whom `viewer` may know of: workers, those tied to them, themself.

    A follow is a tie, and work that was completed together.

    A block stands before all of it.
    """
    tied = exists().where(
        or_(
            and_(Follow.from_id == viewer.id, Follow.to_id == Member.id),
            and_(Follow.to_id == viewer.id, Follow.from_id == Member.id),
        )
    )
    met = exists().where(Contact.from_id == viewer.id, Contact.to_id == Member.id)
    known = or_(Member.published_at.is_not(None), Member.id == viewer.id, tied, met)
    return and_(known, not_hidden(viewer, Member.id))


def get_for(viewer: Member, username: str) -> Member:
    """Return the member of that name whom `viewer` may know of, or raise NotFound."""
    member = None
    if "\x00" not in username:  # PostgreSQL cannot even look for it
        member = db.session.scalar(select(Member).where(Member.username == username, reachable_by(viewer)))
    if member is None:
        raise NotFound
    return member


def contacts_of(
    member: Member,
    tab: Tab,
    cursor: str | None = None,
    *,
    words: str = "",
    order: ContactSort = ContactSort.NEWEST,
) -> Page[tuple[Member, datetime]]:
    """Return a page of (member, since when); with `words`, of those whose nickname or username holds them."""
    if tab is Tab.FRIENDS and not words and order is ContactSort.NEWEST:
        return _newest_friends_of(member, cursor)
    question, since = _ties(member, tab)
    if words:
        question = question.where(_is_called(words))
    if order is ContactSort.NAME:
        columns = (Member.nickname, Member.id)
        return page_of(question, columns, lambda row: (row[0].nickname, row[0].id), cursor, descending=False)
    return page_of(question, (since, Member.id), lambda row: (row[1], row[0].id), cursor)


def _newest_friends_of(member: Member, cursor: str | None) -> Page[tuple[Member, datetime]]:
    """No index holds the later of two follows: what is sorted is numbers alone, and only who is shown is read."""
    mutual = and_(_back.from_id == _out.to_id, _back.to_id == _out.from_id)
    question = select(_LATER.label("since"), _out.to_id).join(_back, mutual).where(_out.from_id == member.id)
    question = question.where(_is_shown(_out.to_id))

    def filled(page: Subquery) -> Select[*tuple[Any, ...]]:
        return select(Member, page.c.since).join(page, page.c.to_id == Member.id)

    return page_of(question, (_LATER, _out.to_id), lambda row: (row[1], row[0].id), cursor, filled=filled)


def unanswered_followers(member: Member, count: int) -> Select[int, datetime]:
    """Return the question for the newest of those who follow `member` and are not followed back, and since when."""
    answered = exists().where(_out.from_id == member.id, _out.to_id == _back.from_id)
    question = select(_back.from_id.label("who_id"), _back.created_at.label("since"))
    question = question.where(_back.to_id == member.id, ~answered, _is_shown(_back.from_id))
    return question.order_by(_back.created_at.desc(), _back.from_id).limit(count)


def counts_of(member: Member) -> dict[Tab, int]:
    """Return how long each list of コンタクト is, with one question."""
    friends = (
        select(func.count())
        .select_from(Follow)
        .join(_back, and_(_back.from_id == Follow.to_id, _back.to_id == Follow.from_id))
        .where(Follow.from_id == member.id, _is_shown(Follow.to_id))
    )
    following = select(func.count()).select_from(Follow).where(Follow.from_id == member.id, _is_shown(Follow.to_id))
    followers = select(func.count()).select_from(Follow).where(Follow.to_id == member.id, _is_shown(Follow.from_id))
    clients = select(func.count()).select_from(Contact).where(Contact.from_id == member.id)
    clients = clients.where(not_hidden(member, Contact.to_id))
    asked = (clients, friends, following, followers)
    row = db.session.execute(select(*(each.scalar_subquery() for each in asked))).one()
    return dict(zip((Tab.CLIENTS, Tab.FRIENDS, Tab.FOLLOWING, Tab.FOLLOWERS), row, strict=True))


def _is_called(words: str) -> ColumnElement[bool]:
    """The condition that a name holds these words, however wide or large they were typed."""
    typed = words.strip()
    # SQLite's lower() knows no letters but those of ASCII.
    spellings = {typed, typed.lower(), unicodedata.normalize("NFKC", typed).lower()}
    names = (Member.nickname, func.lower(Member.nickname), Member.username)
    return or_(*(name.contains(spelling, autoescape=True) for name in names for spelling in sorted(spellings)))


def _ties(member: Member, tab: Tab) -> tuple[Select[Member, datetime], SQLColumnExpression[datetime]]:
    """The members of one list, and the column that says since when they are in it."""
    if tab is Tab.CLIENTS:
        # A block leaves contacts as they are, for it may be taken back: it only hides them.
        met = and_(Contact.from_id == member.id, Contact.to_id == Member.id, not_hidden(member, Member.id))
        return select(Member, Contact.created_at).join(Contact, met), Contact.created_at
    shown = _is_shown(Member.id)
    outgoing = and_(_out.from_id == member.id, _out.to_id == Member.id, shown)
    incoming = and_(_back.to_id == member.id, _back.from_id == Member.id, shown)
    if tab is Tab.FOLLOWING:
        return select(Member, _out.created_at).join(_out, outgoing), _out.created_at
    if tab is Tab.FOLLOWERS:
        return select(Member, _back.created_at).join(_back, incoming), _back.created_at
    return select(Member, _LATER).join(_out, outgoing).join(_back, incoming), _LATER
