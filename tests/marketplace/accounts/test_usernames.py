"""Names that may be taken, and names that may not because an address or the site itself needs them."""

import pytest
from flask import Flask

from marketplace.accounts import usernames
from marketplace.errors import Invalid


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize(
    ("typed", "name"), [("Hanako", "hanako"), (" a_b-9 ", "a_b-9"), ("ｈａｎａ", "hana"), ("a" * 30, "a" * 30)]
)
def test_a_name_is_stored_in_one_form(typed: str, name: str) -> None:
    assert usernames.canonical(typed) == name


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize(
    "typed", ["ab", "a" * 31, "", "a b c", "花子花子", "ana\u200bana", "аna", "___", "a.b.c", "a/b", "é" * 3]
)
def test_what_cannot_be_a_name_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        usernames.canonical(typed)


@pytest.mark.parametrize("name", ["admin", "a-d-m-i-n", "ad_min", "new", "log-in", "musubi_", "favicon", "no_reply"])
def test_a_reserved_name_stays_reserved_whatever_stands_between_its_letters(name: str) -> None:
    assert usernames.is_reserved(name)


def test_every_word_in_an_address_of_ours_is_reserved(app: Flask) -> None:
    """A member called `new` would own the page for making something new; a route that is added here later, too."""
    words = words_of_addresses([rule.rule for rule in app.url_map.iter_rules()])
    assert {"login", "workers", "settings"} <= words, "the test looks at something"
    missing = {word for word in words if not usernames.is_reserved(word)}
    assert not missing, f"reserve these in usernames.ADDRESSES: {sorted(missing)}"


def test_the_comparison_finds_a_word_beside_a_username() -> None:
    rules = ["/workers/<username>", "/workers/brand-new", "/workers/<username>/tea", "/<username>/x"]
    assert words_of_addresses(rules) >= {"workers", "brand-new"}
    assert words_of_addresses(["/a/<string:username>", "/a/deep/er"]) >= {"deep"}
    assert "er" not in words_of_addresses(["/a/<username>", "/a/deep/er"])


def words_of_addresses(rules: list[str]) -> set[str]:
    """Return every first segment, and every segment that stands where another address has a username."""
    split = [rule.strip("/").split("/") for rule in rules]
    beside = {tuple(parts[:place]) for parts in split for place, part in enumerate(parts) if "username>" in part}
    words = {parts[0] for parts in split}
    words |= {
        parts[len(before)]
        for before in beside
        for parts in split
        if tuple(parts[: len(before)]) == before < tuple(parts)
    }
    return {word for word in words if word and "<" not in word and "." not in word}
