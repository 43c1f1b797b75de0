"""応募する, one's own applications, and taking part in what one's team sends."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.access import current_member
from blueprints.applications.forms import ChangesForm, SheetForm, WithdrawalForm, sheet_form
from marketplace import limits
from marketplace.accounts.models import Member
from marketplace.applications import policy, queries, service
from marketplace.applications.models import CONFIRM_WITHIN_DAYS, Application, ApplicationState
from marketplace.applications.queries import Tab
from marketplace.applications.service import Sheet
from marketplace.clock import today
from marketplace.contracts import queries as contracts
from marketplace.errors import Conflict, NotFound, require
from marketplace.i18n import _
from marketplace.jobs import queries as jobs
from marketplace.jobs.models import Job
from marketplace.teams import queries as teams
from marketplace.teams.models import Team

bp = Blueprint("applications", __name__)


@bp.route("/jobs/<int:job_id>/apply", methods=["GET", "POST"])
def apply(job_id: int) -> ResponseReturnValue:
    """Write an application, alone or as a team, look at it as it will be sent, send."""
    job = jobs.get_for(current_member, job_id)
    require(policy.can_apply(current_member, job), _("自分や自分の会社の案件には応募できません。"))
    closed = "" if job.takes_applications(today()) else _("この案件の募集は終了しました。")
    if closed and request.method == "GET":
        flash(closed, "info")
        return redirect(url_for("jobs.show", job_id=job_id))
    team, owned = _team()
    form = _sheet(job, team)
    step = "write"
    if closed:
        form.refuse("message", Conflict(closed))
    elif form.validate_on_submit():
        if form.step == "send":
            with form.blame("message"):
                application = _send(job, team, form)
                flash(_sent(application), "ok")
                return redirect(url_for(".show", application_id=application.id))
        else:
            step = form.step
    return render_template(
        "applications/apply.html",
        job=job,
        team=team,
        owned=owned,
        form=form,
        step=step,
        own=queries.lasting_of(current_member, job),
        confirm_days=CONFIRM_WITHIN_DAYS,
    ), form.status


@bp.get("/applications")
def index() -> str:
    """List the member's own applications, the newest first."""
    name = request.args.get("tab", "")
    tab = Tab(name) if name in set(Tab) else Tab.LIVE
    return render_template(
        "applications/index.html",
        tab=tab,
        page=queries.sent_by(current_member, tab, request.args.get("after")),
        counts=queries.counts_of(current_member),
        asked=queries.asked_of(current_member),
    )


@bp.get("/applications/<int:application_id>")
def show(application_id: int) -> str:
    """Show an application to whoever sent it, and to those whom their team names in it."""
    application = queries.get_for(current_member, application_id)
    return render_template(
        "applications/show.html",
        application=application,
        contract=contracts.find_of(current_member, application),
        is_own=application.applicant_id == current_member.id,
        is_asked=_is_asked(application),
        can_see_job=jobs.is_shown_to(current_member, application.job),
        form=ChangesForm(data={"revision": application.job.revision}),
    )


@bp.post("/applications/<int:application_id>/changes")
def accept_changes(application_id: int) -> ResponseReturnValue:
    """Say that one still applies for what the job says now: 「変更を確認しました」."""
    application = queries.get_for(current_member, application_id)
    form = ChangesForm()
    revision = form.revision.data if form.validate_on_submit() else None
    service.accept_changes(current_member, application, revision or 0)
    flash(_("変更を確認しました。応募はそのまま続いています。"), "ok")
    return redirect(url_for(".show", application_id=application_id))


@bp.route("/applications/<int:application_id>/withdraw", methods=["GET", "POST"])
def withdraw(application_id: int) -> ResponseReturnValue:
    """Ask whether an application is to be taken back, and do so."""
    application = queries.get_for(current_member, application_id)
    require(policy.can_withdraw(current_member, application), _("取り下げは、応募した人だけができます。"))
    form = WithdrawalForm(draft_at=url_for(".withdraw", application_id=application_id))
    if not application.awaits_terms and "reason" not in request.form:
        del form.reason
    if form.validate_on_submit():
        with form.blame("reason" if "reason" in form else "go"):
            service.withdraw(current_member, application, form.reason.data if "reason" in form else "")
            flash(_("「%(job)s」への応募を取り下げました。", job=application.job.title), "ok")
            return redirect(url_for(".show", application_id=application_id))
    if form.errors:
        application = queries.get_for(current_member, application_id)
    return render_template("applications/withdraw.html", application=application, form=form), form.status


@bp.get("/applications/<int:application_id>/join")
def join(application_id: int) -> ResponseReturnValue:
    """Show a member what their team wants to send with them, and ask whether they take part; else lead to the page."""
    application = queries.get_for(current_member, application_id)
    if not _is_asked(application):
        return redirect(url_for(".show", application_id=application_id))
    return render_template("applications/join.html", application=application)


@bp.post("/applications/<int:application_id>/join")
def take_part(application_id: int) -> ResponseReturnValue:
    """Take part: 「参加する」."""
    application = queries.get_asked(current_member, application_id)
    service.join(current_member, application)
    if application.state is ApplicationState.OPEN:
        flash(_("参加を確認しました。全員がそろったので、応募をクライアントに送りました。"), "ok")
    else:
        flash(_("参加を確認しました。ほかのメンバーの確認がそろうと、応募が送られます。"), "ok")
    return redirect(url_for(".show", application_id=application_id))


@bp.post("/applications/<int:application_id>/refuse")
def refuse(application_id: int) -> ResponseReturnValue:
    """Do not take part: 「参加しない」."""
    application = queries.get_asked(current_member, application_id)
    service.refuse(current_member, application)
    flash(_("参加しないと答えました。この応募は送られません。"), "ok")
    return redirect(url_for(".show", application_id=application_id))


def _is_asked(application: Application) -> bool:
    if not application.can_be_joined(today()) or application.applicant_id == current_member.id:
        return False
    return application.share_of(current_member.id).waits


def _team() -> tuple[Team | None, Sequence[Team]]:
    """Return the team for which the member applies, as the address says, and all that they could apply for."""
    owned = teams.owned_by(current_member)
    slug = request.args.get("team", "")
    if not slug:
        return None, owned
    team = next((each for each in owned if each.slug == slug), None)
    if team is None:
        raise NotFound(_("このチームでは応募できません。チームのオーナーだけが応募できます。"))
    return team, owned


def _sheet(job: Job, team: Team | None) -> SheetForm:
    people: list[Member] = []
    if team is not None:
        people = sorted(
            (place.member for place in teams.places_in(current_member, team)),
            key=lambda each: each.id != current_member.id,
        )
    return sheet_form(
        job.questions, people, draft_at=url_for(".apply", job_id=job.id, team=team.slug if team else None)
    )


def _send(job: Job, team: Team | None, form: SheetForm) -> Application:
    once = form.once.data
    if queries.find_sent(current_member, once) is None:  # a second press of the last one of the day is none too many
        limits.check(limits.Action.APPLICATION, account=current_member.id)
    sheet = Sheet(
        once=once,
        message=form.message.data,
        reward_yen=form.reward.data,
        starts_on=form.starts_on.data,
        ends_on=form.ends_on.data,
        schedule=form.schedule.data or "",
        answers=form.answers,
        team=team,
        shares=form.shares,
    )
    return service.apply(current_member, job, sheet)


def _sent(application: Application) -> str:
    if application.state is ApplicationState.CONFIRMING:
        return _("メンバーに確認をお願いしました。全員がそろうと、応募がクライアントに送られます。")
    return _("応募を送信しました。クライアントにだけ届いています。")
