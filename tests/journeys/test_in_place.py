"""What changes without a new page: numbers follow, the focus stays, and what was done can be taken back."""

import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.follows import service as follows
from marketplace.profiles.models import Status
from marketplace.teams import queries as team_queries
from marketplace.teams import service as teams
from tests.factories.members import PASSWORD, MemberFactory
from tests.factories.teams import TeamFactory
from tests.journeys.people import Person, Street
from tests.looks.deeds import settle
from tests.marketplace.careers.entries import a_skill

pytestmark = pytest.mark.real_commits

Comes = Callable[..., Person]


@pytest.fixture
def ana_and_ben(app: Flask, ana: Member, ben: Member) -> None:
    """Two friends."""
    with app.app_context(), db.writing():
        follows.follow(db.db.session.merge(ana), db.db.session.merge(ben))
        follows.follow(db.db.session.merge(ben), db.db.session.merge(ana))
        db.commit()


@pytest.fixture
def comes(street: Callable[..., Street]) -> Iterator[Comes]:
    """Lets Ana come and sign in."""

    def ana_comes(**window: int) -> Person:
        return comes_in(street(**window).someone("ana"))

    return ana_comes


def comes_in(person: Person) -> Person:
    """Sign in."""
    person.goes_to("/login")
    person.writes(email=person.email, password=PASSWORD)
    person.presses("ログイン")
    expect(person.page).not_to_have_url("/login")
    return person


def opens(person: Person, path: str) -> None:
    """Open a page and wait for its scripts."""
    person.goes_to(path)
    settle(person.page)


def numbers(page: Page) -> list[str]:
    return page.locator(".tabs .count").all_inner_texts()


@pytest.mark.usefixtures("ana_and_ben")
def test_contacts_count_anew_and_what_was_stopped_can_be_taken_up_again(comes: Comes) -> None:
    ana = comes()
    opens(ana, "/contacts?tab=friends")
    button = ana.page.locator(".follow button")
    assert numbers(ana.page) == ["0", "1", "1", "1"]
    button.click()
    toast = ana.page.locator(".undo")
    expect(toast).to_contain_text("Benさんのフォローをやめました。")
    expect(toast).to_have_role("status")
    expect(ana.page.locator("#count-friends")).to_have_text("0")
    assert numbers(ana.page) == ["0", "0", "0", "1"]
    expect(ana.page.locator("#total")).to_have_text("全0人")
    expect(button).to_be_focused()
    toast.get_by_role("button", name="取り消す").click()
    expect(button).to_contain_text("友達")
    expect(button).to_be_focused()
    expect(ana.page.locator("#total")).to_have_text("全1人")
    assert numbers(ana.page) == ["0", "1", "1", "1"]


@pytest.mark.usefixtures("ana_and_ben")
def test_nothing_is_offered_to_be_taken_back_once_it_was_done_anew(comes: Comes) -> None:
    ana = comes()
    opens(ana, "/workers/ben")
    button = ana.page.locator(".follow button")
    button.click()
    expect(ana.page.locator(".undo")).to_be_visible()
    button.click()
    expect(button).to_contain_text("友達")
    expect(ana.page.locator(".undo")).to_have_count(0)


@pytest.mark.usefixtures("ana_and_ben")
def test_the_offer_goes_by_itself_but_not_while_somebody_is_at_it(comes: Comes) -> None:
    ana = comes()
    ana.page.clock.install()
    opens(ana, "/workers/ben")
    ana.page.locator(".follow button").click()
    toast = ana.page.locator(".undo")
    toast.get_by_role("button").focus()
    ana.page.clock.run_for(20_000)
    expect(toast).to_be_visible()
    ana.page.locator(".follow button").focus()
    ana.page.clock.run_for(4_500)
    expect(toast).to_be_visible()
    ana.page.clock.run_for(1_000)
    expect(toast).to_have_count(0)


def test_on_a_phone_the_filters_stay_open_while_the_results_change(
    street: Callable[..., Street], make_member: MemberFactory
) -> None:
    make_member("free", "暇な人", worker=True, status=Status.AVAILABLE, accepts_online=True)
    make_member("busy", "忙しい人", worker=True, status=Status.BUSY)
    visitor = street(width=390).someone()
    page = visitor.page
    opens(visitor, "/workers")
    sheet, opener = page.locator("#filters"), page.get_by_role("link", name="絞り込み")
    expect(sheet).to_be_hidden()
    opener.click()
    expect(sheet).to_be_visible()
    expect(page.get_by_role("link", name="絞り込みを閉じる")).to_be_focused()

    sheet.locator("summary", has_text="働く場所").click()
    online = page.get_by_role("checkbox", name="オンライン")
    online.check()
    see = page.get_by_role("button", name="1人を見る")
    expect(see).to_be_visible()
    expect(sheet, "it stays open").to_be_visible()
    expect(online, "what was unfolded stays unfolded").to_be_checked()
    expect(online).to_be_focused()
    assert "online=1" in page.url
    sheet.locator("summary", has_text="ステータス").click()
    page.get_by_role("checkbox", name="現在忙しい").check()
    expect(page.get_by_role("button", name="0人を見る")).to_be_visible()
    page.get_by_role("checkbox", name="現在忙しい").uncheck()

    see.click()
    expect(sheet).to_be_hidden()
    expect(page.get_by_role("heading", name="暇な人")).to_be_visible()
    expect(page.get_by_role("heading", name="忙しい人")).to_have_count(0)
    expect(opener).to_be_focused()
    opener.click()
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(opener).to_be_focused()


def test_a_postal_code_fills_in_what_was_not_typed(ana: Member, comes: Comes) -> None:
    person = comes()
    opens(person, "/settings/profile")
    field = person.page.locator("main [name=postal_code]")
    prefecture, city, street_field = (
        person.page.locator(f"main [name={one}]") for one in ("prefecture", "city", "street")
    )
    field.fill("604-8301")
    expect(city).to_have_value("京都市中京区")
    expect(prefecture).to_have_value("26")
    expect(street_field).to_have_value("二条城町")
    field.fill("606-0802")
    expect(city).to_have_value("京都市左京区")
    expect(street_field, "what was filled in goes along").to_have_value("下鴨宮崎町")
    street_field.fill("下鴨宮崎町0番地の2")
    field.fill("604-8301")
    expect(city).to_have_value("京都市中京区")
    expect(street_field, "what was typed stays").to_have_value("下鴨宮崎町0番地の2")


# What the server had of a file when it was cut off is left to the collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_file_says_how_far_it_is_and_can_be_stopped(ana: Member, comes: Comes, tmp_path: Path) -> None:
    person = comes()
    opens(person, "/settings/profile")
    state = person.page.locator(".upload-state")
    picker = person.page.locator("main [name=picture]")
    large = tmp_path / "large.png"
    large.write_bytes(bytes(11 * 2**20))
    picker.set_input_files(large)
    expect(state).to_have_text("10 MBまでのファイルを選んでください。選ばれたファイルは11 MBです。")
    picker.set_input_files({"name": "me.png", "mimeType": "image/png", "buffer": bytes(2**20 * 2 // 5)})
    expect(state).to_have_text("me.png / 0.4 MB")
    wire = person.context.new_cdp_session(person.page)
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 80_000}
    wire.send("Network.emulateNetworkConditions", slow)
    person.presses("更新をする")
    expect(state.get_by_role("progressbar")).to_be_visible()
    expect(state).to_contain_text("0.4 MBのうち")
    expect(person.page.locator("#announcer")).to_have_text("25%まで送りました", timeout=15_000)
    state.get_by_role("button", name="中止する").click()
    expect(state).to_have_text("送るのを中止しました。もう一度選べます。")
    expect(person.page.locator("#announcer")).to_have_text("送るのを中止しました。もう一度選べます。")
    person.context.close()
    gc.collect()


def test_the_line_that_is_being_typed_is_completed_in_a_list_of_skills(app: Flask, comes: Comes, ana: Member) -> None:
    with app.app_context(), db.writing():
        a_skill(db.db.session.merge(ana), "実務翻訳")
        member = db.db.session.merge(ana)
        member.published_at = now()
        db.commit()
    person = comes()
    opens(person, "/teams/new")
    settle(person.page)
    lines = person.page.locator("main [name=wanted_skills]")
    lines.press_sequentially("校正")
    person.page.keyboard.press("Enter")
    lines.press_sequentially("実務")
    names = person.page.locator("#wanted_skills-names [role=option]")
    expect(names).to_have_text(["実務翻訳"])
    lines.press("ArrowDown")
    lines.press("Enter")
    expect(lines).to_have_value("校正\n実務翻訳")
    expect(names.first).to_be_hidden()


def test_paper_shows_the_worker_and_nothing_to_press(street: Callable[..., Street], ben: Member) -> None:
    visitor = street(width=794).someone()
    opens(visitor, "/workers/ben")
    foot = visitor.page.locator(".paper-foot")
    expect(foot).to_be_hidden()
    visitor.page.emulate_media(media="print")
    expect(foot).to_contain_text("結び /workers/ben")
    expect(foot).to_contain_text("(日本時間)に印刷")
    for gone in ("button", "nav", ".action-bar", "footer.foot", "header.app-bar"):
        assert not visitor.page.locator(f"{gone}:visible").count(), gone


def test_a_row_that_was_dragged_stays_where_it_was_put(app: Flask, comes: Comes, ana: Member) -> None:
    with app.app_context(), db.writing():
        for name in ("校正", "校閲", "編集"):
            a_skill(db.db.session.merge(ana), name)
        db.commit()
    person = comes()
    opens(person, "/settings/skills")
    rows = person.page.locator(".ordered > li")
    rows.nth(2).locator(".grip").drag_to(rows.nth(0))
    expect(person.page.locator("#announcer")).to_have_text("並べ替えました。")
    person.page.reload()
    expect(person.page.locator(".ordered h3")).to_have_text(["編集", "校正", "校閲"])


def test_the_arrow_that_was_pressed_has_the_focus_again(
    app: Flask, street: Callable[..., Street], ana: Member, has_javascript: bool
) -> None:
    with app.app_context(), db.writing():
        for name in ("校正", "校閲", "編集"):
            a_skill(db.db.session.merge(ana), name)
        db.commit()
    person = comes_in(street(has_javascript=has_javascript).someone("ana"))
    person.goes_to("/settings/skills")
    up, down = (person.page.get_by_role("button", name=f"「校正」を{way}へ移す") for way in ("上", "下"))
    rows = person.page.locator(".ordered h3")
    for arrow, order in (
        (down, ["校閲", "校正", "編集"]),
        (down, ["校閲", "編集", "校正"]),
        (up, ["校閲", "校正", "編集"]),
        (up, ["校正", "校閲", "編集"]),
    ):
        arrow.focus()
        person.page.keyboard.press("Enter")
        expect(rows).to_have_text(order)
        expect(arrow).to_be_focused()


def test_an_answer_folds_to_a_sentence_and_can_be_taken_back_for_a_moment(
    app: Flask, comes: Comes, ana: Member, ben: Member, make_team: TeamFactory
) -> None:
    make_team("tea", ben, name="お茶の編集室")
    with app.app_context(), db.writing():
        teams.invite(ben, team_queries.get_for(ben, "tea"), ana)
        db.commit()
    member = comes()
    member.page.clock.install()
    opens(member, "/")
    waiting = member.page.locator("#waiting")
    undo = waiting.get_by_role("button", name="取り消す")
    waiting.get_by_role("button", name="却下").click()
    member.sees("「お茶の編集室」からの招待を却下しました。")
    undo.click()
    member.sees("「お茶の編集室」からの招待への回答を取り消しました。")
    waiting.get_by_role("button", name="承認").click()
    expect(undo).to_be_visible()
    member.page.clock.run_for(6_000)
    expect(undo).to_have_count(0)
    member.sees("「お茶の編集室」のメンバーになりました。")


def test_what_is_pressed_without_a_connection_says_so(app: Flask, ana: Member, comes: Comes) -> None:
    with app.app_context(), db.writing():
        for name in ("Excel", "Word"):
            a_skill(db.db.session.merge(ana), name)
        db.commit()
    MemberFactory(app)("ben-worker", "ベン", worker=True)
    person = comes()
    opens(person, "/workers/ben-worker")
    person.context.set_offline(True)
    person.page.get_by_role("button", name="フォローする").first.click()
    person.sees("つながりませんでした。")
    expect(person.page.get_by_role("button", name="フォローする").first).to_be_visible()
    person.context.set_offline(False)
    opens(person, "/settings/skills")
    rows = person.page.locator(".ordered > li")
    before = rows.all_inner_texts()
    person.page.locator(".is-sortable").wait_for()
    person.context.set_offline(True)
    rows.nth(1).locator(".grip").drag_to(rows.nth(0).locator(".grip"))
    person.sees("つながりませんでした。")
    assert rows.all_inner_texts() == before
    person.complaints.clear()
