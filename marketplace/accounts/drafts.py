"""What was typed when a session had ended, carried through the sign-in and put back into its form."""

from datetime import timedelta

from sqlalchemy import delete

from marketplace.accounts.models import Draft, Member
from marketplace.clock import now
from marketplace.db import db

KEPT_FOR = timedelta(days=7)

Fields = list[tuple[str, str]]


def keep(member: Member, path: str, fields: Fields) -> None:
    """Keep `fields` for the form at `path`; an older draft of it is replaced."""
    db.session.merge(
        Draft(member_id=member.id, path=path[:300], fields=[list(pair) for pair in fields], saved_at=now())
    )


def find(member: Member, path: str) -> Fields | None:
    """Return what was kept for the form at `path`, or None."""
    draft = db.session.get(Draft, (member.id, path[:300]))
    return None if draft is None else [(name, value) for name, value in draft.fields]


def forget(member: Member, path: str) -> None:
    """Forget what was kept for the form at `path`: it has been sent."""
    db.session.execute(delete(Draft).where(Draft.member_id == member.id, Draft.path == path[:300]))


def forget_old() -> None:
    """Forget drafts that nobody came back to."""
    db.session.execute(delete(Draft).where(Draft.saved_at < now() - KEPT_FOR))
