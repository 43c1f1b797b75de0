"""Searches that members keep, made without HTTP."""

from flask import Flask

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.saved_searches.models import SavedSearch, SearchKind, SearchMailing


def save(app: Flask, member: Member, query: str, mailing: SearchMailing = SearchMailing.AT_ONCE, name: str = "") -> int:
    """Keep a search of workers."""
    with app.app_context(), db.writing():
        search = SavedSearch(
            member_id=member.id, kind=SearchKind.WORKERS, query=query, name=name or query or "すべて", mailing=mailing
        )
        db.db.session.add(search)
        db.commit()
        return search.id
