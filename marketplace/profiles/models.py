"""Rows of what a member says of themselves: what everybody may read, and what nobody else may."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Dialect, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

from marketplace.accounts.models import Member
from marketplace.clock import now, today, whole_years
from marketplace.db import Model, Versioned
from marketplace.i18n import _l
from marketplace.searchable import Searchable

STATUS_HOLDS_FOR = timedelta(days=14)
HEADLINE_LENGTH = 60
INTRODUCTION_LENGTH = 2_000
NAME_LENGTH = 60
CITY_LENGTH = 40
STREET_LENGTH = 120
LINK_LENGTH = 300
HIGHEST_RATE_YEN = 1_000_000
MOST_LINKS = 5
MOST_SCHOOLS = 10
MOST_WANTED_PLACES = 20


class Status(StrEnum):
    """Whether a worker takes work now (S2-40)."""

    AVAILABLE = "available"
    """対応可能"""
    DEPENDS = "depends"
    """仕事内容による"""
    BUSY = "busy"
    """現在忙しい"""

    @property
    def label(self) -> str:
        """The words on the screen, in the reader's language."""
        return str(_STATUS_LABELS[self])


class WeeklyHours(StrEnum):
    """How much time a week a worker has (S2-41)."""

    UP_TO_3 = "up_to_3"
    """3時間以下"""
    FROM_3_TO_10 = "3_to_10"
    """3〜10時間"""
    FROM_10_TO_20 = "10_to_20"
    """10〜20時間"""
    FROM_20_TO_30 = "20_to_30"
    """20〜30時間"""
    FROM_30_TO_40 = "30_to_40"
    """30〜40時間"""

    @property
    def label(self) -> str:
        """The words on the screen, in the reader's language."""
        return str(_HOURS_LABELS[self])


class Gender(StrEnum):
    """性別, never shown (S2-36)."""

    MALE = "male"
    """男性"""
    FEMALE = "female"
    """女性"""
    OTHER = "other"
    """その他"""
    UNDISCLOSED = "undisclosed"
    """回答しない"""

    @property
    def label(self) -> str:
        """The words on the screen, in the reader's language."""
        return str(_GENDER_LABELS[self])


class SchoolKind(StrEnum):
    """What kind of school (S2-47)."""

    UNIVERSITY = "university"
    """大学"""
    GRADUATE_SCHOOL = "graduate_school"
    """大学院"""
    HIGH_SCHOOL = "high_school"
    """高校"""

    @property
    def label(self) -> str:
        """The words on the screen, in the reader's language."""
        return str(_SCHOOL_LABELS[self])


_STATUS_LABELS = {
    Status.AVAILABLE: _l("対応可能"),
    Status.DEPENDS: _l("仕事内容による"),
    Status.BUSY: _l("現在忙しい"),
}
_HOURS_LABELS = {
    WeeklyHours.UP_TO_3: _l("3時間以下"),
    WeeklyHours.FROM_3_TO_10: _l("3〜10時間"),
    WeeklyHours.FROM_10_TO_20: _l("10〜20時間"),
    WeeklyHours.FROM_20_TO_30: _l("20〜30時間"),
    WeeklyHours.FROM_30_TO_40: _l("30〜40時間"),
}
_GENDER_LABELS = {
    Gender.MALE: _l("男性"),
    Gender.FEMALE: _l("女性"),
    Gender.OTHER: _l("その他"),
    Gender.UNDISCLOSED: _l("回答しない"),
}
_SCHOOL_LABELS = {
    SchoolKind.UNIVERSITY: _l("大学"),
    SchoolKind.GRADUATE_SCHOOL: _l("大学院"),
    SchoolKind.HIGH_SCHOOL: _l("高校"),
}


@dataclass(frozen=True, slots=True)
class School:
    """A school the member went to (S2-47)."""

    kind: SchoolKind
    name: str


class Schools(TypeDecorator[tuple[School, ...]]):
    """Schools in the member's order: a value of the profile, never looked for on its own."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: tuple[School, ...] | None, dialect: Dialect) -> Any:
        """Store pairs of kind and name."""
        return [[school.kind.value, school.name] for school in value or ()]

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[School, ...]:
        """Read them back."""
        return tuple(School(SchoolKind(kind), name) for kind, name in value or ())


class Profile(Searchable, Versioned, Model):
    """A member's public face: whatever stands here may be read by everybody once the member is a worker."""

    __tablename__ = "profiles"
    __table_args__ = (
        CheckConstraint(f"hourly_rate_yen BETWEEN 1 AND {HIGHEST_RATE_YEN}", name="hourly_rate_yen_range"),
    )

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    headline: Mapped[str] = mapped_column(String(HEADLINE_LENGTH), default="")
    introduction: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[Status | None]
    status_confirmed_at: Mapped[datetime | None]
    weekly_hours: Mapped[WeeklyHours | None]
    hourly_rate_yen: Mapped[int | None]
    accepts_online: Mapped[bool] = mapped_column(default=False)
    hometown: Mapped[str | None] = mapped_column(String(2))
    """A prefecture's JIS code (S2-46)."""
    schools: Mapped[tuple[School, ...]] = mapped_column(Schools, default=())
    links: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Addresses of the member's own elsewhere: https only, never fetched by us."""
    updated_at: Mapped[datetime] = mapped_column(default=now)

    member: Mapped[Member] = relationship(lazy="raise")
    wanted_places: Mapped[list["WantedPlace"]] = relationship(
        lazy="raise", order_by="WantedPlace.position", cascade="all, delete-orphan"
    )

    def search_key(self) -> tuple[str, int]:
        """Return the document that this row is part of."""
        return ("worker", self.member_id)

    def status_holds(self, at: datetime) -> bool:
        """Whether the status was confirmed recently enough to be believed."""
        return self.status_confirmed_at is not None and at - self.status_confirmed_at <= STATUS_HOLDS_FOR


class PersonalDetails(Model):
    """A member's private face: never shown to others, never indexed."""

    __tablename__ = "personal_details"

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH), default="")
    name_kana: Mapped[str] = mapped_column(String(NAME_LENGTH), default="")
    gender: Mapped[Gender | None]
    birth_date: Mapped[date | None]
    postal_code: Mapped[str | None] = mapped_column(String(7))
    prefecture: Mapped[str | None] = mapped_column(String(2))
    """JIS code."""
    city: Mapped[str] = mapped_column(String(CITY_LENGTH), default="")
    street: Mapped[str] = mapped_column(String(STREET_LENGTH), default="")
    phone: Mapped[str | None] = mapped_column(String(16))
    """E.164."""
    shows_age_band: Mapped[bool] = mapped_column(default=False)

    def age_band(self) -> int | None:
        """Return 40 for somebody in their forties who lets others know (S2-43), otherwise None."""
        if self.birth_date is None or not self.shows_age_band:
            return None
        return max(whole_years(self.birth_date, today()) // 10, 1) * 10


class WantedPlace(Searchable, Model):
    """A prefecture, or a city in it, in which the member wants to work (S2-44, S2-45)."""

    __tablename__ = "wanted_places"
    __table_args__ = (Index(None, "prefecture", "city"),)

    profile_id: Mapped[int] = mapped_column(ForeignKey("profiles.member_id", ondelete="CASCADE"), primary_key=True)
    prefecture: Mapped[str] = mapped_column(String(2), primary_key=True)
    """JIS code."""
    city: Mapped[str] = mapped_column(String(5), primary_key=True, default="")
    """The municipality's JIS X 0402 code; empty when the whole prefecture is meant."""
    position: Mapped[int]

    def search_key(self) -> tuple[str, int]:
        """Return the document that this row is part of."""
        return ("worker", self.profile_id)
