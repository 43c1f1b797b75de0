"""The row of an export, and how long everything about leaving lasts."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.db import Model

RETURN_WITHIN = timedelta(days=30)
"""How long a member who left may come back; then they are erased."""
EXPORT_KEPT_FOR = timedelta(hours=24)
"""How long an export can be fetched."""
GIVEN_UP_AFTER = timedelta(hours=24)
"""After how long an export that was never made may be asked for anew."""


class ExportState(StrEnum):
    """Where an export stands."""

    WAITING = "waiting"
    """Asked for, or being made."""
    READY = "ready"
    """It can be fetched."""
    GONE = "gone"
    """Its time is over, and its file deleted."""


class Export(Model):
    """A member's wish to take along what is theirs, and the file that came of it; one at a time is made."""

    __tablename__ = "exports"
    __table_args__ = (
        CheckConstraint("(state = 'ready') = (storage_key IS NOT NULL)", name="ready_with_its_file"),
        Index(
            "uq__exports__one_waiting",
            "member_id",
            unique=True,
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index(None, "member_id", "asked_at"),
        Index(None, "state", "asked_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    state: Mapped[ExportState] = mapped_column(default=ExportState.WAITING)
    asked_at: Mapped[datetime] = mapped_column(default=now)
    begun_at: Mapped[datetime | None]
    ready_at: Mapped[datetime | None]
    storage_key: Mapped[str | None] = mapped_column(String(100), unique=True)
    size_bytes: Mapped[int | None]

    member: Mapped[Member] = relationship(lazy="raise")

    @property
    def until(self) -> datetime | None:
        """Until when it can be fetched; None while it is not ready."""
        return self.ready_at + EXPORT_KEPT_FOR if self.ready_at else None

    def can_be_fetched(self, at: datetime) -> bool:
        """Whether the file is there, and its time not over."""
        return self.state is ExportState.READY and self.until is not None and at < self.until
