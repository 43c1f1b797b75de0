"""Characters: what differs only in width, case, composition or kind of kana is made one, and told apart by script."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from search_index.variants import FOLDED

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]")
_BROKEN = re.compile("[\ud800-\udfff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_CJK = "々〆〇ぁ-ゖァ-ヺーㇰ-ㇿ㐀-䶿一-鿿豈-龎𠀀-𰀀"
_CJK_RUN = re.compile(f"[{_CJK}]+")
_HIRAGANA = re.compile("[ぁ-ゖー]+")
_KANA = re.compile("[ぁ-ゖァ-ヺー]+")
_LATIN = re.compile("[a-z]{3,}")
_JOINT = re.compile(r"(?<=[^\W_])[.\-_]+(?=[^\W_])")
_IN_KEY = re.compile(r"[\s・/]+")
_TO_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}
_TO_HIRAGANA = {katakana: hiragana for hiragana, katakana in _TO_KATAKANA.items()}


class Folded(NamedTuple):
    """A text in the shape that is searched, with the way back to the text as given."""

    text: str
    offsets: Sequence[int] | None
    """Where each folded character came from, one more for the end; None where every character kept its place."""


def fold(text: str) -> Folded:
    """Make one what differs only in width, case, composition or old and new kanji. The result is never shown."""
    text = _BROKEN.sub(" ", text).translate(_WIDE)
    if unicodedata.is_normalized("NFKC", text) and not _UNSEEN.search(text):
        lower = text.lower()
        if len(lower) == len(text):
            return Folded(lower.translate(FOLDED), None)
    parts, offsets = [], []
    for start, cluster in _clusters(text):
        part = unicodedata.normalize("NFKC", _UNSEEN.sub("", cluster)).lower().translate(FOLDED)
        parts.append(part)
        offsets.extend([start] * len(part))
    offsets.append(len(text))
    return Folded("".join(parts), offsets)


def _clusters(text: str) -> Iterator[tuple[int, str]]:
    """Split before every character that does not belong to the one before it."""
    start = 0
    for index in range(1, len(text) + 1):
        if index == len(text) or not (
            unicodedata.combining(text[index]) or text[index] in "ﾞﾟ゛゜" or _UNSEEN.match(text[index])
        ):
            yield start, text[start:index]
            start = index


def katakana(text: str) -> str:
    """The same text with its hiragana written in katakana."""
    return text.translate(_TO_KATAKANA)


def is_kana(text: str) -> bool:
    """Whether the text is kana and nothing else."""
    return _KANA.fullmatch(text) is not None


def is_hiragana(text: str) -> bool:
    """Whether the text is hiragana and nothing else."""
    return _HIRAGANA.fullmatch(text) is not None


def is_latin(text: str) -> bool:
    """Whether the folded text is a Latin word long enough for its reading to mean something."""
    return _LATIN.fullmatch(text) is not None


def is_cjk(text: str) -> bool:
    """Whether the text is kanji and kana and nothing else."""
    return _CJK_RUN.fullmatch(text) is not None


def kana_names(name: str) -> list[str]:
    """The kana words of a name, in katakana: a dictionary cuts short ones like かな into particles."""
    return [katakana(run.group()) for run in _KANA.finditer(fold(name).text)]


def unjoined(name: str) -> str:
    """The same name without the dots, dashes and underscores inside of it."""
    return _JOINT.sub("", name)


@lru_cache(maxsize=20_000)
def exact_key(name: str) -> str:
    """What two spellings of one skill's name have in common: Node.js = node js, えくせる = エクセル, but C++ ≠ C#."""
    return _IN_KEY.sub("", unjoined(katakana(fold(name.strip()).text)))


def hiragana(text: str) -> str:
    """The same text with its katakana written in hiragana."""
    return text.translate(_TO_HIRAGANA)


def bigrams(text: str) -> list[tuple[str, int]]:
    """Each two neighbouring kanji or kana of a folded text, and the place of the first."""
    return [
        (run.group()[index : index + 2], run.start() + index)
        for run in _CJK_RUN.finditer(text)
        for index in range(len(run.group()) - 1)
    ]
