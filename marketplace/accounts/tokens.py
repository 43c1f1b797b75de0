"""Signed links of mails and steps: what they allow, for how long, and the state of the row that ends them."""

import hashlib
from datetime import timedelta
from enum import StrEnum

from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer


class Purpose(StrEnum):
    """What a link allows; a link made for one purpose is nothing for another."""

    REGISTRATION = "registration"
    """Becoming a member."""
    HELD = "held"
    """Mending the address of a registration, in the browser that began it."""
    PASSWORD = "password"  # noqa: S105 - a purpose
    """Setting a new password."""
    EMAIL = "email"
    """Using a new address."""
    UNDO = "undo"
    """Taking a change of address back."""
    UNSUBSCRIBE = "unsubscribe"
    """Ending mails of a kind."""
    SAVED_SEARCHES = "saved-searches"
    """Ending mails of saved searches."""
    DECISION = "decision"
    """Reading a decision of the moderators and appealing against it."""
    COMPANY = "company"
    """Belonging to a company by an address of its domain."""
    SECOND_STEP = "second-step"
    """Going on with a sign-in whose password was right."""


def make(purpose: Purpose, row_id: int, *state: str) -> str:
    """Return a token for the row `row_id`, good while `state` stays as it is."""
    return str(_serializer(purpose).dumps([row_id, fingerprint(*state)]))


def read(purpose: Purpose, token: str, within: timedelta) -> tuple[int, str] | None:
    """Return the row's id and the fingerprint of its state, or None when the token is not ours or too old."""
    try:
        row_id, mark = _serializer(purpose).loads(token, max_age=int(within.total_seconds()))
    except (BadSignature, ValueError, TypeError):
        return None
    return row_id, mark


def fingerprint(*state: str) -> str:
    """Return a short digest of `state`; ids alone may be given to another row one day."""
    return hashlib.sha256("\0".join(state).encode()).hexdigest()[:20]


def _serializer(purpose: Purpose) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt=f"musubi.{purpose}")
