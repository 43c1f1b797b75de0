"""What is marked in a text, and which stretch of it is shown."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search_index.excerpts import READ, excerpt, excerpt_among, highlight
from search_index.query import parse

LONG = "家具の組み立てを請け負っています。" * 12 + "技術翻訳者として取扱説明書を訳します。" + "よろしく。" * 20


def marked(text: str, query: str) -> list[str]:
    return [segment.text for segment in highlight(text, parse(query)) if segment.is_hit]


@pytest.mark.parametrize(
    ("text", "query", "hits"),
    [
        ("技術翻訳者として", "翻訳", ["翻訳"]),
        ("技術翻訳者として", "技術翻訳", ["技術翻訳"]),
        ("技術の翻訳", "「技術翻訳」", []),
        ("Ｗｅｂとウェブ", "web", ["Ｗｅｂ", "ウェブ"]),
        ("引越しと引っ越し", "引越し", ["引越し", "引っ越し"]),
        ("ﾌﾟﾛｸﾞﾗﾐﾝｸﾞ講師", "プログラミング", ["ﾌﾟﾛｸﾞﾗﾐﾝｸﾞ"]),
        ("髙橋健太", "高橋", ["髙橋"]),
        ("高瀬 律", "たかせ", ["高瀬"]),
        ("C++とC#", "C#", ["C#"]),
        ("C++とC#", "C", []),
        ("Node.jsの開発", "node", ["Node.js"]),
        ("グラレコ講座", "グラレ", ["グラレ"]),
        ("ｸﾞﾗﾚｺ講座", "グラレ", ["ｸﾞﾗﾚ"]),
        ("東京都内と京都", "京都", ["京都"]),
        ("翻訳と通訳", "翻訳 通訳", ["翻訳", "通訳"]),
        ("翻訳と通訳", "翻訳 -通訳", ["翻訳"]),
        ("CATツール", "catツール", ["CATツール"]),
        ("Adobe Illustrator", "adobeillustrator", ["Adobe Illustrator"]),
        ("翻訳", "", []),
        ("翻訳", "-翻訳", []),
        ("", "翻訳", []),
    ],
)
def test_hits_are_marked_where_they_stand(text: str, query: str, hits: list[str]) -> None:
    assert marked(text, query) == hits


@given(st.text(max_size=80), st.text(max_size=20))
@settings(max_examples=200, deadline=None)
def test_highlighting_changes_no_character(text: str, query: str) -> None:
    assert "".join(segment.text for segment in highlight(text, parse(query))) == text


@given(st.text(max_size=300), st.text(max_size=20))
@settings(max_examples=100, deadline=None)
def test_an_excerpt_is_never_longer_than_asked(text: str, query: str) -> None:
    assert sum(len(segment.text) for segment in excerpt(text, parse(query), 40)) <= 42


def test_an_excerpt_shows_the_words_that_were_sought() -> None:
    segments = excerpt(LONG, parse("翻訳 取扱説明書"))
    assert [segment.text for segment in segments if segment.is_hit] == ["翻訳", "取扱説明書"]
    assert (segments[0].text, segments[-1].text) == ("…", "…")


def test_an_excerpt_prefers_the_stretch_with_most_different_words() -> None:
    text = "翻訳。" + "あいさつ。" * 30 + "翻訳と通訳。" + "あいさつ。" * 30
    assert [segment.text for segment in excerpt(text, parse("翻訳 通訳"), 30) if segment.is_hit] == ["翻訳", "通訳"]


SENTENCES = (
    "引越しを手伝います。",
    "引っ越しの荷造り。",
    "ひっこし歴10年!",
    "東京都内と京都へ伺います。",
    "Ｗｅｂとウェブ。",
    "よろしくお願いします。" * 4,
)


@given(
    st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=14),
    st.sampled_from(["引越し", "京都", "ウェブ", "引越し 京都"]),
)
@settings(max_examples=150, deadline=None)
def test_an_excerpt_marks_what_the_whole_text_marks_there(sentences: list[str], query: str) -> None:
    text = "".join(sentences)
    shown = [segment for segment in excerpt(text, parse(query)) if segment.text != "…"]
    stretch = "".join(segment.text for segment in shown)
    starts = [start for start in range(len(text)) if text.startswith(stretch, start)]
    assert [segment.text for segment in shown if segment.is_hit] in [
        _marked_between(text, query, start, start + len(stretch)) for start in starts
    ]


def _marked_between(text: str, query: str, first: int, last: int) -> list[str]:
    found, place = [], 0
    for segment in highlight(text, parse(query)):
        cut = text[max(place, first) : min(place + len(segment.text), last)]
        if segment.is_hit and cut and place < last:
            found.append(cut)
        place += len(segment.text)
    return found


@pytest.mark.parametrize(
    ("texts", "query", "shown"),
    [
        (["大工", "翻訳と通訳", "翻訳"], "翻訳", "翻訳と通訳"),
        (["引っ越し", "引越し"], "引越し", "引越し"),
        (["大工", "引っ越し"], "引越し", "引っ越し"),
        (["大工", "左官"], "翻訳", ""),
        (["大工"], "", ""),
        ([], "翻訳", ""),
    ],
)
def test_of_several_texts_one_with_a_hit_is_shown(texts: list[str], query: str, shown: str) -> None:
    assert "".join(segment.text for segment in excerpt_among(texts, parse(query))) == shown


def test_texts_without_end_are_not_looked_through_to_the_end() -> None:
    unmarked = "大工。" * (READ // 3)
    assert excerpt_among([unmarked, "引っ越し"], parse("引越し"))
    assert not excerpt_among([unmarked, unmarked, "引っ越し"], parse("引越し"))


@pytest.mark.parametrize(
    ("query", "text", "hit"),
    [
        ("java", "ジャバの仕事を続けてきました、それからjavascriptも。", "ジャバ"),
        ("web", "ウェブの仕事、それからcobwebも。", "ウェブ"),
    ],
)
def test_an_excerpt_shows_a_hit_that_only_looks_to_be_elsewhere(query: str, text: str, hit: str) -> None:
    segments = excerpt("よろしくお願いします。" * 12 + text + "ありがとうございます。" * 12, parse(query))
    assert [segment.text for segment in segments if segment.is_hit] == [hit]


def test_an_excerpt_without_hits_is_the_beginning() -> None:
    (beginning, dots) = excerpt(LONG, parse("大工"))
    assert LONG.startswith(beginning.text)
    assert dots == ("…", False)


def test_a_short_text_is_shown_whole_on_one_line() -> None:
    assert excerpt("一行目\n\n二行目", parse("")) == (("一行目 二行目", False),)
    assert excerpt("", parse("翻訳")) == ()


def test_what_is_not_read_is_cut_off_with_dots() -> None:
    assert excerpt(" " * 3_990 + "終わり" + "あ" * 100, parse("終わり"))[-1] == ("…", False)
