"""Japanese and Latin text → terms: one analysis for documents, queries and excerpts, whatever the engine."""

import re
import threading
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from importlib.metadata import version
from typing import NamedTuple

from sudachipy import Dictionary, Morpheme, SplitMode, Tokenizer

from search_index.variants import FOLDED

REVISION = 2
"""Raised by hand when the terms that this module makes change, so that an index made before is built anew."""

_CHUNK = 8_000
_BETWEEN_TEXTS = 100
_CACHED_LENGTH = 24
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]")
_BROKEN = re.compile("[\ud800-\udfff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_CJK = "々〆〇ぁ-ゖァ-ヺーㇰ-ㇿ㐀-䶿一-鿿豈-龎𠀀-𰀀"
_CJK_RUN = re.compile(f"[{_CJK}]+")
_HIRAGANA = re.compile("[ぁ-ゖー]+")
_KANA = re.compile("[ぁ-ゖァ-ヺー]+")
_LATIN = re.compile("[a-z]{3,}")
_SPELLED = re.compile(r"(?<![a-z0-9])\.?[a-z][a-z0-9]*(?:[.\-_&][a-z0-9]+)*(?:\+\+|[+#](?![a-z0-9]))?(?![a-z])")
_MARK_OF_NAMES = re.compile("[-+#._&]")
_JOINT = re.compile(r"(?<=[^\W_])[.\-_]+(?=[^\W_])")
_IN_KEY = re.compile(r"[\s・/]+")
_TO_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}
_TO_HIRAGANA = {katakana: hiragana for hiragana, katakana in _TO_KATAKANA.items()}
_SENTENCE_ENDS = frozenset("。!?\n")


class Token(NamedTuple):
    """One word of a text, where it stands and how it is found."""

    form: str
    """表記: the dictionary's normal form (サーバ → サーバー), in lower case."""
    reading: str
    """よみ of a noun in katakana; empty when the dictionary gives none or the form is kana already."""
    surface: str
    """As written, folded."""
    pieces: tuple[str, ...]
    """More forms found at the same place (node.js → node, js)."""
    is_known: bool
    """Whether the dictionary knows the word."""
    is_function: bool
    """A particle, an auxiliary or a verb like する that carries no meaning of its own."""
    is_place: bool
    """The name of a place."""
    position: int
    """Counts words, with a gap where a sentence ends."""
    start: int
    """First character in the text as it was given."""
    end: int


_new = tuple.__new__
"""Makes a named tuple of its values in half the time."""


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


@lru_cache(maxsize=20_000)
def exact_key(name: str) -> str:
    """What two spellings of one skill's name have in common: Node.js = node js, えくせる = エクセル, but C++ ≠ C#."""
    return _IN_KEY.sub("", _JOINT.sub("", katakana(fold(name.strip()).text)))


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


class _Word(NamedTuple):
    """What the dictionary says of one word."""

    form: str
    reading: str
    is_known: bool
    is_symbol: bool
    is_function: bool
    is_place: bool


_words: dict[int, _Word] = {}
"""By Sudachi's word id, filled as words are met: at most as many as the dictionary has."""


@cache
def _dictionary() -> Dictionary:
    return Dictionary(dict="small")


@cache
def _parts_of_speech(number: int) -> tuple[str, ...]:
    names: tuple[str, ...] = _dictionary().pos_of(number)
    return names


def _word(morpheme: Morpheme) -> _Word:
    first, second, third, *_ = _parts_of_speech(morpheme.part_of_speech_id())
    form = morpheme.normalized_form().lower()
    is_function = first in ("助詞", "助動詞") or (first in ("動詞", "形容詞") and second == "非自立可能")
    # Names and things are sought by sound; a verb's kana lead to its normal form, a suffix's or a number's to noise.
    reading = morpheme.reading_form() if first == "名詞" and second != "数詞" and not is_kana(form) else ""
    is_known = not morpheme.is_oov()
    word = _Word(
        form=form,
        reading=reading if is_kana(reading) else "",
        is_known=is_known,
        is_symbol=first in ("補助記号", "空白") and not (form.isalpha() and form[0] >= "㐀"),
        is_function=is_function,
        is_place=third == "地名",
    )
    if is_known:
        _words[morpheme.word_id()] = word
    return word


class _Local(threading.local):
    """A Sudachi tokenizer may not be shared by threads; the dictionary behind it may."""

    def __init__(self) -> None:
        self.tokenizer: Tokenizer = _dictionary().tokenizer(mode=SplitMode.A)


@cache
def _locals() -> _Local:
    return _Local()


def tokens(text: str) -> tuple[Token, ...]:
    """The words of a text in order. Symbols are no words, save where they belong to a name like C++ or Node.js."""
    return _tokens_of_short(text) if len(text) <= _CACHED_LENGTH else tuple(_tokens(text))


@lru_cache(maxsize=20_000)
def _tokens_of_short(text: str) -> tuple[Token, ...]:
    return tuple(_tokens(text))


def _tokens(text: str) -> list[Token]:
    """Written for speed, for most of the time in which an index is built is spent here."""
    searched, offsets = fold(text)
    spelled = _spelled(searched)
    tokenize, known = _locals().tokenizer.tokenize, _words.get
    found: list[Token] = []
    position = done = 0
    for base, chunk in _chunks(searched):
        for morpheme in tokenize(chunk):
            start = base + morpheme.begin()
            if start < done:
                continue
            end = base + morpheme.end()
            form, reading, is_known, is_symbol, is_function, is_place = known(morpheme.word_id()) or _word(morpheme)
            pieces: tuple[str, ...] = ()
            if start in spelled:
                done, form, pieces = spelled[start]
                reading = reading if done == end else ""
                end = done
            elif is_symbol:
                position += searched[start] in _SENTENCE_ENDS
                continue
            surface = searched[start:end]
            if offsets is not None:
                start, end = offsets[start], offsets[end]
            token = (form, reading, surface, pieces, is_known, is_function, is_place, position, start, end)
            found.append(_new(Token, token))
            position += 1
    return found


def _chunks(text: str) -> Iterator[tuple[int, str]]:
    """Sudachi takes at most 49,149 bytes at once."""
    start = 0
    while len(text) - start > _CHUNK:
        end = max(text.rfind(mark, start, start + _CHUNK) for mark in "\n。 ") + 1
        end = end if end > start else start + _CHUNK
        yield start, text[start:end]
        start = end
    yield start, text[start:]


def _spelled(text: str) -> dict[int, tuple[int, str, tuple[str, ...]]]:
    """Latin names that hold symbols, by where they start: their end, their form and their pieces."""
    if not _MARK_OF_NAMES.search(text):
        return {}
    return {
        match.start(): (match.end(), _JOINT.sub("", match.group()), _pieces(match.group()))
        for match in _SPELLED.finditer(text)
        if not match.group().isalnum()
    }


def _pieces(name: str) -> tuple[str, ...]:
    return tuple(piece for piece in re.findall("[a-z]{2,}", name) if piece != name[1:])


class Posting:
    """Where one term stands in one document, and how much it counts there."""

    __slots__ = ("positions", "weight")

    def __init__(self) -> None:
        self.positions: list[int] = []
        self.weight = 0.0

    def add(self, position: int, weight: float) -> None:
        """Note that the term also stands at `position`."""
        self.positions.append(position)
        self.weight += weight


class Terms(NamedTuple):
    """What one document is found by, field by field."""

    written: defaultdict[str, Posting]
    """表記"""
    read: defaultdict[str, Posting]
    """よみ, of nouns that are not written in kana"""
    pairs: defaultdict[str, Posting]
    """Bigrams, for words the dictionary does not know"""
    length: int
    """Words in all"""


def terms_of(texts: Iterable[tuple[str, float]], *, with_bigrams: bool = True) -> Terms:
    """The terms of texts that each count with a weight of their own; no phrase reaches from one text into the next."""
    written: defaultdict[str, Posting] = defaultdict(Posting)
    read: defaultdict[str, Posting] = defaultdict(Posting)
    pairs: defaultdict[str, Posting] = defaultdict(Posting)
    base = pair_base = length = 0
    for text, weight in texts:
        found = tokens(text)
        are_known = True
        for form, reading, _surface, pieces, is_known, _is_function, _is_place, position, _start, _end in found:
            place = base + position
            written[form].add(place, weight)
            for piece in pieces:
                written[piece].add(place, weight)
            if reading:
                read[reading].add(place, weight)
            are_known = are_known and is_known
        base += _BETWEEN_TEXTS + (found[-1].position if found else 0)
        length += len(found)
        if with_bigrams:
            for stretch in _unknown_stretches(() if are_known else found):
                for pair, start in bigrams(stretch):
                    pairs[pair].add(pair_base + start, weight)
                pair_base += len(stretch) + 1
    return Terms(written, read, pairs, length)


def _unknown_stretches(found: Sequence[Token]) -> Iterator[str]:
    """The text around each word that the dictionary does not know, one more word to both sides.

    Bigrams of these stretches are enough, for only unknown words are sought by bigrams: what is unknown alone is
    unknown in a text as well, though perhaps as part of a longer word or cut a little differently.
    """
    stretch, end, last_unknown = "", -1, -2
    for index, token in enumerate(found):
        is_unknown = not token.is_known and is_cjk(token.surface)
        next_is_unknown = index + 1 < len(found) and not found[index + 1].is_known
        if is_unknown or next_is_unknown or last_unknown == index - 1:
            if token.start != end:
                yield stretch
                stretch = ""
            stretch += token.surface
            end = token.end
        last_unknown = index if is_unknown else last_unknown
    yield stretch


@cache
def fingerprint() -> str:
    """What an index depends on besides the documents: this module's revision, the tokenizer and its dictionary."""
    return f"{REVISION} {version('sudachipy')} {version('sudachidict-small')}"
