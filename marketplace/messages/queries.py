"""Questions about conversations."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, exists, func, literal, or_, select
from sqlalchemy.orm import aliased, contains_eager

from marketplace.accounts.models import Member, Writers
from marketplace.clock import now
from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.follows import queries as follows
from marketplace.follows.look_alikes import has_look_alike
from marketplace.follows.models import Contact, Follow
from marketplace.messages.folding import folded
from marketplace.messages.models import GOING_ON, Conversation, Message, Participation, ParticipationState
from marketplace.paging import Page, page_of, place

MESSAGES_A_PAGE = 50
NEWEST = 100
"""Among how many of the newest messages new ones are looked for: more than are sent between two looks."""

_mine, _theirs = aliased(Participation), aliased(Participation)
_last = aliased(Message)

_WAITS: ColumnElement[bool] = (
    (Message.conversation_id == Participation.conversation_id)
    & (Message.id > Participation.last_read_id)
    & (Message.sender_id != Participation.member_id)
)
"""What the member of a participation has not been shown yet."""

MOST_COUNTED = 100
"""How many waiting messages of a conversation are counted: pages say 99+."""

_WAITING = (
    select(func.count())
    .select_from(select(Message.id).where(_WAITS).limit(MOST_COUNTED).correlate(Participation).subquery())
    .scalar_subquery()
)
"""How many messages wait for the member of a participation: as fast for a hundred thousand as for a hundred."""

_NOT_ACCEPTED = (ParticipationState.REQUESTED, ParticipationState.DECLINED)


@dataclass(frozen=True)
class Thread:
    """A conversation as one of its two participants sees it."""

    conversation: Conversation
    mine: Participation
    theirs: Participation
    is_hidden: bool
    """Whether a block stands between the two: what was written stays, and nothing is added."""
    has_look_alike: bool
    """Whether somebody else whom the viewer may rely on is called nearly as the other is."""
    requests: int
    """How many requests of others wait for the viewer: the list beside the thread says so."""

    @property
    def other(self) -> Member:
        """Whom the viewer is writing with."""
        return self.theirs.member

    @property
    def shows_read_marks(self) -> bool:
        """Whether the viewer sees how far the other has read: only if both show it."""
        return self.mine.member.shows_read_marks and self.theirs.member.shows_read_marks


@dataclass(frozen=True)
class InboxRow:
    """A conversation in a member's list."""

    conversation: Conversation
    other: Member
    is_hidden: bool
    """Whether a block stands between the two, so that the other is shown as somebody without a page."""
    is_muted: bool
    last_message: Message
    unread: int


@dataclass(frozen=True)
class Standing:
    """How a first message of one member would reach another."""

    is_hidden: bool
    """A block stands between the two."""
    is_welcome: bool
    """The writer belongs to those from whom the other wants to hear, or had an answer from them already."""
    is_waiting: bool
    """A request of the writer was not accepted; whether it was declined they never learn."""


class Box(StrEnum):
    """The parts into which a member's conversations are sorted."""

    ALL = "all"
    """すべて: those that go on."""
    UNREAD = "unread"
    """未読: those of them in which something waits."""
    REQUESTS = "requests"
    """リクエスト: those begun by somebody from outside of the member's circle."""
    ARCHIVED = "archived"
    """アーカイブ: those that the member put away, and requests that they declined."""


def unread_count(member: Member) -> int:
    """Return how many messages of others `member` has not been shown yet."""
    return unread_counts([member.id]).get(member.id, 0)


def unread_counts(member_ids: Iterable[int]) -> dict[int, int]:
    """Return how many messages of others wait for each of `member_ids`; without those that do not count in the bar."""
    counts = db.session.execute(unread_question(member_ids))
    return {row.member_id: int(row.unread) for row in counts if row.unread}


def unread_question(member_ids: Iterable[int]) -> Select[int, int]:
    """Return the question behind `unread_counts`, for whoever asks more at the same time."""
    return (
        select(Participation.member_id, func.sum(_WAITING).label("unread"))
        .where(Participation.member_id.in_(member_ids), Participation.state.in_(GOING_ON), ~Participation.is_muted)
        .group_by(Participation.member_id)
    )


def unread_by_conversation(member: Member, ids: Sequence[int]) -> dict[int, int]:
    """Return how many messages of others wait for `member` in each of the conversations `ids` where there are any."""
    question = select(Participation.conversation_id, _WAITING.label("unread")).where(
        Participation.member_id == member.id, Participation.conversation_id.in_(ids)
    )
    return {row.conversation_id: row.unread for row in db.session.execute(question) if row.unread}


def get_for(viewer: Member, conversation_id: int) -> Thread:
    """Return the conversation if `viewer` takes part in it; NotFound otherwise, whether it is there or not."""
    asked = (follows.not_hidden(viewer, Participation.member_id), has_look_alike(viewer))
    question = (
        select(Participation, *asked, _requests_of(viewer).scalar_subquery())
        .join(Participation.conversation)
        .join(Participation.member)
        .where(Participation.conversation_id == conversation_id)
        .options(contains_eager(Participation.conversation), contains_eager(Participation.member))
        .execution_options(populate_existing=True)
    )
    both = {row[0].member_id: row for row in db.session.execute(question)}
    mine = both.pop(viewer.id, None)
    if mine is None or not both:
        raise NotFound
    (other,) = both.values()
    theirs, is_seen, is_alike, requests = other
    return Thread(mine[0].conversation, mine[0], theirs, not is_seen, is_alike, requests)


def standing(writer: Member, reader: Member) -> Standing:
    """Return how a first message of `writer` would reach `reader`, with one question; NotFound when they are gone."""
    ours = select(_mine.conversation_id).join(_theirs, _theirs.conversation_id == _mine.conversation_id)
    ours = ours.where(_mine.member_id == writer.id, _theirs.member_id == reader.id)
    has_accepted = ours.where(_theirs.state == ParticipationState.ACCEPTED).exists()
    has_answered = exists().where(Message.conversation_id.in_(ours), Message.sender_id == reader.id)
    there = exists().where(Follow.from_id == writer.id, Follow.to_id == reader.id)
    back = exists().where(Follow.from_id == reader.id, Follow.to_id == writer.id)
    is_welcome = or_(
        Member.writers == Writers.EVERYONE,
        and_(there, back),
        and_(Member.writers == Writers.VERIFIED, literal(writer.identity_verified_at is not None)),
        and_(Member.writers == Writers.FRIENDS_OF_FRIENDS, follows.share_a_friend(writer, reader)),
        has_answered,
        has_accepted,
        exists().where(Contact.from_id == reader.id, Contact.to_id == writer.id),
    )
    is_waiting = ours.where(_theirs.state.in_(_NOT_ACCEPTED)).exists()
    question = select(follows.not_hidden(writer, Member.id), is_welcome, is_waiting).where(Member.id == reader.id)
    found = db.session.execute(question).one_or_none()
    if found is None:
        raise NotFound
    is_seen, *others = found
    return Standing(not is_seen, *map(bool, others))


def request_count(member: Member) -> int:
    """Return how many requests wait for an answer of `member`."""
    return db.session.scalar(_requests_of(member)) or 0


def inbox_of(member: Member, cursor: str | None = None, box: Box = Box.ALL) -> Page[InboxRow]:
    """Return a page of the conversations of `member`, the one last written in first, with one question."""
    question = (
        select(Conversation.last_message_at, Conversation.id, _theirs.member_id.label("other_id"))
        .join(_mine, _mine.conversation_id == Conversation.id)
        .join(_theirs, _theirs.conversation_id == Conversation.id)
        .where(_mine.member_id == member.id, _theirs.member_id != member.id, _in(box, member))
    )
    columns = (Conversation.last_message_at, Conversation.id)

    def filled(page: Subquery) -> Select[*tuple[Any, ...]]:
        # Asked for each conversation: the newest of a long one is the last entry of the index, not the end of a walk.
        last = select(func.max(Message.id)).where(Message.conversation_id == page.c.id).correlate(page)
        return (
            select(Conversation, Member, follows.not_hidden(member, Member.id), Participation.is_muted, _last, _WAITING)
            .select_from(page)
            .join(Conversation, Conversation.id == page.c.id)
            .join(Member, Member.id == page.c.other_id)
            .join(Participation, and_(Participation.conversation_id == page.c.id, Participation.member_id == member.id))
            .join(_last, _last.id == last.scalar_subquery())
        )

    page = page_of(question, columns, lambda row: (row[0].last_message_at, row[0].id), cursor, filled=filled)
    rows = [InboxRow(conversation, other, not is_seen, *rest) for conversation, other, is_seen, *rest in page.rows]
    return Page(rows, page.next_cursor, page.previous_cursor)


def messages_of(conversation: Conversation, cursor: str | None = None) -> Page[Message]:
    """Return a page of what was written, oldest first on the page; the next page is the older one."""
    question = select(Message).where(Message.conversation_id == conversation.id)
    page = page_of(question, (Message.id,), lambda row: (row[0].id,), cursor, size=MESSAGES_A_PAGE)
    return Page([row[0] for row in reversed(page.rows)], page.next_cursor, page.previous_cursor)


def place_of(message_id: int) -> str:
    """Return the cursor of the page of a thread that begins with that message as its newest."""
    return place((message_id + 1,))


def get_message(thread: Thread, message_id: int) -> Message:
    """Return the message of that number if it is of the thread; NotFound otherwise."""
    question = select(Message).where(Message.conversation_id == thread.conversation.id, Message.id == message_id)
    message = db.session.scalar(question)
    if message is None:
        raise NotFound
    return message


def messages_since(conversation: Conversation, message_id: int) -> tuple[Message | None, Sequence[Message]]:
    """Return the message `message_id`, if it is of the conversation, and at most a page of those after it."""
    question = (
        select(Message)
        .where(Message.conversation_id == conversation.id, Message.id >= message_id)
        .order_by(Message.id)
        .limit(MESSAGES_A_PAGE + 1)
    )
    found = db.session.scalars(question).all()
    if found and found[0].id == message_id:
        return found[0], found[1:]
    return None, found[:MESSAGES_A_PAGE]


def newest_messages() -> list[tuple[int, int]]:
    """Return the newest messages of all conversations as pairs (message, conversation), the newest first."""
    question = select(Message.id, Message.conversation_id).order_by(Message.id.desc()).limit(NEWEST)
    return [(row.id, row.conversation_id) for row in db.session.execute(question)]


def readers_of(conversation_ids: Iterable[int], member_ids: Iterable[int]) -> list[tuple[int, int]]:
    """Return who of `member_ids` takes part in which of `conversation_ids`, as pairs (conversation, member)."""
    question = select(Participation.conversation_id, Participation.member_id).where(
        Participation.conversation_id.in_(conversation_ids), Participation.member_id.in_(member_ids)
    )
    return [(row.conversation_id, row.member_id) for row in db.session.execute(question)]


def newest_id(conversation: Conversation) -> int:
    """Return the number of the last message."""
    question = select(func.max(Message.id)).where(Message.conversation_id == conversation.id)
    return db.session.scalar(question) or 0


def is_unexpected(sender: Member, recipient: Member) -> bool:
    """Tell whether `recipient` never wrote in a conversation with `sender`."""
    ours = select(_mine.conversation_id).join(_theirs, _theirs.conversation_id == _mine.conversation_id)
    ours = ours.where(_mine.member_id == sender.id, _theirs.member_id == recipient.id)
    has_written = exists().where(Message.conversation_id.in_(ours), Message.sender_id == recipient.id)
    return not db.session.scalar(select(has_written))


def recipients_of(sender: Member, body: str) -> set[int]:
    """Return to whom `sender` wrote the same text within a day and who never answered in that conversation."""
    other = aliased(Message)
    has_answered = exists().where(other.conversation_id == Message.conversation_id, other.sender_id != sender.id)
    question = (
        select(Participation.member_id)
        .join(Message, Message.conversation_id == Participation.conversation_id)
        .where(Message.sender_id == sender.id, Message.created_at > now() - timedelta(days=1))
        .where(Message.folded == folded(body), ~Message.is_acknowledgement, Participation.member_id != sender.id)
        .where(~has_answered)
    )
    return set(db.session.scalars(question))


def find_sent(sender: Member, once: str) -> Message | None:
    """Return what `sender` already sent with the form that holds `once`, with its conversation, or None."""
    question = (
        select(Message)
        .join(Message.conversation)
        .where(Message.sender_id == sender.id, Message.once == once)
        .options(contains_eager(Message.conversation))
    )
    return db.session.scalar(question)


def get_sent(sender: Member, once: str) -> Message:
    """Return what `find_sent` finds, or raise NotFound."""
    sent = find_sent(sender, once)
    if sent is None:
        raise NotFound
    return sent


def _requests_of(member: Member) -> Select[int]:
    question = select(func.count()).select_from(_mine).join(_theirs, _theirs.conversation_id == _mine.conversation_id)
    question = question.where(_mine.member_id == member.id, _theirs.member_id != member.id)
    return question.where(_in(Box.REQUESTS, member))


def _in(box: Box, member: Member) -> ColumnElement[bool]:
    """The condition that a conversation of `member` lies in `box`."""
    if box is Box.REQUESTS:
        return and_(_mine.state == ParticipationState.REQUESTED, follows.not_hidden(member, _theirs.member_id))
    if box is Box.ARCHIVED:
        return or_(_mine.is_archived, _mine.state == ParticipationState.DECLINED)
    goes_on = and_(_mine.state.in_(GOING_ON), ~_mine.is_archived)
    if box is Box.UNREAD:
        is_new = and_(Message.id > _mine.last_read_id, Message.sender_id != _mine.member_id)
        return and_(goes_on, exists().where(Message.conversation_id == _mine.conversation_id, is_new))
    return goes_on
