"""Verbs of conversations."""

from collections.abc import Collection, Sequence

from sqlalchemy import exists, update
from sqlalchemy.orm import aliased

from marketplace import outbox
from marketplace.accounts.models import Member
from marketplace.db import after_commit, db
from marketplace.errors import Conflict, require
from marketplace.events import service as events
from marketplace.events.kinds import EventKind
from marketplace.events.models import Event
from marketplace.follows import queries as friendships
from marketplace.follows import service as follows
from marketplace.i18n import _
from marketplace.messages import files, policy, queries, watching
from marketplace.messages.models import Conversation, Message, Participation, ParticipationState
from marketplace.messages.queries import Thread

SAME_TEXT = "messages.same_text"
"""The topic of errands that tell of a text that went to many; their payload is the `message_id` of the newest."""
MANY = 4
"""From how many recipients on that is."""


def start(
    actor: Member,
    recipient: Member,
    title: str,
    body: str,
    once: str,
    file_ids: Collection[int] = (),
    *,
    is_invited: bool = False,
) -> int:
    """Begin a conversation with its first message, or ask for one, and return its number.

    The files of `file_ids` go along, which the actor has lying ready (see files). A second copy of the same form (the
    same `once`) begins nothing and returns the first one's number; raises
    Conflict when it says something else than the first, which happens to those who go back after sending. Whoever
    `is_invited` to ask, as everybody is by an open job, begins a conversation at once.
    """
    with db.session.begin_nested():
        follows.one_at_a_time(actor, recipient)
        if sent := queries.find_sent(actor, once):
            _require_same((sent.conversation.title, sent.body), (title, body), sent, file_ids)
            return sent.conversation_id
        # Not before nobody else can come between: nothing is delivered after a block.
        require(policy.can_start(actor, recipient, is_invited=is_invited), closed())
        is_welcome = is_invited or queries.standing(actor, recipient).is_welcome
        theirs = ParticipationState.OPEN if is_welcome else ParticipationState.REQUESTED
        conversation = Conversation(
            title=title,
            participations=[
                Participation(member_id=actor.id),
                Participation(member_id=recipient.id, state=theirs),
            ],
            messages=[message := Message(sender_id=actor.id, body=body, once=once)],
        )
        db.session.add(conversation)
        # Files are given to a message that is there.
        db.session.flush()
        files.send_along(message, file_ids)
    _announce(actor, recipient, conversation, message)
    return conversation.id


def reply(actor: Member, thread: Thread, body: str, once: str, file_ids: Collection[int] = ()) -> int:
    """Answer in a conversation, mark what was there before as read, and return the number of the message.

    A second copy of the same form is treated as in `start`.
    """
    require(policy.can_reply(actor, thread), closed())
    return _send(actor, thread, Message(sender_id=actor.id, body=body, once=once), file_ids)


def acknowledge(actor: Member, thread: Thread, message: Message) -> int:
    """Say in one tap that `message` was seen and an answer follows, and return the number of what was sent: once."""
    require(policy.can_acknowledge(actor, thread, message), closed())
    body = _("確認しました。あらためてご連絡します。")
    # No form makes such a value, so that none can take its place.
    once = f"seen:{message.id}"
    if sent := queries.find_sent(actor, once):
        return sent.id
    return _send(actor, thread, Message(sender_id=actor.id, body=body, once=once, is_acknowledgement=True))


def mark_read(actor: Member, thread: Thread, newest_id: int) -> None:
    """Remember that the messages up to `newest_id` were shown to `actor`; it never goes back."""
    require(policy.can_mark_read(actor, thread))
    _move_mark(thread, min(newest_id, queries.newest_id(thread.conversation)))


def accept(actor: Member, thread: Thread) -> None:
    """Let a request begin a conversation. Accepting twice is accepting once."""
    require(policy.can_accept(actor, thread), closed())
    if _answer(thread, (ParticipationState.REQUESTED, ParticipationState.DECLINED), ParticipationState.ACCEPTED):
        events.record(EventKind.REQUEST_ACCEPTED, actor, member=thread.other, conversation=thread.conversation)


def decline(actor: Member, thread: Thread) -> None:
    """Put a request away, without telling its writer; of accepting and declining at once the first one counts."""
    require(policy.can_decline(actor, thread), closed())
    if _answer(thread, (ParticipationState.REQUESTED,), ParticipationState.DECLINED):
        events.record(EventKind.REQUEST_DECLINED, actor, member=thread.other, conversation=thread.conversation)
    elif thread.mine.is_going_on:
        raise Conflict(_("このリクエストは、すでに承認されています。"))


def let_friends_in(event_id: int) -> None:
    """Make an ordinary conversation of each request between two members whom a follow has made friends."""
    event = db.session.get(Event, event_id)
    if event is None or event.kind is not EventKind.MEMBER_FOLLOWED:
        return
    pair = [member for key in (event.actor_id, event.member_id) if (member := db.session.get(Member, key))]
    if len(pair) < 2 or not friendships.are_friends(*pair):
        return
    ids = [member.id for member in pair]
    theirs = aliased(Participation)
    of_both = exists().where(theirs.conversation_id == Participation.conversation_id, theirs.member_id.in_(ids))
    waiting = update(Participation).where(
        Participation.member_id.in_(ids),
        Participation.state == ParticipationState.REQUESTED,
        of_both.where(theirs.member_id != Participation.member_id),
    )
    db.session.execute(waiting.values(state=ParticipationState.ACCEPTED))


def archive(actor: Member, thread: Thread) -> None:
    """Put the conversation away until something new arrives in it."""
    require(policy.can_archive(actor, thread))
    thread.mine.is_archived = True


def bring_back(actor: Member, thread: Thread) -> None:
    """Let the conversation stand among the others again."""
    require(policy.can_bring_back(actor, thread))
    thread.mine.is_archived = False


def mute(actor: Member, thread: Thread) -> None:
    """Leave what arrives in the conversation out of the count that every page shows."""
    require(policy.can_mute(actor, thread))
    thread.mine.is_muted = True


def unmute(actor: Member, thread: Thread) -> None:
    """Count what arrives in the conversation again."""
    require(policy.can_unmute(actor, thread))
    thread.mine.is_muted = False


def closed() -> str:
    """Return what somebody reads who may not write to a member, whatever the reason: none is told from another."""
    return _("この会員には送信できません。")


def _send(actor: Member, thread: Thread, message: Message, file_ids: Collection[int] = ()) -> int:
    """Add `message` to the thread unless it was sent before, and return its number.

    Messages of a thread get their numbers one after another: no read mark passes one that is still on its way.
    """
    conversation = thread.conversation
    with db.session.begin_nested():
        follows.one_at_a_time(actor, thread.other)
        db.session.refresh(conversation, with_for_update=True)
        if sent := queries.find_sent(actor, message.once):
            _require_same((sent.conversation_id, sent.body), (conversation.id, message.body), sent, file_ids)
            return sent.id
        # Asked once more, now that nobody else can come between: nothing is delivered after a block.
        require(policy.can_reply(actor, queries.get_for(actor, conversation.id)), closed())
        message.conversation_id = conversation.id
        db.session.add(message)
        # Files are given to a message that is there.
        db.session.flush()
        files.send_along(message, file_ids)
    conversation.last_message_at = message.created_at
    _move_mark(thread, message.id)
    both = update(Participation).where(Participation.conversation_id == conversation.id, Participation.is_archived)
    db.session.execute(both.values(is_archived=False))
    _announce(actor, thread.other, conversation, message)
    return message.id


def _announce(actor: Member, recipient: Member, conversation: Conversation, message: Message) -> None:
    """Record what was sent, and leave an errand when the same went to many."""
    events.record(EventKind.MESSAGE_SENT, actor, member=recipient, conversation=conversation)
    if not message.is_acknowledgement and len(queries.recipients_of(actor, message.body)) >= MANY:
        outbox.put(SAME_TEXT, {"message_id": message.id})
    after_commit("watcher", watching.wake)


def _answer(thread: Thread, before: Sequence[ParticipationState], after: ParticipationState) -> bool:
    """Change the member's own state; tell whether it was one of `before`."""
    mine = thread.mine
    answering = update(Participation).where(
        Participation.conversation_id == mine.conversation_id,
        Participation.member_id == mine.member_id,
        Participation.state.in_(before),
    )
    answered = db.session.scalar(answering.values(state=after).returning(Participation.member_id)) is not None
    db.session.refresh(mine, ["state"])
    return answered


def _move_mark(thread: Thread, message_id: int) -> None:
    """Of two marks set at once the farther one stays."""
    mine = thread.mine
    db.session.execute(
        update(Participation)
        .where(
            Participation.conversation_id == mine.conversation_id,
            Participation.member_id == mine.member_id,
            Participation.last_read_id < message_id,
        )
        .values(last_read_id=message_id)
    )


def _require_same(
    first: tuple[object, str], second: tuple[object, str], sent: Message, file_ids: Collection[int]
) -> None:
    if first != second or files.ids_of(sent) != set(file_ids):
        raise Conflict(_("前の文面は送信済みです。この文面も送るときは、もう一度「確認する」を押してください。"))
