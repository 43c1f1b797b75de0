"""Rows of companies: the company, its domains, the keys it is found by, who belongs to it and who asks to."""

import re
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from marketplace.accounts.models import CONFIRM_WITHIN, EMAIL_LENGTH, Member
from marketplace.clock import now
from marketplace.db import Model, Versioned
from marketplace.searchable import Searchable
from marketplace.skeletons import LENGTH as SKELETON_LENGTH
from marketplace.skeletons import skeleton_of

SLUG_LENGTH = 30
NAME_LENGTH = 80
READING_LENGTH = 120
INTRODUCTION_LENGTH = 2_000
ADDRESS_LENGTH = 200
PHONE_LENGTH = 16
"""E.164: fifteen digits behind a plus."""
DOMAIN_LENGTH = 253
DEPARTMENT_LENGTH = 40
COMMENT_LENGTH = 1_000
KEY_LENGTH = 24
"""As much of a name as is compared, from whichever letter on."""
MOST_DEPARTMENTS = 5
"""In which one member may be at the same time."""
OPEN_FOR = timedelta(days=30)
"""How long a request waits for its answer."""
SILENCE = timedelta(days=90)
"""After a refusal the company is left in peace."""

_BYTEWISE = String(KEY_LENGTH).with_variant(String(KEY_LENGTH, collation="C"), "postgresql")
"""In the order of code points on both databases, so that a beginning is one stretch of the index."""

_FORM_IN_FRONT = re.compile(
    r"^(?:(?:[一-龠]{2,8}法人|(?:株式|有限|合同|合資|合名)会社|[(（][一-龠]+[)）]|[㈱㈲㈳-㉃㍿])\s*)+"
)
_FORM_BEHIND = re.compile(
    r"(?:\s*(?:(?:株式|有限|合同|合資|合名)会社|[(（][株有同資名社財医学宗福独][)）]|[㈱㈲㍿]))+\s*$"
)
"""Fewer than in front: what stands in brackets behind a name is as often a place."""


class CompanyRole(StrEnum):
    """What a member may do in a company."""

    OWNER = "owner"
    """Edits its page, answers requests, hands over."""
    MEMBER = "member"
    """Belongs to it and may leave."""


class RequestState(StrEnum):
    """Where a request to belong stands. Everything but OPEN is the end."""

    OPEN = "open"
    """Waits for an answer."""
    ACCEPTED = "accepted"
    """承認"""
    DECLINED = "declined"
    """却下"""
    WITHDRAWN = "withdrawn"
    """Taken back by whoever asked, or ended with the company."""
    EXPIRED = "expired"
    """Nobody answered in time."""


class Company(Versioned, Model):
    """An employer under one name and one address. One that was merged stays as a sign that points to the other."""

    __tablename__ = "companies"
    __table_args__ = (
        CheckConstraint(f"length(slug) BETWEEN 3 AND {SLUG_LENGTH}", name="slug_length"),
        CheckConstraint(f"length(name) BETWEEN 1 AND {NAME_LENGTH}", name="name_length"),
        CheckConstraint("merged_into_id <> id", name="not_into_itself"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(SLUG_LENGTH), unique=True)
    """3–30 of a–z 0–9, never changed (S2-71); kept after the end, so that nobody else can take it."""
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    name_skeleton: Mapped[str] = mapped_column(
        String(SKELETON_LENGTH), default="", server_default=text("''"), index=True
    )
    """What the name looks like without the form of company in front of it or behind. Follows the name."""
    reading: Mapped[str] = mapped_column(String(READING_LENGTH), default="")
    """In katakana, as declared."""
    introduction: Mapped[str] = mapped_column(Text, default="")
    address: Mapped[str] = mapped_column(String(ADDRESS_LENGTH), default="")
    phone: Mapped[str] = mapped_column(String(PHONE_LENGTH), default="")
    """As E.164."""
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH), default="")
    picture_key: Mapped[str | None] = mapped_column(String(100))
    """Where the logo's sizes are stored, without the size's ending."""
    corporate_number: Mapped[str | None] = mapped_column(String(13), index=True)
    """法人番号: thirteen digits whose check digit is right; whose they are is only declared."""
    number_confirmed_at: Mapped[datetime | None]
    """When the moderators compared number and name with the register; None again when either changes."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)
    """Changes with every edit, so that the version grows."""
    closed_at: Mapped[datetime | None]
    """Since when there is no page any more."""
    hidden_at: Mapped[datetime | None]
    """Since when only those who belong to it are shown it, by a decision of the moderators."""
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("companies.id", ondelete="CASCADE"), index=True)
    """Where its address leads since it was found to be registered twice."""

    domains: Mapped[list["CompanyDomain"]] = relationship(
        lazy="raise", passive_deletes="all", order_by="CompanyDomain.domain"
    )

    @validates("name")
    def _keep_skeleton(self, _key: str, name: str) -> str:
        self.name_skeleton = skeleton_of(_FORM_BEHIND.sub("", _FORM_IN_FRONT.sub("", name)) or name)
        return name

    @property
    def seal(self) -> str:
        """The character that stands for it where there is no logo: not the 株 of 株式会社, which begins too many."""
        return _FORM_IN_FRONT.sub("", self.name)[:1] or self.name[:1]

    @property
    def is_live(self) -> bool:
        """Whether it has a page."""
        return self.closed_at is None


class CompanyDomain(Model):
    """A mail domain at which somebody of the company confirmed an address: of one company at a time."""

    __tablename__ = "company_domains"

    domain: Mapped[str] = mapped_column(String(DOMAIN_LENGTH), primary_key=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id", ondelete="CASCADE"), index=True)
    confirmed_at: Mapped[datetime] = mapped_column(default=now)


class CompanyKey(Model):
    """A place at which a search may begin in the folded name, reading or domain of a live company."""

    __tablename__ = "company_keys"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - as SQLAlchemy wants it

    place: Mapped[int] = mapped_column(primary_key=True)
    """0 at the beginning of a name, reading or label, 1 within: who begins so stands first."""
    key: Mapped[str] = mapped_column(_BYTEWISE, primary_key=True)
    company_id: Mapped[int] = mapped_column(
        ForeignKey("companies.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class Belonging(Searchable, Versioned, Model):
    """A member's place in a company, in one department or in none named: one row for each department they are in.

    At least one owner stays while the company lives (a trigger sees to that). All places of a member in a company
    have the same role.
    """

    __tablename__ = "belongings"
    __table_args__ = (
        UniqueConstraint("company_id", "member_id", "department"),
        Index(None, "company_id", "department", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id", ondelete="CASCADE"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    department: Mapped[str] = mapped_column(String(DEPARTMENT_LENGTH), default="")
    role: Mapped[CompanyRole]
    joined_at: Mapped[datetime] = mapped_column(default=now)
    proven_at: Mapped[datetime | None]
    """When the member confirmed an address at a domain of the company; None when somebody of it vouched for them."""

    company: Mapped[Company] = relationship(lazy="raise")
    member: Mapped[Member] = relationship(lazy="raise")

    def search_key(self) -> tuple[str, int]:
        """Return the document that this row is part of: of the member, whose company is known or not."""
        return ("worker", self.member_id)


class BelongingRequest(Versioned, Model):
    """A member's wish to belong to a company, open until answered, taken back or expired."""

    __tablename__ = "belonging_requests"
    __table_args__ = (
        Index(
            "uq__belonging_requests__one_open",
            "company_id",
            "member_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index(None, "company_id", "state", "created_at"),
        Index(None, "state", "expires_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id", ondelete="CASCADE"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    department: Mapped[str] = mapped_column(String(DEPARTMENT_LENGTH), default="")
    comment: Mapped[str] = mapped_column(String(COMMENT_LENGTH), default="")
    state: Mapped[RequestState] = mapped_column(default=RequestState.OPEN)
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime] = mapped_column(default=lambda: now() + OPEN_FOR)
    ended_at: Mapped[datetime | None]

    company: Mapped[Company] = relationship(lazy="raise")
    member: Mapped[Member] = relationship(lazy="raise")

    def waits(self, at: datetime) -> bool:
        """Whether it can still be answered."""
        return self.state is RequestState.OPEN and at < self.expires_at


class DomainProof(Model):
    """A mail that is on its way to an address of a company; the row is gone when its link was used or is too old."""

    __tablename__ = "domain_proofs"

    id: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id", ondelete="CASCADE"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH))
    department: Mapped[str] = mapped_column(String(DEPARTMENT_LENGTH), default="")
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)

    company: Mapped[Company] = relationship(lazy="raise")
    member: Mapped[Member] = relationship(lazy="raise")

    @property
    def state(self) -> tuple[str, ...]:
        """What the link in the mail stands for; see tokens."""
        return (str(self.member_id), self.email, self.created_at.isoformat())

    @property
    def domain(self) -> str:
        """What stands behind the @ of the address."""
        return self.email.rpartition("@")[2]

    def is_open(self, at: datetime) -> bool:
        """Whether the link still works at `at`."""
        return at < self.created_at + CONFIRM_WITHIN
