"""The same town, the same analysis and the same questions in Whoosh, SQLite FTS5 and Tantivy, side by side.

`python -m benchmarks.search --members 10000` prints tables of milliseconds and ratios. Every engine answers with the
first 20, the total and all facets. The totals must agree; what differs is told.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.others import Fts5, Tantivy
from benchmarks.world import NOW, workers
from search_index.engines import Document, SkillWanted, Sort, WorkerFilters
from search_index.engines.whoosh import Engine
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
WITH_SKILL = replace(FILTERS, skills=(SkillWanted(5, level=1, years=2),))
CHOICES = {"no filters": NO_FILTERS, "filters": FILTERS, "filters, skill": WITH_SKILL}

Ask = Callable[[str, WorkerFilters], int]


class Whoosh:
    """Our engine, as the pages ask it."""

    name = "Whoosh"

    def __init__(self, folder: Path, documents: Sequence[Document]) -> None:
        self.path = folder / "whoosh"
        Engine(self.path).rebuild(documents, lambda keys: [])
        self.open()

    def open(self) -> None:
        """Begin with nothing in memory."""
        self.engine = Engine(self.path)

    def ask(self, text: str, filters: WorkerFilters) -> int:
        """Ask for a page; tell the total."""
        return self.engine.search(parse(text), filters, sort=Sort.RELEVANCE, cursor=None, now=NOW).total


CLOCKS = {"processor": time.process_time, "wall": time.perf_counter}


class Stopwatch:
    """Measures with one of the clocks."""

    def __init__(self, name: str) -> None:
        self.now = CLOCKS[name]

    def timed(self, deed: Callable[[], object]) -> float:
        """Milliseconds that a deed takes."""
        start = self.now()
        deed()
        return (self.now() - start) * 1_000


def counting() -> None:
    """A fixed piece of plain Python: how fast this machine is just now."""
    total = 0
    for number in range(2_000_000):
        total += number * number


def questions() -> Iterator[tuple[str, str]]:
    """Every query under every choice of filters."""
    for choice in CHOICES:
        for query in QUERIES:
            yield query, choice


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of the values do not exceed."""
    return sorted(values)[min(round(share * len(values)), len(values) - 1)]


def rebuilds(documents: Sequence[Document], folder: Path, watch: Stopwatch) -> None:
    """Print how fast an index is built, without and with the bigram field."""
    print("\nRebuild in one process")
    for with_bigrams in (False, True):
        engine = Engine(folder / f"rebuild-{with_bigrams}", with_bigrams=with_bigrams)
        took = watch.timed(lambda engine=engine: engine.rebuild(documents, lambda keys: [])) / 1_000
        print(f"  {'with' if with_bigrams else 'without'} bigrams: {len(documents) / took:.0f} documents/s")


def compare(documents: Sequence[Document], folder: Path, rounds: int, watch: Stopwatch) -> None:
    """Print the times of every engine and how they relate."""
    whoosh = Whoosh(folder, documents)
    engines = [whoosh, Fts5(folder, documents), Tantivy(folder, documents)]
    whoosh.open()
    print(f"\nOpening Whoosh's columns: {watch.timed(lambda: whoosh.ask('', NO_FILTERS)):.0f} ms")
    first = [watch.timed(lambda q=query: whoosh.ask(q, NO_FILTERS)) for query in QUERIES]
    print(f"Each query for the first time in Whoosh: {spread(first)}, most {max(first):.1f} ms")
    times: dict[tuple[str, str], list[float]] = {}
    print(
        f"\n{'query':20}{'filters':16}{'found':>7}" + "".join(f"{engine.name:>10}" for engine in engines) + "  p50, ms"
    )
    for query, choice in questions():
        totals = {engine.name: engine.ask(query, CHOICES[choice]) for engine in engines}
        shown = ""
        for engine in engines:
            taken = [watch.timed(lambda e=engine, q=query, c=choice: e.ask(q, CHOICES[c])) for _ in range(rounds)]
            times.setdefault((choice, engine.name), []).extend(taken)
            shown += f"{statistics.median(taken):>10.2f}"
        mark = "" if len(set(totals.values())) == 1 else f"  differ: {totals}"
        print(f"{query:20}{choice:16}{totals['Whoosh']:>7}{shown}{mark}")
    print(f"\n{'':28}{'p50':>9}{'p95':>9}   to Whoosh: p50, p95")
    for (choice, name), taken in times.items():
        base = times[choice, "Whoosh"]
        p50, p95 = statistics.median(taken), percentile(taken, 0.95)
        ratios = f"{p50 / statistics.median(base):>17.2f}{p95 / percentile(base, 0.95):>7.2f}"
        print(f"{name:12}{choice:16}{p50:>9.2f}{p95:>9.2f}{ratios}")


def spread(taken: Sequence[float]) -> str:
    """Median and 95th percentile in words."""
    return f"p50 {statistics.median(taken):.1f} ms, p95 {percentile(taken, 0.95):.1f} ms"


def main() -> None:
    """Build, ask, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--members", type=int, default=10_000)
    options.add_argument("--rounds", type=int, default=20)
    options.add_argument("--only", choices=["search", "rebuild"])
    options.add_argument("--clock", choices=CLOCKS, default="processor", help="wall time needs an idle machine")
    given = options.parse_args()
    watch = Stopwatch(given.clock)
    documents = list(workers(given.members))
    print(f"{given.members} workers, milliseconds of {given.clock} time")
    print(f"Counting to 2,000,000 takes {watch.timed(counting):.0f} ms before")
    with tempfile.TemporaryDirectory() as folder:
        if given.only != "search":
            rebuilds(documents, Path(folder), watch)
        if given.only != "rebuild":
            compare(documents, Path(folder), given.rounds, watch)
    print(f"\nCounting to 2,000,000 takes {watch.timed(counting):.0f} ms after")


if __name__ == "__main__":
    main()
