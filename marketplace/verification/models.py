"""Rows of papers that members let the moderators check, and of what is left once they are destroyed."""

import secrets
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.db import Model, Versioned, only_where
from marketplace.i18n import _l

BUSINESS_DAYS = 5
"""Within how many business days the moderators decide (S2-78)."""
LEASE = timedelta(minutes=15)
"""How long papers that a moderator took are theirs alone, and how long a look at the pictures lasts."""
DRAFT_KEPT_FOR = timedelta(hours=24)
"""How long pages wait that were uploaded and not handed in."""
SENTENCE_LENGTH = 500


class DocumentKind(StrEnum):
    """What kind of paper it is (S2-77)."""

    LICENCE = "licence"
    """運転免許証"""
    NUMBER_CARD = "number_card"
    """マイナンバーカード: the front alone, for collecting the back is forbidden."""
    PASSPORT = "passport"
    """パスポート"""
    RESIDENCE = "residence"
    """住民票: one without 個人番号."""
    CERTIFICATE = "certificate"
    """証明書: what attests a qualification (Q-08)."""

    @property
    def pages(self) -> tuple[int, int]:
        """How many pages there must and may be."""
        return _PAGES[self]

    @property
    def has_address(self) -> bool:
        """Whether an address stands on it."""
        return self in {DocumentKind.LICENCE, DocumentKind.NUMBER_CARD, DocumentKind.RESIDENCE}

    @property
    def label(self) -> str:
        """The words on the screen, in the reader's language."""
        return str(_KIND_LABELS[self])


class VerificationState(StrEnum):
    """What became of it."""

    DRAFT = "draft"
    """Uploaded, and not yet handed in."""
    WAITING = "waiting"
    """Handed in: the moderators look at it."""
    APPROVED = "approved"
    """It shows what the member says."""
    RETURNED = "returned"
    """It does not, or cannot be read."""
    WITHDRAWN = "withdrawn"
    """The member took it back."""
    EXPIRED = "expired"
    """Nobody decided in time."""


class ReturnReason(StrEnum):
    """Why papers are sent back."""

    UNREADABLE = "unreadable"
    """Blurred, too dark, or cut off."""
    DIFFERENT = "different"
    """Not what the member says of themselves."""
    EXPIRED = "expired"
    """No longer valid."""
    FORBIDDEN = "forbidden"
    """A number is seen that must not be collected (japan.md 7.8)."""
    WRONG_KIND = "wrong_kind"
    """Another paper than the one that was chosen, or a part of it is missing."""
    OTHER = "other"
    """The sentence says it."""

    @property
    def label(self) -> str:
        """The words on the screen, in the reader's language."""
        return str(_REASON_LABELS[self])


_PAGES = {
    DocumentKind.LICENCE: (2, 4),
    # The back of this card must not be collected: there is no room for it.
    DocumentKind.NUMBER_CARD: (1, 1),
    DocumentKind.PASSPORT: (1, 2),
    DocumentKind.RESIDENCE: (1, 4),
    DocumentKind.CERTIFICATE: (1, 4),
}
_KIND_LABELS = {
    DocumentKind.LICENCE: _l("運転免許証"),
    DocumentKind.NUMBER_CARD: _l("マイナンバーカード"),
    DocumentKind.PASSPORT: _l("パスポート"),
    DocumentKind.RESIDENCE: _l("住民票"),
    DocumentKind.CERTIFICATE: _l("資格の証明書"),
}
_REASON_LABELS = {
    ReturnReason.UNREADABLE: _l("読み取れない(不鮮明、暗い、切れている)"),
    ReturnReason.DIFFERENT: _l("登録されている内容と違う"),
    ReturnReason.EXPIRED: _l("書類の有効期限が切れている"),
    ReturnReason.FORBIDDEN: _l("写ってはいけない番号が写っている"),
    ReturnReason.WRONG_KIND: _l("選んだ種類の書類ではない、または足りない面がある"),
    ReturnReason.OTHER: _l("そのほか"),
}

_LIVE = "state IN ('draft', 'waiting')"
WAITS = "state = 'waiting'"


class Verification(Versioned, Model):
    """Papers of a member for one thing to be checked, and afterwards what was decided: nothing of the papers stays."""

    __tablename__ = "verifications"
    __table_args__ = (
        Index(
            "uq__verifications__one_identity",
            "member_id",
            unique=True,
            **only_where(f"kind <> 'certificate' AND {_LIVE}"),
        ),
        Index("uq__verifications__one_proof", "qualification_id", unique=True, **only_where(_LIVE)),
        Index("ix__verifications__identity_waits", "due_at", "id", **only_where(f"{WAITS} AND kind <> 'certificate'")),
        Index("ix__verifications__proof_waits", "due_at", "id", **only_where(f"{WAITS} AND kind = 'certificate'")),
        Index(None, "member_id", "id"),
        Index("ix__verifications__decided", "decided_at", **only_where("decided_at IS NOT NULL")),
        CheckConstraint("(state IN ('draft', 'waiting')) = (decided_at IS NULL)", name="decided_once"),
        CheckConstraint("state IN ('draft', 'withdrawn') OR submitted_at IS NOT NULL", name="submitted_first"),
        CheckConstraint("(submitted_at IS NULL) = (due_at IS NULL)", name="due_when_submitted"),
        CheckConstraint("reviewer_id <> member_id", name="not_by_oneself"),
        CheckConstraint("leased_until IS NULL OR reviewer_id IS NOT NULL", name="leased_to_somebody"),
        CheckConstraint("(state = 'returned') = (reason IS NOT NULL)", name="returned_for_a_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    qualification_id: Mapped[int | None] = mapped_column(
        ForeignKey("qualifications.id", ondelete="SET NULL"), index=True
    )
    """What a certificate attests; None for the other kinds, which say who the member is."""
    kind: Mapped[DocumentKind]
    state: Mapped[VerificationState] = mapped_column(default=VerificationState.DRAFT)
    created_at: Mapped[datetime] = mapped_column(default=now)
    submitted_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    """Until when the moderators decide; afterwards the papers are destroyed undecided."""
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"), index=True)
    """Who looks at it, or decided."""
    leased_until: Mapped[datetime | None]
    """Until when nobody else may take it."""
    decided_at: Mapped[datetime | None]
    reason: Mapped[ReturnReason | None]
    sentence: Mapped[str] = mapped_column(String(SENTENCE_LENGTH), default="")
    """To the member, in the moderator's words."""
    name_matches: Mapped[bool | None]
    """What the moderator found, as are the three below; None where it was not compared."""
    address_matches: Mapped[bool | None]
    qualification_matches: Mapped[bool | None]
    """Whether a certificate shows what is declared of the qualification; None for decisions that were not asked it."""
    is_adult: Mapped[bool | None]
    """18 or over on the day of the decision."""

    member: Mapped[Member] = relationship(lazy="raise", foreign_keys=[member_id])
    reviewer: Mapped[Member | None] = relationship(lazy="raise", foreign_keys=[reviewer_id])
    documents: Mapped[list["IdentityDocument"]] = relationship(
        lazy="raise", order_by="IdentityDocument.position", back_populates="verification"
    )
    looks: Mapped[list["Look"]] = relationship(lazy="raise", order_by="Look.id", back_populates="verification")

    @property
    def is_live(self) -> bool:
        """Whether the papers are still needed."""
        return self.state in {VerificationState.DRAFT, VerificationState.WAITING}

    def is_free(self, at: datetime) -> bool:
        """Whether it waits, and nobody holds it."""
        return self.state is VerificationState.WAITING and (self.leased_until is None or at >= self.leased_until)

    def is_leased_to(self, moderator_id: int, at: datetime) -> bool:
        """Whether this moderator, and nobody else, may look and decide."""
        return self.reviewer_id == moderator_id and self.leased_until is not None and at < self.leased_until


class IdentityDocument(Model):
    """One page of papers. The picture lies encrypted in the storage; its key, in the vault, is its own."""

    __tablename__ = "identity_documents"
    __table_args__ = (
        UniqueConstraint("verification_id", "position"),
        Index("ix__identity_documents__kept", "verification_id", **only_where("destroyed_at IS NULL")),
        CheckConstraint(
            "destroyed_at IS NOT NULL OR (storage_key IS NOT NULL AND vault_key IS NOT NULL)", name="kept_or_destroyed"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    verification_id: Mapped[int] = mapped_column(ForeignKey("verifications.id", ondelete="RESTRICT"))
    position: Mapped[int]
    storage_key: Mapped[str | None] = mapped_column(String(100), index=True)
    """Where the encrypted picture is; None once it is destroyed."""
    vault_key: Mapped[str | None] = mapped_column(String(32), index=True)
    """Which key opens it; None once it is destroyed."""
    size: Mapped[int]
    """In bytes, encrypted."""
    sha256: Mapped[str] = mapped_column(String(64))
    """Of the encrypted bytes, in hex: it says nothing of the picture, and stays."""
    is_discarded: Mapped[bool] = mapped_column(default=False)
    """Taken away before it was handed in."""
    destroyed_at: Mapped[datetime | None]
    leaf_index: Mapped[int | None] = mapped_column(unique=True)
    """Which entry of the transparency log tells of it."""
    record: Mapped[dict[str, str] | None] = mapped_column(JSON)
    """What the receipt says beyond the entry: whose, by whom, when."""
    salt: Mapped[str] = mapped_column(String(64), default=lambda: secrets.token_hex(32))
    """With it the entry in the log holds the digest of `record`."""

    verification: Mapped[Verification] = relationship(lazy="raise", back_populates="documents")

    @property
    def is_kept(self) -> bool:
        """Whether it is a page of the papers that can still be opened."""
        return self.destroyed_at is None and not self.is_discarded


class Look(Model):
    """A moderator opened the pictures. The member is shown when, and who."""

    __tablename__ = "looks"
    __table_args__ = (Index(None, "verification_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    verification_id: Mapped[int] = mapped_column(ForeignKey("verifications.id", ondelete="CASCADE"))
    moderator_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"), index=True)
    at: Mapped[datetime] = mapped_column(default=now)

    verification: Mapped[Verification] = relationship(lazy="raise", back_populates="looks")
    moderator: Mapped[Member | None] = relationship(lazy="raise")
