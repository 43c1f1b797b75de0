"""Files of jobs: stored before the first write, and let go of after the commit."""

from collections.abc import Sequence
from contextlib import AbstractContextManager

from sqlalchemy import select

from marketplace import attachments, outbox, storage
from marketplace.accounts.models import Member
from marketplace.attachments import Attachment
from marketplace.clock import now
from marketplace.db import db
from marketplace.errors import Invalid, require
from marketplace.events import service as events
from marketplace.events.kinds import EventKind
from marketplace.i18n import _
from marketplace.jobs import policy, queries
from marketplace.jobs.models import MOST_FILES, Job, JobAttachment, JobState
from marketplace.jobs.service.writing import holding, revise


class TooManyFiles(Invalid):
    """More files than a job holds."""

    def __init__(self) -> None:
        super().__init__(_("案件に添付できるファイルは%(most)s個までです。", most=MOST_FILES))


def stored(files: Sequence[Attachment]) -> AbstractContextManager[list[tuple[str, Attachment]]]:
    """Store `files` as `attachments.stored` does. Raises TooManyFiles."""
    if len(files) > MOST_FILES:
        raise TooManyFiles
    return attachments.stored(files, queries.FILES)


def attach(job: Job, files: Sequence[tuple[str, Attachment]]) -> None:
    """Let stored files belong to `job`; one that it has already, under the same name, is let go of again."""
    if not files:
        return
    held = db.session.scalars(select(JobAttachment).where(JobAttachment.job_id == job.id)).all()
    known = {(each.name, each.sha256) for each in held}
    if len(held) + sum((file.name, file.sha256) not in known for _key, file in files) > MOST_FILES:
        raise TooManyFiles
    for key, file in files:
        if (file.name, file.sha256) in known:
            outbox.put(storage.DELETE, {"key": key})
            continue
        known.add((file.name, file.sha256))
        db.session.add(
            JobAttachment(
                job_id=job.id,
                name=file.name,
                content_type=file.content_type,
                size_bytes=file.size,
                sha256=file.sha256,
                storage_key=key,
            )
        )


def detach(actor: Member, job: Job, file: JobAttachment) -> None:
    """Delete a file: the row now, the bytes after the commit; of a published job that is a change."""
    with holding(job):
        require(policy.can_detach(actor, job) and file.job_id == job.id)
        outbox.put(storage.DELETE, {"key": file.storage_key})
        db.session.delete(file)
        job.updated_at = now()
        if job.state is JobState.OPEN and revise(job):
            events.record(EventKind.JOB_CHANGED, actor, job=job)
