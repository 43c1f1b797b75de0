"""The same town, the same analysis and the same questions in Whoosh, SQLite FTS5 and Tantivy, side by side.

`python -m benchmarks.search --members 10000` fills a database, reads its documents as the index does, and prints tables
of milliseconds and ratios. Every engine answers with the first 20, the total and all facets. The totals must agree;
what differs is told. `--only jobs --jobs 10000` asks Whoosh for jobs and for workers in turn. `--data-dir` takes a
database that is filled already.
"""

import argparse
import multiprocessing
import statistics
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from benchmarks.others import Fts5, Tantivy
from benchmarks.stopwatch import Took, counting, percentile, timed
from benchmarks.town import NOW
from benchmarks.world import Size, fill, open_app
from marketplace.accounts.models import Account
from marketplace.careers import queries as careers
from marketplace.db import commit, db, writing
from search_index import sync
from search_index.documents import EVERYTHING, READERS
from search_index.engines import Document, SkillWanted, Sort, WorkerFilters
from search_index.engines.jobs import JobDocument, JobFilters
from search_index.engines.whoosh import engine_for
from search_index.query import parse

QUERIES = [
    "翻訳",
    "編集",
    "動画編集",
    "ウェブデザイン",
    "Excel 資料",
    "取扱説明書 翻訳",
    "「月次決算の代行」",
    "「お引き受けします」",
    "引越し 手伝い",
    "システム開発 -保守",
    "-相談",
    "C++",
    "たかはし",
    "渡邉",
    "ドムグド",
]
FILTERS = WorkerFilters(
    prefectures=("13", "27"),
    online=True,
    statuses=("available", "depends"),
    hours=("10_to_20", "20_to_30", "30_to_40"),
    lowest_rate_yen=2_000,
    highest_rate_yen=6_000,
)
NO_FILTERS = WorkerFilters()
JOB_FILTERS = JobFilters(
    kinds=("work",),
    prefectures=("13", "27"),
    online=True,
    reward_kinds=("hourly", "fixed"),
    lowest_yen=1_500,
    highest_yen=100_000,
    ends_within=30,
    posted_within=30,
)
SKILL = "HTML"


class Whoosh:
    """Our engine, as the pages ask it."""

    name = "Whoosh"

    def __init__(self, folder: Path, documents: Sequence[Document]) -> None:
        self.path = folder / "whoosh"
        engine_for("worker", self.path).rebuild(documents, lambda keys: [])
        self.open()

    def open(self) -> None:
        """Begin with nothing in memory."""
        self.engine = engine_for("worker", self.path)

    def ask(self, text: str, filters: WorkerFilters) -> int:
        """Ask for a page; tell the total."""
        return self.engine.search(parse(text), filters, sort=Sort.RELEVANCE, cursor=None, now=NOW).total


def choices() -> dict[str, WorkerFilters]:
    """Every choice of filters that is measured, by its name."""
    skill = careers.find_skill(SKILL)
    assert skill is not None, "the marketplace's own table knows it"
    with_skill = replace(FILTERS, skills=(SkillWanted(skill.id, level=1, years=2),))
    return {"none": NO_FILTERS, "filters": FILTERS, "filters, skill": with_skill}


def documents(kind: str = "worker") -> list[Any]:
    """All workers (or jobs) of the database as the index gets them."""
    found: list[Any] = []
    with db.sessionmaker() as session:
        ids = session.scalars(EVERYTHING[kind]).all()
        for start in range(0, len(ids), sync.BATCH):
            found += READERS[kind](session, ids[start : start + sync.BATCH])
            session.expunge_all()
    return found


def rebuild(data_dir: Path, folder: Path, with_bigrams: bool) -> None:
    """Print how fast an index is built of documents at hand, the dictionary's loading included."""
    with open_app(data_dir).app_context():
        town = documents()
    engine = engine_for("worker", folder / f"rebuild-{with_bigrams}", with_bigrams=with_bigrams)
    took = timed(lambda: engine.rebuild(town, lambda keys: []))
    print(f"  {'with' if with_bigrams else 'without'} bigrams: {took.rate(len(town))}", flush=True)


def rebuild_from_rows(data_dir: Path) -> None:
    """Print how fast `flask search rebuild` is, which reads the rows too."""
    with open_app(data_dir).app_context():
        built = 0

        def note(done: int, total: int) -> None:
            nonlocal built
            built = done

        took = timed(lambda: sync.rebuild(note))
    print(f"  with bigrams, reading the database: {took.rate(built)}", flush=True)


def rebuilds(data_dir: Path, folder: Path) -> None:
    """Print how fast an index is built, each way in a process of its own: none finds what another left in memory."""
    print("\nRebuild in one process, documents/s")
    alone = multiprocessing.get_context("spawn")
    for target, given in (
        (rebuild, (data_dir, folder, False)),
        (rebuild, (data_dir, folder, True)),
        (rebuild_from_rows, (data_dir,)),
    ):
        process = alone.Process(target=target, args=given)
        process.start()
        process.join()
        if process.exitcode:
            raise SystemExit(process.exitcode)


def compare(town: Sequence[Document], folder: Path, rounds: int) -> None:
    """Print the times of every engine and how they relate."""
    whoosh = Whoosh(folder, town)
    engines: list[Whoosh | Fts5 | Tantivy] = [whoosh, Fts5(folder, town), Tantivy(folder, town)]
    whoosh.open()
    print(f"\nOpening Whoosh's columns: {timed(lambda: whoosh.ask('', NO_FILTERS))}")
    first = [timed(partial(whoosh.ask, query, NO_FILTERS)) for query in QUERIES]
    print(f"Each query for the first time in Whoosh: {Took.spread(first)}")
    times: dict[tuple[str, str], list[Took]] = {}
    names = "".join(f"{engine.name:>10}" for engine in engines)
    print(f"\n{'query':20}{'filters':16}{'found':>7}{names}  p50, ms of processor time")
    for choice, filters in choices().items():
        for query in QUERIES:
            totals = {engine.name: engine.ask(query, filters) for engine in engines}
            shown = ""
            for engine in engines:
                taken = [timed(partial(engine.ask, query, filters)) for _ in range(rounds)]
                times.setdefault((choice, engine.name), []).extend(taken)
                shown += f"{statistics.median(took.processor for took in taken):>10.2f}"
            mark = "" if len(set(totals.values())) == 1 else f"  differ: {totals}"
            print(f"{query:20}{choice:16}{totals['Whoosh']:>7}{shown}{mark}", flush=True)
    summarise(times)


def compare_jobs(town: Sequence[Document], posts: Sequence[JobDocument], folder: Path, rounds: int) -> None:
    """Print how long workers and jobs take in one run, each with and without filters, asked in turn."""
    engines = {"worker": engine_for("worker", folder / "workers"), "job": engine_for("job", folder / "jobs")}
    for kind, given in (("worker", town), ("job", posts)):
        built = timed(partial(engines[kind].rebuild, given, lambda keys: []))
        print(f"Building the index of {kind}s, documents/s: {built.rate(len(given))}", flush=True)
    choices: list[tuple[str, str, WorkerFilters | JobFilters]] = [
        ("worker", "none", NO_FILTERS),
        ("job", "none", JobFilters()),
        ("worker", "filters", FILTERS),
        ("job", "filters", JOB_FILTERS),
    ]
    times: dict[tuple[str, str], list[Took]] = {}
    print(f"\n{'query':20}" + "".join(f"{f'{kind}s, {name}':>18}{'ms':>7}" for kind, name, _filters in choices))
    for query in QUERIES:
        shown = ""
        for kind, name, filters in choices:
            ask = partial(
                engines[kind].search, parse(query), filters, sort="relevance", cursor=None, now=NOW, circles=()
            )
            total = ask().total
            taken = [timed(ask) for _ in range(rounds)]
            times.setdefault((name, f"{kind}s"), []).extend(taken)
            shown += f"{total:>18}{statistics.median(took.processor for took in taken):>7.1f}"
        print(f"{query:20}{shown}", flush=True)
    summarise(times, beside="workers")


def summarise(times: dict[tuple[str, str], list[Took]], beside: str = "Whoosh") -> None:
    """Print the table of the README."""
    print(f"\n| | filters | p50 | p95 | p95 by the wall | p95 to {beside} |\n|---|---|---|---|---|---|")
    for (choice, name), taken in times.items():
        processor = [took.processor for took in taken]
        p95, wall = percentile(processor, 0.95), percentile([took.wall for took in taken], 0.95)
        ratio = p95 / percentile([took.processor for took in times[choice, beside]], 0.95)
        print(f"| {name} | {choice} | {statistics.median(processor):.1f} | {p95:.1f} | {wall:.1f} | {ratio:.1f} |")


def inhabited(data_dir: Path, members: int, jobs: int) -> Flask:
    """The application on a database with this many workers and jobs, which are made when nobody is there."""
    app = open_app(data_dir)
    with app.app_context(), writing():
        if not db.session.scalar(select(func.count()).select_from(Account)):
            fill(Size(members=members, follows=0, conversations=0, jobs=jobs))
            commit()
    return app


def main() -> None:
    """Build, ask, print."""
    options = argparse.ArgumentParser(prog="./dev bench search", description=__doc__)
    options.add_argument("--members", type=int, default=10_000)
    options.add_argument("--jobs", type=int, default=0, help="measured beside as many workers, with --only jobs")
    options.add_argument("--data-dir", type=Path)
    options.add_argument("--rounds", type=int, default=20)
    options.add_argument("--only", choices=["search", "rebuild", "jobs"])
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data_dir = given.data_dir or folder / "data"
        app = inhabited(data_dir, given.members, given.jobs)
        print(f"Counting to 2,000,000 takes {timed(counting)} before")
        if given.only == "jobs":
            with app.app_context():
                compare_jobs(documents(), documents("job"), folder, given.rounds)
        if given.only in (None, "rebuild"):
            rebuilds(data_dir, folder)
        if given.only in (None, "search"):
            with app.app_context():
                town = documents()
                print(f"\n{len(town)} workers")
                compare(town, folder, given.rounds)
        print(f"\nCounting to 2,000,000 takes {timed(counting)} after")


if __name__ == "__main__":
    main()
