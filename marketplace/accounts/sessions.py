"""Sign-ins on devices: the cookie carries a secret, the database its digest; ending one takes effect at once."""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import cache

from sqlalchemy import Select, bindparam, case, delete, select
from sqlalchemy.orm import contains_eager, joinedload

from marketplace.accounts.models import Account, Session
from marketplace.clock import local_day, now, today
from marketplace.db import db

LASTS = timedelta(days=30)
"""How long a device stays signed in on which nothing is done."""

PROVED_FOR = timedelta(hours=2)
"""How long a second factor that was shown opens what asks for a recent one."""


def start(account: Account, device: str, address: str, *, is_proved: bool = False) -> str:
    """Begin a session and return the secret that only its cookie will know; `is_proved` by a second factor."""
    secret = secrets.token_urlsafe(32)
    db.session.add(
        Session(
            digest=_digest(secret),
            account_id=account.id,
            device=device[:200],
            address=address[:45],
            last_active_on=today(),
            proved_at=now() if is_proved else None,
        )
    )
    return secret


def find(secret: str) -> Session | None:
    """Return the live session of `secret` with its account and member loaded, or None."""
    return db.session.scalars(_live(), {"digest": _digest(secret)}).first()


@cache
def _live() -> Select[Session]:
    """The question of every request: putting it together takes longer than its answer."""
    return (
        select(Session)
        .join(Session.account)
        .where(Session.digest == bindparam("digest"))
        .options(contains_eager(Session.account).options(joinedload(Account.member, innerjoin=True)))
    )


def sessions_of(account: Account, present: int, at_most: int) -> Sequence[Session]:
    """Return where `account` is signed in: the session `present`, then the newest of the others."""
    listed = select(Session).where(Session.account_id == account.id)
    is_other = case((Session.id == present, 0), else_=1)
    return db.session.scalars(
        listed.order_by(is_other, Session.created_at.desc(), Session.id.desc()).limit(at_most)
    ).all()


def live_among(session_ids: Iterable[int]) -> set[int]:
    """Return those of `session_ids` that still sign somebody in who is not suspended."""
    question = select(Session.id).join(Session.account).where(Session.id.in_(session_ids), Account.active)
    return set(db.session.scalars(question))


def end(account: Account, session_id: int) -> bool:
    """End one session of `account`; tell whether there was one."""
    ending = delete(Session).where(Session.id == session_id, Session.account_id == account.id)
    return db.session.scalar(ending.returning(Session.id)) is not None


def end_secret(secret: str) -> None:
    """End the session of `secret`, if there is one."""
    db.session.execute(delete(Session).where(Session.digest == _digest(secret)))


def end_all(account: Account, but_secret: str | None = None) -> None:
    """End every session of `account`, except the one of `but_secret`."""
    ending = delete(Session).where(Session.account_id == account.id)
    if but_secret is not None:
        ending = ending.where(Session.digest != _digest(but_secret))
    db.session.execute(ending)


def renew(session: Session) -> str:
    """Give the session another secret and return it: what was stolen before is worth nothing now."""
    secret = secrets.token_urlsafe(32)
    session.digest = _digest(secret)
    return secret


def forget_old() -> None:
    """End the sessions of devices on which nothing was done for as long as their cookies last."""
    since = now() - LASTS
    idle = Session.last_active_on < local_day(since)
    db.session.execute(delete(Session).where(Session.created_at < since, idle))


def is_proved(session: Session) -> bool:
    """Tell whether the second factor was shown in this session lately."""
    return session.proved_at is not None and now() < session.proved_at + PROVED_FOR


def note_activity(session: Session) -> None:
    """Keep the day of the member's newest deed; a second one on that day writes nothing."""
    day = today()
    if session.last_active_on != day:
        session.last_active_on = day
    if session.account.member.last_active_on != day:
        session.account.member.last_active_on = day


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
