"""Saved searches that found something, and the mail about it; their pages are a part of the list."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.saved_searches import service
from marketplace.saved_searches.models import SavedSearch, SearchKind, SearchMailing
from tests.looks.deeds import send, type_in
from tests.looks.shown import MEMBER, NEWCOMER, Shown

_NEW = "/saved-searches/new?kind=workers&query=q%3D装丁&name=装丁"

SEARCHES = (
    Shown("saved-searches", "saved_searches.index", "/saved-searches", MEMBER),
    Shown("saved-searches-empty", "saved_searches.index", "/saved-searches", NEWCOMER),
    Shown("saved-search-new", "saved_searches.create", _NEW, MEMBER),
    Shown("saved-search-new-errors", "saved_searches.create", _NEW, MEMBER, type_in(name="")),
    Shown("saved-search-edit", "saved_searches.edit", "/saved-searches/{search}/edit", MEMBER),
    Shown("saved-search-delete", "saved_searches.delete", "/saved-searches/{search}/delete", MEMBER),
    Shown("saved-searches-unsubscribe", "saved_searches.unsubscribe", "{unsubscribe_searches}"),
    Shown("saved-searches-unsubscribe-done", "saved_searches.unsubscribe", "{unsubscribe_searches}", then=send),
)


def keep_searches(member: Member) -> None:
    """Let a member keep a few searches, of which one found something."""
    service.save(member, SearchKind.WORKERS, "q=校正&online=1", "校正、オンライン", SearchMailing.DAILY)
    service.save(member, SearchKind.WORKERS, "q=組版", "組版の経験が5年以上の人", SearchMailing.NEVER)
    find_for(member, SearchMailing.NEVER)


def find_for(member: Member, mailing: SearchMailing) -> None:
    """Let a search of the member find a few workers, of which a mail may tell."""
    search = service.save(member, SearchKind.WORKERS, "q=英日翻訳", "英日翻訳の人", mailing)
    search.looked_at = now() - timedelta(hours=1)
    # Whom a mail goes to is read with the search.
    db.db.session.refresh(search, ["member"])
    service.note(SearchKind.WORKERS, {search: _some_workers(member)})


def first_search_of(member: Member) -> int:
    """Return the number of the search that the member saved first."""
    question = select(SavedSearch.id).where(SavedSearch.member_id == member.id).order_by(SavedSearch.id)
    return db.db.session.scalars(question.limit(1)).one()


def _some_workers(member: Member) -> Sequence[int]:
    shown = select(Member.id).where(Member.published_at.is_not(None), Member.id != member.id, Member.left_at.is_(None))
    return db.db.session.scalars(shown.order_by(Member.id).limit(3)).all()
