"""Rows of what members said of the people suggested to them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.clock import now
from marketplace.db import Model


class Dismissal(Model):
    """`member_id` does not want `dismissed_id` to be suggested to them again. Only `member_id` knows."""

    __tablename__ = "dismissals"
    __table_args__ = (CheckConstraint("member_id <> dismissed_id", name="not_oneself"),)

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    dismissed_id: Mapped[int] = mapped_column(
        ForeignKey("members.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    created_at: Mapped[datetime] = mapped_column(default=now)
