"""「案件を作成する」: writing a job as a draft, publishing it, and changing what it says."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from blueprints.access import current_member
from blueprints.jobs.comparing import Difference, differences
from blueprints.jobs.forms import JobForm, data_of
from blueprints.unasked import unasked
from marketplace import limits
from marketplace.addresses import find_prefecture
from marketplace.clock import today
from marketplace.companies import queries as companies
from marketplace.companies.models import Company
from marketplace.errors import Conflict, require
from marketplace.i18n import _
from marketplace.jobs import policy, queries, service
from marketplace.jobs.content import content_of
from marketplace.jobs.models import Job, JobState
from marketplace.jobs.needs import Need, missing
from marketplace.jobs.service import JobChanges
from marketplace.phones import written
from marketplace.profiles import queries as profiles

bp = Blueprint("jobs", __name__)


@bp.route("/jobs/new", methods=["GET", "POST"])
def create() -> ResponseReturnValue:
    """Write a job, to be kept as a draft or published at once."""
    form = _form(draft_at=url_for(".create"))
    del form.version
    unknown = None
    if form.asks_for_more:
        unknown = _introduce(form)
    elif _is_ready(form):
        changes = _changes(form)
        with form.blame("title"), form.blame("files", service.TooManyFiles):
            job = service.create(current_member, form.once.data, changes, form.examined)
            return _kept(form, job)
    return _page(form, None, unknown=unknown), form.status


@bp.route("/jobs/<int:job_id>/edit", methods=["GET", "POST"])
def edit(job_id: int) -> ResponseReturnValue:
    """Change what a job says; a page that is older than what is saved shows both."""
    job = queries.get_own(current_member, job_id)
    require(policy.can_edit(current_member, job), _("この案件の募集は終わっています。"))
    form = _form(job, data=data_of(JobChanges.nothing(job), job.version), draft_at=url_for(".edit", job_id=job_id))
    del form.once
    differing: Sequence[Difference] = ()
    unknown = None
    if form.asks_for_more:
        unknown = _introduce(form)
    elif _is_ready(form, job):
        changes = _changes(form, job)
        with form.blame("title"), form.blame("files", service.TooManyFiles):
            # What says the same as is saved loses to nothing: the second press of one button is no conflict.
            is_same = changes == JobChanges.nothing(job) and not form.examined
            service.edit(current_member, job, changes, job.version if is_same else form.version.number, form.examined)
            return _kept(form, job)
    if form.status == Conflict.status:
        job, differing = _meanwhile(form, job_id)
    return _page(form, job, differing, unknown), form.status


@bp.post("/jobs/needs")
@unasked
def needs() -> str:
    """Show which of the items that a job needs are there by now: a part of the form, for in place."""
    form = _form()
    form.validate()
    return render_template("jobs/needs.html", lacking=missing(_changes(form), today()), needs=list(Need))


def _form(job: Job | None = None, **kwargs: object) -> JobForm:
    own = {place.company.id: place.company for place in companies.belongings_of(current_member)}
    beginning = {"wanted": 1, "answer_days": 7}
    form = JobForm(list(own.values()), current_member.nickname, **({"data": beginning} | kwargs))
    if job is not None and job.state is not JobState.DRAFT:
        del form.company
    return form


def _is_ready(form: JobForm, job: Job | None = None) -> bool:
    """Check what was typed and the files, and, where it is or becomes public, that nothing is missing: all at once."""
    if not form.is_submitted():
        return False
    if form.validate():
        _files_are_fine(form)
    lacking = missing(_changes(form, job), today())
    is_open = job is not None and job.state is JobState.OPEN
    if is_open and job is not None and form.apply_until.data == job.apply_until:
        # Nobody has to give a new day only because the last one is near.
        lacking = [need for need in lacking if need is not Need.DEADLINE]
    if form.publishes or is_open:
        form.ask_for(lacking)
    return not form.errors


def _changes(form: JobForm, job: Job | None = None) -> JobChanges:
    if job is not None and job.state is not JobState.DRAFT:
        return form.changes(job.company)
    company = form.chosen_company()
    if company is not None and not (
        form.offerer_name.data or form.offerer_address.data or form.offerer_contact.data or form.is_vouched.data
    ):
        form.introduce(*_of_company(company))
    return form.changes(company)


def _introduce(form: JobForm) -> list[str]:
    """Fill in who offers the work, from the company's page or from what is the member's own; return what is unknown."""
    company = form.chosen_company() if "company" in form else None
    if company is not None:
        return form.introduce(*_of_company(company))
    details = profiles.own(current_member).details
    prefecture = find_prefecture(details.prefecture) if details.prefecture else None
    address = f"{prefecture.label if prefecture else ''}{details.city}{details.street}"
    return form.introduce(details.name, address, written(details.phone) if details.phone else "")


def _of_company(company: Company) -> tuple[str, str, str]:
    return company.name, company.address, written(company.phone) if company.phone else company.email


def _kept(form: JobForm, job: Job) -> ResponseReturnValue:
    """Publish what was kept if that was asked for, and lead on."""
    if form.publishes and job.state is JobState.DRAFT:
        limits.check(limits.Action.JOB, account=current_member.id)
        service.publish(current_member, job)
        flash(_("「%(title)s」の募集を始めました。", title=job.title), "ok")
    elif job.state is JobState.DRAFT:
        flash(_("下書きを保存しました。"), "ok")
        return redirect(url_for(".preview" if form.previews else ".edit", job_id=job.id))
    elif not form.publishes:
        flash(_("「%(title)s」を更新しました。", title=job.title), "ok")
    return redirect(url_for(".show", job_id=job.id))


def _meanwhile(form: JobForm, job_id: int) -> tuple[Job, list[Difference]]:
    """Read again what another page saved first, and compare it with what was typed."""
    job = queries.get_own(current_member, job_id)
    typed = _changes(form, job).content
    saved = content_of(job)
    form.follow(job.version)
    return job, differences({name: saved[name] for name in typed}, typed)


def _files_are_fine(form: JobForm) -> bool:
    """Check chosen files before anything is written; what cannot be kept is said beside them."""
    if form.files.data:
        with form.blame("files"):
            for _file in form.files.data:
                limits.check(limits.Action.UPLOAD, account=current_member.id)
            form.examine()
    return not form.files.errors


def _page(
    form: JobForm, job: Job | None, differing: Sequence[Difference] = (), unknown: Sequence[str] | None = None
) -> str:
    changes = _changes(form, job)
    if form.errors:
        form.mourn_files()
    form.add_rows()
    return render_template(
        "jobs/create.html" if job is None else "jobs/edit.html",
        form=form,
        job=job,
        differing=differing,
        unknown=unknown,
        lacking=missing(changes, today()),
        needs=list(Need),
        can_vouch=policy.can_vouch(current_member, changes.company),
    )
