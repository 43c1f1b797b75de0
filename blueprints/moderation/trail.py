"""The audit trail: read, filtered, taken along."""

import csv
import io
import json
from datetime import MAXYEAR, MINYEAR, datetime, time, timedelta
from typing import Any

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from blueprints.access import current_member, moderators_only
from blueprints.moderation.forms import DEED_WORDS
from blueprints.moderation.routes import bp
from blueprints.moderation.trail_words import details_of, subject_of
from marketplace.accounts import queries as accounts
from marketplace.audit import queries, service
from marketplace.audit.models import AuditDeed, AuditEntry
from marketplace.audit.queries import Filters
from marketplace.clock import TOKYO, now
from marketplace.errors import Invalid, require
from marketplace.moderation import policy

COLUMNS = ("number", "at", "actor_id", "deed", "subject", "subject_id", "details", "previous", "hash")


@bp.get("/audit")
@moderators_only
def audit() -> ResponseReturnValue:
    """Show who did what, the newest first; the query string is the filter. A day that is none is left out and said."""
    page = queries.entries(_filters(request.args), request.args.get("after"))
    names = accounts.usernames_of({entry.actor_id for entry in page.rows if entry.actor_id})
    typed = {name: request.args.get(name, "") for name in ("action", "actor", "since", "until")}
    wrong = {name for name in ("since", "until") if typed[name] and _day(typed[name]) is None}
    shown = {"names": names, "typed": typed, "wrong": wrong, "words": DEED_WORDS}
    shown |= {"details_of": details_of, "subject_of": subject_of}
    return render_template("moderation/audit.html", page=page, **shown), Invalid.status if wrong else 200


@bp.post("/audit/export")
@moderators_only
def export() -> Response:
    """Take a copy of what the filter finds, as CSV; that is recorded too."""
    require(policy.can_moderate(current_member))
    filters = _filters(request.form)
    service.record(AuditDeed.AUDIT_EXPORTED, current_member, "audit", None)
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(COLUMNS)
    rows.writerows([_cell(entry, name) for name in COLUMNS] for entry in queries.every_entry(filters))
    name = f"musubi-audit-{now():%Y%m%d-%H%M}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    # With a mark in front, spreadsheets read it as UTF-8.
    return Response("\ufeff" + written.getvalue(), mimetype="text/csv", headers=headers)


def _cell(entry: AuditEntry, name: str) -> Any:
    value = getattr(entry, name)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return value.isoformat() if isinstance(value, datetime) else value


def _filters(typed: MultiDict[str, str]) -> Filters:
    """Read the filter; what means nothing is left out."""
    action = typed.get("action", "")
    actor = accounts.find_by_username(typed.get("actor", "").strip().removeprefix("@").casefold().replace("\x00", ""))
    is_named = bool(typed.get("actor", "").strip())
    until = _day(typed.get("until", ""))
    return Filters(
        deed=AuditDeed(action) if action in set(AuditDeed) else None,
        actor_id=(actor.id if actor else 0) if is_named else None,
        since=_day(typed.get("since", "")),
        until=until + timedelta(days=1) if until else None,
    )


def _day(text: str) -> datetime | None:
    """Return the beginning of a day; None for what is none, or so far away that there is no day before or after."""
    try:
        day = datetime.fromisoformat(text).date()
    except ValueError:
        return None
    return datetime.combine(day, time(), TOKYO) if MINYEAR < day.year < MAXYEAR else None
