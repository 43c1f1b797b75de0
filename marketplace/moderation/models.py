"""Rows for the moderators: they hold what they need, and open nothing else."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.db import Model, Versioned
from marketplace.skeletons import LENGTH as SKELETON_LENGTH

COMMENT_LENGTH = 1_000
STATEMENT_LENGTH = 2_000
APPEAL_WITHIN = timedelta(days=180)
"""Half a year, as Article 20 of the Digital Services Act asks of large platforms."""
_OPEN: dict[str, Any] = {"sqlite_where": text("closed_at IS NULL"), "postgresql_where": text("closed_at IS NULL")}


class ReportReason(StrEnum):
    """Why somebody shows something to the moderators, and why these act."""

    SPAM = "spam"
    """Advertising, or the same to many."""
    HARASSMENT = "harassment"
    """Insults, threats, following somebody around."""
    FRAUD = "fraud"
    """Money under false pretences, or a way around the marketplace."""
    PRIVACY = "privacy"
    """Personal data or secrets of others."""
    IMPERSONATION = "impersonation"
    """Passing for another person, company or the office."""
    RIGHTS = "rights"
    """Copyright, trade marks, portraits: what belongs to somebody else."""
    OTHER = "other"
    """Something else, told in the comment."""


class FlagKind(StrEnum):
    """What the program notices."""

    SAME_TEXT = "same_text"
    """The same text went to many within a day without an answer of theirs."""


class SubjectKind(StrEnum):
    """What can be shown to the moderators."""

    MEMBER = "member"
    """A member's page."""
    PICTURE = "picture"
    """A member's picture; its number is the member's."""
    TEAM = "team"
    """A team's page."""
    COMPANY = "company"
    """A company's page."""
    JOB = "job"
    """A job."""
    REVIEW = "review"
    """What a party said of the other after a contract."""
    MESSAGE = "message"
    """One message."""


class Measure(StrEnum):
    """What moderators can decide."""

    NONE = "none"
    """Nothing is wrong with it."""
    WARN = "warn"
    """It stays, and whoever is responsible is told why it should not happen again."""
    HIDE = "hide"
    """Nobody else is shown it any more."""
    SUSPEND = "suspend"
    """A member is hidden, signed out everywhere, and may sign in for an export and for leaving alone."""
    RESTORE = "restore"
    """What was decided before is taken back."""


STANDING = frozenset({Measure.HIDE, Measure.SUSPEND})
"""Measures that last until they are taken back."""


class Case(Versioned, Model):
    """What was reported about one thing: one open case each, which a decision closes."""

    __tablename__ = "cases"
    __table_args__ = (
        Index("uq__cases__one_open", "subject", "subject_id", unique=True, **_OPEN),
        Index("ix__cases__open", "urgency", "id", **_OPEN),
        Index(None, "subject", "subject_id"),
        Index(None, "closed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[SubjectKind]
    subject_id: Mapped[int]
    """The number of the member, team, company or message: no reference, for the case outlives it."""
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"), index=True)
    """Who is responsible; None for a team or a company, whose owners are."""
    urgency: Mapped[int]
    """Ten for the gravest reason given, and one for each who reported it."""
    opened_at: Mapped[datetime] = mapped_column(default=now)
    closed_at: Mapped[datetime | None]

    reports: Mapped[list["Report"]] = relationship(lazy="raise", order_by="Report.id", back_populates="case")
    decisions: Mapped[list["Decision"]] = relationship(lazy="raise", order_by="Decision.id", back_populates="case")


class Report(Model):
    """What somebody shows to the moderators: copied as it was then, so that they open nothing else."""

    __tablename__ = "reports"
    __table_args__ = (
        UniqueConstraint("case_id", "reporter_id"),
        Index(None, "reporter_id", "created_at"),
        Index(None, "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    reporter_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    """Who showed it; None for what the program noticed by itself and a moderator made a case of."""
    reason: Mapped[ReportReason]
    comment: Mapped[str] = mapped_column(String(COMMENT_LENGTH), default="")
    evidence: Mapped[dict[str, str]] = mapped_column(JSON)
    """Texts by the name of their column."""
    picture_key: Mapped[str | None] = mapped_column(String(100))
    """Where the copy of a picture is stored."""
    created_at: Mapped[datetime] = mapped_column(default=now)

    case: Mapped[Case] = relationship(lazy="raise", back_populates="reports")
    reporter: Mapped[Member | None] = relationship(lazy="raise")


class Decision(Model):
    """What a moderator decided about a case, and why; the last one holds. Never changed."""

    __tablename__ = "decisions"
    __table_args__ = (Index(None, "made_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    moderator_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"), index=True)
    measure: Mapped[Measure]
    ground: Mapped[ReportReason]
    statement: Mapped[str] = mapped_column(Text, default="")
    """To whoever is responsible: what was found, in the moderator's words."""
    made_at: Mapped[datetime] = mapped_column(default=now)

    case: Mapped[Case] = relationship(lazy="raise", back_populates="decisions")
    appeal: Mapped["Appeal | None"] = relationship(lazy="raise", back_populates="decision")

    @property
    def can_be_appealed_until(self) -> datetime:
        """When it stands for good."""
        return self.made_at + APPEAL_WITHIN


class Appeal(Versioned, Model):
    """A wish that another moderator look at a decision, and what came of it."""

    __tablename__ = "appeals"
    __table_args__ = (
        CheckConstraint("moderator_id <> against_id", name="another_moderator"),
        Index(None, "decided_at", "filed_at"),
    )

    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    """Who files it."""
    text: Mapped[str] = mapped_column(Text)
    filed_at: Mapped[datetime] = mapped_column(default=now)
    against_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"), index=True)
    """Who made the decision."""
    moderator_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"), index=True)
    is_granted: Mapped[bool | None]
    statement: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime | None]

    decision: Mapped[Decision] = relationship(lazy="raise", back_populates="appeal")
    member: Mapped[Member] = relationship(lazy="raise", foreign_keys=[member_id])


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


class SettledName(Model):
    """A name that looks like another's, about which a moderator has found what to do: until the name changes."""

    __tablename__ = "settled_names"

    subject: Mapped[SubjectKind] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """The number of the member, team or company."""
    skeleton: Mapped[str] = mapped_column(String(SKELETON_LENGTH), primary_key=True)
    moderator_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"), index=True)
    is_asked: Mapped[bool]
    """Whether a case was opened about it; otherwise it may stay."""
    settled_at: Mapped[datetime] = mapped_column(default=now)
