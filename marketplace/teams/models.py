"""Rows of teams: the team, places in it, offers of a place, and requests for one."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from marketplace.accounts.models import Member
from marketplace.careers.models import Skill
from marketplace.clock import now
from marketplace.db import Model, Versioned
from marketplace.searchable import Searchable
from marketplace.skeletons import LENGTH as SKELETON_LENGTH
from marketplace.skeletons import skeleton_of

SLUG_LENGTH = 30
NAME_LENGTH = 40
INTRODUCTION_LENGTH = 2_000
COMMENT_LENGTH = 1_000
MOST_WANTED_SKILLS = 10
MOST_MEMBERS = 50
"""As many as one page shows."""
OPEN_FOR = timedelta(days=30)
"""How long an offer of a place, or a request for one, waits for its answer."""
SILENCE = timedelta(days=90)
"""After a refusal the same pair is left in peace."""

TAKEN_BACK_WITHIN = timedelta(minutes=1)
"""How long an answer can be taken back: the page offers it for seconds, a slow connection or reader takes longer."""


def _one_open(table: str, who: str) -> Index:
    """At most one of a pair waits for an answer."""
    is_open = text("state = 'open'")
    name = f"uq__{table}__one_open"
    return Index(name, "team_id", who, unique=True, sqlite_where=is_open, postgresql_where=is_open)


class Role(StrEnum):
    """What a member may do in a team."""

    OWNER = "owner"
    """Edits it, invites, expels, hands over, dissolves."""
    MEMBER = "member"
    """Belongs to it and may leave."""


class OfferState(StrEnum):
    """Where an invitation or a request to join stands. Everything but OPEN is the end."""

    OPEN = "open"
    """Waits for an answer."""
    ACCEPTED = "accepted"
    """承認"""
    DECLINED = "declined"
    """却下"""
    WITHDRAWN = "withdrawn"
    """Taken back by those who made it, or ended by a block or by the end of the team."""
    EXPIRED = "expired"
    """Nobody answered in time."""


class Team(Searchable, Versioned, Model):
    """Members who work together under one name and one address."""

    __tablename__ = "teams"
    __table_args__ = (
        CheckConstraint(f"length(slug) BETWEEN 3 AND {SLUG_LENGTH}", name="slug_length"),
        CheckConstraint(f"length(name) BETWEEN 1 AND {NAME_LENGTH}", name="name_length"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(SLUG_LENGTH), unique=True)
    """3–30 of a–z 0–9 _ -, never changed (S2-18); kept after the end, so that nobody else can take it."""
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    name_skeleton: Mapped[str] = mapped_column(
        String(SKELETON_LENGTH), default="", server_default=text("''"), index=True
    )
    """What the name looks like. Follows the name."""
    introduction: Mapped[str] = mapped_column(Text, default="")
    picture_key: Mapped[str | None] = mapped_column(String(100))
    """Where the picture's sizes are stored, without the size's ending."""
    takes_requests: Mapped[bool] = mapped_column(default=False)
    """Whether members may ask for a place."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)
    """Changes with every edit, so that the version grows when only the wanted skills changed."""
    dissolved_at: Mapped[datetime | None]
    hidden_at: Mapped[datetime | None]
    """Since when its page is shown to its members alone, by a decision of the moderators."""

    memberships: Mapped[list["Membership"]] = relationship(
        lazy="raise", back_populates="team", passive_deletes="all", order_by="Membership.joined_at"
    )
    wanted_skills: Mapped[list["WantedSkill"]] = relationship(
        lazy="raise", order_by="WantedSkill.position", cascade="all, delete-orphan"
    )

    @validates("name")
    def _keep_skeleton(self, _key: str, name: str) -> str:
        self.name_skeleton = skeleton_of(name)
        return name

    def search_key(self) -> tuple[str, int]:
        """Return the document that this row is part of."""
        return ("team", self.id)

    @property
    def is_live(self) -> bool:
        """Whether the team has not been dissolved."""
        return self.dissolved_at is None


class WantedSkill(Model):
    """A skill that a team is looking for."""

    __tablename__ = "wanted_skills"

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id", ondelete="CASCADE"), primary_key=True)
    skill_id: Mapped[int] = mapped_column(ForeignKey("skills.id", ondelete="CASCADE"), primary_key=True, index=True)
    position: Mapped[int]

    skill: Mapped[Skill] = relationship(lazy="raise")


class Membership(Searchable, Versioned, Model):
    """A place in a team: one a member, at least one owner while the team lives (a trigger sees to that)."""

    __tablename__ = "memberships"

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True, index=True)
    role: Mapped[Role]
    joined_at: Mapped[datetime] = mapped_column(default=now)

    team: Mapped[Team] = relationship(lazy="raise", back_populates="memberships")
    member: Mapped[Member] = relationship(lazy="raise")

    def search_key(self) -> tuple[str, int]:
        """Return the document that this row is part of: of the member, who has a team or not."""
        return ("worker", self.member_id)


class Offer(Versioned):
    """What an invitation and a request to join share: a place in a team waits for one answer, for OPEN_FOR at most."""

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id", ondelete="CASCADE"))
    comment: Mapped[str] = mapped_column(String(COMMENT_LENGTH), default="")
    state: Mapped[OfferState] = mapped_column(default=OfferState.OPEN)
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime] = mapped_column(default=lambda: now() + OPEN_FOR)
    ended_at: Mapped[datetime | None]

    def waits(self, at: datetime) -> bool:
        """Whether it can still be answered."""
        return self.state is OfferState.OPEN and at < self.expires_at


class Invitation(Offer, Model):
    """An offer of a place in a team, open until answered, withdrawn or expired."""

    __tablename__ = "invitations"
    __table_args__ = (
        _one_open("invitations", "invitee_id"),
        Index(None, "invitee_id", "state", "created_at"),
        Index(None, "team_id", "state", "created_at"),
        Index(None, "state", "expires_at"),
    )

    invitee_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    inviter_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)

    team: Mapped[Team] = relationship(lazy="raise")
    invitee: Mapped[Member] = relationship(lazy="raise", foreign_keys=[invitee_id])
    inviter: Mapped[Member] = relationship(lazy="raise", foreign_keys=[inviter_id])


class JoinRequest(Offer, Model):
    """A member's wish for a place in a team, open until answered, withdrawn or expired."""

    __tablename__ = "join_requests"
    __table_args__ = (
        _one_open("join_requests", "member_id"),
        Index(None, "team_id", "state", "created_at"),
        Index(None, "state", "expires_at"),
    )

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)

    team: Mapped[Team] = relationship(lazy="raise")
    member: Mapped[Member] = relationship(lazy="raise")
