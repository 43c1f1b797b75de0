"""What a contract came of, and what came of a job, as far as a member may see it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from marketplace.accounts.models import Member
from marketplace.applications import queries as applications
from marketplace.applications.models import Application
from marketplace.contracts.models import Contract
from marketplace.contracts.queries.contracts import visible_to
from marketplace.db import db
from marketplace.jobs import queries as jobs
from marketplace.jobs.models import Job

MOST_OF_A_JOB = 20
"""How many contracts the page of a job shows."""


@dataclass(frozen=True)
class Origin:
    """The numbers of what a contract came of; None for what is not there, or not for the viewer."""

    job_id: int | None = None
    received_id: int | None = None
    """The application, as the client reads it on the page of what came for the job."""
    sent_id: int | None = None
    """The application, as whoever sent it, or is named in it, reads it."""


def origin_of(viewer: Member, contract: Contract) -> Origin:
    """Return what `contract` came of, as far as `viewer` may see it, with one question."""
    if contract.job_id is None:
        return Origin()
    of_job = select(Job.id).where(Job.id == contract.job_id, jobs.visible_to(viewer))
    sent = select(Application.id).join(Application.job).where(Application.id == contract.application_id)
    received = sent.where(Job.poster_id == viewer.id, applications.sent_to(viewer))
    own = sent.where(applications.visible_to(viewer))
    parts = (each.scalar_subquery() for each in (of_job, received, own))
    return Origin(*db.session.execute(select(*parts)).one())


def come_of(viewer: Member, job: Job) -> Sequence[Contract]:
    """Return the contracts that came of `job` and that `viewer` may see, the newest first, with both parties."""
    question = select(Contract).where(Contract.job_id == job.id, visible_to(viewer))
    parties = (joinedload(Contract.client), joinedload(Contract.worker), joinedload(Contract.team))
    return db.session.scalars(question.options(*parties).order_by(Contract.id.desc()).limit(MOST_OF_A_JOB)).all()
