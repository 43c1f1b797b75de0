"""The top page, マイページ, the language switch, pages that explain, and what a watchdog asks."""

import dataclasses
import shutil
from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask

from blueprints.home import readiness
from marketplace import db, limits, outbox
from marketplace.accounts import drafts, sessions
from marketplace.accounts.models import CONFIRM_WITHIN, UNDO_WITHIN, Account, Member
from marketplace.careers.models import Qualification, QualificationCategory, SkillLevel
from marketplace.careers.service import skills
from marketplace.clock import now, today
from marketplace.demo.sign_ins import PASSWORD
from marketplace.follows import service as follows
from marketplace.messages import service as messages
from marketplace.profiles.models import Profile, Status, WantedPlace
from search_index import DEEPEST, sync
from search_index.engines.whoosh.schema import ASIDE, NICKNAME, TEXT, TITLE
from search_index.query import LONGEST, MOST_WORDS
from tests.factories.members import MemberFactory
from tests.visit import Visitors

Reindex = Callable[[], None]

STATEMENTS_OF_THE_TOP_PAGE = 3
"""Demo sign-ins, newest workers, their places, names of skills."""

STATEMENTS_OF_MY_PAGE = 8


@pytest.fixture
def reindex(app: Flask) -> Reindex:
    """Builds the index from the rows as they are now."""

    def rebuild() -> None:
        with app.app_context(), db.writing():
            sync.rebuild()

    return rebuild


def with_skill(app: Flask, member: Member, *names: str) -> None:
    with app.app_context(), db.writing():
        for name in names:
            skills.add(member, name, SkillLevel.WORKING, date(2020, 4, 1))
        db.commit()


def let_follow(app: Flask, follower: Member, followed: Member) -> None:
    with app.app_context(), db.writing():
        follows.follow(follower, followed)
        db.commit()


def let_write(app: Flask, sender: Member, recipient: Member, title: str) -> None:
    with app.app_context(), db.writing():
        messages.start(sender, recipient, title, "はじめまして。", f"tests of home {sender.id} {title}"[:32])
        db.commit()


def test_a_visitor_reads_what_this_is_and_searches(visit: Visitors, ana: Member, reindex: Reindex) -> None:
    reindex()
    page = visit.open("home.index")
    assert page.find_all("h1") == ["たしかな人と、 仕事を結ぶ。"]
    found = page.submit("検索する", q="Ana")
    assert found.path.startswith("/workers?q=Ana")
    assert "Ana" in found.text


def test_the_top_page_shows_the_newest_workers_and_nobody_hidden(
    app: Flask, visit: Visitors, make_member: MemberFactory, cleo: Member, reindex: Reindex
) -> None:
    worker = make_member(
        "ritsu", "高瀬 律", worker=True, headline="技術翻訳", hourly_rate_yen=5500, accepts_online=True,
        status=Status.AVAILABLE, status_confirmed_at=now(),
    )  # fmt: skip
    stale = {"status": Status.AVAILABLE, "status_confirmed_at": now() - timedelta(days=20)}
    make_member("old", "古い人", worker=True, **stale)
    with app.app_context(), db.writing():
        db.db.session.add(WantedPlace(profile_id=worker.id, prefecture="26", city="26104", position=0))
        db.commit()
    reindex()
    page = visit.open("home.index")
    ritsu, old = sorted(page.find_all(".newest-worker"), key=lambda words: "古い人" in words)
    assert ritsu == "高 高瀬 律 技術翻訳 対応可能 / 京都府・オンライン 5,500 円/時"
    assert old == "古 古い人"
    assert "Cleo" not in page.text
    assert page.follow("高瀬 律").path == "/workers/ritsu"


def test_figures_and_skills_of_the_top_page_were_counted(
    app: Flask, visit: Visitors, ana: Member, ben: Member, cleo: Member, reindex: Reindex
) -> None:
    with_skill(app, ana, "英日翻訳", "組版")
    with_skill(app, ben, "英日翻訳")
    with_skill(app, cleo, "手品")
    reindex()
    page = visit.open("home.index")
    assert page.find_all(".figures-row dd") == ["2 人", "0 人", "0 人"]
    assert page.find_all(".search-help .chip") == ["英日翻訳", "組版"]
    assert {"Ana", "Ben"} <= set(page.follow("英日翻訳").text.split())


def test_the_top_page_stands_without_an_index(app: Flask, visit: Visitors, ana: Member) -> None:
    shutil.rmtree(app.extensions["settings"].search_index_dir, ignore_errors=True)
    page = visit.open("home.index")
    assert page.status == 200
    assert page.has_link("会員登録")
    assert page.find_all(".newest-worker, .figures-row dd, .search-help") == []


def test_the_top_page_of_an_empty_site_counts_nothing(visit: Visitors, reindex: Reindex) -> None:
    reindex()
    assert visit.open("home.index").find_all(".newest-worker, .figures-row dd, .search-help") == []


@pytest.mark.parametrize("workers", [1, 30])
def test_the_top_page_costs_the_same_however_many_there_are(
    app: Flask, visit: Visitors, make_member: MemberFactory, reindex: Reindex, workers: int
) -> None:
    for _ in range(workers):
        with_skill(app, make_member(worker=True), "組版")
    reindex()
    assert visit.open("home.index").statements == STATEMENTS_OF_THE_TOP_PAGE


def test_a_member_sees_my_page_at_both_addresses(visit: Visitors, ana: Member) -> None:
    for endpoint in ("home.index", "home.mypage"):
        page = visit.as_(ana).open(endpoint)
        assert page.find_all("h1") == ["マイページ"]


def test_a_visitor_of_my_page_is_asked_to_sign_in(visit: Visitors) -> None:
    assert visit.open("home.mypage").path == "/login?next=/mypage"


def test_my_page_shows_the_three_threads_last_written_in(app: Flask, visit: Visitors, ana: Member, ben: Member) -> None:
    for title in ("一", "二", "三", "四"):
        let_write(app, ben, ana, title)
    page = visit.as_(ana).open("home.mypage")
    assert page.find_all(".thread-title") == ["四", "三", "二"]
    assert page.find_all("#messages-title .badge-count") == ["4"]
    assert page.follow("四").find_all("h1") == ["四"]


def test_a_newcomer_is_told_how_to_begin(visit: Visitors, cleo: Member, ana: Member) -> None:
    page = visit.as_(cleo).open("home.mypage")
    assert page.find_all("main h2")[:3] == ["承認待ち一覧", "はじめに", "メッセージ"]
    assert "まだメッセージはありません。" in page.text
    assert page.follow("プロフィールを書く").path == "/settings/profile"
    assert "はじめに" not in visit.as_(ana).open("home.mypage").find_all("h2")


def test_saying_that_the_status_holds_comes_back_to_my_page(
    app: Flask, visit: Visitors, make_member: MemberFactory
) -> None:
    ago = now() - timedelta(days=12)
    dora = make_member("dora", worker=True, status=Status.AVAILABLE, status_confirmed_at=ago)
    page = visit.as_(dora).open("home.mypage")
    assert "確認してから12日たちました。14日を過ぎると「未確認」と表示されます。" in page.text
    after = page.submit("変わりません")
    assert after.path == "/mypage"
    assert "今日、確認しました。" in after.text
    with app.app_context():
        confirmed_at = db.db.session.get_one(Profile, dora.id).status_confirmed_at
    assert confirmed_at is not None
    assert now() - confirmed_at < timedelta(minutes=5)


def test_a_status_that_nobody_confirmed_is_said_to_be_unconfirmed(visit: Visitors, make_member: MemberFactory) -> None:
    ago = now() - timedelta(days=15)
    dora = make_member("dora", worker=True, status=Status.BUSY, status_confirmed_at=ago)
    assert "最後の確認から14日を過ぎたので、「未確認」と表示されています。" in visit.as_(dora).open("home.mypage").text


@pytest.mark.parametrize(
    ("age", "said", "unsaid"),
    [
        (timedelta(days=13, hours=23), "対応可能", "未確認"),
        (timedelta(days=14, hours=1), "未確認", "対応可能"),
    ],
)
@pytest.mark.parametrize("hour", [0, 12, 23])
def test_a_status_is_believed_for_the_same_time_everywhere(
    visit: Visitors, make_member: MemberFactory, reindex: Reindex, age: timedelta, said: str, unsaid: str, hour: int
) -> None:
    moment = now().replace(hour=hour, minute=30)
    make_member("dora", worker=True, status=Status.AVAILABLE, status_confirmed_at=moment - age)
    reindex()
    with time_machine.travel(moment, tick=False):
        for page in (visit.open("profiles.show", username="dora"), visit.open("search.workers")):
            assert [words.split()[0] for words in page.find_all("main .status")] == [said]
            assert unsaid not in page.find_all("main .status b")


def test_my_page_tells_of_qualifications_whose_time_is_over(app: Flask, visit: Visitors, ana: Member) -> None:
    with app.app_context(), db.writing():
        for position, ends in enumerate((date(2020, 2, 29), date(2021, 2, 28), today(), None)):
            db.db.session.add(
                Qualification(
                    member_id=ana.id, position=position, category=QualificationCategory.IT, name="資格", expires_on=ends
                )
            )
        db.commit()
    page = visit.as_(ana).open("home.mypage")
    assert "有効期限の過ぎた資格が2件あります。" in page.text
    assert page.statements == STATEMENTS_OF_MY_PAGE
    assert page.follow("資格情報を見直す").path == "/settings/qualifications"


def test_my_page_says_nothing_of_qualifications_that_are_valid(visit: Visitors, ana: Member) -> None:
    assert not visit.as_(ana).open("home.mypage").has_link("資格情報を見直す")


def test_new_followers_can_be_followed_back_once(
    app: Flask, visit: Visitors, ana: Member, ben: Member, cleo: Member
) -> None:
    let_follow(app, ben, ana)
    let_follow(app, cleo, ana)
    page = visit.as_(ana).open("home.mypage")
    assert page.has_link("Ben")
    assert not page.has_link("Cleo")
    after = page.submit("フォローする。Benさんをフォローします")
    assert after.path == "/mypage"
    assert after.find_all(".member-row .name") == ["Cleo"]


def test_a_profile_with_gaps_shows_what_would_help(visit: Visitors, ana: Member) -> None:
    page = visit.as_(ana).open("home.mypage")
    assert "プロフィールの充実度" in page.find_all("h2")
    assert page.has_link("自己紹介文を書く")


@pytest.mark.parametrize("others", [1, 30])
def test_my_page_costs_the_same_however_much_there_is(
    app: Flask, visit: Visitors, ana: Member, make_member: MemberFactory, others: int
) -> None:
    for _ in range(others):
        other = make_member(worker=True)
        let_follow(app, other, ana)
        let_write(app, other, ana, "相談")
    assert visit.as_(ana).open("home.mypage").statements == STATEMENTS_OF_MY_PAGE


@pytest.mark.parametrize("endpoint", ["about", "terms", "privacy", "search_help"])
def test_pages_that_explain_are_open_to_all_and_linked_from_every_page(visit: Visitors, endpoint: str) -> None:
    page = visit.open(f"home.{endpoint}")
    assert page.status == 200
    assert page.statements == 0
    assert page.soup.select_one(f"footer a[href='{page.path}']")


def test_the_times_for_which_things_are_kept_are_those_of_the_code(visit: Visitors) -> None:
    page = visit.open("home.privacy")
    kept = {row.th.text: row.select("td")[1].text for row in page.soup.select("tbody tr")}  # type: ignore[union-attr]
    assert kept["書きかけの文"] == f"送るまで。長くて{drafts.KEPT_FOR.days}日"
    assert kept["確認前の登録"].startswith(f"{CONFIRM_WITHIN // timedelta(hours=1)}時間")
    undone = f"確認まで{CONFIRM_WITHIN // timedelta(hours=1)}時間。変更したあとは{UNDO_WITHIN.days}日"
    assert kept["変更する前と後のメールアドレス"] == undone
    assert kept["ログイン中の端末"].endswith(f"使わない端末は{sessions.LASTS.days}日")
    longest = max(window.seconds for rule in limits.RULES.values() for window in (*rule.by_account, *rule.by_network))
    assert kept["操作の回数"] == f"長くて{longest // limits.DAY}日"
    assert kept["2段階認証"] == "やめるまで"


def test_the_factors_of_the_order_are_those_that_the_index_uses(visit: Visitors) -> None:
    words = visit.open("home.search_help").text
    places = ("ニックネームは{:g}倍", "ユーザー名は{:g}倍", "経歴は{:g}倍", "公開の趣味は{:g}倍")
    for place, weight in zip(places, (NICKNAME, TITLE, TEXT, ASIDE), strict=True):
        assert place.format(weight) in words
    places = ("タイトルは{:g}倍", "募集者の名前は{:g}倍", "仕事の内容は{:g}倍", "選考の説明は{:g}倍")
    for place, weight in zip(places, (NICKNAME, TITLE, TEXT, ASIDE), strict=True):
        assert place.format(weight) in words
    assert f"最初の{LONGEST}文字、{MOST_WORDS}つのことばまで" in words
    assert f"見られる結果は{DEEPEST:,}人まで" in words


def test_changing_the_language_stays_on_the_page(visit: Visitors, ana: Member) -> None:
    page = visit.open("search.workers", q="翻訳")
    english = page.submit("English")
    assert english.path == page.path
    assert english.soup.html["lang"] == "en"  # type: ignore[index]
    mine = visit.as_(ana).open("home.mypage").submit("English")
    assert (mine.path, mine.soup.html["lang"]) == ("/mypage", "en")  # type: ignore[index]


@pytest.mark.parametrize("target", ["https://example.com/", "//example.com", "/\\example.com"])
def test_the_language_switch_leads_nowhere_else(visit: Visitors, target: str) -> None:
    assert visit.anonymous.post("/language", {"language": "en", "next": target}).path == "/"


def test_a_language_that_nobody_speaks_here_changes_nothing(visit: Visitors) -> None:
    page = visit.anonymous.post("/language", {"language": "tlh", "next": "/about"})
    assert (page.path, page.soup.html["lang"]) == ("/about", "ja")  # type: ignore[index]


def make_one_of_the_demo_world(app: Flask, member: Member) -> None:
    with app.app_context(), db.writing():
        db.db.session.get_one(Account, member.id).email = "kotoha-miyake@example.jp"
        db.commit()


def test_the_tour_is_told_in_the_language_of_the_page(app: Flask, visit: Visitors, ana: Member) -> None:
    make_one_of_the_demo_world(app, ana)
    (told,) = visit.open("home.index").find_all(".demo li .second")
    assert told.startswith("編集者。")
    visit.anonymous.post("/language", {"language": "en", "next": "/"})
    page = visit.open("home.index")
    (told,) = page.find_all(".demo li .second:not([lang])")
    assert told.startswith("An editor")
    assert {link["lang"] for link in page.soup.select(".demo p a")} == {"ja"}


@pytest.mark.parametrize("endpoint", ["home.index", "accounts.login"])
def test_in_a_demo_everybody_is_offered_a_sign_in(app: Flask, visit: Visitors, ana: Member, endpoint: str) -> None:
    assert PASSWORD not in visit.open(endpoint).text
    make_one_of_the_demo_world(app, ana)
    page = visit.open(endpoint)
    assert page.find_all(".demo b") == ["Ana"]
    assert page.find_all(".demo code") == [PASSWORD, "kotoha-miyake@example.jp"]
    form = page.follow("Ana")
    address = form.soup.select_one("#email")
    assert form.path == "/login?email=kotoha-miyake@example.jp"
    assert address is not None
    assert address["value"] == "kotoha-miyake@example.jp"
    assert visit.anonymous.open("home.mypage").path.startswith("/login")


def test_outside_of_a_demo_nobody_is_offered_a_sign_in(
    app: Flask, visit: Visitors, ana: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_one_of_the_demo_world(app, ana)
    settings = dataclasses.replace(app.extensions["settings"], demo=False)
    monkeypatch.setitem(app.extensions, "settings", settings)
    assert PASSWORD not in visit.open("home.index").text


def test_the_process_is_ready_when_everything_it_needs_is_there(visit: Visitors, reindex: Reindex) -> None:
    reindex()
    answer = visit.open("home.readyz").response
    checks = {"database": "ok", "errands": "ok", "search_index": "ok", "disk": "ok"}
    assert (answer.status_code, answer.json) == (200, {"status": "ok", "checks": checks})


def failing(visit: Visitors) -> list[str]:
    answer = visit.open("home.readyz").response
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["status"] == "failing"
    return [name for name, word in answer.json["checks"].items() if word == "failing"]


def test_without_an_index_it_is_not_ready(app: Flask, visit: Visitors) -> None:
    shutil.rmtree(app.extensions["settings"].search_index_dir, ignore_errors=True)
    assert failing(visit) == ["search_index"]


def test_while_nobody_does_the_errands_it_is_not_ready(app: Flask, visit: Visitors, reindex: Reindex) -> None:
    reindex()
    with app.app_context(), db.writing():
        outbox.put("tests.waiting", {}, delay=-timedelta(minutes=4))
        db.commit()
    assert visit.open("home.readyz").status == 200
    with app.app_context(), db.writing():
        outbox.put("tests.waiting", {}, delay=-timedelta(minutes=6))
        db.commit()
    assert failing(visit) == ["errands"]


def test_with_a_full_disk_it_is_not_ready(visit: Visitors, reindex: Reindex, monkeypatch: pytest.MonkeyPatch) -> None:
    reindex()
    monkeypatch.setattr(readiness, "LEAST_FREE_BYTES", 2**80)
    assert failing(visit) == ["disk"]


def test_a_process_without_its_data_is_alive_and_not_ready(
    app: Flask, visit: Visitors, reindex: Reindex, monkeypatch: pytest.MonkeyPatch
) -> None:
    reindex()
    with app.app_context(), db.writing():
        outbox.Errand.__table__.drop(db.db.session.connection())
        db.commit()
    assert visit.open("home.healthz").status == 200
    assert "errands" in failing(visit)
