"""Names by what they look like: two that the eye takes for one have one skeleton."""

import unicodedata
from functools import cache

LENGTH = 120
"""As much of a skeleton as is kept: compatibility forms and 「m」, which looks like 「rn」, make names longer."""

_OURS = str.maketrans("りミチオセ○髙﨑𠮷", "リ三千才七〇高崎吉")
"""What looks alike in Japanese and is not in the tables of UTS #39, and old letters of family names."""
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})
_MARK = 0xFE00, 0xFE0F
_MARKS = 0xE0100, 0xE01EF


def skeleton_of(name: str) -> str:
    """Return the skeleton of `name`: equal for names that look alike, whatever their letters, case and spaces.

    After UTS #39, on top of NFKC; "" when nothing of it can be seen. It marks and never forbids: 高橋 and 髙橋 are two.
    """
    seen = "".join(filter(_is_seen, _plain(name)))
    looks = "".join(map(_prototype, seen)).casefold()
    # Small letters have look-alikes of their own.
    return "".join(map(_prototype, _plain(looks)))[:LENGTH]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKD", text).translate(_OURS)


def _is_seen(character: str) -> bool:
    if character in _BLANKS or unicodedata.category(character) in _UNSEEN:
        return False
    code = ord(character)
    return not (_MARK[0] <= code <= _MARK[1] or _MARKS[0] <= code <= _MARKS[1])


@cache
def _prototype(character: str) -> str:
    """Return what stands for all that look like `character`.

    The table names at each prototype all its look-alikes, and at each of these the prototype alone; a pair, where
    both name one, is told by its smaller half.
    """
    table = _table()
    alike = table.get(character, ())
    if len(alike) != 1:
        return character
    (other,) = alike
    return other if len(table.get(other, ())) > 1 else min(character, other)


@cache
def _table() -> dict[str, tuple[str, ...]]:
    # A megabyte of JSON: read when the first name is given.
    from confusable_homoglyphs.confusables import confusables_data

    return {character: tuple(each["c"] for each in alike) for character, alike in confusables_data.items()}
