"""Jobs of a company that was merged are jobs of the one that is kept."""

from marketplace.db import db
from marketplace.events.kinds import EventKind
from marketplace.events.models import Event
from marketplace.jobs import queries
from marketplace.jobs.service.writing import holding


def follow_merger(event_id: int) -> None:
    """Move the jobs of what an event has merged; once is as good as twice."""
    event = db.session.get(Event, event_id)
    if event is not None and event.kind is EventKind.COMPANY_MERGED:
        move_merged()


def move_merged() -> None:
    """Move every job that is in the name of a company that was merged, row by row: it is found by other words now."""
    for job, kept_id in queries.of_merged_companies():
        with holding(job):
            job.company_id = kept_id
