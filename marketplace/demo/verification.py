"""Whose papers the moderators of the demo world have seen, and whose wait: through the verbs, dated afterwards."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import cache

from marketplace.accounts.models import Member
from marketplace.careers import queries as careers
from marketplace.careers.models import Qualification
from marketplace.clock import TOKYO, local_day, now
from marketplace.db import db
from marketplace.demo.banks import Text, bank
from marketplace.demo.cards import card
from marketplace.demo.past import happening
from marketplace.demo.people import chance
from marketplace.verification import deadlines, queries, service
from marketplace.verification.models import DocumentKind, ReturnReason, Verification

Members = dict[str, Member]
"""By username."""

TIME_TO_DECIDE = timedelta(hours=2)
"""Papers that are due sooner would be destroyed before somebody has looked around."""


def verify(members: Members, workers: Sequence[Text]) -> None:
    """Let the moderators have seen the papers of those who are verified, and let those of some others wait."""
    moderators = [members[username] for username in bank("office")["moderators"]]
    waiting = bank("office")["papers"]
    unlucky = {text["username"] for text in waiting}
    for number, text in enumerate(text for text in workers if text.get("verified") and text["username"] not in unlucky):
        member = members[text["username"]]
        moderator = next(each for each in moderators[number % 2 :] + moderators if each.id != member.id)
        _approve(member, moderator, (DocumentKind.LICENCE, DocumentKind.PASSPORT)[number % 2])
    for number, username in enumerate(bank("office")["certified"]):
        (qualification, *_others) = careers.entries_of(members[username], Qualification)
        _approve(members[username], moderators[number % 2], DocumentKind.CERTIFICATE, qualification)
    for text in waiting:
        _hand_in(text, members[text["username"]], moderators)


def _approve(member: Member, moderator: Member, kind: DocumentKind, qualification: Qualification | None = None) -> None:
    days = chance(f"papers of {member.username}").randint(2, 20)
    submitted = _morning(local_day(member.created_at + timedelta(days=days)))
    decided = min(submitted + timedelta(days=2, hours=3), now() - timedelta(hours=1))
    waiting = _handed_in(member, kind, min(submitted, decided - timedelta(hours=2)), qualification)
    verification = _opened(waiting, moderator)
    with happening(decided):
        service.approve(moderator, verification, queries.declared(verification), True)
    verification.decided_at = decided
    if qualification is None:
        member.identity_verified_at = decided
    else:
        qualification.confirmed_at = decided
    for look in verification.looks:
        look.at = decided - timedelta(minutes=4)
    for document in verification.documents:
        # The errand would do it a moment later, and find that it is done.
        service.destroy(0, {"document": document.id})


def _hand_in(text: Text, member: Member, moderators: Sequence[Member]) -> None:
    kind = DocumentKind(text["kind"])
    if "returned" in text:
        verification = _opened(_handed_in(member, kind, _business_days_ago(text["days_ago"] + 2)), moderators[0])
        reason = ReturnReason(text["returned"])
        decided = _business_days_ago(text["days_ago"] + 1)
        with happening(decided):
            service.send_back(moderators[0], verification, reason, text["sentence"])
        verification.decided_at = decided
        for look in verification.looks:
            look.at = decided - timedelta(minutes=4)
        for document in verification.documents:
            service.destroy(0, {"document": document.id})
    verification = _handed_in(member, kind, _business_days_ago(text["days_ago"]))
    if "taken_by" in text:
        service.take(moderators[text["taken_by"]], verification)


def _handed_in(
    member: Member, kind: DocumentKind, at: datetime, qualification: Qualification | None = None
) -> Verification:
    pages = [_page(kind, number) for number in range(kind.pages[0])]
    verification = service.add_pages(member, kind, pages, qualification)
    service.hand_in(member, verification)
    verification.created_at = verification.submitted_at = at
    verification.due_at = deadlines.due_at(at)
    db.session.flush()
    return verification


def _opened(verification: Verification, moderator: Member) -> Verification:
    """Let `moderator` have the papers open."""
    found = queries.get_for(moderator, verification.id)
    service.take(moderator, found)
    service.look(moderator, found)
    db.session.flush()
    db.session.refresh(found, ["looks"])
    return found


def _business_days_ago(count: int) -> datetime:
    """Return a morning so many business days ago, or fewer when there would be no time left to decide about it."""
    latest = now().astimezone(TOKYO)
    day = latest.date()
    while deadlines.business_days_between(_morning(day), latest) < count:
        day -= timedelta(days=1)
    if deadlines.due_at(_morning(day)) < latest + TIME_TO_DECIDE:
        return _business_days_ago(count - 1)
    return min(_morning(day), latest - timedelta(minutes=20))


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(9, 12), TOKYO)


@cache
def _page(kind: DocumentKind, number: int) -> bytes:
    return card(kind, number)
