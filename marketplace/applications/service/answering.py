"""What the client does with applications: accepting, お見送り, the shortlist and notes of their own."""

from collections.abc import Sequence

from sqlalchemy.orm import joinedload

from marketplace.accounts.models import Member
from marketplace.applications import policy, queries
from marketplace.applications.models import Application, ApplicationState
from marketplace.applications.service.applying import holding_job
from marketplace.applications.service.ending import ask_to_expire, end
from marketplace.applications.wording import enough_accepted, what_happened
from marketplace.clock import today
from marketplace.db import db
from marketplace.errors import Conflict, require
from marketplace.events import service as events
from marketplace.events.kinds import EventKind
from marketplace.i18n import _


def accept(actor: Member, application: Application) -> None:
    """Go on to the terms with an applicant; raises Conflict when it ended, or as many as wanted are accepted."""
    require(policy.can_answer(actor, application))
    job = application.job
    with holding_job(job, alone=True):
        _require_waiting(application)
        if queries.is_full(job):
            raise Conflict(enough_accepted(job))
        end(application, ApplicationState.ACCEPTED)
    ask_to_expire(application)
    events.record(EventKind.APPLICATION_ACCEPTED, actor, job=job, application=application)


def take_up(application_id: int) -> None:
    """Take the place again of an accepted application of which no contract came: its terms are offered anew at once.

    Raises Conflict when others have the places now, or there is a newer application of the same member.
    """
    application = db.session.get(Application, application_id, options=[joinedload(Application.job)])
    if application is None or application.state is not ApplicationState.ACCEPTED:
        return
    if application.lapsed_at is None:
        application.terms_by = today()
        return
    with holding_job(application.job, alone=True):
        if queries.is_full(application.job):
            raise Conflict(enough_accepted(application.job))
        applicant = db.session.get_one(Member, application.applicant_id)
        newest = queries.applied_to(applicant, application.job)
        if newest is not None and newest.id != application.id:
            raise Conflict(_("この方から、この案件に新しい応募が届いています。新しい応募に回答してください。"))
        application.lapsed_at, application.terms_by = None, today()


def take_back(actor: Member, application: Application, text: str) -> None:
    """Propose no terms after all, and say why; raises Conflict when that is too late: the place is free again."""
    require(policy.can_take_back(actor, application))
    if not application.awaits_terms:
        raise Conflict(what_happened(application))
    end(application, ApplicationState.DECLINED, text)
    events.record(EventKind.APPLICATION_DECLINED, actor, job=application.job, application=application)


def decline(actor: Member, application: Application, text: str) -> None:
    """お見送り, with a polite text; raises Conflict when the application ended."""
    require(policy.can_answer(actor, application))
    _require_waiting(application)
    end(application, ApplicationState.DECLINED, text)
    events.record(EventKind.APPLICATION_DECLINED, actor, job=application.job, application=application)


def decline_all(actor: Member, applications: Sequence[Application], text: str) -> int:
    """お見送り for several with the same text; tell for how many it was: those that ended meanwhile are passed over."""
    require(all(policy.can_answer(actor, each) for each in applications) and policy.can_answer(actor, applications[0]))
    declined = 0
    for application in applications:
        require(policy.can_answer(actor, application))
        try:
            decline(actor, application, text)
        except Conflict:
            continue
        declined += 1
    return declined


def shortlist(actor: Member, application: Application, *, is_shortlisted: bool) -> None:
    """Put an application on one's shortlist, or take it off; the applicant never learns of it."""
    require(policy.can_annotate(actor, application))
    application.is_shortlisted = is_shortlisted


def annotate(actor: Member, application: Application, note: str) -> None:
    """Keep a note of one's own; the applicant never sees it."""
    require(policy.can_annotate(actor, application))
    application.note = note


def _require_waiting(application: Application) -> None:
    if not application.waits(today()):
        raise Conflict(what_happened(application))
