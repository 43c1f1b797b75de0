"""What was typed into a form and not sent yet: put back into it, on any device, until it is sent."""

from datetime import timedelta

from sqlalchemy import ColumnElement, delete, select, update

from marketplace.accounts.models import Draft, Member
from marketplace.clock import now
from marketplace.db import add_once, db

KEPT_FOR = timedelta(days=30)
MOST_OF_A_MEMBER = 50
"""How many forms of a member are kept; beyond that the one longest untouched is forgotten."""

Fields = list[tuple[str, str]]


def keep(member: Member, path: str, fields: Fields) -> None:
    """Keep `fields` for the form at `path`; of two pages with the same form the one last typed in wins."""
    path = path[:300]
    kept = {"fields": [list(pair) for pair in fields], "saved_at": now()}
    replacing = update(Draft).where(_is(member, path)).values(kept).returning(Draft.path)
    if db.session.scalar(replacing) is not None:
        return
    if not add_once(Draft(member_id=member.id, path=path, **kept)):
        # Another page was faster by a moment; this one was typed in later.
        db.session.execute(replacing)
    newest = select(Draft.path).where(Draft.member_id == member.id).order_by(Draft.saved_at.desc())
    too_many = Draft.path.not_in(newest.limit(MOST_OF_A_MEMBER))
    db.session.execute(delete(Draft).where(Draft.member_id == member.id, too_many))


def find(member: Member, path: str) -> Draft | None:
    """Return what was kept for the form at `path`, or None."""
    return db.session.scalar(select(Draft).where(_is(member, path)))


def forget(member: Member, path: str) -> None:
    """Forget what was kept for the form at `path`: it has been sent, or is not wanted any more."""
    db.session.execute(delete(Draft).where(_is(member, path)))


def forget_old() -> None:
    """Forget drafts that nobody came back to."""
    db.session.execute(delete(Draft).where(Draft.saved_at < now() - KEPT_FOR))


def _is(member: Member, path: str) -> ColumnElement[bool]:
    return (Draft.member_id == member.id) & (Draft.path == path[:300])
