"""Sentences of a text that speak of what a question asks: for somebody who may have overlooked them (S4-10)."""

import re
from collections.abc import Iterable, Iterator

from search_index.analysis import tokens

MOST_READ = 30_000
"""Characters that are looked through."""
LEAST_SHARED = 2
"""Words that a sentence has in common with the question at least; a single one is chance."""
_SENTENCE = re.compile(r"[^。!?！？\n]+[。!?！？]?")
_NO_MATTER = frozenset(
    [
        "下さる",
        "貰う",
        "頂く",
        "願う",
        "教える",
        "質問",
        "聞く",
        "思う",
        "有る",
        "居る",
        "事",
        "物",
        "何",
        "良い",
        "可能",
        "場合",
        "今回",
        "此の",
        "其の",
        "何れ",
        "如何",
    ]
)
"""Normal forms of words that stand in any question."""


def passages(question: str, texts: Iterable[str], most: int = 3) -> list[str]:
    """Return the sentences of `texts` that share most words with `question`, in their order; often there is none."""
    wanted = _words(question)
    found = []
    for place, sentence in enumerate(_sentences(texts)):
        shared = len(wanted & _words(sentence))
        if shared >= LEAST_SHARED:
            found.append((-shared, place, sentence))
    return [sentence for _shared, _place, sentence in sorted(sorted(found)[:most], key=lambda each: each[1])]


def _words(text: str) -> set[str]:
    return {token.form for token in tokens(text) if not token.is_function} - _NO_MATTER


def _sentences(texts: Iterable[str]) -> Iterator[str]:
    left = MOST_READ
    for text in texts:
        for sentence in _SENTENCE.findall(text[:left]):
            if sentence.strip():
                yield sentence.strip()
        left -= len(text)
        if left <= 0:
            return
