"""振込先口座情報: what is known of the account, seeing it in full, removing it; and how payments are taxed."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from blueprints.access import current_member
from blueprints.payouts.forms import CurrentPasswordForm, DetailsForm
from marketplace import limits
from marketplace.accounts import passwords
from marketplace.clock import now
from marketplace.errors import TooOften
from marketplace.i18n import _
from marketplace.limits import Action
from marketplace.payouts import queries, service
from marketplace.payouts.models import Entity, TaxStatus, Withholding

bp = Blueprint("payouts", __name__)

OF_PASSWORD = (passwords.Wrong, TooOften)
"""Refusals that stand beside the password."""


@bp.get("/settings/bank-account")
def account() -> ResponseReturnValue:
    """Show what is known of the account without its number, and how payments are taxed."""
    return _page(DetailsForm(queries.find_details(current_member), formdata=None))


@bp.post("/settings/bank-account/details")
def save_details() -> ResponseReturnValue:
    """Say how payments are taxed."""
    form = DetailsForm(queries.find_details(current_member))
    if form.validate_on_submit():
        with form.blame("invoice_number"):
            service.save_details(
                current_member,
                Entity(form.entity.data),
                TaxStatus(form.tax_status.data),
                Withholding(form.withholding.data),
                form.invoice_number.data or None,
                is_sure=form.is_sure.data,
            )
            flash(_("請求と税の情報を更新しました。"), "ok")
            return redirect(url_for(".account"))
    return _page(form)


@bp.route("/settings/bank-account/reveal", methods=["GET", "POST"])
def reveal() -> ResponseReturnValue:
    """Show number and holder in the answer to the password itself, once."""
    found = queries.get_current(current_member)
    form, shown = CurrentPasswordForm(), None
    if form.validate_on_submit():
        with form.blame("password"):
            count_password()
            shown = service.reveal(current_member, found, form.password.data)
    return render_template("payouts/reveal.html", account=found, form=form, shown=shown), form.status


@bp.route("/settings/bank-account/remove", methods=["GET", "POST"])
def remove() -> ResponseReturnValue:
    """Ask before the account is removed."""
    found = queries.get_current(current_member)
    form = CurrentPasswordForm()
    if form.validate_on_submit():
        with form.blame("password"):
            count_password()
            service.remove_account(current_member, found, form.password.data)
            flash(_("振込先口座を削除しました。番号と名義は廃棄されます。"), "ok")
            return redirect(url_for(".account"))
    return render_template("payouts/remove.html", account=found, form=form), form.status


def count_password() -> None:
    """Trying the current password here is trying a password, too."""
    limits.check(Action.SIGN_IN, account=f"member {current_member.id}")


def _page(form: DetailsForm) -> ResponseReturnValue:
    found = queries.find_current(current_member)
    page = render_template(
        "payouts/account.html",
        account=found,
        comparison=queries.comparison_for(current_member, found),
        is_held=found is not None and found.is_held(now()),
        is_verified=current_member.identity_verified_at is not None,
        form=form,
    )
    return page, form.status
