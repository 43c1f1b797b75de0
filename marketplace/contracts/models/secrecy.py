"""Individual agreements of confidentiality, and who signed them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.contracts.models.contracts import Contract
from marketplace.db import Model, Versioned, only_where
from marketplace.i18n import _l

PURPOSE_LENGTH = 500
SPECIAL_LENGTH = 2_000
MOST_YEARS = 10


class SecrecyState(StrEnum):
    """What became of an agreement."""

    PROPOSED = "proposed"
    """Waits for signatures."""
    SIGNED = "signed"
    """All have signed."""
    REFUSED = "refused"
    """Somebody did not want to. Nothing follows from it."""
    WITHDRAWN = "withdrawn"
    """Whoever had asked for it took it back."""

    @property
    def label(self) -> str:
        """The words on the screen, in the reader's language."""
        return str(_STATE_LABELS[self])


_STATE_LABELS = {
    SecrecyState.PROPOSED: _l("署名を待っています"),
    SecrecyState.SIGNED: _l("署名済み"),
    SecrecyState.REFUSED: _l("見送り"),
    SecrecyState.WITHDRAWN: _l("取り下げ"),
}


class SecrecyAgreement(Versioned, Model):
    """An agreement as it is offered: its text never changes; triggers see to that."""

    __tablename__ = "secrecy_agreements"
    __table_args__ = (
        UniqueConstraint("contract_id", "number"),
        Index("uq__secrecy_agreements__one_proposed", "contract_id", unique=True, **only_where("state = 'proposed'")),
        CheckConstraint("text <> '' AND length(text_sha256) = 64", name="whole_text"),
        CheckConstraint("(state = 'proposed') = (ended_at IS NULL)", name="ended_with_time"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contracts.id", ondelete="CASCADE"))
    proposer_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="RESTRICT"), index=True)
    number: Mapped[int]
    state: Mapped[SecrecyState] = mapped_column(default=SecrecyState.PROPOSED)
    discloses_address: Mapped[bool]
    """Whether signers tell the others their address beside their name."""
    text: Mapped[str] = mapped_column(Text)
    """What is signed, in Japanese."""
    text_sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]
    """When all had signed, or when it was refused or withdrawn."""

    contract: Mapped[Contract] = relationship(lazy="raise")
    proposer: Mapped[Member] = relationship(lazy="raise")


class SecrecySignature(Model):
    """That a member signed, with what they disclosed at that moment. Never changed."""

    __tablename__ = "secrecy_signatures"
    __table_args__ = (UniqueConstraint("agreement_id", "member_id"), CheckConstraint("name <> ''", name="named"))

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("secrecy_agreements.id", ondelete="CASCADE"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="RESTRICT"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    address: Mapped[str] = mapped_column(String(300), default="")
    signed_at: Mapped[datetime] = mapped_column(default=now)
    salt: Mapped[str] = mapped_column(String(64))
    record_sha256: Mapped[str] = mapped_column(String(64))
    """Of salt and record, in hex: what the public log holds."""
    leaf_index: Mapped[int] = mapped_column(unique=True)

    agreement: Mapped[SecrecyAgreement] = relationship(lazy="raise")
    member: Mapped[Member] = relationship(lazy="raise")


class SecrecyPaper(Model):
    """An agreement that all have signed, on paper: made once of the text and the signatures. Never changed."""

    __tablename__ = "secrecy_papers"
    __table_args__ = (CheckConstraint("length(sha256) = 64", name="whole_sha256"),)

    agreement_id: Mapped[int] = mapped_column(
        ForeignKey("secrecy_agreements.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    storage_key: Mapped[str] = mapped_column(String(100), unique=True)
    sha256: Mapped[str] = mapped_column(String(64))
    """Of the PDF, in hex."""
    salt: Mapped[str] = mapped_column(String(64))
    leaf_index: Mapped[int] = mapped_column(unique=True)
    """Which entry of the transparency log holds the digest of salt and record."""
    made_at: Mapped[datetime] = mapped_column(default=now)

    agreement: Mapped[SecrecyAgreement] = relationship(lazy="raise")
