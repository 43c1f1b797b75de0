"""Filters, orders, facets and pages of the embedded engine."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from marketplace.clock import local_day
from search_index.engines import (
    DEEPEST,
    PAGE,
    Document,
    KnownSkill,
    RateBar,
    Results,
    SkillWanted,
    Sort,
    WorkerFilters,
)
from search_index.engines.whoosh import Engine, engine_for
from search_index.query import parse
from tests.search_index.conftest import names
from tests.search_index.corpus import (
    CPP,
    EXCEL,
    KYOTO,
    KYOTO_CITY,
    LONG_AGO,
    NOW,
    OSAKA,
    SHIBUYA,
    SHIGA,
    SHINJUKU,
    TOKYO,
    TRANSLATION,
    WORKERS,
    YESTERDAY,
)

Ask = Callable[..., Results]


def chosen(results: Results) -> set[str]:
    return set(names(results))


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (SkillWanted(1), "ritsu kanae"),
        (SkillWanted(1, level=3), "ritsu"),
        (SkillWanted(1, years=7), "ritsu kanae"),
        (SkillWanted(1, years=8), "ritsu"),
        (SkillWanted(1, level=2, years=12), "ritsu"),
        (SkillWanted(1, years=13), ""),
        (SkillWanted(7, years=2), "ichiro"),
        (SkillWanted(7, years=3), ""),
        (SkillWanted(7, level=2), ""),
        (SkillWanted(99), ""),
    ],
)
def test_a_skill_is_wanted_at_a_level_and_for_years(town: Engine, ask: Ask, wanted: SkillWanted, found: str) -> None:
    assert chosen(ask(town, skills=(wanted,))) == set(found.split())


def test_all_wanted_skills_are_required(town: Engine, ask: Ask) -> None:
    assert chosen(ask(town, skills=(SkillWanted(1), SkillWanted(2)))) == {"ritsu"}


def test_a_skill_without_a_month_has_no_years(engine: Engine, ask: Ask) -> None:
    engine.put([replace(WORKERS["emily"], skills=(KnownSkill(50, "速記", started=None),))])
    assert chosen(ask(engine, skills=(SkillWanted(50),))) == {"emily"}
    assert chosen(ask(engine, skills=(SkillWanted(50, years=1),))) == set()


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"prefectures": (KYOTO,)}, "ritsu kanae seiichi"),
        ({"prefectures": (SHIGA,)}, "seiichi"),
        ({"prefectures": (TOKYO,)}, "kenta sakura yui"),
        ({"prefectures": (SHIGA, OSAKA)}, "seiichi minami"),
        ({"cities": (SHIBUYA,)}, "kenta yui"),
        ({"cities": (SHINJUKU,)}, "sakura yui"),
        ({"cities": (KYOTO_CITY,)}, "kanae ritsu seiichi"),
        ({"online": True}, "ritsu kenta ren"),
        ({"online": True, "prefectures": (OSAKA,)}, "ritsu kenta ren minami"),
        ({"prefectures": ("47",)}, ""),
        ({"cities": ("47201",), "prefectures": (OSAKA,)}, "minami"),
    ],
)
def test_places_are_one_choice_of_several(town: Engine, ask: Ask, filters: dict[str, object], found: str) -> None:
    assert chosen(ask(town, **filters)) == set(found.split())


def test_a_status_confirmed_long_ago_is_left_out(town: Engine, ask: Ask) -> None:
    assert chosen(ask(town, statuses=("available",))) == {"ritsu", "ren"}
    assert chosen(ask(town, statuses=("available", "busy"))) == {"ritsu", "ren", "sakura"}
    assert "kanae" in chosen(ask(town))


def test_a_status_holds_for_fourteen_days(engine: Engine, ask: Ask) -> None:
    engine.put([replace(WORKERS["kanae"], status_confirmed_at=NOW - timedelta(days=14))])
    assert "kanae" in chosen(ask(engine, statuses=("available",)))


def test_hours_are_a_choice_of_several(town: Engine, ask: Ask) -> None:
    assert chosen(ask(town, hours=("10_to_20",))) == {"ritsu", "ren"}
    assert chosen(ask(town, hours=("10_to_20", "up_to_3"))) == {"ritsu", "ren", "sakura"}


@pytest.mark.parametrize(
    ("lowest", "highest", "found"),
    [
        (5_500, 6_000, "ritsu kanae"),
        (5_501, 5_999, ""),
        (7_000, None, "kenta fumi"),
        (None, 2_000, "seiichi yui"),
        (6_000, 5_000, ""),
    ],
)
def test_the_rate_is_between_both_ends(
    town: Engine, ask: Ask, lowest: int | None, highest: int | None, found: str
) -> None:
    assert chosen(ask(town, lowest_rate_yen=lowest, highest_rate_yen=highest)) == set(found.split())


def test_who_names_no_rate_is_found_only_without_that_filter(town: Engine, ask: Ask) -> None:
    assert "ren" not in chosen(ask(town, lowest_rate_yen=0))
    assert "ren" in chosen(ask(town))


def test_only_those_among_the_given_are_found_and_counted(town: Engine, ask: Ask) -> None:
    among = frozenset(WORKERS[name].key for name in ("ritsu", "kenta")) | {10**9}
    results = ask(town, among=among)
    assert (chosen(results), results.total) == ({"ritsu", "kenta"}, 2)
    assert results.facets.statuses == {"available": 1, "depends": 1}
    assert chosen(ask(town, "翻訳", among=among)) == {"ritsu"}


def test_nobody_is_among_an_empty_set(town: Engine, ask: Ask) -> None:
    results = ask(town, among=frozenset())
    assert (results.hits, results.total, results.facets.skills) == ((), 0, ())


def test_filters_and_words_both_count(town: Engine, ask: Ask) -> None:
    results = ask(town, "翻訳", statuses=("available",), prefectures=(KYOTO,))
    assert (chosen(results), results.total) == ({"ritsu"}, 1)


def test_the_newest_come_first_and_so_they_do_without_words(town: Engine, ask: Ask) -> None:
    newest = sorted(WORKERS, key=lambda name: WORKERS[name].published_at or NOW, reverse=True)
    assert names(ask(town, sort=Sort.NEWEST)) == newest
    assert names(ask(town, sort=Sort.RELEVANCE)) == newest
    assert names(ask(town, "-翻訳", sort=Sort.RELEVANCE)) == [
        name for name in newest if name not in {"ritsu", "kanae", "misaki"}
    ]


def test_rates_sort_both_ways_with_the_unknown_last(town: Engine, ask: Ask) -> None:
    with_rate = ["seiichi", "yui", "minami", "sakura", "ritsu", "kanae", "fumi", "kenta"]
    assert names(ask(town, sort=Sort.RATE_LOW))[:8] == with_rate
    assert names(ask(town, sort=Sort.RATE_HIGH))[:8] == with_rate[::-1]


def test_the_last_active_come_first(town: Engine, ask: Ask) -> None:
    assert names(ask(town, sort=Sort.ACTIVE))[:4] == ["ritsu", "kenta", "kanae", "sakura"]


def test_the_closest_come_first_circle_by_circle_and_within_each_by_relevance(town: Engine, ask: Ask) -> None:
    key = {name: worker.key for name, worker in WORKERS.items()}
    circles = (frozenset({key["fumi"]}), frozenset({key["yui"], key["kanae"], 99_999}))
    newest = names(ask(town, sort=Sort.NEWEST))
    near = ["fumi", *(name for name in newest if name in {"yui", "kanae"})]
    assert names(ask(town, sort=Sort.CLOSEST, circles=circles)) == near + [name for name in newest if name not in near]
    by_words = names(ask(town, "翻訳"))
    near = [name for name in ("fumi", "kanae") if name in by_words]
    assert names(ask(town, "翻訳", sort=Sort.CLOSEST, circles=circles))[: len(near)] == near
    assert names(ask(town, sort=Sort.CLOSEST)) == newest


def test_facets_count_what_the_words_find(town: Engine, ask: Ask) -> None:
    facets = ask(town, "翻訳").facets
    assert facets.statuses == {"available": 1}
    assert facets.hours == {"10_to_20": 1, "20_to_30": 1}
    assert facets.prefectures == {KYOTO: 2}
    assert facets.online == 1
    assert facets.skills == ((TRANSLATION.id, 2), (2, 1))
    assert [bar for bar in facets.rates if bar.count] == [RateBar(5_000, 6_000, 1), RateBar(6_000, 7_000, 1)]


def test_a_city_counts_those_who_named_it_and_those_who_take_all_of_its_prefecture(town: Engine, ask: Ask) -> None:
    facets = ask(town).facets
    for city in (SHINJUKU, SHIBUYA, "26104"):
        assert facets.in_city(city) == ask(town, cities=(city,)).total, city
    assert facets.in_city(SHINJUKU) > facets.cities[SHINJUKU] > 0


def test_facets_count_everyone_without_words(town: Engine, ask: Ask) -> None:
    facets = ask(town).facets
    assert facets.statuses == {"available": 2, "depends": 2, "busy": 1}
    assert facets.prefectures == {KYOTO: 3, TOKYO: 3, OSAKA: 1, SHIGA: 1}
    assert sum(bar.count for bar in facets.rates) == sum(
        worker.hourly_rate_yen is not None for worker in WORKERS.values()
    )
    assert facets.rates[-1].below is None


def test_a_facet_leaves_its_own_filter_out(town: Engine, ask: Ask) -> None:
    everyone = ask(town).facets
    assert ask(town, statuses=("busy",)).facets.statuses == everyone.statuses
    assert ask(town, hours=("up_to_3",)).facets.hours == everyone.hours
    assert ask(town, lowest_rate_yen=8_000).facets.rates == everyone.rates
    places = ask(town, prefectures=(OSAKA,)).facets
    assert (places.prefectures, places.online) == (everyone.prefectures, everyone.online)


def test_a_facet_heeds_the_other_filters(town: Engine, ask: Ask) -> None:
    facets = ask(town, statuses=("depends",)).facets
    assert facets.hours == {"30_to_40": 1}
    assert facets.prefectures == {TOKYO: 1, OSAKA: 1}
    assert facets.online == 1


def test_skills_say_how_many_remain_with_one_more(town: Engine, ask: Ask) -> None:
    assert ask(town, skills=(SkillWanted(2),)).facets.skills == ((1, 1), (2, 1))


def crowd(count: int) -> list[Document]:
    return [
        Document(
            key,
            nickname=f"会員{key}",
            introduction="翻訳" if key % 2 else "通訳",
            hourly_rate_yen=key % 50 * 100,
            published_at=NOW - timedelta(minutes=key // 3),
        )
        for key in range(1, count + 1)
    ]


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    engine = engine_for("worker", tmp_path_factory.mktemp("crowd"))
    engine.rebuild(crowd(DEEPEST + 150), lambda keys: [])
    return engine


def pages(engine: Engine, ask: Ask, text: str, sort: Sort) -> list[list[int]]:
    found, cursor = [], None
    while True:
        results = ask(engine, text, sort=sort, cursor=cursor)
        found.append([hit.key for hit in results.hits])
        cursor = results.next_cursor
        if cursor is None:
            return found


@pytest.mark.parametrize("sort", list(Sort))
def test_pages_follow_one_another_without_gap_or_repetition(crowded: Engine, ask: Ask, sort: Sort) -> None:
    found = pages(crowded, ask, "翻訳", sort)
    keys = [key for page in found for key in page]
    assert len(keys) == len(set(keys)) == ask(crowded, "翻訳").total == (DEEPEST + 150) // 2
    assert [len(page) for page in found[:-1]] == [PAGE] * (len(found) - 1)


@pytest.mark.parametrize("sort", list(Sort))
def test_nobody_pages_deeper_than_a_thousand(crowded: Engine, ask: Ask, sort: Sort) -> None:
    assert ask(crowded, sort=sort).total == DEEPEST + 150
    assert sum(len(page) for page in pages(crowded, ask, "", sort)) == DEEPEST


def test_the_way_back_is_the_way_there(crowded: Engine, ask: Ask) -> None:
    first = ask(crowded, "翻訳")
    second = ask(crowded, "翻訳", cursor=first.next_cursor)
    third = ask(crowded, "翻訳", cursor=second.next_cursor)
    assert first.previous_cursor is None
    assert ask(crowded, "翻訳", cursor=third.previous_cursor).hits == second.hits
    assert ask(crowded, "翻訳", cursor=second.previous_cursor).hits == first.hits


def test_a_page_knows_how_many_follow_on_the_next(engine: Engine, ask: Ask) -> None:
    engine.put(crowd(2 * PAGE + 5))
    first = ask(engine)
    second = ask(engine, cursor=first.next_cursor)
    third = ask(engine, cursor=second.next_cursor)
    assert [page.following for page in (first, second, third)] == [PAGE, 5, 0]
    assert [len(page.hits) for page in (second, third)] == [first.following, second.following]


def test_a_page_begins_where_the_last_ended_though_somebody_came_first(engine: Engine, ask: Ask) -> None:
    engine.put(crowd(60))
    first = ask(engine, sort=Sort.RATE_HIGH)
    second = ask(engine, sort=Sort.RATE_HIGH, cursor=first.next_cursor)
    engine.put([Document(999, nickname="新人", hourly_rate_yen=90_000)])
    assert ask(engine, sort=Sort.RATE_HIGH, cursor=first.next_cursor).hits == second.hits


@pytest.mark.parametrize("cursor", ["", "x", "!!!", "あ", "YQ", "YTEyMzQ1Njc4OTAxMjM0NTY3ODkw" * 9, "\x00", "Zm9v"])
def test_a_cursor_that_makes_no_sense_is_the_first_page(crowded: Engine, ask: Ask, cursor: str) -> None:
    assert ask(crowded, cursor=cursor).hits == ask(crowded).hits


def test_a_cursor_past_the_end_is_an_empty_page_with_the_total(town: Engine, crowded: Engine, ask: Ask) -> None:
    far = ask(crowded, sort=Sort.RATE_LOW)
    while far.next_cursor:
        cursor = far.next_cursor
        far = ask(crowded, sort=Sort.RATE_LOW, cursor=cursor)
    results = ask(town, sort=Sort.ACTIVE, cursor=cursor)
    assert results.total == len(WORKERS)


def test_an_empty_index_answers(tmp_path: Path, ask: Ask) -> None:
    engine = engine_for("worker", tmp_path / "index")
    assert engine.rebuild([], lambda keys: []) == 0
    for text in ("", "翻訳", "-翻訳", "「技術翻訳」"):
        results = ask(engine, text, skills=(SkillWanted(1),), statuses=("busy",), lowest_rate_yen=1)
        assert (results.total, results.hits, results.next_cursor) == (0, (), None)


def test_a_document_with_nothing_but_a_name_is_found(engine: Engine, ask: Ask) -> None:
    engine.put([Document(77, nickname="無口")])
    assert [hit.key for hit in ask(engine, "無口").hits] == [77]


def test_the_digest_changes_with_any_field() -> None:
    ritsu = WORKERS["ritsu"]
    others = [
        replace(ritsu, headline="別"),
        replace(ritsu, skills=(CPP,)),
        replace(ritsu, status_confirmed_at=LONG_AGO),
        replace(ritsu, last_active_on=date(2026, 1, 1)),
        replace(ritsu, hourly_rate_yen=None),
    ]
    assert len({document.digest() for document in [ritsu, replace(ritsu), *others]}) == 6
    assert EXCEL.level == 1
    assert YESTERDAY < NOW


def test_what_was_checked_is_required_all_together_and_counted_each_by_itself(engine: Engine, ask: Ask) -> None:
    day, later = local_day(NOW), local_day(NOW) + timedelta(days=30)
    engine.put(
        [
            replace(WORKERS["ritsu"], is_identified=True, pledge="v2", pledged_until=day, has_company=True),
            replace(WORKERS["kanae"], is_identified=True, pledge="v1", pledged_until=later, qualified_until=date.max),
            replace(WORKERS["seiichi"], has_company=True, qualified_until=day - timedelta(days=1)),
        ]
    )
    assert chosen(ask(engine, is_identified=True)) == {"ritsu", "kanae"}
    assert chosen(ask(engine, has_company=True)) == {"ritsu", "seiichi"}
    assert chosen(ask(engine, is_identified=True, has_company=True)) == {"ritsu"}
    assert chosen(ask(engine, pledges=("v2",))) == {"ritsu"}
    assert chosen(ask(engine, pledges=("v1", "v2"))) == {"ritsu", "kanae"}
    assert chosen(ask(engine, is_qualified=True)) == {"kanae"}
    facets = ask(engine, has_company=True).facets
    assert (facets.identified, facets.with_company, facets.qualified, facets.pledges) == (1, 2, 0, {"v2": 1})


def test_what_ends_is_not_found_the_day_after_without_being_read_anew(engine: Engine) -> None:
    day = local_day(NOW)
    engine.put([replace(WORKERS["ritsu"], is_identified=True, pledge="v2", pledged_until=day, qualified_until=day)])
    for filters in (WorkerFilters(pledges=("v2",)), WorkerFilters(is_qualified=True)):
        totals = [
            engine.search(parse(""), filters, sort=Sort.RELEVANCE, cursor=None, now=NOW + timedelta(days=days)).total
            for days in (0, 1)
        ]
        assert totals == [1, 0]
