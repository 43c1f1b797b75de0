"""The page of a job for whoever comes by, what it said before, and its files."""

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from blueprints.access import current_member, public, viewer
from blueprints.downloads import as_download
from blueprints.jobs.comparing import differences, for_others
from blueprints.jobs.forms import CopyForm
from blueprints.jobs.routes import bp
from marketplace.applications import queries as applications
from marketplace.clock import today
from marketplace.contracts.models import ReviewSide
from marketplace.contracts.queries import origins, reviews
from marketplace.errors import NotFound
from marketplace.i18n import _
from marketplace.jobs import policy, queries
from marketplace.jobs.models import Job, JobState
from marketplace.jobs.needs import missing
from marketplace.jobs.queries import answers


@bp.get("/jobs/<int:job_id>")
@public
def show(job_id: int) -> ResponseReturnValue:
    """Show a job; to its poster with what they may do with it."""
    reader = viewer()
    job = queries.get_for(reader, job_id)
    return _page(job, is_own=reader is not None and reader.id == job.poster_id)


@bp.get("/jobs/<int:job_id>/preview")
def preview(job_id: int) -> str:
    """Show the member's own job as others will see it."""
    return _page(queries.get_own(current_member, job_id), is_own=False, is_preview=True)


@bp.get("/jobs/<int:job_id>/changes")
def changes(job_id: int) -> str:
    """Show what a job said before and says now, change by change, or since the one that `since` names.

    To its poster, and to those who apply from what they read on; everybody else sees what the job says now.
    """
    job = queries.get_for(current_member, job_id)
    is_own = job.poster_id == current_member.id
    first_read = 1 if is_own else applications.first_revision_read(current_member, job)
    if first_read is None:
        raise NotFound(_("変わったところを見られるのは、募集者と応募した人だけです。"))
    revisions = [each for each in queries.revisions_of(job) if each.number >= first_read]
    since = request.args.get("since", type=int)
    if since is not None:
        first = next((each for each in revisions if each.number == since), None)
        pairs = [(first, revisions[0])] if first is not None and first is not revisions[0] else []
    else:
        pairs = list(zip(revisions[1:], revisions, strict=False))
    steps = [
        (
            after,
            differences(before.content, after.content)
            if is_own
            else for_others(before.content, after.content, is_newest=after is revisions[0]),
        )
        for before, after in pairs
    ]
    own_id = applications.standing_of(current_member, job).own_id
    return render_template("jobs/changes.html", job=job, steps=steps, since=since, own_id=own_id)


@bp.get("/jobs/files/<int:file_id>")
def attachment(file_id: int) -> Response:
    """Hand out a file to a member."""
    file = queries.file_for(current_member, file_id)
    return as_download(file)


def _page(job: Job, *, is_own: bool, is_preview: bool = False) -> str:
    reader = viewer()
    has_read = reader and not is_own and job.revision > 1 and applications.first_revision_read(reader, job) is not None
    standing = applications.standing_of(reader, job)
    has_come = reader is not None and not is_preview and (is_own or standing.own_id is not None)
    return render_template(
        "jobs/show.html",
        job=job,
        is_own=is_own,
        is_preview=is_preview,
        takes_applications=job.takes_applications(today()),
        lacking=missing(job, today()) if job.state is JobState.DRAFT else [],
        answers=answers.answers_of(job),
        copying=CopyForm() if is_own else None,
        standing=standing,
        contracts=origins.come_of(reader, job) if reader is not None and has_come else [],
        can_compare=is_own or bool(has_read),
        proof=queries.company_proof_of(job),
        is_vouched_for=policy.can_vouch(job.poster, job.company),
        reputation=reviews.reputation_of(viewer(), job.poster, ReviewSide.BY_WORKER),
    )
