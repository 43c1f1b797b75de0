"""Rows of applications: who applies for which job, what they answer, and who shares the reward."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.db import Model, Versioned, only_where
from marketplace.i18n import _l
from marketplace.jobs.models import MOST_YEN, Job, ScreeningQuestion
from marketplace.teams.models import Team

MESSAGE_LENGTH = 2_000
NOTE_LENGTH = 1_000
SCHEDULE_LENGTH = 500
ANSWER_LENGTH = 2_000
REASON_LENGTH = 500
TERMS_WITHIN_DAYS = 14
"""How long a client has for proposing terms to whom they accepted; then the place is free again."""
CONFIRM_WITHIN_DAYS = 7
"""How long the members of a team have for saying that they take part."""


class ApplicationState(StrEnum):
    """Where an application stands. Everything but CONFIRMING and OPEN is the end."""

    CONFIRMING = "confirming"
    """Members of the team have yet to say that they take part; the client does not see it."""
    OPEN = "open"
    """Waits for the client's answer."""
    ACCEPTED = "accepted"
    """The client wants to agree on terms, and proposes them within TERMS_WITHIN_DAYS."""
    DECLINED = "declined"
    """お見送り"""
    WITHDRAWN = "withdrawn"
    """Taken back by the applicant, before terms were proposed, or given up for want of a member of the team."""
    EXPIRED = "expired"
    """The client did not answer in time."""

    @property
    def label(self) -> str:
        """The words on the screen, in the reader's language."""
        return str(_STATE_LABELS[self])


_STATE_LABELS = {
    ApplicationState.CONFIRMING: _l("メンバーの確認待ち"),
    ApplicationState.OPEN: _l("選考中"),
    ApplicationState.ACCEPTED: _l("条件の相談へ"),
    ApplicationState.DECLINED: _l("お見送り"),
    ApplicationState.WITHDRAWN: _l("取り下げ"),
    ApplicationState.EXPIRED: _l("回答期限切れ"),
}

LIVE_STATES = (ApplicationState.CONFIRMING, ApplicationState.OPEN)
LIVE = "state IN ('confirming', 'open')"
LASTS = f"{LIVE} OR (state = 'accepted' AND lapsed_at IS NULL)"
WAITS = "state = 'open'"


class Application(Versioned, Model):
    """A worker's, or a team's, answer to a job. The owner who applies for a team speaks for it."""

    __tablename__ = "applications"
    __table_args__ = (
        UniqueConstraint("applicant_id", "once"),
        Index("uq__applications__one_open", "job_id", "applicant_id", unique=True, **only_where(LASTS)),
        Index("uq__applications__one_open_of_team", "job_id", "team_id", unique=True, **only_where(LASTS)),
        Index(None, "job_id", "id"),
        Index(None, "applicant_id", "id"),
        Index("ix__applications__waits", "answer_by", "id", **only_where(WAITS)),
        Index("ix__applications__awaits_terms", "terms_by", "id", **only_where("terms_by IS NOT NULL")),
        Index("ix__applications__confirming", "confirm_by", "id", **only_where("state = 'confirming'")),
        CheckConstraint(f"reward_yen BETWEEN 1 AND {MOST_YEN}", name="reward"),
        CheckConstraint(f"({LIVE}) = (ended_at IS NULL)", name="ended_with_time"),
        CheckConstraint("state IN ('confirming', 'withdrawn') OR opened_at IS NOT NULL", name="opened_first"),
        CheckConstraint("(opened_at IS NULL) = (answer_by IS NULL)", name="due_when_opened"),
        CheckConstraint("state <> 'confirming' OR confirm_by IS NOT NULL", name="confirmed_by_a_day"),
        CheckConstraint("lapsed_at IS NULL OR state = 'accepted'", name="lapsed_after_accepting"),
        CheckConstraint("terms_by IS NULL OR (state = 'accepted' AND lapsed_at IS NULL)", name="awaits_terms"),
        CheckConstraint("starts_on IS NULL OR ends_on IS NULL OR starts_on <= ends_on", name="period"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"))
    applicant_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id", ondelete="SET NULL"), index=True)
    """The team that applies; None for a worker alone."""
    once: Mapped[str] = mapped_column(String(32))
    job_revision: Mapped[int]
    """What the job said when this was sent, or when its changes were last accepted."""
    message: Mapped[str] = mapped_column(Text, default="")
    reward_yen: Mapped[int | None]
    """What the applicant proposes, in the job's kind of reward; None when they take what is offered."""
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    schedule: Mapped[str] = mapped_column(String(SCHEDULE_LENGTH), default="")
    state: Mapped[ApplicationState] = mapped_column(default=ApplicationState.OPEN)
    created_at: Mapped[datetime] = mapped_column(default=now)
    confirm_by: Mapped[date | None]
    """The last day for the members of a team to say that they take part, in Tokyo; None for a worker alone."""
    opened_at: Mapped[datetime | None]
    """Since when the client sees it."""
    answer_by: Mapped[date | None]
    """The last day for the client's answer, in Tokyo."""
    ended_at: Mapped[datetime | None]
    terms_by: Mapped[date | None]
    """The last day for proposing terms, in Tokyo, as long as it was accepted and none were proposed."""
    lapsed_at: Mapped[datetime | None]
    """Since when it is known that no contract comes of it, though it was accepted: its place is free again."""
    answer: Mapped[str] = mapped_column(Text, default="")
    """What the client said when declining."""
    reason: Mapped[str] = mapped_column(String(REASON_LENGTH), default="")
    """Why the applicant took it back although it was accepted."""
    is_shortlisted: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(String(NOTE_LENGTH), default="")
    """The client's own; the applicant never sees it, nor whether they are on the shortlist."""

    job: Mapped[Job] = relationship(lazy="raise")
    applicant: Mapped[Member] = relationship(lazy="raise")
    team: Mapped[Team | None] = relationship(lazy="raise")
    answers: Mapped[list["ApplicationAnswer"]] = relationship(lazy="raise", passive_deletes="all")
    shares: Mapped[list["ApplicationShare"]] = relationship(
        lazy="raise", order_by="ApplicationShare.position", passive_deletes="all"
    )

    @property
    def is_live(self) -> bool:
        """Whether it can still be answered or taken back."""
        return self.state in LIVE_STATES

    @property
    def awaits_terms(self) -> bool:
        """Whether it was accepted, and no terms were proposed yet: either side can still let it be."""
        return self.terms_by is not None

    @property
    def lasts(self) -> bool:
        """Whether it is live, or was accepted and something may come, or has come, of it: there is no second one."""
        return self.is_live or (self.state is ApplicationState.ACCEPTED and self.lapsed_at is None)

    @property
    def ends_after(self) -> date | None:
        """The day after which it ends by itself."""
        days = {ApplicationState.CONFIRMING: self.confirm_by, ApplicationState.OPEN: self.answer_by}
        return days.get(self.state, self.terms_by)

    @property
    def is_of_team(self) -> bool:
        """Whether a team applies, also one that is no more."""
        return self.confirm_by is not None

    def waits(self, on: date) -> bool:
        """Whether the client can answer it on that day."""
        return self.state is ApplicationState.OPEN and self.answer_by is not None and on <= self.answer_by

    def can_be_joined(self, on: date) -> bool:
        """Whether members of the team can say on that day that they take part."""
        return self.state is ApplicationState.CONFIRMING and self.confirm_by is not None and on <= self.confirm_by

    def share_of(self, member_id: int) -> "ApplicationShare":
        """Return the share of a member who is named in it; raises StopIteration for all others."""
        return next(each for each in self.shares if each.member_id == member_id)


class ApplicationAnswer(Model):
    """What an applicant answers to one screening question. Numbers stand in a column of their own, to sort by."""

    __tablename__ = "application_answers"

    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id", ondelete="CASCADE"), primary_key=True)
    question_id: Mapped[int] = mapped_column(
        ForeignKey("screening_questions.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    answer: Mapped[str] = mapped_column(Text, default="")
    """The words; of a choice the choice, of yes and no one of `yes` and `no`."""
    number: Mapped[float | None]

    question: Mapped[ScreeningQuestion] = relationship(lazy="raise")


class ApplicationShare(Model):
    """That a member of the team takes part in an application, for which part of the reward. All parts make 100."""

    __tablename__ = "application_shares"
    __table_args__ = (CheckConstraint("percent BETWEEN 0 AND 100", name="percent"),)

    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True, index=True)
    position: Mapped[int]
    percent: Mapped[int]
    confirmed_at: Mapped[datetime | None]
    """When the member said that they take part; the owner who applies does so by applying."""
    refused_at: Mapped[datetime | None]

    member: Mapped[Member] = relationship(lazy="raise")

    @property
    def waits(self) -> bool:
        """Whether the member has yet to say whether they take part."""
        return self.confirmed_at is None and self.refused_at is None
