"""As whom one can sign in to the demo world; the password is no secret."""

from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import select

from marketplace.accounts.models import Account
from marketplace.db import db
from marketplace.demo import reading

PASSWORD = "ame-nochi-hare"  # noqa: S105 - shown to everybody who looks at a demo world


@dataclass(frozen=True)
class SignIn:
    """Somebody of the demo world whom anybody may be."""

    name: str
    email: str
    password: str
    about: str
    """Whom one is then, in a sentence."""


def sign_ins() -> list[SignIn]:
    """Return the sign-ins that exist in this database: none when it holds no demo world."""
    known = _known()
    there = set(db.session.scalars(select(Account.email).where(Account.email.in_(known))))
    return [sign_in for email, sign_in in known.items() if email in there]


def address_of(username: str) -> str:
    """Return the address of somebody in the demo world; the registry of .jp gives this domain to nobody."""
    return f"{username}@example.jp"


@lru_cache(maxsize=1)
def _known() -> dict[str, SignIn]:
    nicknames = {text["username"]: text["nickname"] for text in reading.workers()}
    found = {}
    for text in reading.ties()["sign_in"]:
        name = text.get("nickname") or nicknames[text["username"]]
        email = address_of(text["username"])
        found[email] = SignIn(name, email, PASSWORD, text["about"])
    return found
