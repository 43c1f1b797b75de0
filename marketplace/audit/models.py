"""Rows of the audit trail: appended, never changed, never deleted (triggers see to that)."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.clock import now
from marketplace.db import Model


class AuditDeed(StrEnum):
    """The closed list of what is recorded, as `<thing>.<past participle>`."""

    MODERATOR_ADDED = "moderator.added"
    """Somebody at the command line made a member a moderator."""
    MODERATOR_REMOVED = "moderator.removed"
    """Somebody at the command line ended that."""
    CASE_OPENED = "case.opened"
    """A moderator looked at what was reported."""
    CASE_DECIDED = "case.decided"
    """A moderator decided about what was reported."""
    APPEAL_DECIDED = "appeal.decided"
    """Another moderator decided about a decision."""
    COMPANY_MERGED = "company.merged"
    """A moderator made one of two registrations of a company."""
    NUMBER_CONFIRMED = "number.confirmed"
    """A moderator compared the number of a company with the register."""
    PAPERS_TAKEN = "papers.taken"
    """A moderator took papers to check."""
    PAPERS_OPENED = "papers.opened"
    """A moderator opened the pictures of papers."""
    PAPERS_DECIDED = "papers.decided"
    """A moderator approved papers, or sent them back."""
    PAPERS_DESTROYED = "papers.destroyed"
    """Key and picture of papers were destroyed."""
    BANK_REVEALED = "bank.revealed"
    """A member had their own account number shown in full, or a moderator looked at a holder's name (`what`)."""
    HOLDER_DECIDED = "holder.decided"
    """A moderator decided about an account holder's name that is not the verified one."""
    MEMBER_ERASED = "member.erased"
    """What was personal about a member who left is gone."""
    ALIAS_ADDED = "alias.added"
    """A moderator let a spelling mean a skill."""
    ALIAS_REMOVED = "alias.removed"
    """A moderator ended that a spelling means a skill."""
    NAME_LEFT = "name.left"
    """A moderator let a name that looks like another's be."""
    NAME_QUESTIONED = "name.questioned"
    """A moderator made a case of a name that looks like another's."""
    AUDIT_EXPORTED = "audit.exported"
    """A moderator took a copy of the audit trail."""


class AuditEntry(Model):
    """Who did what to whom. It names numbers, not rows: it outlives what it tells of, and holds nothing personal."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index(None, "deed", "number"), Index(None, "actor_id", "number"))

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """1 is the first; there is no gap."""
    at: Mapped[datetime] = mapped_column(default=now)
    actor_id: Mapped[int | None]
    """The moderator, or None for whoever has the command line."""
    deed: Mapped[AuditDeed]
    subject: Mapped[str] = mapped_column(String(20))
    """The kind of thing that it was done to."""
    subject_id: Mapped[int | None]
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    previous: Mapped[str] = mapped_column(String(64))
    """The hash of the entry before."""
    hash: Mapped[str] = mapped_column(String(64))
    """SHA-256 in hex over everything above; see chain."""


class AuditHead(Model):
    """The newest entry, in the only row: whoever appends holds it, so that the chain has one end."""

    __tablename__ = "audit_heads"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
