"""The mail that tells a member what the moderators decided: it is sent whatever the member has chosen."""

from typing import Any

from blueprints.absolute import address_of
from marketplace import mail
from marketplace.accounts import queries as accounts
from marketplace.accounts import tokens
from marketplace.accounts.tokens import Purpose
from marketplace.moderation.service.decisions import STATEMENT

TOPIC = STATEMENT


def deliver(errand_id: int, payload: dict[str, Any]) -> None:
    """Send the link to the decision; who is suspended gets it too, and reads it without signing in."""
    account = accounts.find_account_by_id(payload["member"])
    if account is None:
        return
    member = account.member
    token = tokens.make(Purpose.DECISION, payload["decision"], member.username)
    context = {"link": address_of("reports.decision_by_link", token=token), "is_answer": payload["is_answer"]}
    mail.send("decision", account.email, member.language, errand_id, **context)
