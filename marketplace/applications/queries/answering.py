"""Questions about answers: what waits and what is overdue, how many are accepted, how reliably a client answers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select, true
from sqlalchemy.orm import contains_eager, joinedload

from marketplace.accounts.models import Member
from marketplace.applications.models import LIVE_STATES, Application, ApplicationShare, ApplicationState
from marketplace.clock import today
from marketplace.db import db
from marketplace.follows import queries as follows
from marketplace.jobs.models import Job
from marketplace.teams.models import Membership

FEWEST_FOR_A_RATE = 5
"""Of fewer answers that were due nothing is said: one forgotten application would be a verdict."""
MOST_AT_ONCE = 100
"""How many applications one errand ends, so that nobody waits long for the database."""


@dataclass(frozen=True)
class AnswerRate:
    """回答率: how many of the applications whose answer was due a client answered in time."""

    answered: int
    due: int

    @property
    def percent(self) -> int:
        """In whole percent, never rounded up to a hundred."""
        return self.answered * 100 // self.due


@dataclass(frozen=True)
class Standing:
    """What the page of a job says of applications."""

    applicants: int
    """How many have applied and did not take it back, as everybody may know."""
    rate: AnswerRate | None
    """Of its poster."""
    own_id: int | None
    """The number of what the viewer has sent, as long as there cannot be a second one."""


def standing_of(viewer: Member | None, job: Job) -> Standing:
    """Return what the page of `job` says of applications, with one question."""
    of_job = select(func.count()).select_from(Application).where(Application.job_id == job.id)
    sent = of_job.where(Application.opened_at.is_not(None), Application.state != ApplicationState.WITHDRAWN)
    shown = sent.where(follows.not_hidden(None, Application.applicant_id))
    mine = select(func.max(Application.id)).where(Application.job_id == job.id, _lasts())
    mine = mine.where(Application.applicant_id == (viewer.id if viewer else None))
    rate = rates([job.poster_id]).subquery()
    columns = (shown.scalar_subquery(), mine.scalar_subquery(), rate.c.answered, rate.c.due)
    row = db.session.execute(select(*columns).select_from(Job).outerjoin(rate, true()).where(Job.id == job.id)).one()
    return Standing(row[0], AnswerRate(int(row[2]), row[3]) if row[3] else None, row[1])


def answer_rates_of(client_ids: Iterable[int]) -> dict[int, AnswerRate]:
    """Return the 回答率 of each of these who has one, with one question.

    Due is what ended by the client's answer or for want of one; what was taken back in time asks nothing of them,
    nor do applicants whom nobody is shown any more.
    """
    return {client: AnswerRate(int(times), count) for client, times, count in db.session.execute(rates(client_ids))}


def rates(client_ids: Iterable[int]) -> Select[int, int, int]:
    """Ask for clients, how often each answered in time, and how often that was due."""
    answered = Application.state.in_((ApplicationState.ACCEPTED, ApplicationState.DECLINED))
    due = or_(answered, Application.state == ApplicationState.EXPIRED)
    columns = (Job.poster_id, func.sum(case((answered, 1), else_=0)).label("answered"), func.count().label("due"))
    return (
        select(*columns)
        .select_from(Application)
        .join(Job, Job.id == Application.job_id)
        .where(Job.poster_id.in_(set(client_ids)), due, follows.not_hidden(None, Application.applicant_id))
        .group_by(Job.poster_id)
        .having(func.count() >= FEWEST_FOR_A_RATE)
    )


def accepted_for(job: Job) -> int:
    """Return how many applications for `job` are accepted, but for those of which no contract comes."""
    question = select(func.count()).select_from(Application).where(Application.job_id == job.id, _is_taken())
    return db.session.scalar(question) or 0


def is_full(job: Job) -> bool:
    """Tell whether as many are accepted for `job` as are wanted."""
    return accepted_for(job) >= job.wanted


def overdue() -> Sequence[Application]:
    """Return what nobody answered by its day, MOST_AT_ONCE at most."""
    late = _with_job().where(Application.state == ApplicationState.OPEN, Application.answer_by < today())
    return db.session.scalars(late.order_by(Application.answer_by, Application.id).limit(MOST_AT_ONCE)).all()


def unconfirmed() -> Sequence[Application]:
    """Return the applications of teams whose members did not say in time that they take part, with who did not."""
    late = _with_job().where(Application.state == ApplicationState.CONFIRMING, Application.confirm_by < today())
    late = late.options(joinedload(Application.shares).joinedload(ApplicationShare.member))
    found = db.session.scalars(late.order_by(Application.confirm_by, Application.id).limit(MOST_AT_ONCE))
    return found.unique().all()


def without_terms() -> Sequence[Application]:
    """Return what was accepted and got no terms by its day, MOST_AT_ONCE at most."""
    late = _with_job().where(Application.terms_by.is_not(None), Application.terms_by < today())
    return db.session.scalars(late.order_by(Application.terms_by, Application.id).limit(MOST_AT_ONCE)).all()


def waiting_for_job(job_id: int) -> Sequence[Application]:
    """Return what waits in a job, MOST_AT_ONCE at most."""
    waits = _with_job().where(Application.job_id == job_id, Application.state.in_(LIVE_STATES))
    return db.session.scalars(waits.order_by(Application.id).limit(MOST_AT_ONCE)).all()


def waiting_between(one_id: int, other_id: int) -> Sequence[Application]:
    """Return what waits between two members: of one for a job of the other, alone or with a team, and in one team."""
    named = select(ApplicationShare.application_id).where(ApplicationShare.member_id.in_((one_id, other_id)))
    both = and_(
        Application.applicant_id.in_((one_id, other_id)),
        Application.id.in_(named.where(ApplicationShare.member_id != Application.applicant_id)),
    )
    crossed = or_(
        *(
            and_(
                Job.poster_id == poster,
                or_(
                    Application.applicant_id == other,
                    Application.id.in_(
                        select(ApplicationShare.application_id).where(ApplicationShare.member_id == other)
                    ),
                ),
            )
            for poster, other in ((one_id, other_id), (other_id, one_id))
        ),
        both,
    )
    return db.session.scalars(_with_job().where(_can_be_let_be(), crossed)).all()


def waiting_of(member_id: int) -> Sequence[Application]:
    """Return what waits of a member: what they sent, and what their team cannot send without them."""
    named = select(ApplicationShare.application_id).where(ApplicationShare.member_id == member_id)
    unsent = and_(Application.state == ApplicationState.CONFIRMING, Application.id.in_(named))
    own = and_(_can_be_let_be(), Application.applicant_id == member_id)
    return db.session.scalars(_with_job().where(or_(own, unsent))).all()


def unsent_with(member_id: int, team_id: int) -> Sequence[Application]:
    """Return what a team has not sent yet in which `member_id` is named."""
    named = select(ApplicationShare.application_id).where(ApplicationShare.member_id == member_id)
    unsent = _with_job().where(Application.team_id == team_id, Application.state == ApplicationState.CONFIRMING)
    return db.session.scalars(unsent.where(Application.id.in_(named)).order_by(Application.id)).all()


def find_gone(application: Application) -> Member | None:
    """Return the first of those named in a team's application who is not in the team any more."""
    stays = exists().where(
        Membership.team_id == application.team_id, Membership.member_id == ApplicationShare.member_id
    )
    named = select(Member).join(ApplicationShare, ApplicationShare.member_id == Member.id)
    gone = named.where(ApplicationShare.application_id == application.id, ~stays)
    return db.session.scalar(gone.order_by(ApplicationShare.position).limit(1))


def broken_shares() -> list[int]:
    """Return the numbers of applications whose shares do not make exactly 100 (`flask audit shares`)."""
    question = (
        select(Application.id)
        .outerjoin(ApplicationShare, ApplicationShare.application_id == Application.id)
        .group_by(Application.id, Application.confirm_by)
        .having(
            or_(
                and_(func.count(ApplicationShare.member_id) > 0, func.sum(ApplicationShare.percent) != 100),
                and_(Application.confirm_by.is_not(None), func.count(ApplicationShare.member_id) == 0),
            )
        )
        .order_by(Application.id)
    )
    return list(db.session.scalars(question))


def _is_taken() -> ColumnElement[bool]:
    """What takes one of the places that are wanted."""
    return and_(Application.state == ApplicationState.ACCEPTED, Application.lapsed_at.is_(None))


def _lasts() -> ColumnElement[bool]:
    return or_(Application.state.in_(LIVE_STATES), _is_taken())


def _can_be_let_be() -> ColumnElement[bool]:
    return or_(Application.state.in_(LIVE_STATES), Application.terms_by.is_not(None))


def _with_job() -> Select[Application]:
    return (
        select(Application)
        .join(Application.job)
        .join(Job.poster)
        .options(contains_eager(Application.job).contains_eager(Job.poster), joinedload(Application.applicant))
    )
