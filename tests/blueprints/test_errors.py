"""Refusals that must not cost what was typed: an old token, and more files than a request may hold."""

from io import BytesIO
from typing import Any

import pytest
from flask import Flask

from marketplace.accounts.models import Member
from tests.blueprints.letters import BODY, TITLE
from tests.factories.members import PASSWORD
from tests.marketplace.careers.entries import an_upload
from tests.marketplace.uploads import PDF
from tests.visit import HOST, Browser, Visitors, signed_in
from wsgi import MOST_BYTES_OF_A_REQUEST, MOST_BYTES_OF_FIELDS, MOST_PARTS_OF_A_FORM

AGAIN = "もう一度送る"


def signs_in_again(app: Flask, browser: Browser, member: Member) -> None:
    """Do what happens in another window: the cookie is a new one, and the pages that are open have the old token."""
    browser.client.delete_cookie("musubi", domain="localhost")
    with browser.client.session_transaction(base_url=HOST) as cookie:
        cookie.update(signed_in(app, member))


def test_what_was_typed_before_signing_in_again_elsewhere_is_sent_by_one_press(
    app: Flask, visit: Visitors, ana: Member, ben: Member
) -> None:
    browser = visit.as_(ana)
    page = browser.open("messages.compose", to="ben")
    signs_in_again(app, browser, ana)
    asked = page.submit("確認する", title=TITLE, body=BODY)
    assert (asked.status, asked.has_button(AGAIN)) == (400, True)
    assert "Anaさんとして送ります。" in asked.text
    look = asked.submit(AGAIN)
    assert (look.status, look.path) == (200, page.path)
    assert "送信しました。" in look.submit("送信").text


def test_whoever_signed_in_meanwhile_is_named(app: Flask, visit: Visitors, ana: Member, ben: Member) -> None:
    browser = visit.as_(ana)
    page = browser.open("careers.skills")
    signs_in_again(app, browser, ben)
    assert "Benさんとして送ります。" in page.submit("登録する", name="校正").text


def test_neither_passwords_nor_files_are_put_into_the_page(app: Flask, visit: Visitors, ana: Member) -> None:
    browser = visit.as_(ana)
    career = browser.open("careers.careers")
    signs_in_again(app, browser, ana)
    asked = career.submit("登録する", files={"files": [an_upload()]}, company="桂川翻訳", password=PASSWORD)
    assert (asked.status, asked.value("company"), PASSWORD in asked.html) == (400, "桂川翻訳", False)
    assert {"選んだファイルは残っていません。送ったあとで、もう一度選んでください。"} < set(asked.find_all("main p"))
    fields = {"email": "new@example.com", "password": PASSWORD, "csrf_token": "old"}
    asked = browser.post("/settings/account/email", fields, csrf=False)
    assert (asked.value("email"), PASSWORD in asked.html) == ("new@example.com", False)
    assert "パスワードは残っていません。次の画面で、もう一度入力してください。" in asked.text


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}]
)
def test_what_another_site_sends_is_not_offered_to_be_sent(
    visit: Visitors, ana: Member, headers: dict[str, str]
) -> None:
    fields = {"name": "evil words", "level": "teaching", "csrf_token": "stolen"}
    assert visit.as_(ana).post("/settings/skills", fields, csrf=False).has_button(AGAIN), "it is this that is missing:"
    answer = visit.as_(ana).post("/settings/skills", fields, csrf=False, headers=headers)
    assert (answer.status, answer.has_button(AGAIN), "evil" in answer.html) == (400, False, False)


def test_a_visitor_gets_the_bare_page(visit: Visitors) -> None:
    answer = visit.anonymous.post("/register", {"email": "ana@example.com"}, csrf=False)
    assert (answer.status, "ana@example.com" in answer.html) == (400, False)


def test_a_button_without_words_is_refused_as_before(visit: Visitors, ana: Member, ben: Member) -> None:
    answer = visit.as_(ana).post("/workers/ben/follow", {"next": "/contacts"}, csrf=False)
    assert (answer.status, answer.has_button(AGAIN)) == (400, False)


def test_more_files_than_a_request_may_hold_are_answered_with_what_to_do(visit: Visitors, ana: Member) -> None:
    page = visit.as_(ana).open("careers.careers")
    assert "一度に送れるのは合わせて30 MBまで" in page.text
    large = PDF + bytes(18 * 2**20)
    answer = page.submit("登録する", files={"files": [(BytesIO(large), f"{n}.pdf") for n in range(2)]}, company="桂")
    assert answer.status == 413
    assert "一度に送れるのは合わせて30 MBまでです。前の画面に戻り、ファイルを減らしてから" in answer.text


@pytest.mark.parametrize(
    "fields",
    [
        {"files": (BytesIO(PDF + bytes(MOST_BYTES_OF_A_REQUEST)), "1.pdf")},
        {str(number): "い" for number in range(MOST_PARTS_OF_A_FORM + 1)},
        {"duties": "い" * MOST_BYTES_OF_FIELDS},
    ],
    ids=["bytes of the request", "fields", "bytes of the fields"],
)
def test_what_is_too_large_is_refused_as_that_when_the_session_has_ended_too(
    visit: Visitors, fields: dict[str, Any]
) -> None:
    answer = visit.anonymous.post("/settings/careers", fields, content_type="multipart/form-data")
    assert (answer.status, "前の画面に戻り" in answer.text) == (413, True)
