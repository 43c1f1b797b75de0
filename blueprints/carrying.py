"""What was typed when a session had ended: carried through the sign-in, put back into its form, forgotten once sent."""

import json
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, flash, request, session
from werkzeug.exceptions import HTTPException

from blueprints.access import UNSAFE, local_path, viewer
from marketplace.accounts import drafts
from marketplace.accounts.drafts import Fields
from marketplace.accounts.models import Member
from marketplace.i18n import _

LONGEST = 40_000
"""How many characters of a form are carried: twice the longest form of ours."""
NEVER_CARRIED = frozenset({"csrf_token", "next", "carried"})


def init_app(app: Flask) -> None:
    """Forget a draft when its form has been sent."""
    app.after_request(_forget_what_was_sent)


def form_path() -> str:
    """Return the page on which the sent form stood: this path if it can be read, else the referring one."""
    adapter = current_app.create_url_adapter(request)
    try:
        if adapter is not None:
            adapter.match(request.path, method="GET")
            return local_path(_path_and_query(request.path, request.query_string.decode("utf-8", "replace")))
    except HTTPException:
        pass
    referrer = urlsplit(request.referrer or "")
    return local_path(_path_and_query(referrer.path, referrer.query)) if referrer.netloc == request.host else "/"


def typed_fields() -> str:
    """Return the fields of this request worth keeping, as JSON: no passwords, no files, nothing from another site."""
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    origin = request.headers.get("Origin", request.host_url)
    if site != "same-origin" or urlsplit(origin).netloc != request.host:
        return ""
    fields = [
        [name, value]
        for name, value in request.form.items(multi=True)
        if name not in NEVER_CARRIED and "password" not in name
    ]
    carried = json.dumps(fields, ensure_ascii=False) if fields else ""
    return carried if len(carried) <= LONGEST else ""


def keep(member: Member, path: str, carried: str) -> None:
    """Keep what `carried` says for the form at `path`, and let the next page say so."""
    fields = _fields_of(carried)
    if fields:
        drafts.keep(member, path, fields)
        session["draft"] = path
        flash(_("入力していた内容を戻しました。"), "info")


def draft() -> Fields | None:
    """Return what was kept for the page that is being opened, or None."""
    if request.method != "GET" or "draft" not in session:
        return None
    here = _path_and_query(request.path, request.query_string.decode("utf-8", "replace"))
    member = viewer()
    return drafts.find(member, here) if member and session["draft"] == here else None


def _forget_what_was_sent(response: Response) -> Response:
    if request.method in UNSAFE and response.status_code < 400 and session.get("draft") == form_path():
        member = viewer()
        if member:
            drafts.forget(member, session.pop("draft"))
    return response


def _fields_of(carried: str) -> Fields:
    """Read what a browser sent back; it may be anything."""
    if len(carried) > LONGEST:
        return []
    try:
        pairs = json.loads(carried)
        return [(str(name), str(value)) for name, value in pairs if "password" not in str(name)]
    except (ValueError, TypeError, RecursionError):
        return []


def _path_and_query(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path
