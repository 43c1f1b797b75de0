"""The mails about bank accounts: to the owner, and to the address that the owner had a few days ago."""

from typing import Any

from blueprints.absolute import address_of
from marketplace import mail
from marketplace.accounts import queries as accounts
from marketplace.payouts import queries
from marketplace.payouts.service import Letter

NAMES = {
    Letter.SAVED: "bank_account_saved",
    Letter.REMOVED: "bank_account_removed",
    Letter.DECIDED: "bank_account_decided",
}
"""The folder of templates of each letter."""


def deliver(errand_id: int, payload: dict[str, Any]) -> None:
    """Send the mail that `payload` asks for: it names no bank and no digit."""
    account = queries.find_account(payload["account"])
    if account is None:
        return
    member, to = account.member, account.member.account.email
    if payload["email_change"] is not None:
        change = accounts.find_email_change(payload["email_change"])
        if change is None:
            return
        to = change.old_email
    letter = Letter(payload["letter"])
    context: dict[str, Any] = {
        "username": member.username,
        "held_until": account.payouts_held_until,
        "link": address_of("payouts.account" if letter is Letter.DECIDED else "accounts.forgot"),
        "comparison": account.comparison,
    }
    mail.send(NAMES[letter], to, member.language, errand_id, **context)
