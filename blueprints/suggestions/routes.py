"""People whom a member may know, and those whom they do not want to see there again."""

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from blueprints.access import current_member, local_path
from marketplace.circles import service
from marketplace.circles.suggestions import suggestions_for
from marketplace.follows import queries as follows
from marketplace.i18n import _

bp = Blueprint("suggestions", __name__)


@bp.get("/contacts/suggestions")
def index() -> str:
    """Show whom the member may know, each with the reason."""
    return render_template("suggestions/index.html", suggestions=suggestions_for(current_member))


@bp.post("/contacts/suggestions/<username>/dismiss")
def dismiss(username: str) -> ResponseReturnValue:
    """Suggest this member no more, then come back to where the button was."""
    member = follows.get_for(current_member, username)
    service.dismiss(current_member, member)
    flash(_("%(name)sさんは、もう「知り合いかもしれない人」に表示しません。", name=member.nickname), "ok")
    return redirect(local_path(request.form.get("next")))
