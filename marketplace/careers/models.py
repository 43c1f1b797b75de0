"""Rows of what a member can do and has done: skills, qualifications, careers, hobbies."""

from abc import abstractmethod
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.attachments import AttachedFile
from marketplace.clock import today, whole_years
from marketplace.db import Model, Versioned
from marketplace.i18n import _l
from marketplace.searchable import Searchable

SKILL_NOTES_LENGTH = 300
SKILL_NAME_LENGTH = 60


class SkillLevel(StrEnum):
    """How well, by the member's own judgement (S2-52)."""

    LEARNING = "learning"
    """学習中"""
    ASSISTED = "assisted"
    """補助があればできる"""
    WORKING = "working"
    """実務で使える"""
    TEACHING = "teaching"
    """人に教えられる"""

    @property
    def rank(self) -> int:
        """0 for the lowest, 3 for the highest."""
        return list(type(self)).index(self)

    @property
    def label(self) -> str:
        """The words on the screen, in the reader's language."""
        return str(_LEVEL_LABELS[self])


class QualificationCategory(StrEnum):
    """What field a qualification is of (Q-01)."""

    IT = "it"
    """IT"""
    LANGUAGE = "language"
    """語学"""
    ACCOUNTING_LAW = "accounting_law"
    """会計・法務"""
    MEDICAL_WELFARE = "medical_welfare"
    """医療福祉"""
    CRAFT = "craft"
    """技能"""
    DRIVING = "driving"
    """運転"""
    OTHER = "other"
    """その他"""

    @property
    def label(self) -> str:
        """The words on the screen, in the reader's language."""
        return str(_QUALIFICATION_LABELS[self])


class CareerCategory(StrEnum):
    """In what capacity someone worked (S2-56)."""

    EMPLOYEE = "employee"
    """正社員"""
    CONTRACT = "contract"
    """契約・派遣"""
    FREELANCE = "freelance"
    """業務委託・フリーランス"""
    PART_TIME = "part_time"
    """パート・アルバイト"""
    STUDY = "study"
    """学業"""
    OTHER = "other"
    """その他"""

    @property
    def label(self) -> str:
        """The words on the screen, in the reader's language."""
        return str(_CAREER_LABELS[self])


class HobbyCategory(StrEnum):
    """What kind of hobby (H-01)."""

    SPORTS = "sports"
    """スポーツ"""
    MUSIC = "music"
    """音楽"""
    ART = "art"
    """美術・写真"""
    OUTDOORS = "outdoors"
    """アウトドア"""
    GAMES = "games"
    """ゲーム"""
    READING = "reading"
    """読書"""
    COOKING = "cooking"
    """料理"""
    TRAVEL = "travel"
    """旅行"""
    CRAFT = "craft"
    """手芸・工作"""
    LEARNING = "learning"
    """学び"""
    OTHER = "other"
    """その他"""

    @property
    def label(self) -> str:
        """The words on the screen, in the reader's language."""
        return str(_HOBBY_LABELS[self])


class HobbyFrequency(StrEnum):
    """How often (H-02)."""

    DAILY = "daily"
    """毎日"""
    WEEKLY = "weekly"
    """毎週"""
    MONTHLY = "monthly"
    """毎月"""
    YEARLY = "yearly"
    """年に数回"""

    @property
    def label(self) -> str:
        """The words on the screen, in the reader's language."""
        return str(_FREQUENCY_LABELS[self])


class HobbyVisibility(StrEnum):
    """Who may read about a hobby (H-05)."""

    PUBLIC = "public"
    """公開"""
    FRIENDS = "friends"
    """友達のみ"""
    PRIVATE = "private"
    """非公開"""

    @property
    def label(self) -> str:
        """The words on the screen, in the reader's language."""
        return str(_VISIBILITY_LABELS[self])


_LEVEL_LABELS = {
    SkillLevel.LEARNING: _l("学習中"),
    SkillLevel.ASSISTED: _l("補助があればできる"),
    SkillLevel.WORKING: _l("実務で使える"),
    SkillLevel.TEACHING: _l("人に教えられる"),
}
_QUALIFICATION_LABELS = {
    QualificationCategory.IT: _l("IT"),
    QualificationCategory.LANGUAGE: _l("語学"),
    QualificationCategory.ACCOUNTING_LAW: _l("会計・法務"),
    QualificationCategory.MEDICAL_WELFARE: _l("医療福祉"),
    QualificationCategory.CRAFT: _l("技能"),
    QualificationCategory.DRIVING: _l("運転"),
    QualificationCategory.OTHER: _l("その他"),
}
_CAREER_LABELS = {
    CareerCategory.EMPLOYEE: _l("正社員"),
    CareerCategory.CONTRACT: _l("契約・派遣"),
    CareerCategory.FREELANCE: _l("業務委託・フリーランス"),
    CareerCategory.PART_TIME: _l("パート・アルバイト"),
    CareerCategory.STUDY: _l("学業"),
    CareerCategory.OTHER: _l("その他"),
}
_HOBBY_LABELS = {
    HobbyCategory.SPORTS: _l("スポーツ"),
    HobbyCategory.MUSIC: _l("音楽"),
    HobbyCategory.ART: _l("美術・写真"),
    HobbyCategory.OUTDOORS: _l("アウトドア"),
    HobbyCategory.GAMES: _l("ゲーム"),
    HobbyCategory.READING: _l("読書"),
    HobbyCategory.COOKING: _l("料理"),
    HobbyCategory.TRAVEL: _l("旅行"),
    HobbyCategory.CRAFT: _l("手芸・工作"),
    HobbyCategory.LEARNING: _l("学び"),
    HobbyCategory.OTHER: _l("その他"),
}
_FREQUENCY_LABELS = {
    HobbyFrequency.DAILY: _l("毎日"),
    HobbyFrequency.WEEKLY: _l("毎週"),
    HobbyFrequency.MONTHLY: _l("毎月"),
    HobbyFrequency.YEARLY: _l("年に数回"),
}
_VISIBILITY_LABELS = {
    HobbyVisibility.PUBLIC: _l("公開"),
    HobbyVisibility.FRIENDS: _l("友達のみ"),
    HobbyVisibility.PRIVATE: _l("非公開"),
}


class Skill(Model):
    """One skill under the one name by which it is shown, however it was typed."""

    __tablename__ = "skills"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(SKILL_NAME_LENGTH), unique=True)
    is_listed: Mapped[bool] = mapped_column(default=False)
    """Whether it is suggested from the start; what members typed is suggested only once a worker shows it."""


class SkillAlias(Model):
    """A folded spelling, the skill's own name among them, and the skill that it means."""

    __tablename__ = "skill_aliases"

    key: Mapped[str] = mapped_column(String(SKILL_NAME_LENGTH), primary_key=True)
    """As `folding.folded` makes it."""
    skill_id: Mapped[int] = mapped_column(ForeignKey("skills.id", ondelete="CASCADE"), index=True)
    former_id: Mapped[int | None] = mapped_column(ForeignKey("skills.id", ondelete="SET NULL"), index=True)
    """What it meant before a moderator let it mean another skill: it does again when that is taken back."""

    skill: Mapped[Skill] = relationship(lazy="raise", foreign_keys=[skill_id])


class Entry(Searchable, Versioned):
    """What the four lists share: an owner, a place in the owner's order, a version."""

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    """Ascending; equal positions fall back to the id."""

    @property
    @abstractmethod
    def title(self) -> str:
        """What its owner calls it."""

    def search_key(self) -> tuple[str, int]:
        """Return the document that this row is part of."""
        return ("worker", self.member_id)


class MemberSkill(Entry, Model):
    """That a member has a skill, how well, and since when (S2-51…54)."""

    __tablename__ = "member_skills"
    __table_args__ = (UniqueConstraint("member_id", "skill_id"), Index(None, "skill_id"))

    skill_id: Mapped[int] = mapped_column(ForeignKey("skills.id"))
    level: Mapped[SkillLevel]
    started_on: Mapped[date]
    """The first day of the month in which they began; years of experience are computed from it."""
    notes: Mapped[str] = mapped_column(String(SKILL_NOTES_LENGTH), default="")

    skill: Mapped[Skill] = relationship(lazy="raise")

    @property
    def title(self) -> str:
        """The skill's one name."""
        return self.skill.name

    @property
    def years(self) -> int:
        """Full years of experience today."""
        return whole_years(self.started_on, today())


CONFIRMED = (
    *("name", "common_name", "grade", "issuer", "acquired_on", "expires_on", "registration_number"),
)  # fmt: skip
"""What of a qualification a certificate shows: when one of these changes, it has to be seen again."""
CLAIMING = ("name", "common_name", "grade", "notes")
"""Where the title of a protected profession may stand that the member claims (Q-12)."""


class Qualification(Entry, Model):
    """What an exam or an issuer attests, as the member declares it (Q-01…07, Q-10)."""

    __tablename__ = "qualifications"

    category: Mapped[QualificationCategory]
    name: Mapped[str] = mapped_column(String(80))
    common_name: Mapped[str] = mapped_column(String(40), default="")
    """What people call it: clients search for 「宅建」, not for the official name."""
    grade: Mapped[str] = mapped_column(String(40), default="")
    grade_number: Mapped[int | None]
    """The number in the grade (965 of 「965点」), for comparing."""
    issuer: Mapped[str] = mapped_column(String(80), default="")
    acquired_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    """The last day of the month in which it ends."""
    registration_number: Mapped[str] = mapped_column(String(60), default="")
    """Never shown to others (Q-07)."""
    notes: Mapped[str] = mapped_column(String(300), default="")
    confirmed_at: Mapped[datetime | None]
    """When the moderators saw the certificate (Q-09); None while it is only declared, and again when it changes."""
    is_compared: Mapped[bool] = mapped_column(default=False)
    """Whether they compared all that is declared of it when they did; formerly they were asked for names alone."""

    @property
    def compared(self) -> tuple[str, ...]:
        """Which of the columns the moderators found in the certificate, in the order of a page."""
        is_said = self.confirmed_at is not None and self.is_compared
        return tuple(name for name in CONFIRMED if getattr(self, name)) if is_said else ()

    @property
    def title(self) -> str:
        """The official name."""
        return self.name

    def is_expired(self) -> bool:
        """Whether it has ended by today."""
        return self.expires_on is not None and self.expires_on < today()


class Career(Entry, Model):
    """A time in which a member worked or studied somewhere (S2-56…63). Careers may overlap."""

    __tablename__ = "careers"
    __table_args__ = (
        CheckConstraint("ended_on IS NULL OR ended_on >= started_on", name="ends_after_start"),
        CheckConstraint("team_size IS NULL OR team_size BETWEEN 1 AND 100000", name="team_size_range"),
        Index(None, "company", "member_id"),
    )

    category: Mapped[CareerCategory]
    started_on: Mapped[date]
    ended_on: Mapped[date | None]
    """None while it goes on (「現在」)."""
    company: Mapped[str] = mapped_column(String(80))
    duties: Mapped[str] = mapped_column(Text, default="")
    url: Mapped[str] = mapped_column(String(300), default="")
    role: Mapped[str] = mapped_column(String(80), default="")
    environment: Mapped[str] = mapped_column(String(300), default="")
    team_size: Mapped[int | None]

    attachments: Mapped[list["CareerAttachment"]] = relationship(
        back_populates="career",
        lazy="raise",
        order_by="CareerAttachment.id",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    @property
    def title(self) -> str:
        """Where it was."""
        return self.company


class CareerAttachment(AttachedFile, Model):
    """A file that belongs to a career; a download only, and public only if the member says so (S2-64)."""

    __tablename__ = "career_attachments"

    id: Mapped[int] = mapped_column(primary_key=True)
    career_id: Mapped[int] = mapped_column(ForeignKey("careers.id", ondelete="CASCADE"), index=True)
    is_public: Mapped[bool] = mapped_column(default=False)

    career: Mapped[Career] = relationship(back_populates="attachments", lazy="raise")


class Hobby(Entry, Model):
    """What a member likes to do, and who may know (H-01…06)."""

    __tablename__ = "hobbies"

    name: Mapped[str] = mapped_column(String(40))
    category: Mapped[HobbyCategory]
    since_year: Mapped[int | None]
    """Entered as a number of years (H-02), kept as the year so that it does not go stale."""
    frequency: Mapped[HobbyFrequency | None]
    keywords: Mapped[str] = mapped_column(String(200), default="")
    description: Mapped[str] = mapped_column(String(500), default="")
    visibility: Mapped[HobbyVisibility] = mapped_column(default=HobbyVisibility.PUBLIC)
    allows_surveys: Mapped[bool] = mapped_column(default=False)
    """Whether interviews and surveys may be matched with it (H-06); nobody is told before the member applies."""

    @property
    def title(self) -> str:
        """What the hobby is called."""
        return self.name

    @property
    def years(self) -> int | None:
        """For how many years, by the calendar."""
        return None if self.since_year is None else max(today().year - self.since_year, 0)
