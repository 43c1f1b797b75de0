"""Rows of saved searches, and of what was published since that they would find."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.db import Model, Versioned, only_where
from marketplace.i18n import _l
from marketplace.jobs.models import Job

NAME_LENGTH = 60
QUERY_LENGTH = 1_000
MOST_SAVED = 20
"""How many searches a member keeps: as many as one page shows."""


class SearchKind(StrEnum):
    """What a search looks for."""

    JOBS = "jobs"
    """お手伝い・お仕事"""
    WORKERS = "workers"
    """ワーカー"""

    @property
    def label(self) -> str:
        """The words on the screen, in the reader's language."""
        return str(_KIND_LABELS[self])


class SearchMailing(StrEnum):
    """When a member is told by mail of what a saved search finds."""

    AT_ONCE = "at_once"
    """Soon after it was published."""
    DAILY = "daily"
    """Next morning, with all that was published that day."""
    NEVER = "never"
    """Only by the count on the page."""

    @property
    def label(self) -> str:
        """The words on the screen, in the reader's language."""
        return str(_MAILING_LABELS[self])


_KIND_LABELS = {SearchKind.JOBS: _l("お手伝い・お仕事"), SearchKind.WORKERS: _l("ワーカー")}
_MAILING_LABELS = {
    SearchMailing.AT_ONCE: _l("すぐに"),
    SearchMailing.DAILY: _l("1日に1回"),
    SearchMailing.NEVER: _l("受け取らない"),
}


class SavedSearch(Versioned, Model):
    """A search that a member keeps. Only they know of it."""

    __tablename__ = "saved_searches"
    __table_args__ = (
        UniqueConstraint("member_id", "kind", "query"),
        Index(None, "kind", "id"),
        CheckConstraint(f"length(name) BETWEEN 1 AND {NAME_LENGTH}", name="named"),
        CheckConstraint(f"length(query) <= {QUERY_LENGTH}", name="query_length"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    kind: Mapped[SearchKind]
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    query: Mapped[str] = mapped_column(Text)
    """The query string of the page of the search, as that page writes it."""
    mailing: Mapped[SearchMailing]
    looked_at: Mapped[datetime] = mapped_column(default=now)
    """When the member last looked at what it finds: what was found later is new."""
    created_at: Mapped[datetime] = mapped_column(default=now)

    member: Mapped[Member] = relationship(lazy="raise")


class SavedSearchHit(Model):
    """That a saved search finds a job or a worker, published after it was saved. Each is found at most once."""

    __tablename__ = "saved_search_hits"
    __table_args__ = (
        UniqueConstraint("search_id", "job_id"),
        UniqueConstraint("search_id", "worker_id"),
        Index(None, "search_id", "found_at"),
        Index("ix__saved_search_hits__unmailed", "search_id", **only_where("mailing <> 'never'")),
        CheckConstraint("(job_id IS NULL) <> (worker_id IS NULL)", name="one_thing"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    search_id: Mapped[int] = mapped_column(ForeignKey("saved_searches.id", ondelete="CASCADE"))
    job_id: Mapped[int | None] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), index=True)
    worker_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    mailing: Mapped[SearchMailing]
    """The mail that it still waits for: NEVER as soon as that is settled."""
    found_at: Mapped[datetime] = mapped_column(default=now)
    mailed_at: Mapped[datetime | None]
    """When its mail was made: the same for all that went in one mail."""

    search: Mapped[SavedSearch] = relationship(lazy="raise")
    job: Mapped[Job | None] = relationship(lazy="raise")
    worker: Mapped[Member | None] = relationship(lazy="raise")
