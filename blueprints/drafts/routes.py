"""Saving what is typed while it is typed, and forgetting it."""

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue

from blueprints import carrying
from blueprints.access import current_member, local_path, open_to_suspended
from blueprints.jinja import time_of_day
from blueprints.unasked import unasked
from marketplace.accounts import drafts
from marketplace.clock import now
from marketplace.errors import TooLarge
from marketplace.i18n import _

bp = Blueprint("drafts", __name__)


@bp.post("/drafts")
@open_to_suspended
@unasked
def save() -> Response:
    """Keep what stands in the form at the path that is given; an empty form is forgotten."""
    path = local_path(request.args.get("path"))
    if carrying.is_blank():
        drafts.forget(current_member, path)
        return jsonify(sentence="", time="")
    if not carrying.keep_typed(current_member, path):
        raise TooLarge
    return jsonify(sentence=_("下書きを保存しました。"), time=time_of_day(now()))


@bp.route("/drafts/forget", methods=["GET", "POST"])
@open_to_suspended
def forget() -> ResponseReturnValue:
    """Ask whether what was kept is to go, let it go, and show the form as it was before."""
    path = local_path(request.values.get("path"))
    if request.method == "GET":
        return render_template("drafts/forget.html", path=path)
    drafts.forget(current_member, path)
    flash(_("下書きを消しました。"), "ok")
    return redirect(path)
