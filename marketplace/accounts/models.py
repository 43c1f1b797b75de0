"""Rows of those who sign in and those who are about to."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, SQLColumnExpression, String, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from marketplace.clock import now
from marketplace.db import Model
from marketplace.i18n import _
from marketplace.searchable import Searchable
from marketplace.skeletons import LENGTH as SKELETON_LENGTH
from marketplace.skeletons import skeleton_of

CONFIRM_WITHIN = timedelta(hours=24)
UNDO_WITHIN = timedelta(days=7)
EMAIL_LENGTH = 254


class Account(Model):
    """What signs in: an address, confirmed before the row exists, and a password. Flask-Security's row."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH), unique=True)
    """In lower case, so that one mailbox is one account."""
    password: Mapped[str] = mapped_column(String(255))
    """The argon2id hash."""
    active: Mapped[bool] = mapped_column(default=True)
    """False while suspended: a sign-in is good for an export and for leaving alone."""
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    confirmed_at: Mapped[datetime] = mapped_column(default=now)

    roles = ()
    """Flask-Security asks for roles; what a member may do is decided by policies."""
    is_authenticated = True
    is_anonymous = False
    is_active = True
    """Flask-Login asks whether it may sign in: who is suspended may, for very little; see blueprints.access."""

    member: Mapped["Member"] = relationship(back_populates="account", lazy="raise")

    @property
    def state(self) -> tuple[str, ...]:
        """What a new password's link and a second step stand for: good for this address, until the password changes."""
        return (self.email, self.password)

    def get_id(self) -> str:
        """Return what the cookie knows it by."""
        return self.fs_uniquifier


class FriendsAudience(StrEnum):
    """Whom a member lets see who their friends are."""

    MEMBERS = "members"
    """Everybody who is signed in."""
    FRIENDS = "friends"
    """The friends themselves."""
    NOBODY = "nobody"
    """Nobody else."""


class Writers(StrEnum):
    """Whose first message reaches a member at once; what others write waits as a request."""

    EVERYONE = "everyone"
    """Every member."""
    VERIFIED = "verified"
    """Friends, and those of whom the moderators know who they are."""
    FRIENDS_OF_FRIENDS = "friends_of_friends"
    """Friends, and those who share a friend with the member."""
    FRIENDS = "friends"
    """Friends alone."""


class Member(Searchable, Model):
    """A person on the marketplace; everything points here. `id` is the account's."""

    __tablename__ = "members"
    __table_args__ = (
        CheckConstraint("length(nickname) BETWEEN 1 AND 30", name="nickname_length"),
        CheckConstraint("(identity_verified_at IS NULL) = (identity_document IS NULL)", name="identity_with_document"),
        Index(
            "ix__members__hidden",
            "id",
            sqlite_where=text("hidden_at IS NOT NULL"),
            postgresql_where=text("hidden_at IS NOT NULL"),
        ),
        Index(
            "ix__members__left",
            "left_at",
            "id",
            sqlite_where=text("left_at IS NOT NULL"),
            postgresql_where=text("left_at IS NOT NULL"),
        ),
        CheckConstraint("erased_at IS NULL OR left_at IS NOT NULL", name="left_before_erased"),
    )

    id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)
    username: Mapped[str] = mapped_column(String(30), unique=True)
    """3–30 of a–z 0–9 _ -, never changed (S2-31)."""
    own_nickname: Mapped[str] = mapped_column("nickname", String(30))
    """As the member wrote it; others are told `nickname`."""
    name_skeleton: Mapped[str] = mapped_column(
        String(SKELETON_LENGTH), default="", server_default=text("''"), index=True
    )
    """What the nickname looks like: equal for names that the eye takes for one. Follows the nickname."""
    picture_key: Mapped[str | None] = mapped_column(String(100))
    """Where the picture's sizes are stored, without the size's ending."""
    language: Mapped[str] = mapped_column(String(2), default="ja")
    time_zone: Mapped[str] = mapped_column(String(40), default="Asia/Tokyo")
    published_at: Mapped[datetime | None] = mapped_column(index=True)
    """Since when this member is a worker; None while the profile is not shown."""
    last_active_on: Mapped[date | None]
    friends_audience: Mapped[FriendsAudience] = mapped_column(
        default=FriendsAudience.MEMBERS, server_default=FriendsAudience.MEMBERS
    )
    is_intermediary: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    """Whether others are shown that they are connected through this member."""
    writers: Mapped[Writers] = mapped_column(default=Writers.EVERYONE, server_default=Writers.EVERYONE)
    shows_read_marks: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    """Whether others see how far this member has read; who hides it does not see it of others either."""
    moderator_since: Mapped[datetime | None]
    """Since when this member verifies and settles; None for everybody else."""
    hidden_at: Mapped[datetime | None]
    """Since when nobody but the member is shown who they are, by a decision of the moderators."""
    identity_verified_at: Mapped[datetime | None]
    """When the moderators saw from papers who this is; None again when name, kana or birth date change."""
    identity_document: Mapped[str | None] = mapped_column(String(20))
    """From what kind of paper they saw it: a word of verification, without which no badge may claim anything."""
    pledged_at: Mapped[datetime | None]
    """When the pledge of confidentiality was signed that is not withdrawn; whether it still holds, pledges know."""
    pledged_version: Mapped[str | None] = mapped_column(String(20))
    left_at: Mapped[datetime | None]
    """Since when the member has left: for a while they may come back."""
    erased_at: Mapped[datetime | None]
    """When what was personal was erased; the row stays, so that the name stays taken and what others rely on."""
    created_at: Mapped[datetime] = mapped_column(default=now)

    account: Mapped[Account] = relationship(back_populates="member", lazy="raise")

    @validates("own_nickname")
    def _keep_skeleton(self, _key: str, nickname: str) -> str:
        self.name_skeleton = skeleton_of(nickname)
        return nickname

    def search_key(self) -> tuple[str, int]:
        """Return the document that this row is part of."""
        return ("worker", self.id)

    @validates("identity_verified_at")
    def _forget_document(self, _name: str, at: datetime | None) -> datetime | None:
        """Let the kind of paper go with the day: neither says anything without the other."""
        if at is None:
            self.identity_document = None
        return at

    @property
    def is_moderator(self) -> bool:
        """Whether the member verifies and settles."""
        return self.moderator_since is not None

    @property
    def is_worker(self) -> bool:
        """Whether the profile is shown, so that others may open the member's page."""
        return self.published_at is not None and self.left_at is None

    @hybrid_property
    def nickname(self) -> str:
        """What others are told: the name of who has left is nobody's business any more."""
        return self.own_nickname if self.left_at is None else _("退会した会員")

    @nickname.inplace.setter
    def _set_nickname(self, nickname: str) -> None:
        self.own_nickname = nickname

    @nickname.inplace.expression
    @classmethod
    def _nickname_column(cls) -> SQLColumnExpression[str]:
        return cls.own_nickname


class Registration(Model):
    """Someone who asked to become a member and has not opened the link yet.

    It is the same row for a known address and for an unknown one, so that neither answer nor time tells which it
    was; only the mail, which its owner alone reads, differs.
    """

    __tablename__ = "registrations"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(30), unique=True)
    """Held for whoever asked first, until the link expires."""
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH), index=True)
    password: Mapped[str] = mapped_column(String(255))
    language: Mapped[str] = mapped_column(String(2))
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)

    @property
    def state(self) -> tuple[str, ...]:
        """What the link in the mail stands for; see tokens."""
        return (self.username, self.email, self.password)

    @property
    def held_state(self) -> tuple[str, ...]:
        """What the proof of the browser that asked stands for: it outlives an address that was mistyped."""
        return (self.username, self.password)

    def is_open(self, at: datetime) -> bool:
        """Whether the link still works at `at`."""
        return at < self.created_at + CONFIRM_WITHIN


class EmailChange(Model):
    """A change of address: asked for, perhaps confirmed from the new address, perhaps undone from the old one."""

    __tablename__ = "email_changes"
    __table_args__ = (Index(None, "old_email", "confirmed_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    old_email: Mapped[str] = mapped_column(String(EMAIL_LENGTH))
    new_email: Mapped[str] = mapped_column(String(EMAIL_LENGTH))
    created_at: Mapped[datetime] = mapped_column(default=now)
    confirmed_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship(lazy="raise")

    @property
    def state(self) -> tuple[str, ...]:
        """What the links in the mails stand for; see tokens."""
        return (str(self.account_id), self.old_email, self.new_email, self.created_at.isoformat())

    def can_be_confirmed(self, at: datetime) -> bool:
        """Whether the link to the new address still works at `at`."""
        return self.confirmed_at is None and at < self.created_at + CONFIRM_WITHIN

    @property
    def undone_until(self) -> datetime | None:
        """When the old address can no longer be taken back; None while the change is not confirmed."""
        return None if self.confirmed_at is None else self.confirmed_at + UNDO_WITHIN

    def can_be_undone(self, at: datetime) -> bool:
        """Whether the link to the old address still works at `at`."""
        return self.undone_until is not None and self.undone_at is None and at < self.undone_until


class Session(Model):
    """A sign-in on one device. The cookie holds the secret, the row its SHA-256."""

    __tablename__ = "sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    device: Mapped[str] = mapped_column(String(200))
    """What the browser said of itself at sign-in."""
    address: Mapped[str] = mapped_column(String(45))
    """The IP address at sign-in."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    proved_at: Mapped[datetime | None]
    """When the second factor was last shown here."""
    last_active_on: Mapped[date]

    account: Mapped[Account] = relationship(lazy="raise")


class SecondFactor(Model):
    """What is asked for beside the password of an account that has it: numbers of an app on somebody's phone."""

    __tablename__ = "second_factors"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)
    secret: Mapped[str] = mapped_column(String(500))
    """Shared with the app; sealed, see second_factors."""
    last_step: Mapped[int]
    """The newest 30 seconds, counted from 1970, whose number was accepted."""
    created_at: Mapped[datetime] = mapped_column(default=now)


class RecoveryCode(Model):
    """A code on paper that stands in for the phone, once: a code that was used is gone."""

    __tablename__ = "recovery_codes"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    """The SHA-256; nobody but its owner has the code."""


class Draft(Model):
    """What a member typed into the form at `path`, kept until the form is sent."""

    __tablename__ = "drafts"

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    path: Mapped[str] = mapped_column(String(300), primary_key=True)
    """Path and query of the page that shows the form."""
    fields: Mapped[list[list[str]]] = mapped_column(JSON)
    """Pairs of name and value, in the order in which they were sent."""
    saved_at: Mapped[datetime] = mapped_column(default=now, index=True)
