"""Questions about the jobs that a search has found: what their rows in a list show, in one page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, selectinload

from marketplace.accounts.models import Member
from marketplace.badges.queries import CompanyProof
from marketplace.companies.models import Belonging, Company
from marketplace.companies.queries import visible_to as companies_visible_to
from marketplace.db import db
from marketplace.jobs.models import Job, JobSkill
from marketplace.jobs.queries.jobs import open_to

_place = aliased(Belonging)
_OF_POSTER = and_(_place.company_id == Job.company_id, _place.member_id == Job.poster_id)
_PROVEN_AT = select(func.max(_place.proven_at)).where(_OF_POSTER).correlate(Job).scalar_subquery()
_BELONGS = select(_place.id).where(_OF_POSTER).correlate(Job).exists()


@dataclass(frozen=True)
class JobRow:
    """A job with who posted it, the company in whose name, and its skills."""

    job: Job
    proof: CompanyProof | None
    """What was checked of the company, or of the poster's place in it; None when nothing was."""

    @property
    def poster(self) -> Member:
        """Who posted it."""
        return self.job.poster


def company_is_checked() -> ColumnElement[bool]:
    """Return the condition that 会社確認済み may be said of a job, with its company (if any) as Company.

    Everybody may see the company, its poster belongs to it, and showed an address of it, or its number was confirmed.
    """
    is_checked = or_(_PROVEN_AT.is_not(None), Company.number_confirmed_at.is_not(None))
    return and_(Company.id.is_not(None), companies_visible_to(None), _BELONGS, is_checked)


def company_proof_of(job: Job) -> CompanyProof | None:
    """Return what was checked of the company of `job`, or of its poster's place in it; None when nothing was."""
    if job.company is None:
        return None
    question = select(company_is_checked(), _PROVEN_AT).select_from(Job).join(Job.company).where(Job.id == job.id)
    is_checked, proven_at = db.session.execute(question).one()
    return _proof(job.company, proven_at) if is_checked else None


def open_among(viewer: Member | None, job_ids: Iterable[int]) -> dict[int, JobRow]:
    """Return those among these jobs that are open and that `viewer` may see, by id: two statements."""
    question = (
        select(Job, company_is_checked(), _PROVEN_AT)
        .join(Job.poster)
        .outerjoin(Job.company)
        .where(Job.id.in_(set(job_ids)), open_to(viewer), or_(Job.company_id.is_(None), companies_visible_to(viewer)))
        .options(
            contains_eager(Job.poster),
            contains_eager(Job.company),
            selectinload(Job.skills).joinedload(JobSkill.skill, innerjoin=True),
        )
    )
    rows = db.session.execute(question).all()
    return {
        job.id: JobRow(job, _proof(job.company, proven_at) if is_checked else None)
        for job, is_checked, proven_at in rows
    }


def _proof(company: Company | None, proven_at: datetime | None) -> CompanyProof | None:
    if company is None:
        return None
    return CompanyProof(company.name, company.slug, proven_at, company.number_confirmed_at)
