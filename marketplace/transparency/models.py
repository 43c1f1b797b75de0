"""Rows of the log: appended, never changed, never deleted (triggers see to that)."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.clock import now
from marketplace.db import Model


class LeafKind(StrEnum):
    """The closed list of what is put into the log."""

    DOCUMENT_DESTROYED = "document.destroyed"
    """An identity document and its key are gone."""
    PLEDGE_SIGNED = "pledge.signed"
    """A member signed the pledge of confidentiality."""
    PLEDGE_WITHDRAWN = "pledge.withdrawn"
    """A member withdrew it."""
    SECRECY_SIGNED = "secrecy.signed"
    """A member signed an individual agreement of confidentiality."""
    SECRECY_PRINTED = "secrecy.printed"
    """All had signed it, and it was printed: what was printed is the digest."""
    CONTRACT_NOTICED = "contract.noticed"
    """The terms of a contract were told to a member: what was printed is the digest."""


class TransparencyLeaf(Model):
    """One entry. It holds nothing personal: opaque numbers, digests, days and words of closed lists."""

    __tablename__ = "transparency_leaves"
    __table_args__ = (
        CheckConstraint('"index" >= 0', name="from_nothing"),
        CheckConstraint("length(hash) = 64", name="whole_hash"),
    )

    index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """0 is the first; there is no gap."""
    at: Mapped[datetime] = mapped_column(default=now)
    kind: Mapped[LeafKind]
    content: Mapped[str] = mapped_column(Text)
    """The bytes that are hashed, as text: canonical JSON."""
    hash: Mapped[str] = mapped_column(String(64))
    """SHA-256 of a zero byte and `content`, in hex."""


class TransparencyNode(Model):
    """The hash of a complete subtree: of the leaves from `position` · 2^`level` on, as many as 2^`level`."""

    __tablename__ = "transparency_nodes"
    __table_args__ = (
        CheckConstraint("level >= 1 AND position >= 0", name="above_leaves"),
        CheckConstraint("length(hash) = 64", name="whole_hash"),
    )

    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[str] = mapped_column(String(64))


class TransparencyHead(Model):
    """How many leaves there are, in the only row: whoever appends holds it, so that each waits for the one before."""

    __tablename__ = "transparency_heads"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"), CheckConstraint("size >= 0", name="size_not_negative"))

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    size: Mapped[int]
