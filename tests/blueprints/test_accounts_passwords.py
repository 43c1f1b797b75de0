"""Changing the password, and setting a forgotten one anew by mail."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from marketplace import db
from marketplace.accounts.models import Account, Member
from marketplace.clock import now
from marketplace.events.kinds import EventKind
from tests.blueprints.account_settings import (
    NEW,
    Post,
    ask_for,
    ask_for_reset,
    change_email,
    change_password,
    kinds_of,
    sign_in,
)
from tests.blueprints.joining import ask_to_join
from tests.factories.members import PASSWORD
from tests.visit import Browser, Visitors

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


def test_no_page_says_that_a_password_is_still_there(visit: Visitors, ana: Member) -> None:
    browser = visit.as_(ana)
    changed = change_password(browser, "wrong horse battery")
    assert changed.value("current_password") == changed.value("new_password") == ""
    assert "残っています" not in changed.text
    for page in (ask_for(browser, "new@example.com", "wrong horse battery"), ask_to_join(visit, username="ab")):
        assert page.status == 422
        assert page.value("password") == ""
        assert "パスワードのほかは残っています" in page.text


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
