"""What the parties of a completed contract say of each other, revealed together."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Member
from marketplace.clock import local_day, now, today
from marketplace.contracts.models.contracts import Contract
from marketplace.db import Model, Versioned, only_where
from marketplace.i18n import _l

REVIEW_LENGTH = 2_000
REPLY_LENGTH = 1_000
REVEALED_AFTER = timedelta(days=14)
"""How long after completion a review waits for the other party's."""
BEST = 5


class ReviewSide(StrEnum):
    """Which party wrote it."""

    BY_CLIENT = "by_client"
    """The client of the worker."""
    BY_WORKER = "by_worker"
    """The worker of the client."""

    @property
    def aspects(self) -> tuple[str, ...]:
        """What the five numbers are about, in the reader's language."""
        return tuple(str(each) for each in _ASPECTS[self])

    @property
    def question_again(self) -> str:
        """What is asked in private, in the reader's language."""
        return str(_AGAIN[self])


_ASPECTS = {
    ReviewSide.BY_CLIENT: (_l("仕事の質"), _l("専門性"), _l("納期"), _l("連絡と相談"), _l("取り組む姿勢")),
    ReviewSide.BY_WORKER: (
        *(_l("依頼内容の明確さ"), _l("連絡と相談"), _l("条件の守り方"), _l("検収の公平さ"), _l("支払いの確かさ")),
    ),
}
_AGAIN = {
    ReviewSide.BY_CLIENT: _l("この人に、また頼みたいですか"),
    ReviewSide.BY_WORKER: _l("この人から、また引き受けたいですか"),
}
_SCORES = " AND ".join(f"score_{number} BETWEEN 1 AND {BEST}" for number in range(1, 6))


def reveal_day_of(completed_at: datetime) -> date:
    """Return the day, in Japan, on which a review is revealed though the other party wrote none."""
    return local_day(completed_at) + REVEALED_AFTER


class Review(Versioned, Model):
    """What one party says of the other: five numbers, words, an answer that nobody is shown, and one reply.

    A trigger refuses reviews of contracts that are not completed, and changes of what was revealed.
    """

    __tablename__ = "reviews"
    __table_args__ = (
        UniqueConstraint("contract_id", "side"),
        Index(None, "subject_id", "side", "id"),
        Index(None, "author_id", "id"),
        Index("ix__reviews__waiting", "reveal_on", **only_where("revealed_at IS NULL")),
        CheckConstraint("author_id <> subject_id", name="two_parties"),
        CheckConstraint(_SCORES, name="scores"),
        CheckConstraint("text <> ''", name="in_words"),
        CheckConstraint("(reply = '') = (replied_at IS NULL)", name="replied_with_time"),
        CheckConstraint("replied_at IS NULL OR revealed_at IS NOT NULL", name="revealed_before_replied"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contracts.id", ondelete="CASCADE"))
    author_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="RESTRICT"))
    subject_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="RESTRICT"))
    side: Mapped[ReviewSide]
    score_1: Mapped[int]
    score_2: Mapped[int]
    score_3: Mapped[int]
    score_4: Mapped[int]
    score_5: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    would_again: Mapped[bool | None]
    """また頼みたいか: shown to nobody but its author; see queries.again_percent."""
    written_at: Mapped[datetime] = mapped_column(default=now)
    reveal_on: Mapped[date]
    """The day on which it is revealed at the latest."""
    revealed_at: Mapped[datetime | None]
    """When both had written, or when the night noted that the day had come; `is_revealed` tells what can be read."""
    reply: Mapped[str] = mapped_column(String(REPLY_LENGTH), default="")
    replied_at: Mapped[datetime | None]
    hidden_at: Mapped[datetime | None]
    """When the moderators decided that nobody but its author reads it any more."""

    contract: Mapped[Contract] = relationship(lazy="raise")
    author: Mapped[Member] = relationship(lazy="raise", foreign_keys=[author_id])
    subject: Mapped[Member] = relationship(lazy="raise", foreign_keys=[subject_id])

    @property
    def scores(self) -> tuple[int, ...]:
        """The five numbers in the order of the aspects."""
        return self.score_1, self.score_2, self.score_3, self.score_4, self.score_5

    @property
    def is_revealed(self) -> bool:
        """Whether others may read it."""
        return self.revealed_at is not None or self.reveal_on <= today()
