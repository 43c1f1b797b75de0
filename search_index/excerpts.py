"""Where a text of a row answers a query: the text cut into segments, some of them hits. Never HTML."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from search_index.analysis import Token, tokens
from search_index.characters import bigrams, exact_key, fold
from search_index.engines import Chain, Query, Term, Word

LENGTH = 90
"""Characters of an excerpt: two lines of a result."""

READ = 4_000
"""Characters of a text that are looked through for an excerpt."""

_LEAD = 20
_CUT = "…"

_SENTENCE_ENDS = "。!?！？"

_Span = tuple[int, int]
_Hit = tuple[_Span, int]
"""Where a word of the query stands, and its number."""


class Segment(NamedTuple):
    """A stretch of text, and whether the query found it."""

    text: str
    is_hit: bool


def highlight(text: str, query: Query) -> tuple[Segment, ...]:
    """The whole text in segments."""
    return tuple(_segments(text, _hits(text, query), 0, len(text)))


def excerpt(text: str, query: Query, length: int = LENGTH) -> tuple[Segment, ...]:
    """The stretch of a text with most of the query's words in it, or its beginning; what is cut shows as …."""
    flat = " ".join(text[:READ].split())
    hits, read_from = _near_spelling(flat, query, length) or (_hits(flat, query), 0)
    shown_whole = [hit for hit in hits if not read_from or hit[0][0] >= read_from + _LEAD]
    start = _best_start(shown_whole, length, len(flat))
    end = min(start + length, len(flat))
    is_cut = end < len(flat) or len(text) > READ
    segments = list(_segments(flat, hits, start, end))
    before = [Segment(_CUT, False)] if start else []
    after = [Segment(_CUT, False)] if is_cut and flat else []
    return (*before, *segments, *after)


def excerpt_among(texts: Sequence[str], query: Query, length: int = LENGTH) -> tuple[Segment, ...]:
    """The excerpt of the first text that has a hit, or nothing; no further text is begun after READ characters.

    Texts that spell a word as it was typed come first, for most of them answer without being cut into words.
    """
    read = 0
    for text in sorted(texts, key=lambda text: not _spells(text, query)):
        shown = excerpt(text, query, length)
        if any(segment.is_hit for segment in shown):
            return shown
        read += len(text)
        if read >= READ:
            break
    return ()


def _spells(text: str, query: Query) -> bool:
    folded = fold(text[:READ]).text
    return any(word.text in folded for word in query.words)


def _best_start(hits: Sequence[_Hit], length: int, whole: int) -> int:
    """Begin a little before the hit from which on most different words are within reach."""
    best, most = 0, 0
    for (start, _end), _word in hits:
        begin = max(min(start - _LEAD, whole - length), 0)
        reached = {word for (first, last), word in hits if begin <= first and last <= begin + length}
        if len(reached) > most:
            best, most = begin, len(reached)
    return best


def _segments(text: str, hits: Sequence[_Hit], start: int, end: int) -> Iterator[Segment]:
    done = start
    for (first, last), _word in hits:
        first, last = max(first, done), min(last, end)
        if first >= last:
            continue
        if first > done:
            yield Segment(text[done:first], False)
        yield Segment(text[first:last], True)
        done = last
    if done < end:
        yield Segment(text[done:end], False)


def _hits(text: str, query: Query) -> list[_Hit]:
    """Where each word of the query (by its number) stands in the text, in order."""
    if not query.words:
        return []
    held = _Held(text)
    return sorted(
        (span, number) for number, word in enumerate(query.words) for span in held.spans(word) if span[0] < span[1]
    )


def _near_spelling(text: str, query: Query, length: int) -> tuple[list[_Hit], int] | None:
    """The hits in the sentences around where every word is spelled as it was typed, and where these sentences begin.

    Most queries are answered by them, and the rest of the text need not be cut into words. None when there is no such
    place, or when it does not answer the whole query.
    """
    folded, offsets = fold(text)
    places = [folded.find(word.text) for word in query.words]
    if not places or offsets is not None or min(places) < 0 or max(places) - min(places) > length:
        return None
    shown = max(min(min(places) - _LEAD, len(text) - length), 0)
    start = max(text.rfind(mark, 0, shown) for mark in _SENTENCE_ENDS) + 1
    ends = (text.find(mark, max(places) + length) for mark in _SENTENCE_ENDS)
    end = min((place for place in ends if place >= 0), default=len(text))
    hits = [((first + start, last + start), number) for (first, last), number in _hits(text[start:end], query)]
    is_shown = not start or any(first >= start + _LEAD for (first, _last), _number in hits)
    return (hits, start) if is_shown and len({number for _span, number in hits}) == len(places) else None


class _Held:
    """A text's words by place and by what they answer to, found the way the index finds them."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._folded = fold(text)
        self._tokens = {token.position: token for token in tokens(text)}
        self._places: defaultdict[str, list[int]] = defaultdict(list)
        for position, token in self._tokens.items():
            for answer in {token.form, token.reading, *token.pieces}:
                self._places[answer].append(position)

    def spans(self, word: Word) -> Iterator[_Span]:
        """Where any part of the word stands; the whole text when it is the name of a skill."""
        if exact_key(self._text) == word.exact.text:
            yield 0, len(self._text)
            return
        for part in word.parts:
            for chain in part.chains:
                yield from self._chained(chain) if chain[0].terms[0].field != "pairs" else self._paired(chain)

    def _chained(self, chain: Chain) -> Iterator[_Span]:
        for place in {place for term in chain[0].terms for place in self._places.get(term.text, ())}:
            beside = ((self._tokens.get(place + slot.offset), slot.terms) for slot in chain)
            held = [token for token, terms in beside if token is not None and _answers(token, terms)]
            if len(held) == len(chain):
                yield held[0].start, held[-1].end

    def _paired(self, chain: Chain) -> Iterator[_Span]:
        offsets = self._folded.offsets
        pairs = {place: pair for pair, place in bigrams(self._folded.text)}
        for place in pairs:
            if all(pairs.get(place + slot.offset) == slot.terms[0].text for slot in chain):
                end = place + chain[-1].offset + 2
                yield (place, end) if offsets is None else (offsets[place], offsets[end])


def _answers(token: Token, terms: tuple[Term, ...]) -> bool:
    return any(
        term.text == token.form or term.text in token.pieces if term.field == "written" else term.text == token.reading
        for term in terms
    )
