"""ワーカーを探す among those one knows: how each hit is connected, who is near, and the closest first."""

from collections.abc import Callable

import pytest
from flask import Flask

from marketplace import db
from marketplace.accounts.models import Member
from search_index import sync
from tests.factories.members import MemberFactory
from tests.marketplace.circles import graphs
from tests.visit import Page, Visitors

Reindex = Callable[[], None]


@pytest.fixture
def reindex(app: Flask) -> Reindex:
    """Builds the index from the rows as they are now."""

    def rebuild() -> None:
        with app.app_context(), db.writing():
            sync.rebuild()

    return rebuild


@pytest.fixture
def workers(make_member: MemberFactory, reindex: Reindex) -> dict[str, Member]:
    """Three workers and one who is not published."""
    found = {
        "ritsu": make_member("ritsu", "高瀬 律", worker=True, introduction="取扱説明書の英日翻訳をしています。"),
        "kanae": make_member("kanae", "森下かなえ", worker=True, introduction="医療機器の翻訳とレビューをします。"),
        "fumi": make_member("fumi", "黒田 文", worker=True, introduction="論文と仕様書の校正をします。"),
        "kakure": make_member("kakure", "かくれ"),
    }
    reindex()
    return found


def names(page: Page) -> list[str]:
    return page.find_all("#results h3")


def befriend(app: Flask, one: Member, *others: Member) -> None:
    """Let each follow the other."""
    with app.app_context(), db.writing():
        graphs.befriend(*((one, other) for other in others))
        db.commit()


@pytest.fixture
def circle(app: Flask, workers: dict[str, Member], make_member: MemberFactory, ana: Member) -> Member:
    """Ana's friend is Fumi, whose friend is Kanae."""
    befriend(app, ana, workers["fumi"])
    befriend(app, workers["fumi"], workers["kanae"])
    return ana


def test_each_hit_says_how_it_is_connected(visit: Visitors, circle: Member) -> None:
    page = visit.as_(circle).open("search.workers")
    assert set(page.find_all(".tie")) == {
        "つながり あなた → 黒田 文 友達",
        "つながり あなた → 黒 黒田 文 → 森下かなえ 友達の友達",
    }
    assert not visit.open("search.workers").find_all(".tie")


def test_a_hit_over_several_shared_friends_says_how_many(
    app: Flask, visit: Visitors, workers: dict[str, Member], circle: Member
) -> None:
    befriend(app, workers["kakure"], circle, workers["kanae"])
    befriend(app, workers["ritsu"], circle, workers["kanae"])
    page = visit.as_(circle).open("search.workers", q="レビュー")
    assert page.find_all(".tie") == ["つながり あなた → 高 高瀬 律 → 森下かなえ ほか共通の友達2人"]


def test_only_friends_of_friends_are_found(visit: Visitors, circle: Member) -> None:
    page = visit.as_(circle).open("search.workers", friends="2")
    assert names(page) == ["森下かなえ"]
    assert "友達の友達" in page.find_all("fieldset.filter:first-of-type .chosen")
    both = visit.as_(circle).open("search.workers", friends=["1", "2"])
    assert set(names(both)) == {"黒田 文", "森下かなえ"}
    assert names(both.follow("「友達」を外す")) == ["森下かなえ"]
    assert set(names(visit.open("search.workers", friends="2"))) == {"高瀬 律", "森下かなえ", "黒田 文"}


def test_the_closest_come_first_whatever_the_words_weigh(visit: Visitors, circle: Member) -> None:
    page = visit.as_(circle).open("search.workers", order="closest")
    assert names(page) == ["黒田 文", "森下かなえ", "高瀬 律"]
    assert names(visit.as_(circle).open("search.workers", q="翻訳", order="closest")) == ["森下かなえ", "高瀬 律"]
    assert page.value("order") == "closest"


@pytest.mark.usefixtures("workers")
def test_nobody_is_close_to_a_visitor(visit: Visitors) -> None:
    page = visit.open("search.workers", order="closest")
    assert page.value("order") == "relevance"
    assert not page.soup.select("option[value=closest]")


def test_the_closest_first_lead_on_and_back(
    app: Flask, visit: Visitors, make_member: MemberFactory, reindex: Reindex, ana: Member
) -> None:
    found = [make_member(f"worker-{number:02}", f"W{number:02}", worker=True) for number in range(50)]
    befriend(app, ana, *found[:15])
    befriend(app, found[0], *found[15:40])
    reindex()
    first = visit.as_(ana).open("search.workers", order="closest")
    second = first.follow("次の20人を見る")
    third = second.follow("次の11人を見る")
    numbers = [name for page in (first, second, third) for name in names(page)]
    assert {*numbers[:15]} == {f"W{number:02}" for number in range(15)}
    assert {*numbers[15:40]} == {f"W{number:02}" for number in range(15, 40)}
    assert len({*numbers}) == 51
    assert names(third.follow("前のページを見る")) == names(second)
