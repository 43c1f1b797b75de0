"""お知らせ: what one is told of, how one wants to be told, and the way out of mails."""

from datetime import date
from itertools import groupby
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.access import current_member, public
from blueprints.converters import LARGEST
from blueprints.notifications.forms import ChoicesForm
from blueprints.notifications.places import place_of
from blueprints.notifications.words import CONTENTS, LABELS
from blueprints.unasked import unasked
from marketplace.clock import local_day
from marketplace.errors import NotFound
from marketplace.i18n import _, speaking
from marketplace.notifications import queries, service
from marketplace.notifications.models import Matter
from marketplace.notifications.queries import Told
from marketplace.paging import SIZE

bp = Blueprint("notifications", __name__)


@bp.get("/notifications")
def index() -> str:
    """Show what the member was told of, the newest first, everything or one matter."""
    matter = _matter(request.args.get("matter", ""))
    page = queries.shown_to(current_member, matter, request.args.get("after"))
    return render_template(
        "notifications/index.html",
        page=page,
        days=[(day, list(told)) for day, told in groupby(page.rows, _day)],
        newest_id=queries.newest_id(current_member),
        matter=matter,
        labels=LABELS,
        path_of=_path_of,
    )


@bp.post("/notifications/read")
@unasked
def read() -> ResponseReturnValue:
    """Remember that these were seen: the page says so by itself."""
    numbers = [number for number in request.form.getlist("id", type=int) if 0 < number <= LARGEST]
    service.mark_read(current_member, queries.unread_among(current_member, numbers[:SIZE]))
    if "HX-Request" in request.headers:
        return render_template("notifications/read.html")
    return redirect(url_for(".index"))


@bp.post("/notifications/read-all")
def read_all() -> ResponseReturnValue:
    """Take everything for read that was there when the page was made."""
    newest = request.form.get("newest", 0, type=int)
    service.mark_all_read(current_member, current_member, min(max(newest, 0), LARGEST))
    flash(_("すべて読んだことにしました。"), "ok")
    return redirect(url_for(".index"))


@bp.route("/settings/notifications", methods=["GET", "POST"])
def choose() -> ResponseReturnValue:
    """Choose what is shown and what is mailed."""
    form = ChoicesForm(data=_as_typed())
    if form.validate_on_submit():
        service.choose(current_member, current_member, form.choices)
        flash(_("お知らせの設定を更新しました。"), "ok")
        return redirect(url_for(".choose"))
    return render_template("notifications/choose.html", form=form, contents=CONTENTS), form.status


@bp.route("/notifications/unsubscribe/<matters>/<token>", methods=["GET", "POST"])
@public
def unsubscribe(matters: str, token: str) -> str:
    """End mails of a kind: a page with one button, or the one click of a mail reader (RFC 8058).

    The link is the authority: mail readers send no token of ours, so this endpoint is exempt from CSRF.
    """
    chosen = sorted(matter for matter in Matter if matter in matters.split("-"))
    member = queries.unsubscriber_by(token, chosen)
    if request.method == "POST":
        service.stop_mails(member, chosen)
    with speaking(member.language):
        labels = [LABELS[matter] for matter in chosen]
        return render_template("notifications/unsubscribe.html", labels=labels, is_done=request.method == "POST")


def _matter(name: str) -> Matter | None:
    if not name:
        return None
    if name not in set(Matter):
        raise NotFound
    return Matter(name)


def _day(told: Told) -> date:
    return local_day(told.notification.created_at, ZoneInfo(current_member.time_zone))


def _path_of(told: Told) -> str:
    endpoint, values = place_of(told)
    return url_for(endpoint, **values)


def _as_typed() -> dict[str, dict[str, object]]:
    choices = queries.choices_of(current_member)
    return {
        matter.value: {"is_shown": choice.is_shown, "mailing": choice.mailing.value}
        for matter, choice in choices.items()
    }
