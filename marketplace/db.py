"""The database: the session, the base of every model, and when a transaction may write and is committed."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar

from flask import Flask
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy import DateTime, Enum, MetaData, event, text
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.exc import (
    DBAPIError,
    IntegrityError,
    InterfaceError,
    InternalError,
    OperationalError,
    SQLAlchemyError,
    TimeoutError,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from sqlalchemy.types import TypeDecorator

from marketplace.config import Settings

POOL_SIZE = 40
"""At least as large as the server's threads but for open streams: who waits for a connection holds up a visitor."""

SECONDS_TO_CONNECT = 5
"""How long PostgreSQL, or a connection that others hold, is waited for."""

KEEPALIVES = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 15_000}
"""Seconds, count and milliseconds: a server that vanished without a word is given up after a quarter of a minute."""

READ_ONLY_ON_POSTGRESQL = "25006"

db = SQLAlchemy(session_options={"expire_on_commit": False})

_WRITING: ContextVar[bool] = ContextVar("writing", default=False)
_REBUILDING: ContextVar[bool] = ContextVar("rebuilding", default=False)
_MUST_TRUNCATE = threading.Event()


class UTCDateTime(TypeDecorator[datetime]):
    """A moment: aware UTC in Python, stored without a zone on SQLite and with one on PostgreSQL."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """What a value of this type is in Python."""
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a moment without a zone: it could mean any."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give SQLite's naive moments their zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Model(DeclarativeBase):
    """The base of every row class: constraint names are predictable, moments are UTC, enums are stored by value."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix__%(table_name)s__%(column_0_N_name)s",
            "uq": "uq__%(table_name)s__%(column_0_N_name)s",
            "ck": "ck__%(table_name)s__%(constraint_name)s",
            "fk": "fk__%(table_name)s__%(column_0_N_name)s",
            "pk": "pk__%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UTCDateTime(),
        StrEnum: Enum(
            StrEnum,
            native_enum=False,
            create_constraint=True,
            length=20,
            values_callable=lambda kind: [member.value for member in kind],
        ),
    }


class Versioned:
    """A row with an edit form or a state: of two changes to the same version one wins, the other is a Conflict."""

    version: Mapped[int] = mapped_column(nullable=False)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - the class, as declared_attr wants it
        return {"version_id_col": cls.__table__.c.version}  # type: ignore[attr-defined]


def only_where(condition: str) -> dict[str, Any]:
    """Return what makes an Index hold only rows of which `condition` is true, on both databases."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


def init_app(app: Flask, settings: Settings) -> None:
    """Connect `app` to its database and teach the engine our transactions."""
    options: dict[str, Any] = {
        "url": settings.database_url,
        "pool_size": POOL_SIZE,
        "max_overflow": 0,
        "pool_timeout": SECONDS_TO_CONNECT,
        # What went into a statement is members' own: errors, and so the log, tell of the statement alone.
        "hide_parameters": True,
    }
    if not settings.is_sqlite:
        # A server that was started anew meanwhile is noticed before the first question, not by it.
        options |= {"pool_pre_ping": True, "connect_args": {"connect_timeout": SECONDS_TO_CONNECT} | KEEPALIVES}
    app.config["SQLALCHEMY_ENGINES"] = {"default": options}
    db.init_app(app)
    # Flask-SQLAlchemy-Lite closes async sessions that we never open: 2 ms a request, and an error beside an event loop.
    app.teardown_appcontext_funcs[:] = [
        close for close in app.teardown_appcontext_funcs if close.__name__ != "_close_async_sessions"
    ]
    with app.app_context():
        prepare(db.engine)


def prepare(engine: Engine) -> None:
    """Give `engine` its pragmas and its rule for taking the write lock (once per engine)."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "do_connect", _refuse_to_make_a_file)
        event.listen(engine, "connect", _set_pragmas)
        event.listen(engine, "begin", _begin_on_sqlite)
        event.listen(engine, "savepoint", _lock_before_savepoint)
        event.listen(engine, "before_cursor_execute", _lock_before_write)
    else:
        event.listen(engine, "begin", _begin_on_postgresql)


@contextmanager
def writing(allowed: bool = True) -> Iterator[None]:
    """Say whether transactions begun inside may write; outside of it none may."""
    token = _WRITING.set(allowed)
    try:
        yield
    finally:
        _WRITING.reset(token)


@contextmanager
def rebuilding() -> Iterator[None]:
    """Let tables be put in the place of others, as SQLite needs it for most changes of a table.

    Dropping the old one would take along every row that points to it: foreign keys are off in transactions begun
    inside, as SQLite's own description of such a change has it. Whoever commits looks whether all rows point somewhere.
    """
    token = _REBUILDING.set(True)
    # Connections that are open stay with who has them: none of those used inside may serve anybody else.
    db.engine.dispose()
    try:
        yield
    finally:
        _REBUILDING.reset(token)
        db.engine.dispose()


def is_writing() -> bool:
    """Tell whether a transaction begun now may write."""
    return _WRITING.get()


def add_once(row: Model) -> bool:
    """Insert `row` unless a constraint says that it is there already; tell whether it is new."""
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        return False
    return True


def commit() -> None:
    """Make what happened in this unit of work true, then let those waiting for a commit know."""
    db.session.commit()
    db.session.info.pop("on_rollback", None)
    for callback in db.session.info.pop("after_commit", {}).values():
        callback()


def rollback() -> None:
    """Forget what happened in this unit of work."""
    db.session.info.pop("after_commit", None)
    undone = db.session.info.pop("on_rollback", [])
    # Rows that were read stay readable: the page that says what went wrong greets the member by name.
    db.session.expunge_all()
    try:
        db.session.rollback()
    except DBAPIError:
        # The connection broke: nothing of this unit is left in the database, and nothing of it may be used again.
        db.session.invalidate()
    for callback in undone:
        callback()


def is_out_of_reach(error: BaseException | None) -> bool:
    """Tell whether the database itself failed (gone, locked, full, read-only, no connection free), not a statement."""
    # A full disk ends the transaction, so that leaving the savepoint fails next: the first error of a chain may tell.
    while error is not None:
        if isinstance(error, SQLAlchemyError) and _is_of_the_database(error):
            return True
        error = error.__context__
    return False


def _is_of_the_database(error: SQLAlchemyError) -> bool:
    cause = getattr(error, "orig", None)
    code = getattr(cause, "sqlite_errorcode", None)
    if code is not None:
        # What can never work, and a write that we did not allow, are faults of ours. The lowest byte is the kind.
        ours = {sqlite3.SQLITE_ERROR} if is_writing() else {sqlite3.SQLITE_ERROR, sqlite3.SQLITE_READONLY}
        return isinstance(error, OperationalError) and code & 0xFF not in ours
    if isinstance(error, InternalError):
        return is_writing() and getattr(cause, "sqlstate", None) == READ_ONLY_ON_POSTGRESQL
    return isinstance(error, OperationalError | InterfaceError | TimeoutError)


def after_commit(name: str, callback: Callable[[], object]) -> None:
    """Call `callback` once after this unit's commit; a second one of the same `name` replaces the first."""
    db.session.info.setdefault("after_commit", {})[name] = callback


def truncate_soon() -> None:
    """Have the write-ahead log emptied once this unit is committed: it still holds pages as they were before."""
    after_commit("empty the log", _MUST_TRUNCATE.set)


def truncate_soon_anyway() -> None:
    """Have the write-ahead log emptied though nothing was committed: what was asked for earlier may be forgotten."""
    _MUST_TRUNCATE.set()


def truncate_if_asked() -> bool:
    """Empty the write-ahead log of SQLite if that was asked for; False when somebody still reads: try again."""
    if not _MUST_TRUNCATE.is_set() or db.engine.dialect.name != "sqlite":
        return True
    connection = db.engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("PRAGMA busy_timeout=0")
        is_busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        cursor.execute("PRAGMA busy_timeout=10000")
    finally:
        connection.close()
    if not is_busy:
        _MUST_TRUNCATE.clear()
    return not is_busy


def on_rollback(callback: Callable[[], object]) -> None:
    """Call `callback` if this unit is rolled back: for what was written beside the database."""
    db.session.info.setdefault("on_rollback", []).append(callback)


def _set_pragmas(connection: Any, record: object) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON", "busy_timeout=10000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_on_sqlite(connection: Connection) -> None:
    if _REBUILDING.get():
        _tell(connection, "PRAGMA foreign_keys=OFF")
    _tell(connection, f"PRAGMA query_only={'OFF' if is_writing() else 'ON'}")
    _tell(connection, "BEGIN")
    connection.info["holds_write_lock"] = False


def _lock_before_savepoint(connection: Connection, name: str) -> None:
    _take_write_lock(connection)


def _lock_before_write(
    connection: Connection, cursor: object, statement: str, parameters: object, context: Any, executemany: bool
) -> None:
    if context is not None and (context.isinsert or context.isupdate or context.isdelete):
        _take_write_lock(connection)


def _take_write_lock(connection: Connection) -> None:
    """Turn a reading transaction into a writing one at its first write, so that the lock is held for a moment only.

    A transaction that read first and writes later would fail at once when another wrote meanwhile; begun
    anew as IMMEDIATE it waits its turn instead. What was read before may be stale: constraints and
    version columns decide.
    """
    if is_writing() and not connection.info.get("holds_write_lock"):
        _tell(connection, "COMMIT")
        _tell(connection, "BEGIN IMMEDIATE")
        connection.info["holds_write_lock"] = True


def _begin_on_postgresql(connection: Connection) -> None:
    if not is_writing():
        _tell(connection, "SET TRANSACTION READ ONLY")


def _tell(connection: Connection, statement: str) -> None:
    """Execute `statement` below SQLAlchemy, which is about to execute another, with errors as it would raise them."""
    driver: Any = connection.connection.driver_connection
    dialect = connection.dialect
    try:
        driver.execute(statement)
    except dialect.loaded_dbapi.Error as error:
        if dialect.is_disconnect(error, driver, None):
            connection.invalidate(error)
        raise DBAPIError.instance(statement, None, error, dialect.loaded_dbapi.Error, dialect=dialect) from error


def _refuse_to_make_a_file(dialect: Dialect, record: object, arguments: list[Any], options: dict[str, Any]) -> None:
    """SQLite would make an empty database in the place of one that was moved or is not mounted yet."""
    if not options.get("uri") and not Path(arguments[0]).exists():
        raise sqlite3.OperationalError(f"unable to open database file {arguments[0]}")
