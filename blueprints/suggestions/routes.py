"""People whom a member may know, and those whom they do not want to see there again."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.access import current_member
from marketplace.accounts.models import Member
from marketplace.circles import queries, service
from marketplace.circles.suggestions import suggestions_for
from marketplace.errors import NotFound
from marketplace.follows import queries as follows
from marketplace.i18n import _

bp = Blueprint("suggestions", __name__)


@bp.get("/contacts/suggestions")
def index() -> str:
    """Show whom the member may know, each with the reason; who was just dismissed can be brought back."""
    dismissed = _dismissed(request.args.get("dismissed", ""))
    return render_template("suggestions/index.html", suggestions=suggestions_for(current_member), dismissed=dismissed)


@bp.post("/contacts/suggestions/<username>/dismiss")
def dismiss(username: str) -> ResponseReturnValue:
    """Suggest this member no more; the list says so, and offers to take it back."""
    service.dismiss(current_member, follows.get_for(current_member, username))
    return redirect(url_for(".index", dismissed=username))


@bp.post("/contacts/suggestions/<username>/bring-back")
def bring_back(username: str) -> ResponseReturnValue:
    """Let this member be suggested again."""
    member = follows.get_for(current_member, username)
    service.bring_back(current_member, member)
    flash(_("%(name)sさんを、また「知り合いかもしれない人」に表示します。", name=member.nickname), "ok")
    return redirect(url_for(".index"))


def _dismissed(username: str) -> Member | None:
    """Return whom the address names, if the member has dismissed them: it may be an old one."""
    if not username:
        return None
    try:
        member = follows.get_for(current_member, username)
    except NotFound:
        return None
    return member if queries.is_dismissed(current_member, member) else None
