"""A mistyped address at joining: whoever typed it mends it, and nobody else."""

from collections.abc import Callable
from datetime import timedelta

import time_machine
from flask import Flask

from marketplace.accounts.models import Member
from marketplace.clock import now
from tests.blueprints.joining import SECRET, ask_to_join
from tests.mailbox import Mailbox
from tests.visit import Browser, Visitors

Post = Callable[[], Mailbox]


def test_a_mistyped_address_is_mended_where_it_was_typed(app: Flask, visit: Visitors, post: Post) -> None:
    sent = ask_to_join(visit, "carol", "carol@exmaple.com")
    wrong = post().newest("carol@exmaple.com").path
    assert "アドレスを書き間違えたときは、ここで直してもう一度送れます。" in sent.text
    mended = sent.submit("もう一度送る", email="Carol@example.com")
    assert "確認のメールを送りました。24時間のうちに開いてください。" in mended.find_all(".flash")
    assert mended.value("email") == "carol@example.com"
    assert visit.anonymous.open_path(wrong).status == 404
    assert visit.anonymous.post(wrong).status == 404
    assert "username" in ask_to_join(Visitors(app), "carol", "another@example.com").errors(), "the name stays held"
    box = post()
    assert len(box.to("carol@exmaple.com")) == 1
    done = Browser(app).open_path(box.newest("carol@example.com").path).submit("メールアドレスを確認する")
    assert "会員登録が完了しました" in done.text
    assert done.submit("ログイン", email="carol@example.com", password=SECRET).path == "/"


def test_an_address_is_mended_as_often_as_it_was_mistyped(visit: Visitors, post: Post) -> None:
    page = ask_to_join(visit, "carol", "carol@exmaple.com")
    for address in ("carol@example.con", "carol@example.com"):
        page = page.submit("もう一度送る", email=address)
    assert visit.anonymous.open_path(post().newest("carol@example.com").path).status == 200


def test_a_mended_address_has_24_hours_of_its_own(visit: Visitors, post: Post) -> None:
    page = ask_to_join(visit, "carol", "carol@exmaple.com")
    with time_machine.travel(now() + timedelta(hours=23)):
        page.submit("もう一度送る", email="carol@example.com")
        path = post().newest("carol@example.com").path
    with time_machine.travel(now() + timedelta(hours=46)):
        assert visit.anonymous.open_path(path).status == 200
    with time_machine.travel(now() + timedelta(hours=48)):
        assert visit.anonymous.open_path(path).status == 404


def test_what_was_given_up_cannot_be_mended(app: Flask, visit: Visitors, post: Post) -> None:
    page = ask_to_join(visit, "carol", "carol@exmaple.com")
    with time_machine.travel(now() + timedelta(hours=24, minutes=1)):
        late = page.submit("もう一度送る", email="carol@example.com")
        assert "ここで直して" not in late.text
        assert post().mails == []
        assert ask_to_join(Visitors(app), "carol", "another@example.com").path == "/register/sent"
        late.submit("もう一度送る", email="carol@example.com")
        assert {address for mail in post().mails for address in mail.to} == {"another@example.com"}


def test_another_browser_mends_nothing(app: Flask, visit: Visitors, post: Post) -> None:
    ask_to_join(visit, "carol", "carol@example.com")
    path = post().newest("carol@example.com").path
    thief = Visitors(app)
    ask_to_join(thief, "thief", "own@example.com")
    for browser in (Browser(app), thief.anonymous):
        browser.post("/register/resend", {"email": "thief@example.com"})
    page = visit.anonymous.open_path(path)
    assert page.find_all("main dd") == ["carol", "carol@example.com"]
    confirmed = visit.anonymous.open_path(post().newest("thief@example.com").path)
    assert confirmed.find_all("main dd") == ["thief", "thief@example.com"]


def test_mending_tells_nobody_whether_an_address_is_known(app: Flask, visit: Visitors, post: Post, ana: Member) -> None:
    pages = []
    for username, email in (("carol", "ana@example.com"), ("carla", "eva@example.com")):
        page = ask_to_join(Visitors(app), username, f"{username}@exmaple.com")
        pages.append(page.submit("もう一度送る", email=email))
    known, unknown = pages
    assert (known.status, known.path, known.statements) == (unknown.status, unknown.path, unknown.statements)
    assert known.text == unknown.text
    cookies = [[cookie.split("=")[0] for cookie in page.response.headers.getlist("Set-Cookie")] for page in pages]
    assert cookies[0] == cookies[1]
    box = post()
    assert "すでに会員登録があります" in box.newest("ana@example.com").text
    assert "/register/confirm/" in box.newest("eva@example.com").path
