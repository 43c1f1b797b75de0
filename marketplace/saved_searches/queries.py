"""Questions about saved searches, and about what was found for them."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal_column, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from marketplace.accounts import tokens
from marketplace.accounts.models import Member
from marketplace.accounts.tokens import Purpose
from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.i18n import _
from marketplace.jobs import queries as jobs
from marketplace.jobs.models import Job
from marketplace.profiles import queries as profiles
from marketplace.saved_searches.models import SavedSearch, SavedSearchHit, SearchKind, SearchMailing

UNSUBSCRIBE_WITHIN = timedelta(days=400)
"""How long the link of a mail ends mails: people look through old ones."""
MOST_UNMAILED = 500
"""How much one mail settles, the newest."""
WAITS: ColumnElement[bool] = SavedSearchHit.mailing != literal_column("'never'")
"""What waits for any mail: said as the partial index says it, or no planner would see that it helps."""
_IS_NEW: ColumnElement[bool] = SavedSearchHit.found_at > SavedSearch.looked_at


def saved_by(member: Member) -> Sequence[SavedSearch]:
    """Return the searches of `member`, those saved last first: MOST_SAVED at most."""
    question = select(SavedSearch).where(SavedSearch.member_id == member.id).order_by(SavedSearch.id.desc())
    return db.session.scalars(question).all()


def count_of(member: Member) -> int:
    """Return how many searches `member` keeps."""
    return db.session.scalar(select(func.count(SavedSearch.id)).where(SavedSearch.member_id == member.id)) or 0


def get_own(member: Member, search_id: int) -> SavedSearch:
    """Return the search if it is of `member`; raises NotFound."""
    found = db.session.scalar(
        select(SavedSearch).where(SavedSearch.id == search_id, SavedSearch.member_id == member.id)
    )
    if found is None:
        raise NotFound(_("この検索は見つかりません。削除されたか、ほかの方のものです。"))
    return found


def find_same(member: Member, kind: SearchKind, query: str) -> SavedSearch | None:
    """Return the search of `member` that asks the same, or None."""
    same = (SavedSearch.member_id == member.id, SavedSearch.kind == kind, SavedSearch.query == query)
    return db.session.scalar(select(SavedSearch).where(*same))


def new_counts(member: Member) -> dict[int, int]:
    """Return how many each search of `member` found that they have not looked at and may see, with one question."""
    hits = _shown(select(SavedSearchHit.search_id), member).where(_IS_NEW)
    counted = hits.add_columns(func.count()).group_by(SavedSearchHit.search_id)
    return {row[0]: row[1] for row in db.session.execute(counted)}


def asked_after(kind: SearchKind, after: int, most: int) -> Sequence[SavedSearch]:
    """Return `most` searches of `kind`, of members who are there, whose number is greater than `after`."""
    question = (
        select(SavedSearch)
        .join(SavedSearch.member)
        .where(SavedSearch.kind == kind, SavedSearch.id > after)
        .where(Member.left_at.is_(None))
        .order_by(SavedSearch.id)
        .limit(most)
        .options(contains_eager(SavedSearch.member))
    )
    return db.session.scalars(question).all()


def are_any(kind: SearchKind) -> bool:
    """Tell whether anybody keeps a search of `kind`."""
    return db.session.scalar(select(SavedSearch.id).where(SavedSearch.kind == kind).limit(1)) is not None


def known_hits(search_ids: Collection[int], kind: SearchKind, keys: Collection[int]) -> set[tuple[int, int]]:
    """Return which of these searches found which of these things already, as pairs."""
    column: Any = SavedSearchHit.job_id if kind is SearchKind.JOBS else SavedSearchHit.worker_id
    question = select(SavedSearchHit.search_id, column).where(
        SavedSearchHit.search_id.in_(search_ids), column.in_(keys)
    )
    return {(row[0], row[1]) for row in db.session.execute(question)}


def unmailed_to(member: Member, mailing: SearchMailing) -> Sequence[SavedSearchHit]:
    """Return what waits for a mail of this kind to `member`, still news or not, the newest first."""
    question = _waiting(select(SavedSearchHit), member, mailing).order_by(SavedSearchHit.id.desc())
    return db.session.scalars(question.limit(MOST_UNMAILED)).all()


def mailable(member: Member, hits: Collection[SavedSearchHit]) -> Sequence[SavedSearchHit]:
    """Return those of `hits` that are news to `member`, each with its search and what was found, the newest first.

    What they have looked at meanwhile is none, nor what they may not see (any more).
    """
    question = _shown(select(SavedSearchHit), member).where(_IS_NEW, SavedSearchHit.id.in_([hit.id for hit in hits]))
    found = question.order_by(SavedSearchHit.id.desc()).options(
        contains_eager(SavedSearchHit.search),
        joinedload(SavedSearchHit.job),
        joinedload(SavedSearchHit.worker),
    )
    return db.session.scalars(found.execution_options(populate_existing=True)).unique().all()


def waits_for_mail(member: Member, mailing: SearchMailing, besides: Collection[SavedSearchHit]) -> bool:
    """Tell whether anything but these waits for a mail of this kind to `member`."""
    others = _waiting(select(SavedSearchHit.id), member, mailing)
    found = others.where(SavedSearchHit.id.not_in([hit.id for hit in besides])).limit(1)
    return db.session.scalar(found) is not None


def waiting_for_mail(member_ids: Collection[int]) -> set[tuple[int, SearchMailing]]:
    """Return for whom of these something waits for a mail, and for which."""
    question = select(SavedSearch.member_id, SavedSearchHit.mailing).join(SavedSearchHit.search)
    question = question.where(SavedSearch.member_id.in_(member_ids), WAITS).distinct()
    return {(row[0], row[1]) for row in db.session.execute(question)}


def mails_since(member: Member, since: datetime) -> int:
    """Return how many mails were made for `member` since then."""
    made = select(func.count(SavedSearchHit.mailed_at.distinct())).join(SavedSearchHit.search)
    return db.session.scalar(made.where(SavedSearch.member_id == member.id, SavedSearchHit.mailed_at > since)) or 0


def lock(member: Member) -> None:
    """Let others who save for `member` or mail them wait until this unit ends (SQLite has one writer anyway)."""
    db.session.execute(select(Member.id).where(Member.id == member.id).with_for_update(key_share=True))


def unsubscriber_by(token: str, ids: Sequence[int]) -> Member:
    """Return the member whose mails about the searches `ids` a link ends; NotFound when it is none of ours."""
    row_id, mark = tokens.read(Purpose.SAVED_SEARCHES, token, UNSUBSCRIBE_WITHIN) or (0, "")
    member = db.session.get(Member, row_id)
    if member is None or tokens.fingerprint(member.username, *map(str, ids)) != mark:
        raise NotFound(_("このリンクはもう使えません。保存した検索の画面から、メールを止めることができます。"))
    return member


def named(member: Member, ids: Collection[int]) -> Sequence[SavedSearch]:
    """Return those of the searches `ids` that are of `member` still."""
    question = select(SavedSearch).where(SavedSearch.member_id == member.id, SavedSearch.id.in_(ids))
    return db.session.scalars(question.order_by(SavedSearch.id)).all()


def _waiting(question: Select[Any], member: Member, mailing: SearchMailing) -> Select[Any]:
    return question.join(SavedSearchHit.search).where(
        SavedSearch.member_id == member.id, SavedSearchHit.mailing == mailing, WAITS
    )


def _shown(question: Select[Any], member: Member) -> Select[Any]:
    """Leave of hits those that `member` would find now: not their own, neither hidden nor over, no block between."""
    job = exists().where(Job.id == SavedSearchHit.job_id, Job.poster_id != member.id, jobs.open_to(member))
    worker = exists().where(Member.id == SavedSearchHit.worker_id, Member.id != member.id, profiles.visible_to(member))
    found = question.join(SavedSearchHit.search).where(SavedSearch.member_id == member.id)
    return found.where(or_(and_(SavedSearchHit.job_id.is_not(None), job), worker))
