"""What the address of a team may be: its characters, its length, the words that are kept back."""

import re
import unicodedata
from collections.abc import Iterator

from marketplace.accounts import usernames
from marketplace.errors import Invalid
from marketplace.i18n import _
from marketplace.teams.models import SLUG_LENGTH

SHORTEST, LONGEST = 3, SLUG_LENGTH
ADDRESSES = frozenset({"new", "requests"})
"""Words that stand where the address of a team does; a test compares them with the routes."""
SUGGESTIONS = 20
"""How many addresses are looked at when the one that was wanted is taken."""

_ALLOWED = re.compile(r"[a-z0-9_-]*[a-z0-9][a-z0-9_-]*")


def canonical(text: str) -> str:
    """Return the address that `text` stands for: half-width, small letters. Raises Invalid when it cannot be one."""
    slug = unicodedata.normalize("NFKC", text).strip().lower()
    if not SHORTEST <= len(slug) <= LONGEST:
        raise Invalid(
            _(
                "URLは%(shortest)s〜%(longest)s文字で入力してください。いまは%(length)s文字です。",
                shortest=SHORTEST,
                longest=LONGEST,
                length=len(slug),
            )
        )
    if not _ALLOWED.fullmatch(slug):
        raise Invalid(_("URLは半角の英小文字、数字、_、- で入力してください。例)team-musubi"))
    if is_reserved(slug):
        raise Invalid(_("このURLは、運営のために取ってあります。ほかのURLを入力してください。"))
    return slug


def is_reserved(slug: str) -> bool:
    """Tell whether `slug` is kept back, as a username would be, digits that look like letters among them."""
    return slug in ADDRESSES or usernames.looks_reserved(slug)


def alternatives(slug: str) -> Iterator[str]:
    """Yield addresses like `slug`, the nearest first."""
    for number in range(2, SUGGESTIONS + 2):
        ending = f"-{number}"
        yield slug[: LONGEST - len(ending)] + ending
