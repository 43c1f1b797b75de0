"""Mails of notifications: when they are made, what goes into one, and what must wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from marketplace import outbox
from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.follows import queries as follows
from marketplace.notifications import queries
from marketplace.notifications.models import Mailing, Matter, Notification
from marketplace.notifications.queries import Told
from marketplace.notifications.recipients import HABITS

MAIL = "notifications.mail"
BUNDLED_FOR = timedelta(minutes=10)
"""How long a mail waits for what else may come."""
MORNING = time(8)
"""When the mail of a day is made, where its reader is."""
A_DAY = timedelta(days=1)
MOST_MAILS = 12
"""How many mails a member gets in a day; what is more waits for the next morning."""
KEPT_MAILS = 4
"""How many of those are kept for invitations and for what friends did."""


@dataclass(frozen=True)
class Bundle:
    """What waits for one mail to a member: some of it is news to be sent, some is not any more, some must wait."""

    member: Member
    mailing: Mailing
    waiting: Sequence[Notification]
    news: Sequence[Told]
    later: Sequence[Told]

    @property
    def matters(self) -> list[Matter]:
        """What the mail is about."""
        return sorted({told.matter for told in self.news})


def ask(member: Member, notification: Notification) -> None:
    """Have a mail made up, unless one that will take this along is asked for already."""
    if not queries.waits_for_mail(member, notification.mailing, besides=[notification]):
        _put(member, notification.mailing)


def make(member: Member, mailing: Mailing) -> Bundle:
    """Look what this mail to `member` would hold; nothing is changed, for sending takes long."""
    waiting = queries.unmailed_to(member, mailing)
    if not waiting:
        return Bundle(member, mailing, [], [], [])
    choices = queries.choices_of(member)
    news = [told for told in queries.mailable(member, waiting) if choices[told.matter].mailing is not Mailing.OFF]
    sent, later = _within_the_day(member, news) if mailing is Mailing.AT_ONCE else (news, [])
    return Bundle(member, mailing, waiting, sent, later)


def settle(bundle: Bundle) -> None:
    """Note that the mail was sent, and ask for one for what must wait or came meanwhile."""
    queries.lock(bundle.member)
    for notification in bundle.waiting:
        notification.mailing = Mailing.OFF
    at = now()
    for told in bundle.news:
        told.notification.mailed_at = at
    for told in bundle.later:
        told.notification.mailing = Mailing.DAILY
        ask(bundle.member, told.notification)
    if queries.waits_for_mail(bundle.member, bundle.mailing, besides=bundle.waiting):
        _put(bundle.member, bundle.mailing)


def _put(member: Member, mailing: Mailing) -> None:
    wait = BUNDLED_FOR if mailing is Mailing.AT_ONCE else _next_morning(member) - now()
    outbox.put(MAIL, {"member": member.id, "mailing": mailing.value}, delay=wait)


def _next_morning(member: Member) -> datetime:
    zone = ZoneInfo(member.time_zone)
    here = now().astimezone(zone)
    day = here.date() if here.time() < MORNING else here.date() + A_DAY
    return datetime.combine(day, MORNING, zone)


def _within_the_day(member: Member, news: Sequence[Told]) -> tuple[list[Told], list[Told]]:
    """Part what may be mailed today, invitations and friends first, from what must wait."""
    relations = follows.relations(member, [told.person for told in news])
    first: list[Told] = []
    rest: list[Told] = []
    for told in news:
        is_first = HABITS[told.matter].comes_first or relations[told.person.id].are_friends
        (first if is_first else rest).append(told)
    left = MOST_MAILS - queries.mails_since(member, now() - A_DAY)
    if left <= 0:
        return [], [*first, *rest]
    return (first, rest) if left <= KEPT_MAILS else ([*first, *rest], [])
