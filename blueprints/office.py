"""The moderators' door: to everybody else there is none, and they show their second factor again from time to time."""

from flask import Flask, abort, current_app, has_request_context, redirect, request, url_for
from flask.typing import ResponseReturnValue

from blueprints import carrying
from blueprints.access import UNSAFE, current_session, is_for_moderators, viewer
from marketplace.accounts import queries as accounts
from marketplace.accounts import sessions
from marketplace.moderation import queries as moderation
from marketplace.verification import queries as verification

OFFICE = "/moderation/"


def init_app(app: Flask) -> None:
    """Look before anybody else does: a visitor would be asked to sign in."""
    app.before_request(_keep_the_office_closed)
    app.context_processor(_waiting)


def _waiting() -> dict[str, object]:
    """What waits stands in the bar of every page of the office."""
    # A mail is rendered without a request.
    if not has_request_context() or request.endpoint is None or not is_for_moderators(current_app, request.endpoint):
        return {}
    member = viewer()
    return {"workload": moderation.workload(), "papers": verification.workload(member)} if member else {}


def _keep_the_office_closed() -> ResponseReturnValue | None:
    # What answers to another method only, or with a slash more, would tell that it is there.
    is_of_office = f"{request.path}/".startswith(OFFICE)
    if request.endpoint is not None:
        is_of_office = is_for_moderators(current_app, request.endpoint)
    if not is_of_office:
        return None
    member = viewer()
    if member is None or not member.is_moderator:
        abort(404)
    if request.endpoint is None or sessions.is_proved(current_session):
        return None
    if not accounts.has_second_factor(current_session.account):
        abort(404)
    page = carrying.form_path()
    if request.method in UNSAFE:
        carrying.keep(member, page, carrying.typed_fields())
    return redirect(url_for("accounts.prove", next=page))
