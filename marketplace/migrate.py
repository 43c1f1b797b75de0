"""Bringing the database to the newest revision, and telling whether it is there."""

from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from marketplace.db import db, rebuilding, writing
from marketplace.tables import metadata

REVISIONS = Path(__file__).with_name("migrations")


def head() -> str:
    """Return the newest revision: file names are sorted, so nothing heavy has to be loaded to know it."""
    return max(path.stem for path in REVISIONS.glob("[0-9]*.py"))


def current() -> str | None:
    """Return the revision the database is at, or None when it is empty or not there yet."""
    if _is_missing():
        return None
    with db.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return revision


def upgrade(target: str = "heads") -> None:
    """Apply what is missing, up to `target`; this alone makes an SQLite file."""
    if _is_missing():
        Path(str(db.engine.url.database)).touch(mode=0o600)
    with writing(), rebuilding():
        _alembic().upgrade(target)


def downgrade(target: str) -> None:
    """Take back revisions, down to `target` ("base" for all)."""
    with writing(), rebuilding():
        _alembic().downgrade(target)


def differences() -> list[Any]:
    """Return what the models say and the database does not, or the other way round."""
    with writing():
        return list(_alembic().compare_metadata())


def revise(message: str) -> None:
    """Write a revision from what differs (for whoever develops)."""
    with writing():
        _alembic().revision(message)


def _refuse_dangling_rows(ctx: Any, **_step: object) -> None:
    """End a revision that left rows pointing to nothing, before it is committed."""
    if ctx.dialect.name == "sqlite":
        dangling = ctx.connection.execute(text("PRAGMA foreign_key_check")).all()
        if dangling:
            raise IntegrityError("PRAGMA foreign_key_check", None, ValueError(f"rows point to nothing: {dangling[:5]}"))


def _is_missing() -> bool:
    return db.engine.dialect.name == "sqlite" and not Path(str(db.engine.url.database)).exists()


def _alembic() -> Any:
    # Alembic costs 0.3 s to import: only those who migrate pay for it.
    from flask_alembic import Alembic

    app: Any = current_app._get_current_object()  # type: ignore[attr-defined]
    if "alembic" not in app.extensions:
        app.config["ALEMBIC"] = {"script_location": str(REVISIONS)}
        app.config["ALEMBIC_CONTEXT"] = {
            "render_as_batch": db.engine.dialect.name == "sqlite",
            "on_version_apply": _refuse_dangling_rows,
        }
        alembic = Alembic(metadatas=metadata, run_mkdir=False, command_name="")
        alembic.init_app(app)
        app.extensions["alembic"] = alembic
    return app.extensions["alembic"]
