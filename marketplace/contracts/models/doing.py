"""Rows of the work itself: milestones, deliveries, the timeline and its files."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Member
from marketplace.attachments import AttachedFile
from marketplace.clock import now, today
from marketplace.contracts.models.contracts import REASON_LENGTH, Contract, EndingCause
from marketplace.db import Model, Versioned, only_where
from marketplace.i18n import _l
from marketplace.jobs.models import MOST_YEN
from marketplace.marking import takes_mark

BODY_LENGTH = 5_000
SENTENCE_LENGTH = 1_000
MOST_FILES = 5


class MilestoneState(StrEnum):
    """How far a part of the work is."""

    PLANNED = "planned"
    DELIVERED = "delivered"
    ACCEPTED = "accepted"
    DROPPED = "dropped"
    """No longer part of the terms."""


class DeliveryState(StrEnum):
    """What the client said about what was delivered."""

    WAITING = "waiting"
    """Is looked at."""
    ACCEPTED = "accepted"
    """検収: it is what was agreed, or nobody said otherwise in time."""
    REVISION = "revision"
    """修正依頼: it has to be worked over."""
    WITHDRAWN = "withdrawn"
    """Taken back by the worker."""


class EndingState(StrEnum):
    """What became of the wish to end early."""

    ASKED = "asked"
    """The other party has to agree."""
    NOTICED = "noticed"
    """Said in advance: the contract ends on `ends_on`."""
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class ReminderKind(StrEnum):
    """Of which day whoever has to keep it is reminded: of the end both are."""

    UNDECIDED = "undecided"
    """The day by which the client decides what the terms leave open, and supplements the notice (Article 3)."""
    DUE = "due"
    """納品の期日"""
    INSPECTION = "inspection"
    """検査完了日"""
    PAYMENT = "payment"
    """支払期日"""
    ENDING = "ending"
    """The day on which a contract ends early, as said in advance."""

    @property
    def label(self) -> str:
        """The words on the screen, in the reader's language."""
        return str(_REMINDER_LABELS[self])


_REMINDER_LABELS = {
    ReminderKind.UNDECIDED: _l("未定の事項を定める予定の日"),
    ReminderKind.DUE: _l("納品の期日"),
    ReminderKind.INSPECTION: _l("検査の期日"),
    ReminderKind.PAYMENT: _l("支払期日"),
    ReminderKind.ENDING: _l("終了の日"),
}


class EntryKind(StrEnum):
    """What an entry of the timeline tells."""

    MESSAGE = "message"
    REPORT = "report"
    """作業メモ: 報告"""
    CONTACT = "contact"
    """作業メモ: 連絡"""
    CONSULTATION = "consultation"
    """作業メモ: 相談"""
    RECEIPT = "receipt"
    """受領連絡: what was handed over has arrived; `data.starts_on` may say when the work begins (S4-14)."""
    LATE = "late"
    """遅れそうです: said before the day of delivery, with `data.new_due_on`."""
    TERMS = "terms"
    """A version of the terms was proposed, agreed or refused (`data.number`, `data.state`)."""
    DELIVERY = "delivery"
    WITHDRAWAL = "withdrawal"
    """A worker took back what they had delivered."""
    REVISION = "revision"
    ACCEPTANCE = "acceptance"
    PAYMENT = "payment"
    """The client reports that it is paid."""
    PAYMENT_DISPUTED = "payment_disputed"
    """The worker says that it has not arrived, or not so: it counts as not reported."""
    PAYMENT_RECEIVED = "payment_received"
    COMPLETED = "completed"
    ENDING = "ending"
    """An early end is asked for, or reached."""
    CONFIDENTIALITY = "confidentiality"
    """An agreement was proposed, signed or refused."""


class Milestone(Versioned, Model):
    """A part of the work with a day and an amount of its own."""

    __tablename__ = "milestones"
    __table_args__ = (
        UniqueConstraint("contract_id", "position"),
        CheckConstraint(f"amount_yen BETWEEN 1 AND {MOST_YEN}", name="amount"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contracts.id", ondelete="CASCADE"))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(80))
    due_on: Mapped[date]
    amount_yen: Mapped[int]
    state: Mapped[MilestoneState] = mapped_column(default=MilestoneState.PLANNED)


class Delivery(Versioned, Model):
    """What a worker handed over on a day: the day of receipt, from which the law counts."""

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("contract_id", "number"),
        Index(
            "uq__deliveries__one_whole_waiting",
            "contract_id",
            unique=True,
            **only_where("state = 'waiting' AND milestone_id IS NULL"),
        ),
        Index(
            "uq__deliveries__one_part_waiting",
            "milestone_id",
            unique=True,
            **only_where("state = 'waiting'"),
        ),
        CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", name="decided_once"),
        CheckConstraint("state <> 'revision' OR reason <> ''", name="revised_for_a_reason"),
        CheckConstraint(f"amount_yen BETWEEN 0 AND {MOST_YEN}", name="amount"),
        CheckConstraint("(paid_on IS NULL) = (paid_yen IS NULL)", name="paid_whole"),
        CheckConstraint(f"paid_yen BETWEEN 0 AND {MOST_YEN}", name="paid_amount"),
        CheckConstraint("paid_on IS NULL OR state = 'accepted'", name="paid_once_accepted"),
        CheckConstraint("payment_confirmed_at IS NULL OR paid_on IS NOT NULL", name="confirmed_once_paid"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contracts.id", ondelete="CASCADE"))
    milestone_id: Mapped[int | None] = mapped_column(ForeignKey("milestones.id", ondelete="SET NULL"), index=True)
    number: Mapped[int]
    received_on: Mapped[date]
    """The day, in Tokyo, that counts as day 1."""
    inspect_by: Mapped[date | None]
    """The last day of the inspection; afterwards it counts as accepted. None when nothing is inspected."""
    pay_on: Mapped[date]
    """When it is to be paid by the terms."""
    pay_limit_on: Mapped[date]
    """The last day on which the law lets it be paid."""
    amount_yen: Mapped[int | None]
    """What falls due with it by the terms, before tax is added or withheld; None where it is still to be computed."""
    state: Mapped[DeliveryState] = mapped_column(default=DeliveryState.WAITING)
    is_deemed: Mapped[bool] = mapped_column(default=False)
    """Whether it counts as accepted because nobody said otherwise in time."""
    reason: Mapped[str] = mapped_column(String(SENTENCE_LENGTH), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    decided_at: Mapped[datetime | None]
    paid_on: Mapped[date | None]
    """The day of payment, as the client reports it: the money goes from them to the worker, not through here."""
    paid_yen: Mapped[int | None]
    payment_confirmed_at: Mapped[datetime | None]
    """When the worker said that it has arrived."""


class ContractEnding(Versioned, Model):
    """The wish of a party to end a contract early, and what came of it."""

    __tablename__ = "contract_endings"
    __table_args__ = (
        Index(
            "uq__contract_endings__one_open",
            "contract_id",
            unique=True,
            **only_where("state IN ('asked', 'noticed')"),
        ),
        Index(None, "contract_id"),
        CheckConstraint("reason <> ''", name="for_a_reason"),
        CheckConstraint(f"owed_yen BETWEEN 0 AND {MOST_YEN}", name="owed"),
        CheckConstraint("(state IN ('asked', 'noticed')) = (decided_at IS NULL)", name="decided_once"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contracts.id", ondelete="CASCADE"))
    asker_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="RESTRICT"), index=True)
    cause: Mapped[EndingCause]
    reason: Mapped[str] = mapped_column(String(REASON_LENGTH))
    owed_yen: Mapped[int] = mapped_column(default=0)
    """For work that was done and not delivered, besides what was; before tax is added or withheld."""
    ends_on: Mapped[date]
    state: Mapped[EndingState] = mapped_column(default=EndingState.ASKED)
    created_at: Mapped[datetime] = mapped_column(default=now)
    agreed_at: Mapped[datetime | None]
    """When the party that was asked agreed; from then on it is not one party's to take back."""
    decided_at: Mapped[datetime | None]

    def may_be_objected_to(self, contract: Contract) -> bool:
        """Whether it is the client who says that it lies with the worker, and the day is not over."""
        is_of_client = self.cause is EndingCause.WORKER and self.asker_id == contract.client_id
        return is_of_client and self.state is EndingState.NOTICED and today() <= self.ends_on


class ContractReminder(Model):
    """That somebody was reminded of a day, so that they are not reminded of it twice."""

    __tablename__ = "contract_reminders"

    contract_id: Mapped[int] = mapped_column(ForeignKey("contracts.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[ReminderKind] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    days_before: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), unique=True)
    """What was told of it."""


class ContractEntry(Model):
    """One entry of a contract's timeline. Never changed."""

    __tablename__ = "contract_entries"
    __table_args__ = (
        UniqueConstraint("author_id", "once"),
        Index(None, "contract_id", "id"),
        Index(None, "contract_id", "kind", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contracts.id", ondelete="CASCADE"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="RESTRICT"))
    """None for what the clock did."""
    kind: Mapped[EntryKind]
    body: Mapped[str] = mapped_column(Text, default="")
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    delivery_id: Mapped[int | None] = mapped_column(ForeignKey("deliveries.id", ondelete="CASCADE"), index=True)
    once: Mapped[str | None] = mapped_column(String(40))
    """Made with the form where somebody wrote it; None where it follows from a deed."""
    created_at: Mapped[datetime] = mapped_column(default=now)

    contract: Mapped[Contract] = relationship(lazy="raise")
    author: Mapped[Member | None] = relationship(lazy="raise")
    files: Mapped[list["ContractAttachment"]] = relationship(
        lazy="raise", order_by="ContractAttachment.id", passive_deletes="all"
    )


class ContractAttachment(AttachedFile, Model):
    """A file of an entry; a download only, and, if it says so, only for who signed the confidentiality agreement."""

    __tablename__ = "contract_attachments"

    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contracts.id", ondelete="CASCADE"), index=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("contract_entries.id", ondelete="CASCADE"), index=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="RESTRICT"), index=True)
    needs_signature: Mapped[bool] = mapped_column(default=False)

    @property
    def takes_mark(self) -> bool:
        """Whether a copy of it can bear who opens it."""
        return takes_mark(self.content_type)

    def is_marked_for(self, reader: Member) -> bool:
        """Tell whether `reader` opens a copy that bears their name: not of what is their own."""
        return self.needs_signature and self.owner_id != reader.id and self.takes_mark


Index("ix__contracts__next_on", Contract.next_on)
