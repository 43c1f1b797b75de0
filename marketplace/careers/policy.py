"""Who may do what in these lists: everybody in their own, nobody in another's."""

from collections.abc import Iterable

from marketplace.accounts.models import Member
from marketplace.careers.models import CareerAttachment, Entry


def can_add(actor: Member) -> bool:
    """Every member may: what they add is their own."""
    return bool(actor)


def can_change(actor: Member, entry: Entry) -> bool:
    """The owner."""
    return entry.member_id == actor.id


def can_remove(actor: Member, entry: Entry) -> bool:
    """The owner."""
    return entry.member_id == actor.id


def can_move(actor: Member, entry: Entry) -> bool:
    """The owner."""
    return entry.member_id == actor.id


def can_arrange(actor: Member, entries: Iterable[Entry]) -> bool:
    """The owner of them all."""
    return all(entry.member_id == actor.id for entry in entries)


def can_show(actor: Member, attachment: CareerAttachment) -> bool:
    """The owner of the career it belongs to."""
    return attachment.career.member_id == actor.id


def can_hide(actor: Member, attachment: CareerAttachment) -> bool:
    """The owner of the career it belongs to."""
    return attachment.career.member_id == actor.id


def can_detach(actor: Member, attachment: CareerAttachment) -> bool:
    """The owner of the career it belongs to."""
    return attachment.career.member_id == actor.id
