"""Applications of the demo world: sent alone and by teams, some answered, some waiting for those whom a team names."""

from datetime import datetime, timedelta

from sqlalchemy import select

from marketplace.accounts.models import Member
from marketplace.applications import queries, service
from marketplace.applications.models import Application
from marketplace.applications.service import Sheet
from marketplace.clock import local_day, today
from marketplace.db import db
from marketplace.demo.banks import Text, bank
from marketplace.demo.past import by_day, happening
from marketplace.jobs import queries as jobs
from marketplace.jobs.models import Job
from marketplace.teams import queries as teams

Members = dict[str, Member]
"""By username."""


def send(members: Members) -> None:
    """Let workers and teams apply, those who are named take part, and clients answer."""
    for number, text in enumerate(bank("applications")["application"]):
        job = _job(text["job"])
        application = _sent(number, text, job, members)
        if "confirmed_hours_ago" in text:
            _confirm(text, application, job, members)
        _answer(text, application, job)


def _job(title: str) -> Job:
    number, poster = db.session.execute(select(Job.id, Job.poster_id).where(Job.title == title)).one()
    return jobs.get_own(db.session.get_one(Member, poster), number)


def _sent(number: int, text: Text, job: Job, members: Members) -> Application:
    applicant = members[text["applicant"]]
    answers = zip(queries.asked_in(job), text.get("answers", []), strict=True)
    sheet = Sheet(
        once=f"demo-of-applications-{number:04}",
        message=text["message"].strip(),
        reward_yen=text.get("reward_yen"),
        starts_on=today() + timedelta(days=text["starts_in"]) if "starts_in" in text else None,
        ends_on=today() + timedelta(days=text["ends_in"]) if "ends_in" in text else None,
        schedule=text.get("schedule", ""),
        answers={question.id: given for question, given in answers if given != ""},
        team=teams.get_joined(applicant, text["team"]) if "team" in text else None,
        shares={members[name]: percent for name, percent in text.get("shares", {}).items()},
    )
    at = by_day(text["hours_ago"])
    with happening(at):
        application = service.apply(applicant, job, sheet)
    if application.opened_at is not None:
        _open_at(application, job, at)
    application.is_shortlisted, application.note = text.get("is_shortlisted", False), text.get("note", "")
    db.session.flush()
    return application


def _open_at(application: Application, job: Job, at: datetime) -> None:
    """Date what the verb dates with the present moment."""
    application.opened_at = at
    application.answer_by = local_day(at) + timedelta(days=job.answer_days)


def _confirm(text: Text, application: Application, job: Job, members: Members) -> None:
    at = by_day(text["confirmed_hours_ago"])
    with happening(at):
        for name in text["shares"]:
            if name != text["applicant"]:
                service.join(members[name], queries.get_asked(members[name], application.id))
    _open_at(application, job, at)
    db.session.flush()


def _answer(text: Text, application: Application, job: Job) -> None:
    for way in ("declined", "accepted"):
        if f"{way}_hours_ago" not in text:
            continue
        at = by_day(text[f"{way}_hours_ago"])
        received = queries.get_received(job.poster, job, application.id)
        with happening(at):
            if way == "declined":
                service.decline(job.poster, received, text["answer"])
            else:
                service.accept(job.poster, received)
        received.ended_at = at
    db.session.flush()
