"""Appeals: another moderator than the one who decided looks again."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from blueprints.access import current_member, moderators_only
from blueprints.moderation.forms import AppealAnswerForm
from blueprints.moderation.routes import bp
from marketplace.errors import require
from marketplace.i18n import _
from marketplace.moderation import policy, queries, service


@bp.get("/appeals")
@moderators_only
def appeals() -> str:
    """Show the appeals that wait, the oldest first."""
    return render_template("moderation/appeals.html", appeals=queries.open_appeals())


@bp.route("/appeals/<int:decision_id>", methods=["GET", "POST"])
@moderators_only
def appeal(decision_id: int) -> ResponseReturnValue:
    """Show an appeal beside the decision, and answer it."""
    found = queries.get_appeal(decision_id)
    require(
        policy.can_look_into(current_member, found.decision.case), _("自分に関わる件は、ほかの担当者が確認します。")
    )
    form = AppealAnswerForm()
    if found.decided_at is None and form.validate_on_submit():
        with form.blame("verdict"):
            service.decide_appeal(current_member, found, form.verdict.data == "granted", form.statement.data)
            flash(_("異議への判断を記録し、本人に伝えました。"), "ok")
            return redirect(url_for(".appeals"))
    may = {
        "may_decide": policy.can_decide_appeal(current_member, found),
        "may_read": queries.is_reading(current_member, found.decision.case),
    }
    return render_template("moderation/appeal.html", appeal=found, form=form, **may), form.status
