"""The moderators' work: what was reported, and deciding about it."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.access import current_member, moderators_only
from blueprints.moderation.forms import DecisionForm, StatementForm
from marketplace import storage
from marketplace.errors import NotFound, require
from marketplace.i18n import _
from marketplace.moderation import policy, queries, service
from marketplace.moderation.models import Case, Measure, SubjectKind

bp = Blueprint("moderation", __name__, url_prefix="/moderation")


@bp.get("/")
@moderators_only
def index() -> ResponseReturnValue:
    """Lead to what is most urgent."""
    return redirect(url_for(".cases"))


@bp.get("/cases")
@moderators_only
def cases() -> str:
    """Show what was reported, the most urgent first, or what was decided, the newest first."""
    is_closed = request.args.get("state") == "closed"
    page = (queries.closed_cases if is_closed else queries.open_cases)(request.args.get("after"))
    return render_template("moderation/cases.html", page=page, is_closed=is_closed)


@bp.get("/flags")
@moderators_only
def flags() -> str:
    """Show what the program noticed by itself: who and when, and nothing that was written."""
    return render_template("moderation/flags.html", page=queries.flags(request.args.get("after")))


@bp.post("/cases/<int:case_id>/look")
@moderators_only
def look(case_id: int) -> ResponseReturnValue:
    """Open what was reported: the look is recorded."""
    service.look_into(current_member, queries.get_case(case_id))
    return redirect(url_for(".case", case_id=case_id))


@bp.route("/cases/<int:case_id>", methods=["GET", "POST"])
@moderators_only
def case(case_id: int) -> ResponseReturnValue:
    """Show a case to who has opened it, and decide about it."""
    found = queries.get_case(case_id)
    require(policy.can_look_into(current_member, found), _("自分に関わる件は、ほかの担当者が確認します。"))
    if not queries.is_reading(current_member, found):
        return render_template("moderation/closed_case.html", case=found)
    form = DecisionForm(found.subject, found.reports[-1].reason)
    if found.closed_at is None and form.validate_on_submit():
        with form.blame("measure"):
            measure = Measure(form.measure.data)
            service.decide(current_member, found, measure, form.ground.data, form.statement.data)
            return _decided(found)
    responsible = [] if found.subject is SubjectKind.MEMBER else queries.addressees(found)
    return render_template("moderation/case.html", case=found, form=form, responsible=responsible), form.status


@bp.route("/cases/<int:case_id>/restore", methods=["GET", "POST"])
@moderators_only
def restore(case_id: int) -> ResponseReturnValue:
    """Take back what was decided."""
    found = queries.get_case(case_id)
    require(policy.can_restore(current_member, found))
    form = StatementForm()
    if form.validate_on_submit():
        with form.blame("statement"):
            service.restore(current_member, found, form.statement.data)
            return _decided(found)
    return render_template("moderation/restore.html", case=found, form=form), form.status


@bp.post("/cases/<int:case_id>/responsible/<username>")
@moderators_only
def open_about(case_id: int, username: str) -> ResponseReturnValue:
    """Go on from what was reported to a case about the member who is responsible for it."""
    found = queries.get_case(case_id)
    require(policy.can_look_into(current_member, found), _("自分に関わる件は、ほかの担当者が確認します。"))
    if not queries.is_reading(current_member, found):
        return redirect(url_for(".case", case_id=case_id))
    member = next((each for each in queries.addressees(found) if each.username == username), None)
    if member is None:
        raise NotFound
    opened = service.open_about(current_member, found, member)
    flash(_("会員の件を開きました。この写しを読んで、注意、非表示、利用停止を判断できます。"), "ok")
    return redirect(url_for(".case", case_id=opened.id))


@bp.get("/cases/<int:case_id>/reports/<int:report_id>/picture")
@moderators_only
def picture(case_id: int, report_id: int) -> Response:
    """Return the copy of a reported picture to who has opened the case."""
    found = queries.get_case(case_id)
    require(policy.can_look_into(current_member, found), _("自分に関わる件は、ほかの担当者が確認します。"))
    key = next((report.picture_key for report in found.reports if report.id == report_id), None)
    if key is None or not queries.is_reading(current_member, found):
        raise NotFound
    return Response(storage.get(key), mimetype="image/webp", headers={"Cache-Control": "no-store"})


def _decided(found: Case) -> ResponseReturnValue:
    flash(_("判断を記録し、本人と知らせた人に伝えました。"), "ok")
    return redirect(url_for(".case", case_id=found.id))
