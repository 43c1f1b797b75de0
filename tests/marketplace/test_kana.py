"""Readings come out in full-width katakana, however they were typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.kana import is_katakana_name, to_katakana, to_romaji


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("こあこんしぇる たろう", "コアコンシェル タロウ"),
        ("ｺｱｺﾝｼｪﾙ ﾀﾛｳ", "コアコンシェル タロウ"),
        ("コアコンシェル　タロウ", "コアコンシェル タロウ"),
        ("  ﾀｶﾊｼ   ﾊﾅｺ\t", "タカハシ ハナコ"),
        ("がぎぐ ぱぴぷ", "ガギグ パピプ"),
        ("ｶﾞｷﾞ ﾊﾟﾋﾟ", "ガギ パピ"),
        ("か\u3099", "ガ"),
        ("か゛ は゜", "ガ パ"),
        ("う゛ぃ", "ヴィ"),
        ("わ゛", "ヷ"),
        ("カ-ル カ−ル カ―ル カ－ル ｶｰﾙ かーる", "カール カール カール カール カール カール"),
        ("ジョン・スミス", "ジョン・スミス"),
        ("ｼﾞｮﾝ･ｽﾐｽ", "ジョン・スミス"),
        ("いすゞ すゝむ", "イスヾ スヽム"),
        ("山田 太郎", "山田 太郎"),
        ("Ａ-Ｂ", "A-B"),
        ("", ""),
    ],
)
def test_any_kana_becomes_full_width_katakana(typed: str, kept: str) -> None:
    assert to_katakana(typed) == kept


@given(st.text(st.characters(min_codepoint=0x3041, max_codepoint=0x3096), min_size=1))
def test_every_hiragana_word_becomes_a_katakana_name(word: str) -> None:
    assert is_katakana_name(to_katakana(word))


@given(st.text())
def test_converting_twice_is_converting_once(text: str) -> None:
    once = to_katakana(text)
    assert to_katakana(once) == once


@pytest.mark.parametrize("name", ["タロウ", "コアコンシェル タロウ", "ジョン・スミス", "ヴィーノ", "サヽキ", "エリー"])
def test_a_name_in_katakana_is_one(name: str) -> None:
    assert is_katakana_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "ー",
        "・",
        "タロウ ",
        " タロウ",
        "タ  ロウ",
        "たろう",
        "ﾀﾛｳ",
        "太郎",
        "Taro",
        "タロウ1",
        "ータロウ",
        "タロウ\n",
    ],
)
def test_anything_else_is_not(name: str) -> None:
    assert not is_katakana_name(name)


@pytest.mark.parametrize(
    ("kana", "romaji"),
    [
        ("トウキョウ", "tokyo"),
        ("オオサカ", "osaka"),
        ("キュウシュウ", "kyushu"),
        ("ニイガタ", "niigata"),
        ("ハッチョウボリ", "hatchobori"),
        ("イイヅカ", "iizuka"),
    ],
)
def test_romaji_is_what_stations_write_without_macrons(kana: str, romaji: str) -> None:
    assert to_romaji(kana) == romaji
