"""What a visitor typed → words, phrases and exclusions. Nothing is an error, and the work it can cause is bounded."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from search_index.analysis import Token, tokens
from search_index.characters import bigrams, exact_key, fold, hiragana, is_cjk, is_hiragana, is_kana, is_latin, katakana
from search_index.engines import Chain, Part, Query, Slot, Term, Word

LONGEST = 64
"""Characters of a query that are read."""

MOST_WORDS = 8
"""Words of a query that are searched."""

_CLOSING = {"“": "”", "„": "”", "「": "」", "『": "』", '"': '"'}
_MINUS = "-−‐‑–"
_PLACE_SUFFIXES = "都府県市区町村"
"""東京都 is also sought as 東京, for a text may say 東京 or 東京都内."""

_MEANT = re.compile(r"[^\s\"“”„「」『』]+")


class _Typed(NamedTuple):
    text: str
    is_phrase: bool
    is_excluded: bool


def parse(text: str) -> Query:
    """Read a visitor's words. What holds nothing that can be searched is left out; what is too much is cut off."""
    text = text.strip()
    typed = list(_typed(text[:LONGEST]))
    words: list[Word] = []
    excluded: list[Word] = []
    for piece in typed[:MOST_WORDS]:
        word = _word(piece)
        if word is not None:
            (excluded if piece.is_excluded else words).append(word)
    return Query(text[:LONGEST], tuple(words), tuple(excluded), is_cut=len(text) > LONGEST or len(typed) > MOST_WORDS)


def _typed(text: str) -> Iterator[_Typed]:
    """Cut the text at spaces and quotes."""
    text = text.replace("＂", '"').replace("－", "-")
    index = 0
    while index < len(text):
        start = index
        while index < len(text) and text[index] in _MINUS:
            index += 1
        is_excluded = index > start
        if index < len(text) and text[index] in _CLOSING:
            end = text.find(_CLOSING[text[index]], index + 1)
            end = len(text) if end < 0 else end
            yield _Typed(text[index + 1 : end], True, is_excluded)
            index = end + 1
        elif match := _MEANT.match(text, index):
            yield _Typed(match.group(), False, is_excluded)
            index = match.end()
        else:
            index += 1


def _word(typed: _Typed) -> Word | None:
    found = tokens(typed.text)
    folded = fold(typed.text).text.strip()
    if not found:
        return None
    if typed.is_phrase or is_hiragana(folded):
        runs: Sequence[Sequence[Token]] = [found]
    else:
        runs = list(_runs(found)) or [found]
    return Word(folded, tuple(_part(run, whole=folded) for run in runs), Term("skill", exact_key(typed.text)))


def _runs(found: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """Words that must stand side by side: a particle or the end of a sentence parts them and is not searched itself."""
    run: list[Token] = []
    for token in found:
        if run and (token.is_function or token.position > run[-1].position + 1):
            yield run
            run = []
        if not token.is_function:
            run.append(token)
    if run:
        yield run


def _part(run: Sequence[Token], *, whole: str) -> Part:
    chains: list[Chain] = [tuple(Slot(token.position - run[0].position, _terms(token)) for token in run)]
    surface = "".join(token.surface for token in run)
    if len(run) == 2 and run[0].is_place and surface[-1] in _PLACE_SUFFIXES:
        chains.append((Slot(0, _terms(run[0])),))
    if len(run) > 1 and surface == whole and is_hiragana(surface):
        chains.append((Slot(0, (Term("written", katakana(surface)), Term("read", katakana(surface)))),))
    if len(surface) > 1 and is_cjk(surface) and not all(token.is_known for token in run):
        chains.append(tuple(Slot(place, (Term("pairs", pair),)) for pair, place in bigrams(surface)))
    return Part(tuple(chains))


def _terms(token: Token) -> tuple[Term, ...]:
    """A kanji is searched as written, for many words share a reading; kana and Latin words also as they are read."""
    terms = [Term("written", token.form)]
    if is_kana(token.surface):
        sound = katakana(token.surface)
        terms += [Term("read", sound), Term("written", sound), Term("written", hiragana(sound))]
    elif token.reading and is_latin(token.surface):
        terms.append(Term("written", token.reading))
    return tuple(dict.fromkeys(terms))
