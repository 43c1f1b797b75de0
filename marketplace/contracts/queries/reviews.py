"""What members said of each other, and what may be reckoned from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, case, func, literal, or_, select, true
from sqlalchemy.orm import aliased, contains_eager

from marketplace.accounts.models import Member
from marketplace.clock import local_day, today
from marketplace.contracts.models import Contract, ContractState, Review, ReviewSide
from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.follows import queries as follows
from marketplace.paging import Page, page_of
from marketplace.teams import queries as teams
from marketplace.teams.models import Team

FEWEST_FOR_AVERAGES = 3
AT_A_TIME = 5
"""People who answered 「また頼みたいか」 are counted by so many at a time, so that no figure tells of a single one."""
MOST_AT_FIRST = 3
"""Reviews on the page of a member; the others stand on a page of their own."""

_SCORES = (Review.score_1, Review.score_2, Review.score_3, Review.score_4, Review.score_5)
_author, _together = aliased(Member), aliased(Contract)


@dataclass(frozen=True)
class Shown:
    """A review as others read it."""

    review: Review
    author: Member | None
    """None for whom the reader is not shown: who has left, or stands behind a block."""
    completed_on: date
    times: int
    """How many contracts the two have completed together."""
    is_of_team: bool
    may_report: bool
    """Whether the reader is somebody else than who wrote it, and signed in."""


@dataclass(frozen=True)
class Reputation:
    """What is known of a member as a worker or as a client, or of a team."""

    side: ReviewSide
    count: int
    averages: tuple[float, ...] | None
    """Of each aspect; None while there are fewer than three reviews."""
    again_percent: int | None
    completed: int
    """Contracts."""
    partners: int
    """Members with whom they were."""
    returning: int
    """Of those, with whom there were several."""
    latest: Sequence[Shown]

    @property
    def average(self) -> float | None:
        """Of all aspects together."""
        return sum(self.averages) / len(self.averages) if self.averages else None


@dataclass(frozen=True)
class _Scope:
    """Whose reputation is asked for: which reviews are about them, and which contracts are theirs."""

    side: ReviewSide
    reviews: ColumnElement[bool]
    contracts: ColumnElement[bool]
    tells_again: bool = True
    """No for a team: its leader's figure counts the same people, and the two would differ by single ones."""

    @property
    def readable(self) -> ColumnElement[bool]:
        """Of the reviews, those that others may read."""
        return and_(self.reviews, Review.side == self.side, *_can_be_read())


@dataclass(frozen=True)
class Pair:
    """Both reviews of a contract as one of its parties may know them."""

    own: Review | None
    others: Review | None
    """None also while the other party's is not revealed: then it is not even asked for."""
    is_hidden: bool = False
    """Whether the moderators have hidden the other party's."""


def is_revealed() -> ColumnElement[bool]:
    """Return the condition for reviews that others may read."""
    return or_(Review.revealed_at.is_not(None), Review.reveal_on <= today())


def side_of(contract: Contract, member: Member) -> ReviewSide:
    """Return as what `member` speaks of the other party."""
    return ReviewSide.BY_CLIENT if contract.client_id == member.id else ReviewSide.BY_WORKER


def pair_of(viewer: Member, contract: Contract) -> Pair:
    """Return the viewer's own review, and the other's once it is revealed."""
    question = select(Review).where(
        Review.contract_id == contract.id, or_(Review.author_id == viewer.id, is_revealed())
    )
    found = {review.author_id: review for review in db.session.scalars(question)}
    own, others = found.get(viewer.id), found.get(contract.other_party_id(viewer.id))
    if others is not None and others.hidden_at is not None:
        return Pair(own, None, is_hidden=True)
    return Pair(own, others)


def get_shown(viewer: Member, review_id: int) -> Review:
    """Return a review that others read, with whom it is about; raises NotFound.

    It stands on the page of a worker, of a team, or of a client's jobs: for whoever is kept from these it is not there.
    """
    has_page = and_(Member.published_at.is_not(None), Member.left_at.is_(None))
    of_team = select(_together.id).join(Team, Team.id == _together.team_id).where(teams.visible_to(viewer))
    is_shown = or_(
        Review.subject_id == viewer.id, Review.side == ReviewSide.BY_WORKER, has_page, Review.contract_id.in_(of_team)
    )
    question = select(Review).join(Member, Member.id == Review.subject_id).options(contains_eager(Review.subject))
    is_open = follows.not_hidden(viewer, Review.subject_id)
    found = db.session.scalar(question.where(Review.id == review_id, is_shown, is_open, *_can_be_read()))
    if found is None:
        raise NotFound
    return found


def get_received(viewer: Member, contract: Contract) -> Review:
    """Return what the other party said of `viewer`, once it is revealed; raises NotFound."""
    found = pair_of(viewer, contract).others
    if found is None:
        raise NotFound
    return found


def reputation_of(viewer: Member | None, member: Member, side: ReviewSide) -> Reputation:
    """Return what `side` says of `member`, with the newest reviews as `viewer` reads them, with one statement."""
    return _reputation(viewer, _of_member(member, side))


def reputation_of_team(viewer: Member | None, team: Team) -> Reputation:
    """Return what clients say of their work with `team`, as `reputation_of` does of a member."""
    return _reputation(viewer, _of_team(team))


def _reputation(viewer: Member | None, scope: _Scope) -> Reputation:
    facts = (_sums(scope).subquery(), _again(scope).subquery(), _work(scope).subquery())
    joined = facts[0].join(facts[1], true()).join(facts[2], true())
    question = select(*(column for each in facts for column in each.c), *_shown_columns(viewer))
    question = question.select_from(joined).outerjoin(Review, scope.readable)
    question = _with_author(question).order_by(Review.id.desc()).limit(MOST_AT_FIRST)
    rows = db.session.execute(question).all()
    count, *sums = rows[0][:6]
    again, completed, partners, returning = rows[0][6:10]
    return Reputation(
        side=scope.side,
        count=count,
        averages=tuple(each / count for each in sums) if count >= FEWEST_FOR_AVERAGES else None,
        again_percent=None if again is None else round(again),
        completed=completed or 0,
        partners=partners,
        returning=returning or 0,
        latest=[_shown(viewer, *row[10:]) for row in rows if row[10] is not None],
    )


def reviews_about(viewer: Member | None, member: Member, side: ReviewSide, cursor: str | None = None) -> Page[Shown]:
    """Return a page of what `side` says of `member`, the newest first."""
    return _page(viewer, _of_member(member, side), cursor)


def reviews_about_team(viewer: Member | None, team: Team, cursor: str | None = None) -> Page[Shown]:
    """Return a page of what clients say of their work with `team`, the newest first."""
    return _page(viewer, _of_team(team), cursor)


def _page(viewer: Member | None, scope: _Scope, cursor: str | None) -> Page[Shown]:
    question = select(*_shown_columns(viewer)).select_from(Review).where(scope.readable)
    page = page_of(_with_author(question), [Review.id], lambda row: (row[0].id,), cursor)
    return Page([_shown(viewer, *row) for row in page.rows], page.next_cursor, page.previous_cursor)


def times_together(client_id: int, worker_id: int) -> int:
    """Return how many contracts these two have completed with each other in these parts."""
    return db.session.scalar(select(_times(literal(client_id), literal(worker_id)))) or 0


def _of_member(member: Member, side: ReviewSide) -> _Scope:
    own = Contract.worker_id if side is ReviewSide.BY_CLIENT else Contract.client_id
    return _Scope(side, Review.subject_id == member.id, own == member.id)


def _of_team(team: Team) -> _Scope:
    own = select(_together.id).where(_together.team_id == team.id)
    of_contract = Review.contract_id.in_(own)
    return _Scope(ReviewSide.BY_CLIENT, of_contract, Contract.team_id == team.id, tells_again=False)


def _can_be_read() -> tuple[ColumnElement[bool], ...]:
    """Neither what the moderators have hidden nor anything of authors whom they have."""
    hidden = select(Member.id).where(Member.hidden_at.is_not(None))
    return is_revealed(), Review.hidden_at.is_(None), Review.author_id.not_in(hidden)


def _shown_columns(viewer: Member | None) -> tuple[Any, ...]:
    is_known = follows.not_hidden(viewer, Review.author_id)
    times = _times(Contract.client_id, Contract.worker_id)
    return Review, _author, is_known, Contract.completed_at, times, Contract.team_id


def _with_author(question: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    question = question.outerjoin(_author, _author.id == Review.author_id)
    return question.outerjoin(Contract, Contract.id == Review.contract_id)


def _shown(viewer: Member | None, review: Review, author: Member, is_known: bool, *facts: Any) -> Shown:
    completed_at, times, team_id = facts
    may_report = viewer is not None and review.author_id != viewer.id
    return Shown(review, author if is_known else None, local_day(completed_at), times, team_id is not None, may_report)


def _times(client_id: Any, worker_id: Any) -> ScalarSelect[int]:
    between = and_(_together.client_id == client_id, _together.worker_id == worker_id)
    done = select(func.count()).select_from(_together).where(between, _together.state == ContractState.COMPLETED)
    return done.correlate_except(_together).scalar_subquery()


def _sums(scope: _Scope) -> Select[*tuple[Any, ...]]:
    columns = (func.sum(each).label(f"sum_{place}") for place, each in enumerate(_SCORES))
    return select(func.count().label("reviews"), *columns).select_from(Review).where(scope.readable)


def _again(scope: _Scope) -> Select[*tuple[Any, ...]]:
    """The share of people who would again, in percent, of whole fives in the order of revealing; None below five.

    Of each it is the first answer that counts: several of one person would tell what that person answers, and a later
    one in its place would be the difference of two figures.
    """
    in_order = (Review.revealed_at, Review.id)
    own = and_(scope.reviews, Review.side == scope.side)
    answered = and_(own, Review.revealed_at.is_not(None), Review.would_again.is_not(None))
    of_author = func.row_number().over(partition_by=Review.author_id, order_by=in_order).label("of_author")
    answers = select(Review.would_again.label("yes"), *in_order, of_author).where(answered).subquery()
    order = func.row_number().over(order_by=(answers.c.revealed_at, answers.c.id)).label("place")
    people = select(answers.c.yes, order, func.count().over().label("total")).where(answers.c.of_author == 1).subquery()
    counted = people.c.place <= people.c.total - people.c.total % AT_A_TIME
    share = func.avg(case((people.c.yes, 100.0), else_=0.0)).label("again")
    return select(share).where(counted, literal(scope.tells_again))


def _work(scope: _Scope) -> Select[*tuple[Any, ...]]:
    """How many contracts were completed, with how many, and with how many of them more than once."""
    other = Contract.client_id if scope.side is ReviewSide.BY_CLIENT else Contract.worker_id
    done = (scope.contracts, Contract.state == ContractState.COMPLETED)
    pairs = select(other, func.count().label("times")).where(*done).group_by(other).subquery()
    returning = func.sum(case((pairs.c.times > 1, 1), else_=0)).label("regulars")
    return select(func.sum(pairs.c.times).label("done"), func.count().label("partners"), returning).select_from(pairs)
