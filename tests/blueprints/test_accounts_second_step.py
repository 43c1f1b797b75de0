"""Signing in with a second factor, and what happens without it."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from marketplace import db, limits
from marketplace.accounts import service
from marketplace.accounts.models import Draft, Member, RecoveryCode, Session
from marketplace.clock import now
from tests.authenticator import number_for
from tests.blueprints.second_factors import (
    STEP,
    count,
    end_sessions,
    passes_first_step,
    signed_in,
    turned_on,
    wrong_for,
)
from tests.factories.members import PASSWORD
from tests.mailbox import Mailbox
from tests.visit import HOST, Browser, Visitors

Post = Callable[[], Mailbox]

ROUNDABOUT = ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"]


# Signing in


def test_one_signs_in_with_password_and_number(app: Flask, ana: Member) -> None:
    secret, _codes = turned_on(app, ana)
    page = passes_first_step(Browser(app), next="/settings/account?x=1")
    assert (page.status, page.title) == (200, "6けたの番号 | 結び")
    wrong = page.submit("ログイン", number=wrong_for(secret))
    assert wrong.status == 422
    assert "アプリに今表示されている番号" in wrong.errors()["number"]
    done = wrong.submit("ログイン", number=number_for(secret))
    assert done.path == "/settings/account?x=1"
    assert signed_in(done)


def test_there_is_no_session_between_the_steps(app: Flask, ana: Member) -> None:
    turned_on(app, ana)
    browser = Browser(app)
    assert not signed_in(passes_first_step(browser))
    assert browser.open("accounts.account").path.startswith("/login")
    assert count(app, Session) == 0
    with browser.client.session_transaction(base_url=HOST) as cookie:
        assert not {"sid", "_user_id"} & set(cookie)
    assert browser.open("accounts.second_step").path == "/login"


def test_a_number_signs_in_once(app: Flask, ana: Member) -> None:
    secret, _codes = turned_on(app, ana)
    first, second = passes_first_step(Browser(app)), passes_first_step(Browser(app))
    number = number_for(secret)
    assert signed_in(first.submit("ログイン", number=number))
    again = second.submit("ログイン", number=number)
    assert again.status == 422
    assert "もう使われています" in again.errors()["number"]
    assert signed_in(again.submit("ログイン", number=number_for(secret, STEP)))


def test_a_recovery_code_signs_in_once_and_its_owner_hears_of_it(app: Flask, post: Post, ana: Member) -> None:
    secret, codes = turned_on(app, ana)
    page = passes_first_step(Browser(app))
    assert not page.soup.select("main details[open]")
    assert signed_in(page.submit("ログイン", recovery_code=codes[0].upper()))
    mail = post().newest("ana@example.com")
    assert "復旧コードが使われました" in mail.subject
    assert "残りは9個です" in mail.text
    again = passes_first_step(Browser(app)).submit("ログイン", recovery_code=codes[0])
    assert again.status == 422
    assert "まだ使っていない復旧コード" in again.errors()["recovery_code"]
    assert again.soup.select("main details[open]"), "what was typed is in sight"
    assert signed_in(again.submit("ログイン", recovery_code="", number=number_for(secret)))


def test_whoever_fills_in_both_keeps_the_recovery_code(app: Flask, ana: Member) -> None:
    secret, codes = turned_on(app, ana)
    page = passes_first_step(Browser(app))
    assert signed_in(page.submit("ログイン", number=number_for(secret), recovery_code=codes[0]))
    assert count(app, RecoveryCode) == 10


def test_whoever_fills_in_nothing_is_told_what_to_fill_in(app: Flask, ana: Member) -> None:
    turned_on(app, ana)
    page = passes_first_step(Browser(app)).submit("ログイン")
    assert page.status == 422
    assert "6けたの番号を入力してください" in page.errors()["number"]


def test_without_the_right_password_nothing_tells_of_a_second_factor(app: Flask, ana: Member, ben: Member) -> None:
    turned_on(app, ana)
    pages = [
        Browser(app).open("accounts.login").submit("ログイン", email=f"{name}@example.com", password="wrong horse")
        for name in ("ana", "ben", "eva")
    ]
    assert len({page.status for page in pages}) == 1
    assert len({page.statements for page in pages}) == 1
    assert len({page.text for page in pages}) == 1


@pytest.mark.parametrize("target", ROUNDABOUT)
def test_the_second_step_never_leads_to_another_site(app: Flask, ana: Member, target: str) -> None:
    secret, _codes = turned_on(app, ana)
    page = passes_first_step(Browser(app), next=target)
    done = page.submit("ログイン", follow=False, number=number_for(secret), next=target)
    assert done.response.headers["Location"] == "/"


def test_the_second_step_waits_ten_minutes_and_then_begins_anew(app: Flask, ana: Member) -> None:
    secret, _codes = turned_on(app, ana)
    page = passes_first_step(Browser(app), next="/settings/account")
    with time_machine.travel(now() + timedelta(minutes=11)):
        late = page.submit("ログイン", number=number_for(secret))
        assert late.status == 404
        assert "時間がたちました" in late.errors()["password"]
        again = late.submit("ログイン", email="ana@example.com", password=PASSWORD)
        assert again.submit("ログイン", number=number_for(secret)).path == "/settings/account"


@pytest.mark.parametrize("passed", ["", "x", "WzEsICJ4Il0.aaaa.bbbb"])
def test_a_made_up_first_step_is_none(app: Flask, ana: Member, passed: str) -> None:
    secret, _codes = turned_on(app, ana)
    fields = {"passed": passed, "number": number_for(secret), "next": "", "carried": "", "recovery_code": ""}
    page = Browser(app).post("/login/second-step", fields)
    assert page.status == 404
    assert not signed_in(page)
    assert Browser(app).post("/login/second-step", fields, csrf=False).status == 400


def test_the_first_step_of_one_is_nothing_for_another(app: Flask, ana: Member, ben: Member) -> None:
    _secret, codes = turned_on(app, ana)
    turned_on(app, ben)
    page = passes_first_step(Browser(app), "ben@example.com")
    assert page.submit("ログイン", recovery_code=codes[0]).status == 422


def test_a_new_password_does_not_turn_it_off(app: Flask, visit: Visitors, post: Post, ana: Member) -> None:
    secret, _codes = turned_on(app, ana)
    waiting = passes_first_step(Browser(app))
    visit.open("accounts.forgot").submit("再設定のメールを送る", email="ana@example.com")
    page = visit.anonymous.open_path(post().newest("ana@example.com").path)
    done = page.submit("パスワードを設定する", password="kumo to yama no aida")
    assert not signed_in(done)
    assert waiting.submit("ログイン", number=number_for(secret)).status == 404, "the old password opens nothing more"
    asked = done.submit("ログイン", email="ana@example.com", password="kumo to yama no aida")
    assert not signed_in(asked)
    assert signed_in(asked.submit("ログイン", number=number_for(secret)))


def test_turned_off_elsewhere_meanwhile_the_sign_in_is_not_completed(app: Flask, ana: Member) -> None:
    secret, codes = turned_on(app, ana)
    page = passes_first_step(Browser(app))
    with app.test_request_context(), db.writing():
        service.turn_off_second_factor(ana, PASSWORD, codes[0])
        db.commit()
    assert page.submit("ログイン", number=number_for(secret)).status == 409


# What was typed when the session had ended


def test_what_was_typed_comes_back_after_both_steps(app: Flask, ana: Member) -> None:
    secret, _codes = turned_on(app, ana)
    browser = Browser(app, ana)
    form = browser.open("accounts.account")
    end_sessions(app)
    asked = form.submit("再認証メールを送信する", email="new@example.com", password=PASSWORD)
    step = asked.submit("ログイン", email="ana@example.com", password=PASSWORD)
    step = step.submit("ログイン", number=wrong_for(secret))
    assert count(app, Draft) == 0, "nobody keeps anything for a password alone"
    back = step.submit("ログイン", number=number_for(secret))
    assert back.path == "/settings/account"
    assert "入力していた内容を戻しました" in back.text
    assert back.value("email") == "new@example.com"


def test_codes_are_never_carried(app: Flask, visit: Visitors, ana: Member) -> None:
    _secret, codes = turned_on(app, ana)
    page = visit.as_(ana).open("accounts.turn_off_second_factor")
    end_sessions(app)
    asked = page.submit("2段階認証をやめる", password=PASSWORD, code=codes[0])
    assert asked.status == 401
    assert asked.value("carried") == ""


# Limits


@pytest.fixture
def limited(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setitem(app.extensions, "limits", limits.Limiter(tmp_path / "limits.db", 1.0))
    return app


def from_(app: Flask, address: str) -> Browser:
    browser = Browser(app)
    browser.client.environ_base["REMOTE_ADDR"] = address
    return browser


def test_the_eleventh_number_waits_wherever_it_comes_from(limited: Flask, ana: Member) -> None:
    secret, codes = turned_on(limited, ana)
    page = passes_first_step(from_(limited, "10.0.0.1"))
    elsewhere = passes_first_step(from_(limited, "10.0.0.2"))
    for _number in range(10):
        page = page.submit("ログイン", number=wrong_for(secret))
        assert page.status == 422
    for refused in (
        page.submit("ログイン", number=number_for(secret)),
        elsewhere.submit("ログイン", recovery_code=codes[0]),
    ):
        assert refused.status == 429
        assert int(refused.response.headers["Retry-After"]) > 200
        assert "少し時間をおいてください" in refused.text
    with time_machine.travel(now() + timedelta(minutes=5, seconds=1)):
        assert signed_in(elsewhere.submit("ログイン", recovery_code=codes[0]))


def test_one_network_tries_25_numbers_whoever_is_meant(limited: Flask, ana: Member, ben: Member, cleo: Member) -> None:
    statuses = []
    for member, times in ((ana, 10), (ben, 10), (cleo, 6)):
        secret, _codes = turned_on(limited, member)
        page = passes_first_step(from_(limited, "10.0.3.1"), f"{member.username}@example.com")
        for _number in range(times):
            page = page.submit("ログイン", number=wrong_for(secret))
            statuses.append(page.status)
    assert statuses == [422] * 25 + [429]
    elsewhere = passes_first_step(from_(limited, "10.0.3.2"), "cleo@example.com")
    assert signed_in(elsewhere.submit("ログイン", number=number_for(secret))), "its tries used up nobody else's"


def test_numbers_tried_in_the_settings_count_too(limited: Flask, visit: Visitors, ana: Member) -> None:
    secret, _codes = turned_on(limited, ana)
    page = passes_first_step(from_(limited, "10.0.1.1"))
    for _number in range(10):
        page = page.submit("ログイン", number=wrong_for(secret))
    form = visit.as_(ana).open("accounts.turn_off_second_factor")
    assert form.submit("2段階認証をやめる", password=PASSWORD, code=number_for(secret)).status == 429


def test_one_account_tries_fifty_numbers_a_day(limited: Flask, ana: Member) -> None:
    secret, _codes = turned_on(limited, ana)
    begun = now()
    statuses = []
    for minutes in range(0, 31, 6):
        with time_machine.travel(begun + timedelta(minutes=minutes)):
            page = passes_first_step(from_(limited, f"10.0.2.{minutes}"))
            for _number in range(10):
                page = page.submit("ログイン", number=wrong_for(secret))
                statuses.append(page.status)
    assert statuses == [422] * 50 + [429] * 10


def test_tries_of_others_do_not_keep_the_owner_out_of_a_browser_that_signed_in_before(
    limited: Flask, ana: Member
) -> None:
    secret, codes = turned_on(limited, ana)
    own = from_(limited, "10.0.5.1")
    assert signed_in(passes_first_step(own).submit("ログイン", number=number_for(secret)))
    page = passes_first_step(from_(limited, "10.0.5.2"))
    for _number in range(11):
        page = page.submit("ログイン", number=wrong_for(secret))
    assert page.status == 429
    own.post("/logout")
    assert signed_in(passes_first_step(own).submit("ログイン", recovery_code=codes[0]))


def test_the_number_of_statements_of_the_second_step_is_fixed(app: Flask, ana: Member) -> None:
    secret, _codes = turned_on(app, ana)
    page = passes_first_step(Browser(app)).submit("ログイン", number=number_for(secret), follow=False)
    assert page.statements <= 7
