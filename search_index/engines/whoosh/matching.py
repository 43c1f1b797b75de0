"""Which documents hold a query's words, and how well: boolean masks and BM25 over whole postings at once."""

from functools import reduce
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search_index.engines import Chain, Part, Query, Slot, Word
from search_index.engines.whoosh.snapshot import Mask, Snapshot, document_of

Scores = NDArray[np.float32]

_SATURATION = 1.2
"""BM25's k1: how soon more of the same word stops to count."""

_LENGTH_MATTERS = 0.6
"""BM25's b: how much a word in a long profile counts less."""


class Matched(NamedTuple):
    """The living documents that a query finds, and the score of each document."""

    documents: Mask
    scores: Scores


def match(snapshot: Snapshot, query: Query) -> Matched:
    """Find what holds every word and nothing excluded; without words everything, with score 0."""
    documents = snapshot.alive.copy()
    scores = np.zeros(snapshot.size, np.float32)
    for word in query.words:
        weights = _word_scores(snapshot, word)
        documents &= weights > 0
        scores += weights
    for word in query.excluded:
        documents &= _word_scores(snapshot, word) == 0
    return Matched(documents, scores)


def _word_scores(snapshot: Snapshot, word: Word) -> Scores:
    """Above 0 where the word is found."""
    parts = [_bm25(snapshot, _part_weights(snapshot, part)) for part in word.parts]
    scores: Scores = sum(parts, np.zeros(snapshot.size, np.float32))
    scores[~reduce(np.logical_and, (part > 0 for part in parts))] = 0
    return scores + _bm25(snapshot, _slot_weights(snapshot, Slot(0, (word.exact,))), length_matters=0.0)


def _bm25(snapshot: Snapshot, weights: Scores, *, length_matters: float = _LENGTH_MATTERS) -> Scores:
    found = int(np.count_nonzero(weights))
    rarity = np.float32(np.log(1 + (snapshot.size - found + 0.5) / (found + 0.5)))
    resistance = _SATURATION * (1 - length_matters + length_matters * snapshot.relative_length)
    return (rarity * weights * (_SATURATION + 1) / (weights + resistance)).astype(np.float32)


def _part_weights(snapshot: Snapshot, part: Part) -> Scores:
    return reduce(np.maximum, (_chain_weights(snapshot, chain) for chain in part.chains))


def _chain_weights(snapshot: Snapshot, chain: Chain) -> Scores:
    slots = [_slot_weights(snapshot, slot, with_places=len(chain) > 1) for slot in chain]
    weights: Scores = reduce(np.minimum, slots)
    if len(chain) == 1 or not weights.any():
        return weights
    candidates = weights > 0
    starts = reduce(_common, sorted((_starts(snapshot, slot, candidates) for slot in chain), key=len))
    in_a_row = np.zeros(snapshot.size, bool)
    in_a_row[document_of(starts)] = True
    weights[~in_a_row] = 0
    return weights


def _common(few: NDArray[np.int64], many: NDArray[np.int64]) -> NDArray[np.int64]:
    """What two sorted arrays share; NumPy's own way sorts both anew."""
    if not len(many):
        return many
    is_shared: Mask = many[np.searchsorted(many, few).clip(max=len(many) - 1)] == few
    return few[is_shared]


def _slot_weights(snapshot: Snapshot, slot: Slot, *, with_places: bool = False) -> Scores:
    weights = np.zeros(snapshot.size, np.float32)
    for term in slot.terms:
        found = snapshot.postings(term, with_places=with_places)
        weights[found.documents] = np.maximum(weights[found.documents], found.weights)
    return weights


def _starts(snapshot: Snapshot, slot: Slot, candidates: Mask) -> NDArray[np.int64]:
    """Where a chain would begin for its slot to be filled, in the documents that could hold the whole chain."""
    places = [snapshot.postings(term, with_places=True).places for term in slot.terms]
    found = [some[candidates[document_of(some)]] for some in places if some is not None and len(some)]
    joined = np.concatenate(found)
    if len(found) > 1:
        joined.sort(kind="stable")  # merges what is in order already
    return joined - slot.offset
