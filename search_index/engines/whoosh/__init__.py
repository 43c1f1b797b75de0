"""The embedded engine: Whoosh keeps terms and columns on disk; NumPy matches, filters, counts and sorts them."""

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from itertools import chain, islice
from pathlib import Path
from threading import Lock
from time import sleep
from typing import Any, Generic, TypeVar

import numpy as np
from whoosh import index
from whoosh.index import Index
from whoosh.reading import SegmentReader
from whoosh.writing import NO_MERGE, SegmentWriter

from search_index.engines import Circles, IndexMissing, Query, Results
from search_index.engines.whoosh import jobs, workers
from search_index.engines.whoosh.choosing import Choice, page_of
from search_index.engines.whoosh.folder import Folder
from search_index.engines.whoosh.matching import match
from search_index.engines.whoosh.postings import Writer
from search_index.engines.whoosh.schema import Indexed, Layout, row, schema
from search_index.engines.whoosh.snapshot import Segment, Snapshot

_ATTEMPTS = 5

_CRUMB = 1_000
_MOST_CRUMBS = 8

_SEGMENT = 5_000
"""Documents that are sorted in memory (some 150 MB); sorting more of them by way of the disk takes twice the time."""


_Document = TypeVar("_Document", bound=Indexed)
_Filters = TypeVar("_Filters")
_Facets = TypeVar("_Facets")


class Engine(Generic[_Document, _Filters, _Facets]):
    """An index in a folder; threads share one, processes each have their own."""

    def __init__(
        self,
        path: Path,
        layout: Layout[_Document],
        choice: Callable[[Snapshot, _Filters, datetime], Choice[_Facets]],
        *,
        with_bigrams: bool = True,
    ) -> None:
        self._folder = Folder(path)
        self._layout = layout
        self._choice = choice
        self._with_bigrams = with_bigrams
        self._lock = Lock()
        self._build: Path | None = None
        self._index: Index | None = None
        self._generation = -1
        self._segments: dict[str, Segment] = {}
        self._snapshot = Snapshot(layout)

    def search(
        self,
        query: Query,
        filters: _Filters,
        *,
        sort: str,
        cursor: str | None,
        now: datetime,
        circles: Circles = (),
    ) -> Results[_Facets]:
        """As the contract says."""
        snapshot = self.snapshot()
        try:
            matched = match(snapshot, query)
        except IndexMissing:
            self._folder.condemn()
            raise
        choice = self._choice(snapshot, filters, now)
        return page_of(matched, query, choice, sort=sort, cursor=cursor, circles=circles)

    def put(self, documents: Iterable[_Document], removed: Iterable[int] = ()) -> None:
        """As the contract says; of two documents with one key the later counts."""
        newest = {document.key: self._row(document) for document in documents}
        touched = [*newest, *(set(removed) - newest.keys())]
        with self._folder.writing():
            self._folder.touch(touched)
            build = self._folder.current()
            try:
                _write(index.open_dir(str(build)), newest.values(), touched)
            except Exception as error:  # Whoosh reports damage in many ways, none of them its own
                raise IndexMissing(f"{build} is damaged") from error

    def purge(self) -> None:
        """As the contract says: Whoosh marks what is removed, and leaves it in its segment."""
        with self._folder.writing():
            build = self._folder.current()
            try:
                writer: Any = Writer(index.open_dir(str(build)))
                writer.commit(mergetype=_merge_those_with_gaps)
            except Exception as error:  # as above
                raise IndexMissing(f"{build} is damaged") from error

    def rebuild(self, documents: Iterable[_Document], reread: Callable[[Sequence[int]], Iterable[_Document]]) -> int:
        """As the contract says; readers and writers go on with the old index until the swap."""
        with self._folder.building():
            self._folder.sweep(but=self._build_or_none())
            build = self._folder.begin()
            made = index.create_in(str(build), schema())
            rows = map(self._row, documents)
            while first := next(rows, None):
                with _without_collector():
                    _write(made, chain([first], islice(rows, _SEGMENT - 1)), (), merge=False)
            with self._folder.writing():
                if touched := self._folder.touched():
                    newest = {document.key: self._row(document) for document in reread(touched)}
                    _write(made, newest.values(), touched)
                self._folder.publish(build)
            return int(made.doc_count())

    def digests(self) -> dict[int, int]:
        """As the contract says."""
        snapshot = self.snapshot()
        keys, digests = (snapshot.numbers[name][snapshot.alive].tolist() for name in ("number", "digest"))
        return dict(zip(keys, digests, strict=True))

    def snapshot(self) -> Snapshot:
        """The newest state of the index; costs a look at two folders when nothing changed."""
        with self._lock:
            for _ in range(_ATTEMPTS - 1):
                with suppress(Exception):  # a commit or a swap may sweep files away between two looks
                    return self._newest()
                self._forget()
                sleep(0.02)
            try:
                return self._newest()
            except Exception as error:  # by now it is damage
                self._forget()
                raise IndexMissing(str(error)) from error

    def _row(self, document: _Document) -> dict[str, object]:
        return row(self._layout, document, with_bigrams=self._with_bigrams)

    def _newest(self) -> Snapshot:
        build = self._folder.current()
        if build != self._build or self._index is None:
            self._forget()
            self._index, self._build = index.open_dir(str(build)), build
        generation = self._index.latest_generation()
        if generation != self._generation:
            self._load(self._index.reader())
            self._generation = generation
        return self._snapshot

    def _load(self, reader: Any) -> None:
        kept, segments, alive = self._segments, {}, []
        for leaf, _start in reader.leaf_readers():
            if not leaf.doc_count_all():
                continue  # an index without documents is read as one leaf without a segment
            segment = leaf.segment()
            name = segment.segment_id()
            living = np.ones(leaf.doc_count_all(), bool)
            living[np.array(list(segment.deleted_docs()), np.int64)] = False
            alive.append(living)
            if name in kept:
                segments[name] = kept[name]
                leaf.close()
            else:
                segments[name] = Segment(leaf, self._layout)
        self._segments = segments
        self._snapshot = Snapshot(self._layout, list(segments.values()), alive)

    def _forget(self) -> None:
        self._index, self._build, self._generation = None, None, -1
        self._segments, self._snapshot = {}, Snapshot(self._layout)

    def _build_or_none(self) -> Path | None:
        try:
            return self._folder.current()
        except IndexMissing:
            return None


def engine_for(kind: str, path: Path, *, with_bigrams: bool = True) -> Engine[Any, Any, Any]:
    """The engine on an index of documents of `kind`; teams lie as workers do."""
    if kind == "job":
        return Engine(path, jobs.LAYOUT, jobs.JobChoice, with_bigrams=with_bigrams)
    return Engine(path, workers.LAYOUT, workers.WorkerChoice, with_bigrams=with_bigrams)


def _write(made: Index, rows: Iterable[dict[str, object]], replaced: Iterable[int], *, merge: bool = True) -> None:
    writer: Any = Writer(made)
    try:
        for key in replaced:
            writer.delete_by_term("key", str(key))
        for values in rows:
            writer.add_document(**values)
    except BaseException:
        writer.cancel()
        raise
    writer.commit(mergetype=_merge_crumbs if merge else NO_MERGE)


def _merge_crumbs(writer: SegmentWriter, segments: list[Any]) -> list[Any]:
    """Make one segment of the small ones that single changes leave; Whoosh's own policy now and then rewrites all."""
    crumbs = [segment for segment in segments if segment.doc_count_all() < _CRUMB]
    if len(crumbs) < _MOST_CRUMBS:
        return segments
    for segment in crumbs:
        reader = SegmentReader(writer.storage, writer.schema, segment)
        writer.add_reader(reader)
        reader.close()
    return [segment for segment in segments if segment.doc_count_all() >= _CRUMB]


def _merge_those_with_gaps(writer: SegmentWriter, segments: list[Any]) -> list[Any]:
    """Write the segments anew that hold removed documents; Whoosh deletes the old ones.

    Of one that holds nothing else nothing is written: nobody would close an empty segment.
    """
    for segment in segments:
        if segment.has_deletions() and segment.doc_count():
            reader = SegmentReader(writer.storage, writer.schema, segment)
            writer.add_reader(reader)
            reader.close()
    return [segment for segment in segments if not segment.has_deletions()]


@contextmanager
def _without_collector() -> Iterator[None]:
    """Millions of postings wait in memory, none of them garbage: looking through them costs a tenth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
