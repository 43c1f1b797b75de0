"""What the address of a company may be: 英数字のみ (S2-71), its length, the words that are kept back."""

import re
import unicodedata
from collections.abc import Iterator

from marketplace.accounts import usernames
from marketplace.companies.models import SLUG_LENGTH
from marketplace.errors import Invalid
from marketplace.i18n import _

SHORTEST, LONGEST = 3, SLUG_LENGTH
ADDRESSES = frozenset({"new", "proofs", "requests"})
"""Words that stand where the address of a company does; a test compares them with the routes."""
SUGGESTIONS = 20
"""How many addresses are looked at when the one that was wanted is taken."""

_ALLOWED = re.compile(r"[a-z0-9]+")


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
        raise Invalid(_("URLは半角の英小文字と数字だけで入力してください。例)musubi7"))
    if is_reserved(slug):
        raise Invalid(_("このURLは、運営のために取ってあります。ほかのURLを入力してください。"))
    return slug


def is_reserved(slug: str) -> bool:
    """Tell whether `slug` is kept back, as a username would be."""
    return slug in ADDRESSES or usernames.looks_reserved(slug)


def alternatives(slug: str) -> Iterator[str]:
    """Yield addresses like `slug`, the nearest first."""
    for number in range(2, SUGGESTIONS + 2):
        yield slug[: LONGEST - len(str(number))] + str(number)
