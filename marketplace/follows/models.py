"""The edges of the social graph."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from marketplace.clock import now
from marketplace.db import Model


class Edge:
    """A one-way tie between two members: at most one per pair, never to oneself."""

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805 - the class, as declared_attr wants it
        return (
            CheckConstraint("from_id <> to_id", name="not_to_self"),
            # Lists begin with the newest tie: sorting the thousand followers of a hub took a millisecond.
            Index(None, "to_id", "created_at", "from_id"),
            Index(None, "from_id", "created_at", "to_id"),
        )

    from_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    to_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(default=now)


class Follow(Edge, Model):
    """`from_id` wants to hear what `to_id` does."""

    __tablename__ = "follows"


class Block(Edge, Model):
    """`from_id` wants nothing to do with `to_id`: each is hidden from the other. Only `from_id` knows."""

    __tablename__ = "blocks"


class Contact(Edge, Model):
    """`to_id` stands in the contacts of `from_id`, for the two have completed work together (S2-09)."""

    __tablename__ = "contacts"
