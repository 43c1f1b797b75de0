"""Filters, orders, facets and pages of jobs, in an index of their own."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from marketplace.clock import local_day
from search_index.engines import PAGE, KnownSkill, Results, SkillWanted
from search_index.engines.jobs import JobDocument, JobFacets, JobFilters, JobSort
from search_index.engines.whoosh import Engine, engine_for
from search_index.query import parse
from tests.search_index.corpus import EXCEL, KYOTO, KYOTO_CITY, NOW, OSAKA, TRANSLATION

TODAY = local_day(NOW)
CLEO, DAN, EVE = 70, 71, 72

JOBS = {
    "manual": JobDocument(
        1,
        title="流量計の取扱説明書の和訳",
        poster=CLEO,
        description="英文200ページを、用語集に沿って訳していただきます。",
        notes=("納品は3回に分けます。",),
        offerer="みなも計測株式会社",
        category="translation",
        category_words=("翻訳・通訳", "Translation and interpreting"),
        kind="work",
        skills=(TRANSLATION,),
        is_remote=True,
        reward_kind="fixed",
        lowest_yen=200_000,
        highest_yen=250_000,
        published_at=NOW - timedelta(hours=2),
        apply_until=TODAY + timedelta(days=10),
        has_company=True,
    ),
    "move": JobDocument(
        2,
        title="引越しのお手伝い",
        poster=DAN,
        description="京都市内の引越しです。荷物を運んでください。",
        category="household",
        category_words=("暮らしの手伝い",),
        kind="help",
        prefecture=KYOTO,
        city=KYOTO_CITY,
        place="京都府京都市中京区",
        reward_kind="hourly",
        lowest_yen=1_500,
        highest_yen=1_500,
        published_at=NOW - timedelta(days=2),
        apply_until=TODAY,
    ),
    "ledger": JobDocument(
        3,
        title="月次の記帳",
        poster=EVE,
        description="会計ソフトへの入力と、Excelでの集計。",
        category="accounting",
        kind="work",
        skills=(EXCEL, KnownSkill(9, "簿記")),
        prefecture=KYOTO,
        is_remote=True,
        reward_kind="piece",
        lowest_yen=80,
        highest_yen=120,
        published_at=NOW - timedelta(days=20),
        apply_until=TODAY + timedelta(days=2),
    ),
    "over": JobDocument(
        4,
        title="終わった翻訳",
        poster=CLEO,
        kind="work",
        reward_kind="fixed",
        lowest_yen=1,
        highest_yen=1,
        published_at=NOW - timedelta(days=40),
        apply_until=TODAY - timedelta(days=1),
    ),
}
NAMES = {document.key: name for name, document in JOBS.items()}


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """All of the jobs, for reading only."""
    engine = engine_for("job", tmp_path_factory.mktemp("board"))
    engine.rebuild(JOBS.values(), lambda keys: [])
    return engine


def ask(
    engine: Engine, text: str = "", *, sort: JobSort = JobSort.RELEVANCE, cursor: str | None = None, **filters: Any
) -> Results[JobFacets]:
    circles = filters.pop("circles", ())
    return engine.search(parse(text), JobFilters(**filters), sort=sort, cursor=cursor, now=NOW, circles=circles)


def names(results: Results[JobFacets]) -> list[str]:
    return [NAMES[hit.key] for hit in results.hits]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("翻訳", "manual"),
        ("取扱説明書", "manual"),
        ("用語集", "manual"),
        ("みなも計測", "manual"),
        ("分けます", "manual"),
        ("Translation", "manual"),
        ("えくせる", "ledger"),
        ("簿記", "ledger"),
        ("京都", "move"),
        ("「京都市内の引越し」", "move"),
        ("引越し -京都", ""),
        ("-翻訳", "move ledger"),
        ("入力 集計", "ledger"),
        ("終わった", ""),
    ],
)
def test_words_are_found_wherever_a_job_says_them(board: Engine, text: str, found: str) -> None:
    assert names(ask(board, text)) == found.split()


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"kinds": ("help",)}, "move"),
        ({"kinds": ("help", "work")}, "manual move ledger"),
        ({"categories": ("translation", "household")}, "manual move"),
        ({"reward_kinds": ("fixed",)}, "manual"),
        ({"online": True}, "manual ledger"),
        ({"prefectures": (KYOTO,)}, "move ledger"),
        ({"prefectures": (OSAKA,), "online": True}, "manual ledger"),
        ({"cities": (KYOTO_CITY,)}, "move ledger"),
        ({"cities": ("26104",)}, "ledger"),
        ({"skills": (SkillWanted(1),)}, "manual"),
        ({"skills": (SkillWanted(7), SkillWanted(9))}, "ledger"),
        ({"skills": (SkillWanted(1), SkillWanted(9))}, ""),
        ({"lowest_yen": 250_000}, "manual"),
        ({"lowest_yen": 250_001}, ""),
        ({"highest_yen": 80}, "ledger"),
        ({"highest_yen": 79}, ""),
        ({"lowest_yen": 100, "highest_yen": 110}, "ledger"),
        ({"lowest_yen": 1_000, "highest_yen": 210_000}, "manual move"),
        ({"ends_within": 0}, "move"),
        ({"ends_within": 3}, "move ledger"),
        ({"posted_within": 1}, "manual"),
        ({"posted_within": 3}, "manual move"),
        ({"has_company": True}, "manual"),
        ({"by": frozenset({DAN, EVE})}, "move ledger"),
        ({"by": frozenset()}, ""),
        ({"but_by": frozenset({DAN, 999})}, "manual ledger"),
        ({"kinds": ("work",), "online": True, "has_company": True}, "manual"),
    ],
)
def test_each_filter_leaves_the_jobs_it_means(board: Engine, filters: dict[str, Any], found: str) -> None:
    results = ask(board, **filters)
    assert names(results) == found.split()
    assert results.total == len(found.split())


@pytest.mark.parametrize(
    ("sort", "found"),
    [
        (JobSort.RELEVANCE, "manual move ledger"),
        (JobSort.NEWEST, "manual move ledger"),
        (JobSort.DEADLINE, "move ledger manual"),
        (JobSort.REWARD_HIGH, "manual move ledger"),
        (JobSort.REWARD_LOW, "ledger move manual"),
    ],
)
def test_orders(board: Engine, sort: JobSort, found: str) -> None:
    assert names(ask(board, sort=sort)) == found.split()


def test_whose_poster_is_closer_comes_first(board: Engine) -> None:
    circles = (frozenset({EVE}), frozenset({DAN}))
    assert names(ask(board, sort=JobSort.CLOSEST, circles=circles)) == ["ledger", "move", "manual"]


def test_a_word_in_the_title_weighs_more_than_one_in_the_text(tmp_path: Path) -> None:
    engine = engine_for("job", tmp_path)
    plain = replace(JOBS["move"], title="手伝ってください", description="校正です。")
    engine.rebuild([replace(plain, key=1), replace(plain, key=2, title="校正", description="手伝い")], lambda keys: [])
    assert [hit.key for hit in ask(engine, "校正").hits] == [2, 1]


def test_facets_count_what_every_further_choice_would_show(board: Engine) -> None:
    facets = ask(board).facets
    assert facets.kinds == {"work": 2, "help": 1}
    assert facets.categories == {"translation": 1, "household": 1, "accounting": 1}
    assert facets.reward_kinds == {"fixed": 1, "hourly": 1, "piece": 1}
    assert (facets.online, facets.with_company) == (2, 1)
    assert facets.prefectures == {KYOTO: 2}
    assert (facets.in_city(KYOTO_CITY), facets.in_city("26104")) == (2, 1)
    assert facets.ending == {3: 2, 7: 2, 14: 3, 30: 3}
    assert facets.posted == {1: 1, 3: 2, 7: 2, 30: 3}
    assert facets.skills == ((1, 1), (7, 1), (9, 1))
    assert sum(bar.count for bar in facets.rewards) == 3


def test_a_facet_leaves_its_own_filter_out_and_heeds_the_others(board: Engine) -> None:
    everything = ask(board).facets
    assert ask(board, kinds=("help",)).facets.kinds == everything.kinds
    assert ask(board, lowest_yen=1_000_000).facets.rewards == everything.rewards
    assert ask(board, ends_within=0).facets.ending == everything.ending
    assert ask(board, posted_within=1).facets.posted == everything.posted
    assert ask(board, prefectures=(OSAKA,)).facets.online == everything.online
    assert ask(board, kinds=("help",)).facets.categories == {"household": 1}
    assert ask(board, but_by=frozenset({DAN})).facets.kinds == {"work": 2}


def test_what_is_over_is_not_found_the_day_after_without_being_read_anew(board: Engine) -> None:
    totals = [
        board.search(parse(""), JobFilters(), sort=JobSort.NEWEST, cursor=None, now=NOW + timedelta(days=days)).total
        for days in (0, 1, 3, 11)
    ]
    assert totals == [3, 2, 1, 0]


def crowd(count: int) -> list[JobDocument]:
    return [
        replace(JOBS["manual"], key=key, lowest_yen=key % 7 + 1, published_at=NOW - timedelta(minutes=key // 3))
        for key in range(1, count + 1)
    ]


@pytest.mark.parametrize("sort", list(JobSort))
def test_pages_follow_one_another_without_gap_or_repetition(tmp_path: Path, sort: JobSort) -> None:
    engine = engine_for("job", tmp_path)
    engine.rebuild(crowd(2 * PAGE + 5), lambda keys: [])
    found: list[list[int]] = []
    cursor = None
    while not found or cursor:
        results = ask(engine, "和訳", sort=sort, cursor=cursor)
        found.append([hit.key for hit in results.hits])
        cursor = results.next_cursor
    assert [len(page) for page in found] == [PAGE, PAGE, 5]
    assert len({key for page in found for key in page}) == 2 * PAGE + 5


def test_the_highest_reward_and_the_last_day_of_all_can_be_kept(tmp_path: Path) -> None:
    engine = engine_for("job", tmp_path)
    most = replace(JOBS["manual"], lowest_yen=1_000_000_000, highest_yen=1_000_000_000, apply_until=date.max)
    engine.rebuild([most, *JOBS.values()][:1], lambda keys: [])
    for sort in JobSort:
        assert ask(engine, sort=sort).total == 1
    assert engine.digests() == {1: most.digest()}
