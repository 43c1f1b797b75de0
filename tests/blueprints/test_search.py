"""ワーカーを探す: the query string is the state, bad values are left out, hidden members are never shown."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace import db, outbox
from marketplace.accounts.models import Member
from marketplace.careers.models import (
    CareerCategory,
    Hobby,
    HobbyCategory,
    HobbyVisibility,
    QualificationCategory,
    SkillLevel,
)
from marketplace.careers.service import careers, hobbies, qualifications, skills
from marketplace.clock import now, today
from marketplace.follows import service as follows
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
            ("kanae", SkillLevel.ASSISTED, date(today().year - 2, 1, 1)),
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

    def test_the_box_cuts_nothing_and_the_page_says_what_was_read(self, visit: Visitors) -> None:
        page = visit.open("search.workers", q="翻訳" * 100)
        assert page.value("q") == "翻訳" * 100
        assert not page.soup.select("[name=q][maxlength]")
        assert "はじめの64文字" in page.text

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

    def test_a_name_that_is_no_skill_stays_with_a_sentence(self, visit: Visitors, ana: Member) -> None:
        for page in (visit.open("search.workers"), visit.as_(ana).open("search.workers")):
            answer = page.submit("この条件で探す", skill_name="<玉算>")
            assert answer.value("skill_name") == "<玉算>"
            assert answer.errors() == {"skill_name": "「<玉算>」というスキルは登録されていません。"}
            assert len(names(answer)) == 3
            found = answer.submit("この条件で探す", skill_name="えいにち翻訳")
            assert "skill_name" in found.errors()
            found = answer.submit("この条件で探す", skill_name="英日 翻訳")
            assert (found.value("skill_name"), found.errors(), len(names(found))) == ("", {}, 2)

    def test_a_rate_that_is_no_number_stays_with_a_sentence(self, visit: Visitors) -> None:
        page = visit.open("search.workers", rate_from="四千", rate_to="5,500円")
        assert (page.value("rate_from"), page.value("rate_to")) == ("四千", "5,500")
        assert page.errors() == {"rate_from": "時給は数字で入力してください。例)3,000"}
        assert set(names(page)) == {"高瀬 律", "黒田 文"}

    def test_a_range_that_was_typed_from_its_end_means_the_same(self, visit: Visitors) -> None:
        page = visit.open("search.workers", rate_from="5,500", rate_to="3,001")
        assert (page.value("rate_from"), page.value("rate_to"), names(page)) == ("3,001", "5,500", ["高瀬 律"])

    def test_an_amount_beyond_every_rate_finds_nobody(self, visit: Visitors) -> None:
        page = visit.open("search.workers", rate_from="9" * 5_000)
        assert (page.value("rate_from"), names(page)) == ("1,000,000", [])

    def test_control_characters_are_no_part_of_what_was_typed(self, visit: Visitors) -> None:
        page = visit.open("search.workers", q="取扱\x00説明書\t翻訳\x1b", skill_name="\x00英日\x00翻訳")
        assert (page.value("q"), names(page)) == ("取扱説明書 翻訳", ["高瀬 律"])
        assert page.value("skill") != ""

    def test_cities_say_how_many_there_are(self, visit: Visitors) -> None:
        page = visit.open("search.workers", place="26")
        assert {"京都市中京区(1人)", "京都市東山区(0人)"} < set(page.find_all("[name=city] option"))
        page = visit.open("search.workers", city="26104")
        assert "京都市中京区 1 人" in page.find_all(".pick")

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


@pytest.mark.usefixtures("workers")
class TestMarks:
    def test_the_nickname_and_the_headline_are_marked(self, visit: Visitors) -> None:
        assert visit.open("search.workers", q="高瀬").find_all("h3 mark") == ["高瀬"]
        assert visit.open("search.workers", q="技術翻訳").find_all(".headline mark") == ["技術翻訳"]

    @pytest.mark.parametrize("word", ["桂川印刷", "組版", "校正技能検定", "盆栽", "剪定"])
    def test_what_a_worker_has_done_is_shown_where_the_introduction_has_no_hit(
        self, app: Flask, visit: Visitors, workers: dict[str, Member], reindex: Reindex, word: str
    ) -> None:
        tell(app, workers["fumi"])
        reindex()
        page = visit.open("search.workers", q=word)
        assert names(page) == ["黒田 文"]
        assert page.find_all(".excerpt mark") == [word]

    def test_the_introduction_comes_first(
        self, app: Flask, visit: Visitors, workers: dict[str, Member], reindex: Reindex
    ) -> None:
        tell(app, workers["fumi"])
        reindex()
        assert "論文" in visit.open("search.workers", q="校正").find_all(".excerpt")[0]

    def test_a_hobby_that_only_friends_may_know_of_is_never_shown(
        self, app: Flask, visit: Visitors, workers: dict[str, Member], ana: Member, reindex: Reindex
    ) -> None:
        tell(app, workers["fumi"])
        befriend(app, ana, workers["fumi"])
        reindex()
        with app.app_context(), db.writing():
            db.db.session.scalars(select(Hobby).where(Hobby.name == "盆栽")).one().visibility = HobbyVisibility.FRIENDS
            db.commit()
        for word in ("盆栽", "剪定", "編み物"):  # the index has not followed yet, and knows two of them
            page = visit.as_(ana).open("search.workers", q=word)
            assert names(page) == ([] if word == "編み物" else ["黒田 文"])
            assert word not in " ".join(page.find_all("#results"))


def tell(app: Flask, member: Member) -> None:
    """Say what the member has done and likes."""
    with app.app_context(), db.writing():
        careers.add(
            member,
            category=CareerCategory.EMPLOYEE,
            started_on=date(2015, 4, 1),
            company="桂川印刷",
            duties="書籍の組版",
        )
        qualifications.add(member, category=QualificationCategory.OTHER, name="校正技能検定")
        hobbies.add(member, category=HobbyCategory.OUTDOORS, name="盆栽", description="松の剪定")
        hobbies.add(member, category=HobbyCategory.CRAFT, name="編み物", visibility=HobbyVisibility.FRIENDS)
        db.commit()


def befriend(app: Flask, one: Member, *others: Member) -> None:
    """Let each follow the other."""
    with app.app_context(), db.writing():
        for other in others:
            follows.follow(one, other)
            follows.follow(other, one)
        db.commit()


class TestAmongFriends:
    def test_only_friends_are_found(
        self, app: Flask, visit: Visitors, workers: dict[str, Member], ana: Member, reindex: Reindex
    ) -> None:
        befriend(app, ana, workers["ritsu"], workers["kakure"])
        with app.app_context(), db.writing():
            follows.follow(ana, workers["fumi"])
            follows.follow(workers["kanae"], ana)
            db.commit()
        page = visit.as_(ana).open("search.workers", friends="1")
        assert names(page) == ["高瀬 律"]
        assert page.find_all(".tie") == ["つながり あなた → 高瀬 律 友達"]
        assert "友達" in page.find_all("fieldset.filter:first-of-type .chosen")

    def test_the_choice_is_the_first_of_all_and_can_be_taken_away(
        self, app: Flask, visit: Visitors, workers: dict[str, Member], ana: Member
    ) -> None:
        befriend(app, ana, workers["ritsu"])
        page = visit.as_(ana).open("search.workers", q="翻訳")
        assert page.find_all("fieldset.filter legend")[0] == "つながり"
        assert not page.soup.select("[name=friends][checked]")
        page = visit.as_(ana).open("search.workers", q="翻訳", friends="1")
        assert [one["value"] for one in page.soup.select("[name=friends][checked]")] == ["1"]
        assert set(names(page.follow("「友達」を外す"))) == {"高瀬 律", "森下かなえ"}

    @pytest.mark.usefixtures("workers")
    def test_without_friends_the_page_says_what_stands_in_the_way(self, visit: Visitors, ana: Member) -> None:
        page = visit.as_(ana).open("search.workers", q="翻訳", friends="1")
        assert names(page) == []
        assert "「友達」を外すと、2人います。" in page.text

    @pytest.mark.usefixtures("workers")
    def test_a_visitor_has_no_friends_and_is_not_asked(self, visit: Visitors) -> None:
        page = visit.open("search.workers", friends="1")
        assert set(names(page)) == {"高瀬 律", "森下かなえ", "黒田 文"}
        assert "友達の友達" not in page.text
        assert not page.soup.select("[name=friends]")
        assert "friends" not in page.response.headers["HX-Push-Url"]


@pytest.mark.parametrize("amount", [1, 30])
@pytest.mark.parametrize(
    ("arguments", "statements"),
    [
        ({"q": "翻訳"}, 8),
        ({"q": "登山"}, 9),
        ({"q": "翻訳", "friends": "1"}, 8),
        ({"q": "登山", "friends": "1"}, 9),
        ({"q": "登山", "order": "closest"}, 10),
    ],
)
def test_the_number_of_statements_does_not_grow(
    app: Flask,
    visit: Visitors,
    make_member: MemberFactory,
    reindex: Reindex,
    ana: Member,
    amount: int,
    arguments: dict[str, str],
    statements: int,
) -> None:
    found = [make_member(f"worker-{number:02}", introduction="翻訳", worker=True) for number in range(amount)]
    befriend(app, ana, *found)
    with app.app_context(), db.writing():
        for member in found:
            hobbies.add(member, category=HobbyCategory.OUTDOORS, name="登山")
        db.commit()
    reindex()
    page = visit.as_(ana).open("search.workers", **arguments)
    assert len(names(page)) == len(page.find_all(".excerpt mark")) == min(amount, 20)
    assert page.statements == statements


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
