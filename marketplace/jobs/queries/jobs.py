"""Questions about a job itself: which are shown to whom, and what they said before."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, text
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from marketplace import stocktaking
from marketplace.accounts.models import Member
from marketplace.clock import today
from marketplace.companies.models import Company
from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.follows import queries as follows
from marketplace.i18n import _
from marketplace.jobs.models import (
    Job,
    JobAttachment,
    JobRevision,
    JobSkill,
    JobState,
    ScreeningQuestion,
)
from marketplace.paging import Page, page_of

FILES = stocktaking.Shelf("job-files", JobAttachment.storage_key)
_LARGEST = 2**31 - 1
_company = aliased(Company)
_IS_OPEN = text("jobs.state = 'open' AND jobs.hidden_at IS NULL")
"""In the words of the index: SQLite takes it for no others."""
_IS_STILL_OPEN = text("jobs.state = 'open'")


def company_is_not_hidden() -> ColumnElement[bool]:
    """Return the condition that a job is not in the name of a company that the moderators have hidden."""
    is_hidden = select(_company.id).where(_company.id == Job.company_id, _company.hidden_at.is_not(None))
    return ~is_hidden.correlate(Job).exists()


def visible_to(viewer: Member | None) -> ColumnElement[bool]:
    """Return the condition for jobs that `viewer` may see: their own, and others' that were published.

    What is closed keeps its page, for whoever has applied or kept its address; lists ask `open_to`.
    """
    is_shown = and_(
        Job.state != JobState.DRAFT,
        Job.hidden_at.is_(None),
        company_is_not_hidden(),
        follows.not_hidden(viewer, Job.poster_id),
    )
    return is_shown if viewer is None else or_(Job.poster_id == viewer.id, is_shown)


def open_to(viewer: Member | None, day: date | None = None) -> ColumnElement[bool]:
    """Return the condition for jobs that `viewer` is shown in lists: still open on `day` (default: today)."""
    is_in_time = Job.apply_until >= (day or today())
    return and_(_IS_OPEN, is_in_time, company_is_not_hidden(), follows.not_hidden(viewer, Job.poster_id))


def with_all(question: Select[Job]) -> Select[Job]:
    """Return `question` for jobs so that each comes with what its page shows, as the database says now."""
    return question.options(
        joinedload(Job.poster, innerjoin=True),
        joinedload(Job.company),
        selectinload(Job.skills).joinedload(JobSkill.skill, innerjoin=True),
        selectinload(Job.questions.and_(ScreeningQuestion.retired_at.is_(None))),
        selectinload(Job.files),
    ).execution_options(populate_existing=True)


def get_for(viewer: Member | None, job_id: int) -> Job:
    """Return a job that `viewer` may see, with all that its page shows; raises NotFound."""
    return _found(db.session.scalar(with_all(select(Job).where(Job.id == _possible(job_id), visible_to(viewer)))))


def get_own(member: Member, job_id: int) -> Job:
    """Return a job that `member` posted, with all that its page shows; raises NotFound."""
    own = select(Job).where(Job.id == _possible(job_id), Job.poster_id == member.id)
    return _found(db.session.scalar(with_all(own)))


def get_whole(job_id: int) -> Job:
    """Return a job with all that its page shows, hidden or not: for moderators and errands alone."""
    return _found(db.session.scalar(with_all(select(Job).where(Job.id == _possible(job_id)))))


def find(job_id: int) -> Job | None:
    """Return the job with its poster, whoever may see it, or None: for errands."""
    return db.session.scalar(select(Job).where(Job.id == job_id).options(joinedload(Job.poster, innerjoin=True)))


def find_once(member: Member, once: str) -> Job | None:
    """Return the job that `member` made by the same press of a button, or None."""
    return db.session.scalar(select(Job).where(Job.poster_id == member.id, Job.once == once))


def is_shown_to(viewer: Member, job: Job) -> bool:
    """Tell whether `viewer` may see `job`."""
    return db.session.scalar(select(Job.id).where(Job.id == job.id, visible_to(viewer))) is not None


def posted_by(member: Member, cursor: str | None = None) -> Page[Job]:
    """Return a page of the jobs of `member` in every state, the newest first, each with its company."""
    question = select(Job).where(Job.poster_id == member.id).options(joinedload(Job.company))
    page = page_of(question, (Job.id,), lambda row: (row[0].id,), cursor)
    return Page([row[0] for row in page.rows], page.next_cursor, page.previous_cursor)


def open_of_company(viewer: Member | None, company_id: int, at_most: int) -> Sequence[Job]:
    """Return the newest jobs that are open in the name of a company, for `viewer`, each with its poster and company."""
    both = (joinedload(Job.poster, innerjoin=True), joinedload(Job.company))
    question = select(Job).where(Job.company_id == company_id, open_to(viewer)).options(*both)
    return db.session.scalars(question.order_by(Job.published_at.desc(), Job.id.desc()).limit(at_most)).all()


def drafts_of(member: Member) -> int:
    """Return how many drafts `member` keeps."""
    drafts = select(func.count(Job.id)).where(Job.poster_id == member.id, Job.state == JobState.DRAFT)
    return db.session.scalar(drafts) or 0


def revision_of(job: Job, number: int) -> JobRevision:
    """Return what `job` said at its change of that number; raises NotFound."""
    found = db.session.get(JobRevision, (job.id, _possible(number)))
    if found is None:
        raise NotFound(_("この版は見つかりません。"))
    return found


def revisions_of(job: Job) -> Sequence[JobRevision]:
    """Return what `job` said since it was published, the newest first."""
    question = select(JobRevision).where(JobRevision.job_id == job.id)
    return db.session.scalars(question.order_by(JobRevision.number.desc())).all()


def file_for(viewer: Member, file_id: int) -> JobAttachment:
    """Return a file of a job that `viewer` may see; raises NotFound."""
    question = (
        select(JobAttachment)
        .join(Job, Job.id == JobAttachment.job_id)
        .where(JobAttachment.id == _possible(file_id), visible_to(viewer))
    )
    found = db.session.scalar(question)
    if found is None:
        raise NotFound(_("このファイルは見つかりません。削除されたか、公開されていません。"))
    return found


def overdue(day: date) -> Sequence[Job]:
    """Return the open jobs whose last day for applications was before `day`, each with its poster."""
    late = select(Job).where(_IS_STILL_OPEN, Job.apply_until < day).join(Job.poster).options(contains_eager(Job.poster))
    return db.session.scalars(late.order_by(Job.apply_until, Job.id)).all()


def is_unvouched() -> ColumnElement[bool]:
    """Return the condition for jobs, with poster and company, that name nobody while nobody knows who posts them.

    The moderators knew it when they were published.
    """
    holds = or_(
        and_(Job.company_id.is_(None), Member.identity_verified_at.is_not(None)),
        Company.number_confirmed_at.is_not(None),
    )
    return and_(Job.is_vouched.is_(True), ~func.coalesce(holds, false()))


def unvouched() -> Sequence[Job]:
    """Return the open jobs that name nobody because the moderators knew who posts them, where that does not hold."""
    question = select(Job).join(Job.poster).outerjoin(Job.company).options(contains_eager(Job.poster))
    question = question.where(Job.state == JobState.OPEN, is_unvouched())
    return db.session.scalars(question.order_by(Job.id)).all()


def open_by(member_id: int, company_id: int | None = None) -> Sequence[Job]:
    """Return the jobs that a member has open, hidden or not, in the name of one company or of any and none."""
    question = select(Job).where(Job.poster_id == member_id, Job.state == JobState.OPEN)
    if company_id is not None:
        question = question.where(Job.company_id == company_id)
    return db.session.scalars(question.options(joinedload(Job.poster, innerjoin=True)).order_by(Job.id)).all()


def open_in(company_id: int) -> Sequence[Job]:
    """Return the jobs that are open in the name of a company, hidden or not, each with its poster."""
    question = select(Job).where(Job.company_id == company_id, Job.state == JobState.OPEN)
    return db.session.scalars(question.options(joinedload(Job.poster, innerjoin=True)).order_by(Job.id)).all()


def count_in(company_id: int) -> int:
    """Return how many jobs there are in the name of a company, drafts and ended ones among them."""
    return db.session.scalar(select(func.count()).select_from(Job).where(Job.company_id == company_id)) or 0


def of_merged_companies() -> Sequence[tuple[Job, int]]:
    """Return the jobs in the name of a company that was merged, each with the number of the one that is kept."""
    merged = select(Job, Company.merged_into_id).join(Job.company).where(Company.merged_into_id.is_not(None))
    return [(job, kept_id) for job, kept_id in db.session.execute(merged.order_by(Job.id)) if kept_id is not None]


def _found(job: Job | None) -> Job:
    if job is None:
        raise NotFound(_("この案件は見つかりません。取り下げられたか、公開されていません。"))
    return job


def _possible(number: int) -> int:
    """Refuse what no column can hold: the databases would answer with an error of their own."""
    if not 0 < number <= _LARGEST:
        raise NotFound(_("この案件は見つかりません。取り下げられたか、公開されていません。"))
    return number
