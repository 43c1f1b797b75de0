"""What names look like: one skeleton for what the eye takes for one, different ones for what it tells apart."""

import pytest

from marketplace.skeletons import LENGTH, skeleton_of

PAIRS = (
    *("ニ二", "ロ口", "カ力", "エ工", "ト卜", "ハ八", "タ夕", "ー一", "へヘ"),
    *("りリ", "ミ三", "チ千", "オ才", "セ七", "〇○", "髙高", "﨑崎"),
)
"""The first row is in the tables of UTS #39, of the second only 〇."""


@pytest.mark.parametrize("pair", PAIRS)
def test_letters_that_look_alike_are_one(pair: str) -> None:
    assert skeleton_of(f"佐{pair[0]}") == skeleton_of(f"佐{pair[1]}")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ﾀｶｾ ﾘﾂ", "夕力セリツ"),
        ("ガ", "ｶﾞ"),
        ("佐藤 みのり", "佐藤みの\u200bリ"),
        ("Ana", "аnа"),
        ("paypal", "PAYPA1"),
        ("modern", "rnodern"),
        ("O0l1I", "0OlIl"),
        ("a\u202eb\u3164\u2800", "ab"),
        ("葛\U000e0100城", "葛城"),
    ],
)
def test_width_case_spaces_and_what_is_not_seen_make_no_difference(one: str, other: str) -> None:
    assert skeleton_of(one) == skeleton_of(other) != ""


@pytest.mark.parametrize(("one", "other"), [("佐藤", "斎藤"), ("一郎", "二郎"), ("はは", "ばば"), ("Ana", "Anna")])
def test_what_the_eye_tells_apart_stays_apart(one: str, other: str) -> None:
    assert skeleton_of(one) != skeleton_of(other)


def test_nothing_to_see_has_no_skeleton_and_no_name_is_too_long() -> None:
    assert skeleton_of("\u3164\u2800\u200b ") == ""
    assert len(skeleton_of("\ufdfa" * 30)) == LENGTH
