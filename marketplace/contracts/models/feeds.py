"""The secret address at which a calendar reads the days of a member."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.db import Model


class CalendarFeed(Model):
    """That a member has such an address; the address itself is with the member alone."""

    __tablename__ = "calendar_feeds"
    __table_args__ = (CheckConstraint("length(digest) = 64", name="whole_digest"),)

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the secret, in hex."""
    created_at: Mapped[datetime] = mapped_column(default=now)

    member: Mapped[Member] = relationship(lazy="raise")
