"""What is written already is found before it is asked."""

from search_index.passages import MOST_READ, passages

PAGE = (
    "英文200ページの取扱説明書を日本語に訳していただきます。図版の中の文字も訳してください。\n納期は10月末です。",
    "用語集はお渡しします。",
)


def test_a_sentence_that_answers_is_found_in_other_words() -> None:
    assert passages("図版にある文字は、訳す範囲に入りますか。", PAGE) == ["図版の中の文字も訳してください。"]


def test_what_shares_one_word_by_chance_is_not() -> None:
    assert passages("納期の相談はどなたにすればよいですか。", PAGE) == []


def test_words_of_every_question_count_for_nothing() -> None:
    assert passages("質問があります。教えていただくことは可能でしょうか。", ["質問は可能です。お教えします。"]) == []


def test_a_few_are_shown_in_the_order_of_the_page() -> None:
    page = ["図版の文字の一。図版の文字の二。図版の文字の三。図版の文字と単位の四。"]
    found = passages("図版の文字と単位はどうなりますか。", page, most=2)
    assert len(found) == 2
    assert found[-1] == "図版の文字と単位の四。"


def test_no_more_than_so_much_is_read() -> None:
    assert passages("図版の文字", ["あ。" * MOST_READ, "図版の文字です。"]) == []
