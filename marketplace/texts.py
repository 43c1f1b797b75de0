"""What was typed, made fit to store: one form of each character, nothing invisible, nothing that reorders."""

import re
import unicodedata
from itertools import groupby

from marketplace.errors import Invalid
from marketplace.i18n import _, grouped

MOST_MARKS = 4
"""Combining marks that one character may carry: Vietnamese, Thai and pointed Hebrew need fewer."""

_LINE_ENDS = re.compile("\r\n|[\r\v\f\u0085\u2028\u2029]")
_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_NOTHING = "\u00ad\u180e\u200b\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb\U000e0001-\U000e007f"
_DROPPED = re.compile(f"[{_BIDI}{_NOTHING}]")
_UNSTORABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_INVISIBLE = frozenset({"Cf", "Me", "Mn", "Zl", "Zp", "Zs"})
_JOINERS = frozenset("\u200c\u200d")
_SPACES = re.compile("[\t\n]+")
_FORMULA = re.compile("[\t\r\n]|\\s*[=+@\uff1d\uff0b\uff0d\uff20-]")


def single_line(text: str, at_most: int) -> str:
    """Return `text` cleaned and stripped, its line ends and tabs turned into spaces; "" when it is blank.

    Raises Invalid for control characters, for text nobody can see, and beyond `at_most` characters.
    """
    return _fit(_SPACES.sub(" ", _cleaned(text)), at_most)


def multi_line(text: str, at_most: int) -> str:
    r"""Return `text` cleaned and stripped, every line end as `\n`; "" when it is blank.

    Raises Invalid as `single_line` does. Characters are code points after cleaning, as the database counts them.
    """
    return _fit(_cleaned(text), at_most)


def visible_only(text: str) -> str:
    """Return `text` in NFC, without characters that show nothing or turn the reading around, its piled marks cut."""
    return _calmed(unicodedata.normalize("NFC", _DROPPED.sub("", text)))


def _cleaned(text: str) -> str:
    lines = _LINE_ENDS.sub("\n", text)
    refused = _UNSTORABLE.search(lines)
    if refused:
        raise Invalid(
            _(
                "画面に出ない制御文字を消してください。%(place)s文字目にあります。",
                place=grouped(refused.start() + 1),
            )
        )
    visible = visible_only(lines).strip()
    if (visible or lines.strip()) and all(_is_invisible(character) for character in visible):
        raise Invalid(_("目に見える文字を入力してください。"))
    return visible


def _fit(text: str, at_most: int) -> str:
    if len(text) > at_most:
        raise Invalid(
            _(
                "%(at_most)s文字までで入力してください。いまは%(length)s文字です。",
                at_most=grouped(at_most),
                length=grouped(len(text)),
            )
        )
    return text


def _calmed(text: str) -> str:
    """Keep the first few marks of a pile: more of them run over the lines above and below."""
    if text.isascii():
        return text
    piles = groupby(text, key=_is_mark)
    return "".join("".join(pile)[: MOST_MARKS if are_marks else None] for are_marks, pile in piles)


def _is_mark(character: str) -> bool:
    """Joiners count too, or they would part one pile into many."""
    return character in _JOINERS or unicodedata.category(character) in {"Mn", "Me"}


def _is_invisible(character: str) -> bool:
    return character in _BLANKS or character.isspace() or unicodedata.category(character) in _INVISIBLE


def safe_cell(found: object) -> str:
    """Return a cell that no spreadsheet takes for a formula (reliability.md M1)."""
    text = "" if found is None else str(found)
    return f"'{text}" if _FORMULA.match(text) else text
