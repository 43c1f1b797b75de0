"""Writing an entry into its owner's list: at most so many, never the same twice, never over a newer version."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from marketplace.accounts.models import Member
from marketplace.careers import queries
from marketplace.careers.models import Entry
from marketplace.db import db
from marketplace.errors import Conflict
from marketplace.i18n import _

Listed = TypeVar("Listed", bound=Entry)
Columns = Mapping[str, Any]

MOST_ENTRIES = 100


def append(owner: Member, kind: type[Listed], columns: Columns, *, unique: Columns, twin: str) -> Listed:
    """Put a new entry at the end of the owner's list.

    Raises Conflict when the list is full, and with the sentence `twin` when an entry there equals it in `unique`.
    """
    with db.session.begin_nested():
        listed = _held(owner, kind)
        if len(listed) >= MOST_ENTRIES:
            raise Conflict(_("登録できるのは%(most)s件までです。使わないものを削除してください。", most=MOST_ENTRIES))
        _refuse_twin(listed, unique, twin)
        position = listed[-1].position + 1 if listed else 0
        entry = kind()
        for name, value in {**columns, "member_id": owner.id, "position": position}.items():
            setattr(entry, name, value)
        db.session.add(entry)
    return entry


def rewrite(owner: Member, entry: Entry, version: int, columns: Columns, *, unique: Columns, twin: str) -> None:
    """Change an entry that was read as `version`.

    Raises Conflict when it was changed since, and with the sentence `twin` when another entry equals it in `unique`.
    """
    if entry.version != version:
        raise Conflict(meanwhile())
    try:
        with db.session.begin_nested():
            others = (each for each in _held(owner, type(entry)) if each.id != entry.id)
            _refuse_twin(others, unique, twin)
            for name, value in columns.items():
                setattr(entry, name, value)
    except StaleDataError:
        raise Conflict(meanwhile()) from None


def hold(owner: Member) -> None:
    """Let nobody else add to the lists of `owner` until this unit of work ends, so that counting them is safe.

    On SQLite the savepoint around it has taken the write lock already, and FOR UPDATE means nothing.
    """
    db.session.execute(select(Member.id).where(Member.id == owner.id).with_for_update(key_share=True))


def meanwhile() -> str:
    """Return the sentence for a change that lost to another."""
    return _("ほかの画面で先に更新されていました。二つの内容を見くらべて選んでください。")


def first_of_month(day: date) -> date:
    """Return the first day of its month."""
    return day.replace(day=1)


def _held(owner: Member, kind: type[Listed]) -> list[Listed]:
    hold(owner)
    return queries.entries_of(owner, kind)


def _refuse_twin(listed: Iterable[Entry], unique: Columns, sentence: str) -> None:
    for entry in listed:
        if all(getattr(entry, name) == value for name, value in unique.items()):
            raise Conflict(sentence)
