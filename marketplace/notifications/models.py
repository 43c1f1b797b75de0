"""Rows of notifications: a member's copy of an event, and how they want to be told."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.clock import now
from marketplace.db import Model
from marketplace.events.models import Event


class Matter(StrEnum):
    """What a notification is about: what its reader sorts and chooses by."""

    INVITATIONS = "invitations"
    """Offers of a place in a team, requests for one there or in a company, and their answers."""
    MESSAGES = "messages"
    """What somebody wrote."""
    TEAMS = "teams"
    """Who came and went in one's teams and companies."""
    FOLLOWS = "follows"
    """Who began to follow."""
    WORK = "work"
    """Jobs, applications and contracts."""
    MODERATION = "moderation"
    """What became of what one reported, and what was decided about oneself."""


class Mailing(StrEnum):
    """When a member is told by mail."""

    AT_ONCE = "at_once"
    """Within ten minutes, with all that came meanwhile."""
    DAILY = "daily"
    """Next morning, with all that came that day."""
    OFF = "off"
    """Never."""


class Notification(Model):
    """An event of which one member is told, at most once."""

    __tablename__ = "notifications"
    __table_args__ = (
        UniqueConstraint("recipient_id", "event_id"),
        Index(None, "event_id"),
        Index(None, "recipient_id", "created_at", "id"),
        Index(None, "recipient_id", "mailed_at"),
        Index(
            "ix__notifications__unread",
            "recipient_id",
            "is_shown",
            sqlite_where=text("read_at IS NULL"),
            postgresql_where=text("read_at IS NULL"),
        ),
        Index(
            "ix__notifications__unmailed",
            "recipient_id",
            "mailing",
            sqlite_where=text("mailing <> 'off'"),
            postgresql_where=text("mailing <> 'off'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    is_shown: Mapped[bool]
    """Whether it stands on the page; what does not is there for its mail alone."""
    mailing: Mapped[Mailing]
    """The mail that it still waits for: OFF as soon as that is settled."""
    created_at: Mapped[datetime]
    """When the event happened."""
    read_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]
    """When its mail was made: the same for all that went in one mail."""

    event: Mapped[Event] = relationship(lazy="raise")


class NotificationPreference(Model):
    """How a member wants to be told of one matter, where that is not as everybody is."""

    __tablename__ = "notification_preferences"

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    matter: Mapped[Matter] = mapped_column(primary_key=True)
    is_shown: Mapped[bool]
    mailing: Mapped[Mailing]
    changed_at: Mapped[datetime] = mapped_column(default=now)
