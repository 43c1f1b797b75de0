"""The row of a contract: who works for whom, and how far they are."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.companies.models import Company
from marketplace.db import Model, Versioned
from marketplace.i18n import _l
from marketplace.teams.models import Team

TITLE_LENGTH = 80
REASON_LENGTH = 1_000


class ContractState(StrEnum):
    """How far two parties are."""

    PROPOSED = "proposed"
    """条件の相談中: no version of the terms is agreed yet."""
    ACTIVE = "active"
    """進行中: the work is done."""
    DELIVERED = "delivered"
    """納品済み: the client looks at it."""
    ACCEPTED = "accepted"
    """検収済み: it is to be paid."""
    PAID = "paid"
    """支払い報告済み: the client says that it is paid; the worker has yet to confirm."""
    COMPLETED = "completed"
    """取引完了"""
    ENDED = "ended"
    """途中で終了: ended early, for a cause."""
    REFUSED = "refused"
    """見送り: one of both did not want to agree."""
    WITHDRAWN = "withdrawn"
    """取り下げ: whoever proposed it took it back."""

    @property
    def label(self) -> str:
        """The words on the screen, in the reader's language."""
        return str(_STATE_LABELS[self])

    @property
    def steps_done(self) -> int:
        """How many of the five steps of the bar are done; none where it ended before its time."""
        return _STEPS.index(self) if self in _STEPS else 0


class EndingCause(StrEnum):
    """On whose side it lies that a contract ends early."""

    MUTUAL = "mutual"
    """双方の合意"""
    WORKER = "worker"
    """ワーカーの都合"""
    CLIENT = "client"
    """クライアントの都合"""
    FORCE_MAJEURE = "force_majeure"
    """不可抗力: nobody's doing."""

    @property
    def label(self) -> str:
        """The words on the screen, in the reader's language."""
        return str(_CAUSE_LABELS[self])


_STEPS = (
    ContractState.PROPOSED,
    ContractState.ACTIVE,
    ContractState.DELIVERED,
    ContractState.ACCEPTED,
    ContractState.PAID,
    ContractState.COMPLETED,
)
_STATE_LABELS = {
    ContractState.PROPOSED: _l("条件の相談中"),
    ContractState.ACTIVE: _l("進行中"),
    ContractState.DELIVERED: _l("検収待ち"),
    ContractState.ACCEPTED: _l("支払い待ち"),
    ContractState.PAID: _l("受け取り確認待ち"),
    ContractState.COMPLETED: _l("取引完了"),
    ContractState.ENDED: _l("途中で終了"),
    ContractState.REFUSED: _l("見送り"),
    ContractState.WITHDRAWN: _l("取り下げ"),
}
_CAUSE_LABELS = {
    EndingCause.MUTUAL: _l("双方の合意"),
    EndingCause.WORKER: _l("ワーカーの都合"),
    EndingCause.CLIENT: _l("クライアントの都合"),
    EndingCause.FORCE_MAJEURE: _l("不可抗力"),
}

ACTIVE = (ContractState.ACTIVE, ContractState.DELIVERED, ContractState.ACCEPTED, ContractState.PAID)
"""Agreed and not at its end."""
LIVE = (ContractState.PROPOSED, *ACTIVE)
NEGOTIABLE = (ContractState.PROPOSED, ContractState.ACTIVE)
"""Terms may be proposed and agreed to; refused and taken back as long as they wait."""
UNAGREED = (ContractState.REFUSED, ContractState.WITHDRAWN)
"""Ended before anything was agreed: the client may offer it anew."""
_LIVE = "state IN ('proposed', 'active', 'delivered', 'accepted', 'paid')"
_NOT_STARTED = "state IN ('proposed', 'refused', 'withdrawn')"


class Contract(Versioned, Model):
    """Work between a client and a worker (or a team, for which its leader, the worker, speaks)."""

    __tablename__ = "contracts"
    __table_args__ = (
        UniqueConstraint("proposer_id", "once"),
        Index(None, "client_id", "id"),
        Index(None, "worker_id", "id"),
        CheckConstraint("client_id <> worker_id", name="two_parties"),
        CheckConstraint("proposer_id = client_id OR proposer_id = worker_id", name="proposed_by_a_party"),
        CheckConstraint(f"({_LIVE}) = (ended_at IS NULL)", name="ended_with_time"),
        CheckConstraint("(state = 'ended') = (ending_cause IS NOT NULL)", name="ended_for_a_cause"),
        CheckConstraint(f"({_NOT_STARTED}) = (started_at IS NULL)", name="started_once_agreed"),
        CheckConstraint(f"({_NOT_STARTED}) = (terms_number IS NULL)", name="agreed_terms"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="RESTRICT"))
    worker_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="RESTRICT"))
    proposer_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="RESTRICT"))
    company_id: Mapped[int | None] = mapped_column(ForeignKey("companies.id", ondelete="SET NULL"), index=True)
    """In whose name the client commissions."""
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id", ondelete="SET NULL"), index=True)
    job_id: Mapped[int | None] = mapped_column(ForeignKey("jobs.id", ondelete="SET NULL"), index=True)
    application_id: Mapped[int | None] = mapped_column(ForeignKey("applications.id", ondelete="SET NULL"), unique=True)
    once: Mapped[str] = mapped_column(String(32))
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    state: Mapped[ContractState] = mapped_column(default=ContractState.PROPOSED)
    terms_number: Mapped[int | None]
    """Which version of the terms is in force."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    started_at: Mapped[datetime | None]
    """When both had agreed to a version for the first time."""
    accepted_at: Mapped[datetime | None]
    """When the last delivery was accepted."""
    paid_on: Mapped[date | None]
    """The day of payment as the client reports it."""
    paid_yen: Mapped[int | None]
    completed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    """When any end was reached."""
    ending_cause: Mapped[EndingCause | None]
    ending_reason: Mapped[str] = mapped_column(String(REASON_LENGTH), default="")
    next_on: Mapped[date | None]
    """The next day that both should know of; reminders and lists ask for it."""

    client: Mapped[Member] = relationship(lazy="raise", foreign_keys=[client_id])
    worker: Mapped[Member] = relationship(lazy="raise", foreign_keys=[worker_id])
    company: Mapped[Company | None] = relationship(lazy="raise")
    team: Mapped[Team | None] = relationship(lazy="raise")

    @property
    def is_live(self) -> bool:
        """Whether it is not at its end."""
        return self.state in LIVE

    @property
    def is_active(self) -> bool:
        """Whether it is agreed, and not at its end."""
        return self.state in ACTIVE

    def is_party(self, member_id: int) -> bool:
        """Whether the member is its client or its worker; members of the team are not."""
        return member_id in {self.client_id, self.worker_id}

    def other_party_id(self, member_id: int) -> int:
        """Return the party that `member_id` is not."""
        return self.worker_id if member_id == self.client_id else self.client_id
