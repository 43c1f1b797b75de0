"""Postings in Whoosh's own files, written and read block by block: its interface goes through them one by one."""

from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import W3Codec, W3FieldWriter, W3PostingsWriter
from whoosh.index import Index
from whoosh.writing import PostingPool, SegmentWriter

Item = tuple[str, bytes, int, float, bytes]
"""Field, term, document, weight and places."""


class Codec(W3Codec):  # type: ignore[misc,unused-ignore]
    """Long blocks, not squeezed: a fifth faster to write and to read than Whoosh's own choice, for twice the bytes."""

    def __init__(self) -> None:
        super().__init__(blocklimit=1024, compression=0)  # type: ignore[no-untyped-call,unused-ignore]

    def field_writer(self, storage: Any, segment: Any) -> W3FieldWriter:
        """The writer of terms and postings."""
        return _Terms(self, storage, segment)  # type: ignore[no-untyped-call,unused-ignore]

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> W3PostingsWriter:
        """The writer of one term's postings."""
        return _Postings(  # type: ignore[no-untyped-call,unused-ignore]
            dbfile, blocklimit=self._blocklimit, byteids=byteids, compression=self._compression
        )


class _Terms(W3FieldWriter):  # type: ignore[misc,unused-ignore]
    """Takes postings in the order in which the pool sorts them, and no lengths, for no field has any."""

    def add_postings(self, schema: Any, lengths: Any, items: Iterable[Item]) -> None:
        for name, of_field in groupby(items, itemgetter(0)):
            self.start_field(name, schema[name])  # type: ignore[no-untyped-call,unused-ignore]
            for term, of_term in groupby(of_field, itemgetter(1)):
                self.start_term(term)  # type: ignore[no-untyped-call,unused-ignore]
                self._postwriter.add_all(of_term)  # type: ignore[union-attr,unused-ignore]
                self.finish_term()  # type: ignore[no-untyped-call,unused-ignore]
            self.finish_field()  # type: ignore[no-untyped-call,unused-ignore]


class _Postings(W3PostingsWriter):  # type: ignore[misc,unused-ignore]
    def add_all(self, items: Iterable[Item]) -> None:
        """Add the postings of the term that was started, block by block."""
        _names, _terms, documents, weights, values = zip(*items, strict=True)
        for start in range(0, len(documents), self._blocklimit):
            if start:
                self._write_block()  # type: ignore[no-untyped-call,unused-ignore]
            block = slice(start, start + self._blocklimit)
            self._ids.extend(documents[block])
            self._weights.extend(weights[block])
            self._values.extend(values[block])
            self._maxweight = max(self._weights)


class Writer(SegmentWriter):  # type: ignore[misc,unused-ignore]
    """Whoosh's writer, with postings that are kept in memory: the engine bounds how many a segment has."""

    def __init__(self, made: Index) -> None:
        # One file for all of a segment's parts would be read whole whenever it is opened.
        super().__init__(made, compound=False, codec=Codec())  # type: ignore[no-untyped-call,unused-ignore]
        self.pool = _Pool(self.pool)


class _Pool(PostingPool):  # type: ignore[misc,unused-ignore]
    def __init__(self, replaced: PostingPool) -> None:
        super().__init__(replaced.tempstore, replaced.segment)  # type: ignore[no-untyped-call,unused-ignore]
        # Without adding up how many bytes that is.
        setattr(self, "add", self.current.append)  # noqa: B010


def read_whole(matcher: Any, *, with_values: bool) -> tuple[NDArray[np.int64], NDArray[np.float32], list[bytes]]:
    """The documents, weights and (if asked for) places of a term, as `_Postings` wrote them, deleted documents too."""
    leaf = getattr(matcher, "child", matcher)  # what leaves out deleted documents is wrapped around it
    documents, weights, values = [np.zeros(0, np.int64)], [np.zeros(0, np.float32)], []
    while leaf.is_active():
        leaf._read_data()
        # What lies in a block: steps from document to document, their weights or the one they share, their places.
        steps, weight, places = leaf._data
        documents.append(np.cumsum(steps))
        weights.append(np.full(len(steps), 1.0 if weight is None else weight, np.float32))
        if with_values:
            values.extend(places)
        leaf._next_block()
    return np.concatenate(documents), np.concatenate(weights), values
