"""Rows of payouts: bank accounts, whether their names were looked at, and how payments to a member are taxed."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.db import Model, Versioned
from marketplace.i18n import _l

NAME_LENGTH = 60
KEY_LENGTH = 100
REASON_LENGTH = 200
STATEMENT_LENGTH = 500
HELD_FOR = timedelta(hours=72)
"""How long nothing is paid into an account that is new: time to notice that somebody else named it."""
READ_FOR = timedelta(hours=1)
"""How long a moderator's look at the holder of an account lasts."""


def _in_some_days(context: DefaultExecutionContext) -> datetime:
    created_at: datetime = context.get_current_parameters()["created_at"]  # type: ignore[no-untyped-call]
    return created_at + HELD_FOR


class AccountKind(StrEnum):
    """預金種目 (K-03)."""

    ORDINARY = "ordinary"
    """普通"""
    CHECKING = "checking"
    """当座"""
    SAVINGS = "savings"
    """貯蓄"""

    @property
    def code(self) -> str:
        """The digit that stands for it in the files of banks (japan.md 7.6)."""
        return {"ordinary": "1", "checking": "2", "savings": "4"}[self.value]

    @property
    def label(self) -> str:
        """The words on the screen, in the reader's language."""
        return str(_LABELS[self])


class NameGround(StrEnum):
    """Why an account may be in another name than the one that was verified (K-07)."""

    FORMER_NAME = "former_name"
    """旧姓"""
    TRADE_NAME = "trade_name"
    """屋号"""
    OWN_CORPORATION = "own_corporation"
    """自分の法人"""
    OTHER = "other"
    """その他"""

    @property
    def label(self) -> str:
        """The words on the screen, in the reader's language."""
        return str(_LABELS[self])


class Entity(StrEnum):
    """Whether one is paid as a person or as a corporation."""

    INDIVIDUAL = "individual"
    """個人"""
    CORPORATION = "corporation"
    """法人"""

    @property
    def label(self) -> str:
        """The words on the screen, in the reader's language."""
        return str(_LABELS[self])


class TaxStatus(StrEnum):
    """Whether one pays consumption tax."""

    TAXABLE = "taxable"
    """課税事業者"""
    EXEMPT = "exempt"
    """免税事業者"""

    @property
    def label(self) -> str:
        """The words on the screen, in the reader's language."""
        return str(_LABELS[self])


class Withholding(StrEnum):
    """What is usually withheld of a member's fees (K-11): only what a contract begins with, see japan.md 7.4."""

    NONE = "none"
    """対象外"""
    FEE = "fee"
    """報酬・料金: 10.21 %, beyond a million yen 20.42 %"""
    SCRIVENER = "scrivener"
    """司法書士などの報酬: 10.21 % of what exceeds ten thousand yen"""
    UNSURE = "unsure"
    """Decided for each contract."""

    @property
    def label(self) -> str:
        """The words on the screen, in the reader's language."""
        return str(_LABELS[self])


_LABELS = {
    AccountKind.ORDINARY: _l("普通"),
    AccountKind.CHECKING: _l("当座"),
    AccountKind.SAVINGS: _l("貯蓄"),
    NameGround.FORMER_NAME: _l("旧姓の口座"),
    NameGround.TRADE_NAME: _l("屋号の付いた口座"),
    NameGround.OWN_CORPORATION: _l("自分の法人の口座"),
    NameGround.OTHER: _l("そのほか"),
    Entity.INDIVIDUAL: _l("個人"),
    Entity.CORPORATION: _l("法人"),
    TaxStatus.TAXABLE: _l("課税事業者"),
    TaxStatus.EXEMPT: _l("免税事業者"),
    Withholding.UNSURE: _l("取引ごとに確かめる"),
    Withholding.NONE: _l("対象外"),
    Withholding.FEE: _l("報酬・料金(10.21パーセント)"),
    Withholding.SCRIVENER: _l("司法書士などの報酬"),
}


class BankAccount(Model):
    """One account that a member was, is, or is to be paid into. A change is a new row: payouts name the one they meant.

    Nothing of a row changes but its end (a trigger sees to that). Number and holder are under a key of the row's own;
    when the row ends, ciphertext and key go.
    """

    __tablename__ = "bank_accounts"
    __table_args__ = (
        UniqueConstraint("member_id", "edition"),
        CheckConstraint("(sealed IS NULL) = (key_name IS NULL)", name="sealed_under_its_key"),
        CheckConstraint("ended_at IS NOT NULL OR sealed IS NOT NULL", name="sealed_while_current"),
        CheckConstraint("length(bank_code) = 4 AND length(branch_code) = 3", name="code_lengths"),
        CheckConstraint("length(last_digits) = 3", name="last_digits_length"),
        Index(
            "uq__bank_accounts__one_current",
            "member_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    edition: Mapped[int]
    """1 is the first account of a member."""
    bank_code: Mapped[str] = mapped_column(String(4))
    bank_name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    """As it was called then; so are the others."""
    bank_kana: Mapped[str] = mapped_column(String(NAME_LENGTH))
    branch_code: Mapped[str] = mapped_column(String(3))
    branch_name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    branch_kana: Mapped[str] = mapped_column(String(NAME_LENGTH))
    kind: Mapped[AccountKind]
    last_digits: Mapped[str] = mapped_column(String(3))
    """All that is ever shown without asking for the password."""
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Number and holder, encrypted; None once the row has ended."""
    key_name: Mapped[str | None] = mapped_column(String(KEY_LENGTH))
    """Under which key; the key itself is never in the database."""
    ground: Mapped[NameGround | None]
    """Why the holder has another name, as the member says; None when it is to be the same."""
    reason: Mapped[str] = mapped_column(String(REASON_LENGTH), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    payouts_held_until: Mapped[datetime] = mapped_column(default=_in_some_days)
    ended_at: Mapped[datetime | None]

    member: Mapped[Member] = relationship(lazy="raise")
    comparison: Mapped["NameComparison | None"] = relationship(lazy="raise", back_populates="account")

    @property
    def masked(self) -> str:
        """The number as it is shown."""
        return f"****{self.last_digits}"

    def is_held(self, at: datetime) -> bool:
        """Whether nothing is paid into it yet."""
        return at < self.payouts_held_until


class NameComparison(Versioned, Model):
    """What came of comparing the holder with the verified name. Where they differ, a moderator looks at it.

    There is none while the member was not verified; it is made anew when the member is verified anew.
    """

    __tablename__ = "name_comparisons"
    __table_args__ = (
        CheckConstraint("(decided_at IS NULL) = (is_fine IS NULL)", name="decided_somehow"),
        CheckConstraint("NOT is_same OR decided_at IS NULL", name="same_needs_no_decision"),
        Index(
            "ix__name_comparisons__waiting",
            "compared_at",
            "account_id",
            sqlite_where=text("NOT is_same AND decided_at IS NULL"),
            postgresql_where=text("NOT is_same AND decided_at IS NULL"),
        ),
    )

    account_id: Mapped[int] = mapped_column(ForeignKey("bank_accounts.id", ondelete="CASCADE"), primary_key=True)
    compared_at: Mapped[datetime] = mapped_column(default=now)
    is_same: Mapped[bool]
    decided_at: Mapped[datetime | None]
    is_fine: Mapped[bool | None]
    """What the moderator said; when not, the member was asked to mend it."""
    moderator_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"), index=True)
    statement: Mapped[str] = mapped_column(String(STATEMENT_LENGTH), default="")

    account: Mapped[BankAccount] = relationship(lazy="raise", back_populates="comparison")

    def is_with_name_of(self, member: Member) -> bool:
        """Whether it was made with the name of `member` as it is verified now: without that, it says nothing."""
        return member.identity_verified_at is not None and self.compared_at >= member.identity_verified_at

    @property
    def waits(self) -> bool:
        """Whether a moderator is to look at it."""
        return not self.is_same and self.decided_at is None


class PayeeDetails(Versioned, Model):
    """How payments to a member are taxed, as the member says (K-11)."""

    __tablename__ = "payee_details"
    __table_args__ = (
        CheckConstraint("invoice_number IS NULL OR length(invoice_number) = 14", name="invoice_number_length"),
        CheckConstraint("invoice_number IS NULL OR tax_status = 'taxable'", name="issuers_pay_tax"),
        CheckConstraint("entity = 'individual' OR withholding = 'none'", name="nothing_withheld_from_corporations"),
    )

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    entity: Mapped[Entity]
    tax_status: Mapped[TaxStatus]
    invoice_number: Mapped[str | None] = mapped_column(String(14))
    """適格請求書発行事業者の登録番号: T and thirteen digits."""
    withholding: Mapped[Withholding]
    updated_at: Mapped[datetime] = mapped_column(default=now)
