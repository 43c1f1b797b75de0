"""Days as a calendar reads them (RFC 5545)."""

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from blueprints.absolute import address_of
from marketplace.clock import TOKYO
from marketplace.contracts.queries.feeds import FeedDay
from marketplace.i18n import _

if TYPE_CHECKING:
    from icalendar import Event

CONTENT_TYPE = "text/calendar"


def calendar_of(days: Iterable[FeedDay]) -> bytes:
    """Return a calendar of whole days: what is due, what it belongs to, with whom, and where to read more."""
    # A third of a second of loading that no other page should wait for.
    from icalendar import Calendar, Timezone

    calendar = Calendar()
    calendar.add("prodid", "-//Musubi//Contracts//JA")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", _("結びの期日"))
    calendar.add("x-wr-timezone", TOKYO.key)
    calendar.add_component(Timezone.from_tzid(TOKYO.key))
    for each in days:
        calendar.add_component(_event_of(each))
    return bytes(calendar.to_ical())


def _event_of(each: FeedDay) -> "Event":
    from icalendar import Event

    event = Event()
    host = urlsplit(address_of("home.index")).hostname
    event.add("uid", f"{each.key}@{host}")
    event.add("dtstamp", each.since)
    event.add("sequence", each.sequence)
    event.add("dtstart", each.day)
    event.add("dtend", each.day + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    event.add("summary", _("%(what)s: %(title)s", what=each.kind.label, title=_title(each)))
    if each.partner:
        event.add("description", _("相手: %(name)sさん", name=each.partner))
    event.add("url", _address(each))
    return event


def _title(each: FeedDay) -> str:
    return f"{each.title} / {each.part}" if each.part else each.title


def _address(each: FeedDay) -> str:
    if each.job_id is not None:
        return address_of("jobs.show", job_id=each.job_id)
    return address_of("contracts.show", contract_id=each.contract_id)
