"""The edge of a request: the one place where what a request did is committed or forgotten."""

from flask import Flask, Response, current_app, g, request
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

from blueprints.access import UNSAFE
from marketplace import db
from marketplace.errors import Conflict
from marketplace.i18n import _


def init_app(app: Flask) -> None:
    """Let unsafe requests write, and commit those that went well. Registered first, so that it runs last."""
    app.before_request(_begin)
    app.after_request(_finish)
    app.teardown_request(_end)


def _begin() -> None:
    g.writing = db.writing(request.method in UNSAFE)
    g.writing.__enter__()


def _finish(response: Response) -> Response:
    if request.method not in UNSAFE or response.status_code >= 400:
        db.rollback()
        return response
    try:
        db.commit()
    except (StaleDataError, IntegrityError) as error:
        db.rollback()
        current_app.logger.info("a commit lost to another: %r", error)
        return current_app.make_response(current_app.handle_user_exception(Conflict(meanwhile())))
    except OperationalError:
        db.rollback()
        raise
    return response


def _end(error: BaseException | None) -> None:
    writing = g.pop("writing", None)
    if writing is not None:
        writing.__exit__(None, None, None)


def meanwhile() -> str:
    """Return the sentence for a change that lost to another."""
    return _("ほかの画面で先に更新されていました。二つの内容を見くらべて選んでください。")
