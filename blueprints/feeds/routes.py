"""カレンダー: the secret address in the settings, and what it answers."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.absolute import address_of
from blueprints.access import current_member, public
from blueprints.feeds.calendars import CONTENT_TYPE, calendar_of
from marketplace import limits
from marketplace.contracts.queries import feeds as queries
from marketplace.contracts.service import feeds as service
from marketplace.errors import NotFound
from marketplace.i18n import _, speaking

bp = Blueprint("feeds", __name__)

SUFFIX = ".ics"
"""By which calendars know what it is."""


@bp.get("/settings/calendar")
def index() -> str:
    """Say whether there is an address, and what it shows."""
    return render_template("feeds/index.html", feed=queries.find_feed(current_member))


@bp.post("/settings/calendar/renew")
def renew() -> Response:
    """Make an address, in the place of a former one, and show it: this once."""
    limits.check(limits.Action.FEED, account=current_member.id)
    secret = service.renew(current_member)
    page = render_template("feeds/renewed.html", address=address_of("feeds.calendar", name=f"{secret}{SUFFIX}"))
    return Response(page, headers={"Cache-Control": "no-store"})


@bp.post("/settings/calendar/revoke")
def revoke() -> ResponseReturnValue:
    """End the address."""
    service.revoke(current_member)
    flash(_("カレンダーの連携を終わりました。"), "ok")
    return redirect(url_for(".index"))


@bp.get("/feeds/<name>")
@public
def calendar(name: str) -> Response:
    """Hand out the days to whoever knows the address; wrong ones are counted."""
    try:
        member = queries.get_reader(name.removesuffix(SUFFIX) if name.endswith(SUFFIX) else "")
    except NotFound:
        limits.check(limits.Action.FEED_MISS, address=request.remote_addr)
        raise
    with speaking(member.language):
        content = calendar_of(queries.days_of(member))
    headers = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
    return Response(content, mimetype=CONTENT_TYPE, headers=headers)
