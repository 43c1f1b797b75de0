"""Rows for the moderators: they hold what they need, and open nothing else."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.clock import now
from marketplace.db import Model

COMMENT_LENGTH = 1_000


class ReportReason(StrEnum):
    """Why somebody shows a message to the moderators."""

    SPAM = "spam"
    """Advertising, or the same to many."""
    HARASSMENT = "harassment"
    """Insults, threats, following somebody around."""
    FRAUD = "fraud"
    """Money under false pretences, or a way around the marketplace."""
    PRIVACY = "privacy"
    """Personal data or secrets of others."""
    OTHER = "other"
    """Something else, told in the comment."""


class FlagKind(StrEnum):
    """What the program notices."""

    SAME_TEXT = "same_text"
    """The same text went to many within a day without an answer of theirs."""


class Report(Model):
    """A message that somebody who received it shows to the moderators: its text is copied, nothing else is opened."""

    __tablename__ = "reports"
    __table_args__ = (
        UniqueConstraint("reporter_id", "message_id"),
        Index(None, "member_id"),
        Index(None, "message_id"),
        Index(None, "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reporter_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    """Who wrote it."""
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id", ondelete="SET NULL"))
    text: Mapped[str] = mapped_column(Text)
    reason: Mapped[ReportReason]
    comment: Mapped[str] = mapped_column(String(COMMENT_LENGTH), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)


class Flag(Model):
    """Something about a member that the program noticed, once for each text."""

    __tablename__ = "flags"
    __table_args__ = (
        UniqueConstraint("member_id", "kind", "digest"),
        Index(None, "message_id"),
        Index(None, "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[FlagKind]
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id", ondelete="SET NULL"))
    """The one by which it was noticed."""
    text: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    """The SHA-256 of the folded text."""
    created_at: Mapped[datetime] = mapped_column(default=now)
