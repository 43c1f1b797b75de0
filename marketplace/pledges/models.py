"""Rows of pledges: how far one has come, what was signed, and what was withdrawn. What was signed never changes."""

from datetime import date, datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Member
from marketplace.clock import local_day, now
from marketplace.db import Model, Versioned

VERSION_LENGTH = 20
RENEWED_FROM_DAYS = 30
"""How many days before its end a pledge may be signed anew."""
LAPSES_AFTER = timedelta(days=30)
"""How long one may take from the text to the signature: what was read longer ago is read again."""


def last_day_of(signed_at: datetime) -> date:
    """Return the last day on which a pledge that was signed then holds: a year, counted in Japan."""
    day = local_day(signed_at)
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


class PledgeProgress(Versioned, Model):
    """How far a member has come on the way to a signature; gone once it is there."""

    __tablename__ = "pledge_progress"
    __table_args__ = (
        CheckConstraint("answered >= 0 AND mistakes >= 0", name="counts_not_negative"),
        CheckConstraint("passed_at IS NULL OR read_at IS NOT NULL", name="read_before_passed"),
    )

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    text_version: Mapped[str] = mapped_column(String(VERSION_LENGTH))
    started_at: Mapped[datetime] = mapped_column(default=now)
    """One way has one signature; see Pledge."""
    read_at: Mapped[datetime | None]
    """When the member said, at the end of the text, to have read this far."""
    answered: Mapped[int] = mapped_column(default=0)
    """How many questions of the check, from the first on, were answered rightly."""
    mistakes: Mapped[int] = mapped_column(default=0)
    passed_at: Mapped[datetime | None]

    def is_lapsed(self, at: datetime) -> bool:
        """Whether it was begun too long ago to go on."""
        return at - self.started_at >= LAPSES_AFTER


class Pledge(Model):
    """A signed pledge. A trigger refuses every change but one: that what is personal in it is erased."""

    __tablename__ = "pledges"
    __table_args__ = (
        UniqueConstraint("member_id", "started_at"),
        Index(None, "member_id", "id"),
        CheckConstraint("(record IS NULL) = (salt IS NULL)", name="opened_or_erased"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    text_version: Mapped[str] = mapped_column(String(VERSION_LENGTH))
    text_sha256: Mapped[str] = mapped_column(String(64))
    started_at: Mapped[datetime]
    signed_at: Mapped[datetime]
    record: Mapped[str | None] = mapped_column(Text)
    """What was signed, as canonical JSON; None once it was erased."""
    salt: Mapped[str | None] = mapped_column(String(64))
    """32 random bytes in hex, without which nobody can guess the record from its digest."""
    record_sha256: Mapped[str] = mapped_column(String(64))
    """Of salt and record, in hex: what the public log holds."""
    leaf_index: Mapped[int] = mapped_column(unique=True)
    """Which entry of the log it is."""

    member: Mapped[Member] = relationship(lazy="raise")
    withdrawal: Mapped["PledgeWithdrawal | None"] = relationship(lazy="raise", back_populates="pledge")

    @property
    def last_day(self) -> date:
        """The last day on which it holds, unless it is withdrawn or the text changes."""
        return last_day_of(self.signed_at)


class PledgeWithdrawal(Model):
    """That a pledge was withdrawn; never changed either."""

    __tablename__ = "pledge_withdrawals"

    pledge_id: Mapped[int] = mapped_column(ForeignKey("pledges.id", ondelete="CASCADE"), primary_key=True)
    at: Mapped[datetime]
    record: Mapped[str] = mapped_column(Text)
    """Nothing personal: the digest of the pledge and the moment."""
    salt: Mapped[str] = mapped_column(String(64))
    record_sha256: Mapped[str] = mapped_column(String(64))
    leaf_index: Mapped[int] = mapped_column(unique=True)

    pledge: Mapped[Pledge] = relationship(lazy="raise", back_populates="withdrawal")
