"""What an export says of applications: what a member sent, what they take part in, and how they answered others."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from marketplace.accounts.models import Member
from marketplace.applications.models import Application, ApplicationAnswer, ApplicationShare
from marketplace.db import db
from marketplace.follows import queries as follows
from marketplace.jobs.models import Job
from marketplace.leaving.areas import Told, person, told

_NUMBERS = ("job_id", "applicant_id", "team_id", "once")
_CLIENTS_OWN = ("note", "is_shortlisted")


def applications(member: Member) -> Told:
    """Return what the member sent, where their team names them, and their answers and notes as a client."""
    received = select(Application).join(Application.job).where(Job.poster_id == member.id).order_by(Application.id)
    received = received.where(follows.not_hidden(member, Application.applicant_id), Application.opened_at.is_not(None))
    with_job = received.options(contains_eager(Application.job), joinedload(Application.applicant))
    return {
        "sent": [_sent(each) for each in db.session.scalars(_own(member)).unique()],
        "shares": [
            {"job": each.job.title, "state": each.state.value, **told(share, "application_id")}
            for each, share in db.session.execute(_named(member))
        ],
        "received": [
            {"job": each.job.title, "from": person(each.applicant), "state": each.state.value}
            | {name: getattr(each, name) for name in ("answer", *_CLIENTS_OWN)}
            for each in db.session.scalars(with_job)
        ],
    }


def _own(member: Member) -> Any:
    answers = selectinload(Application.answers).joinedload(ApplicationAnswer.question)
    own = select(Application).where(Application.applicant_id == member.id).order_by(Application.id)
    return own.options(joinedload(Application.job), joinedload(Application.team), answers)


def _named(member: Member) -> Any:
    question = select(Application, ApplicationShare).join(
        ApplicationShare, ApplicationShare.application_id == Application.id
    )
    named = question.where(ApplicationShare.member_id == member.id).order_by(Application.id)
    return named.options(joinedload(Application.job))


def _sent(application: Application) -> dict[str, Told]:
    return {
        "job": application.job.title,
        "team": application.team.name if application.team else None,
        **told(application, *_NUMBERS, *_CLIENTS_OWN),
        "answers": [{"question": each.question.question, "answer": each.answer} for each in application.answers],
    }
