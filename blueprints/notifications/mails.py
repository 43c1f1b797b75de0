"""The mails of notifications: made up, rendered and sent by the drain, in the reader's language."""

from typing import Any

from flask import render_template
from markupsafe import Markup

from blueprints.absolute import address_of
from blueprints.notifications.places import place_of
from blueprints.notifications.words import LABELS
from marketplace import mail
from marketplace.accounts import queries as accounts
from marketplace.accounts import tokens
from marketplace.accounts.tokens import Purpose
from marketplace.i18n import speaking
from marketplace.notifications import bundles
from marketplace.notifications.bundles import Bundle
from marketplace.notifications.models import Mailing
from marketplace.notifications.queries import Told

MOST_LINES = 50
"""How many notifications stand in a mail; of more it says how many."""


def deliver(errand_id: int, payload: dict[str, Any]) -> None:
    """Send what waits for a member in one mail, unless nothing of it is news any more."""
    account = accounts.find_account_by_id(payload["member"])
    if account is None:
        return
    bundle = bundles.make(account.member, Mailing(payload["mailing"]))
    if bundle.news and account.active and account.member.left_at is None:
        _send(bundle, account.email, errand_id)
    bundles.settle(bundle)


def _send(bundle: Bundle, email: str, errand_id: int) -> None:
    """Nothing that was written stands in it: a mail is read on locked screens too."""
    language = bundle.member.language
    stop = _unsubscribe_address(bundle)
    with speaking(language):
        news = [_line(told) for told in bundle.news[:MOST_LINES]]
        labels = [str(LABELS[matter]) for matter in bundle.matters]
    # One click of the mail reader is enough (RFC 8058).
    headers = {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    addresses = {
        "stop": stop,
        "settings": address_of("notifications.choose"),
        "page": address_of("notifications.index"),
    }
    context = {"news": news, "count": len(bundle.news), "labels": labels, **addresses}
    mail.send("news", email, language, errand_id, headers=headers, **context)


def _line(told: Told) -> tuple[Markup, str]:
    """The sentence of the page, and the full address of what it speaks of."""
    sentence = Markup(render_template(f"events/{told.event.kind}.html", told=told))  # noqa: S704 - escaped by its template
    endpoint, values = place_of(told)
    return sentence, address_of(endpoint, **values)


def _unsubscribe_address(bundle: Bundle) -> str:
    member, matters = bundle.member, bundle.matters
    token = tokens.make(Purpose.UNSUBSCRIBE, member.id, member.username, *matters)
    return address_of("notifications.unsubscribe", matters="-".join(matters), token=token)
