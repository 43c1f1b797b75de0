"""Verbs of the files that belong to careers (S2-64)."""

from collections.abc import Sequence
from contextlib import AbstractContextManager

from marketplace import attachments, outbox, storage
from marketplace.accounts.models import Member
from marketplace.attachments import Attachment
from marketplace.careers import policy, queries
from marketplace.careers.models import Career, CareerAttachment
from marketplace.careers.service import lists
from marketplace.db import db
from marketplace.errors import Invalid, require
from marketplace.i18n import _

MOST_OF_A_CAREER = 10
MOST_OF_A_MEMBER = 50


def show(actor: Member, attachment: CareerAttachment) -> None:
    """Let everybody who sees the career have the file."""
    require(policy.can_show(actor, attachment))
    attachment.is_public = True


def hide(actor: Member, attachment: CareerAttachment) -> None:
    """Keep the file for its owner alone."""
    require(policy.can_hide(actor, attachment))
    attachment.is_public = False


def detach(actor: Member, attachment: CareerAttachment) -> None:
    """Delete a file: the row now, the bytes after the commit."""
    require(policy.can_detach(actor, attachment))
    outbox.put(storage.DELETE, {"key": attachment.storage_key})
    db.session.delete(attachment)


def not_yet_in(career: Career, files: Sequence[Attachment]) -> list[Attachment]:
    """Return those of `files` that `career` does not hold under the same name: sending twice is sending once."""
    held = {(each.name, each.sha256) for each in queries.attachments_in(career)}
    return [file for file in files if (file.name, file.sha256) not in held]


def stored(files: Sequence[Attachment]) -> AbstractContextManager[list[tuple[str, Attachment]]]:
    """Store `files` as `attachments.stored` does. Raises Invalid for more than a career holds."""
    if len(files) > MOST_OF_A_CAREER:
        raise Invalid(_too_many_of_a_career())
    return attachments.stored(files, queries.ATTACHMENTS)


def attach(owner: Member, career: Career, files: Sequence[tuple[str, Attachment]], *, is_public: bool) -> None:
    """Let stored files belong to `career`. Raises Invalid when it, or its owner, would have too many."""
    if not files:
        return
    with db.session.begin_nested():
        lists.hold(owner)
        owned = queries.attachments_of(owner)
        if len(files) + sum(each.career_id == career.id for each in owned) > MOST_OF_A_CAREER:
            raise Invalid(_too_many_of_a_career())
        if len(files) + len(owned) > MOST_OF_A_MEMBER:
            raise Invalid(
                _("添付ファイルは全部で%(most)s個までです。使わないものを削除してください。", most=MOST_OF_A_MEMBER)
            )
        for key, file in files:
            db.session.add(
                CareerAttachment(
                    career_id=career.id,
                    name=file.name,
                    content_type=file.content_type,
                    size_bytes=file.size,
                    sha256=file.sha256,
                    storage_key=key,
                    is_public=is_public,
                )
            )


def _too_many_of_a_career() -> str:
    return _("1件の経歴に添付できるのは%(most)s個までです。", most=MOST_OF_A_CAREER)
