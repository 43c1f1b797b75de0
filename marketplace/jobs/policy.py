"""Who may do what with a job: whoever posted it, for themselves or for a company that they belong to."""

from marketplace.accounts.models import Member
from marketplace.companies import queries as companies
from marketplace.companies.models import Company
from marketplace.jobs.models import Job, JobState


def can_create(actor: Member, company: Company | None) -> bool:
    """Every member for themselves, and whoever belongs to a company with a page in its name."""
    return company is None or (company.is_live and companies.role_of(actor, company) is not None)


def can_vouch(actor: Member, company: Company | None) -> bool:
    """Those of whom the moderators know from papers who they are: the member, or the company by its number."""
    if company is None:
        return actor.identity_verified_at is not None
    return company.number_confirmed_at is not None


def can_edit(actor: Member, job: Job) -> bool:
    """Its poster, until it is closed."""
    return _posted(actor, job) and job.state is not JobState.CLOSED


def can_publish(actor: Member, job: Job) -> bool:
    """Its poster; that it is a draft, and whole, is seen to by the verb."""
    return _posted(actor, job)


def can_close(actor: Member, job: Job) -> bool:
    """Its poster; that it is open is seen to by the verb."""
    return _posted(actor, job)


def can_discard(actor: Member, job: Job) -> bool:
    """Its poster, while nobody else has seen it."""
    return _posted(actor, job) and job.state is JobState.DRAFT


def can_copy(actor: Member, job: Job) -> bool:
    """Its poster."""
    return _posted(actor, job)


def can_detach(actor: Member, job: Job) -> bool:
    """Its poster, until it is closed."""
    return can_edit(actor, job)


def _posted(actor: Member, job: Job) -> bool:
    return job.poster_id == actor.id
