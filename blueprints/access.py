"""Who is asking, and which doors are open: every endpoint is closed to visitors unless it is marked @public."""

from collections.abc import Callable
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, has_request_context, redirect, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.local import LocalProxy

from blueprints.unasked import is_unasked
from marketplace.accounts import sessions
from marketplace.accounts.models import Account, Member, Session
from marketplace.clock import today

View = TypeVar("View", bound=Callable[..., Any])

UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
PUBLIC_FILES = frozenset({"static", "bootstrap.static"})


def public(view: View) -> View:
    """Open this endpoint to visitors who are not signed in."""
    cast(Any, view).is_public = True
    return view


def open_to_departed(view: View) -> View:
    """Open this endpoint to members who have left and may come back; everywhere else they are visitors."""
    cast(Any, view).is_open_to_departed = True
    return view


def open_to_suspended(view: View) -> View:
    """Open this endpoint to members who are suspended; everywhere else they are visitors.

    It is open to them for what has been agreed, and for their own data: nothing new begins there.
    """
    cast(Any, view).is_open_to_suspended = True
    return view


def readable_while_suspended(view: View) -> View:
    """Let members who are suspended read this page, and send nothing from it."""
    cast(Any, view).is_readable_while_suspended = True
    return view


def moderators_only(view: View) -> View:
    """Open this endpoint to moderators who have shown their second factor lately; to all others it is not there."""
    cast(Any, view).is_for_moderators = True
    return view


def _session() -> Session | None:
    if not has_request_context():
        return None
    if "_login_user" not in g:
        # Flask-Login asks the session table once a request, when somebody first wants to know.
        current_user._get_current_object()
    session = cast(Session | None, g.get("session")) if g._login_user.is_authenticated else None
    return None if session is None or _kept_from(session) else session


def _kept_from(session: Session) -> str | None:
    """Return the page that is left to this sign-in, unless what is asked for is open to it."""
    page = page_left_to(session.account)
    if page is None:
        return None
    view = current_app.view_functions.get(request.endpoint or "")
    if session.account.member.left_at:
        return None if getattr(view, "is_open_to_departed", False) else page
    is_read = request.method not in UNSAFE and getattr(view, "is_readable_while_suspended", False)
    return None if is_read or getattr(view, "is_open_to_suspended", False) else page


def page_left_to(account: Account) -> str | None:
    """Return the endpoint to which somebody who has left, or is suspended, is led; None for everybody else."""
    if account.member.left_at is not None:
        return "leaving.come_back"
    return None if account.active else "leaving.data"


def is_suspended() -> bool:
    """Tell whether the member who is asking is suspended: of the pages they see, few are theirs to use."""
    session = _session()
    return session is not None and not session.account.active


def only_page() -> str | None:
    """Return the one endpoint that is left to whoever is signed in here and has left, or is suspended; else None."""
    is_known = has_request_context() and current_user.is_authenticated
    session = cast(Session | None, g.get("session")) if is_known else None
    return _kept_from(session) if session is not None else None


def _member() -> Member | None:
    session = _session()
    return session.account.member if session else None


current_session = cast(Session, LocalProxy(_session))
"""The sign-in this request came with; falsy for visitors."""

current_member = cast(Member, LocalProxy(_member))
"""The member who is asking; falsy for visitors, so only public views need to ask."""


def viewer() -> Member | None:
    """Return the member who is asking, or None for a visitor."""
    return _member()


def ask_anew() -> None:
    """Read again who is asking: a rollback lets go of all rows. Without a database everybody is a visitor."""
    g.pop("session", None)
    g.pop("_login_user", None)
    try:
        viewer()
    except SQLAlchemyError:
        ask_nobody()


def ask_nobody() -> None:
    """Take whoever asks for a visitor from now on, without a question to the database."""
    g.pop("session", None)
    g._login_user = current_app.extensions["security"].login_manager.anonymous_user()


def init_app(app: Flask) -> None:
    """Turn visitors away from every endpoint that is not public, and note the day of each member's newest deed."""
    app.before_request(_turn_visitors_away)
    app.after_request(_note_activity)


def is_public(app: Flask, endpoint: str) -> bool:
    """Tell whether visitors may use `endpoint`."""
    return endpoint in PUBLIC_FILES or bool(getattr(app.view_functions[endpoint], "is_public", False))


def is_for_moderators(app: Flask, endpoint: str) -> bool:
    """Tell whether only moderators may use `endpoint`."""
    return bool(getattr(app.view_functions.get(endpoint), "is_for_moderators", False))


def local_path(target: str | None) -> str:
    """Return `target` if it is a path of this site, otherwise `/` (no address elsewhere, no trick with slashes)."""
    if not target or not target.startswith("/") or target.startswith("//") or len(target) > 2000:
        return "/"
    if "\\" in target or any(ord(character) < 33 for character in target):
        return "/"
    parts = urlsplit(target)
    return "/" if parts.scheme or parts.netloc else target


def _turn_visitors_away() -> ResponseReturnValue | None:
    endpoint = request.endpoint
    if endpoint is None or is_public(current_app, endpoint):
        return None
    if current_user.is_authenticated:
        return _show_the_only_page()
    if request.method in UNSAFE or "HX-Request" in request.headers or is_unasked():
        # Answered with the sign-in, which carries what was typed.
        abort(401)
    path = request.full_path if request.query_string else request.path
    return redirect(url_for("accounts.login", next=local_path(path)))


def _show_the_only_page() -> ResponseReturnValue | None:
    page = only_page()
    if page is None:
        return None
    if request.method in UNSAFE or "HX-Request" in request.headers or is_unasked():
        abort(403)
    return redirect(url_for(page))


def _note_activity(response: Response) -> Response:
    session = g.get("session")
    if session is not None and request.method in UNSAFE and response.status_code < 400:
        if session.last_active_on != today():
            cookie.modified = True  # it lasts from today on, as the session does
        sessions.note_activity(session)
    return response
