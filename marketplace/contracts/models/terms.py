"""Rows of what is agreed: versions of the terms, each member's share, and the notices that tell of them."""

import secrets
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Member
from marketplace.calendar import PaymentRule, PayRule
from marketplace.clock import now
from marketplace.contracts.models.contracts import Contract
from marketplace.db import Model, Versioned, only_where
from marketplace.i18n import _l
from marketplace.jobs.models import MOST_YEN, RewardKind

SCOPE_LENGTH = 5_000
NAME_LENGTH = 120
NOTE_LENGTH = 1_000
MOST_UNDECIDED = 5
MOST_REVISIONS = 10


class TermsState(StrEnum):
    """What became of a version."""

    PROPOSED = "proposed"
    """One party has agreed by proposing it; the other has not answered."""
    AGREED = "agreed"
    """Both agreed: never changed any more."""
    REFUSED = "refused"
    """The other party did not agree."""
    REPLACED = "replaced"
    """Another version was proposed in its place."""
    WITHDRAWN = "withdrawn"
    """Taken back by whoever proposed it; or the contract came to its end before there was an answer."""

    @property
    def label(self) -> str:
        """The words on the screen, in the reader's language."""
        return str(_STATE_LABELS[self])


class Rights(StrEnum):
    """What becomes of the rights in what is made."""

    NONE = "none"
    """Nothing is made that rights arise in."""
    LICENCE = "licence"
    """利用許諾: the worker keeps them, the client may use it."""
    TRANSFER = "transfer"
    """譲渡: they pass to the client with the payment, those of articles 27 and 28 included."""

    @property
    def label(self) -> str:
        """The words on the screen, in the reader's language."""
        return str(_RIGHTS_LABELS[self])


class Withholding(StrEnum):
    """Whether the client withholds income tax (源泉徴収)."""

    SUBJECT = "subject"
    """対象"""
    SCRIVENER = "scrivener"
    """対象(司法書士など)"""
    NOT_SUBJECT = "not_subject"
    """対象外"""

    @property
    def label(self) -> str:
        """The words on the screen, in the reader's language."""
        return str(_WITHHOLDING_LABELS[self])


class NoticeKind(StrEnum):
    """Who is told of what."""

    CLIENT_TO_WORKER = "client_to_worker"
    """取引条件通知書"""
    LEADER_TO_MEMBER = "leader_to_member"
    """再委託の通知: what a team's leader tells each member who shares the work."""


_STATE_LABELS = {
    TermsState.PROPOSED: _l("回答待ち"),
    TermsState.AGREED: _l("同意済み"),
    TermsState.REFUSED: _l("見送り"),
    TermsState.REPLACED: _l("変更の提案あり"),
    TermsState.WITHDRAWN: _l("取り下げ"),
}
_RIGHTS_LABELS = {
    Rights.NONE: _l("権利の対象になる成果物はない"),
    Rights.LICENCE: _l("ワーカーに残り、クライアントが利用できる(利用許諾)"),
    Rights.TRANSFER: _l("支払いとともにクライアントへ移る(著作権法27条・28条の権利を含む)"),
}
_WITHHOLDING_LABELS = {
    Withholding.SUBJECT: _l("対象"),
    Withholding.SCRIVENER: _l("対象(司法書士・土地家屋調査士など)"),
    Withholding.NOT_SUBJECT: _l("対象外"),
}

_PAID_SOMEHOW = (
    "(pay_rule = 'on_a_day' AND pay_on IS NOT NULL)"
    " OR (pay_rule = 'after_receipt' AND pay_days IS NOT NULL AND pay_days BETWEEN 1 AND 60)"
    " OR (pay_rule = 'monthly' AND pay_closing_day IS NOT NULL AND pay_months IS NOT NULL AND pay_day IS NOT NULL"
    " AND pay_closing_day BETWEEN 1 AND 31 AND pay_months BETWEEN 0 AND 2 AND pay_day BETWEEN 1 AND 31"
    " AND (pay_months > 0 OR pay_day >= pay_closing_day))"
)


class ContractTerms(Versioned, Model):
    """One version of the terms: the ten items of the Article 3 notice and what else both rely on.

    Nothing that the law asks may be empty; what is not decided yet stands in `undecided`, with reason and day.
    """

    __tablename__ = "contract_terms"
    __table_args__ = (
        UniqueConstraint("contract_id", "number"),
        UniqueConstraint("proposer_id", "once"),
        Index("uq__contract_terms__one_proposed", "contract_id", unique=True, **only_where("state = 'proposed'")),
        CheckConstraint("scope <> '' AND client_name <> '' AND worker_name <> ''", name="named"),
        CheckConstraint("due_on IS NOT NULL OR (starts_on IS NOT NULL AND ends_on IS NOT NULL)", name="when"),
        CheckConstraint("starts_on IS NULL OR ends_on IS NULL OR starts_on <= ends_on", name="period"),
        CheckConstraint("is_remote OR place <> ''", name="place"),
        CheckConstraint(f"amount_yen BETWEEN 1 AND {MOST_YEN}", name="amount"),
        CheckConstraint("reward_kind = 'fixed' OR formula <> ''", name="formula"),
        CheckConstraint(_PAID_SOMEHOW, name="pay_rule_is_whole"),
        CheckConstraint("inspection_days BETWEEN 0 AND 60", name="inspection"),
        CheckConstraint(f"revision_limit BETWEEN 0 AND {MOST_REVISIONS}", name="revision_limit"),
        CheckConstraint(
            "NOT is_re_entrusted OR (upstream_client <> '' AND upstream_due_on IS NOT NULL)", name="upstream"
        ),
        CheckConstraint("(state = 'agreed') = (agreed_at IS NOT NULL)", name="agreed_with_time"),
        CheckConstraint(
            "state <> 'agreed' OR (client_agreed_at IS NOT NULL AND worker_agreed_at IS NOT NULL)",
            name="agreed_by_both",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contracts.id", ondelete="CASCADE"))
    number: Mapped[int]
    proposer_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="RESTRICT"))
    once: Mapped[str] = mapped_column(String(32))
    state: Mapped[TermsState] = mapped_column(default=TermsState.PROPOSED)
    created_at: Mapped[datetime] = mapped_column(default=now)
    client_agreed_at: Mapped[datetime | None]
    worker_agreed_at: Mapped[datetime | None]
    agreed_at: Mapped[datetime | None]
    """When the second of both agreed: the day of entrusting (item 2)."""
    change_reason: Mapped[str] = mapped_column(String(NOTE_LENGTH), default="")

    client_name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    """Item 1, as agreed; who the two are, is in the contract."""
    worker_name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    client_is_business: Mapped[bool] = mapped_column(default=True)
    """A consumer's contract is outside of the freelance law (japan.md 7.1)."""
    client_has_employees: Mapped[bool] = mapped_column(default=False)
    """Whether the client has employees or two directors: who has neither withholds no tax and has fewer duties."""
    scope: Mapped[str] = mapped_column(Text)
    """Item 3"""
    rights: Mapped[Rights] = mapped_column(default=Rights.NONE)
    rights_note: Mapped[str] = mapped_column(String(NOTE_LENGTH), default="")
    due_on: Mapped[date | None]
    """Item 4: the day of delivery; or the period below, for services."""
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    is_remote: Mapped[bool] = mapped_column(default=True)
    """Item 5"""
    place: Mapped[str] = mapped_column(String(200), default="")
    inspection_days: Mapped[int] = mapped_column(default=7)
    """Item 6: how many days after receipt the inspection ends; 0 when there is none."""
    reward_kind: Mapped[RewardKind] = mapped_column(default=RewardKind.FIXED)
    """Item 7"""
    amount_yen: Mapped[int]
    """For the whole, or for each hour or piece."""
    formula: Mapped[str] = mapped_column(String(NOTE_LENGTH), default="")
    """How the sum is found where it is no fixed one."""
    is_tax_included: Mapped[bool] = mapped_column(default=False)
    withholding: Mapped[Withholding] = mapped_column(default=Withholding.NOT_SUBJECT)
    pay_rule: Mapped[PayRule]
    """Item 8"""
    pay_on: Mapped[date | None]
    pay_days: Mapped[int | None]
    pay_closing_day: Mapped[int | None]
    pay_months: Mapped[int | None]
    pay_day: Mapped[int | None]
    pay_method: Mapped[str] = mapped_column(String(200), default="")
    """Item 9; empty means bank transfer, whose fee the payer bears."""
    is_re_entrusted: Mapped[bool] = mapped_column(default=False)
    """Item 10"""
    upstream_client: Mapped[str] = mapped_column(String(NAME_LENGTH), default="")
    upstream_due_on: Mapped[date | None]
    undecided: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    """未定事項: `item`, `reason` and `decide_by` (ISO) of each."""
    revision_limit: Mapped[int] = mapped_column(default=2)
    ending_note: Mapped[str] = mapped_column(String(NOTE_LENGTH), default="")
    milestones: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """`title`, `due_on` (ISO) and `amount_yen` of each, in their order."""

    contract: Mapped[Contract] = relationship(lazy="raise")
    shares: Mapped[list["ContractShare"]] = relationship(
        lazy="raise", order_by="ContractShare.position", passive_deletes="all"
    )

    @property
    def undecided_days(self) -> list[tuple[str, date]]:
        """What is not decided yet, each with the day by which it will be."""
        return [(each["item"], date.fromisoformat(each["decide_by"])) for each in self.undecided or []]

    @property
    def payment_rule(self) -> PaymentRule:
        """When it is paid, as the calendar counts it."""
        if self.pay_rule is PayRule.AFTER_RECEIPT:
            return PaymentRule(self.pay_rule, days=self.pay_days)
        if self.pay_rule is PayRule.MONTHLY:
            closing, months = self.pay_closing_day, self.pay_months
            return PaymentRule(self.pay_rule, closing_day=closing, months=months, pay_day=self.pay_day)
        return PaymentRule(self.pay_rule, on_day=self.pay_on)


class ContractShare(Model):
    """Which part of the reward a member of the team has under a version of the terms. All parts make 100."""

    __tablename__ = "contract_shares"
    __table_args__ = (CheckConstraint("percent BETWEEN 0 AND 100", name="percent"),)

    terms_id: Mapped[int] = mapped_column(ForeignKey("contract_terms.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="RESTRICT"), primary_key=True, index=True)
    position: Mapped[int]
    percent: Mapped[int]
    part: Mapped[str] = mapped_column(String(200), default="")
    """What the member does, in words."""
    asked_at: Mapped[datetime | None]
    """Since when the member is asked whether they take part so; None where nothing changes for them."""
    confirmed_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]

    member: Mapped[Member] = relationship(lazy="raise")

    @property
    def as_read(self) -> str:
        """What the member reads of it before they answer: the percent and, in the words of the leader, their part."""
        return f"{self.percent}% {self.part}".strip()

    @property
    def waits(self) -> bool:
        """Whether the member has yet to say whether they take part."""
        return self.asked_at is not None and self.confirmed_at is None and self.refused_at is None

    @property
    def holds(self) -> bool:
        """Whether it stands: the member was asked and takes part, or there was nothing to ask."""
        return self.asked_at is None or self.confirmed_at is not None


class ContractNotice(Model):
    """A notice of agreed terms as one recipient got it: the data it was made of and its PDF never change."""

    __tablename__ = "contract_notices"
    __table_args__ = (
        UniqueConstraint("terms_id", "recipient_id"),
        Index(None, "recipient_id", "id"),
        CheckConstraint(f"amount_yen BETWEEN 0 AND {MOST_YEN}", name="amount"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contracts.id", ondelete="CASCADE"), index=True)
    terms_id: Mapped[int] = mapped_column(ForeignKey("contract_terms.id", ondelete="CASCADE"))
    recipient_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="RESTRICT"))
    kind: Mapped[NoticeKind] = mapped_column(default=NoticeKind.CLIENT_TO_WORKER)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What is printed."""
    amount_yen: Mapped[int]
    """The reward that it tells its recipient of, or their part of each hour or piece: what it is found by."""
    storage_key: Mapped[str] = mapped_column(String(100), unique=True)
    sha256: Mapped[str] = mapped_column(String(64))
    """Of the PDF, in hex."""
    salt: Mapped[str] = mapped_column(String(64), default=lambda: secrets.token_hex(32))
    """32 random bytes in hex, without which nobody can guess what the log holds the digest of."""
    leaf_index: Mapped[int] = mapped_column(unique=True)
    """Which entry of the transparency log holds the digest."""
    delivered_at: Mapped[datetime] = mapped_column(default=now)
    viewed_at: Mapped[datetime | None]
    """When the recipient pressed 「内容を確認する」; set once."""

    terms: Mapped[ContractTerms] = relationship(lazy="raise")
    recipient: Mapped[Member] = relationship(lazy="raise")

    @property
    def is_to_member(self) -> bool:
        """Whether a team's leader tells a member of their share."""
        return self.kind is NoticeKind.LEADER_TO_MEMBER
