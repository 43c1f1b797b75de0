"""Mails of saved searches: when they are made, and what goes into one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from marketplace import outbox
from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.saved_searches import queries
from marketplace.saved_searches.models import SavedSearch, SavedSearchHit, SearchMailing

MAIL = "saved_searches.mail"
"""The topic of errands that ask for a mail; their payload is the member's number and the kind of mailing."""
MORNING = time(8)
"""When the mail of a day is made, where its reader is."""
A_DAY = timedelta(days=1)
MOST_MAILS = 6
"""How many mails at once a member gets in a day; what is more waits for the next morning."""


@dataclass(frozen=True)
class Bundle:
    """What waits for one mail to a member; of it what is news to them, unless all of it must wait."""

    member: Member
    mailing: SearchMailing
    waiting: Sequence[SavedSearchHit]
    news: Sequence[SavedSearchHit]
    is_for_tomorrow: bool = False

    @property
    def by_search(self) -> list[tuple[SavedSearch, list[SavedSearchHit]]]:
        """The news, search by search."""
        found: dict[int, tuple[SavedSearch, list[SavedSearchHit]]] = {}
        for hit in self.news:
            found.setdefault(hit.search_id, (hit.search, []))[1].append(hit)
        return list(found.values())


def ask(member: Member, mailing: SearchMailing) -> None:
    """Have a mail made up; for whoever has one coming already, that one takes all along."""
    wait = timedelta() if mailing is SearchMailing.AT_ONCE else _next_morning(member) - now()
    outbox.put(MAIL, {"member": member.id, "mailing": mailing.value}, delay=wait)


def make(member: Member, mailing: SearchMailing) -> Bundle:
    """Look what this mail to `member` would hold; nothing is changed, for sending takes long."""
    waiting = queries.unmailed_to(member, mailing)
    news = queries.mailable(member, waiting) if waiting else []
    is_too_much = mailing is SearchMailing.AT_ONCE and queries.mails_since(member, now() - A_DAY) >= MOST_MAILS
    if news and is_too_much:
        return Bundle(member, mailing, waiting, [], is_for_tomorrow=True)
    return Bundle(member, mailing, waiting, news)


def settle(bundle: Bundle) -> None:
    """Note that the mail was sent, or that it waits for the morning, and ask for one for what came meanwhile."""
    queries.lock(bundle.member)
    for hit in bundle.waiting:
        hit.mailing = SearchMailing.DAILY if bundle.is_for_tomorrow else SearchMailing.NEVER
    at = now()
    for hit in bundle.news:
        hit.mailed_at = at
    if bundle.is_for_tomorrow:
        ask(bundle.member, SearchMailing.DAILY)
    elif queries.waits_for_mail(bundle.member, bundle.mailing, besides=bundle.waiting):
        ask(bundle.member, bundle.mailing)


def _next_morning(member: Member) -> datetime:
    zone = ZoneInfo(member.time_zone)
    here = now().astimezone(zone)
    day = here.date() if here.time() < MORNING else here.date() + A_DAY
    return datetime.combine(day, MORNING, zone)
