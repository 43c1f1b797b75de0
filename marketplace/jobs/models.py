"""Rows of jobs: posted work, what it was at each change, what applicants are asked, and questions about it."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Member
from marketplace.addresses import find_prefecture
from marketplace.attachments import AttachedFile
from marketplace.careers.models import Skill
from marketplace.clock import now
from marketplace.companies.models import Company
from marketplace.db import Model, Versioned, only_where
from marketplace.i18n import _, _l
from marketplace.jobs.categories import Category
from marketplace.searchable import Searchable

TITLE_LENGTH = 80
DESCRIPTION_LENGTH = 10_000
NOTE_LENGTH = 500
NAME_LENGTH = 100
ADDRESS_LENGTH = 200
CONTACT_LENGTH = 200
QUESTION_LENGTH = 200
MOST_SKILLS = 10
MOST_QUESTIONS = 10
MOST_CHOICES = 10
MOST_FILES = 5
MOST_WANTED = 100
MOST_YEN = 1_000_000_000
"""The highest amount anywhere; the lowest is one yen."""
MOST_DAYS_OPEN = 90
"""How far away the last day for applications may be: a post that stays longer is stale (japan.md 7.1, Art. 12)."""
MOST_ANSWER_DAYS = 30


class JobKind(StrEnum):
    """What kind of work it is. Rules and papers are the same."""

    HELP = "help"
    """お手伝い"""
    WORK = "work"
    """お仕事"""

    @property
    def label(self) -> str:
        """The words on the screen, in the reader's language."""
        return str(_KIND_LABELS[self])


class JobState(StrEnum):
    """Where a job stands."""

    DRAFT = "draft"
    """Seen by its poster alone."""
    OPEN = "open"
    """募集中"""
    CLOSED = "closed"
    """募集終了"""

    @property
    def label(self) -> str:
        """The words on the screen, in the reader's language."""
        return str(_STATE_LABELS[self])


class JobEnding(StrEnum):
    """Why a job is closed."""

    WITHDRAWN = "withdrawn"
    """Its poster looks for nobody any more."""
    FILLED = "filled"
    """As many as were wanted are found."""
    EXPIRED = "expired"
    """The last day for applications is over."""

    @property
    def label(self) -> str:
        """The words on the screen, in the reader's language."""
        return str(_ENDING_LABELS[self])


class RewardKind(StrEnum):
    """For what the amount is paid."""

    FIXED = "fixed"
    """固定: for the whole."""
    HOURLY = "hourly"
    """時間単価: for each hour."""
    PIECE = "piece"
    """件数単価: for each piece."""

    @property
    def label(self) -> str:
        """The words on the screen, in the reader's language."""
        return str(_REWARD_LABELS[self])


class QuestionKind(StrEnum):
    """How a screening question is answered."""

    TEXT = "text"
    CHOICE = "choice"
    NUMBER = "number"
    YES_NO = "yes_no"

    @property
    def label(self) -> str:
        """The words on the screen, in the reader's language."""
        return str(_QUESTION_LABELS[self])


_STATE_LABELS = {
    JobState.DRAFT: _l("下書き"),
    JobState.OPEN: _l("募集中"),
    JobState.CLOSED: _l("募集終了"),
}
_ENDING_LABELS = {
    JobEnding.WITHDRAWN: _l("取り下げ"),
    JobEnding.FILLED: _l("決まったため終了"),
    JobEnding.EXPIRED: _l("期限で終了"),
}
_KIND_LABELS = {JobKind.HELP: _l("お手伝い"), JobKind.WORK: _l("お仕事")}
_REWARD_LABELS = {
    RewardKind.FIXED: _l("固定"),
    RewardKind.HOURLY: _l("時間単価"),
    RewardKind.PIECE: _l("件数単価"),
}
_QUESTION_LABELS = {
    QuestionKind.TEXT: _l("文章"),
    QuestionKind.CHOICE: _l("選択"),
    QuestionKind.NUMBER: _l("数"),
    QuestionKind.YES_NO: _l("はい・いいえ"),
}

_NAMED = "(is_vouched OR (offerer_name <> '' AND offerer_address <> '' AND offerer_contact <> ''))"
_COMPLETE = (
    "title <> '' AND description <> '' AND category IS NOT NULL AND (is_remote OR prefecture IS NOT NULL)"
    " AND reward_kind IS NOT NULL AND reward_min_yen IS NOT NULL AND is_tax_included IS NOT NULL"
    f" AND apply_until IS NOT NULL AND published_at IS NOT NULL AND {_NAMED}"
)
IS_OPEN = "state = 'open' AND hidden_at IS NULL"


class Job(Searchable, Versioned, Model):
    """Work that somebody offers, for themselves or for a company. As a draft it may lack anything."""

    __tablename__ = "jobs"
    __table_args__ = (
        UniqueConstraint("poster_id", "once"),
        Index(None, "poster_id", "id"),
        Index("ix__jobs__open", "published_at", "id", **only_where(IS_OPEN)),
        Index("ix__jobs__ends", "apply_until", **only_where("state = 'open'")),
        CheckConstraint(f"length(title) <= {TITLE_LENGTH}", name="title_length"),
        CheckConstraint(f"reward_min_yen BETWEEN 1 AND {MOST_YEN}", name="reward_from"),
        CheckConstraint(f"reward_max_yen BETWEEN 1 AND {MOST_YEN} AND reward_max_yen >= reward_min_yen", name="reward"),
        CheckConstraint(f"wanted BETWEEN 1 AND {MOST_WANTED}", name="wanted"),
        CheckConstraint(f"answer_days BETWEEN 1 AND {MOST_ANSWER_DAYS}", name="answer_days"),
        CheckConstraint("starts_on IS NULL OR ends_on IS NULL OR starts_on <= ends_on", name="period"),
        CheckConstraint(f"state = 'draft' OR ({_COMPLETE})", name="whole_when_published"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_with_time"),
        CheckConstraint("(state = 'closed') = (ending IS NOT NULL)", name="closed_for_a_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    poster_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    company_id: Mapped[int | None] = mapped_column(ForeignKey("companies.id", ondelete="SET NULL"), index=True)
    """In whose name it is posted; None when the poster offers it as themselves."""
    once: Mapped[str] = mapped_column(String(32))
    kind: Mapped[JobKind] = mapped_column(default=JobKind.WORK)
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH), default="")
    description: Mapped[str] = mapped_column(Text, default="")
    category: Mapped[Category | None]
    is_remote: Mapped[bool] = mapped_column(default=True)
    """オンライン: it can be done from anywhere."""
    prefecture: Mapped[str | None] = mapped_column(String(2))
    """JIS code of where it is done."""
    city: Mapped[str] = mapped_column(String(60), default="")
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    period_note: Mapped[str] = mapped_column(String(NOTE_LENGTH), default="")
    """Days, hours and how long, in words."""
    reward_kind: Mapped[RewardKind | None]
    reward_min_yen: Mapped[int | None]
    reward_max_yen: Mapped[int | None]
    """Equal to the other one where it is no range; None while none is said."""
    is_tax_included: Mapped[bool | None]
    """税込 or 税別; None while it is not said."""
    reward_note: Mapped[str] = mapped_column(String(NOTE_LENGTH), default="")
    ending_note: Mapped[str] = mapped_column(String(NOTE_LENGTH), default="")
    """契約の解除・不更新: when and how the work may end early (japan.md 7.1, Art. 12)."""
    process_note: Mapped[str] = mapped_column(String(NOTE_LENGTH), default="")
    """選考の流れ"""
    wanted: Mapped[int] = mapped_column(default=1)
    """How many workers or teams."""
    apply_until: Mapped[date | None]
    """The last day for applications, in Tokyo."""
    answer_days: Mapped[int] = mapped_column(default=7)
    """Within how many days every application is answered."""
    offerer_name: Mapped[str] = mapped_column(String(NAME_LENGTH), default="")
    """Who offers the work, as the law wants it shown; as are the two below."""
    offerer_address: Mapped[str] = mapped_column(String(ADDRESS_LENGTH), default="")
    offerer_contact: Mapped[str] = mapped_column(String(CONTACT_LENGTH), default="")
    is_vouched: Mapped[bool] = mapped_column(default=False)
    """Whether the page says, in place of the three, that the moderators know them from papers."""
    state: Mapped[JobState] = mapped_column(default=JobState.DRAFT)
    ending: Mapped[JobEnding | None]
    revision: Mapped[int] = mapped_column(default=0)
    """The number of the newest JobRevision; 0 before it was published."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)
    """Changes with every edit, so that the version grows."""
    published_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    hidden_at: Mapped[datetime | None]
    """Since when only its poster is shown it, by a decision of the moderators."""

    poster: Mapped[Member] = relationship(lazy="raise")
    company: Mapped[Company | None] = relationship(lazy="raise")
    skills: Mapped[list["JobSkill"]] = relationship(lazy="raise", order_by="JobSkill.position", passive_deletes="all")
    questions: Mapped[list["ScreeningQuestion"]] = relationship(
        lazy="raise", order_by="ScreeningQuestion.position", passive_deletes="all"
    )
    files: Mapped[list["JobAttachment"]] = relationship(
        lazy="raise", order_by="JobAttachment.id", passive_deletes="all"
    )

    def search_key(self) -> tuple[str, int]:
        """Return the document that this row is part of."""
        return ("job", self.id)

    @property
    def is_open(self) -> bool:
        """Whether it is shown, and somebody is looked for."""
        return self.state is JobState.OPEN and self.hidden_at is None

    @property
    def place(self) -> str:
        """Where it is done, in the reader's language; empty while that is not said."""
        prefecture = find_prefecture(self.prefecture) if self.prefecture else None
        there = f"{prefecture.label} {self.city}".strip() if prefecture else ""
        if self.is_remote and there:
            return _("オンライン、または%(place)s", place=there)
        return _("オンライン") if self.is_remote else there

    @property
    def has_range(self) -> bool:
        """Whether the reward has two ends."""
        return self.reward_max_yen != self.reward_min_yen

    def takes_applications(self, day: date) -> bool:
        """Whether it is open, and `day` is not after its last one."""
        return self.is_open and self.apply_until is not None and day <= self.apply_until


class JobRevision(Model):
    """What a published job said from one change to the next: applications tell which one they answer."""

    __tablename__ = "job_revisions"

    job_id: Mapped[int] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(default=now)


class JobSkill(Searchable, Model):
    """A skill that a job asks for."""

    __tablename__ = "job_skills"
    __table_args__ = (Index(None, "skill_id", "job_id"),)

    job_id: Mapped[int] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True)
    skill_id: Mapped[int] = mapped_column(ForeignKey("skills.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(default=0)

    skill: Mapped[Skill] = relationship(lazy="raise")

    def search_key(self) -> tuple[str, int]:
        """Return the document that this row is part of."""
        return ("job", self.job_id)


class ScreeningQuestion(Model):
    """What an applicant is asked. One that somebody has answered is never changed: another takes its place."""

    __tablename__ = "screening_questions"
    __table_args__ = (Index(None, "job_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"))
    position: Mapped[int]
    kind: Mapped[QuestionKind]
    question: Mapped[str] = mapped_column(String(QUESTION_LENGTH))
    choices: Mapped[list[str]] = mapped_column(JSON, default=list)
    is_required: Mapped[bool] = mapped_column(default=False)
    retired_at: Mapped[datetime | None]
    """Since when nobody is asked any more."""


class JobAttachment(AttachedFile, Model):
    """A file of a job; a download only."""

    __tablename__ = "job_attachments"

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), index=True)


class JobConversation(Model):
    """That a conversation is about a job (「質問をする」)."""

    __tablename__ = "job_conversations"

    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), index=True)


class PublishedAnswer(Versioned, Model):
    """A question with its answer, as the poster shows them on the page of the job. Who asked is not told."""

    __tablename__ = "published_answers"

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), index=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id", ondelete="SET NULL"), unique=True)
    """The question as it was asked."""
    question: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)
