"""The mails of saved searches: made up, rendered and sent by the drain, in the reader's language."""

from typing import Any

from blueprints.absolute import address_of
from blueprints.saved_searches.places import place_of
from marketplace import mail
from marketplace.accounts import queries as accounts
from marketplace.accounts import tokens
from marketplace.accounts.tokens import Purpose
from marketplace.errors import NotFound
from marketplace.saved_searches import bundles
from marketplace.saved_searches.bundles import Bundle
from marketplace.saved_searches.models import SavedSearch, SavedSearchHit, SearchMailing

MOST_LINES = 10
"""How many of what a search finds stand in a mail; of more it says how many."""


def deliver(errand_id: int, payload: dict[str, Any]) -> None:
    """Send what waits for a member in one mail, unless nothing of it is news any more."""
    account = accounts.find_account_by_id(payload["member"])
    if account is None:
        return
    bundle = bundles.make(account.member, SearchMailing(payload["mailing"]))
    if bundle.news and account.active and account.member.left_at is None:
        _send(bundle, account.email, errand_id)
    bundles.settle(bundle)


def _send(bundle: Bundle, email: str, errand_id: int) -> None:
    stop = _unsubscribe_address(bundle)
    # One click of the mail reader is enough (RFC 8058).
    headers = {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    found = [
        (search, _address_of(search), [_line(hit) for hit in hits[:MOST_LINES]], len(hits))
        for search, hits in bundle.by_search
    ]
    page = address_of("saved_searches.index")
    context = {"found": found, "count": len(bundle.news), "page": page, "stop": stop}
    mail.send("saved_searches", email, bundle.member.language, errand_id, headers=headers, **context)


def _address_of(search: SavedSearch) -> str:
    endpoint, values = place_of(search, newest_first=True)
    return address_of(endpoint, **values)


def _line(hit: SavedSearchHit) -> tuple[str, str]:
    """What was found by its name, and its full address."""
    if hit.job is not None:
        return hit.job.title, address_of("jobs.show", job_id=hit.job.id)
    if hit.worker is not None:
        return hit.worker.nickname, address_of("profiles.show", username=hit.worker.username)
    raise NotFound


def _unsubscribe_address(bundle: Bundle) -> str:
    ids = sorted(str(search.id) for search, _hits in bundle.by_search)
    token = tokens.make(Purpose.SAVED_SEARCHES, bundle.member.id, bundle.member.username, *ids)
    return address_of("saved_searches.unsubscribe", numbers="-".join(ids), token=token)
