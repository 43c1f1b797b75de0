"""As whom one can sign in to the demo world; the password is no secret."""

from dataclasses import dataclass

from sqlalchemy import select

from marketplace.accounts import second_factors
from marketplace.accounts.models import Account, Member
from marketplace.db import db
from marketplace.demo import reading
from marketplace.demo.office import SECRET
from marketplace.i18n import SOURCE_LANGUAGE, current_language

PASSWORD = "ame-nochi-hare"  # noqa: S105 - shown to everybody who looks at a demo world


@dataclass(frozen=True)
class SignIn:
    """Somebody of the demo world whom anybody may be."""

    name: str
    email: str
    password: str
    about: str
    """Whom one is then, and what there is to see, in the reader's language."""


def sign_ins() -> list[SignIn]:
    """Return the sign-ins that exist in this database: none when it holds no demo world."""
    spoken = "about" if current_language() == SOURCE_LANGUAGE else "about_en"
    about = {address_of(text["username"]): text[spoken] for text in reading.sign_ins()}
    there = db.session.execute(
        select(Account.email, Member.nickname).join(Member, Member.id == Account.id).where(Account.email.in_(about))
    )
    names = {row.email: row.nickname for row in there}
    return [SignIn(names[email], email, PASSWORD, words) for email, words in about.items() if email in names]


def address_of(username: str) -> str:
    """Return the address of somebody in the demo world; the registry of .jp gives this domain to nobody."""
    return f"{username}@example.jp"


def number_of_moderator() -> str:
    """Return what the authenticator app of the demo world's moderator shows now."""
    return second_factors.number_now(SECRET)
