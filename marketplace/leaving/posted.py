"""What an export says of jobs: what a member posted, in all that it said; and what erasing leaves of it."""

from sqlalchemy import delete, exists, select

from marketplace.accounts.models import Member
from marketplace.applications.models import Application
from marketplace.clock import now
from marketplace.db import db
from marketplace.erasing import delete_files
from marketplace.jobs import queries
from marketplace.jobs.models import Job, JobAttachment, JobEnding, JobRevision, JobState, PublishedAnswer
from marketplace.leaving.areas import Told, told, value

_NUMBERS = ("poster_id", "company_id", "once")


def jobs(member: Member) -> list[dict[str, Told]]:
    """Return every job that the member posted, with what it said from one change to the next."""
    posted = queries.with_all(select(Job).where(Job.poster_id == member.id).order_by(Job.id))
    return [_said(job) for job in db.session.scalars(posted)]


def empty(member_id: int) -> None:
    """Let go of what nobody applied for; of the rest what others applied for stays, and not who offered it."""
    files = select(JobAttachment).join(Job, Job.id == JobAttachment.job_id).where(Job.poster_id == member_id)
    for file in db.session.scalars(files).all():
        delete_files([file.storage_key])
        db.session.delete(file)
    is_asked_for = exists().where(Application.job_id == Job.id)
    for job, is_kept in db.session.execute(select(Job, is_asked_for).where(Job.poster_id == member_id)).all():
        if not is_kept:
            db.session.delete(job)
            continue
        for column in (JobRevision.job_id, PublishedAnswer.job_id):
            db.session.execute(delete(column.class_).where(column == job.id))
        if job.state is JobState.OPEN:
            job.state, job.ending, job.closed_at = JobState.CLOSED, JobEnding.WITHDRAWN, now()
        # The law wants the three shown while somebody is looked for, and nobody is.
        job.offerer_name = job.offerer_address = job.offerer_contact = "-"
        job.process_note = job.city = ""


def _said(job: Job) -> dict[str, Told]:
    return {
        **told(job, *_NUMBERS),
        "company": job.company.name if job.company else None,
        "skills": [each.skill.name for each in job.skills],
        "questions": [told(each, "job_id") for each in job.questions],
        "files": [told(each, "job_id") | {"number": each.id} for each in job.files],
        "revisions": [
            {"number": each.number, "at": value(each.created_at), "content": each.content}
            for each in reversed(queries.revisions_of(job))
        ],
    }
