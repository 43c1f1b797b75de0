"""Questions of the client who answers: the applications for a job, side by side, sifted and sorted by what they say."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, SQLColumnExpression, and_, exists, func, literal, select, true
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from marketplace.accounts.models import Member
from marketplace.applications.models import Application, ApplicationAnswer, ApplicationShare, ApplicationState
from marketplace.applications.queries.answering import AnswerRate, rates
from marketplace.clock import today
from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.follows import queries as follows
from marketplace.i18n import _, _l
from marketplace.jobs.models import MOST_YEN, Job, QuestionKind, ScreeningQuestion
from marketplace.paging import Page, page_of

MOST_UNANSWERED = 20
"""Of how many jobs one page says that applications wait."""
MOST_CHOSEN = 100
"""How many applications are answered in one go."""
FARTHEST = 1e300
"""In place of a number that was not given: such rows come last, whichever way the list is sorted."""

_sorted_by = aliased(ApplicationAnswer)


class Sort(StrEnum):
    """What comes first in the table."""

    NEWEST = "newest"
    """Who applied last."""
    OLDEST = "oldest"
    """Who applied first, and so is to be answered first."""
    CHEAPEST = "cheapest"
    """The lowest proposed reward; who takes what is offered comes last."""
    DEAREST = "dearest"
    """The highest proposed reward; who takes what is offered comes last."""
    LEAST = "least"
    """The lowest number answered to one question."""
    MOST = "most"
    """The highest number answered to one question."""

    @property
    def label(self) -> str:
        """The words on the screen, in the reader's language."""
        return str(_SORT_LABELS[self])


_SORT_LABELS = {
    Sort.NEWEST: _l("新しい順"),
    Sort.OLDEST: _l("古い順"),
    Sort.CHEAPEST: _l("提案額の低い順"),
    Sort.DEAREST: _l("提案額の高い順"),
    Sort.LEAST: _l("数の小さい順"),
    Sort.MOST: _l("数の大きい順"),
}


@dataclass(frozen=True)
class AnswerFilter:
    """What is wanted of the answers to one question: a word of it, or a range of numbers."""

    question: ScreeningQuestion
    word: str = ""
    least: float | None = None
    most: float | None = None

    def __bool__(self) -> bool:
        """Whether anything is wanted."""
        return bool(self.word) or self.least is not None or self.most is not None


@dataclass(frozen=True)
class Sift:
    """Which applications the table shows, and in which order."""

    state: ApplicationState | None = ApplicationState.OPEN
    is_shortlisted: bool = False
    answers: tuple[AnswerFilter, ...] = ()
    sort: Sort = Sort.NEWEST
    question: ScreeningQuestion | None = None
    """By whose answers LEAST and MOST sort."""


@dataclass(frozen=True)
class Tally:
    """How many applications stand where, as the client may see them."""

    by_state: dict[ApplicationState, int]
    shortlisted: int
    rate: AnswerRate | None
    """How often the client answers in time, in all their jobs; None below FEWEST_FOR_A_RATE."""

    @property
    def total(self) -> int:
        """How many there are altogether."""
        return sum(self.by_state.values())


@dataclass(frozen=True)
class Unanswered:
    """How many applications for a job wait for its poster's answer, and until when the first of them does."""

    job: Job
    count: int
    answer_by: date


def unanswered(client: Member) -> Select[*tuple[Any, ...]]:
    """Return the question for the jobs of `client` whose applications wait for an answer, what is due first at first.

    A row holds the number of the job, how many wait, and the day: what `Unanswered` is made of.
    """
    first = func.min(Application.answer_by, type_=Date())
    return (
        select(
            Application.job_id.label("job_id"),
            Application.job_id.label("id"),
            func.count().label("how_many"),
            first.label("by"),
        )
        .join(Job, Job.id == Application.job_id)
        .where(
            Job.poster_id == client.id,
            Application.state == ApplicationState.OPEN,
            Application.answer_by >= today(),
            follows.not_hidden(client, Application.applicant_id),
        )
        .group_by(Application.job_id)
        .order_by(first, Application.job_id)
        .limit(MOST_UNANSWERED)
    )


def get_job(viewer: Member, job_id: int) -> Job:
    """Return a job of `viewer` with its questions, those that are retired among them; raises NotFound."""
    question = select(Job).where(Job.id == job_id, Job.poster_id == viewer.id).options(joinedload(Job.questions))
    job = db.session.scalars(question).unique().one_or_none()
    if job is None:
        raise NotFound(_("この案件は見つかりません。"))
    return job


def received(viewer: Member, job: Job, sift: Sift, cursor: str | None = None) -> Page[Any]:
    """Return a page of the applications for `job` that `sift` lets through, with who sent them and what they answer."""
    question = _sent_to(viewer, job).where(*_conditions(sift))
    columns, is_down = _order(sift)
    if sift.question is not None:
        of_question = and_(
            _sorted_by.application_id == Application.id, _sorted_by.question_id == literal(sift.question.id)
        )
        question = question.outerjoin(_sorted_by, of_question)
    question = question.add_columns(columns[0])
    options = (
        contains_eager(Application.applicant),
        joinedload(Application.team),
        selectinload(Application.answers),
        selectinload(Application.shares),
    )
    page = page_of(question.options(*options), columns, lambda row: (row[1], row[0].id), cursor, descending=is_down)
    return Page([row[0] for row in page.rows], page.next_cursor, page.previous_cursor)


def get_received(viewer: Member, job: Job, application_id: int) -> Application:
    """Return one application for `job` with everything in it; raises NotFound."""
    question = _sent_to(viewer, job).where(Application.id == application_id)
    question = question.options(
        contains_eager(Application.applicant),
        joinedload(Application.team),
        selectinload(Application.answers).joinedload(ApplicationAnswer.question),
        selectinload(Application.shares).joinedload(ApplicationShare.member),
    )
    application = db.session.scalar(question.execution_options(populate_existing=True))
    if application is None:
        raise NotFound(_("この応募は見つかりません。"))
    application.job = job
    return application


def chosen_among(viewer: Member, job: Job, ids: Sequence[int]) -> Sequence[Application]:
    """Return those of `ids` that wait for an answer of `viewer` in `job`, MOST_CHOSEN at most, the oldest first."""
    waits = _sent_to(viewer, job).where(Application.id.in_(ids[:MOST_CHOSEN]))
    waits = waits.where(Application.state == ApplicationState.OPEN).order_by(Application.id)
    options = (contains_eager(Application.applicant), joinedload(Application.team), joinedload(Application.job))
    return db.session.scalars(waits.options(*options)).all()


def tally_of(viewer: Member, job: Job) -> Tally:
    """Return how many applications for `job` stand where, and how often `viewer` answers, with one question."""
    counted = (Application.state, Application.is_shortlisted, func.count().label("number"))
    count = _sent_to(viewer, job).with_only_columns(*counted).group_by(*counted[:2]).subquery()
    rate = rates([viewer.id]).subquery()
    columns = (rate.c.answered, rate.c.due, count.c.state, count.c.is_shortlisted, count.c.number)
    # Either may be empty: they stand beside one row that is always there.
    always = select(literal(1).label("one")).subquery()
    question = select(*columns).select_from(always).outerjoin(rate, true()).outerjoin(count, true())
    by_state = dict.fromkeys(ApplicationState, 0)
    shortlisted, found = 0, None
    for answered, due, state, is_shortlisted, number in db.session.execute(question):
        found = AnswerRate(int(answered), due) if due else None
        if state is not None:
            by_state[state] += number
            shortlisted += number if is_shortlisted else 0
    return Tally(by_state, shortlisted, found)


def counts_for(viewer: Member, job_ids: Collection[int]) -> dict[int, int]:
    """Return how many applications came for each of these jobs of `viewer`, with one question; without any, no key."""
    counted = (
        select(Application.job_id, func.count())
        .join(Job, Job.id == Application.job_id)
        .where(
            Application.job_id.in_(job_ids),
            Job.poster_id == viewer.id,
            Application.opened_at.is_not(None),
            follows.not_hidden(viewer, Application.applicant_id),
        )
        .group_by(Application.job_id)
    )
    return {row[0]: row[1] for row in db.session.execute(counted)}


def sent_to(viewer: Member) -> ColumnElement[bool]:
    """Return the condition for applications to jobs of `viewer` that they are shown."""
    return and_(Application.opened_at.is_not(None), follows.not_hidden(viewer, Application.applicant_id))


def _sent_to(viewer: Member, job: Job) -> Select[Application]:
    """What was sent for `job`; while members of a team have to confirm, and behind a block, it is not there."""
    return select(Application).join(Application.applicant).where(Application.job_id == job.id, sent_to(viewer))


def _conditions(sift: Sift) -> list[ColumnElement[bool]]:
    conditions = [_answers(each) for each in sift.answers if each]
    if sift.state is not None:
        conditions.append(Application.state == sift.state)
    if sift.is_shortlisted:
        conditions.append(Application.is_shortlisted.is_(True))
    return conditions


def _answers(wanted: AnswerFilter) -> ColumnElement[bool]:
    own = [
        ApplicationAnswer.application_id == Application.id,
        ApplicationAnswer.question_id == wanted.question.id,
    ]
    if wanted.question.kind is QuestionKind.NUMBER:
        own += [ApplicationAnswer.number >= wanted.least] if wanted.least is not None else []
        own += [ApplicationAnswer.number <= wanted.most] if wanted.most is not None else []
    elif wanted.question.kind is QuestionKind.TEXT:
        own.append(ApplicationAnswer.answer.icontains(wanted.word, autoescape=True))
    else:
        own.append(ApplicationAnswer.answer == wanted.word)
    return exists().where(*own)


def _order(sift: Sift) -> tuple[tuple[SQLColumnExpression[Any], ...], bool]:
    """The columns by which the table is sorted, and whether downwards."""
    if sift.sort in {Sort.CHEAPEST, Sort.DEAREST}:
        is_down = sift.sort is Sort.DEAREST
        return (func.coalesce(Application.reward_yen, 0 if is_down else MOST_YEN + 1), Application.id), is_down
    if sift.sort in {Sort.LEAST, Sort.MOST} and sift.question is not None:
        is_down = sift.sort is Sort.MOST
        number = func.coalesce(_sorted_by.number, literal(-FARTHEST if is_down else FARTHEST))
        return (number, Application.id), is_down
    return (Application.opened_at, Application.id), sift.sort is not Sort.OLDEST
