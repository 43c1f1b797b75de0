"""Members, made fast: rows instead of the whole registration, which has tests of its own."""

import itertools
from datetime import datetime
from functools import lru_cache
from typing import Any

from argon2 import PasswordHasher
from flask import Flask, has_app_context

from marketplace import db
from marketplace.accounts.models import Account, Member
from marketplace.clock import now
from marketplace.profiles.models import PersonalDetails, Profile

PASSWORD = "correct horse battery"
_numbers = itertools.count(1)


@lru_cache(maxsize=1)
def password_hash() -> str:
    """The hash of PASSWORD, made once with cheap settings: verifying reads the cost from the hash."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


class MemberFactory:
    """Makes members in the session at hand, or in one of its own that commits."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def __call__(
        self, username: str | None = None, nickname: str | None = None, *, worker: bool = False, **profile: Any
    ) -> Member:
        """Make a member; `worker=True` publishes the profile, whose columns may be given by name."""
        if has_app_context():
            member = self._add(username, nickname, now() if worker else None, profile)
            db.db.session.flush()
            return member
        with self.app.app_context(), db.writing():
            member = self._add(username, nickname, now() if worker else None, profile)
            db.commit()
        return member

    def _add(
        self, username: str | None, nickname: str | None, published_at: datetime | None, profile: dict[str, Any]
    ) -> Member:
        number = next(_numbers)
        username = username or f"member-{number}"
        account = Account(
            email=f"{username}@example.com", password=password_hash(), fs_uniquifier=f"uniquifier-{number}-{username}"
        )
        db.db.session.add(account)
        db.db.session.flush()
        member = Member(
            id=account.id, username=username, nickname=nickname or username.title(), published_at=published_at
        )
        db.db.session.add_all([member, PersonalDetails(member_id=account.id), Profile(member_id=account.id, **profile)])
        return member
