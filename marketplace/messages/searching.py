"""Searching in one's own messages: in the database, so that nothing of them stands in an index that all share."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased

from marketplace.accounts.models import Member
from marketplace.follows import queries as follows
from marketplace.messages.models import Conversation, Message, Participation
from marketplace.paging import Page, page_of

MOST_SEARCHED = 20_000
"""Among how many of one's newest messages is looked: no search costs more than going through these."""

_mine, _theirs, _earlier = aliased(Participation), aliased(Participation), aliased(Message)


@dataclass(frozen=True)
class Hit:
    """A message in which every word stands, or in the title over it."""

    message: Message
    conversation: Conversation
    other: Member
    is_hidden: bool
    """Whether a block stands between the two, so that the other is shown as somebody without a page."""


def found_in(member: Member, words: Sequence[str], cursor: str | None = None) -> Page[Hit]:
    """Return a page of what `member` wrote and was written that has all `words` (folded), the newest first.

    Where a title alone has them all, its first message stands for the thread.
    """
    newest = (
        select(Message.id)
        .join(Participation, Participation.conversation_id == Message.conversation_id)
        .where(Participation.member_id == member.id)
        .order_by(Message.id.desc())
        .limit(MOST_SEARCHED)
        .subquery()
    )
    first = select(func.min(_earlier.id)).where(_earlier.conversation_id == Conversation.id).scalar_subquery()
    in_body = [Message.folded.contains(word, autoescape=True) for word in words]
    in_title = [Conversation.folded_title.contains(word, autoescape=True) for word in words]
    question = (
        select(Message, Conversation, Member, follows.not_hidden(member, Member.id))
        .join(newest, newest.c.id == Message.id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .join(_theirs, and_(_theirs.conversation_id == Conversation.id, _theirs.member_id != member.id))
        .join(Member, Member.id == _theirs.member_id)
        .where(*(or_(body, title) for body, title in zip(in_body, in_title, strict=True)))
        .where(or_(*in_body, Message.id == first), Message.hidden_at.is_(None))
    )
    page = page_of(question, (Message.id,), lambda row: (row[0].id,), cursor)
    rows = [Hit(message, conversation, other, not is_seen) for message, conversation, other, is_seen in page.rows]
    return Page(rows, page.next_cursor, page.previous_cursor)
