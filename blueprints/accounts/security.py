"""Flask-Security on top of Flask-Login, fitted to one commit per request and to sessions that can be ended."""

import hashlib
import secrets
from typing import Any, cast

from flask import Flask, g, request, session
from flask_security import Security, SQLAlchemyUserDatastore, login_user, logout_user

from marketplace import db
from marketplace.accounts import sessions
from marketplace.accounts.models import Account

KEPT = ("language", "devices")
"""What a browser keeps from one session to the next: it belongs to nobody."""
MOST_DEVICES = 5


class Datastore(SQLAlchemyUserDatastore):
    """Reads and writes accounts in the request's own unit of work."""

    def commit(self) -> None:
        """Send what changed; the edge of the request commits."""
        db.db.session.flush()


def init_app(app: Flask) -> None:
    """Set up who signs in and how a later request is known to be theirs."""
    app.config.update(
        SECURITY_JOIN_USER_ROLES=False,
        SECURITY_PASSWORD_CHECK_BREACHED=None,
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106 - the name of a method
        SECURITY_PASSWORD_SINGLE_HASH=["argon2"],
        SECURITY_PASSWORD_LENGTH_MIN=10,
        SECURITY_EMAIL_VALIDATOR_ARGS={"check_deliverability": False},
        SECURITY_CLI_USERS_NAME=None,
        SECURITY_CLI_ROLES_NAME=None,
    )
    account_class: Any = Account
    Security(app, Datastore(db.db, account_class, cast(Any, None)), register_blueprint=False)
    login_manager: Any = app.extensions["security"].login_manager
    login_manager.user_loader(_account_of_session)
    # The library would also take a token from the address or a header: a second door that nobody watches.
    login_manager.request_loader(lambda request: None)
    _ask_only_when_needed(app)


def begin(account: Account, secret: str) -> None:
    """Make this browser that of `account`; nothing of the session before it remains but what belongs to nobody."""
    if "sid" in session:
        sessions.end_secret(session["sid"])
    _forget_session()
    login_user(cast(Any, account), remember=False, authn_via=["password"])
    session["sid"] = secret
    session.permanent = True


def end() -> None:
    """Make this browser nobody's."""
    if "sid" in session:
        sessions.end_secret(session["sid"])
    logout_user()
    _forget_session()


def this_secret() -> str | None:
    """Return the secret of this browser's session."""
    return session.get("sid")


def renew() -> None:
    """Give this browser's session a new secret, so that a copy of its cookie made before is worth nothing."""
    session["sid"] = sessions.renew(g.session)


def counted_as(email: str) -> str:
    """Return by which name tries to sign in as `email` are counted.

    A browser that signed in as `email` before is counted by itself: others cannot lock its owner out.
    """
    device = session.get("devices", {}).get(_mark(email))
    return f"{email} {device}" if device else email


def remember_device(email: str) -> None:
    """Note in the cookie that `email` signed in with this browser."""
    devices = dict(session.get("devices", {}))
    devices[_mark(email)] = devices.pop(_mark(email), None) or secrets.token_hex(8)
    session["devices"] = dict(list(devices.items())[-MOST_DEVICES:])


def was_somebody_else(account: Account) -> bool:
    """Tell whether this browser's last session was another account's."""
    return bool(session.get("_user_id", account.fs_uniquifier) != account.fs_uniquifier)


def device() -> str:
    """Return what the browser says of itself."""
    return request.headers.get("User-Agent", "")


def _mark(email: str) -> str:
    return hashlib.sha256(email.encode()).hexdigest()[:16]


def _forget_session() -> None:
    kept = {name: session[name] for name in KEPT if name in session}
    session.clear()
    session.update(kept)
    session.permanent = True
    g.pop("session", None)
    # Flask-WTF keeps the session's token for the rest of the request.
    g.pop("csrf_token", None)


def _account_of_session(fs_uniquifier: str) -> Account | None:
    """Ask the session table first: a cookie whose session has ended signs nobody in."""
    found = sessions.find(session.get("sid", ""))
    if found is None or found.account.fs_uniquifier != fs_uniquifier:
        return None
    g.session = found
    return found.account


def _ask_only_when_needed(app: Flask) -> None:
    """Two libraries look at the session in every request, files included, for roles and a cookie that we do not use.

    What looked at the session may not be kept by a cache that several visitors share.
    """
    before, after = app.before_request_funcs[None], app.after_request_funcs[None]
    before[:] = [each for each in before if not each.__module__.startswith("flask_principal")]
    after[:] = [each for each in after if not each.__module__.startswith("flask_login")]
