"""What a page asks for by itself: nobody waits for it, and several of these may be on their way at once."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import Flask, current_app, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin

View = TypeVar("View", bound=Callable[..., Any])


def unasked(view: View) -> View:
    """Mark an endpoint that pages ask by themselves: it refuses visitors in a word, and leaves the cookie alone."""
    cast(Any, view).is_unasked = True
    return view


def is_unasked() -> bool:
    """Tell whether this request is one that a page sent by itself."""
    view = current_app.view_functions.get(request.endpoint or "")
    return bool(getattr(view, "is_unasked", False))


def init_app(app: Flask) -> None:
    """Keep the cookie as it is when what a page asks by itself is answered."""
    app.session_interface = _Cookie()


class _Cookie(SecureCookieSessionInterface):
    """An answer that was overtaken would bring the cookie of before back: sign somebody out, or lose what was said."""

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        return not is_unasked() and super().should_set_cookie(app, session)
