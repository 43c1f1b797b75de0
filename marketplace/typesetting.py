"""Documents on paper: a template of ours and data become a tagged PDF, the same bytes for the same data."""

import ctypes
import itertools
import json
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from struct import iter_unpack, unpack_from
from typing import TYPE_CHECKING, Any

from marketplace.errors import Invalid
from marketplace.i18n import _, current_language, grouped

if TYPE_CHECKING:
    import typst

ROOT = Path(__file__).parent
"""Templates are named by their place below it, and read nothing outside."""
FONTS = ROOT / "fonts"
"""Where `./dev` puts the letters. The system's are not used: documents would differ from machine to machine."""

MOST_CHARACTERS = 100_000
"""On one document, numbers for letters included: most texts of that length take half a second, the worst one."""

_LINE_ENDS = re.compile("\r\n|[\r\v\f\u0085\u2028\u2029]")
_SPACES = str.maketrans("\t\u00a0", "  ")
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0001-\U000e007f]"
)
_SELECTORS = frozenset([*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)])
"""Which form of a letter is meant (葛󠄀); a form that the font does not have is drawn as the usual one."""

# Between two of these a line may end. A long run of others (one word to the typesetter, or marks with which no line may
# begin) would leave the paper.
_PARTED = (
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
    "あいうえおか-ぢつ-もやゆよ-ろわ-ゔアイウエオカ-ヂツ-モヤユヨ-ロワ-ヴヷ-ヺ"
)
_RUN = re.compile(f"[^\\s{_PARTED}]{{24,}}|[^\\s!-\u2013{_PARTED}]{{8,}}")
_MARKS = "\u0300-\u036f\u20d0-\u20ff\u302a-\u302d\u3099\u309a\ufe00-\ufe0f\U000e0100-\U000e01ef"
_FEW = re.compile(f"〔U\\+[0-9A-F]+〕|(?:(?!〔U)[^{_MARKS}][{_MARKS}]*){{1,8}}")
_AND_MAY_BREAK = "\\g<0>\u200b"


@dataclass(frozen=True)
class Row:
    """A label with what it says, and a quieter line below."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Section:
    """A titled part of a document: rows, then a table, of which either may be missing."""

    title: str
    rows: tuple[Row, ...] = ()
    head: tuple[str, ...] = ()
    body: tuple[tuple[str, ...], ...] = ()
    widths: tuple[int, ...] = ()
    """Of the columns, in proportion."""
    numbers: tuple[int, ...] = ()
    """Which columns, from 0, hold numbers."""


def typeset(template: str, data: Mapping[str, Any], at: datetime) -> bytes:
    """Return the PDF/UA-1 that the template at `template` makes of `data` in the language being spoken, made `at`.

    `data` holds strings, sections, lists and mappings, among them `title` and `foot`. Every string stands on the paper
    as it is, whatever it looks like; a letter that the font lacks is written as its number. Raises Invalid when there
    is too much of it.
    """
    import typst

    printed, coded = _Printed(), ""
    said = printed.of(dict(data))
    if printed.has_codes:
        coded = _(
            "〔U+…〕は、この書面の書体にない文字を、Unicodeの番号で表したものです。もとの文字は、同じ内容の画面で確かめられます。"
        )
    compiler = typst.Compiler(ROOT / template, root=ROOT, font_paths=_fonts(), ignore_system_fonts=True)
    made = compiler.compile(
        format="pdf",
        sys_inputs={"data": json.dumps({**said, "language": current_language(), "coded": coded})},
        pdf_standards=["ua-1"],
        timestamp=int(at.timestamp()),
    )
    _give_memory_back()
    if not isinstance(made, bytes):
        raise TypeError(template)
    return made


class _Printed:
    """Data as it goes on paper; remembers how much it was, and whether letters were missing."""

    def __init__(self) -> None:
        self._characters = 0
        self.has_codes = False

    def of(self, data: Any) -> Any:
        """Return `data` with every string in it made fit to print."""
        if isinstance(data, str):
            return self._text(data)
        if isinstance(data, int):
            return data
        if isinstance(data, Row | Section):
            data = vars(data)
        if isinstance(data, Mapping):
            return {str(key): self.of(value) for key, value in data.items()}
        return [self.of(value) for value in data]

    def _text(self, text: str) -> str:
        self._count(text)
        seen = _UNSEEN.sub("", _LINE_ENDS.sub("\n", text)).translate(_SPACES)
        if not seen.isascii():
            seen = "".join(map(self._letter, seen))
            self._count(seen[len(text) :])
        return _RUN.sub(lambda run: _FEW.sub(_AND_MAY_BREAK, run[0]), seen)

    def _count(self, text: str) -> None:
        self._characters += len(text)
        if self._characters > MOST_CHARACTERS:
            raise Invalid(_("書面にする文章は、あわせて%(most)s文字までです。", most=grouped(MOST_CHARACTERS)))

    def _letter(self, letter: str) -> str:
        code = ord(letter)
        if code in _letters() or code in _SELECTORS or letter == "\n":
            return letter
        self.has_codes = True
        return f"〔U+{code:04X}〕"


@cache
def _fonts() -> "typst.Fonts":
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])


@cache
def _letters() -> frozenset[int]:
    """Return what the font can draw, from the part of its file that says so; the bold one draws the same.

    A library takes 0.2 s for it; the table, format 12 of OpenType's `cmap`, is a list of first and last letters.
    """
    font = (FONTS / "NotoSansJP_400Regular.ttf").read_bytes()
    (count,) = unpack_from(">H", font, 4)
    [cmap] = [at for tag, _sum, at, _size in iter_unpack(">4sLLL", font[12 : 12 + 16 * count]) if tag == b"cmap"]
    (count,) = unpack_from(">H", font, cmap + 2)
    [whole] = [at for *kind, at in iter_unpack(">HHL", font[cmap + 4 : cmap + 4 + 8 * count]) if kind == [3, 10]]
    (count,) = unpack_from(">L", font, cmap + whole + 12)
    runs = iter_unpack(">LLL", font[cmap + whole + 16 : cmap + whole + 16 + 12 * count])
    return frozenset(code for first, last, _glyph in runs for code in range(first, last + 1))


_documents = itertools.count(1)


def _give_memory_back() -> None:
    """Let the system have what was freed: glibc kept a gigabyte of it after twenty thousand documents."""
    if next(_documents) % 20 == 0:
        _trimming()(0)


@cache
def _trimming() -> Callable[[int], object]:
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    return trim or (lambda _padding: 0)
