"""Questions of those who apply: what they sent, what their team wants to send with them, what became of it."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from marketplace.accounts.models import Member
from marketplace.applications.models import (
    LIVE_STATES,
    Application,
    ApplicationAnswer,
    ApplicationShare,
    ApplicationState,
)
from marketplace.clock import today
from marketplace.companies.models import Belonging
from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.follows import queries as follows
from marketplace.i18n import _
from marketplace.jobs.models import Job, JobRevision, ScreeningQuestion
from marketplace.paging import Page, page_of
from marketplace.teams.models import Membership, Team

MOST_ASKED = 20
"""How many applications that wait for a member's word one page shows; the others follow when these are answered."""


class Tab(StrEnum):
    """The lists of 応募."""

    LIVE = "live"
    """選考中: with those that wait for members of the team."""
    ACCEPTED = "accepted"
    """条件の相談へ"""
    ENDED = "ended"
    """終わった応募"""
    ALL = "all"
    """すべて"""


_STATES = {
    Tab.LIVE: LIVE_STATES,
    Tab.ACCEPTED: (ApplicationState.ACCEPTED,),
    Tab.ENDED: (ApplicationState.DECLINED, ApplicationState.WITHDRAWN, ApplicationState.EXPIRED),
    Tab.ALL: tuple(ApplicationState),
}


def offers(member: Member, job: Job) -> bool:
    """Tell whether `job` is offered by `member`: by themself, or by a company that they belong to."""
    if job.poster_id == member.id:
        return True
    belongs = exists().where(Belonging.company_id == job.company_id, Belonging.member_id == member.id)
    return job.company_id is not None and bool(db.session.scalar(select(belongs)))


def asked_in(job: Job) -> Sequence[ScreeningQuestion]:
    """Return what whoever applies for `job` is asked now, in its order."""
    asked = select(ScreeningQuestion).where(ScreeningQuestion.job_id == job.id, ScreeningQuestion.retired_at.is_(None))
    return db.session.scalars(asked.order_by(ScreeningQuestion.position, ScreeningQuestion.id)).all()


def find_sent(member: Member, once: str) -> Application | None:
    """Return the application that `member` sent with this mark."""
    return db.session.scalar(select(Application).where(Application.applicant_id == member.id, Application.once == once))


def answers_to(application: Application) -> dict[int, str]:
    """Return what was answered in it, by the number of the question."""
    rows = db.session.scalars(select(ApplicationAnswer).where(ApplicationAnswer.application_id == application.id))
    return {row.question_id: row.answer for row in rows}


def applied_to(member: Member, job: Job) -> Application | None:
    """Return the newest application of `member` for `job`, which may have ended."""
    own = select(Application).where(Application.job_id == job.id, Application.applicant_id == member.id)
    return db.session.scalar(own.order_by(Application.id.desc()).limit(1))


def first_revision_read(member: Member, job: Job) -> int | None:
    """Return which revision of `job` the first application that `member` sent, or is named in, was written on.

    None for whoever has nothing to do with an application for it.
    """
    revision = func.max(JobRevision.number)
    then = select(revision).where(JobRevision.job_id == job.id, JobRevision.created_at <= Application.created_at)
    question = select(Application.job_revision, then.scalar_subquery())
    question = question.where(Application.job_id == job.id, _concerns(member)).order_by(Application.id).limit(1)
    row = db.session.execute(question).one_or_none()
    return None if row is None else min(row[0], row[1] or row[0])


def lasting_of(member: Member, job: Job) -> Application | None:
    """Return what `member` has sent for `job`, as long as there cannot be a second one."""
    own = applied_to(member, job)
    return own if own is not None and own.lasts else None


def get_for(viewer: Member, application_id: int) -> Application:
    """Return an application with everything in it to whoever sent it or is named in it; raises NotFound."""
    question = _shown_to(viewer).where(Application.id == application_id)
    return _found(question.options(joinedload(Application.applicant), *_whole()))


def get_asked(viewer: Member, application_id: int) -> Application:
    """Return an application in which the team names `viewer` beside the owner who sends it; raises NotFound."""
    named = exists().where(ApplicationShare.application_id == Application.id, ApplicationShare.member_id == viewer.id)
    question = _shown_to(viewer).where(Application.id == application_id, Application.applicant_id != viewer.id, named)
    return _found(question.options(joinedload(Application.applicant), *_whole()))


def sent_by(member: Member, tab: Tab, cursor: str | None = None) -> Page[Any]:
    """Return a page of the applications that `member` sent or is named in, the newest first, each with its job."""
    question = _shown_to(member).where(Application.state.in_(_STATES[tab]))
    question = question.options(joinedload(Application.applicant), joinedload(Application.team))
    columns = (Application.created_at, Application.id)
    page = page_of(question, columns, lambda row: (row[0].created_at, row[0].id), cursor)
    return Page([row[0] for row in page.rows], page.next_cursor, page.previous_cursor)


def counts_of(member: Member) -> dict[Tab, int]:
    """Return how many applications of `member` stand in each list."""
    question = _shown_to(member).with_only_columns(Application.state, func.count()).group_by(Application.state)
    found = {row[0]: row[1] for row in db.session.execute(question)}
    return {tab: sum(found.get(state, 0) for state in states) for tab, states in _STATES.items()}


def asked_of(member: Member) -> Sequence[Application]:
    """Return the applications for which `member` has yet to say whether they take part, what ends first at first."""
    asked = asking(member).subquery()
    question = (
        select(Application)
        .join(asked, asked.c.application_id == Application.id)
        .options(joinedload(Application.job), joinedload(Application.applicant), joinedload(Application.team))
        .order_by(Application.confirm_by, Application.id)
    )
    return db.session.scalars(question).all()


def asking(member: Member) -> Select[*tuple[Any, ...]]:
    """Return the question for the numbers behind `asked_of`, for whoever asks more at the same time."""
    waits = exists().where(
        ApplicationShare.application_id == Application.id,
        ApplicationShare.member_id == member.id,
        ApplicationShare.confirmed_at.is_(None),
        ApplicationShare.refused_at.is_(None),
    )
    return (
        select(
            Application.id.label("application_id"),
            Application.id.label("id"),
            Application.job_id.label("job_id"),
            Application.team_id.label("team_id"),
            Application.applicant_id.label("who_id"),
            Application.confirm_by.label("by"),
        )
        .join(Application.job)
        .where(
            Application.state == ApplicationState.CONFIRMING,
            Application.confirm_by >= today(),
            waits,
            follows.not_hidden(member, Job.poster_id),
            follows.not_hidden(member, Application.applicant_id),
        )
        .order_by(Application.confirm_by, Application.id)
        .limit(MOST_ASKED)
    )


def fellows_of(owner: Member, team: Team, usernames: Sequence[str]) -> dict[str, Member]:
    """Return those of these names who are in `team` and not hidden from `owner`, by name."""
    names = [username for username in usernames if "\x00" not in username]
    question = select(Member).join(Membership, Membership.member_id == Member.id)
    question = question.where(Membership.team_id == team.id, Member.username.in_(names))
    return {each.username: each for each in db.session.scalars(question.where(follows.not_hidden(owner, Member.id)))}


def visible_to(viewer: Member) -> ColumnElement[bool]:
    """Return the condition for applications, with their jobs, that `viewer` sent or is named in."""
    return and_(_concerns(viewer), follows.not_hidden(viewer, Job.poster_id))


def _shown_to(viewer: Member) -> Select[Application]:
    """Applications that `viewer` sent or is named in; between them and the poster stands no block."""
    return select(Application).join(Application.job).where(visible_to(viewer)).options(contains_eager(Application.job))


def _concerns(viewer: Member) -> ColumnElement[bool]:
    named = select(ApplicationShare.application_id).where(ApplicationShare.member_id == viewer.id)
    return or_(
        Application.applicant_id == viewer.id,
        and_(Application.id.in_(named), follows.not_hidden(viewer, Application.applicant_id)),
    )


def _whole() -> tuple[Any, ...]:
    """Load what a page of one application shows."""
    return (
        joinedload(Application.team),
        selectinload(Application.answers).joinedload(ApplicationAnswer.question),
        selectinload(Application.shares).joinedload(ApplicationShare.member),
    )


def _found(question: Select[Application]) -> Application:
    application = db.session.scalar(question.execution_options(populate_existing=True))
    if application is None:
        raise NotFound(_("この応募は見つかりません。"))
    return application
