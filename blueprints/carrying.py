"""What was typed and not sent: carried through a sign-in or saved meanwhile, and put back until its form is sent."""

import json
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, flash, g, request, session
from werkzeug.exceptions import HTTPException

from blueprints.access import local_path, viewer
from marketplace.accounts import drafts
from marketplace.accounts.drafts import Fields
from marketplace.accounts.models import Draft, Member
from marketplace.i18n import _

LONGEST = 40_000
"""How many characters of a form are carried: twice the longest form of ours."""
NEVER_CARRIED = frozenset(
    {
        *("csrf_token", "next", "carried", "number", "code", "recovery_code"),
        # A bank account is stored encrypted, or not at all.
        *("holder", "seen", "symbol", "passbook_number"),
    }
)
NEVER_TYPED = NEVER_CARRIED | {"once", "look", "revise", "send"}
"""What forms send along that nobody typed."""


def init_app(app: Flask) -> None:
    """Settle what becomes of the draft of a form once it is known what came of sending it."""
    app.after_request(_settle)


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


def sent_fields() -> Fields:
    """Return the fields of this request that may be sent once more, as `typed_fields` chooses them."""
    return _fields_of(typed_fields())


def keep(member: Member, path: str, carried: str) -> None:
    """Keep what `carried` says for the form at `path`, and let the next page say so."""
    fields = _fields_of(carried)
    if fields:
        drafts.keep(member, path, fields)
        session["draft"] = path
        flash(_("入力していた内容を戻しました。"), "info")


def is_blank() -> bool:
    """Tell whether nothing was typed into the form that this request brings."""
    return not any(value.strip() for name, value in request.form.items(multi=True) if name not in NEVER_TYPED)


def keep_typed(member: Member, path: str) -> bool:
    """Keep what was typed into the form that this request brings; tell whether it was not too much."""
    noted: dict[str, list[str]] = g.get("noted_fields", {})
    fields = [pair for pair in sent_fields() if pair[0] not in NEVER_TYPED | noted.keys()]
    fields += [(name, value) for name, values in noted.items() for value in values]
    if fields:
        drafts.keep(member, path, fields)
    return bool(fields)


def draft(path: str = "") -> Draft | None:
    """Return what was kept for the form at `path`, or for the page that is being opened, when that is being opened."""
    member = viewer()
    if request.method != "GET" or member is None:
        return None
    if not path:
        path = _path_and_query(request.path, request.query_string.decode("utf-8", "replace"))
        if session.get("draft") != path:
            return None
    elif session.get("draft") == path:
        # From here on the form itself sees to its draft: a button beside it must not take it along.
        session.pop("draft")
    return drafts.find(member, path)


def note_sent(path: str = "") -> None:
    """Note that this request brings a form whose drafts are kept at `path`, or at the page on which it stood."""
    g.sent_form = path


def note_field(name: str, values: list[str]) -> None:
    """Let the draft of the form that this request brings hold `values` in the place of what was sent as `name`."""
    g.setdefault("noted_fields", {})[name] = values


def _settle(response: Response) -> Response:
    """Forget what was sent, which is answered by a redirect; keep what is looked at once more before."""
    path = g.pop("sent_form", None)
    member = viewer() if path is not None else None
    if member is None:
        return response
    if 300 <= response.status_code < 400:
        if not path and session.get("draft") == form_path():
            path = session["draft"]
        if path:
            drafts.forget(member, path)
            if session.get("draft") == path:
                session.pop("draft")
    elif path and response.status_code < 300:
        keep_typed(member, path)
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
