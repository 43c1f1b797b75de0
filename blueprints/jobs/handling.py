"""「作成した案件」, and what its poster does with a job: publish, copy, end, delete a draft or a file."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.access import current_member
from blueprints.forms import DeedForm
from blueprints.jobs.forms import ClosingForm, CopyForm
from blueprints.jobs.routes import bp
from marketplace import limits
from marketplace.applications import queries as applications
from marketplace.errors import Invalid, NotFound, require
from marketplace.i18n import _
from marketplace.jobs import policy, queries, service
from marketplace.jobs.models import JobEnding, JobState


@bp.get("/jobs/mine")
def mine() -> str:
    """List what the member has posted: 「作成した案件」."""
    page = queries.posted_by(current_member, request.args.get("after"))
    came = applications.counts_for(current_member, [job.id for job in page.rows])
    return render_template("jobs/mine.html", page=page, came=came, form=CopyForm())


@bp.post("/jobs/<int:job_id>/publish")
def publish(job_id: int) -> ResponseReturnValue:
    """Publish a draft from its page; where something is missing, the form says what."""
    job = queries.get_own(current_member, job_id)
    if job.state is not JobState.DRAFT:
        return redirect(url_for(".show", job_id=job.id))
    try:
        limits.check(limits.Action.JOB, account=current_member.id)
        service.publish(current_member, job)
    except Invalid as error:
        flash(error.sentence, "ng")
        return redirect(url_for(".edit", job_id=job.id))
    flash(_("「%(title)s」の募集を始めました。", title=job.title), "ok")
    return redirect(url_for(".show", job_id=job.id))


@bp.post("/jobs/<int:job_id>/copy")
def copy(job_id: int) -> ResponseReturnValue:
    """Begin another draft like a job."""
    job = queries.get_own(current_member, job_id)
    form = CopyForm()
    if not form.validate_on_submit():
        raise Invalid(_("画面を読み込みなおして、もう一度お試しください。"))
    # One value stands in all the forms of a list: with the number it is one of each job.
    copied = service.copy(current_member, job, f"{job.id}-{form.once.data}"[:32])
    flash(_("「%(title)s」を写して、下書きを作りました。応募の期限を決めてください。", title=job.title), "ok")
    return redirect(url_for(".edit", job_id=copied.id))


@bp.route("/jobs/<int:job_id>/close", methods=["GET", "POST"])
def close(job_id: int) -> ResponseReturnValue:
    """Ask why the job is to end, and end it."""
    job = queries.get_own(current_member, job_id)
    form = ClosingForm(data={"ending": JobEnding.FILLED.value})
    if job.state is not JobState.OPEN and not form.is_submitted():
        return redirect(url_for(".show", job_id=job.id))
    if form.validate_on_submit():
        with form.blame("ending"):
            service.close(current_member, job, JobEnding(form.ending.data))
            flash(_("「%(title)s」の募集を終えました。", title=job.title), "ok")
            return redirect(url_for(".show", job_id=job.id))
    return render_template("jobs/close.html", job=job, form=form), form.status


@bp.route("/jobs/<int:job_id>/discard", methods=["GET", "POST"])
def discard(job_id: int) -> ResponseReturnValue:
    """Ask whether a draft is to go, and let it go."""
    job = queries.get_own(current_member, job_id)
    require(policy.can_discard(current_member, job), _("募集を始めた案件は消せません。募集を終えられます。"))
    # What was typed goes with it: SQLite gives its number, and so the address of its form, to the next one.
    form = DeedForm(draft_at=url_for(".edit", job_id=job_id))
    if form.validate_on_submit():
        service.discard(current_member, job)
        flash(_("下書きを消しました。"), "ok")
        return redirect(url_for(".mine"))
    return render_template("jobs/discard.html", job=job, form=form), form.status


@bp.route("/jobs/<int:job_id>/files/<int:file_id>/delete", methods=["GET", "POST"])
def detach(job_id: int, file_id: int) -> ResponseReturnValue:
    """Ask whether a file is to go, and let it go."""
    job = queries.get_own(current_member, job_id)
    require(policy.can_detach(current_member, job), _("この案件の募集は終わっています。"))
    file = next((each for each in job.files if each.id == file_id), None)
    if file is None:
        raise NotFound(_("このファイルは見つかりません。削除されたか、公開されていません。"))
    form = DeedForm()
    if form.validate_on_submit():
        service.detach(current_member, job, file)
        flash(_("「%(title)s」を削除しました。", title=file.name), "ok")
        return redirect(url_for(".edit", job_id=job.id))
    return render_template("jobs/detach.html", job=job, file=file, form=form), form.status
