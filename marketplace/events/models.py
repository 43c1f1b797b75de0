"""The row that says that something happened."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.clock import now
from marketplace.db import Model
from marketplace.events.kinds import EventKind


class Event(Model):
    """A fact: `kind` happened, done by the actor, to what the columns name. Never changed, never deleted by hand."""

    __tablename__ = "events"
    __table_args__ = (
        Index(None, "kind", "created_at"),
        Index(None, "actor_id", "created_at"),
        Index(None, "member_id"),
        Index(None, "team_id"),
        Index(None, "invitation_id"),
        Index(None, "conversation_id"),
        Index(None, "decision_id"),
        Index(None, "company_id"),
        Index(None, "job_id"),
        Index(None, "application_id"),
        Index(None, "contract_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[EventKind]
    actor_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id", ondelete="CASCADE"))
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("invitations.id", ondelete="CASCADE"))
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id", ondelete="CASCADE"))
    company_id: Mapped[int | None] = mapped_column(ForeignKey("companies.id", ondelete="CASCADE"))
    job_id: Mapped[int | None] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"))
    application_id: Mapped[int | None] = mapped_column(ForeignKey("applications.id", ondelete="CASCADE"))
    contract_id: Mapped[int | None] = mapped_column(ForeignKey("contracts.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(default=now)
