"""Setting up a second factor on the pages, changing it, and turning it off."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import unquote

import segno
import time_machine
from flask import Flask
from sqlalchemy import delete, select

from marketplace import db
from marketplace.accounts.models import Member, RecoveryCode
from marketplace.clock import now
from tests.authenticator import number_for
from tests.blueprints.second_factors import (
    codes_on,
    passes_first_step,
    secret_on,
    set_up,
    signed_in,
    turned_on,
    wrong_for,
)
from tests.factories.members import PASSWORD
from tests.mailbox import Mailbox
from tests.visit import HOST, Browser, Page, Visitors

Post = Callable[[], Mailbox]

WRONG_PASSWORD = "現在のパスワードを確かめて"


# Setting it up


def test_a_second_factor_is_set_up_by_password_qr_code_and_number(visit: Visitors, post: Post, ana: Member) -> None:
    page = set_up(visit.as_(ana))
    assert page.path == "/settings/account/second-factor/turn-on"
    secret = secret_on(page)
    wrong = page.submit("2段階認証をはじめる", number=wrong_for(secret))
    assert wrong.status == 422
    assert "アプリに今表示されている番号" in wrong.errors()["number"]
    assert secret_on(wrong) == secret, "the QR code stays the same"
    done = wrong.submit("2段階認証をはじめる", number=number_for(secret))
    assert done.status == 200
    assert "もう一度見ることはできません" in done.text
    assert len(codes_on(done)) == 10
    account = visit.as_(ana).open("accounts.account")
    assert "残りの復旧コード 10個" in account.text
    assert not account.has_link("2段階認証を設定する")
    assert "6けたの番号が必要です" in post().newest("ana@example.com").text


def test_the_qr_code_holds_the_secret_that_stands_beside_it(visit: Visitors, ana: Member) -> None:
    page = set_up(visit.as_(ana))
    address = f"otpauth://totp/Musubi:ana?secret={secret_on(page).replace(' ', '')}&issuer=Musubi"
    expected = segno.make_qr(address, error="m").svg_inline(border=4, omitsize=True, dark="#000", light="#fff")
    (frame,) = page.soup.select(".qr")
    assert expected in page.html
    assert (frame["role"], frame["aria-label"]) == ("img", "認証アプリで読み取るQRコード")
    assert not frame.select("script, image, a, foreignObject")


def test_pages_with_secrets_are_kept_nowhere(visit: Visitors, ana: Member) -> None:
    page = set_up(visit.as_(ana))
    codes = page.submit("2段階認証をはじめる", number=number_for(secret_on(page)))
    for each in (page, codes):
        assert each.response.headers["Cache-Control"] == "no-store"


def test_the_cookie_holds_the_secret_sealed_only_and_not_for_long(visit: Visitors, ana: Member) -> None:
    browser = visit.as_(ana)
    page = set_up(browser)
    secret = secret_on(page)
    with browser.client.session_transaction(base_url=HOST) as cookie:
        kept = json.dumps(cookie["setting_up"])
    assert secret.replace(" ", "") not in kept
    page.submit("2段階認証をはじめる", number=number_for(secret))
    with browser.client.session_transaction(base_url=HOST) as cookie:
        assert "setting_up" not in cookie


def test_codes_are_saved_as_a_text_without_asking_the_server_again(visit: Visitors, ana: Member) -> None:
    page = set_up(visit.as_(ana))
    done = page.submit("2段階認証をはじめる", number=number_for(secret_on(page)))
    (link,) = done.soup.select("a[download]")
    kind, _comma, text = unquote(str(link["href"])).partition(",")
    assert kind == "data:text/plain;charset=utf-8"
    assert [line for line in text.splitlines() if re.fullmatch("[a-z0-9-]{19}", line)] == codes_on(done)
    assert "ana" in text
    assert [str(button["data-print"]) for button in done.soup.select("button[data-print]")] == [""]


def test_nobody_sees_a_qr_code_without_the_password(app: Flask, visit: Visitors, ana: Member) -> None:
    there = visit.as_(ana)
    here = Browser(app, ana)
    set_up(there)
    assert here.open("accounts.turn_on_second_factor").path == "/settings/account/second-factor"
    page = here.open("accounts.second_factor")
    refused = page.submit("次へ進む", password="wrong horse battery")
    assert refused.status == 422
    assert WRONG_PASSWORD in refused.errors()["password"]
    assert not refused.soup.select(".qr")


def test_a_set_up_that_was_left_begins_anew_after_a_quarter_of_an_hour(visit: Visitors, ana: Member) -> None:
    page = set_up(visit.as_(ana))
    with time_machine.travel(now() + timedelta(minutes=15, seconds=1)):
        late = page.submit("2段階認証をはじめる", number=number_for(secret_on(page)))
        assert late.path == "/settings/account/second-factor"
        assert "もう一度、パスワードから" in late.text


def test_what_is_on_already_is_not_set_up_again(app: Flask, visit: Visitors, ana: Member) -> None:
    other_tab = set_up(visit.as_(ana))
    turned_on(app, ana)
    again = other_tab.submit("2段階認証をはじめる", number=number_for(secret_on(other_tab)))
    assert again.status == 409
    assert "すでに設定されています" in again.errors()["number"]
    assert visit.as_(ana).open("accounts.second_factor").path == "/settings/account"


def test_without_a_second_factor_there_is_nothing_to_change(visit: Visitors, ana: Member) -> None:
    for endpoint in ("accounts.renew_recovery_codes", "accounts.turn_off_second_factor"):
        assert visit.as_(ana).open(endpoint).path == "/settings/account/second-factor"
    fields = {"password": PASSWORD, "code": "123456"}
    assert visit.as_(ana).post("/settings/account/second-factor/turn-off", fields).status == 409


# Changing it


def test_new_recovery_codes_need_password_and_code(app: Flask, visit: Visitors, post: Post, ana: Member) -> None:
    secret, old = turned_on(app, ana)
    page = visit.as_(ana).open("accounts.account").follow("復旧コードを作りなおす")
    refused = page.submit("作りなおす", password="wrong horse battery", code=number_for(secret))
    assert WRONG_PASSWORD in refused.errors()["password"]
    refused = refused.submit("作りなおす", password=PASSWORD, code=wrong_for(secret))
    assert list(refused.errors()) == ["code"]
    assert refused.value("password") == ""
    new = codes_on(refused.submit("作りなおす", password=PASSWORD, code=number_for(secret)))
    assert len(new) == 10
    assert not set(new) & set(old)
    assert "前の復旧コードは、もう使えません" in post().newest("ana@example.com").text


def test_it_is_turned_off_with_password_and_code(app: Flask, visit: Visitors, post: Post, ana: Member) -> None:
    _secret, codes = turned_on(app, ana)
    page = visit.as_(ana).open("accounts.account").follow("2段階認証をやめる")
    assert page.submit("2段階認証をやめる", password=PASSWORD, code="").status == 422
    done = page.submit("2段階認証をやめる", password=PASSWORD, code=codes[0])
    assert done.path == "/settings/account"
    assert "2段階認証をやめました" in done.text
    assert done.has_link("2段階認証を設定する")
    texts = " ".join(mail.text for mail in post().to("ana@example.com"))
    assert "2段階認証が解除されました" in texts
    assert "復旧コードが1つ使われました" in texts
    assert signed_in(passes_first_step(Browser(app)))


def test_whoever_runs_out_of_recovery_codes_is_warned(app: Flask, visit: Visitors, ana: Member) -> None:
    turned_on(app, ana)
    warning = "復旧コードが少なくなっています"
    with app.app_context(), db.writing():
        digests = db.db.session.scalars(select(RecoveryCode.digest).limit(6)).all()
        db.db.session.execute(delete(RecoveryCode).where(RecoveryCode.digest.in_(digests)))
        db.commit()
    assert warning not in visit.as_(ana).open("accounts.account").text
    with app.app_context(), db.writing():
        digest = db.db.session.scalars(select(RecoveryCode.digest).limit(1)).one()
        db.db.session.execute(delete(RecoveryCode).where(RecoveryCode.digest == digest))
        db.commit()
    assert warning in visit.as_(ana).open("accounts.account").text


def test_other_devices_stay_signed_in(app: Flask, visit: Visitors, ana: Member) -> None:
    phone = Browser(app, ana)
    page = set_up(visit.as_(ana))
    page.submit("2段階認証をはじめる", number=number_for(secret_on(page)))
    assert signed_in(phone.open("home.index"))


# Languages


def test_every_page_and_mail_speaks_english_too(app: Flask, visit: Visitors, post: Post, ana: Member) -> None:
    browser = visit.as_(ana)
    browser.open("home.index").submit("English")
    page = browser.open("accounts.account").follow("Set up two-step verification").submit("Continue", password=PASSWORD)
    pages = [browser.open("accounts.account"), browser.open("accounts.second_factor"), page]
    secret = secret_on(page)
    pages.append(page.submit("Turn on two-step verification", number=number_for(secret)))
    codes = codes_on(pages[-1])
    pages += [browser.open("accounts.renew_recovery_codes"), browser.open("accounts.turn_off_second_factor")]
    stranger = Browser(app)
    stranger.open("home.index").submit("English")
    step = stranger.open("accounts.login").submit("Log in", email="ana@example.com", password=PASSWORD)
    pages += [step, step.submit("Log in", recovery_code="abcd")]
    step.submit("Log in", recovery_code=codes[0])
    pages[-4].submit("Make new codes", password=PASSWORD, code=codes[1])
    assert [japanese_in(each) for each in pages] == [""] * len(pages)
    assert [kana(mail.text + mail.subject) for mail in post().to("ana@example.com")] == [""] * 4


def japanese_in(page: Page) -> str:
    return kana(" ".join(page.find_all("main")))


def kana(text: str) -> str:
    return "".join(re.findall("[ぁ-ヿ]", text))


def test_loading_the_page_of_the_codes_again_leads_to_making_new_ones(visit: Visitors, ana: Member) -> None:
    page = set_up(visit.as_(ana))
    page.submit("2段階認証をはじめる", number=number_for(secret_on(page)))
    again = page.browser.open("accounts.turn_on_second_factor")
    assert again.path == "/settings/account"
    assert "復旧コードを控えていないときは、作りなおしてください" in again.text
