"""Passwords: what a good one is, their argon2id hashes, and how long it takes to find out that one is wrong."""

import math
import threading
import unicodedata
from functools import lru_cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from marketplace.errors import Invalid
from marketplace.i18n import _

SHORTEST = 10
MOST_BYTES = 1024
"""More is refused before anything slow is done with it."""
LOOKED_AT = 40
"""Characters that are compared with the lists of common passwords."""
MOST_REPLACEMENTS = 64
"""Readings of symbols as letters that are tried; a password with more of them is in no list."""
TOO_COMMON = 2
"""zxcvbn's score below which a million guesses are enough."""
LONG_ENOUGH_TO_GIVE_AWAY = 4
"""A name of three letters stands in too many words to be looked for inside a password."""
SITE_WORDS = ["musubi", "結び", "むすび"]


class Weak(Invalid):
    """A new password that others would guess, or that is too long."""


class Wrong(Invalid):
    """Not the current password."""


_hasher = PasswordHasher()
_at_once = threading.BoundedSemaphore(4)
"""Each hash takes 64 MiB while it is made."""


def canonical(password: str) -> str:
    """Return `password` in the form that is hashed: typed on another keyboard it is still the same.

    Raises Weak when it is too long.
    """
    _require_short(password)
    normal = unicodedata.normalize("NFKC", password)
    _require_short(normal)
    return normal


def require_good(password: str, *names: str) -> None:
    """Raise Weak, with what to do, when `password` is short, common, or gives away one of `names`.

    `names` are the username and the address of its owner (reliability.md A8).
    """
    normal = canonical(password)
    if len(normal) < SHORTEST:
        raise Weak(
            _(
                "パスワードは%(shortest)s文字以上で入力してください。いまは%(length)s文字です。",
                shortest=SHORTEST,
                length=len(normal),
            )
        )
    if _gives_away(normal.casefold(), names):
        raise Weak(_("ユーザー名やメールアドレスを含まないパスワードにしてください。"))
    if _is_common(normal):
        raise Weak(_("よく使われる言葉や並びは、すぐに当てられます。関係のない言葉をいくつか並べてみてください。"))


def hashed(password: str) -> str:
    """Return the argon2id hash of `password`. Takes a tenth of a second: do it before the first write."""
    normal = canonical(password)
    with _at_once:
        return _hasher.hash(normal.encode())


def matches(hash_: str | None, password: str) -> bool:
    """Tell whether `password` is the one of `hash_`; without a hash the answer is no, after the same work."""
    try:
        normal = canonical(password)
    except Weak:
        return False
    try:
        with _at_once:
            found = _hasher.verify(hash_ or _nobodys_hash(), normal.encode())
    except (VerificationError, InvalidHashError):
        return False
    return found and hash_ is not None


def require_current(hash_: str, password: str) -> None:
    """Raise Wrong, with what to do, when `password` is not the one of `hash_`."""
    if not matches(hash_, password):
        raise Wrong(_("現在のパスワードを確かめて、もう一度入力してください。"))


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    return _hasher.hash("nobody's password")


def _require_short(password: str) -> None:
    try:
        size = len(password.encode())
    except UnicodeEncodeError as error:
        raise Weak(_("パスワードに使えない文字があります。入力しなおしてください。")) from error
    if size > MOST_BYTES:
        raise Weak(_("パスワードは%(most)sバイトまでで入力してください。", most=MOST_BYTES))


def _gives_away(password: str, names: tuple[str, ...]) -> bool:
    parts = {part for name in names for part in (name.casefold(), name.casefold().partition("@")[0]) if part}
    return any(password == part or (len(part) >= LONG_ENOUGH_TO_GIVE_AWAY and part in password) for part in parts)


def _is_common(password: str) -> bool:
    if len(set(password)) < 3:
        return True
    # The lists take half a second to load: only those who choose a password pay for it.
    from zxcvbn import zxcvbn
    from zxcvbn.matching import L33T_TABLE

    ends = {password[:LOOKED_AT], password[-LOOKED_AT:]}
    return all(_replacements(end, L33T_TABLE) <= MOST_REPLACEMENTS and _score(zxcvbn, end) < TOO_COMMON for end in ends)


def _score(zxcvbn: Any, text: str) -> int:
    return int(zxcvbn(text, user_inputs=SITE_WORDS)["score"])


def _replacements(text: str, table: dict[str, list[str]]) -> int:
    """Return how many readings zxcvbn would try: their number grows with every symbol, up to minutes of work."""
    return math.prod(max(1, sum(symbol in text for symbol in symbols)) for symbols in table.values())
