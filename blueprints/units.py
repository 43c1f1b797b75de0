"""The edge of a request: the one place where what a request did is committed or forgotten."""

from flask import Flask, Response, current_app, g, request, session
from sqlalchemy.exc import SQLAlchemyError

from blueprints.access import UNSAFE
from marketplace import db


def init_app(app: Flask) -> None:
    """Let unsafe requests write, and commit those that went well: after everything else that may write."""
    app.before_request(_begin)
    app.after_request(_finish)
    app.teardown_request(_end)


def _begin() -> None:
    is_unsafe = request.method in UNSAFE
    g.writing = db.writing(is_unsafe)
    g.writing.__enter__()
    if is_unsafe:
        g.cookie_before = dict(session)


def _finish(response: Response) -> Response:
    if request.method not in UNSAFE or response.status_code >= 400:
        db.rollback()
        return response
    try:
        db.commit()
    except SQLAlchemyError as error:
        # The cookie must not tell of what did not happen: a success, another session, a sign-out.
        session.clear()
        session.update(g.cookie_before)
        return current_app.make_response(current_app.handle_user_exception(error))
    return response


def _end(error: BaseException | None) -> None:
    writing = g.pop("writing", None)
    if writing is not None:
        writing.__exit__(None, None, None)
