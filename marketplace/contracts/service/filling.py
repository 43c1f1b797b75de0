"""What the beginning of work means for the job that it came of."""

from marketplace.contracts import queries
from marketplace.db import db
from marketplace.events.kinds import EventKind
from marketplace.events.models import Event
from marketplace.jobs import queries as jobs
from marketplace.jobs import service as postings

KINDS = frozenset({EventKind.TERMS_AGREED, EventKind.JOB_CHANGED})
"""What may make a job full: work that begins, or a smaller number of wanted people."""


def end_full_job(event_id: int) -> None:
    """End the job that an event has made full: as many as are wanted have begun; once is as good as twice."""
    event = db.session.get(Event, event_id)
    if event is None or event.kind not in KINDS:
        return
    job_id = event.job_id or queries.job_id_of(event.contract_id)
    job = jobs.find(job_id) if job_id is not None else None
    begun = queries.begun_for(job) if job is not None else []
    if job is not None and begun:
        postings.end_when_full(job, len(begun), begun[-1])
