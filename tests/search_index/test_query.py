"""How a visitor's words are read: bounded, and never an error."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search_index.engines import Results
from search_index.engines.whoosh import Engine
from search_index.query import LONGEST, MOST_WORDS, parse
from tests.search_index.corpus import WORKERS

PIECES = st.sampled_from(
    [
        "翻訳",
        "技術",
        "C++",
        "-",
        "－",
        '"',
        "「",
        "」",
        " ",
        "　",
        "グラレコ",
        "髙",
        "\ud800",
        "\x00",
        "\u200b",
        "ﾞ",
        "🌸",
        "𠮷",
        "*",
        "?~[",
    ]
)
TEXTS = st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=30).map("".join))


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_no_text_is_an_error(town: Engine, ask: Callable[..., Results], text: str) -> None:
    results = ask(town, text)
    assert 0 <= results.total <= len(WORKERS)
    assert len(results.query.words) + len(results.query.excluded) <= MOST_WORDS


@given(TEXTS)
@settings(max_examples=100, deadline=None)
def test_a_word_and_its_exclusion_share_everyone_between_them(
    town: Engine, ask: Callable[..., Results], text: str
) -> None:
    (found, others) = (ask(town, f"「{_inside(text)}」"), ask(town, f"-「{_inside(text)}」"))
    if found.query.words:
        assert found.total + others.total == len(WORKERS)


def _inside(text: str) -> str:
    return "".join(character for character in text if character not in "「」")[:40]


@pytest.mark.parametrize(
    "hostile",
    [
        "*a*",
        "*",
        "lat:abcdefgh~5",
        "[a TO z]",
        "?*?*?*?",
        "(" * 5_000,
        "a OR " * 10_000,
        '"' * 10_000,
        "翻訳" * 50_000,
        "の " * 50_000,
        "-" * 50_000,
        "\u3099" * 50_000,
        "🌸" * 50_000,
    ],
)
def test_hostile_queries_are_plain_words_and_bounded(town: Engine, ask: Callable[..., Results], hostile: str) -> None:
    query = ask(town, hostile).query
    assert len(query.text) <= LONGEST
    places = [chain for word in query.words for part in word.parts for chain in part.chains]
    assert sum(len(chain) for chain in places) <= 4 * LONGEST


def test_what_is_cut_off_is_told() -> None:
    assert parse("あ" * (LONGEST + 1)).is_cut
    assert parse("翻訳 " * (MOST_WORDS + 1)).is_cut
    assert not parse("翻訳 " * MOST_WORDS).is_cut
    assert not parse("あ" * LONGEST).is_cut


def test_the_first_eight_words_count() -> None:
    query = parse("一つ 二つ 三つ 四つ 五つ 六つ 七つ -八つ 九つ")
    assert [word.text for word in query.words] == ["一つ", "二つ", "三つ", "四つ", "五つ", "六つ", "七つ"]
    assert [word.text for word in query.excluded] == ["八つ"]


def test_the_minus_inside_a_word_is_part_of_it() -> None:
    assert [word.text for word in parse("e-mail Wi-Fi").words] == ["e-mail", "wi-fi"]
    assert not parse("e-mail Wi-Fi").excluded


def test_a_particle_parts_what_must_stand_side_by_side() -> None:
    (word,) = parse("英語の翻訳").words
    assert len(word.parts) == 2
    (phrase,) = parse("「英語の翻訳」").words
    assert len(phrase.parts) == 1


def test_bigrams_are_asked_only_for_what_the_dictionary_does_not_know() -> None:
    assert "pairs" in _fields("グラレコ")
    assert "pairs" not in _fields("京都")
    assert "pairs" not in _fields("翻訳支援ツール")
    assert "pairs" not in _fields("Python")


def _fields(text: str) -> set[str]:
    return {
        term.field
        for word in parse(text).words
        for part in word.parts
        for chain in part.chains
        for slot in chain
        for term in slot.terms
    }
