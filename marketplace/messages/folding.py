"""Messages brought to the one form in which words are compared, and the way back to what was written."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

LONGEST_QUERY = 100
MOST_WORDS = 8
AROUND = 40
"""How many characters before a hit an excerpt begins."""
LONGEST_EXCERPT = 120

# What follows a character and becomes one with it: marks, and the voicing of half-width kana.
_CLUSTER = re.compile("[\\s\\S][\u0300-\u036f\u3099\u309a\uff9e\uff9f]*")

Segments = list[tuple[str, bool]]


def folded(text: str) -> str:
    """Return `text` without the differences of case and width, every white space one blank."""
    return " ".join(_shape(text).split())


def words_of(typed: str) -> tuple[str, ...]:
    """Return the words that must all occur, folded: as many and as long as one can mean."""
    return tuple(dict.fromkeys(folded(typed.replace("\x00", "")[:LONGEST_QUERY]).split()))[:MOST_WORDS]


def marked(text: str, words: Sequence[str]) -> Segments:
    """Return `text` in pairs (part, whether a word of `words` stands there)."""
    shape, places = _with_places(text)
    hits = sorted((place, place + len(word)) for word in words for place in _places(shape, word))
    segments: Segments = []
    done = 0
    for begin, end in hits:
        first, last = max(places[begin][0], done), places[end - 1][1]
        if last <= first:
            continue
        segments += [(text[done:first], False), (text[first:last], True)]
        done = last
    return [segment for segment in [*segments, (text[done:], False)] if segment[0]]


def excerpt(text: str, words: Sequence[str]) -> Segments:
    """Return a line of `text` around its first hit, as `marked` does, with … where it was cut."""
    line = " ".join(text.split())
    hit = next((len(part) for part, is_hit in marked(line, words)[:1] if not is_hit), 0)
    begin = max(hit - AROUND, 0)
    cut = line[begin : begin + LONGEST_EXCERPT]
    before, after = "…" if begin else "", "…" if begin + LONGEST_EXCERPT < len(line) else ""
    return marked(f"{before}{cut}{after}", words)


def _shape(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _with_places(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Return the folded text, and for each of its characters where what it came from begins and ends."""
    shape: list[str] = []
    places: list[tuple[int, int]] = []
    for found in _CLUSTER.finditer(text):
        part = _shape(found[0])
        shape.append(part)
        places += [found.span()] * len(part)
    return "".join(shape), places


def _places(shape: str, word: str) -> Iterator[int]:
    place = shape.find(word)
    while place >= 0:
        yield place
        place = shape.find(word, place + len(word))
