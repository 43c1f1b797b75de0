"""Who may do what with a job: whoever posted it, for themselves or for a company that they belong to."""

from marketplace.accounts.models import Member
from marketplace.clock import today
from marketplace.companies import queries as companies
from marketplace.companies.models import Company
from marketplace.jobs.models import Job, JobState
from marketplace.messages import policy as messages
from marketplace.messages.queries import Thread


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


def can_ask(actor: Member, job: Job) -> bool:
    """Every member about the open job of another, unless a block stands between them: posting invites questions."""
    is_waiting = job.is_open and job.apply_until is not None and job.apply_until >= today()
    return is_waiting and messages.can_start(actor, job.poster, is_invited=True)


def can_publish_answer(actor: Member, job: Job, thread: Thread) -> bool:
    """Whoever posted the job, of a conversation that they take part in, while it looks for somebody."""
    return job.poster_id == actor.id == thread.mine.member_id and job.is_open


def can_edit_answer(actor: Member, job: Job) -> bool:
    """Whoever posted the job."""
    return _posted(actor, job)


def can_take_away_answer(actor: Member, job: Job) -> bool:
    """Whoever posted the job."""
    return _posted(actor, job)


def _posted(actor: Member, job: Job) -> bool:
    return job.poster_id == actor.id
