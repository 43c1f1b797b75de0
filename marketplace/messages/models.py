"""Rows of conversations: the thread, who takes part, what was written."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Member
from marketplace.attachments import AttachedFile
from marketplace.clock import now
from marketplace.db import Model
from marketplace.messages.folding import folded

TITLE_LENGTH = 60
BODY_LENGTH = 10_000
MOST_FILES = 5
"""How many files go with one message."""


def _folded_from(column: str) -> Callable[[Any], str]:
    """Return what fills a column with the folded text of another one of its row."""
    return lambda context: folded(context.get_current_parameters()[column])


class ParticipationState(StrEnum):
    """Whether a member wants the conversation that they take part in."""

    OPEN = "open"
    """They began it, or it reached them at once."""
    REQUESTED = "requested"
    """Somebody from outside of their circle began it; it waits for their answer."""
    ACCEPTED = "accepted"
    """It was a request, and they let it begin."""
    DECLINED = "declined"
    """It was a request, and they did not want it. The writer is never told."""


GOING_ON = (ParticipationState.OPEN, ParticipationState.ACCEPTED)
"""A conversation in which both are in one of these states is an ordinary one."""


class Conversation(Model):
    """A thread between two members under one title."""

    __tablename__ = "conversations"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    folded_title: Mapped[str] = mapped_column(Text, default=_folded_from("title"), server_default=text("''"))
    """What a search in one's own messages compares."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    last_message_at: Mapped[datetime] = mapped_column(default=now)

    participations: Mapped[list["Participation"]] = relationship(
        lazy="raise", back_populates="conversation", passive_deletes="all"
    )
    messages: Mapped[list["Message"]] = relationship(lazy="raise", back_populates="conversation", passive_deletes="all")


class Participation(Model):
    """That a member takes part in a conversation, and how far they have read."""

    __tablename__ = "participations"

    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True, index=True)
    last_read_id: Mapped[int] = mapped_column(default=0)
    """The id of the newest message that was shown to the member; 0 before the first."""

    state: Mapped[ParticipationState] = mapped_column(
        default=ParticipationState.OPEN, server_default=ParticipationState.OPEN
    )

    is_muted: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Whether what arrives here is left out of the count that every page shows."""
    is_archived: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Whether the member put it away; something new brings it back."""

    conversation: Mapped[Conversation] = relationship(lazy="raise", back_populates="participations")
    member: Mapped[Member] = relationship(lazy="raise")

    @property
    def is_going_on(self) -> bool:
        """Whether the member reads and answers, rather than being asked whether they want to."""
        return self.state in GOING_ON


class Message(Model):
    """One entry in a conversation. Never changed."""

    __tablename__ = "messages"
    __table_args__ = (
        Index(None, "conversation_id", "id"),
        Index(None, "sender_id", "created_at"),
        UniqueConstraint("sender_id", "once"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    sender_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    body: Mapped[str] = mapped_column(Text)
    folded: Mapped[str] = mapped_column(Text, default=_folded_from("body"), server_default=text("''"))
    """What a search in one's own messages compares."""
    once: Mapped[str] = mapped_column(String(32))
    """Made with the form, so that a second press or a retry is recognised as the same message."""
    is_acknowledgement: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Sent in one tap to say that a message was seen and an answer follows (S4-08); counted apart from answers."""
    hidden_at: Mapped[datetime | None]
    """Since when nobody is shown its text, by a decision of the moderators."""
    created_at: Mapped[datetime] = mapped_column(default=now)

    conversation: Mapped[Conversation] = relationship(lazy="raise", back_populates="messages")
    sender: Mapped[Member] = relationship(lazy="raise")


class MessageAttachment(AttachedFile, Model):
    """A file of a message, or one that its owner laid ready at 「確認する」 and has not sent yet; a download only."""

    __tablename__ = "message_attachments"
    __table_args__ = (Index(None, "message_id", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"))
    """None until it is sent."""
