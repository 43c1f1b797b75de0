"""One state of an index in memory: its columns as arrays, its postings read when first asked for and then kept."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from threading import Lock
from typing import Any, NamedTuple
from weakref import finalize

import numpy as np
from numpy.typing import NDArray

from search_index.engines import IndexMissing, Term
from search_index.engines.whoosh.postings import read_whole
from search_index.engines.whoosh.schema import SKILL, Layout, unpack_facts

Mask = NDArray[np.bool_]
Whole = NDArray[np.int64]

KEPT_BYTES = 64 * 2**20
"""Postings kept in memory by each process."""

_PLACE_BITS = 32


class Postings(NamedTuple):
    """The documents that hold a term, how much it counts in each, and (if asked for) all its places."""

    documents: NDArray[np.int64]
    weights: NDArray[np.float32]
    places: NDArray[np.int64] | None
    """Sorted; the document in the upper half, the position in the lower."""


_NOWHERE = Postings(np.zeros(0, np.int64), np.zeros(0, np.float32), np.zeros(0, np.int64))


def document_of(places: NDArray[np.int64]) -> NDArray[np.int64]:
    """The documents that places are in."""
    return places >> _PLACE_BITS


class Segment:
    """One immutable part of an index: its columns are read at once, postings when asked for."""

    def __init__(self, reader: Any, layout: Layout[Any]) -> None:
        self._reader = reader
        # Closed when the last thread that searches an older state is done with it.
        self._close = finalize(self, reader.close)
        self._lock = Lock()
        self._kept: OrderedDict[Term, Postings] = OrderedDict()
        self._kept_bytes = 0
        self.size: int = reader.doc_count_all()
        facts = unpack_facts(layout.facts, list(reader.column_reader("facts", translate=False)))
        self.numbers = facts.numbers
        self.skills = facts.skills
        self.skill_rows = np.repeat(np.arange(self.size), facts.numbers["skills"])
        found: dict[str, int] = {}
        self.labels = np.array([found.setdefault(label, len(found)) for row in facts.labels for label in row], np.int64)
        self.label_rows = np.repeat(np.arange(self.size), [len(row) for row in facts.labels])
        self.vocabulary = list(found)

    def postings(self, term: Term, *, with_places: bool) -> Postings:
        """The postings of a term; read from disk by one thread at a time, for readers share a file position."""
        with self._lock:
            found = self._kept.pop(term, None)
            if found is None or (with_places and found.places is None):
                self._kept_bytes -= _size(found) if found else 0
                found = self._read(term, with_places=with_places)
                self._kept_bytes += _size(found)
            self._kept[term] = found
            while self._kept_bytes > KEPT_BYTES:
                self._kept_bytes -= _size(self._kept.popitem(last=False)[1])
            return found

    def _read(self, term: Term, *, with_places: bool) -> Postings:
        try:
            return self._read_undamaged(term, with_places=with_places)
        except Exception as error:  # Whoosh reports damage in many ways, none of them its own
            raise IndexMissing("damaged postings") from error

    def _read_undamaged(self, term: Term, *, with_places: bool) -> Postings:
        if (term.field, term.text) not in self._reader:
            return _NOWHERE
        documents, weights, values = read_whole(self._reader.postings(term.field, term.text), with_values=with_places)
        return Postings(documents, weights, _places(documents, values) if with_places else None)

    def close(self) -> None:
        """Let go of the files."""
        self._close()


def _places(documents: NDArray[np.int64], values: Sequence[bytes]) -> NDArray[np.int64]:
    positions = np.frombuffer(b"".join(values), "<u4").astype(np.int64)
    return (np.repeat(documents, [len(value) // 4 for value in values]) << _PLACE_BITS) + positions


def _size(postings: Postings) -> int:
    return 200 + sum(part.nbytes for part in postings if part is not None)


class Entries(NamedTuple):
    """What documents have several of: the document and the value of each entry."""

    documents: Whole
    values: Whole


class Snapshot:
    """All segments of one state of an index, numbered through, with what was deleted masked out."""

    def __init__(self, layout: Layout[Any], segments: Sequence[Segment] = (), alive: Iterable[Mask] = ()) -> None:
        self._layout = layout
        self._segments = segments
        self._starts = np.cumsum([0, *(segment.size for segment in segments)]).tolist()
        self.size: int = self._starts[-1]
        self.alive: Mask = _joined(list(alive), np.bool_)
        numbers = _joined([part.numbers for part in segments], layout.facts)
        self.numbers = {name: numbers[name].astype(np.int64) for name in layout.facts.names or ()}
        self.label_numbers: dict[str, int] = {}
        self.labels = self._join_labels()
        """By the name of their field."""
        skills = _joined([part.skills for part in segments], SKILL)
        self.skills = Entries(self._numbered([part.skill_rows for part in segments]), skills["id"].astype(np.int64))
        self.skill_levels, self.skill_since = skills["level"].copy(), skills["since"].copy()
        lengths = self.numbers["length"]
        self.relative_length = (lengths / max(float(lengths.mean()) if self.size else 1.0, 1.0)).astype(np.float32)

    def _join_labels(self) -> dict[str, Entries]:
        numbers = self.label_numbers
        joined = []
        for part in self._segments:
            through = [numbers.setdefault(label, len(numbers)) for label in part.vocabulary]
            joined.append(np.array(through, np.int64)[part.labels])
        values = _joined(joined, np.int64)
        documents = self._numbered([part.label_rows for part in self._segments])
        entries = {}
        for name, prefix in self._layout.labels.items():
            begins = np.array([label.startswith(prefix) for label in numbers], bool)[values]
            entries[name] = Entries(documents[begins], values[begins])
        return entries

    def label_number(self, name: str, value: str) -> int:
        """The number of a label of a field; -1 when no document has it."""
        return self.label_numbers.get(self._layout.labels[name] + value, -1)

    def label_names(self, name: str) -> list[str]:
        """The labels by their numbers, without what those of a field begin with."""
        return [label.removeprefix(self._layout.labels[name]) for label in self.label_numbers]

    def _numbered(self, rows: Sequence[Whole]) -> Whole:
        return _joined([part + start for part, start in zip(rows, self._starts, strict=False)], np.int64)

    def postings(self, term: Term, *, with_places: bool = False) -> Postings:
        """The postings of a term in all segments, deleted documents included."""
        parts = [segment.postings(term, with_places=with_places) for segment in self._segments]
        if len(parts) == 1:
            return parts[0]
        starts = self._starts
        documents = [part.documents + start for part, start in zip(parts, starts, strict=False)]
        places = None
        if with_places:
            places = _joined(
                [
                    part.places + (start << _PLACE_BITS)
                    for part, start in zip(parts, starts, strict=False)
                    if part.places is not None
                ],
                np.int64,
            )
        return Postings(_joined(documents, np.int64), _joined([part.weights for part in parts], np.float32), places)


def _joined(parts: Sequence[NDArray[Any]], kind: Any) -> NDArray[Any]:
    return np.concatenate(parts) if parts else np.zeros(0, kind)
