"""The mails of accounts: who gets which, and where its link leads. Rendered and sent by the drain."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from blueprints.absolute import address_of
from marketplace import mail
from marketplace.accounts import mailing, queries, tokens
from marketplace.accounts.mailing import Letter
from marketplace.accounts.models import Registration
from marketplace.accounts.tokens import Purpose
from marketplace.clock import now

TOPIC = mailing.TOPIC


@dataclass(frozen=True)
class Envelope:
    """One mail, ready to be rendered: the folder of its templates, its reader, and what its text needs."""

    name: str
    to: str
    language: str
    context: dict[str, Any] = field(default_factory=dict)


def deliver(errand_id: int, payload: dict[str, Any]) -> None:
    """Send the mail that `payload` asks for; nobody gets one when what it was about is over."""
    envelope = ENVELOPES[Letter(payload["letter"])](payload)
    if envelope is not None:
        mail.send(envelope.name, envelope.to, envelope.language, errand_id, **envelope.context)


def _registration(payload: dict[str, Any]) -> Envelope | None:
    return _about_registration(queries.find_registration_by_id(payload["id"]))


def _registration_again(payload: dict[str, Any]) -> Envelope | None:
    return _about_registration(queries.find_registration(payload["email"]))


def _about_registration(asked: Registration | None) -> Envelope | None:
    """Only here a known address is treated differently: its mailbox is told that it is known."""
    if asked is None or not asked.is_open(now()):
        return None
    if queries.is_email_taken(asked.email):
        return _already_known(asked.email, asked.language)
    token = tokens.make(Purpose.REGISTRATION, asked.id, *asked.state)
    context = {"username": asked.username, "link": address_of("accounts.confirm", token=token)}
    return Envelope("confirm_registration", asked.email, asked.language, context)


def _already_known(email: str, language: str) -> Envelope:
    links = {"link": address_of("accounts.login"), "reset_link": address_of("accounts.forgot")}
    return Envelope("already_registered", email, language, links)


def _password_reset(payload: dict[str, Any]) -> Envelope | None:
    account = queries.find_account(payload["email"])
    if account is None or not account.active:
        return None
    token = tokens.make(Purpose.PASSWORD, account.id, *account.state)
    context = {"username": account.member.username, "link": address_of("accounts.reset_link", token=token)}
    return Envelope("reset_password", account.email, account.member.language, context)


def _password_changed(payload: dict[str, Any]) -> Envelope | None:
    account = queries.find_account_by_id(payload["id"])
    if account is None:
        return None
    context = {"username": account.member.username, "link": address_of("accounts.forgot")}
    return Envelope("password_changed", account.email, account.member.language, context)


def _email_change(payload: dict[str, Any]) -> Envelope | None:
    change = queries.find_email_change(payload["id"])
    if change is None or not change.can_be_confirmed(now()):
        return None
    member = change.account.member
    if queries.is_email_taken(change.new_email, by_others_than=change.account_id):
        return _already_known(change.new_email, member.language)
    token = tokens.make(Purpose.EMAIL, change.id, *change.state)
    context = {"username": member.username, "link": address_of("accounts.confirm_email", token=token)}
    return Envelope("confirm_email", change.new_email, member.language, context)


def _email_changed(payload: dict[str, Any]) -> Envelope | None:
    change = queries.find_email_change(payload["id"])
    if change is None or not change.can_be_undone(now()):
        return None
    member = change.account.member
    token = tokens.make(Purpose.UNDO, change.id, *change.state)
    context = {
        "username": member.username,
        "link": address_of("accounts.undo_email", token=token),
        "until": change.undone_until,
    }
    return Envelope("email_changed", change.old_email, member.language, context)


def _about_second_factor(name: str, payload: dict[str, Any]) -> Envelope | None:
    account = queries.find_account_by_id(payload["id"])
    if account is None:
        return None
    _since, left = queries.second_factor_of(account) or (None, 0)
    context = {"username": account.member.username, "left": left, "link": address_of("accounts.forgot")}
    return Envelope(name, account.email, account.member.language, context)


ENVELOPES: dict[Letter, Callable[[dict[str, Any]], Envelope | None]] = {
    Letter.REGISTRATION: _registration,
    Letter.REGISTRATION_AGAIN: _registration_again,
    Letter.PASSWORD_RESET: _password_reset,
    Letter.PASSWORD_CHANGED: _password_changed,
    Letter.EMAIL_CHANGE: _email_change,
    Letter.EMAIL_CHANGED: _email_changed,
    Letter.SECOND_FACTOR_ON: partial(_about_second_factor, "second_factor_on"),
    Letter.SECOND_FACTOR_OFF: partial(_about_second_factor, "second_factor_off"),
    Letter.RECOVERY_CODES_RENEWED: partial(_about_second_factor, "recovery_codes_renewed"),
    Letter.RECOVERY_CODE_USED: partial(_about_second_factor, "recovery_code_used"),
}
