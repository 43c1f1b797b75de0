"""SQLite FTS5 and Tantivy with our analysis: the same terms in, the same questions, the same answer shape out."""

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import tantivy

from benchmarks.town import NOW
from search_index.engines import Chain, Document, Part, Term, Word, WorkerFilters, prefecture_of
from search_index.engines.whoosh.schema import minutes, months, row
from search_index.engines.whoosh.workers import LAYOUT, RATE_STEPS, labels
from search_index.query import parse

FIELDS = ("written", "read", "pairs", "skill")
GAP = "zzgapzz"
"""A term that no query asks for, where positions jump."""


def _in_order(postings: dict[str, Any]) -> str:
    """A field's terms as text again, each at its place; where two share a place, the second goes to a copy."""
    places: dict[int, list[str]] = {}
    for term, (_weight, *positions) in postings.items():
        for position in positions:
            places.setdefault(position, []).append(term)
    layers = max(map(len, places.values()), default=0)
    words: list[str] = []
    for layer in range(layers):
        last = None
        for position in sorted(places):
            if last is not None and position > last + 1:
                words.append(GAP)
            words.append(places[position][min(layer, len(places[position]) - 1)])
            last = position
        words.append(GAP)
    return " ".join(words)


class Fts5:
    """One virtual table for words, ordinary tables for what filters; counting is SQL."""

    name = "FTS5"

    def __init__(self, folder: Path, documents: Sequence[Document]) -> None:
        self._db = sqlite3.connect(folder / "fts5.db")
        self._db.executescript(
            """
            PRAGMA journal_mode=WAL;
            CREATE VIRTUAL TABLE words USING fts5(written, read, pairs, skill, content='',
                tokenize="unicode61 remove_diacritics 0 tokenchars '+#.&_-'");
            CREATE TABLE workers (id INTEGER PRIMARY KEY, rate INTEGER, status TEXT, hours TEXT, online INTEGER,
                confirmed INTEGER);
            CREATE TABLE places (label TEXT, worker INTEGER, PRIMARY KEY (label, worker)) WITHOUT ROWID;
            CREATE TABLE skills (skill INTEGER, worker INTEGER, level INTEGER, since INTEGER,
                PRIMARY KEY (skill, worker)) WITHOUT ROWID;
            CREATE INDEX skills_of ON skills (worker, skill);
            CREATE INDEX places_of ON places (worker, label);
            CREATE TEMP TABLE found (id INTEGER PRIMARY KEY);
            """
        )
        for document in documents:
            self._add(document)
        self._db.execute("INSERT INTO words (words) VALUES ('optimize')")
        self._db.execute("ANALYZE")
        self._db.commit()

    def _add(self, document: Document) -> None:
        made: dict[str, Any] = row(LAYOUT, document)
        self._db.execute(
            "INSERT INTO words (rowid, written, read, pairs, skill) VALUES (?, ?, ?, ?, ?)",
            (document.key, *(_in_order(made[field]) for field in FIELDS[:3]), " ".join(made["skill"])),
        )
        online, confirmed = int(document.works_online), minutes(document.status_confirmed_at)
        self._db.execute(
            "INSERT INTO workers VALUES (?, ?, ?, ?, ?, ?)",
            (document.key, document.hourly_rate_yen, document.status, document.hours, online, confirmed),
        )
        places = {label for label in labels(document) if label[:2] in ("p:", "c:", "w:")}
        self._db.executemany("INSERT INTO places VALUES (?, ?)", [(label, document.key) for label in places])
        self._db.executemany(
            "INSERT INTO skills VALUES (?, ?, ?, ?)",
            [(skill.id, document.key, skill.level, months(skill.started)) for skill in document.skills],
        )

    def ask(self, text: str, filters: WorkerFilters) -> int:
        """The first page, the total and the facets, as the pages show them."""
        query = parse(text)
        wanted = " AND ".join(f"({self._word(word)})" for word in query.words)
        excluded = [self._word(word) for word in query.excluded]
        self._db.execute("DELETE FROM found")
        if wanted:
            match = wanted + "".join(f" NOT ({word})" for word in excluded)
            self._db.execute("INSERT INTO found SELECT rowid FROM words WHERE words MATCH ?", (match,))
        else:
            self._db.execute("INSERT INTO found SELECT id FROM workers")
            for word in excluded:
                self._db.execute("DELETE FROM found WHERE id IN (SELECT rowid FROM words WHERE words MATCH ?)", (word,))
        conditions = dict(_sql(filters))
        total = self._one("SELECT count(*)", conditions)
        if wanted:
            # The plus keeps SQLite from asking the word index once for every row that passes the filters.
            passing = f" AND +rowid IN (SELECT id FROM workers w WHERE true{_where(conditions)})" if conditions else ""
            best = f"SELECT rowid FROM words WHERE words MATCH ?{passing} ORDER BY rank LIMIT 20"
            self._db.execute(best, (match,)).fetchall()
        self._facets(conditions)
        return total

    def _facets(self, conditions: dict[str, str]) -> None:
        fresh = f" AND w.confirmed >= {minutes(NOW - timedelta(days=14))}"
        self._some("SELECT w.status, count(*)", conditions, "status", fresh + " GROUP BY 1")
        self._some("SELECT w.hours, count(*)", conditions, "hours", " GROUP BY 1")
        self._some("SELECT sum(w.online)", conditions, "place", "")
        steps = "".join(f" WHEN w.rate < {step} THEN {step}" for step in RATE_STEPS[1:])
        self._some(f"SELECT CASE{steps} END, count(*)", conditions, "rate", " GROUP BY 1")
        self._db.execute(
            "SELECT label, count(*) FROM places JOIN workers w ON w.id = worker"
            f" WHERE w.id IN found AND label LIKE 'p:%'{_where(conditions, but='place')} GROUP BY 1"
        ).fetchall()
        self._db.execute(
            "SELECT skill, count(*) FROM skills JOIN workers w ON w.id = worker WHERE w.id IN found"
            f"{_where(conditions)} GROUP BY 1 ORDER BY 2 DESC LIMIT 30"
        ).fetchall()

    def _some(self, what: str, conditions: dict[str, str], but: str, end: str) -> None:
        self._db.execute(f"{what} FROM workers w WHERE w.id IN found{_where(conditions, but=but)}{end}").fetchall()

    def _one(self, what: str, conditions: dict[str, str]) -> int:
        (number,) = self._db.execute(f"{what} FROM workers w WHERE w.id IN found{_where(conditions)}").fetchone()
        return int(number)

    def _word(self, word: Word) -> str:
        parts = " AND ".join("(" + " OR ".join(_fts_chain(chain) for chain in part.chains) + ")" for part in word.parts)
        return f"({parts}) OR {_fts_term(word.exact)}"


def _fts_term(term: Term) -> str:
    return f'{term.field} : "{term.text}"'


def _fts_chain(chain: Chain) -> str:
    if len(chain) == 1:
        return "(" + " OR ".join(_fts_term(term) for term in chain[0].terms) + ")"
    return _fts_term(Term(chain[0].terms[0].field, " ".join(slot.terms[0].text for slot in chain)))


def _sql(filters: WorkerFilters) -> Iterator[tuple[str, str]]:
    for wanted in filters.skills:
        since = f" AND s.since BETWEEN 1 AND {months(NOW.date()) - 12 * wanted.years}" if wanted.years else ""
        yield (
            "skills",
            (
                f" AND EXISTS (SELECT 1 FROM skills s WHERE s.worker = w.id AND s.skill = {wanted.id}"
                f" AND s.level >= {wanted.level}{since})"
            ),
        )
    if filters.statuses:
        fresh = minutes(NOW - timedelta(days=14))
        yield "status", f" AND w.status IN ({_list(filters.statuses)}) AND w.confirmed >= {fresh}"
    if filters.hours:
        yield "hours", f" AND w.hours IN ({_list(filters.hours)})"
    if filters.prefectures or filters.online:
        listed = _list([f"p:{code}" for code in filters.prefectures])
        online = " OR w.online" if filters.online else ""
        yield "place", f" AND (EXISTS (SELECT 1 FROM places p WHERE p.worker = w.id AND p.label IN ({listed})){online})"
    if filters.lowest_rate_yen is not None:
        yield "rate", f" AND w.rate BETWEEN {filters.lowest_rate_yen} AND {filters.highest_rate_yen}"


def _list(texts: Sequence[str]) -> str:
    return ", ".join(f"'{text}'" for text in texts)


def _where(conditions: dict[str, str], but: str = "") -> str:
    return "".join(condition for name, condition in conditions.items() if name != but)


class Tantivy:
    """Everything in one index; what filters and counts are its fast fields."""

    name = "Tantivy"

    def __init__(self, folder: Path, documents: Sequence[Document]) -> None:
        builder = tantivy.SchemaBuilder()
        for field in FIELDS:
            builder.add_text_field(field, tokenizer_name="whitespace")
        for field in ("status", "hours", "place", "skills", "level"):
            builder.add_text_field(field, tokenizer_name="raw", fast=True)
        for field in ("rate", "confirmed"):
            builder.add_integer_field(field, indexed=True, fast=True)
        self._schema = builder.build()
        path = folder / "tantivy"
        path.mkdir()
        self._index = tantivy.Index(self._schema, path=str(path))
        writer = self._index.writer(256_000_000, 1)
        for document in documents:
            writer.add_document(self._document(document))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def _document(self, document: Document) -> tantivy.Document:
        made: dict[str, Any] = row(LAYOUT, document)
        online = ["o:"] if document.works_online else []
        prefectures = {*document.prefectures, *map(prefecture_of, document.cities)}
        return tantivy.Document(
            **{field: _in_order(made[field]) for field in FIELDS[:3]},
            skill=" ".join(made["skill"]),
            status=document.status,
            hours=document.hours,
            place=[*online, *(f"p:{code}" for code in prefectures)],
            skills=[str(skill.id) for skill in document.skills],
            # A skill with its level and month is one term each: a wish is the terms that fulfil it.
            level=[f"{skill.id}/{skill.level}/{months(skill.started)}" for skill in document.skills],
            rate=-1 if document.hourly_rate_yen is None else document.hourly_rate_yen,
            confirmed=minutes(document.status_confirmed_at),
        )

    def ask(self, text: str, filters: WorkerFilters) -> int:
        """The first page, the total and the facets, as the pages show them."""
        query = parse(text)
        clauses = [(tantivy.Occur.Must, self._word(word)) for word in query.words]
        clauses += [(tantivy.Occur.MustNot, self._word(word)) for word in query.excluded]
        if not query.words:
            clauses.append((tantivy.Occur.Must, tantivy.Query.all_query()))
        words = tantivy.Query.boolean_query(clauses)
        conditions = dict(self._conditions(filters))
        found = self._searcher.search(_both(words, conditions), 20, count=True)
        for _score, address in found.hits:
            self._searcher.doc(address)
        self._facets(words, conditions)
        return int(found.count)

    def _facets(self, words: tantivy.Query, conditions: dict[str, tantivy.Query]) -> None:
        fresh = self._range("confirmed", minutes(NOW - timedelta(days=14)), None)
        self._count(_both(words, {**conditions, "status": fresh}), _by("status"))
        self._count(_both(words, conditions, but="hours"), _by("hours"))
        self._count(_both(words, conditions, but="place"), _by("place"))
        self._count(_both(words, conditions), _by("skills"))
        ranges = [{"from": low, "to": high} for low, high in pairwise(RATE_STEPS)]
        self._count(_both(words, conditions, but="rate"), {"range": {"field": "rate", "ranges": ranges}})

    def _count(self, query: tantivy.Query, what: dict[str, Any]) -> None:
        self._searcher.aggregate(query, {"counts": what})

    def _conditions(self, filters: WorkerFilters) -> Iterator[tuple[str, tantivy.Query]]:
        for wanted in filters.skills:
            latest = months(NOW.date()) - 12 * wanted.years
            fulfilled = [
                f"{wanted.id}/{level}/{month}"
                for level in range(wanted.level, 4)
                for month in range(latest - 600, latest + 1)
            ]
            yield "skills", tantivy.Query.term_set_query(self._schema, "level", fulfilled)
        if filters.statuses:
            said = tantivy.Query.term_set_query(self._schema, "status", list(filters.statuses))
            fresh = self._range("confirmed", minutes(NOW - timedelta(days=14)), None)
            yield "status", tantivy.Query.boolean_query([(tantivy.Occur.Must, said), (tantivy.Occur.Must, fresh)])
        if filters.hours:
            yield "hours", tantivy.Query.term_set_query(self._schema, "hours", list(filters.hours))
        if filters.prefectures or filters.online:
            places = [*(f"p:{code}" for code in filters.prefectures), *(["o:"] if filters.online else [])]
            yield "place", tantivy.Query.term_set_query(self._schema, "place", places)
        if filters.lowest_rate_yen is not None:
            yield "rate", self._range("rate", filters.lowest_rate_yen, filters.highest_rate_yen)

    def _range(self, field: str, lowest: int, highest: int | None) -> tantivy.Query:
        return tantivy.Query.range_query(self._schema, field, tantivy.FieldType.Integer, lowest, highest)

    def _word(self, word: Word) -> tantivy.Query:
        parts = tantivy.Query.boolean_query([(tantivy.Occur.Must, self._part(part)) for part in word.parts])
        return _any([parts, tantivy.Query.term_query(self._schema, word.exact.field, word.exact.text)])

    def _part(self, part: Part) -> tantivy.Query:
        return _any([self._chain(chain) for chain in part.chains])

    def _chain(self, chain: Chain) -> tantivy.Query:
        if len(chain) == 1:
            return _any([tantivy.Query.term_query(self._schema, term.field, term.text) for term in chain[0].terms])
        words = [(slot.offset, slot.terms[0].text) for slot in chain]
        return tantivy.Query.phrase_query(self._schema, chain[0].terms[0].field, words)


def _any(queries: Sequence[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in queries])


def _both(words: tantivy.Query, conditions: dict[str, tantivy.Query], but: str = "") -> tantivy.Query:
    clauses = [(tantivy.Occur.Must, words)]
    clauses += [
        (tantivy.Occur.Must, tantivy.Query.const_score_query(condition, 0.0))
        for name, condition in conditions.items()
        if name != but
    ]
    return tantivy.Query.boolean_query(clauses)


def _by(field: str) -> dict[str, Any]:
    return {"terms": {"field": field, "size": 100}}
