"""How applications end: by one answer, by time, with their job, by a block."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, time, timedelta

from sqlalchemy.orm.exc import StaleDataError

from marketplace import outbox
from marketplace.accounts.models import Member
from marketplace.applications import queries
from marketplace.applications.models import TERMS_WITHIN_DAYS, Application, ApplicationState
from marketplace.applications.queries.answering import MOST_AT_ONCE
from marketplace.applications.wording import closed_meanwhile, what_happened
from marketplace.clock import TOKYO, now, today
from marketplace.db import db
from marketplace.errors import Conflict
from marketplace.events import service as events
from marketplace.events.kinds import EventKind
from marketplace.events.models import Event
from marketplace.follows import queries as follows
from marketplace.i18n import SOURCE_LANGUAGE, speaking
from marketplace.jobs.models import Job, JobEnding, JobState

EXPIRE = "applications.expire"
"""The errand that ends whatever is overdue, a moment after midnight in Tokyo."""
CLOSE = "applications.close"
"""The errand that answers those who still wait in the closed job of `job`."""
_MAY_CHANGE = ["state", "ended_at", "answer", "reason", "opened_at", "answer_by", "terms_by", "lapsed_at", "version"]
_DEPARTURES = frozenset({EventKind.TEAM_MEMBER_LEFT, EventKind.TEAM_MEMBER_EXPELLED})


def end(application: Application, state: ApplicationState, answer: str = "", reason: str = "") -> None:
    """End a live application, or let an accepted one be for which there are no terms.

    Of several who do so at once the first counts; the others get Conflict.
    """
    is_accepted = state is ApplicationState.ACCEPTED
    if not application.is_live and (is_accepted or not application.awaits_terms):
        raise Conflict(what_happened(application))
    last = today() + timedelta(days=TERMS_WITHIN_DAYS) if is_accepted else None
    with _one_winner(application):
        application.state, application.ended_at, application.terms_by = state, now(), last
        application.answer, application.reason = answer, reason


def note_terms(application: Application) -> None:
    """Take down that terms were proposed to an accepted applicant; raises Conflict when it was let be meanwhile."""
    if not application.awaits_terms:
        raise Conflict(what_happened(application))
    with _one_winner(application):
        application.terms_by = None


@contextmanager
def _one_winner(application: Application) -> Iterator[None]:
    """Write what is changed inside; raises Conflict, which says what happened, for all but the first."""
    try:
        with db.session.begin_nested():
            yield
    except StaleDataError:
        db.session.refresh(application, _MAY_CHANGE)
        raise Conflict(what_happened(application)) from None


def ask_to_expire(application: Application) -> None:
    """Have the application looked at when its day is over."""
    day = application.ends_after
    if day is not None:
        midnight = datetime.combine(day + timedelta(days=1), time(0, 0, 5), TOKYO)
        outbox.put(EXPIRE, {"application": application.id}, midnight - now())


def expire(errand_id: int, payload: outbox.Payload) -> None:
    """End what is overdue; one errand does it for all whose day it was, the others find nothing left."""
    expire_overdue()


def expire_overdue() -> None:
    """End what nobody answered, confirmed or proposed terms for by its day."""
    late, unsent, idle = queries.overdue(), queries.unconfirmed(), queries.without_terms()
    for application in late:
        with suppress(Conflict):
            end(application, ApplicationState.EXPIRED)
            poster = application.job.poster
            events.record(EventKind.APPLICATION_EXPIRED, poster, job=application.job, application=application)
    for application in unsent:
        with suppress(Conflict):
            silent = next(each.member for each in application.shares if each.confirmed_at is None)
            end(application, ApplicationState.WITHDRAWN)
            owner, job = application.applicant, application.job
            events.record(EventKind.APPLICATION_REFUSED, silent, member=owner, job=job, application=application)
    for application in idle:
        with suppress(Conflict):
            _lapse(application)
            poster, job = application.job.poster, application.job
            events.record(EventKind.APPLICATION_EXPIRED, poster, job=job, application=application)
    if MOST_AT_ONCE in {len(late), len(unsent), len(idle)}:
        outbox.put(EXPIRE, {})


def follow(event_id: int) -> None:
    """Answer whoever waits in a job that was closed; end what a team cannot send without whoever left it."""
    event = db.session.get(Event, event_id)
    if event is None:
        return
    if event.kind is EventKind.JOB_CLOSED and event.job_id is not None:
        close_all_of(0, {"job": event.job_id})
    if event.kind in _DEPARTURES and event.team_id is not None:
        _end_unsent(event.member_id or event.actor_id, event.team_id)


def _end_unsent(member_id: int, team_id: int) -> None:
    for application in queries.unsent_with(member_id, team_id):
        with suppress(Conflict):
            end(application, ApplicationState.WITHDRAWN)
            gone, owner, job = db.session.get_one(Member, member_id), application.applicant, application.job
            events.record(EventKind.APPLICATION_REFUSED, gone, member=owner, job=job, application=application)


def close_all_of(errand_id: int, payload: outbox.Payload) -> None:
    """Answer politely whoever waits in a job that was closed, some at a time.

    When only the last day for applications is over, those who applied are answered by their day as ever.
    """
    job = db.session.get(Job, payload["job"])
    if job is None or job.state is not JobState.CLOSED or job.ending is JobEnding.EXPIRED:
        return
    waiting = queries.waiting_for_job(job.id)
    for application in waiting:
        with suppress(Conflict):
            _close(application)
    if len(waiting) == MOST_AT_ONCE:
        outbox.put(CLOSE, {"job": job.id})


def _close(application: Application) -> None:
    if application.state is ApplicationState.CONFIRMING:
        end(application, ApplicationState.WITHDRAWN)
    elif application.waits(today()):
        with speaking(application.job.poster.language or SOURCE_LANGUAGE):
            text = closed_meanwhile()
        end(application, ApplicationState.DECLINED, text)
    else:
        end(application, ApplicationState.EXPIRED)
    is_late = application.state is ApplicationState.EXPIRED
    kind = EventKind.APPLICATION_EXPIRED if is_late else EventKind.APPLICATION_DECLINED
    events.record(kind, application.job.poster, job=application.job, application=application)


def end_between(one_id: int, other_id: int) -> None:
    """End without a word what waits, also for terms, between two members between whom a block stands."""
    one, other = db.session.get(Member, one_id), db.session.get(Member, other_id)
    if one is None or other is None or not follows.blocked_either_way(one, other):
        return
    for application in queries.waiting_between(one_id, other_id):
        with suppress(Conflict):
            end(application, ApplicationState.WITHDRAWN)


def end_all_of(member_id: int) -> None:
    """Take back what a member who leaves has sent, or was asked to take part in."""
    for application in queries.waiting_of(member_id):
        with suppress(Conflict):
            end(application, ApplicationState.WITHDRAWN)
            job, applicant = application.job, application.applicant
            events.record(EventKind.APPLICATION_TAKEN, applicant, job=job, application=application)


def let_lapse(application_id: int) -> None:
    """Give the place back of somebody with whom no contract came about; once is as good as twice."""
    application = db.session.get(Application, application_id)
    if application is not None and application.state is ApplicationState.ACCEPTED and application.lapsed_at is None:
        _lapse(application)


def _lapse(application: Application) -> None:
    with _one_winner(application):
        application.terms_by, application.lapsed_at = None, now()
