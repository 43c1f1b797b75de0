"""Typed text comes out in one form, visible and in reading order, or is refused with a sentence."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.errors import Invalid
from marketplace.texts import MOST_MARKS, multi_line, single_line, visible_only

ANY = st.text(st.characters())


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  高瀬 律　", "高瀬 律"),
        ("山田　太郎", "山田　太郎"),
        ("か\u3099き\u3099", "がぎ"),
        ("ＡＢＣ ｶﾅ ①", "ＡＢＣ ｶﾅ ①"),
        ("葛\U000e0100城", "葛\U000e0100城"),
        ("👩\u200d👩\u200d👧", "👩\u200d👩\u200d👧"),
        ("❤\ufe0f", "❤\ufe0f"),
        ("a\r\nb\tc", "a b c"),
        ("請求書\u202egnp.exe", "請求書gnp.exe"),
        ("\u2067abc\u2069\u200f", "abc"),
        ("東\u200b京\ufeff都\u00ad", "東京都"),
        ("🏴\U000e0067\U000e0062", "🏴"),
        ("", ""),
        (" 　\t\r\n", ""),
    ],
)
def test_a_line_comes_out_in_one_form(typed: str, kept: str) -> None:
    assert single_line(typed, 30) == kept


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u0085", "\u2028", "\u2029", "\v", "\f"])
def test_every_line_end_becomes_the_same(end: str) -> None:
    assert multi_line(f"はじめ{end}{end}\tおわり{end}", 100) == "はじめ\n\n\tおわり"


@pytest.mark.parametrize(
    "character", ["\0", "\x01", "\x08", "\x1b", "\x7f", "\x80", "\x9f", "\ud800", "\ufffe", "\uffff"]
)
@pytest.mark.parametrize("clean", [single_line, multi_line])
def test_what_cannot_be_stored_is_refused_with_its_place(clean: object, character: str) -> None:
    assert callable(clean)
    with pytest.raises(Invalid, match="3文字目"):
        clean(f"高瀬{character}律", 30)


@pytest.mark.parametrize(
    "typed",
    [
        "\u200b",
        "\u3164",
        "\u2800\u2800",
        "\u115f \u1160",
        "\u202e",
        "\ufeff\u2060",
        "\ufe0f",
        "\u0301",
        "\u200d",
        "\u00a0\u3164",
        "\U000e0100",
    ],
)
def test_text_that_nobody_can_see_is_refused(typed: str) -> None:
    for clean in (single_line, multi_line):
        with pytest.raises(Invalid, match="目に見える"):
            clean(typed, 30)
    assert single_line(f"{typed}律", 30).endswith("律")


def test_a_pile_of_marks_is_cut_and_honest_marks_stay() -> None:
    assert single_line("Z" + "\u0335" * 500 + "a", 30) == "Z" + "\u0335" * MOST_MARKS + "a"
    assert single_line("Z" + "\u0335\u200d" * 500, 30) == "Z" + "\u0335\u200d" * (MOST_MARKS // 2)
    for honest in ("Việt Nam", "ไม้", "שָׁלוֹם", "か\u309a"):
        assert single_line(honest, 30) == unicodedata.normalize("NFC", honest)


def test_length_is_counted_after_cleaning_in_characters() -> None:
    assert single_line(" " + "𠮷" * 30 + "\u200b ", 30) == "𠮷" * 30
    assert multi_line("か\u3099\r\n" * 10, 20) == ("が\n" * 10).rstrip()
    for clean in (single_line, multi_line):
        with pytest.raises(Invalid, match="30文字までで入力してください。いまは31文字です。"):
            clean("律" * 31, 30)


@given(ANY)
def test_what_is_kept_is_fit_to_store(text: str) -> None:
    for clean in (single_line, multi_line):
        try:
            kept = clean(text, 1000)
        except Invalid:
            continue
        assert kept == clean(kept, 1000) == unicodedata.normalize("NFC", kept).strip()
        assert kept.encode().decode() == kept
        assert not set(kept) & set("\0\r\u202e\u2066\u200b\ufeff")
        assert "\n" not in kept or clean is multi_line


@given(ANY)
def test_dropping_the_invisible_twice_is_dropping_it_once(text: str) -> None:
    assert visible_only(visible_only(text)) == visible_only(text)


@pytest.mark.prove
@pytest.mark.parametrize(
    "typed", ["a\u0301" * 200_000, "\u0301" * 400_000, "\u200b" * 400_000, "\r\n" * 200_000, "が" * 400_000]
)
def test_no_text_takes_long(typed: str) -> None:
    began = time.monotonic()
    with pytest.raises(Invalid):
        multi_line(f"律{typed}律" * 2, 3)
    assert time.monotonic() - began < 3
