"""Text → terms: what is folded together, what is kept apart, and where each word came from."""

import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search_index.analysis import terms_of, tokens
from search_index.characters import bigrams, exact_key, fold, kana_names
from search_index.variants import FOLDED


def forms(text: str) -> list[str]:
    return [token.form for token in tokens(text)]


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("ＡＢＣ　１２", "abc 12"),
        ("ｶﾞｷﾞｸﾞ", "ガギグ"),
        ("か\u3099", "が"),
        ("髙橋・渡邉・齋藤・濵田", "高橋・渡辺・斎藤・浜田"),
        ("國學院", "国学院"),
        ("葛\U000e0100城", "葛城"),
        ("㈱ミライ", "(株)ミライ"),
        ("あ\u200bい\u00ad", "あい"),
        ("\ud800あ\x00", " あ "),
        ("İstanbul", "i\u0307stanbul"),
        ("斉藤と斎藤", "斉藤と斎藤"),
    ],
)
def test_what_differs_only_in_looks_is_one(written: str, folded: str) -> None:
    assert fold(written).text == folded


def test_folding_twice_is_folding_once() -> None:
    assert not set(FOLDED.values()) & {chr(code) for code in FOLDED}


@given(st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_every_folded_character_knows_where_it_came_from(text: str) -> None:
    folded = fold(text)
    if folded.offsets is None:
        assert len(folded.text) == len(text)
    else:
        assert list(folded.offsets) == sorted(folded.offsets)
        assert len(folded.offsets) == len(folded.text) + 1


@given(st.text(max_size=80))
@settings(max_examples=200, deadline=None)
def test_words_stand_in_order_inside_the_text(text: str) -> None:
    found = tokens(text)
    assert all(0 <= token.start <= token.end <= len(text) for token in found)
    assert [token.position for token in found] == sorted({token.position for token in found})
    assert all(token.form for token in found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("C++とC#", ["c++", "と", "c#"]),
        ("Node.js", ["nodejs"]),
        (".NETとASP.NET", [".net", "と", "aspnet"]),
        ("HTML/CSS", ["html", "css"]),
        ("R&DとM&A", ["r&d", "と", "m&a"]),
        ("Wi-Fi", ["wifi"]),
        ("C++17", ["c++", "17"]),
        ("サーバの見積り", ["サーバー", "の", "見積もり"]),
        ("、。!? ★", []),
        ("𩸽の塩焼き", ["𩸽", "の", "塩焼き"]),
    ],
)
def test_symbols_are_no_words_save_in_names(text: str, expected: list[str]) -> None:
    assert forms(text) == expected


def test_pieces_of_a_name_are_found_too() -> None:
    (node,) = tokens("Node.js")
    assert node.pieces == ("node", "js")
    (cpp,) = tokens("C++")
    assert cpp.pieces == ()


def test_words_know_where_they_stood_in_half_width_kana() -> None:
    text = "ﾌﾟﾛｸﾞﾗﾐﾝｸﾞ講師"
    assert [text[token.start : token.end] for token in tokens(text)] == ["ﾌﾟﾛｸﾞﾗﾐﾝｸﾞ", "講師"]


def test_a_sentence_ends_a_row_of_words() -> None:
    assert [token.position for token in tokens("翻訳。通訳")] == [0, 2]
    assert [token.position for token in tokens("翻訳・通訳")] == [0, 1]


def test_a_text_longer_than_the_tokenizer_takes_is_read_to_its_end() -> None:
    assert forms("翻訳です。" * 4_000 + "通訳")[-1] == "通訳"
    assert len(tokens("あ" * 60_000)) > 1_000
    assert forms("x" * 9_000 + " 通訳")[-1] == "通訳"


def test_nouns_have_a_reading_and_kana_need_none() -> None:
    readings = {token.form: token.reading for token in tokens("高瀬さんはサーバーの翻訳をする10年")}
    assert readings["高瀬"] == "タカセ"
    assert readings["翻訳"] == "ホンヤク"
    assert readings["サーバー"] == readings["為る"] == readings["10"] == ""


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Node.js", "node js", True),
        ("ＥＸＣＥＬ", "excel", True),
        ("えくせる", "エクセル", True),
        ("Adobe Illustrator", "adobe・illustrator", True),
        ("C++", "C#", False),
        ("C", "C++", False),
        (".NET", "NET", False),
    ],
)
def test_spellings_of_one_skill_share_a_key(one: str, other: str, same: bool) -> None:
    assert (exact_key(one) == exact_key(other)) is same


def test_the_kana_of_a_name_are_one_word() -> None:
    assert kana_names("かな") == ["カナ"]
    assert kana_names("森下 かなえ") == ["カナエ"]


def test_bigrams_do_not_reach_over_what_is_no_kanji_or_kana() -> None:
    assert [pair for pair, _place in bigrams("京都A大阪")] == ["京都", "大阪"]
    assert bigrams("京") == []


def test_only_unknown_words_and_their_neighbours_have_bigrams() -> None:
    assert not terms_of([("京都で翻訳をします。", 1.0)]).pairs
    pairs = terms_of([("会議でグラレコ講座を開く。翻訳も。", 1.0)]).pairs
    assert {"グラ", "レコ", "コ講", "講座"} <= pairs.keys()
    assert "翻訳" not in pairs
    assert not terms_of([("グラレコ", 1.0)], with_bigrams=False).pairs


def test_no_row_of_words_reaches_from_one_text_into_the_next() -> None:
    written = terms_of([("技術", 1.0), ("", 1.0), ("翻訳", 2.0)]).written
    assert written["翻訳"][1] > written["技術"][1] + 1
    assert (written["技術"][0], written["翻訳"][0]) == (1.0, 2.0)


def test_threads_have_a_tokenizer_each() -> None:
    texts = [f"技術翻訳者として{number}年働いてきました。取扱説明書の翻訳が得意です。" for number in range(200)]
    expected = [forms(text) for text in texts]
    found: list[list[list[str]]] = []
    threads = [threading.Thread(target=lambda: found.append([forms(text) for text in texts])) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 4
