"""データの書き出しと退会: taking along, leaving, coming back, and what is open meanwhile."""

import io
import json
from collections.abc import Callable
from datetime import timedelta
from zipfile import ZipFile

import pytest
import time_machine
from flask import Flask

from marketplace import db, errands
from marketplace.accounts.models import Account, Member
from marketplace.clock import now
from marketplace.contracts import service as contracts
from marketplace.contracts.models import ContractState
from marketplace.follows import service as follows
from marketplace.leaving.models import EXPORT_KEPT_FOR, RETURN_WITHIN
from marketplace.messages import service as messages
from search_index import sync
from tests.blueprints.leaving_pages import arrive, ask_for_export, leave, suspend
from tests.blueprints.office import let_in
from tests.blueprints.second_factors import turned_on
from tests.factories.companies import CompanyFactory
from tests.factories.contracts import ContractFactory
from tests.factories.members import PASSWORD
from tests.factories.teams import TeamFactory
from tests.mailbox import Mailbox
from tests.visit import Browser, Page, Visitors

Post = Callable[[], Mailbox]
Drain = Callable[[], int]


def fetched(page: Page) -> ZipFile:
    """Return the file behind the button of a page."""
    link = page.soup.select_one("#export-progress a.btn")
    assert link is not None, page.text
    answer = page.browser.open_path(str(link["href"]))
    assert answer.response.headers["Content-Type"] == "application/zip"
    return ZipFile(io.BytesIO(answer.response.data))


def test_an_export_is_asked_for_made_told_of_and_fetched(visit: Visitors, ana: Member, post: Post) -> None:
    page = ask_for_export(visit.as_(ana))
    assert "順番を待っています。" in page.text
    assert not page.has_button("データを書き出す")
    assert page.soup.select_one("#export-progress")["hx-trigger"] == "load delay:2s"  # type: ignore[index]
    mail = post().newest("ana@example.com")
    assert "データの書き出しができました" in mail.subject
    page = visit.as_(ana).open_path(mail.path)
    assert "書き出しができました。" in page.text
    archive = fetched(page)
    assert archive.testzip() is None
    assert json.loads(archive.read("account.json"))["email"] == "ana@example.com"


def test_progress_is_a_part_that_asks_for_itself_until_the_file_is_there(
    visit: Visitors, ana: Member, drain: Drain
) -> None:
    ask_for_export(visit.as_(ana))
    part = visit.as_(ana).open("leaving.progress")
    assert "hx-get" in part.html
    assert "<html" not in part.html
    drain()
    part = visit.as_(ana).open("leaving.progress")
    assert "hx-get" not in part.html
    assert "ZIPファイルを受け取る" in part.html


def test_an_export_is_its_owners_alone_and_for_a_day(visit: Visitors, ana: Member, ben: Member, drain: Drain) -> None:
    ask_for_export(visit.as_(ana))
    drain()
    link = visit.as_(ana).open("leaving.data").soup.select_one("#export-progress a.btn")
    assert link is not None
    path = str(link["href"])
    assert visit.as_(ben).open_path(path).status == 404
    assert visit.anonymous.open_path(path).path.startswith("/login")
    assert visit.as_(ana).open_path(path).status == 200
    with time_machine.travel(now() + EXPORT_KEPT_FOR + timedelta(minutes=1), tick=False):
        assert visit.as_(ana).open_path(path).status == 404
        assert "ZIPファイルを受け取る" not in visit.as_(ana).open("leaving.data").text


def test_one_export_is_made_at_a_time_for_the_password(visit: Visitors, ana: Member) -> None:
    page = visit.as_(ana).open("leaving.data")
    assert page.submit("データを書き出す", password="not mine at all").errors()["password"]
    assert page.submit("データを書き出す", password=PASSWORD).status == 200
    again = page.submit("データを書き出す", password=PASSWORD)
    assert again.status == 409
    assert "途中です" in again.text


def test_who_leaves_is_gone_at_the_next_request_and_back_with_one_button(
    app: Flask, visit: Visitors, ana: Member, ben: Member, post: Post
) -> None:
    with app.app_context(), db.writing():
        follows.follow(db.db.session.get_one(Member, ben.id), db.db.session.get_one(Member, ana.id))
        db.commit()
    post()
    with app.app_context():
        sync.rebuild()
    elsewhere = Browser(app, ana)
    page = leave(visit.as_(ana))
    assert page.path == "/login"
    assert "退会の手続きをしました" in page.text
    for browser in (visit.as_(ana), elsewhere):
        assert browser.open("home.mypage").path.startswith("/login")
    assert visit.open("profiles.show", username="ana").status == 404
    assert visit.open("profiles.picture", username="ana", size="small").status == 404
    assert "Ana" not in visit.as_(ben).open("follows.contacts", tab="following").text
    mail = post().newest("ana@example.com")
    assert "退会の手続きをしました" in mail.subject
    assert "Ana" not in visit.open("search.workers").text
    back = visit.anonymous.open_path(mail.path).submit("ログイン", email="ana@example.com", password="wrong wrong")
    assert back.status == 422
    back = arrive(visit.anonymous, ana)
    assert back.path == "/settings/data/return"
    assert back.submit("退会を取り消す").status == 200
    post()
    assert visit.anonymous.open("home.mypage").status == 200
    assert visit.open("profiles.show", username="ana").status == 200
    assert "Ana" in visit.as_(ben).open("follows.contacts", tab="following").text
    assert "Ana" in visit.open("search.workers").text


def test_nothing_else_is_open_to_who_has_left(app: Flask, visit: Visitors, ana: Member, ben: Member) -> None:
    leave(visit.as_(ana))
    back = arrive(visit.anonymous, ana)
    browser = back.browser
    for endpoint in ("home.mypage", "leaving.data", "leaving.leave", "messages.index", "accounts.account"):
        assert browser.open(endpoint).path == "/settings/data/return", endpoint
    assert browser.open("accounts.login").path == "/settings/data/return"
    assert browser.open("profiles.show", username="ben").soup.select_one("#member-menu") is None
    assert browser.post("/workers/ben/follow").status in {401, 403}
    assert browser.post("/settings/data/export", {"password": "x"}).status == 403
    assert back.submit("ログアウト").path == "/"


def test_leaving_asks_for_consent_and_password(visit: Visitors, ana: Member) -> None:
    page = visit.as_(ana).open("leaving.leave")
    assert {"is_sure", "password"} <= set(page.submit("退会する").errors())
    assert page.submit("退会する", is_sure="y", password="not mine at all").errors()["password"]
    assert visit.as_(ana).open("home.mypage").status == 200


def test_whoever_has_a_second_factor_shows_it_when_leaving(app: Flask, visit: Visitors, ana: Member) -> None:
    turned_on(app, ana)
    assert "code" in leave(visit.as_(ana)).errors()
    assert "code" in leave(visit.as_(ana), code="000000").errors()
    assert visit.as_(ana).open("home.mypage").status == 200


def test_what_others_need_is_settled_first(
    app: Flask, visit: Visitors, ana: Member, ben: Member, make_team: TeamFactory, make_company: CompanyFactory
) -> None:
    make_team("yomi", ana, ben)
    make_team("kaki", ana, ben, owners=2)
    make_company("umibe", ana, name="うみべ社")
    page = visit.as_(ana).open("leaving.leave")
    assert "チーム「Yomi」" in page.text
    assert "会社「うみべ社」" in page.text
    assert "Kaki" not in page.text
    assert not page.has_button("退会する")
    fields = {"is_sure": "y", "password": "does not matter"}
    assert visit.as_(ana).post("/settings/data/leave", fields).status == 409
    let_in(app, ben)
    assert "事務局の担当" in visit.as_(ben).open("leaving.leave").text


def test_a_thread_stays_with_its_other_end_under_no_name(app: Flask, visit: Visitors, ana: Member, ben: Member) -> None:
    with app.app_context(), db.writing():
        people = [db.db.session.get_one(Member, each.id) for each in (ana, ben)]
        number = messages.start(*people, "図版の件", "図版をお送りします。", "once-and-for-all-1")
        db.commit()
    leave(visit.as_(ana))
    page = visit.as_(ben).open("messages.show", conversation_id=number)
    assert "図版をお送りします。" in page.text
    assert "退会した会員" in page.text
    assert "Ana" not in page.text
    assert "退会した会員" in visit.as_(ben).open("messages.index").text


def test_who_is_suspended_takes_along_and_leaves_and_stays_suspended(
    app: Flask, visit: Visitors, ana: Member, drain: Drain
) -> None:
    suspend(app, ana)
    page = arrive(visit.anonymous, ana)
    assert page.path == "/settings/data"
    assert "利用停止中" in page.text
    assert page.browser.open("home.mypage").path == "/settings/data"
    assert page.browser.open("profiles.edit").path == "/settings/data"
    ask_for_export(page.browser)
    drain()
    assert fetched(page.browser.open("leaving.data")).testzip() is None
    assert leave(page.browser).path == "/login"
    back = arrive(visit.anonymous, ana).submit("退会を取り消す")
    assert back.browser.open("home.mypage").path == "/settings/data"
    with app.app_context():
        assert not db.db.session.get_one(Account, ana.id).active


@pytest.mark.real_commits
def test_after_thirty_days_the_member_is_erased_and_told_and_inherits_nothing(
    app: Flask, visit: Visitors, ana: Member, ben: Member, post: Post
) -> None:
    leave(visit.as_(ana))
    post()
    with app.app_context():
        sync.rebuild()
    with time_machine.travel(now() + RETURN_WITHIN - timedelta(hours=1)):
        with app.app_context():
            assert not errands.upkeep()
        post()
        assert arrive(visit.anonymous, ana).path == "/settings/data/return"
    with time_machine.travel(now() + RETURN_WITHIN + timedelta(hours=1)):
        with app.app_context():
            assert not errands.upkeep()
        assert "消去しました" in post().newest("ana@example.com").subject
        fresh = Browser(app)
        assert arrive(fresh, ana).status == 422
        page = fresh.open("accounts.register").submit(
            "会員登録", username="ana", email="ana@example.com", password="kaki no ki no shita"
        )
        assert "すでに使われています" in page.errors()["username"]
        page = fresh.open("accounts.register").submit(
            "会員登録", username="ana2", email="ana@example.com", password="kaki no ki no shita"
        )
        link = post().newest("ana@example.com").path
        assert fresh.open_path(link).submit("メールアドレスを確認する").status == 200
        assert arrive_as(fresh, "ana@example.com", "kaki no ki no shita").status == 200
        assert fresh.open("messages.index").status == 200
        assert fresh.open("accounts.login").path != "/settings/data/return"


def arrive_as(browser: Browser, email: str, password: str) -> Page:
    return browser.open("accounts.login").submit("ログイン", email=email, password=password)


def test_the_page_costs_the_same_however_many_exports_there_were(visit: Visitors, ana: Member) -> None:
    first = visit.as_(ana).open("leaving.data").statements
    ask_for_export(visit.as_(ana))
    assert visit.as_(ana).open("leaving.data").statements == first
    assert first <= 4


def test_contracts_that_wait_for_the_member_are_named_before_leaving(
    visit: Visitors, ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    contract = make_contract(cleo, ana, title="冊子の翻訳")
    page = visit.as_(ana).open("leaving.leave")
    assert ("取引「冊子の翻訳」" in page.text, page.has_button("退会する")) == (True, False)
    assert page.follow("取引を見る、冊子の翻訳").path == f"/contracts/{contract.id}"


def test_what_leaving_does_to_work_is_said_first(
    visit: Visitors, ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    contract = make_contract(cleo, ana, ContractState.ACCEPTED, title="冊子の翻訳")
    page = visit.as_(ana).open("leaving.leave")
    assert "受け取りの確認が済んでいない報酬があります。" in page.text
    assert page.follow("冊子の翻訳").path == f"/contracts/{contract.id}"
    page = visit.as_(cleo).open("leaving.leave")
    assert "受け取りの確認が済んでいない報酬があります。" not in page.text
    assert page.find_all("#what dt") == [
        *("すぐに", "30日のあいだ", "そのあと消えるもの", "案件", "合意した取引", "残るもの"),
        *("事務局の記録", "ユーザー名"),
    ]
    assert "送った応募と、返事を待っている取引条件は取り下げられて、元に戻りません。" in page.text
    assert page.follow("書類を保存する").path == "/papers"


def test_the_timeline_says_that_the_other_has_left(
    app: Flask, visit: Visitors, ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    contract = make_contract(cleo, ana, ContractState.ACCEPTED)
    with app.app_context(), db.writing():
        contracts.tell_of_leaving(ana.id)
        db.commit()
    assert "退会の手続きをしました。" in visit.as_(cleo).open("contracts.show", contract_id=contract.id).text
