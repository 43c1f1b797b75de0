"""Questions about how members are connected: only ties that the viewer may see are ever asked for.

Ids that are read together come as one text, so that a hub with thousands of ties is one row.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Integer,
    ScalarSelect,
    Select,
    SQLColumnExpression,
    String,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal_column,
    not_,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy import cast as as_type
from sqlalchemy.orm import aliased

from marketplace.accounts.models import Member
from marketplace.circles.models import Dismissal
from marketplace.db import db
from marketplace.follows.models import Follow
from marketplace.follows.queries import MOST_FRIENDS, NOBODY, Relation, not_hidden, shows_friends_to

FEW_FRIENDS = 200
"""Whoever has no more is looked for among the ties of others; with more, it is the other way round."""
MOST_BETWEEN = 100
"""Friends of somebody found over whom a path of three steps may lead: the newest."""
MOST_PAIRS = 20_000
"""Pairs of the viewer's friends and of others' friends that are tried for a tie."""
MOST_ASKED = 200
"""Friends of the viewer whose friends are their circle: the newest."""
MOST_TOLD = 100
"""Friends of a friend that are looked at: the newest."""
_OF_A_FRIEND = 2
"""Marks the rows of friends where those of the circle are marked with 0 and 1."""
NAMED = 2
"""Shared friends that are shown by name."""

VIEWER: Any = SimpleNamespace(id=bindparam("viewer", type_=Integer))
"""Stands for the viewer in questions that are put together once: making them takes longer than answering them."""

_out, _back = aliased(Follow), aliased(Follow)
_friend, _other, _found = aliased(Member), aliased(Member), aliased(Member)


@dataclass(frozen=True)
class Connection:
    """How a viewer and another member are connected: directly, over shared friends, or over two who are friends."""

    relation: Relation = NOBODY
    """Who of the two follows whom."""
    between: tuple[Member, ...] = ()
    """Shared friends, the first NAMED of them; or the two on a path of three steps, the viewer's friend first."""
    shared: int = 0
    """How many friends they share; 0 also for friends, of whom it is not asked."""

    @property
    def steps(self) -> int:
        """How many ties lead there: 1 for a friend, 3 at most, 0 when none is known."""
        if self.relation.are_friends:
            return 1
        return 2 if self.shared else len(self.between) + bool(self.between)

    @property
    def ways(self) -> list[tuple[Member, ...]]:
        """Those between the two, for each way that is shown."""
        return [(one,) for one in self.between] if self.shared else [self.between] if self.between else []


@dataclass(frozen=True)
class Acquaintance:
    """A friend over whom the viewer may come to know others."""

    nickname: str
    ties: int
    """How many friends of theirs the viewer may see, the viewer among them; MOST_TOLD at most."""
    known: tuple[int, ...]
    """The ids of those of them who were asked for."""


@dataclass(frozen=True)
class Circle:
    """The ids of those near a viewer, as far as they are looked at."""

    friends: frozenset[int] = frozenset()
    friends_of_friends: frozenset[int] = frozenset()


def joined(column: SQLColumnExpression[Any]) -> ColumnElement[Any]:
    """Return the ids in `column` as one text."""
    return func.aggregate_strings(as_type(column, String), ",")


def split(text: str | None) -> list[int]:
    """Return the ids in such a text."""
    return [int(each) for each in text.split(",") if each] if text else []


def _leads(friend: type[Member]) -> ColumnElement[bool]:
    """The condition that others are shown to the viewer over `friend`, who is a friend of the viewer."""
    return and_(friend.is_intermediary, shows_friends_to(VIEWER, friend), not_hidden(VIEWER, friend.id))


def _follows(one: Any, other: Any, *outside: Any) -> ColumnElement[bool]:
    """The condition that one follows the other, answered by the index alone; `outside` is what it is asked of."""
    return select(literal_column("1")).where(Follow.from_id == one, Follow.to_id == other).correlate(*outside).exists()


def _friends(*columns: Any) -> Select[Any]:
    """Those friends of the viewer over whom others may be shown, the newest first."""
    return (
        select(*columns)
        .select_from(_out)
        .join(_back, and_(_back.from_id == _out.to_id, _back.to_id == _out.from_id))
        .join(_friend, _friend.id == _out.to_id)
        .where(_out.from_id == VIEWER.id, _leads(_friend))
        .order_by(_out.created_at.desc(), _out.to_id)
    )


def _newest_ties(owner: Any, most: int, text: Any, *conditions: Any) -> ScalarSelect[str]:
    """`text` of the newest of those tied to `owner` whose end of the tie is shown to the viewer, as one text.

    Whoever asks sees to the end of `owner`. Only what is shown counts towards `most`: nothing hidden decides what
    is cut off.
    """
    out, back = aliased(Follow), aliased(Follow)
    shown = (
        select(text.label("text"))
        .select_from(out)
        .join(back, and_(back.from_id == out.to_id, back.to_id == out.from_id))
        .join(_other, _other.id == out.to_id)
        .where(out.from_id == owner.id, shows_friends_to(VIEWER, _other), not_hidden(VIEWER, _other.id), *conditions)
        .order_by(out.created_at.desc(), out.to_id)
        .limit(most)
        .correlate(owner)
        .subquery()
    )
    return select(func.aggregate_strings(shown.c.text, ",")).scalar_subquery()


def _connections() -> Select[Any]:
    """For each of `members`: who follows whom, the shared friends, who may lead there, and who leads away."""
    mine = _friends(_friend.id).limit(FEW_FRIENDS + 1).cte("mine")
    following, followed_by = _follows(VIEWER.id, _found.id, _found), _follows(_found.id, VIEWER.id, _found)
    among_mine = (
        select(joined(mine.c.id))
        .where(_follows(_found.id, mine.c.id, _found, mine), _follows(mine.c.id, _found.id, _found, mine))
        .correlate(_found)
        .scalar_subquery()
    )
    among_theirs = (
        select(joined(_out.to_id))
        .join(_back, and_(_back.from_id == _out.to_id, _back.to_id == _out.from_id))
        .join(_other, _other.id == _out.to_id)
        .where(_out.from_id == _found.id, _follows(VIEWER.id, _out.to_id, _out))
        .where(_follows(_out.to_id, VIEWER.id, _out))
        .where(_leads(_other))
        .correlate(_found)
        .scalar_subquery()
    )
    has_few = select(func.count()).select_from(mine).scalar_subquery() <= FEW_FRIENDS
    is_open = and_(not_(and_(following, followed_by)), shows_friends_to(VIEWER, _found), not_hidden(VIEWER, _found.id))
    between = _newest_ties(
        _found, MOST_BETWEEN, as_type(_other.id, String), _other.is_intermediary, _other.published_at.is_not(None)
    )
    return select(
        _found.id,
        following,
        followed_by,
        case((is_open, case((has_few, among_mine), else_=among_theirs))),
        case((is_open, between)),
        select(joined(mine.c.id)).scalar_subquery(),
    ).where(_found.id.in_(bindparam("members", expanding=True)))


def acquainted(most: int, suits: Callable[[Any], ColumnElement[bool]]) -> Select[Any]:
    """Return the question for so many of the viewer's newest friends, each with those of their friends who suit."""
    told = _newest_ties(_friend, MOST_TOLD, case((suits(_other), as_type(_other.id, String)), else_=""))
    return _friends(_friend.id, _friend.nickname, told.label("told")).limit(most)


_CONNECTIONS = _connections()

_WAYS = (
    select(_friend, _other)
    .select_from(_friend)
    .outerjoin(
        _out,
        and_(
            _friend.id.in_(bindparam("mine", expanding=True)),
            _out.from_id == _friend.id,
            _out.to_id.in_(bindparam("theirs", expanding=True)),
            _follows(_out.to_id, _friend.id, _out, _friend),
        ),
    )
    .outerjoin(_other, _other.id == _out.to_id)
    .where(
        _friend.id.in_(bindparam("all", expanding=True)),
        or_(_friend.id.in_(bindparam("named", expanding=True)), _other.id.is_not(None)),
    )
    .order_by(_friend.id, _other.id)
)
"""Members who are to be named, and friends of the viewer with those of others' friends whom they are tied to."""

_ALL_FRIENDS = (
    select(_out.to_id.label("id"))
    .join(_back, and_(_back.from_id == _out.to_id, _back.to_id == _out.from_id))
    .where(_out.from_id == VIEWER.id)
    .order_by(_out.created_at.desc(), _out.to_id)
    .limit(MOST_FRIENDS)
    .subquery()
)


def _circle(suits: Callable[[Any], ColumnElement[bool]]) -> CompoundSelect[*tuple[Any, ...]]:
    """Rows of those friends' friends who suit, and one of all friends."""
    told = acquainted(MOST_ASKED, suits).subquery()
    friends = select(joined(_ALL_FRIENDS.c.id)).scalar_subquery()
    of_each = select(literal_column("0").label("part"), told.c.told.label("told"))
    return union_all(of_each, select(literal_column("1"), friends))


_CIRCLE = _circle(lambda other: other.published_at.is_not(None))
_CIRCLE_WITH_CLIENTS = _circle(lambda other: other.id.is_not(None))


def connections(viewer: Member | None, members: Iterable[Member]) -> dict[int, Connection]:
    """Return how `viewer` is connected to each of `members`, by id, with two questions for all."""
    found = {member.id: Connection() for member in members}
    asked = [key for key in found if viewer is not None and key != viewer.id]
    if viewer is None or not asked:
        return found
    mine: list[int] = []
    shared: dict[int, list[int]] = {}
    between: dict[int, list[int]] = {}
    rows = db.session.execute(_CONNECTIONS, {"viewer": viewer.id, "members": asked})
    for key, following, followed_by, over, others, own in rows:
        found[key] = Connection(Relation(following, followed_by))
        mine = mine or split(own)
        if over:
            shared[key] = sorted(split(over))
        elif others:
            between[key] = split(others)
    for key, way in _ways(mine, shared, between).items():
        found[key] = replace(found[key], between=way, shared=len(shared.get(key, ())))
    return found


def _ways(
    mine: Sequence[int], shared: Mapping[int, Sequence[int]], between: Mapping[int, Sequence[int]]
) -> dict[int, tuple[Member, ...]]:
    """Those between the viewer and each of the others, by the others' ids, with one question."""
    named = {key for over in shared.values() for key in over[:NAMED]}
    theirs = {key for others in between.values() for key in others}
    tried = mine[: MOST_PAIRS // len(theirs)] if theirs else []
    if not named and not tried:
        return {}
    people: dict[int, Member] = {}
    leading: dict[int, Member] = {}
    keys = {"mine": tried, "theirs": list(theirs), "named": list(named), "all": [*named, *tried]}
    for friend, other in db.session.execute(_WAYS, keys):
        people[friend.id] = friend
        if other is not None:
            people[other.id] = other
            leading.setdefault(other.id, friend)
    ways = {key: tuple(people[one] for one in over[:NAMED]) for key, over in shared.items()}
    for key, others in between.items():
        reached = [(leading[other].id, other) for other in others if other in leading]
        if reached:
            over, last = min(reached)
            ways[key] = (people[over], people[last])
    return ways


def acquaintances(question: Select[Any], viewer: Member) -> dict[int, Acquaintance]:
    """Return those friends over whom `viewer` may know others, by id, as `question` (see `acquainted`) tells."""
    rows = db.session.execute(question, {"viewer": viewer.id})
    return {key: _acquaintance(nickname, told) for key, nickname, told in rows}


def with_circle(question: Select[Any]) -> CompoundSelect[*tuple[Any, ...]]:
    """Return the question for what `acquaintances` asks with `question`, and for the circle with clients."""
    friends, circle = question.subquery().c, _CIRCLE_WITH_CLIENTS.subquery().c
    nobody = (as_type(null(), Integer), as_type(null(), String))
    of_friends = select(literal_column("2").label("part"), *(friends[name] for name in ("id", "nickname", "told")))
    return union_all(of_friends, select(circle.part, *nobody, circle.told))


def acquaintances_and_circle(
    question: CompoundSelect[*tuple[Any, ...]], viewer: Member
) -> tuple[dict[int, Acquaintance], Circle]:
    """Return what `acquaintances` and `circle_of` do, with one question: see `with_circle`."""
    rows = db.session.execute(question, {"viewer": viewer.id}).all()
    friends = {key: _acquaintance(nickname, told) for part, key, nickname, told in rows if part == _OF_A_FRIEND}
    return friends, _near(viewer, [(part, told) for part, _key, _name, told in rows if part != _OF_A_FRIEND])


def _acquaintance(nickname: str, told: str) -> Acquaintance:
    return Acquaintance(nickname, told.count(",") + 1, tuple(split(told)))


def circle_of(viewer: Member, *, with_clients: bool = False) -> Circle:
    """Return who is near `viewer`, with one question: MOST_FRIENDS friends, and friends of the newest of them.

    Friends of friends are workers alone unless `with_clients`, for those who post jobs need no page of their own.
    """
    question = _CIRCLE_WITH_CLIENTS if with_clients else _CIRCLE
    return _near(viewer, db.session.execute(question, {"viewer": viewer.id}))


def _near(viewer: Member, rows: Iterable[Any]) -> Circle:
    ids: tuple[set[int], set[int]] = (set(), {viewer.id})
    for is_friends, told in rows:
        ids[is_friends].update(split(told))
    known, near = ids
    return Circle(frozenset(near - {viewer.id}), frozenset(known - near))


def is_dismissed(member: Member, dismissed: Member) -> bool:
    """Tell whether `member` wants `dismissed` not suggested to them."""
    between = (Dismissal.member_id == member.id, Dismissal.dismissed_id == dismissed.id)
    return bool(db.session.scalar(select(exists().where(*between))))
