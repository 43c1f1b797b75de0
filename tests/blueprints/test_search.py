"""ワーカーを探す: the query string is the state, bad values are left out, hidden members are never shown."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask

from marketplace import db, outbox
from marketplace.accounts.models import Member
from marketplace.careers.models import SkillLevel
from marketplace.careers.service import skills
from marketplace.clock import now
from marketplace.profiles.models import Status, WantedPlace, WeeklyHours
from search_index import sync
from tests.factories.members import MemberFactory
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
def workers(app: Flask, make_member: MemberFactory, reindex: Reindex) -> dict[str, Member]:
    """Three workers and one who is not published."""
    told = {"status": Status.AVAILABLE, "status_confirmed_at": now(), "weekly_hours": WeeklyHours.FROM_10_TO_20}
    found = {
        "ritsu": make_member(
            "ritsu", "高瀬 律", worker=True, headline="技術翻訳", introduction="取扱説明書の英日翻訳をしています。",
            hourly_rate_yen=5500, **told,
        ),
        "kanae": make_member(
            "kanae", "森下かなえ", worker=True, introduction="医療機器の翻訳とレビューをします。", hourly_rate_yen=6000,
            accepts_online=True, status=Status.AVAILABLE, status_confirmed_at=now() - timedelta(days=20),
        ),
        "fumi": make_member(
            "fumi", "黒田 文", worker=True, introduction="論文と仕様書の校正をします。", hourly_rate_yen=3000
        ),
        "kakure": make_member("kakure", "かくれ", introduction="翻訳をしていますが、公開していません。"),
    }  # fmt: skip
    with app.app_context(), db.writing():
        db.db.session.add(WantedPlace(profile_id=found["ritsu"].id, prefecture="26", city="26104", position=0))
        for name, level, since in (
            ("ritsu", SkillLevel.TEACHING, date(2014, 4, 1)),
            ("kanae", SkillLevel.ASSISTED, date(2024, 4, 1)),
        ):
            skills.add(found[name], "英日翻訳", level, since)
        db.commit()
    reindex()
    return found


def names(page: Page) -> list[str]:
    return page.find_all("#results h3 .name, #results h3.name") or page.find_all("#results h3")


@pytest.mark.usefixtures("workers")
class TestFinding:
    def test_without_words_all_workers_are_listed(self, visit: Visitors) -> None:
        page = visit.open("search.workers")
        assert set(names(page)) == {"高瀬 律", "森下かなえ", "黒田 文"}
        assert "3 人のワーカーがいます" in page.text

    def test_words_find_those_who_use_them_and_are_marked(self, visit: Visitors) -> None:
        page = visit.open("search.workers", q="取扱説明書 翻訳")
        assert names(page) == ["高瀬 律"]
        assert "取扱説明書" in page.find_all("mark")

    def test_the_box_keeps_what_was_typed(self, visit: Visitors) -> None:
        assert visit.open("search.workers", q='"<b>翻訳" -x').value("q") == '"<b>翻訳" -x'

    @pytest.mark.parametrize(
        ("arguments", "expected"),
        [
            ({"status": "available"}, {"高瀬 律"}),
            ({"hours": "10_to_20"}, {"高瀬 律"}),
            ({"place": "26"}, {"高瀬 律"}),
            ({"city": "26104"}, {"高瀬 律"}),
            ({"city": "26105"}, set()),
            ({"online": "1"}, {"森下かなえ"}),
            ({"rate_from": "５,０００"}, {"高瀬 律", "森下かなえ"}),
            ({"rate_to": "5500", "rate_from": "3001"}, {"高瀬 律"}),
        ],
    )
    def test_each_filter_leaves_those_it_means(
        self, visit: Visitors, arguments: dict[str, str], expected: set[str]
    ) -> None:
        assert set(names(visit.open("search.workers", **arguments))) == expected

    def test_a_skill_is_found_by_its_name_with_level_and_years(self, visit: Visitors) -> None:
        page = visit.open("search.workers", skill_name="英日翻訳")
        assert set(names(page)) == {"高瀬 律", "森下かなえ"}
        key = page.value("skill")
        assert names(visit.open("search.workers", skill=key, level="2")) == ["高瀬 律"]
        assert names(visit.open("search.workers", skill=key, years="5")) == ["高瀬 律"]
        assert (
            "英日翻訳(実務で使える以上・5年以上)" in visit.open("search.workers", skill=key, years="5", level="2").text
        )

    def test_orders(self, visit: Visitors) -> None:
        assert names(visit.open("search.workers", order="rate-low")) == ["黒田 文", "高瀬 律", "森下かなえ"]
        assert names(visit.open("search.workers", order="rate-high")) == ["森下かなえ", "高瀬 律", "黒田 文"]

    def test_a_chosen_filter_can_be_taken_away_by_its_chip(self, visit: Visitors) -> None:
        page = visit.open("search.workers", q="翻訳", online="1", order="newest")
        assert names(page) == ["森下かなえ"]
        freed = page.follow("「オンライン」を外す")
        assert set(names(freed)) == {"高瀬 律", "森下かなえ"}
        assert freed.value("q") == "翻訳"
        assert freed.value("order") == "newest"

    def test_nothing_found_says_which_filter_stands_in_the_way(self, visit: Visitors) -> None:
        page = visit.open("search.workers", q="翻訳", rate_to="1000")
        assert "「時給 1,000円以下」を外すと、2人います。" in page.text
        assert len(names(page.follow("「時給 1,000円以下」を外す"))) == 2

    @pytest.mark.parametrize(
        "arguments",
        [
            {"level": "９９", "years": "-1", "skill": "x", "rate_from": "四千"},
            {"status": "rich", "hours": "all", "place": "99", "city": "1"},
            {"order": "; drop", "after": "garbled", "skill": "9" * 30},
            {"q": "*" * 500},
            {"q": "\x00\x07 \ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace")},
            {"rate_from": "9" * 400, "online": "yes"},
        ],
    )
    def test_values_that_mean_nothing_are_left_out(self, visit: Visitors, arguments: dict[str, str]) -> None:
        assert visit.open("search.workers", **arguments).status == 200

    def test_a_member_can_follow_from_the_list(self, visit: Visitors, workers: dict[str, Member], ana: Member) -> None:
        page = visit.as_(ana).open("search.workers", q="取扱説明書")
        after = page.submit("フォローする。高瀬 律さんをフォローします")
        assert after.path.startswith("/workers?q=")
        assert "高瀬 律さんをフォローしました。" in after.text
        assert "フォロー中" in after.text


def test_an_unpublished_worker_disappears_at_once_even_from_a_stale_index(
    app: Flask, visit: Visitors, workers: dict[str, Member]
) -> None:
    with app.app_context(), db.writing():
        row = db.db.session.get(Member, workers["fumi"].id)
        assert row is not None
        row.published_at = None
        db.commit()
    assert "黒田 文" not in visit.open("search.workers", q="校正").text


def test_a_saved_change_is_found_after_the_drain(
    app: Flask, visit: Visitors, workers: dict[str, Member], drain: Callable[[], int]
) -> None:
    with app.app_context(), db.writing():
        row = db.db.session.get(Member, workers["kakure"].id)
        assert row is not None
        row.published_at = now()
        db.commit()
    assert drain() > 0
    assert names(visit.open("search.workers", q="公開していません")) == ["かくれ"]
    with app.app_context():
        assert outbox.drain() == 0


@pytest.mark.parametrize("amount", [1, 30])
def test_the_number_of_statements_does_not_grow(
    visit: Visitors, make_member: MemberFactory, reindex: Reindex, ana: Member, amount: int
) -> None:
    for number in range(amount):
        make_member(f"worker-{number:02}", introduction="翻訳", worker=True)
    reindex()
    page = visit.as_(ana).open("search.workers", q="翻訳")
    assert len(names(page)) == min(amount, 20)
    assert page.statements == 7


def test_pages_lead_on_and_back(visit: Visitors, make_member: MemberFactory, reindex: Reindex) -> None:
    for number in range(45):
        make_member(f"worker-{number:02}", introduction="翻訳", worker=True, hourly_rate_yen=1000 + number)
    reindex()
    first = visit.open("search.workers", q="翻訳", order="rate-low")
    second = first.follow("次の20人を見る")
    third = second.follow("次の5人を見る")
    assert [len(names(page)) for page in (first, second, third)] == [20, 20, 5]
    assert not third.soup.select("[rel=next]")
    assert names(third.follow("前のページを見る")) == names(second)
    assert set(names(first)).isdisjoint(names(second))


def test_a_missing_index_says_that_it_is_being_built(app: Flask, visit: Visitors, reindex: Reindex) -> None:
    with app.app_context():
        folder = app.extensions["settings"].search_index_dir
    reindex()
    assert visit.open("search.workers").status == 200
    import shutil

    shutil.rmtree(folder)
    page = visit.open("search.workers", q="翻訳")
    assert page.status == 503
    assert page.response.headers["Retry-After"]
    assert "検索の準備をしています。" in page.text
    reindex()
    assert visit.open("search.workers").status == 200
