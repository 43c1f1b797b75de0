"""The mails about leaving: an export is ready, how to come back, and that everything is erased."""

from typing import Any

from blueprints.absolute import address_of
from marketplace import mail
from marketplace.accounts import queries as accounts
from marketplace.clock import now
from marketplace.db import truncate_soon
from marketplace.leaving import queries
from marketplace.leaving.models import RETURN_WITHIN
from marketplace.leaving.service import GONE, LEFT, READY


def deliver(errand_id: int, payload: dict[str, Any]) -> None:
    """Send what `payload` asks for, unless it is over."""
    _DELIVERING[payload["letter"]](errand_id, payload)


def _ready(errand_id: int, payload: dict[str, Any]) -> None:
    export = queries.find_export(payload["id"])
    if export is None or not export.can_be_fetched(now()):
        return
    account = accounts.find_account_by_id(export.member_id)
    if account is not None and account.member.left_at is None:
        context: dict[str, Any] = {"until": export.until, "link": address_of("leaving.data")}
        mail.send("export_ready", account.email, account.member.language, errand_id, **context)


def _left(errand_id: int, payload: dict[str, Any]) -> None:
    account = accounts.find_account_by_id(payload["id"])
    if account is None or account.member.left_at is None:
        return
    context: dict[str, Any] = {
        "username": account.member.username,
        "until": account.member.left_at + RETURN_WITHIN,
        "link": address_of("accounts.login"),
    }
    mail.send("left", account.email, account.member.language, errand_id, **context)


def _gone(errand_id: int, payload: dict[str, Any]) -> None:
    """The last mail: the errand is the one place that still holds the address, and goes once it is sent."""
    context = {"username": payload["username"], "link": address_of("home.privacy")}
    mail.send("erased", payload["email"], payload["language"], errand_id, **context)
    truncate_soon()


_DELIVERING = {READY: _ready, LEFT: _left, GONE: _gone}
