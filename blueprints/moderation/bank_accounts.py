"""What moderators do about bank accounts: a holder who is not the verified member is looked at. They see no number."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.access import current_member, moderators_only
from blueprints.moderation.forms import HolderForm
from blueprints.moderation.routes import bp
from marketplace.errors import require
from marketplace.i18n import _
from marketplace.payouts import policy, queries, service


@bp.get("/bank-accounts")
@moderators_only
def bank_accounts() -> str:
    """Show the accounts in another name, the oldest first: whose and since when, and no name yet."""
    return render_template("moderation/bank_accounts.html", page=queries.waiting(request.args.get("after")))


@bp.post("/bank-accounts/<int:account_id>/look")
@moderators_only
def look_at_holder(account_id: int) -> ResponseReturnValue:
    """Open the names: the look is recorded."""
    service.look_at_holder(current_member, queries.get_waiting(account_id))
    return redirect(url_for(".bank_account", account_id=account_id))


@bp.route("/bank-accounts/<int:account_id>", methods=["GET", "POST"])
@moderators_only
def bank_account(account_id: int) -> ResponseReturnValue:
    """Show the holder beside the verified name to who has opened them, and decide."""
    found = queries.get_waiting(account_id)
    require(policy.can_look_at_holder(current_member, found.account), _("自分の口座は、ほかの担当者が確認します。"))
    if not queries.is_reading(current_member, found.account):
        return render_template("moderation/closed_bank_account.html", comparison=found)
    form = HolderForm()
    if form.validate_on_submit():
        with form.blame("statement"):
            is_fine, statement = form.verdict.data == "fine", form.statement.data or ""
            service.decide(current_member, found, is_fine, statement, seen=form.seen.data or "")
            flash(_("判断を記録し、本人に伝えました。"), "ok")
            return redirect(url_for(".bank_accounts"))
    names = queries.names_of(found.account)
    form.seen.data = names.verified
    return render_template("moderation/bank_account.html", comparison=found, names=names, form=form), form.status
