"""`./dev bench companies`: 会社名で探す among 100,000, beside a comparison of all names and FTS5's trigrams."""

import argparse
import random
import statistics
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import insert, select, text

from benchmarks.stopwatch import Took, percentile, timed
from benchmarks.town import NOW
from benchmarks.world import Size, fill, open_app
from marketplace import db
from marketplace.accounts.models import Member
from marketplace.companies import queries
from marketplace.companies.folding import folded, keys_of, words_of
from marketplace.companies.models import Belonging, Company, CompanyDomain, CompanyKey, CompanyRole
from marketplace.companies.queries import finding

SEED = 2026
BATCH = 5_000

FORMS = ("株式会社{}", "{}株式会社", "有限会社{}", "合同会社{}", "(株){}", "一般社団法人{}")
FORM_WEIGHTS = (50, 18, 14, 12, 3, 3)
_PARTS = """
アオ 青 ao, ヤマ 山 yama, カワ 川 kawa, ミズ 水 mizu, ハナ 花 hana, モリ 森 mori, イシ 石 ishi, タニ 谷 tani,
ナカ 中 naka, ニシ 西 nishi, ヒガシ 東 higashi, キタ 北 kita, ミナミ 南 minami, オオ 大 oo, コ 小 ko,
タカ 高 taka, マツ 松 matsu, スギ 杉 sugi, サクラ 桜 sakura, フジ 藤 fuji, ツル 鶴 tsuru, カメ 亀 kame,
ウミ 海 umi, ソラ 空 sora, ホシ 星 hoshi, ツキ 月 tsuki, ヒ 日 hi, クモ 雲 kumo, カゼ 風 kaze, ユキ 雪 yuki,
サト 里 sato, ムラ 村 mura, マチ 町 machi, ハシ 橋 hashi, ミチ 道 michi, イズミ 泉 izumi, タキ 滝 taki,
シマ 島 shima, サキ 崎 saki, ハマ 浜 hama
"""
PARTS = [tuple(part.split()) for part in _PARTS.split(",")]
"""What names begin with: how it sounds, how it is written, how it is spelled."""

TRADES = (
    *(("システム", "システム"), ("商事", "ショウジ"), ("工業", "コウギョウ"), ("製作所", "セイサクショ")),
    *(("建設", "ケンセツ"), ("デザイン", "デザイン"), ("テクノロジー", "テクノロジー"), ("運輸", "ウンユ")),
    *(("不動産", "フドウサン"), ("印刷", "インサツ"), ("書房", "ショボウ"), ("食品", "ショクヒン"), ("電機", "デンキ")),
    *(("コンサルティング", "コンサルティング"), ("クリエイト", "クリエイト"), ("測器", "ソッキ")),
    ("旅行社", "リョコウシャ"),
)  # fmt: skip


class Named(NamedTuple):
    """A company to be."""

    name: str
    reading: str
    domain: str


class Question(NamedTuple):
    """What somebody types, and what kind of thing that is."""

    kind: str
    typed: str


def companies(number: int) -> Iterator[Named]:
    """Yield companies whose names begin in many ways and end in few, as names do."""
    dice = random.Random(SEED)
    weights = [1 / (place + 1) for place in range(len(TRADES))]
    for place in range(number):
        sounds, letters, spelled = zip(*dice.choices(PARTS, k=dice.choice((2, 3, 3, 4))), strict=True)
        trade, read = dice.choices(TRADES, weights)[0]
        bare = "".join(letters)
        form = dice.choices(FORMS, FORM_WEIGHTS)[0]
        reading = f"{''.join(sounds)}{read}" if dice.random() < 0.6 else ""
        yield Named(
            form.format(bare + trade), reading, f"{''.join(spelled)}-{place}.co.jp" if dice.random() < 0.5 else ""
        )


def questions(all_: list[Named], number: int) -> list[Question]:
    """Return what is typed: beginnings, middles, readings, domains, trades alone, several words, what there is not."""
    dice = random.Random(SEED + 1)
    kinds: list[Callable[[Named], Question]] = [
        lambda one: Question("as registered", one.name),
        lambda one: Question("beginning", folded(one.name)[: dice.choice((2, 3, 4))]),
        lambda one: Question("middle", folded(one.name)[1 : 1 + dice.choice((2, 3))]),
        lambda one: Question("reading", one.reading[:5] or "アオヤマ"),
        lambda one: Question("domain", one.domain or "aoyama"),
        lambda one: Question("one letter", folded(one.name)[:1]),
        lambda one: Question("trade alone", dice.choice(TRADES)[0]),
        lambda one: Question("two words", f"{folded(one.name)[:2]} {dice.choice(TRADES)[0]}"),
        lambda one: Question("nothing", f"{folded(one.name)[:2]}鯨{dice.randrange(10)}"),
    ]
    return [kinds[place % len(kinds)](dice.choice(all_)) for place in range(number)]


def fill_companies(number: int) -> list[Named]:
    """Insert companies as the verb would have left them, and what the alternatives read."""
    owner = db.db.session.scalars(select(Member.id).limit(1)).one()
    db.db.session.execute(text("CREATE TABLE bench_names (company_id INTEGER PRIMARY KEY, names TEXT NOT NULL)"))
    db.db.session.execute(text("CREATE VIRTUAL TABLE bench_trigrams USING fts5(names, tokenize='trigram')"))
    all_ = list(companies(number))
    for start in range(0, number, BATCH):
        rows = [(key, each) for key, each in enumerate(all_[start : start + BATCH], start=start + 1)]
        said = {"introduction": "", "address": "京都市", "phone": "", "email": "", "version": 1}
        dates = {"created_at": NOW, "updated_at": NOW}
        place = {"member_id": owner, "department": "", "role": CompanyRole.OWNER, "joined_at": NOW, "version": 1}
        insert_all(
            Company,
            [{"id": key, "slug": f"c{key:07}", "name": e.name, "reading": e.reading} | said | dates for key, e in rows],
        )
        insert_all(
            CompanyDomain, [{"domain": e.domain, "company_id": key, "confirmed_at": NOW} for key, e in rows if e.domain]
        )
        insert_all(Belonging, [{"company_id": key} | place for key, _e in rows])
        insert_all(CompanyKey, [
            {"place": at, "key": word, "company_id": key}
            for key, e in rows
            for at, word in keys_of([e.name, e.reading], [e.domain] if e.domain else [])
        ])  # fmt: skip
        names = [{"key": key, "names": " ".join(map(folded, filter(None, e)))} for key, e in rows]
        db.db.session.execute(text("INSERT INTO bench_names VALUES (:key, :names)"), names)
        db.db.session.execute(text("INSERT INTO bench_trigrams (rowid, names) VALUES (:key, :names)"), names)
    return all_


def insert_all(kind: type[db.Model], rows: list[dict[str, object]]) -> None:
    """Insert rows in bulk."""
    db.db.session.execute(insert(kind), rows)


def by_keys(typed: str) -> list[int]:
    """Ours: stretches of an ordered table."""
    return [row.company.id for row in queries.find(typed).rows]


def by_comparing(typed: str) -> list[int]:
    """Compare every name; the position orders."""
    words = words_of(typed)
    if not words:
        return []
    holds = " AND ".join(f"instr(names, :w{place})" for place in range(len(words)))
    found = db.db.session.scalars(
        text(f"SELECT company_id FROM bench_names WHERE {holds} ORDER BY instr(names, :w0) > 1, names LIMIT 500"),
        {f"w{place}": word for place, word in enumerate(words)},
    ).all()
    return [row.company.id for row in finding._rows(list(found[:20]))]


def by_trigrams(typed: str) -> list[int]:
    """FTS5 for words of three letters and more; LIKE on its table for shorter ones."""
    words = words_of(typed)
    if not words:
        return []
    long = [word for word in words if len(word) >= 3]
    holds = [f"names LIKE :w{place}" for place, word in enumerate(words) if len(word) < 3]
    values = {f"w{place}": f"%{word}%" for place, word in enumerate(words)}
    if long:
        holds.append("bench_trigrams MATCH :query")
        values["query"] = " AND ".join(f'"{word}"' for word in long)
    found = db.db.session.scalars(
        text(
            f"SELECT rowid FROM bench_trigrams WHERE {' AND '.join(holds)}"
            " ORDER BY instr(names, :first) > 1, names LIMIT 500"
        ),
        values | {"first": words[0]},
    ).all()
    return [row.company.id for row in finding._rows(list(found[:20]))]


WAYS: dict[str, Callable[[str], list[int]]] = {
    "keys (ours)": by_keys,
    "comparing all names": by_comparing,
    "FTS5 trigrams": by_trigrams,
}


def measure(asked: list[Question]) -> dict[str, dict[str, list[Took]]]:
    """Ask everything by every way, in turn; return the times by way and kind."""
    taken: dict[str, dict[str, list[Took]]] = {way: {} for way in WAYS}
    for question in asked:
        for way, deed in WAYS.items():
            db.db.session.expunge_all()
            taken[way].setdefault(question.kind, []).append(timed(partial(deed, question.typed)))
    return taken


def tell(name: str, taken: list[Took], least: float = 0) -> float:
    """Print a line; return the 95th percentile by processor time."""
    processor, wall = [took.processor for took in taken], [took.wall for took in taken]
    p95 = percentile(processor, 0.95)
    ratio = f"{p95 / least:>7.1f}" if least else ""
    middle, by_wall = statistics.median(processor), percentile(wall, 0.95)
    print(f"{name:<36} {middle:>7.1f} {p95:>7.1f} {statistics.median(wall):>7.1f} {by_wall:>7.1f} {ratio}")
    return p95


def differing(asked: list[Question], way: Callable[[str], list[int]]) -> int:
    """Return for how many questions this way finds something and ours nothing, or the other way round."""
    return sum(bool(by_keys(each.typed)) != bool(way(each.typed)) for each in asked)


def main() -> None:
    """Fill a database with companies and ask for them."""
    parser = argparse.ArgumentParser(prog="bench companies", description=__doc__)
    parser.add_argument("--companies", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=450)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        app = open_app(Path(folder))
        with app.app_context(), db.writing():
            fill(Size(members=10, conversations=0))
            all_ = fill_companies(options.companies)
            db.commit()
        with app.test_request_context():
            keys = db.db.session.scalar(text("SELECT count(*) FROM company_keys")) or 0
            print(f"{options.companies} companies, {keys / options.companies:.1f} keys each")
            asked = questions(all_, options.times)
            measure(asked[:18])
            taken = measure(asked)
            print(f"{'':<36} {'p50':>7} {'p95':>7} {'wall50':>7} {'wall95':>7} {'ratio':>7}")
            least = 0.0
            for way, kinds in taken.items():
                p95 = tell(way, [took for each in kinds.values() for took in each], least)
                least = least or p95
            for way, kinds in taken.items():
                for kind, each in kinds.items():
                    tell(f"{way}: {kind}", each)
            for way, deed in list(WAYS.items())[1:]:
                print(f"found by {way} or by ours alone: {differing(asked, deed)} of {len(asked)} questions")
        with app.app_context():
            db.db.engine.dispose()


if __name__ == "__main__":
    main()
