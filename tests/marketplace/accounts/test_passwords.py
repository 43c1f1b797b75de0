"""What a good password is, and its hash."""

import contextlib
import time

import pytest

from marketplace.accounts import passwords
from marketplace.accounts.passwords import Weak

pytestmark = pytest.mark.usefixtures("session")


@pytest.mark.parametrize(
    "password",
    ["correct horse battery", "himitsu-no-aikotoba", "がっこうのかえりみち", "🍙🍙おにぎり海苔たまご",
     "  spaces around  ",
     "Tr0ub4dour&3", "x7#pQ2!mZ9", "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeee 9f!2", "p" * 40 + "unlikely tail 9f2"],
)  # fmt: skip
def test_a_password_nobody_guesses_is_good(password: str) -> None:
    passwords.require_good(password, "hanako", "hanako@example.com")


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("123456789", "10文字以上"),
        ("", "いまは0文字"),
        ("が" * 4 + "か\u3099" * 5, "いまは9文字"),
        ("a" * 1025, "1024バイトまで"),
        ("\ufdfa" * 300, "1024バイトまで"),
        ("あ" * 342, "1024バイトまで"),
        ("bad \ud800 surrogate", "使えない文字"),
        ("password123", "よく使われる"),
        ("P@ssw0rd123", "よく使われる"),
        ("ｐａｓｓｗｏｒｄ１２３", "よく使われる"),
        ("qwertyuiop", "よく使われる"),
        ("12345678901", "よく使われる"),
        ("ababababababab", "よく使われる"),
        ("🍙🍙🍙🍙🍙🍙🍙🍙🍙🍙", "よく使われる"),
        ("musubi12345", "よく使われる"),
        ("hanako-sato", "含まない"),
        ("i am Hanako-Sato really", "含まない"),
        ("sato.hanako@example.com", "含まない"),
        ("SATO.HANAKO 2026 forever", "含まない"),
    ],
)
def test_a_password_others_would_guess_is_refused_with_what_to_do(password: str, words: str) -> None:
    with pytest.raises(Weak, match=words):
        passwords.require_good(password, "hanako-sato", "sato.hanako@example.com")


def test_a_short_name_may_stand_in_a_word() -> None:
    passwords.require_good("bananas in pyjamas 7", "ana", "ana@example.com")


@pytest.mark.parametrize("password", ["4@8({[</369&#!1/|0$5+7%2" * 3, "a1" * 500, "password" * 60, "()" * 300 + "x"])
def test_no_password_costs_more_than_a_moment(password: str) -> None:
    passwords.require_good("something quite ordinary", "x")
    begun = time.perf_counter()
    with contextlib.suppress(Weak):
        passwords.require_good(password, "hanako", "hanako@example.com")
    assert time.perf_counter() - begun < 2


def test_a_hash_is_argon2id_salted_and_of_the_normal_form() -> None:
    first, second = passwords.hashed("ｋｕｍｏ to yama 7"), passwords.hashed("kumo to yama 7")
    assert first.startswith("$argon2id$")
    assert first != second
    assert passwords.matches(first, "kumo to yama 7")
    assert passwords.matches(second, "ｋｕｍｏ to yama 7")
    assert not passwords.matches(first, "kumo to yama 8")


def test_nobodys_hash_matches_nothing() -> None:
    assert not passwords.matches(None, "nobody's password")
    assert not passwords.matches("rubbish", "nobody's password")
    assert not passwords.matches(None, "x" * 2000)
