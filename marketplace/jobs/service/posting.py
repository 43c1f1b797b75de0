"""Writing a job as a draft, showing it to everybody, changing it, and beginning another like it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from marketplace import outbox, storage
from marketplace.accounts.models import Member
from marketplace.attachments import Attachment
from marketplace.clock import TOKYO, now, today
from marketplace.db import add_once, db
from marketplace.errors import Conflict, Invalid, require
from marketplace.events import service as events
from marketplace.events.kinds import EventKind
from marketplace.i18n import _
from marketplace.jobs import policy, queries
from marketplace.jobs.models import Job, JobState
from marketplace.jobs.needs import Need, missing
from marketplace.jobs.service import files as attachments
from marketplace.jobs.service.ending import EXPIRE
from marketplace.jobs.service.writing import JobChanges, holding, revise, write

MOST_DRAFTS = 50


def create(actor: Member, once: str, changes: JobChanges, files: Sequence[Attachment] = ()) -> Job:
    """Keep a new job as a draft, with files that were examined; the second press of one button returns the first's.

    Raises NotAllowed for a company of others, Invalid for what cannot be stored, Conflict for too many drafts, and for
    a second press after something was changed.
    """
    require(policy.can_create(actor, changes.company))
    made = queries.find_once(actor, once)
    if made is not None:
        _refuse_other_words(made, changes)
        return made
    if queries.drafts_of(actor) >= MOST_DRAFTS:
        raise Conflict(_("下書きは%(most)s件までです。使わないものを消してください。", most=MOST_DRAFTS))
    with attachments.stored(files) as stored:
        job = Job(poster_id=actor.id, once=once)
        if not add_once(job):
            raise Conflict(_saved_already())
        write(actor, job, changes)
        attachments.attach(job, stored)
    return job


def edit(actor: Member, job: Job, changes: JobChanges, version: int, files: Sequence[Attachment] = ()) -> None:
    """Make `job` say what `changes` says, and add files; what is published is told to those who have applied.

    Raises as `create`, Conflict when the job is not in `version` any more or was closed, and Invalid when something
    would be missing that published jobs need.
    """
    with attachments.stored(files) as stored, holding(job):
        if job.state is JobState.CLOSED:
            raise Conflict(_("この案件の募集は終わっています。"))
        require(policy.can_edit(actor, job))
        if job.version != version:
            raise Conflict(_("ほかの画面で先に更新されていました。二つの内容を見くらべて選んでください。"))
        _refuse_other_company(actor, job, changes)
        is_open, until = job.state is JobState.OPEN, job.apply_until
        if is_open:
            _refuse_unfinished(job, changes)
        write(actor, job, changes)
        attachments.attach(job, stored)
        if is_open:
            _tell_of_change(actor, job)
            if job.apply_until != until:
                _end_in_time(job)


def publish(actor: Member, job: Job) -> None:
    """Show a draft to everybody: 「募集開始」. Raises Invalid naming what is missing, Conflict for what is no draft."""
    with holding(job):
        require(policy.can_publish(actor, job))
        if job.state is not JobState.DRAFT:
            raise Conflict(_("この案件は、すでに募集を始めています。"))
        found = queries.get_whole(job.id)
        require(policy.can_create(actor, found.company))
        if found.is_vouched and not policy.can_vouch(actor, found.company):
            raise Invalid(_("事務局の確認が済んでいないため、氏名、住所、連絡先を入力してください。"))
        _refuse_missing(missing(found, today()))
        job.state, job.published_at = JobState.OPEN, now()
        revise(job)
        _end_in_time(job)
    events.record(EventKind.JOB_PUBLISHED, actor, job=job, company=found.company)


def discard(actor: Member, job: Job) -> None:
    """Delete a draft with its files."""
    with holding(job):
        if job.state is not JobState.DRAFT:
            raise Conflict(_("この案件は、すでに募集を始めています。"))
        require(policy.can_discard(actor, job))
        for file in queries.get_whole(job.id).files:
            outbox.put(storage.DELETE, {"key": file.storage_key})
        db.session.delete(job)


def copy(actor: Member, job: Job, once: str) -> Job:
    """Begin another draft that says the same as `job`, but for days, which are over or soon will be, and files.

    Who posts is the poster alone when the company is not theirs any more.
    """
    require(policy.can_copy(actor, job))
    made = queries.find_once(actor, once)
    if made is not None:
        return made
    said = JobChanges.nothing(queries.get_whole(job.id))
    company = said.company if policy.can_create(actor, said.company) else None
    is_vouched = said.is_vouched and policy.can_vouch(actor, company)
    plain = replace(said, company=company, is_vouched=is_vouched, starts_on=None, ends_on=None, apply_until=None)
    return create(actor, once, plain)


def _refuse_other_words(made: Job, changes: JobChanges) -> None:
    """Refuse to take for a second press what says something else; skills may be spelled otherwise than is kept."""
    kept = replace(JobChanges.nothing(queries.get_whole(made.id)), skills=())
    if kept != replace(changes, skills=()):
        raise Conflict(_saved_already())


def _saved_already() -> str:
    return _("同じ案件が、いま保存されました。「作成した案件」を見てください。")


def _refuse_other_company(actor: Member, job: Job, changes: JobChanges) -> None:
    wanted = changes.company.id if changes.company else None
    if wanted == job.company_id:
        return
    if job.state is not JobState.DRAFT:
        raise Invalid(_("募集を始めたあとは、募集者を変えられません。"))
    require(policy.can_create(actor, changes.company))


def _refuse_unfinished(job: Job, changes: JobChanges) -> None:
    """Ask of the changes what is asked before publishing; a deadline that nobody touched may be nearly over."""
    lacks = missing(changes, today())
    if Need.DEADLINE in lacks and changes.apply_until == job.apply_until and job.apply_until is not None:
        lacks.remove(Need.DEADLINE)
    _refuse_missing(lacks)


def _refuse_missing(lacks: Sequence[Need]) -> None:
    if lacks:
        names = "、".join(need.label for need in lacks)
        raise Invalid(_("募集を始めるには、次の項目が必要です。%(names)s", names=names))


def _tell_of_change(actor: Member, job: Job) -> None:
    if revise(job):
        events.record(EventKind.JOB_CHANGED, actor, job=job)


def _end_in_time(job: Job) -> None:
    """Leave the errand that ends it when its last day is over in Tokyo."""
    if job.apply_until is not None:
        over = datetime.combine(job.apply_until + timedelta(days=1), time(), TOKYO).astimezone(UTC)
        outbox.put(EXPIRE, {"id": job.id}, max(over - now(), timedelta()))
