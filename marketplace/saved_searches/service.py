"""Verbs of saved searches, and noting what was found for them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, update

from marketplace import outbox
from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.db import add_once, db
from marketplace.errors import Conflict, require
from marketplace.events.kinds import EventKind
from marketplace.events.models import Event
from marketplace.i18n import _
from marketplace.saved_searches import bundles, policy, queries
from marketplace.saved_searches.models import MOST_SAVED, SavedSearch, SavedSearchHit, SearchKind, SearchMailing

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
LOOK = "saved_searches.look"
"""The topic of errands that ask whom something published concerns; their payload is its kind and its number."""
ASK = "saved_searches.ask"
"""The topic of errands that ask some of the searches: `kind`, `ids` of what is new, and after which search to begin."""
TOGETHER = timedelta(minutes=5)
"""What is published within so long is looked at together, so that each search is asked once for all of it."""
KEPT_FOR = timedelta(days=180)
"""How long it is remembered that a job was found: longer than any is open."""


def save(actor: Member, kind: SearchKind, query: str, name: str, mailing: SearchMailing) -> SavedSearch:
    """Keep a search; raises Conflict when it is kept already, or too many are."""
    require(policy.can_save(actor))
    search = SavedSearch(member_id=actor.id, kind=kind, query=query, name=name, mailing=mailing)
    with db.session.begin_nested():
        queries.lock(actor)
        if queries.find_same(actor, kind, query) is None and queries.count_of(actor) >= MOST_SAVED:
            raise Conflict(_("保存できる検索は%(most)s件までです。使わないものを削除してください。", most=MOST_SAVED))
        if not add_once(search):
            raise Conflict(_("この検索は、すでに保存されています。"))
    return search


def edit(actor: Member, search: SavedSearch, name: str, mailing: SearchMailing, version: int) -> None:
    """Give it another name or another habit of mailing; raises Conflict when it is not in `version` any more."""
    require(policy.can_edit(actor, search))
    if search.version != version:
        raise Conflict(_("ほかの画面で先に更新されていました。いまの内容を確かめてください。"))
    if mailing is SearchMailing.NEVER:
        _wait_no_more([search.id])
    search.name, search.mailing = name, mailing


def delete_search(actor: Member, search: SavedSearch) -> None:
    """Keep it no more."""
    require(policy.can_delete(actor, search))
    db.session.execute(delete(SavedSearch).where(SavedSearch.id == search.id))


def look(actor: Member, search: SavedSearch) -> None:
    """Remember that what it has found until now was looked at."""
    require(policy.can_look(actor, search))
    search.looked_at = now()
    _wait_no_more([search.id])


def stop_mails(member: Member, ids: Collection[int]) -> None:
    """Send no more mails about these searches, as a link in one asks."""
    for search in queries.named(member, ids):
        search.mailing = SearchMailing.NEVER
    _wait_no_more([search.id for search in queries.named(member, ids)])


def follow_publishing(event_id: int) -> None:
    """Leave an errand for what was published, due at a moment that it shares with whatever else is published then."""
    event = db.session.get(Event, event_id)
    if event is None or event.kind not in {EventKind.WORKER_PUBLISHED, EventKind.JOB_PUBLISHED}:
        return
    is_job = event.kind is EventKind.JOB_PUBLISHED
    kind = SearchKind.JOBS if is_job else SearchKind.WORKERS
    if queries.are_any(kind):
        key = event.job_id if is_job else event.actor_id
        outbox.put(LOOK, {"kind": kind, "id": key}, delay=TOGETHER - (now() - EPOCH) % TOGETHER)


def part(payloads: Sequence[outbox.Payload]) -> None:
    """Have the searches of each kind asked for all that was published at that time."""
    ids: defaultdict[str, set[int]] = defaultdict(set)
    for payload in payloads:
        ids[payload["kind"]].add(payload["id"])
    for kind, keys in ids.items():
        outbox.put(ASK, {"kind": kind, "ids": sorted(keys), "after": 0})


def note(kind: SearchKind, found: Mapping[SavedSearch, Collection[int]]) -> None:
    """Note which jobs or workers these searches find, and ask for the mails; what was found before is not again."""
    keys = {key for each in found.values() for key in each}
    known = queries.known_hits([search.id for search in found], kind, keys)
    new = {search: [key for key in hits if (search.id, key) not in known] for search, hits in found.items()}
    told = {
        (search.member_id, search.mailing): search.member
        for search, hits in new.items()
        if hits and search.mailing is not SearchMailing.NEVER
    }
    # Whether a mail is asked for already must not change between the look and the errand.
    for _place, member in sorted(told.items(), key=lambda pair: pair[0]):
        queries.lock(member)
    waiting = queries.waiting_for_mail({member_id for member_id, _mailing in told})
    db.session.add_all(_hit(search, key) for search, hits in new.items() for key in hits)
    for (member_id, mailing), member in told.items():
        if (member_id, mailing) not in waiting:
            bundles.ask(member, mailing)


def forget_old() -> None:
    """Forget which jobs were found long ago; workers come and go, and are told of once."""
    db.session.execute(
        delete(SavedSearchHit).where(SavedSearchHit.job_id.is_not(None), SavedSearchHit.found_at < now() - KEPT_FOR)
    )


def _hit(search: SavedSearch, key: int) -> SavedSearchHit:
    column = "job_id" if search.kind is SearchKind.JOBS else "worker_id"
    return SavedSearchHit(search_id=search.id, mailing=search.mailing, **{column: key})


def _wait_no_more(ids: Collection[int]) -> None:
    waiting = update(SavedSearchHit).where(SavedSearchHit.search_id.in_(ids), queries.WAITS)
    db.session.execute(waiting.values(mailing=SearchMailing.NEVER))
