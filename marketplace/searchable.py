"""What the search index follows: a mixin for rows, and the session hook that asks for them to be looked at again."""

from abc import abstractmethod
from collections.abc import Iterator

from sqlalchemy import event, insert
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction

from marketplace.outbox import Errand, wake

TOPIC = "search.refresh"


class Searchable:
    """A row whose change may change what is found. The errand says "look again", never what changed."""

    @abstractmethod
    def search_key(self) -> tuple[str, int]:
        """Return the kind and id of the document that this row is part of."""


def follow_changes() -> None:
    """Listen to every session (once per process)."""
    if not event.contains(Session, "after_flush", _ask_for_refresh):
        event.listen(Session, "after_flush", _ask_for_refresh)
        event.listen(Session, "do_orm_execute", _refuse_bulk_changes)


def _touched(session: Session) -> Iterator[tuple[str, int]]:
    for row in (*session.new, *session.deleted):
        if isinstance(row, Searchable):
            yield row.search_key()
    for row in session.dirty:
        if isinstance(row, Searchable) and session.is_modified(row):
            yield row.search_key()


def _ask_for_refresh(session: Session, flush: UOWTransaction) -> None:
    keys = set(_touched(session))
    if keys:
        errands = [{"topic": TOPIC, "payload": {"kind": kind, "id": key}} for kind, key in sorted(keys)]
        session.connection().execute(insert(Errand), errands)
        wake()


def _refuse_bulk_changes(state: ORMExecuteState) -> None:
    """A bulk UPDATE or DELETE passes the hook by, so that the index would never hear of it."""
    if (state.is_update or state.is_delete) and state.bind_mapper is not None:
        changed = state.bind_mapper.class_
        if issubclass(changed, Searchable):
            raise RuntimeError(f"change {changed.__name__} row by row: the search index follows rows")
