"""データの書き出しと退会: everything below /settings/data."""

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from blueprints.access import current_member, current_session, is_suspended, open_to_departed, open_to_suspended
from blueprints.leaving.forms import ExportForm, LeaveForm, ReturnForm
from marketplace import limits, storage
from marketplace.accounts import passwords, second_factors
from marketplace.accounts import queries as accounts
from marketplace.clock import local_day, now
from marketplace.errors import Conflict, TooOften
from marketplace.i18n import _
from marketplace.leaving import queries, service
from marketplace.leaving.models import RETURN_WITHIN, ExportState
from marketplace.limits import Action
from marketplace.verification import queries as verification

bp = Blueprint("leaving", __name__, url_prefix="/settings/data")


@bp.after_request
def keep_out_of_caches(response: Response) -> Response:
    """What is here is one member's business."""
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("")
@open_to_suspended
def data() -> ResponseReturnValue:
    """Show what can be taken along, how far the newest export is, and the way out."""
    return _page(ExportForm(formdata=None))


@bp.post("/export")
@open_to_suspended
def export() -> ResponseReturnValue:
    """Have an export made, for the password."""
    form = ExportForm()
    if form.validate_on_submit():
        with form.blame("password", (passwords.Wrong, Conflict, TooOften)):
            _count_password()
            limits.check(Action.EXPORT, account=current_member.id)
            service.ask_for_export(current_member, form.password.data)
            flash(_("書き出しを始めました。できあがったら、メールでもお知らせします。"), "ok")
            return redirect(url_for(".data"))
    return _page(form)


@bp.get("/export/progress")
@open_to_suspended
def progress() -> str:
    """Say how far the newest export is: the page asks for this part again until it is ready."""
    return render_template("leaving/_export.html", **_newest())


@bp.get("/exports/<int:export_id>")
@open_to_suspended
def download(export_id: int) -> Response:
    """Hand the file out piece by piece, to its owner while its time lasts."""
    found = queries.export_for(current_member, export_id)
    name = f"musubi-{current_member.username}-{local_day(found.asked_at):%Y%m%d}.zip"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Length": str(found.size_bytes),
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return Response(storage.stream(found.storage_key or ""), mimetype="application/zip", headers=headers)


@bp.route("/leave", methods=["GET", "POST"])
@open_to_suspended
def leave() -> ResponseReturnValue:
    """Say what leaving does and what must be settled before, then ask for password and consent."""
    has_second_factor = accounts.has_second_factor(current_session.account)
    form = LeaveForm(has_second_factor)
    if form.validate_on_submit():
        with (
            form.blame("is_sure"),
            form.blame("code", second_factors.Wrong),
            form.blame("password", passwords.Wrong),
        ):
            _count_password()
            if has_second_factor:
                limits.check(Action.SECOND_FACTOR, account=current_session.account.email)
            service.leave(current_member, form.password.data, form.code.data or "")
            flash(
                _("退会の手続きをしました。30日以内にログインすると、取り消せます。ご利用ありがとうございました。"),
                "ok",
            )
            return redirect(url_for("accounts.login"))
    page = render_template(
        "leaving/leave.html",
        form=form,
        obstacles=queries.obstacles_of(current_member),
        unpaid=queries.unpaid_to(current_member),
        until=now() + RETURN_WITHIN,
    )
    return page, form.status


@bp.route("/return", methods=["GET", "POST"])
@open_to_departed
def come_back() -> ResponseReturnValue:
    """Show one button to who left; pressing it brings everything back."""
    if current_member.left_at is None:
        return redirect(url_for("home.index"))
    form = ReturnForm()
    if form.validate_on_submit():
        service.come_back(current_member)
        flash(_("退会を取り消しました。おかえりなさい。"), "ok")
        return redirect(url_for("home.index"))
    until = current_member.left_at + RETURN_WITHIN
    return render_template("leaving/come_back.html", form=form, until=until), form.status


def _page(form: ExportForm) -> ResponseReturnValue:
    # Others find them beside their papers.
    receipts = verification.receipts_of(current_member) if is_suspended() else []
    return render_template("leaving/data.html", form=form, receipts=receipts, **_newest()), form.status


def _newest() -> dict[str, object]:
    export = queries.newest_export(current_member)
    is_waiting = export is not None and export.state is ExportState.WAITING
    return {"export": export, "is_waiting": is_waiting, "is_ready": export is not None and export.can_be_fetched(now())}


def _count_password() -> None:
    """Trying the current password here is trying a password, too."""
    limits.check(Action.SIGN_IN, account=f"member {current_member.id}")
