"""What counts as the same word in a search of one's own messages, and where it stands in what was written."""

import pytest

from marketplace.messages.folding import LONGEST_QUERY, MOST_WORDS, excerpt, folded, marked, words_of


@pytest.mark.parametrize(
    ("one", "other"), [("ＰＤＦ", "pdf"), ("ｶﾞｲﾄﾞ", "ガイド"), ("図版\n\u3000 3", "図版 3"), ("Straße", "STRASSE")]
)
def test_case_width_and_kinds_of_space_make_no_difference(one: str, other: str) -> None:
    assert folded(one) == folded(other)


def test_as_many_words_are_looked_for_as_one_can_mean() -> None:
    assert words_of("図版\u3000ＰＤＦ pdf") == ("図版", "pdf")
    assert words_of(" \u3000\x00") == ()
    assert len(words_of(" ".join(map(str, range(100))))) == MOST_WORDS
    assert len(words_of("あ" * 1000)[0]) == LONGEST_QUERY


@pytest.mark.parametrize(
    ("text", "word", "hits"),
    [
        ("このＰＤＦとpdfを", "pdf", ["ＰＤＦ", "pdf"]),
        ("ｶﾞｲﾄﾞを", "ガイド", ["ｶﾞｲﾄﾞ"]),
        ("㍿結び", "株式", ["㍿"]),
        ("か\u3099くせい", "がく", ["か\u3099く"]),
        ("図版", "表", []),
    ],
)
def test_a_hit_is_marked_as_it_was_written(text: str, word: str, hits: list[str]) -> None:
    segments = marked(text, [folded(word)])
    assert [part for part, is_hit in segments if is_hit] == hits
    assert "".join(part for part, _is_hit in segments) == text


def test_hits_that_overlap_are_marked_together_once() -> None:
    assert "".join(part for part, _is_hit in marked("東京都庁", ["東京都", "京都", "都庁"])) == "東京都庁"


def test_an_excerpt_begins_shortly_before_its_first_hit() -> None:
    segments = excerpt("あ" * 500 + "\n\n図版" + "い" * 500, ["図版"])
    text = "".join(part for part, _is_hit in segments)
    assert ("図版", True) in segments
    assert (text[0], text[-1], len(text)) == ("…", "…", 122)
