"""Signing in and out, sessions on devices, and what was typed when a session had ended."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from marketplace import db, limits
from marketplace.accounts.models import Account, Draft, Member, Session
from marketplace.clock import now
from tests.factories.members import PASSWORD, MemberFactory
from tests.visit import HOST, Browser, Page, Visitors

WRONG = "メールアドレスとパスワードの組み合わせを確かめてください。"


def sign_in(browser: Browser, email: str = "ana@example.com", password: str = PASSWORD, **values: str) -> Page:
    return browser.open("accounts.login", **values).submit("ログイン", email=email, password=password)


def signed_in(page: Page) -> bool:
    return page.soup.select_one("#member-menu") is not None


def cookie_of(browser: Browser) -> str:
    cookie = browser.client.get_cookie("musubi")
    assert cookie is not None
    return cookie.value


def test_a_member_signs_in_and_out(app: Flask, ana: Member) -> None:
    browser = Browser(app)
    page = sign_in(browser)
    assert (page.status, page.path, signed_in(page)) == (200, "/", True)
    gone = page.submit("ログアウト")
    assert "ログアウトしました" in gone.text
    assert not signed_in(gone)
    again = browser.post("/logout")
    assert again.status == 200, "signing out twice is signing out once"


@pytest.mark.parametrize("email", ["ANA@Example.com", " ana@example.com", "ａｎａ＠example.com"])
def test_the_address_may_be_typed_in_any_way(app: Flask, ana: Member, email: str) -> None:
    assert signed_in(sign_in(Browser(app), email))


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("ana@example.com", "wrong horse battery"),
        ("nobody@example.com", PASSWORD),
        ("ana", PASSWORD),
        ("ana@example.com", PASSWORD.upper()),
        ("ana@example.com", PASSWORD + " "),
        ("ana@example.com", "x" * 5000),
        ("ana@example.com\0", PASSWORD),
        ("a" * 5000, PASSWORD),
    ],
)
def test_every_failure_says_the_same(app: Flask, ana: Member, email: str, password: str) -> None:
    page = sign_in(Browser(app), email, password)
    assert page.status == 422
    assert page.errors()["password"] == WRONG
    assert page.value("password") == ""


def test_an_account_that_is_suspended_is_told_so_for_its_password_alone(app: Flask, ana: Member) -> None:
    with app.app_context(), db.writing():
        account = db.db.session.get_one(Account, ana.id)
        account.active = False
        db.commit()
    assert sign_in(Browser(app), "ana@example.com", "wrong horse battery").errors()["password"] == WRONG
    assert sign_in(Browser(app)).path == "/settings/data"


def test_a_known_address_costs_what_an_unknown_one_costs(app: Flask, ana: Member) -> None:
    known = sign_in(Browser(app), "ana@example.com", "wrong horse battery")
    unknown = sign_in(Browser(app), "eva@example.com", "wrong horse battery")
    assert known.statements == unknown.statements
    assert known.status == unknown.status
    token = re.compile(r'(value="[\w.-]{60,}|nonce="[^"]+)"')
    assert token.sub("", known.html).replace("ana@", "") == token.sub("", unknown.html).replace("eva@", "")
    assert list(known.response.headers.keys()) == list(unknown.response.headers.keys())


def test_one_goes_on_where_one_was_sent_away(app: Flask, ana: Member) -> None:
    browser = Browser(app)
    page = browser.open_path("/settings/account?x=1")
    assert page.path.startswith("/login?next=")
    assert page.submit("ログイン", email="ana@example.com", password=PASSWORD).path == "/settings/account?x=1"


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "/\\evil.example", "https:evil.example", "https://evil.example", "\t//evil.example", "/%09/evil",
     "javascript:alert(1)", "/a\r\nSet-Cookie: x=1", "///evil.example", "\\\\evil.example", "", "evil.example"],
)  # fmt: skip
def test_one_never_goes_on_to_another_site(app: Flask, ana: Member, target: str) -> None:
    browser = Browser(app)
    page = browser.open("accounts.login", next=target)
    fields = {"email": "ana@example.com", "password": PASSWORD, "next": target, "carried": ""}
    response = browser.post("/login", fields, follow=False).response
    assert page.status == 200
    assert response.status_code == 302
    assert response.headers["Location"] == "/" or re.match(r"/[^/\\]", response.headers["Location"])


def test_a_signed_in_member_is_led_past_the_sign_in(visit: Visitors, ana: Member) -> None:
    assert visit.as_(ana).open("accounts.login", next="/settings/account").path == "/settings/account"


def test_every_sign_in_has_a_new_cookie_and_old_ones_are_worth_nothing(app: Flask, ana: Member) -> None:
    browser = Browser(app)
    browser.open("home.index")
    before = cookie_of(browser)
    first = sign_in(browser)
    inside = cookie_of(browser)
    assert signed_in(first)
    browser.client.set_cookie("musubi", before, domain="localhost")
    assert not signed_in(browser.open("home.index")), "a cookie planted before the sign-in is no session"
    browser.client.set_cookie("musubi", inside, domain="localhost")
    browser.open("home.index").submit("ログアウト")
    browser.client.set_cookie("musubi", inside, domain="localhost")
    assert not signed_in(browser.open("home.index")), "a copy of the cookie ends with the session"


def test_the_database_knows_no_secret(app: Flask, ana: Member) -> None:
    browser = Browser(app)
    sign_in(browser)
    with browser.client.session_transaction(base_url=HOST) as cookie:
        secret = cookie["sid"]
    with app.app_context():
        row = db.db.session.scalars(select(Session)).one()
    assert secret not in str(vars(row))
    assert len(secret) >= 32


def test_signing_in_as_somebody_else_ends_the_first_session(app: Flask, ana: Member, ben: Member) -> None:
    browser = Browser(app)
    sign_in(browser)
    browser.post("/login", {"email": "ben@example.com", "password": PASSWORD})
    with app.app_context():
        owners = db.db.session.scalars(select(Session.account_id)).all()
    assert owners == [ben.id]


def test_the_session_cookie_is_kept_from_scripts_and_other_sites(app: Flask, ana: Member) -> None:
    browser = Browser(app)
    answer = browser.post("/login", {"email": "ana@example.com", "password": PASSWORD}, follow=False).response
    (cookie,) = (one for one in answer.headers.getlist("Set-Cookie") if one.startswith("musubi="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Expires" in cookie
    assert "remember_token" not in str(answer.headers)


def test_pages_of_a_member_are_kept_nowhere(visit: Visitors, ana: Member) -> None:
    assert visit.as_(ana).open("home.index").response.headers["Cache-Control"] == "no-store"
    assert visit.open("accounts.login").response.headers["Cache-Control"] == "no-store"


def test_no_signed_token_in_an_address_or_header_signs_anybody_in(app: Flask, ana: Member) -> None:
    browser = Browser(app)
    page = browser.open_path("/settings/account?auth_token=x", headers={"Authentication-Token": "x"})
    assert page.path.startswith("/login")


def test_signing_in_without_a_token_of_the_form_is_refused(app: Flask, ana: Member) -> None:
    page = Browser(app).post("/login", {"email": "ana@example.com", "password": PASSWORD}, csrf=False)
    assert page.status == 400


def test_one_sees_ones_devices_and_ends_any_of_them(app: Flask, ana: Member) -> None:
    here, phone = Browser(app), Browser(app)
    phone.client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18.0 Safari/604.1"
    here.client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36"
    sign_in(phone)
    sign_in(here)
    page = here.open("accounts.account")
    rows = page.find_all("main .rows > li")
    assert len(rows) == 2
    assert "WindowsのChrome" in rows[0]
    assert "この端末" in rows[0]
    assert "iPhoneのSafari" in rows[1]
    assert "この端末" not in rows[1]
    (button,) = (one for one in page.soup.select("main .rows button") if "iPhone" in str(one["aria-label"]))
    after = page.submit(str(button["aria-label"]))
    assert "端末をログアウトさせました" in after.text
    assert not signed_in(phone.open("home.index"))
    assert signed_in(here.open("home.index"))


def test_ending_this_device_is_signing_out(app: Flask, ana: Member) -> None:
    browser = Browser(app)
    sign_in(browser)
    page = browser.open("accounts.account")
    after = page.submit(str(page.soup.select("main .rows button")[0]["aria-label"]))
    assert after.path == "/"
    assert not signed_in(after)


def test_all_other_devices_end_at_once(app: Flask, ana: Member) -> None:
    others = [Browser(app), Browser(app)]
    here = Browser(app)
    for browser in (*others, here):
        sign_in(browser)
    page = here.open("accounts.account").submit("ほかの端末をすべてログアウトさせる")
    assert len(page.find_all("main .rows > li")) == 1
    assert not page.has_button("ほかの端末をすべてログアウトさせる")
    assert [signed_in(browser.open("home.index")) for browser in (*others, here)] == [False, False, True]


def test_the_session_of_another_member_is_not_there(app: Flask, visit: Visitors, ana: Member, ben: Member) -> None:
    assert signed_in(visit.as_(ben).open("home.index"))
    with app.app_context():
        theirs = db.db.session.scalars(select(Session.id).where(Session.account_id == ben.id)).one()
    browser = visit.as_(ana)
    assert browser.post(f"/settings/account/sessions/{theirs}/end").status == 404
    assert browser.post("/settings/account/sessions/999999/end").status == 404
    assert signed_in(visit.as_(ben).open("home.index"))


def test_a_closed_account_is_out_at_its_next_request(app: Flask, visit: Visitors, ana: Member) -> None:
    assert signed_in(visit.as_(ana).open("home.index"))
    with app.app_context(), db.writing():
        db.db.session.get_one(Account, ana.id).active = False
        db.commit()
    assert not signed_in(visit.as_(ana).open("home.index"))


def test_the_newest_deed_sets_the_day_of_activity(app: Flask, visit: Visitors, ana: Member) -> None:
    browser = visit.as_(ana)
    with time_machine.travel(now() + timedelta(days=3)):
        day = (now() + timedelta(hours=9)).date()
        browser.open("home.index")
        with app.app_context():
            assert db.db.session.get_one(Member, ana.id).last_active_on != day, "reading is no deed"
        browser.open("home.index").submit("English")
        with app.app_context():
            assert db.db.session.get_one(Member, ana.id).last_active_on == day


# Limits


@pytest.fixture
def limited(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setitem(app.extensions, "limits", limits.Limiter(tmp_path / "limits.db", 1.0))
    return app


def test_the_eleventh_try_at_an_account_waits_whoever_is_right(limited: Flask, ana: Member) -> None:
    for number in range(10):
        sign_in(_from(limited, f"10.0.0.{number}"), password="wrong horse battery")
    refused = sign_in(_from(limited, "10.0.0.99"))
    assert refused.status == 429
    assert int(refused.response.headers["Retry-After"]) > 200
    assert "少し時間をおいてください" in refused.errors()["password"]
    assert refused.value("email") == "ana@example.com"
    with time_machine.travel(now() + timedelta(minutes=5, seconds=1)):
        assert signed_in(sign_in(_from(limited, "10.0.0.99")))


def test_an_unknown_address_is_refused_as_often(limited: Flask, ana: Member) -> None:
    statuses = [
        sign_in(_from(limited, f"10.0.1.{number}"), "nobody@example.com", "wrong horse battery").status
        for number in range(11)
    ]
    assert statuses == [422] * 10 + [429]


def test_a_browser_that_was_here_before_is_not_locked_out_by_others(limited: Flask, ana: Member) -> None:
    own = _from(limited, "10.0.2.1")
    sign_in(own).submit("ログアウト")
    for number in range(10):
        sign_in(_from(limited, f"10.0.3.{number}"), password="wrong horse battery")
    assert sign_in(_from(limited, "10.0.3.99")).status == 429
    assert signed_in(sign_in(own))


def test_one_network_tries_25_times_whatever_it_says_of_itself(
    limited: Flask, ana: Member, make_member: MemberFactory
) -> None:
    for number in range(25):
        browser = _from(limited, "127.0.0.1")
        browser.client.environ_base["HTTP_X_FORWARDED_FOR"] = f"192.0.2.{number}"
        assert sign_in(browser, f"member-{number}@example.com").status == 422
    assert sign_in(_from(limited, "127.0.0.1")).status == 429, "this machine is no exception"
    assert signed_in(sign_in(_from(limited, "10.9.9.9"))), "and its tries used up nobody else's"


def _from(app: Flask, address: str) -> Browser:
    browser = Browser(app)
    browser.client.environ_base["REMOTE_ADDR"] = address
    return browser


# What was typed when the session had ended


def test_what_was_typed_comes_back_after_the_sign_in(app: Flask, ana: Member) -> None:
    browser = Browser(app)
    sign_in(browser)
    form = browser.open("accounts.account")
    end_sessions(app)
    asked = form.submit("再認証メールを送信する", email="new@example.com", password=PASSWORD)
    assert asked.status == 401
    assert "入力した内容は残っています" in asked.text
    assert PASSWORD not in asked.html
    assert json.loads(asked.value("carried")) == [["email", "new@example.com"]]

    wrong = asked.submit("ログイン", email="ana@example.com", password="wrong horse battery")
    assert wrong.status == 422
    back = wrong.submit("ログイン", email="ana@example.com", password=PASSWORD)
    assert back.path == "/settings/account"
    assert "入力していた内容を戻しました" in back.text
    assert back.value("email") == "new@example.com"
    assert back.value("password") == ""
    assert "再認証" in back.find_all("main form button")[0]

    sent = back.submit("再認証メールを送信する", password=PASSWORD)
    assert sent.status == 200
    assert drafts(app) == 0, "what has been sent is forgotten"
    assert browser.open("accounts.account").value("email") == ""


def test_a_draft_survives_an_invalid_try(app: Flask, ana: Member) -> None:
    browser = Browser(app)
    sign_in(browser)
    form = browser.open("accounts.account")
    end_sessions(app)
    asked = form.submit("再認証メールを送信する", email="new@example.com", password=PASSWORD)
    back = asked.submit("ログイン", email="ana@example.com", password=PASSWORD)
    assert back.submit("再認証メールを送信する", password="wrong horse battery").status == 422
    assert drafts(app) == 1
    assert browser.open("accounts.account").value("email") == "new@example.com"


def test_htmx_is_told_to_sign_in_too(app: Flask) -> None:
    page = Browser(app).post("/settings/account/email", {"email": "x@example.com"}, headers={"HX-Request": "true"})
    assert page.status == 401
    assert Browser(app).open_path("/settings/account", headers={"HX-Request": "true"}).status == 401


def test_what_another_site_sends_is_not_carried(app: Flask) -> None:
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
        page = Browser(app).post("/settings/account/email", {"email": "x@example.com"}, headers=headers)
        assert page.status == 401
        assert page.value("carried") == ""


def test_what_is_longer_than_any_form_is_not_carried(app: Flask) -> None:
    page = Browser(app).post("/settings/account/email", {"email": "x" * 50_000})
    assert page.value("carried") == ""


def test_one_persons_words_are_not_put_into_anothers_form(app: Flask, ana: Member, ben: Member) -> None:
    browser = Browser(app)
    sign_in(browser)
    form = browser.open("accounts.account")
    end_sessions(app)
    asked = form.submit("再認証メールを送信する", email="secret@example.com", password=PASSWORD)
    back = asked.submit("ログイン", email="ben@example.com", password=PASSWORD)
    assert "secret@example.com" not in back.html
    assert drafts(app) == 0


@pytest.mark.parametrize(
    "carried", ["x", "{}", "[1]", "[[1,2,3]]", "null", '[["email"]]', "[" * 5000, '[["email", {}]]']
)
def test_what_a_browser_makes_up_is_not_an_error(app: Flask, ana: Member, carried: str) -> None:
    browser = Browser(app)
    fields = {"email": "ana@example.com", "password": PASSWORD, "next": "/settings/account", "carried": carried}
    assert browser.post("/login", fields).status == 200


def test_a_deed_at_an_address_that_cannot_be_read_goes_back_to_where_it_was_typed(app: Flask) -> None:
    browser = Browser(app)
    path = "/settings/account/sessions/1/end"
    page = browser.post(path, headers={"Referer": f"{HOST}/settings/account?a=1"})
    assert page.value("next") == "/settings/account?a=1"
    assert browser.post(path, headers={"Referer": "https://evil.example/settings"}).value("next") == "/"


def end_sessions(app: Flask) -> None:
    with app.app_context(), db.writing():
        for row in db.db.session.scalars(select(Session)):
            db.db.session.delete(row)
        db.commit()


def drafts(app: Flask) -> int:
    with app.app_context():
        return db.db.session.scalar(select(func.count()).select_from(Draft)) or 0
