"""The list of pages around jobs, and what they show that the demo world lacks."""

from dataclasses import replace

from sqlalchemy import select

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.attachments import examine
from marketplace.jobs import service
from marketplace.jobs.models import Job, JobState
from marketplace.jobs.queries import get_own
from marketplace.jobs.service import JobChanges
from tests.looks.deeds import lose_the_job_to_another_page, press, type_in
from tests.looks.shown import MEMBER, NEWCOMER, Shown
from tests.marketplace.uploads import PDF

JOB = "/jobs/{job}"
"""Open, of MEMBER's, in the name of a company; with a file, and changed once."""

JOBS = (
    Shown("job", "jobs.show", JOB),
    Shown("job-member", "jobs.show", JOB, NEWCOMER),
    Shown("job-own", "jobs.show", JOB, MEMBER),
    Shown("job-person", "jobs.show", "/jobs/{job_of_a_person}", NEWCOMER),
    Shown("job-closed", "jobs.show", "/jobs/{closed_job}", NEWCOMER),
    Shown("job-draft", "jobs.show", "/jobs/{draft}", MEMBER),
    Shown("job-preview", "jobs.preview", "/jobs/{draft}/preview", MEMBER),
    Shown("job-changes", "jobs.changes", f"{JOB}/changes", MEMBER),
    Shown("job-new", "jobs.create", "/jobs/new", NEWCOMER),
    Shown("job-new-errors", "jobs.create", "/jobs/new", NEWCOMER, press("main button[value=publish]")),
    Shown("job-edit", "jobs.edit", f"{JOB}/edit", MEMBER),
    Shown("job-edit-draft", "jobs.edit", "/jobs/{draft}/edit", MEMBER),
    Shown("job-edit-conflict", "jobs.edit", f"{JOB}/edit", MEMBER, lose_the_job_to_another_page),
    Shown("job-edit-errors", "jobs.edit", f"{JOB}/edit", MEMBER, type_in(reward_min_yen="たくさん")),
    Shown("job-close", "jobs.close", f"{JOB}/close", MEMBER),
    Shown("job-discard", "jobs.discard", "/jobs/{draft}/discard", MEMBER),
    Shown("job-detach", "jobs.detach", JOB + "/files/{job_file}/delete", MEMBER),
    Shown("job-report", "reports.job", f"{JOB}/report", NEWCOMER),
    Shown("job-mine", "jobs.mine", "/jobs/mine", MEMBER),
    Shown("job-mine-empty", "jobs.mine", "/jobs/mine", NEWCOMER),
)


def add_what_lacks(member: Member) -> None:
    """Let an open job of `member` have a file, and say something else than it did."""
    job = _one(Job.poster_id == member.id, Job.state == JobState.OPEN)
    if job.revision == 1:
        said = JobChanges.nothing(get_own(member, job.id))
        more = replace(said, reward_max_yen=480_000, process_note="1人の方に、1ページの試訳(有償)をお願いします。")
        service.edit(member, job, more, job.version, [examine("用語集の見本.pdf", PDF)])


def numbers(member: Member) -> dict[str, int]:
    """Return what the addresses of these pages are made of."""
    job = _one(Job.poster_id == member.id, Job.state == JobState.OPEN)
    return {
        "job": job.id,
        "job_file": get_own(member, job.id).files[0].id,
        "draft": _one(Job.poster_id == member.id, Job.state == JobState.DRAFT).id,
        "closed_job": _one(Job.state == JobState.CLOSED).id,
        "job_of_a_person": _one(Job.state == JobState.OPEN, Job.company_id.is_(None)).id,
    }


def _one(*conditions: object) -> Job:
    found = db.db.session.scalars(select(Job).where(*conditions).order_by(Job.id).limit(1))  # type: ignore[arg-type]
    return found.one()
