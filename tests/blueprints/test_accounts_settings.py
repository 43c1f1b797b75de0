"""Changing address and password, and what their mails allow."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from marketplace import db
from marketplace.accounts.models import Account, Member
from marketplace.clock import now
from marketplace.events.kinds import EventKind
from marketplace.events.models import Event
from tests.factories.members import PASSWORD
from tests.mailbox import Mailbox
from tests.visit import Browser, Page, Visitors

NEW = "kumo to yama no aida"
Post = Callable[[], Mailbox]


def sign_in(browser: Browser, email: str = "ana@example.com", password: str = PASSWORD) -> bool:
    page = browser.open("accounts.login")
    if page.path == "/login":
        page = page.submit("ログイン", email=email, password=password)
    return page.soup.select_one("#member-menu") is not None


def ask_for(browser: Browser, email: str, password: str = PASSWORD) -> Page:
    return browser.open("accounts.account").submit("再認証メールを送信する", email=email, password=password)


def change_password(browser: Browser, current: str = PASSWORD, new: str = NEW, repeated: str = NEW) -> Page:
    return browser.open("accounts.account").submit(
        "更新", current_password=current, new_password=new, repeated_password=repeated
    )


def email_of(app: Flask, member: Member) -> str:
    with app.app_context():
        return db.db.session.get_one(Account, member.id).email


def kinds_of(app: Flask, member: Member) -> list[EventKind]:
    with app.app_context():
        return list(db.db.session.scalars(select(Event.kind).where(Event.actor_id == member.id).order_by(Event.id)))


def change_email(app: Flask, post: Post, browser: Browser, new: str, password: str = PASSWORD) -> Page:
    """Go all the way from asking to confirming."""
    assert ask_for(browser, new, password).status == 200
    return browser.open_path(post().newest(new).path).submit("メールアドレスを確認する")


# The address


def test_a_new_address_counts_once_its_link_is_pressed(app: Flask, visit: Visitors, post: Post, ana: Member) -> None:
    browser = visit.as_(ana)
    asked = ask_for(browser, "Ana.New@example.com")
    assert "24時間のうちに開いてください" in asked.text
    assert "ana.new@example.comの確認を待っています" in asked.text
    mail = post().newest("ana.new@example.com")
    assert post().to("ana@example.com") == []
    page = browser.open_path(mail.path)
    assert page.find_all("main button") == ["メールアドレスを確認する"]
    assert email_of(app, ana) == "ana@example.com"
    done = page.submit("メールアドレスを確認する")
    assert done.path == "/settings/account"
    assert email_of(app, ana) == "ana.new@example.com"
    assert kinds_of(app, ana) == [EventKind.EMAIL_CHANGED]
    assert page.submit("メールアドレスを確認する").status == 404
    told = post().newest("ana@example.com")
    assert "取り消す" in told.text
    assert told.path.startswith("/email/undo/")


def test_the_current_password_is_needed_for_a_new_address(visit: Visitors, post: Post, ana: Member) -> None:
    page = ask_for(visit.as_(ana), "new@example.com", "wrong horse battery")
    assert page.status == 422
    assert "現在のパスワードを確かめて" in page.errors()["password"]
    assert page.value("email") == "new@example.com"
    assert post().mails == []


def test_every_other_session_ends_with_a_new_address(app: Flask, post: Post, ana: Member) -> None:
    here, there = Browser(app), Browser(app)
    assert sign_in(here)
    assert sign_in(there)
    change_email(app, post, here, "new@example.com")
    assert here.open("accounts.account").path == "/settings/account"
    assert there.open("accounts.account").path.startswith("/login")
    assert sign_in(there, "new@example.com")


def test_the_link_may_be_opened_where_nobody_is_signed_in(app: Flask, visit: Visitors, post: Post, ana: Member) -> None:
    ask_for(visit.as_(ana), "new@example.com")
    phone = Browser(app)
    assert phone.open_path(post().newest("new@example.com").path).submit("メールアドレスを確認する").path == "/login"
    assert email_of(app, ana) == "new@example.com"


def test_another_member_cannot_take_the_link_for_their_own(
    app: Flask, visit: Visitors, post: Post, ana: Member, ben: Member
) -> None:
    ask_for(visit.as_(ana), "new@example.com")
    path = post().newest("new@example.com").path
    page = visit.as_(ben).open_path(path)
    assert "いまログインしている会員のものではありません" in page.text
    assert page.find_all("main form button") == []
    assert visit.as_(ben).post(path).status == 403
    assert email_of(app, ana) == "ana@example.com"


def test_only_the_newest_request_counts(app: Flask, visit: Visitors, post: Post, ana: Member) -> None:
    ask_for(visit.as_(ana), "first@example.com")
    first = post().newest("first@example.com").path
    ask_for(visit.as_(ana), "second@example.com")
    second = post().newest("second@example.com").path
    assert visit.as_(ana).open_path(first).status == 404
    assert visit.as_(ana).post(first).status == 404
    visit.as_(ana).open_path(second).submit("メールアドレスを確認する")
    assert email_of(app, ana) == "second@example.com"


def test_the_link_to_a_new_address_works_for_24_hours(app: Flask, visit: Visitors, post: Post, ana: Member) -> None:
    ask_for(visit.as_(ana), "new@example.com")
    path = post().newest("new@example.com").path
    with time_machine.travel(now() + timedelta(hours=24, minutes=1)):
        assert visit.as_(ana).open_path(path).status == 404
        assert "確認を待っています" not in visit.as_(ana).open("accounts.account").text
    assert visit.as_(ana).open_path(path).status == 200


def test_the_old_address_takes_the_change_back_for_7_days(app: Flask, post: Post, ana: Member) -> None:
    thief, owner = Browser(app), Browser(app)
    sign_in(thief)
    change_email(app, post, thief, "thief@example.com")
    undo = post().newest("ana@example.com").path
    with time_machine.travel(now() + timedelta(days=6, hours=23)):
        page = owner.open_path(undo)
        assert page.find_all("main button") == ["変更を取り消す"]
        assert email_of(app, ana) == "thief@example.com"
        done = page.submit("変更を取り消す")
        assert done.path == "/password/forgot"
        assert "もとのメールアドレスに戻し" in done.text
        assert email_of(app, ana) == "ana@example.com"
        assert thief.open("accounts.account").path.startswith("/login"), "every session ends"
        assert owner.open_path(undo).status == 404
    assert kinds_of(app, ana)[-1] == EventKind.EMAIL_CHANGE_UNDONE


def test_after_7_days_the_change_stays(app: Flask, visit: Visitors, post: Post, ana: Member) -> None:
    change_email(app, post, visit.as_(ana), "new@example.com")
    undo = post().newest("ana@example.com").path
    with time_machine.travel(now() + timedelta(days=7, minutes=1)):
        assert visit.open("home.index").browser.open_path(undo).status == 404


def test_undoing_cancels_every_later_change(app: Flask, post: Post, ana: Member) -> None:
    thief = Browser(app)
    sign_in(thief)
    change_email(app, post, thief, "one@example.com")
    undo_of_owner = post().newest("ana@example.com").path
    change_email(app, post, thief, "two@example.com")
    undo_of_thief = post().newest("one@example.com").path
    ask_for(thief, "three@example.com")
    pending = post().newest("three@example.com").path
    Browser(app).open_path(undo_of_owner).submit("変更を取り消す")
    assert email_of(app, ana) == "ana@example.com"
    for path in (undo_of_thief, pending):
        assert Browser(app).open_path(path).status == 404
        assert Browser(app).post(path).status == 404
    assert email_of(app, ana) == "ana@example.com"


def test_a_taken_address_is_told_so_by_mail_alone(visit: Visitors, post: Post, ana: Member, ben: Member) -> None:
    known = ask_for(visit.as_(ana), "ben@example.com")
    post()
    unknown = ask_for(visit.as_(ana), "eva@example.com")
    assert known.status == unknown.status
    assert known.text.replace("ben@", "") == unknown.text.replace("eva@", "")
    box = post()
    assert "すでに会員登録があります" in box.newest("ben@example.com").text
    assert "/email/confirm/" not in box.newest("ben@example.com").text


def test_a_known_new_address_costs_what_an_unknown_one_costs(
    app: Flask, visit: Visitors, ana: Member, ben: Member, cleo: Member
) -> None:
    known = ask_for(visit.as_(ana), "cleo@example.com")
    unknown = ask_for(visit.as_(ben), "evas@example.com")
    assert known.statements == unknown.statements


def test_an_address_that_may_still_be_taken_back_is_taken(app: Flask, visit: Visitors, post: Post, ana: Member) -> None:
    change_email(app, post, visit.as_(ana), "new@example.com")
    page = visit.open("accounts.register").submit(
        "会員登録", username="squatter", email="ana@example.com", password=NEW
    )
    assert page.path == "/register/sent"
    assert "すでに会員登録があります" in post().newest("ana@example.com").text
    with time_machine.travel(now() + timedelta(days=8)):
        visit.open("accounts.register").submit("会員登録", username="later-1", email="ana@example.com", password=NEW)
        assert post().newest("ana@example.com").path.startswith("/register/confirm/")


def test_ones_own_old_address_may_be_chosen_again(app: Flask, visit: Visitors, post: Post, ana: Member) -> None:
    change_email(app, post, visit.as_(ana), "new@example.com")
    change_email(app, post, visit.as_(ana), "ana@example.com")
    assert email_of(app, ana) == "ana@example.com"


def test_an_address_that_became_anothers_meanwhile_is_refused(
    app: Flask, visit: Visitors, post: Post, ana: Member, ben: Member
) -> None:
    ask_for(visit.as_(ana), "wanted@example.com")
    path = post().newest("wanted@example.com").path
    change_email(app, post, visit.as_(ben), "wanted@example.com")
    page = visit.as_(ana).post(path)
    assert page.status == 409
    assert email_of(app, ana) == "ana@example.com"


def test_the_same_address_is_no_change(visit: Visitors, post: Post, ana: Member) -> None:
    page = ask_for(visit.as_(ana), "ANA@example.com")
    assert page.status == 409
    assert "いまのメールアドレスと同じ" in page.errors()["email"]


def test_a_new_password_cancels_a_change_of_address_that_waits(visit: Visitors, post: Post, ana: Member) -> None:
    ask_for(visit.as_(ana), "new@example.com")
    path = post().newest("new@example.com").path
    change_password(visit.as_(ana))
    assert visit.as_(ana).open_path(path).status == 404


# The password


def test_a_password_is_changed_by_the_current_one(app: Flask, post: Post, ana: Member) -> None:
    here, there = Browser(app), Browser(app)
    sign_in(here)
    sign_in(there)
    with here.client.session_transaction(base_url="http://localhost") as cookie:
        before = cookie["sid"]
    page = change_password(here)
    assert "パスワードを更新し、ほかの端末をログアウトさせました" in page.text
    with here.client.session_transaction(base_url="http://localhost") as cookie:
        assert cookie["sid"] != before, "a copy of the cookie is worth nothing now"
    assert here.open("accounts.account").path == "/settings/account"
    assert not sign_in(there)
    assert sign_in(Browser(app), password=NEW)
    assert "パスワードが変更されました" in post().newest("ana@example.com").text
    assert kinds_of(app, ana) == [EventKind.PASSWORD_CHANGED]


@pytest.mark.parametrize(
    ("current", "new", "repeated", "field"),
    [
        ("wrong horse battery", NEW, NEW, "current_password"),
        ("", NEW, NEW, "current_password"),
        (PASSWORD, "short", "short", "new_password"),
        (PASSWORD, "password1234", "password1234", "new_password"),
        (PASSWORD, "ana@example.com", "ana@example.com", "new_password"),
        (PASSWORD, NEW, NEW + "x", "repeated_password"),
        (PASSWORD, NEW, "", "repeated_password"),
        (PASSWORD, "あ" * 400, "あ" * 400, "new_password"),
    ],
)
def test_what_is_wrong_with_a_new_password_is_said_at_its_field(
    app: Flask, visit: Visitors, ana: Member, current: str, new: str, repeated: str, field: str
) -> None:
    page = change_password(visit.as_(ana), current, new, repeated)
    assert page.status == 422
    assert field in page.errors()
    assert sign_in(Browser(app)), "the old one still works"


def test_a_password_typed_on_another_keyboard_is_the_same(app: Flask, visit: Visitors, ana: Member) -> None:
    composed, decomposed, wide = "がっこうのかえりみち", "か\u3099っこうのかえりみち", "ｋｕｍｏ　ｔｏ　ｙａｍａ"
    change_password(visit.as_(ana), new=composed, repeated=composed)
    assert sign_in(Browser(app), password=decomposed)
    change_password(visit.as_(ana), composed, wide, wide)
    assert sign_in(Browser(app), password="kumo to yama")


@pytest.mark.parametrize(
    "password",
    ["  spaces around me  ", "🍙🍙おにぎり海苔たまご", "tab\tand\nline ends here", "p" * 40 + "unlikely tail 9f2"],
)
def test_a_password_may_hold_any_characters(app: Flask, visit: Visitors, ana: Member, password: str) -> None:
    change_password(visit.as_(ana), new=password, repeated=password)
    assert sign_in(Browser(app), password=password)
    assert not sign_in(Browser(app), password=password.strip() if password != password.strip() else password[:-1])


# The forgotten password


def ask_for_reset(visit: Visitors, email: str = "ana@example.com") -> Page:
    return visit.open("accounts.forgot").submit("再設定のメールを送る", email=email)


def test_a_forgotten_password_is_set_anew_by_mail(app: Flask, visit: Visitors, post: Post, ana: Member) -> None:
    signed_in = visit.as_(ana)
    assert ask_for_reset(visit).path == "/password/forgot/sent"
    mail = post().newest("ana@example.com")
    page = visit.anonymous.open_path(mail.path)
    assert page.path == "/password/reset", "the token is not in the address"
    assert page.response.headers["Cache-Control"] == "no-store"
    assert page.response.headers["Referrer-Policy"] == "same-origin"
    done = page.submit("パスワードを設定する", password=NEW)
    assert done.path == "/login"
    assert sign_in(Browser(app), password=NEW)
    assert signed_in.open("accounts.account").path.startswith("/login")
    assert "パスワードが変更されました" in post().newest("ana@example.com").text
    assert kinds_of(app, ana) == [EventKind.PASSWORD_CHANGED]


def test_opening_the_link_uses_nothing_up_and_pressing_does(
    app: Flask, visit: Visitors, post: Post, ana: Member
) -> None:
    ask_for_reset(visit)
    path = post().newest("ana@example.com").path
    scanner, first, second = Browser(app), Browser(app), Browser(app)
    scanner.open_path(path)
    pages = [first.open_path(path), second.open_path(path)]
    assert pages[0].submit("パスワードを設定する", password=NEW).path == "/login"
    assert pages[1].submit("パスワードを設定する", password="another one entirely 7").status == 404
    assert Browser(app).open_path(path).status == 404
    assert sign_in(Browser(app), password=NEW)


def test_a_weak_password_leaves_the_link_good(visit: Visitors, post: Post, ana: Member) -> None:
    ask_for_reset(visit)
    page = visit.anonymous.open_path(post().newest("ana@example.com").path)
    weak = page.submit("パスワードを設定する", password="password1234")
    assert weak.status == 422
    assert "よく使われる" in weak.errors()["password"]
    assert weak.submit("パスワードを設定する", password=NEW).path == "/login"


def test_the_answer_is_the_same_for_an_unknown_address(visit: Visitors, post: Post, ana: Member) -> None:
    known, unknown = ask_for_reset(visit), ask_for_reset(visit, "nobody@example.com")
    assert known.text == unknown.text
    assert known.statements == unknown.statements
    assert known.status == unknown.status
    assert post().to("nobody@example.com") == []


def test_reset_links_end_with_time_password_and_address(
    app: Flask, visit: Visitors, post: Post, ana: Member, ben: Member
) -> None:
    ask_for_reset(visit)
    ask_for_reset(visit, "ben@example.com")
    ana_path, ben_path = post().newest("ana@example.com").path, post().newest("ben@example.com").path
    with time_machine.travel(now() + timedelta(hours=24, minutes=1)):
        assert visit.anonymous.open_path(ana_path).status == 404
    change_password(visit.as_(ana))
    assert visit.anonymous.open_path(ana_path).status == 404
    change_email(app, post, visit.as_(ben), "new-ben@example.com")
    assert visit.anonymous.open_path(ben_path).status == 404


def test_a_link_for_one_purpose_is_nothing_for_another(visit: Visitors, post: Post, ana: Member) -> None:
    ask_for_reset(visit)
    token = post().newest("ana@example.com").path.rsplit("/", 1)[1]
    for path in ("/register/confirm/", "/email/confirm/", "/email/undo/"):
        assert visit.anonymous.open_path(path + token).status == 404


def test_the_page_without_its_link_says_where_to_get_one(visit: Visitors) -> None:
    page = visit.open("accounts.reset")
    assert page.status == 404
    assert page.follow("メールを送りなおす").path == "/password/forgot"


def test_a_closed_account_gets_no_link(app: Flask, visit: Visitors, post: Post, ana: Member) -> None:
    with app.app_context(), db.writing():
        db.db.session.get_one(Account, ana.id).active = False
        db.commit()
    ask_for_reset(visit)
    assert post().mails == []


# The mails themselves


def test_every_mail_has_both_parts_one_reader_and_the_deed_first(
    app: Flask, visit: Visitors, post: Post, ana: Member
) -> None:
    visit.open("accounts.register").submit("会員登録", username="hanako", email="hanako@example.com", password=NEW)
    visit.open("accounts.register").submit("会員登録", username="jiro-x", email="ana@example.com", password=NEW)
    ask_for_reset(visit)
    post()
    change_email(app, post, visit.as_(ana), "new@example.com")
    change_password(visit.as_(ana))
    box = post()
    firsts = {mail.path.rsplit("/", 1)[0] + "/" for mail in box.mails}
    assert firsts == {"/register/confirm/", "/", "/password/reset/", "/email/confirm/", "/email/undo/", "/password/"}
    for mail in box.mails:
        assert len(mail.to) == 1
        assert all(link.startswith("http://localhost") for link in mail.links)
        assert mail.links[0] in mail.html
        assert mail.message["Auto-Submitted"] == "auto-generated"
        assert mail.subject.endswith("| 結び")
        assert PASSWORD not in mail.text
        assert NEW not in mail.text
        assert mail.text.count("http://") >= 2


def test_mails_about_what_is_over_are_not_sent(app: Flask, visit: Visitors, post: Post, ana: Member) -> None:
    ask_for(visit.as_(ana), "new@example.com")
    visit.open("accounts.register").submit("会員登録", username="hanako", email="hanako@example.com", password=NEW)
    with time_machine.travel(now() + timedelta(hours=25)):
        assert post().mails == []


def test_pages_of_the_settings_cost_a_fixed_number_of_statements(app: Flask, visit: Visitors, ana: Member) -> None:
    one = visit.as_(ana).open("accounts.account")
    for _number in range(10):
        sign_in(Browser(app))
    many = visit.as_(ana).open("accounts.account")
    assert len(many.find_all("main .rows > li")) == 11
    assert one.statements == many.statements <= 5
