"""Files of messages: laid ready before they are sent, and handed to the two who take part."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, delete, or_, select, update

from marketplace import outbox, stocktaking, storage
from marketplace.accounts.models import Member
from marketplace.attachments import Attachment
from marketplace.clock import now
from marketplace.db import db
from marketplace.errors import Conflict, Invalid, NotFound, require
from marketplace.i18n import _
from marketplace.messages import policy
from marketplace.messages.models import MOST_FILES, Message, MessageAttachment, Participation

SHELF = stocktaking.Shelf("message-files", MessageAttachment.storage_key)
READY_FOR = timedelta(days=1)
"""How long a file lies ready without being sent."""
MOST_READY = 30
"""How many files a member has lying ready; more than six letters hold."""


def lay_ready(actor: Member, files: Sequence[Attachment], beside: int = 0) -> list[MessageAttachment]:
    """Store examined `files` for a message that is about to be sent, beside so many others of it.

    Raises Invalid for more than go with a message. What is stored goes again when the deed is refused.
    """
    require(policy.can_lay_ready(actor))
    if len(files) + beside > MOST_FILES:
        raise Invalid(_("1通のメッセージに添付できるのは%(most)s個までです。", most=MOST_FILES))
    waiting = select(MessageAttachment.id).where(_is_ready(actor)).limit(MOST_READY)
    if files and len(files) + len(db.session.scalars(waiting).all()) > MOST_READY:
        raise Invalid(_("送信していないファイルが多くなっています。先に送信するか、1日おいてから選んでください。"))
    keys = [storage.new_key(SHELF.prefix, file.suffix) for file in files]
    try:
        for key, file in zip(keys, files, strict=True):
            storage.put(key, file.data)
        rows = [_row(actor, key, file) for key, file in zip(keys, files, strict=True)]
        db.session.add_all(rows)
        # The next page names them.
        db.session.flush()
    except BaseException:
        for key in keys:
            storage.delete(key)
        raise
    return rows


def ready_among(member: Member, ids: Collection[int]) -> Sequence[MessageAttachment]:
    """Return those of `ids` that `member` has lying ready, in the order in which they were chosen."""
    if not ids:
        return []
    question = select(MessageAttachment).where(_is_ready(member), MessageAttachment.id.in_(_possible(ids)))
    return db.session.scalars(question.order_by(MessageAttachment.id)).all()


def send_along(message: Message, ids: Collection[int]) -> None:
    """Let what its sender has lying ready belong to `message`; Conflict when some of it is not there any more."""
    if not ids:
        return
    is_ready = and_(MessageAttachment.owner_id == message.sender_id, MessageAttachment.message_id.is_(None))
    sending = update(MessageAttachment).where(is_ready, MessageAttachment.id.in_(_possible(ids)))
    sent = db.session.scalars(sending.values(message_id=message.id).returning(MessageAttachment.id)).all()
    if len(sent) != len(set(ids)) or len(sent) > MOST_FILES:
        raise Conflict(_("添付したファイルは、もう残っていません。ファイルをもう一度選んでください。"))


def ids_of(message: Message) -> set[int]:
    """Return the numbers of the files of `message`."""
    return set(db.session.scalars(select(MessageAttachment.id).where(MessageAttachment.message_id == message.id)))


def files_of(messages: Iterable[Message]) -> dict[int, list[MessageAttachment]]:
    """Return the files of `messages` by the number of the message, with one question; without any, no key."""
    found: dict[int, list[MessageAttachment]] = defaultdict(list)
    question = select(MessageAttachment).where(MessageAttachment.message_id.in_([each.id for each in messages]))
    for file in db.session.scalars(question.order_by(MessageAttachment.id)):
        found[file.message_id or 0].append(file)
    return dict(found)


def get_for(viewer: Member, file_id: int) -> MessageAttachment:
    """Return a file of a conversation of the viewer's, or one of their own; raises NotFound for every other."""
    takes_part = (
        select(Message.id)
        .join(Participation, Participation.conversation_id == Message.conversation_id)
        .where(Message.id == MessageAttachment.message_id, Participation.member_id == viewer.id)
        .where(Message.hidden_at.is_(None))
    )
    question = select(MessageAttachment).where(
        MessageAttachment.id == file_id, or_(_is_ready(viewer), takes_part.exists())
    )
    file = db.session.scalar(question)
    if file is None:
        raise NotFound(_("このファイルは見つかりません。削除されたか、公開されていません。"))
    return file


def forget_unsent() -> None:
    """Delete what lay ready for a day: the rows now, the bytes after the commit."""
    old = and_(MessageAttachment.message_id.is_(None), MessageAttachment.created_at < now() - READY_FOR)
    for key in db.session.scalars(delete(MessageAttachment).where(old).returning(MessageAttachment.storage_key)):
        outbox.put(storage.DELETE, {"key": key})


def _row(owner: Member, key: str, file: Attachment) -> MessageAttachment:
    return MessageAttachment(
        owner_id=owner.id,
        name=file.name,
        content_type=file.content_type,
        size_bytes=file.size,
        sha256=file.sha256,
        storage_key=key,
    )


def _is_ready(member: Member) -> ColumnElement[bool]:
    return and_(MessageAttachment.owner_id == member.id, MessageAttachment.message_id.is_(None))


def _possible(ids: Collection[int]) -> list[int]:
    """Numbers that a row can have; PostgreSQL refuses to look for larger ones."""
    return [each for each in ids if 0 < each < 2**31]
