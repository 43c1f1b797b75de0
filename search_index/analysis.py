"""Japanese and Latin text → terms: one analysis for documents, queries and excerpts, whatever the engine."""

import re
import threading
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from importlib.metadata import version
from typing import NamedTuple

from sudachipy import Dictionary, Morpheme, MorphemeList, SplitMode, Tokenizer

from search_index.characters import Folded, bigrams, fold, is_cjk, is_kana, unjoined

REVISION = 2
"""Raised by hand when the terms that this module makes change, so that an index made before is built anew."""

_CHUNK = 8_000
_BETWEEN_TEXTS = 100
_CACHED_LENGTH = 24
_SPELLED = re.compile(r"(?<![a-z0-9])\.?[a-z][a-z0-9]*(?:[.\-_&][a-z0-9]+)*(?:\+\+|[+#](?![a-z0-9]))?(?![a-z])")
_MARK_OF_NAMES = re.compile("[-+#._&]")
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
    """A particle, an auxiliary, a verb like する that carries no meaning of its own, or お and ご of politeness."""
    is_place: bool
    """The name of a place."""
    position: int
    """Counts words, with a gap where a sentence ends."""
    start: int
    """First character in the text as it was given."""
    end: int


Spelled = dict[int, tuple[int, str, tuple[str, ...]]]

_new = tuple.__new__
"""Makes a named tuple of its values in half the time."""


class _Word(NamedTuple):
    """What the dictionary says of one word."""

    form: str
    reading: str
    is_known: bool
    is_symbol: bool
    is_function: bool
    is_place: bool
    ends_sentence: bool


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
    is_known = not morpheme.is_oov()
    word = _described(
        morpheme.surface(),
        morpheme.normalized_form().lower(),
        morpheme.reading_form(),
        morpheme.part_of_speech_id(),
        is_known,
    )
    if is_known:
        _words[morpheme.word_id()] = word
    return word


@lru_cache(maxsize=20_000)
def _described(surface: str, form: str, reading: str, part_of_speech: int, is_known: bool) -> _Word:
    """What the dictionary does not know has no number of its own, and some of it comes often: numbers, line breaks."""
    first, second, third, *_ = _parts_of_speech(part_of_speech)
    # Names and things are sought by sound; a verb's kana lead to its normal form, a suffix's or a number's to noise.
    is_sought_by_sound = first == "名詞" and second != "数詞" and not is_kana(form) and is_kana(reading)
    return _Word(
        form=form,
        reading=reading if is_sought_by_sound else "",
        is_known=is_known,
        is_symbol=first in ("補助記号", "空白") and not (form.isalpha() and form[0] >= "㐀"),
        is_function=first in ("助詞", "助動詞")
        or (first in ("動詞", "形容詞") and second == "非自立可能")
        or (first == "接頭辞" and form == "御"),
        is_place=third == "地名",
        ends_sentence=surface[:1] in _SENTENCE_ENDS,
    )


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
    folded = fold(text)
    return _tokens_among(_morphemes(folded.text), folded, _spelled(folded.text))


def _morphemes(text: str) -> list[tuple[int, MorphemeList]]:
    """A folded text cut into words, chunk by chunk with the place where it begins."""
    tokenize = _locals().tokenizer.tokenize
    return [(base, tokenize(chunk)) for base, chunk in _chunks(text)]


def _tokens_among(cut: list[tuple[int, MorphemeList]], folded: Folded, spelled: Spelled) -> list[Token]:
    searched, offsets = folded
    known = _words.get
    found: list[Token] = []
    position = done = 0
    for base, morphemes in cut:
        for morpheme in morphemes:
            start = base + morpheme.begin()
            if start < done:
                continue
            end = base + morpheme.end()
            word = known(morpheme.word_id()) or _word(morpheme)
            form, reading, is_known, is_symbol, is_function, is_place, ends_sentence = word
            pieces: tuple[str, ...] = ()
            if start in spelled:
                done, form, pieces = spelled[start]
                reading = reading if done == end else ""
                end = done
            elif is_symbol:
                position += ends_sentence
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


def _spelled(text: str) -> Spelled:
    """Latin names that hold symbols, by where they start: their end, their form and their pieces."""
    if not _MARK_OF_NAMES.search(text):
        return {}
    return {
        match.start(): (match.end(), unjoined(match.group()), _pieces(match.group()))
        for match in _SPELLED.finditer(text)
        if not match.group().isalnum()
    }


def _pieces(name: str) -> tuple[str, ...]:
    return tuple(piece for piece in re.findall("[a-z]{2,}", name) if piece != name[1:])


Posting = list[float]
"""How much one term counts in one document, then each place at which it stands there."""


class Terms(NamedTuple):
    """What one document is found by, field by field."""

    written: dict[str, Posting]
    """表記"""
    read: dict[str, Posting]
    """よみ, of nouns that are not written in kana"""
    pairs: dict[str, Posting]
    """Bigrams, for words the dictionary does not know"""
    length: int
    """Words in all"""


class _Cut(NamedTuple):
    """What is indexed of one text: terms with their positions, and how far it reaches."""

    written: list[tuple[str, int]]
    read: list[tuple[str, int]]
    length: int
    """Words in all."""
    end: int
    """The position after the last word."""
    stretches: tuple[str, ...]
    """The text around words that the dictionary does not know, if pairs of characters are wanted."""


def terms_of(texts: Iterable[tuple[str, float]], *, with_bigrams: bool = True) -> Terms:
    """The terms of texts that each count with a weight of their own; no phrase reaches from one text into the next."""
    terms = Terms({}, {}, {}, 0)
    base = pair_base = length = 0
    for text, weight in texts:
        cut = _cut_of_short if len(text) <= _CACHED_LENGTH else _cut
        written, read, words, end, stretches = cut(text, with_bigrams)
        _add(terms.written, written, base, weight)
        _add(terms.read, read, base, weight)
        base += _BETWEEN_TEXTS + end
        length += words
        for stretch in stretches:
            _add(terms.pairs, bigrams(stretch), pair_base, weight)
            pair_base += len(stretch) + 1
    return terms._replace(length=length)


def _add(postings: dict[str, Posting], found: list[tuple[str, int]], base: int, weight: float) -> None:
    """Note where terms stand: the innermost loop of building an index."""
    known = postings.get
    for term, position in found:
        posting = known(term)
        if posting is None:
            postings[term] = [weight, base + position]
        else:
            posting[0] += weight
            posting.append(base + position)


@lru_cache(maxsize=20_000)
def _cut_of_short(text: str, with_bigrams: bool) -> _Cut:
    return _cut(text, with_bigrams)


def _cut(text: str, with_bigrams: bool) -> _Cut:
    """As `tokens`, but of most texts nothing is made that only queries and excerpts look at."""
    folded = fold(text)
    morphemes, spelled = _morphemes(folded.text), _spelled(folded.text)
    if spelled:
        return _cut_of_tokens(_tokens_among(morphemes, folded, spelled), with_bigrams)
    known = _words.get
    written: list[tuple[str, int]] = []
    read: list[tuple[str, int]] = []
    position, are_known = 0, True
    for _base, chunk in morphemes:
        for morpheme in chunk:
            word = known(morpheme.word_id()) or _word(morpheme)
            form, reading, is_known, is_symbol, _is_function, _is_place, ends_sentence = word
            if is_symbol:
                position += ends_sentence
                continue
            written.append((form, position))
            if reading:
                read.append((reading, position))
            position += 1
            if not is_known:
                are_known = False
    unknown = _tokens_among(morphemes, folded, spelled) if with_bigrams and not are_known else ()
    return _Cut(written, read, len(written), position, tuple(_unknown_stretches(unknown)))


def _cut_of_tokens(found: Sequence[Token], with_bigrams: bool) -> _Cut:
    return _Cut(
        [(form, token.position) for token in found for form in (token.form, *token.pieces)],
        [(token.reading, token.position) for token in found if token.reading],
        len(found),
        found[-1].position + 1 if found else 0,
        tuple(_unknown_stretches(found if with_bigrams else ())),
    )


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
