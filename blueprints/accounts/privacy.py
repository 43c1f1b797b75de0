"""公開範囲とメッセージ: who sees one's friends and read marks, and who may write."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from blueprints.access import current_member
from blueprints.accounts.forms import PrivacyForm
from blueprints.accounts.routes import bp
from marketplace.accounts import privacy as service
from marketplace.i18n import _


@bp.route("/settings/privacy", methods=["GET", "POST"])
def privacy() -> ResponseReturnValue:
    """Show what others may see of the member and who may write to them, and change it."""
    form = PrivacyForm(obj=current_member)
    if form.validate_on_submit():
        service.set_privacy(
            current_member,
            friends_audience=form.friends_audience.data,
            is_intermediary=form.is_intermediary.data,
            writers=form.writers.data,
            shows_read_marks=form.shows_read_marks.data,
        )
        flash(_("公開範囲とメッセージの設定を変更しました。"), "ok")
        return redirect(url_for(".privacy"))
    return render_template("accounts/privacy.html", form=form), form.status
