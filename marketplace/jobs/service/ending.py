"""Ending a job: by its poster, by the calendar, because it is full, or its poster has left its company.

Those who have applied are answered by whoever follows the event.
"""

from contextlib import suppress

from marketplace import outbox
from marketplace.accounts.models import Member
from marketplace.clock import now, today
from marketplace.db import db
from marketplace.errors import Conflict, require
from marketplace.events import service as events
from marketplace.events.kinds import EventKind
from marketplace.events.models import Event
from marketplace.i18n import _
from marketplace.jobs import policy, queries
from marketplace.jobs.models import Job, JobEnding, JobState
from marketplace.jobs.service.writing import holding

EXPIRE = "jobs.expire"
"""The errand of the end of a job's last day; it carries the number of the job (`id`)."""


def close(actor: Member, job: Job, ending: JobEnding) -> None:
    """Look for nobody any more, because enough are found or for no reason; raises Conflict for what is not open."""
    with holding(job):
        require(policy.can_close(actor, job))
        _end(job, ending)
    events.record(EventKind.JOB_CLOSED, actor, job=job)


def expire(errand_id: int, payload: outbox.Payload) -> None:
    """End a job whose last day is over; one that was given more time, or is closed, stays as it is."""
    job = queries.find(payload["id"])
    if job is not None:
        _expire(job)


def expire_overdue() -> None:
    """End whatever is over, should its errand be lost."""
    for job in queries.overdue(today()):
        _expire(job)


def end_unvouched() -> None:
    """End what names nobody and whose poster nobody vouches for any more: such an offer lacks what the law asks for."""
    for job in queries.unvouched():
        _end_by_itself(job, JobEnding.WITHDRAWN)


def end_for_company(event_id: int) -> None:
    """End what is posted in the name of a company by who does not belong to it any more, or of one that is closed."""
    event = db.session.get(Event, event_id)
    if event is None or event.company_id is None:
        return
    if event.kind is EventKind.COMPANY_CLOSED:
        jobs = queries.open_in(event.company_id)
    elif event.kind in {EventKind.COMPANY_MEMBER_LEFT, EventKind.BELONGING_REMOVED}:
        jobs = queries.open_by(event.member_id or event.actor_id, event.company_id)
    else:
        return
    for job in jobs:
        _end_by_itself(job, JobEnding.WITHDRAWN)


def end_when_full(job: Job, begun: int, contract: events.HasId) -> None:
    """End an open job by itself, when as many have `begun` to work as are wanted; `contract` is the last of them."""
    with suppress(Conflict):
        with holding(job):
            if begun < job.wanted:
                return
            _end(job, JobEnding.FILLED)
        events.record(EventKind.JOB_CLOSED, job.poster, job=job, contract=contract)


def _expire(job: Job) -> None:
    if job.apply_until is not None and job.apply_until < today():
        _end_by_itself(job, JobEnding.EXPIRED)


def _end_by_itself(job: Job, ending: JobEnding) -> None:
    with suppress(Conflict):
        with holding(job):
            if ending is JobEnding.EXPIRED and job.apply_until is not None and job.apply_until >= today():
                return
            _end(job, ending)
        events.record(EventKind.JOB_CLOSED, job.poster, job=job)


def _end(job: Job, ending: JobEnding) -> None:
    if job.state is not JobState.OPEN:
        raise Conflict(_("この案件は、募集中ではありません。"))
    job.state, job.ending, job.closed_at = JobState.CLOSED, ending, now()
