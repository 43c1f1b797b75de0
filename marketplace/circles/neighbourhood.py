"""Who stands around a member, and which ties among them the member may see: few rows, whoever asks."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any

from sqlalchemy import Select, SQLColumnExpression, and_, case, exists, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from marketplace.accounts.models import Member
from marketplace.db import db
from marketplace.follows.models import Follow
from marketplace.follows.queries import FRIENDS, NOBODY, Relation, not_hidden, shows_friends_to

MOST_NEIGHBOURS = 60
"""Friends first, the newest of them; who else fits comes after. More could not be told apart in a picture."""
MOST_ONE_WAY = 12
"""Of those followed, and of followers."""
MOST_FAR = 12
"""Friends of friends."""


class _Rank(IntEnum):
    """Who comes first when not everybody fits."""

    FRIEND = 0
    FOLLOWING = 1
    FOLLOWER = 2


_RELATIONS = {
    _Rank.FRIEND: FRIENDS,
    _Rank.FOLLOWING: Relation(following=True),
    _Rank.FOLLOWER: Relation(followed_by=True),
}

_out, _back = aliased(Follow), aliased(Follow)
_one, _other = aliased(Member), aliased(Member)


@dataclass(frozen=True)
class Neighbour:
    """Somebody in the neighbourhood of a viewer."""

    member: Member
    relation: Relation = NOBODY
    since: datetime | None = None
    """Since when the viewer's own tie to them is as it is."""

    @property
    def is_far(self) -> bool:
        """Whether the viewer knows them through friends only."""
        return self.relation == NOBODY


@dataclass(frozen=True)
class Neighbourhood:
    """A viewer's neighbours by id, and the friendships among them that the viewer may see."""

    viewer: Member
    neighbours: dict[int, Neighbour]
    friends: int
    """How many friends the viewer has; no more than MOST_NEIGHBOURS are among the neighbours."""
    graph: Any
    """A NetworkX graph of ids. The viewer is not in it: what ties everybody to everybody tells nobody apart."""


def neighbourhood_of(viewer: Member) -> Neighbourhood:
    """Return the neighbourhood of `viewer`, with three questions at most.

    The viewer's own ties are always there. A tie between two others is, if both let the viewer see their friends; with
    what stays hidden nothing is chosen, counted or put in order.
    """
    import networkx as nx  # takes 0.2 s, and most pages need none

    rows = db.session.execute(_own_ties(viewer)).all()
    neighbours = {row.Member.id: Neighbour(row.Member, _RELATIONS[_Rank(row.rank)], row.since) for row in rows}
    friend_ids = [key for key, neighbour in neighbours.items() if neighbour.relation.are_friends]
    room = min(MOST_FAR, MOST_NEIGHBOURS - len(neighbours))
    if friend_ids and room:
        far = db.session.scalars(_friends_of_friends(viewer, friend_ids).limit(room))
        neighbours |= {member.id: Neighbour(member) for member in far}
    graph = nx.Graph()
    graph.add_nodes_from(neighbours)
    if len(neighbours) > 1:
        graph.add_edges_from(db.session.execute(_ties_among(viewer, neighbours)))
    return Neighbourhood(viewer, neighbours, friends=rows[0].friends if friend_ids else 0, graph=graph)


def _own_ties(viewer: Member) -> Select[Any]:
    """Those whom the viewer follows or who follow the viewer: friends, then the others, the newest first."""
    mine, theirs = _out.from_id == viewer.id, _back.to_id == viewer.id
    later = case((_out.created_at > _back.created_at, _out.created_at), else_=_back.created_at)
    friends = _newest(_Rank.FRIEND, _out.to_id, later, func.count().over(), MOST_NEIGHBOURS)
    friends = friends.join(_back, and_(_back.from_id == _out.to_id, theirs)).where(mine)
    following = _newest(_Rank.FOLLOWING, _out.to_id, _out.created_at, literal(0), MOST_ONE_WAY)
    following = following.where(mine, ~exists().where(_back.from_id == _out.to_id, theirs))
    followers = _newest(_Rank.FOLLOWER, _back.from_id, _back.created_at, literal(0), MOST_ONE_WAY)
    followers = followers.where(theirs, ~exists().where(mine, _out.to_id == _back.from_id))
    ties = union_all(*(part.subquery().select() for part in (friends, following, followers))).subquery()
    rows = select(Member, ties.c.rank, ties.c.since, ties.c.friends).join(ties, ties.c.id == Member.id)
    rows = rows.where(not_hidden(viewer, Member.id))
    return rows.order_by(ties.c.rank, ties.c.since.desc(), Member.id).limit(MOST_NEIGHBOURS)


def _newest(
    rank: _Rank, key: SQLColumnExpression[int], since: SQLColumnExpression[datetime], friends: Any, most: int
) -> Select[Any]:
    """The newest ties of one kind, in the shape that all kinds share."""
    columns: Any = (key.label("id"), since.label("since"), literal(rank.value).label("rank"), friends.label("friends"))
    return select(*columns).order_by(since.desc(), key).limit(most)


def _friends_of_friends(viewer: Member, friend_ids: Collection[int]) -> Select[Any]:
    """Workers whom the most of these friends know, as far as both sides show it and the friend lets others pass."""
    tied = or_(
        exists().where(Follow.from_id == viewer.id, Follow.to_id == Member.id),
        exists().where(Follow.to_id == viewer.id, Follow.from_id == Member.id),
    )
    return (
        select(Member)
        .join(_out, _out.to_id == Member.id)
        .join(_back, and_(_back.from_id == _out.to_id, _back.to_id == _out.from_id))
        .join(_one, _one.id == _out.from_id)
        .where(_out.from_id.in_(friend_ids), _one.is_intermediary, shows_friends_to(viewer, _one))
        .where(Member.id != viewer.id, Member.published_at.is_not(None), ~tied)
        .where(not_hidden(viewer, Member.id), shows_friends_to(viewer, Member))
        .group_by(Member.id)
        .order_by(func.count().desc(), Member.id)
    )


def _ties_among(viewer: Member, keys: Collection[int]) -> Select[int, int]:
    """The friendships among these that the viewer may see, each once, in a fixed order."""
    return (
        select(_out.from_id, _out.to_id)
        .join(_back, and_(_back.from_id == _out.to_id, _back.to_id == _out.from_id))
        .join(_one, _one.id == _out.from_id)
        .join(_other, _other.id == _out.to_id)
        .where(_out.from_id < _out.to_id, _out.from_id.in_(keys), _out.to_id.in_(keys))
        .where(shows_friends_to(viewer, _one), shows_friends_to(viewer, _other))
        .order_by(_out.from_id, _out.to_id)
    )
