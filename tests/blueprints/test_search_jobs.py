"""お手伝い・お仕事を探す: as workers are found; never what is closed, over, hidden or of somebody blocked."""

import shutil
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.clock import now, today
from marketplace.companies.models import Belonging
from marketplace.follows import service as follows
from marketplace.jobs import service
from marketplace.jobs.categories import Category
from marketplace.jobs.models import Job, JobEnding, JobKind, RewardKind
from search_index import sync
from tests.factories.companies import CompanyFactory
from tests.factories.jobs import JobFactory
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
def jobs(
    app: Flask,
    ana: Member,
    cleo: Member,
    make_member: MemberFactory,
    make_company: CompanyFactory,
    make_job: JobFactory,
    reindex: Reindex,
) -> dict[str, Job]:
    """Three open jobs, and three that nobody may find."""
    dan = make_member("dan", "Dan")
    tea = make_company("tea", ana, name="株式会社みなも")
    with app.app_context(), db.writing():
        for place in db.db.session.query(Belonging).filter_by(member_id=ana.id):
            place.proven_at = now()
        db.commit()
    made = {
        "和訳": make_job(
            ana,
            "取扱説明書の和訳",
            company=tea,
            skills=("英日翻訳", "Excel"),
            reward_min_yen=200_000,
            reward_max_yen=250_000,
            process_note="試し訳をお願いします。",
        ),
        "引越し": make_job(
            cleo,
            "引越しの手伝い",
            kind=JobKind.HELP,
            category=Category.HOUSEHOLD,
            description="荷物を運んでください。翻訳とは関わりがありません。",
            is_remote=False,
            prefecture="26",
            city="京都市中京区",
            reward_kind=RewardKind.HOURLY,
            reward_min_yen=1_500,
            apply_until=today() + timedelta(days=2),
        ),
        "記帳": make_job(
            dan,
            "月次の記帳",
            category=Category.ACCOUNTING,
            description="会計ソフトに入力します。",
            reward_kind=RewardKind.PIECE,
            reward_min_yen=80,
            is_tax_included=False,
            prefecture="13",
        ),
        "下書き": make_job(cleo, "下書きの翻訳", draft=True),
        "終わり": make_job(cleo, "終わった翻訳", closed=JobEnding.FILLED),
        "隠れた": make_job(cleo, "隠れた翻訳"),
    }
    with app.app_context(), db.writing():
        db.db.session.get_one(Job, made["隠れた"].id).hidden_at = now()
        db.commit()
    reindex()
    return made


def titles(page: Page) -> list[str]:
    """The titles in order; a mark parts none."""
    return [title.replace(" ", "") for title in page.find_all("#results h3")]


ALL = {"取扱説明書の和訳", "引越しの手伝い", "月次の記帳"}


@pytest.mark.usefixtures("jobs")
class TestFinding:
    def test_without_words_all_that_is_open_is_listed(self, visit: Visitors) -> None:
        page = visit.open("search.jobs")
        assert set(titles(page)) == ALL
        assert page.find_all(".found-count") == ["3 件のお手伝い・お仕事があります"]
        assert page.find_all("h1") == ["お手伝い・お仕事を探す"]

    def test_words_find_what_says_them_and_are_marked(self, visit: Visitors) -> None:
        page = visit.open("search.jobs", q="翻訳")
        assert set(titles(page)) == {"取扱説明書の和訳", "引越しの手伝い"}
        assert titles(visit.open("search.jobs", q="「取扱説明書の和訳」 -荷物")) == ["取扱説明書の和訳"]
        assert visit.open("search.jobs", q="取扱説明書").find_all("h3 mark") == ["取扱説明書"]
        assert visit.open("search.jobs", q="みなも").find_all(".worker-head mark") == ["みなも"]
        assert visit.open("search.jobs", q="荷物").find_all(".excerpt mark") == ["荷物"]

    def test_a_note_is_shown_where_the_description_has_no_hit(self, visit: Visitors) -> None:
        page = visit.open("search.jobs", q="試し訳")
        assert (titles(page), page.find_all(".excerpt mark")) == (["取扱説明書の和訳"], ["試し訳"])

    def test_a_row_says_who_offers_what_for_how_much_and_until_when(self, visit: Visitors) -> None:
        row = visit.open("search.jobs", q="和訳").find_all("#results li.worker")[0]
        for words in (
            "株式会社みなも",
            "会社確認済み",
            "お仕事 / 翻訳・通訳 / オンライン",
            "200,000〜250,000 円",
            "税込 固定",
        ):
            assert words.replace(" ", "") in row.replace(" ", "")
        row = visit.open("search.jobs", q="引越し").find_all("#results li.worker")[0].replace(" ", "")
        for words in ("Cleo", "お手伝い/暮らしの手伝い/京都府京都市中京区", "1,500円/時", "あと2日"):
            assert words in row
        assert "80円/件税別件数単価" in visit.open("search.jobs", q="記帳").find_all("#results")[0].replace(" ", "")

    def test_the_title_and_the_button_lead_to_the_job(self, visit: Visitors, jobs: dict[str, Job]) -> None:
        page = visit.open("search.jobs", q="和訳")
        links = {link["href"] for link in page.soup.select("#results li.worker a[href^='/jobs/']")}
        assert links == {f"/jobs/{jobs['和訳'].id}"}
        assert "詳細をみる" in page.find_all(".worker-deeds a")

    @pytest.mark.parametrize(
        ("arguments", "expected"),
        [
            ({"kind": "help"}, {"引越しの手伝い"}),
            ({"kind": ["help", "work"]}, ALL),
            ({"category": ["accounting", "household"]}, {"引越しの手伝い", "月次の記帳"}),
            ({"place": "26"}, {"引越しの手伝い"}),
            ({"city": "26104"}, {"引越しの手伝い"}),
            ({"city": "26105"}, set()),
            ({"online": "1"}, {"取扱説明書の和訳", "月次の記帳"}),
            ({"pay": "hourly"}, {"引越しの手伝い"}),
            ({"reward_from": "２５０,０００円"}, {"取扱説明書の和訳"}),
            ({"reward_from": "300000"}, set()),
            ({"reward_to": "1500", "reward_from": "100"}, {"引越しの手伝い"}),
            ({"ends": "3"}, {"引越しの手伝い"}),
            ({"posted": "1"}, ALL),
            ({"company": "1"}, {"取扱説明書の和訳"}),
        ],
    )
    def test_each_filter_leaves_what_it_means(
        self, visit: Visitors, arguments: dict[str, str], expected: set[str]
    ) -> None:
        assert set(titles(visit.open("search.jobs", **arguments))) == expected

    def test_what_was_posted_earlier_is_not_new(self, visit: Visitors) -> None:
        with time_machine.travel(now() + timedelta(days=2)):
            assert titles(visit.open("search.jobs", posted="1")) == []
            assert len(titles(visit.open("search.jobs", posted="3"))) == 3

    def test_a_skill_is_found_by_its_name(self, visit: Visitors) -> None:
        page = visit.open("search.jobs", skill_name="ＥＸＣＥＬ")
        assert titles(page) == ["取扱説明書の和訳"]
        assert page.has_link("Excel")
        answer = page.submit("この条件で探す", skill_name="玉算")
        assert answer.errors() == {"skill_name": "「玉算」というスキルは登録されていません。"}

    def test_an_amount_that_is_no_number_stays_with_a_sentence(self, visit: Visitors) -> None:
        page = visit.open("search.jobs", reward_from="五万", reward_to="1,500円")
        assert (page.value("reward_from"), page.value("reward_to")) == ("五万", "1,500")
        assert page.errors() == {"reward_from": "報酬は数字で入力してください。例)50,000"}
        assert set(titles(page)) == {"引越しの手伝い", "月次の記帳"}

    def test_orders(self, visit: Visitors) -> None:
        by_reward = ["月次の記帳", "引越しの手伝い", "取扱説明書の和訳"]
        assert titles(visit.open("search.jobs", order="reward-low")) == by_reward
        assert titles(visit.open("search.jobs", order="reward-high")) == by_reward[::-1]
        assert titles(visit.open("search.jobs", order="deadline"))[0] == "引越しの手伝い"

    def test_a_chosen_filter_can_be_taken_away_by_its_chip(self, visit: Visitors) -> None:
        page = visit.open("search.jobs", q="翻訳", online="1", ends="14", order="newest")
        freed = page.follow("「オンライン」を外す")
        assert set(titles(freed)) == {"取扱説明書の和訳", "引越しの手伝い"}
        assert (freed.value("q"), freed.value("order")) == ("翻訳", "newest")
        assert freed.has_link("締め切りが14日以内")

    def test_what_is_counted_is_told_with_its_label(self, visit: Visitors) -> None:
        page = visit.open("search.jobs")
        assert {
            "お手伝い 1 件の案件",
            "お仕事 2 件の案件",
            "オンライン 2 件の案件",
            "会社確認済み 1 件の案件",
            "3日以内 1 件の案件",
        } <= set(page.find_all(".pick"))
        assert "経理・財務(1件)" in page.find_all("[name=category] option")

    def test_nothing_found_says_which_filter_stands_in_the_way(self, visit: Visitors) -> None:
        page = visit.open("search.jobs", q="翻訳", reward_to="1000")
        assert "「報酬 1,000円以下」を外すと、2件あります。" in page.text
        assert len(titles(page.follow("「報酬 1,000円以下」を外す"))) == 2
        assert visit.open("search.jobs", q="どこにもない").has_link("すべてのお手伝い・お仕事を見る")

    @pytest.mark.parametrize(
        "arguments",
        [
            {"kind": "teams", "category": "magic", "pay": "gold", "skill": "x", "reward_from": "五万"},
            {"ends": "4", "posted": "-1", "place": "99", "city": "1", "company": "yes"},
            {"order": "; drop", "after": "garbled", "skill": "9" * 30, "ends": "9" * 99},
            {"q": "*" * 500},
            {"q": "(((\"' AND OR NOT {}[] title:x ~2 ^9 \\ *"},
            {"q": "\x00\x07 \ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace")},
            {"reward_from": "9" * 400, "friends": "1"},
        ],
    )
    def test_values_that_mean_nothing_are_left_out(self, visit: Visitors, arguments: dict[str, str]) -> None:
        assert visit.open("search.jobs", **arguments).status == 200

    def test_the_tabs_keep_the_words(self, visit: Visitors) -> None:
        page = visit.open("search.workers", q="翻訳").follow("案件")
        assert (page.path.partition("?")[0], page.value("q")) == ("/jobs", "翻訳")


class TestWhatIsNotShown:
    @pytest.mark.parametrize("words", ["下書き", "終わった", "隠れた"])
    def test_drafts_and_what_is_closed_or_hidden_are_neither_listed_nor_counted(
        self, visit: Visitors, jobs: dict[str, Job], cleo: Member, words: str
    ) -> None:
        for page in (visit.open("search.jobs", q=words), visit.as_(cleo).open("search.jobs", q=words)):
            assert titles(page) == []
            assert page.find_all(".found-count") == ["0 件のお手伝い・お仕事があります"]

    def test_what_has_just_been_closed_disappears_at_once_even_from_a_stale_index(
        self, app: Flask, visit: Visitors, jobs: dict[str, Job], cleo: Member, ana: Member
    ) -> None:
        with app.app_context(), db.writing():
            job = db.db.session.get_one(Job, jobs["引越し"].id)
            service.close(cleo, job, JobEnding.WITHDRAWN)
            db.db.session.get_one(Job, jobs["和訳"].id).hidden_at = now()
            db.commit()
        assert titles(visit.open("search.jobs", q="翻訳")) == []
        assert titles(visit.as_(ana).open("search.jobs", q="翻訳")) == []

    def test_the_day_after_the_last_one_it_is_gone_though_nothing_was_kept_up(
        self, visit: Visitors, jobs: dict[str, Job]
    ) -> None:
        with time_machine.travel(now() + timedelta(days=3)):
            page = visit.open("search.jobs")
            assert set(titles(page)) == ALL - {"引越しの手伝い"}
            assert "2 件の" in page.text

    def test_jobs_of_somebody_blocked_are_neither_shown_nor_counted(
        self, app: Flask, visit: Visitors, jobs: dict[str, Job], ana: Member, cleo: Member
    ) -> None:
        with app.app_context(), db.writing():
            follows.block(cleo, ana)
            db.commit()
        for viewer, own in ((ana, "取扱説明書の和訳"), (cleo, "引越しの手伝い")):
            page = visit.as_(viewer).open("search.jobs", q="翻訳")
            assert titles(page) == [own]
            assert page.find_all(".found-count") == ["1 件のお手伝い・お仕事があります"]
        page = visit.as_(ana).open("search.jobs")
        assert "お手伝い 0 件の案件" in page.find_all(".pick")

    def test_who_is_hidden_or_has_left_posts_nothing(
        self, app: Flask, visit: Visitors, drain: Callable[[], int], jobs: dict[str, Job], cleo: Member
    ) -> None:
        with app.app_context(), db.writing():
            db.db.session.get_one(Member, cleo.id).hidden_at = now()
            db.commit()
        assert "引越しの手伝い" not in titles(visit.open("search.jobs"))
        drain()
        assert visit.open("search.jobs").find_all(".found-count") == ["2 件のお手伝い・お仕事があります"]

    def test_a_change_is_found_after_the_drain(
        self,
        app: Flask,
        visit: Visitors,
        drain: Callable[[], int],
        make_job: JobFactory,
        jobs: dict[str, Job],
        ana: Member,
    ) -> None:
        make_job(ana, "速記をお願いします")
        drain()
        assert titles(visit.open("search.jobs", q="速記")) == ["速記をお願いします"]


def befriend(app: Flask, one: Member, *others: Member) -> None:
    """Let each follow the other."""
    with app.app_context(), db.writing():
        for other in others:
            follows.follow(one, other)
            follows.follow(other, one)
        db.commit()


class TestConnections:
    def test_a_row_says_how_one_knows_the_poster(
        self, app: Flask, visit: Visitors, jobs: dict[str, Job], ana: Member, ben: Member, cleo: Member
    ) -> None:
        befriend(app, ben, ana)
        befriend(app, ana, cleo)
        page = visit.as_(ben).open("search.jobs", q="引越し")
        assert page.find_all(".tie") == ["つながり あなた → A Ana → Cleo 友達の友達"]
        assert titles(visit.as_(ben).open("search.jobs", friends="1")) == ["取扱説明書の和訳"]
        assert visit.as_(ben).open("search.jobs", friends="1").find_all(".tie") == ["つながり あなた → Ana 友達"]
        assert set(titles(visit.as_(ben).open("search.jobs", friends=["1", "2"]))) == ALL - {"月次の記帳"}
        assert titles(visit.as_(ben).open("search.jobs", order="closest"))[:2] == ["取扱説明書の和訳", "引越しの手伝い"]

    def test_a_visitor_has_no_friends_and_is_not_asked(self, visit: Visitors, jobs: dict[str, Job]) -> None:
        page = visit.open("search.jobs", friends="1", order="closest")
        assert set(titles(page)) == ALL
        assert not page.soup.select("[name=friends]")
        assert "friends" not in page.response.headers["HX-Push-Url"]


@pytest.mark.parametrize("amount", [1, 30])
@pytest.mark.parametrize(
    ("arguments", "statements"),
    [
        ({"q": "翻訳"}, 8),
        ({"q": "面談"}, 8),
        ({"q": "翻訳", "friends": "1"}, 8),
        ({"q": "翻訳", "order": "closest"}, 9),
    ],
)
def test_the_number_of_statements_does_not_grow(
    app: Flask,
    visit: Visitors,
    make_member: MemberFactory,
    make_company: CompanyFactory,
    make_job: JobFactory,
    reindex: Reindex,
    ana: Member,
    amount: int,
    arguments: dict[str, str],
    statements: int,
) -> None:
    posters = [make_member(f"poster-{number:02}") for number in range(amount)]
    befriend(app, ana, *posters)
    for number, poster in enumerate(posters):
        company = make_company(f"company{number}", poster) if number % 2 else None
        make_job(poster, "翻訳", company=company, skills=("Excel", f"組版{number}"), process_note="面談")
    reindex()
    page = visit.as_(ana).open("search.jobs", **arguments)
    assert len(titles(page)) == min(amount, 20)
    assert page.statements == statements


def test_pages_lead_on_and_back(visit: Visitors, ana: Member, make_job: JobFactory, reindex: Reindex) -> None:
    for number in range(45):
        make_job(ana, f"翻訳{number:02}", reward_min_yen=1_000 + number)
    reindex()
    first = visit.open("search.jobs", q="翻訳", order="reward-low")
    second = first.follow("次の20件を見る")
    third = second.follow("次の5件を見る")
    assert [len(titles(page)) for page in (first, second, third)] == [20, 20, 5]
    assert titles(third.follow("前のページを見る")) == titles(second)
    assert titles(first)[0] == "翻訳00"
    assert set(titles(first)).isdisjoint(titles(second))


def test_a_missing_index_says_that_it_is_being_built_while_workers_are_found(
    app: Flask, visit: Visitors, reindex: Reindex
) -> None:
    reindex()
    with app.app_context():
        shutil.rmtree(app.extensions["settings"].search_index_dir / "job")
    page = visit.open("search.jobs", q="翻訳")
    assert page.status == 503
    assert page.response.headers["Retry-After"]
    assert "検索の準備をしています。" in page.text
    assert visit.open("search.workers").status == 200
    reindex()
    assert visit.open("search.jobs").status == 200
