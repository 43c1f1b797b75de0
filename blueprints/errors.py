"""Every refusal and every accident becomes a page: a sentence, what to do next, and a number to quote."""

import secrets

import structlog
from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, SecurityError

from blueprints import access, carrying
from blueprints.access import viewer
from blueprints.unasked import is_unasked
from marketplace import db
from marketplace.errors import Conflict, DomainError, Unavailable
from marketplace.i18n import _

log = structlog.get_logger(__name__)

PAGES = frozenset({400, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503})


def init_app(app: Flask) -> None:
    """Answer refusals and accidents with pages."""
    app.register_error_handler(DomainError, _refusal)
    app.register_error_handler(StaleDataError, _lost)
    app.register_error_handler(IntegrityError, _lost)
    app.register_error_handler(SQLAlchemyError, _database_failed)
    app.register_error_handler(CSRFError, _foreign_form)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _accident)


def _refusal(error: DomainError) -> ResponseReturnValue:
    headers = {"Retry-After": str(error.retry_after)} if error.retry_after else {}
    number = secrets.token_hex(4)
    if error.status >= 500:
        told = {"path": request.path, "method": request.method, "request_number": number}
        log.error("request.unavailable", **told, error=repr(error.__cause__))
    return _page(error.status, error.sentence, number), error.status, headers


def _lost(error: StaleDataError | IntegrityError) -> ResponseReturnValue:
    log.info("request.lost_to_another", path=request.path, error=repr(error))
    _start_over()
    return _refusal(Conflict(_("ほかの画面で先に更新されていました。二つの内容を見くらべて選んでください。")))


def _database_failed(error: SQLAlchemyError) -> ResponseReturnValue:
    if not db.is_out_of_reach(error):
        return _accident(error)
    db.rollback()
    # The page must not ask it who is asking: each question may take as long to fail as the first.
    access.ask_nobody()
    unavailable = Unavailable(
        _("ただいま、データの読み書きができません。続くときは、下の番号を添えてお知らせください。")
    )
    unavailable.__cause__ = error
    return _refusal(unavailable)


def _foreign_form(error: CSRFError) -> ResponseReturnValue:
    log.warning("form.foreign", path=request.path, reason=error.description)
    # Signing in again in another window gives every page that is open already an old token.
    fields = carrying.sent_fields() if viewer() and not is_unasked() else []
    if not fields:
        return _page(400, ""), 400
    return render_template(
        "errors/resend.html",
        action=access.local_path(request.full_path.rstrip("?")),
        fields=fields,
        loses_files=any(file.filename for file in request.files.values()),
        loses_passwords=any("password" in name for name in request.form),
    ), 400


def _http(error: HTTPException) -> ResponseReturnValue:
    # What fails after the view (who is asking, for the headers) comes wrapped.
    original = getattr(error, "original_exception", None)
    if isinstance(original, SQLAlchemyError):
        return _database_failed(original)
    # An unknown Host has no addresses that a page of ours could link to.
    if error.code is None or error.code < 400 or isinstance(error, SecurityError):
        return error.get_response()
    headers = [pair for pair in error.get_headers() if pair[0] not in {"Content-Type", "Content-Length"}]
    return _page(error.code, ""), error.code, headers


def _accident(error: Exception) -> ResponseReturnValue:
    _start_over()
    number = secrets.token_hex(4)
    log.exception("request.failed", path=request.path, method=request.method, request_number=number)
    return _page(500, "", number), 500


def _start_over() -> None:
    """What failed took the rows at hand with it: who is asking is read again for the page that tells of it."""
    db.rollback()
    access.ask_anew()


def _page(status: int, sentence: str, number: str | None = None) -> str:
    template = f"errors/{status if status in PAGES else 400}.html"
    return render_template(template, sentence=sentence, request_number=number or secrets.token_hex(4))
