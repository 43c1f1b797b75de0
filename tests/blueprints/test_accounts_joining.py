"""Becoming a member: from the form, by a real mail, to the first sign-in."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from marketplace import db
from marketplace.accounts import queries
from marketplace.accounts.models import Account, Member, Registration
from marketplace.clock import now
from marketplace.events.kinds import EventKind
from marketplace.events.models import Event
from marketplace.profiles.models import PersonalDetails, Profile
from tests.blueprints.joining import SECRET, ask_to_join
from tests.factories.members import MemberFactory
from tests.mailbox import Mailbox
from tests.visit import Browser, Visitors

Post = Callable[[], Mailbox]


def count(app: Flask, model: type) -> int:
    with app.app_context():
        return db.db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_visitor_becomes_a_member_by_a_real_mail(app: Flask, visit: Visitors, post: Post) -> None:
    sent = ask_to_join(visit)
    assert (sent.status, sent.path) == (200, "/register/sent")
    assert "確認のメールを送りました。24時間のうちに開いてください。" in sent.text
    assert count(app, Account) == 0

    mail = post().newest("hanako@example.com")
    assert mail.links[0].startswith("http://localhost/register/confirm/")
    page = visit.anonymous.open_path(mail.path)
    assert page.find_all("main button") == ["メールアドレスを確認する"]
    assert count(app, Account) == 0, "opening the page is no deed: mail scanners open it too"

    done = page.submit("メールアドレスを確認する")
    assert done.path == "/login"
    assert "会員登録が完了しました" in done.text
    home = done.submit("ログイン", email="hanako@example.com", password=SECRET)
    assert home.path == "/"
    assert home.soup.select_one("#member-menu") is not None


def test_a_new_member_has_a_profile_an_event_and_their_language(app: Flask, visit: Visitors, post: Post) -> None:
    visit.open("home.index").submit("English")
    visit.anonymous.post("/register", {"username": "hanako", "email": "hanako@example.com", "password": SECRET})
    link = post().newest("hanako@example.com").path
    visit.anonymous.post(link)
    with app.app_context():
        member = queries.find_by_username("hanako")
        assert member is not None
        assert (member.language, member.nickname, member.is_worker) == ("en", "hanako", False)
        assert db.db.session.get(Profile, member.id)
        assert db.db.session.get(PersonalDetails, member.id)
        kinds = db.db.session.scalars(select(Event.kind).where(Event.actor_id == member.id)).all()
        assert list(kinds) == [EventKind.ACCOUNT_CREATED]


def test_the_link_works_once(visit: Visitors, post: Post) -> None:
    ask_to_join(visit)
    path = post().newest("hanako@example.com").path
    page = visit.anonymous.open_path(path)
    page.submit("メールアドレスを確認する")
    second = page.submit("メールアドレスを確認する")
    assert second.status == 404
    assert "このリンクはもう使えません" in second.title
    assert second.has_link("ログイン")
    assert visit.anonymous.open_path(path).status == 404


def test_the_link_works_for_24_hours_and_the_name_is_free_again_afterwards(visit: Visitors, post: Post) -> None:
    ask_to_join(visit)
    path = post().newest("hanako@example.com").path
    with time_machine.travel(now() + timedelta(hours=23, minutes=59)):
        assert visit.anonymous.open_path(path).status == 200
        assert "username" in ask_to_join(visit, email="other@example.com").errors()
    with time_machine.travel(now() + timedelta(hours=24, minutes=1)):
        assert visit.anonymous.open_path(path).status == 404
        assert ask_to_join(visit, email="other@example.com").path == "/register/sent"


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "％", "..", "W10.aSJKJQ.x", "A" * 3000])
def test_a_link_that_was_made_up_is_just_not_there(visit: Visitors, token: str) -> None:
    assert visit.anonymous.open_path(f"/register/confirm/{token}").status == 404
    if token:
        assert visit.anonymous.open_path(f"/password/reset/{token}").status == 404
        assert visit.anonymous.open_path(f"/email/confirm/{token}").status == 404
        assert visit.anonymous.open_path(f"/email/undo/{token}").status == 404


def test_a_known_address_is_told_so_by_mail_alone(app: Flask, visit: Visitors, post: Post, ana: Member) -> None:
    known = ask_to_join(visit, "hanako", "ana@example.com")
    unknown = ask_to_join(Visitors(app), "jiro", "jiro@example.com")
    assert known.status == unknown.status
    assert known.path == unknown.path
    assert known.text == unknown.text
    assert known.statements == unknown.statements
    box = post()
    mail = box.newest("ana@example.com")
    assert "すでに会員登録があります" in mail.text
    assert [link.removeprefix("http://localhost") for link in mail.links[:2]] == ["/login", "/password/forgot"]
    assert "confirm" not in mail.text
    assert "/register/confirm/" in box.newest("jiro@example.com").path


def test_cookies_of_a_known_address_are_those_of_an_unknown_one(app: Flask, ana: Member) -> None:
    answers = []
    for username, email in (("hanako", "ana@example.com"), ("jiro-x", "eva@example.com")):
        browser = Browser(app)
        fields = {"username": username, "email": email, "password": SECRET}
        answers.append(browser.post("/register", fields, follow=False).response)
    first, second = answers
    assert first.headers["Location"] == second.headers["Location"]
    names = [[cookie.split("=")[0] for cookie in answer.headers.getlist("Set-Cookie")] for answer in answers]
    assert names[0] == names[1]
    assert first.status == second.status


@pytest.mark.parametrize("taken", ["ana", "ANA", " Ana ", "ａｎａ"])
def test_a_taken_name_is_refused_at_its_field_in_any_case(visit: Visitors, ana: Member, taken: str) -> None:
    page = ask_to_join(visit, taken)
    assert page.status == 409
    assert "すでに使われています" in page.errors()["username"]
    assert page.value("email") == "hanako@example.com"
    assert page.value("password") == ""
    assert page.title.startswith("(エラー)")


def test_a_name_someone_is_registering_is_taken(visit: Visitors) -> None:
    ask_to_join(visit)
    page = ask_to_join(visit, "Hanako", "another@example.com")
    assert page.status == 409
    assert "username" in page.errors()


@pytest.mark.parametrize(
    "name", ["ab", "a" * 31, "花子さん", "ana maria", "ana.maria", "ana/", "..", "---", "-", "", "%2e%2e"]
)
def test_a_name_that_cannot_be_one_is_refused_with_a_sentence(visit: Visitors, name: str) -> None:
    page = ask_to_join(visit, name)
    assert page.status == 422
    assert "ユーザー名" in page.errors()["username"]


@pytest.mark.parametrize(
    "name", ["admin", "ADMIN", "new", "edit", "Musubi", "log-in", "support", "api", "favicon", "moderator"]
)
def test_a_name_that_speaks_for_the_site_is_kept_back(visit: Visitors, name: str) -> None:
    page = ask_to_join(visit, name)
    assert page.status == 422
    assert "運営のために" in page.errors()["username"]


@pytest.mark.parametrize(
    "address",
    [
        "", "hanako", "hanako@", "@example.com", "a@x.jp,b@y.jp", "a@x.jp b@y.jp", "a@x.jp;b@y.jp",
        "a@x.jp\nBcc: b@y.jp",
        "a@x.jp\r\nBcc: b@y.jp", "a@x.jp\0", "Hanako <a@x.jp>", "a@[127.0.0.1]", '"a b"@x.jp', "a@x", "аna@example.com",
        "a" * 65 + "@x.jp", "a@" + "x" * 250 + ".jp", "a..b@x.jp", "a@x..jp", "a@@x.jp", "a%0aBcc:b@y.jp@x.jp",
    ],
)  # fmt: skip
def test_what_is_no_single_address_is_refused(app: Flask, visit: Visitors, address: str) -> None:
    page = ask_to_join(visit, email=address)
    assert page.status == 422
    assert "email" in page.errors()
    assert count(app, Registration) == 0


def test_two_addresses_in_one_request_are_refused(app: Flask, visit: Visitors) -> None:
    page = visit.open("accounts.register")
    answer = page.submit("会員登録", username="hanako", email=["a@example.com", "b@example.com"], password=SECRET)
    assert answer.status == 422
    assert count(app, Registration) == 0


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Hanako@Example.COM", "hanako@example.com"),
        ("ｈａｎａｋｏ＠ｅｘａｍｐｌｅ．ｃｏｍ", "hanako@example.com"),
        ("  hanako@example.com ", "hanako@example.com"),
        ("hanako@例え.jp", "hanako@xn--r8jz45g.jp"),
        ("hanako+musubi@example.com", "hanako+musubi@example.com"),
    ],
)
def test_one_mailbox_is_written_in_one_way(visit: Visitors, post: Post, typed: str, stored: str) -> None:
    ask_to_join(visit, email=typed)
    assert post().newest(stored).to == [stored]


@pytest.mark.parametrize("field", ["role", "is_admin", "is_verified", "member_id", "balance", "confirmed_at", "active"])
def test_a_field_the_form_does_not_have_is_refused(app: Flask, visit: Visitors, field: str) -> None:
    fields = {"username": "hanako", "email": "hanako@example.com", "password": SECRET, field: "1"}
    page = visit.anonymous.post("/register", fields)
    assert page.status == 422
    assert "この画面にない項目" in page.text
    assert count(app, Registration) == 0


@pytest.mark.parametrize(
    "password",
    ["short", "一二三四五六七八九", "password1234", "1234567890", "qwertyuiop", "hanako-hanako", "hanako@example.com",
     "aaaaaaaaaaaa", "musubi1234", "x" * 1025, "あ" * 400],
)  # fmt: skip
def test_a_password_that_can_be_guessed_or_is_too_long_is_refused(app: Flask, visit: Visitors, password: str) -> None:
    page = visit.open("accounts.register").submit(
        "会員登録", username="hanako", email="hanako@example.com", password=password
    )
    assert page.status == 422
    assert "パスワード" in page.errors()["password"] or "よく使われる" in page.errors()["password"]
    assert page.value("password") == ""
    assert count(app, Registration) == 0


def test_an_empty_form_says_one_sentence_at_each_field(visit: Visitors) -> None:
    page = visit.open("accounts.register").submit("会員登録", username="", email="", password="")
    assert page.status == 422
    assert page.find_all(".field-error") == [
        "ユーザー名を入力してください。例)hanako-sato",
        "メールアドレスを入力してください。例)hanako@example.com",
        "パスワードを入力してください。",
    ]


def test_the_mail_is_sent_again_to_whoever_asked(visit: Visitors, post: Post) -> None:
    sent = ask_to_join(visit)
    first = post().newest("hanako@example.com")
    assert sent.value("email") == "hanako@example.com"
    assert "確認のメールを送りました。24時間のうちに開いてください。" in sent.submit("もう一度送る").find_all(".flash")
    mails = post().to("hanako@example.com")
    assert len(mails) == 2
    for mail in (first, mails[1]):
        assert visit.anonymous.open_path(mail.path).status == 200


def test_elsewhere_the_mail_is_sent_again_with_the_same_answer_for_everyone(
    app: Flask, visit: Visitors, post: Post
) -> None:
    ask_to_join(visit)
    first = post().newest("hanako@example.com")
    elsewhere = Browser(app).open("accounts.register_sent")
    again = elsewhere.submit("もう一度送る", email="hanako@example.com")
    nobody = elsewhere.submit("もう一度送る", email="nobody@example.com")
    assert again.status == nobody.status == 200
    assert again.statements == nobody.statements
    assert again.text.replace("hanako@", "") == nobody.text.replace("nobody@", "")
    box = post()
    mails = box.to("hanako@example.com")
    assert len(mails) == 2
    assert mails[0].message_id != mails[1].message_id
    assert box.to("nobody@example.com") == []
    for mail in (first, mails[1]):
        assert visit.anonymous.open_path(mail.path).status == 200


def test_a_mail_without_an_address_is_not_sent_again(visit: Visitors) -> None:
    page = visit.open("accounts.register_sent").submit("もう一度送る", email="")
    assert page.status == 422
    assert "email" in page.errors()


def test_an_address_confirmed_by_another_registration_cannot_be_confirmed_again(visit: Visitors, post: Post) -> None:
    ask_to_join(visit, "hanako", "hanako@example.com")
    ask_to_join(visit, "hana-2", "hanako@example.com")
    paths = [mail.path for mail in post().to("hanako@example.com")]
    assert len(set(paths)) == 2
    visit.anonymous.open_path(paths[1]).submit("メールアドレスを確認する")
    assert visit.anonymous.open_path(paths[0]).status == 404
    assert ask_to_join(visit, "hanako", "third@example.com").path == "/register/sent"


def test_one_who_is_signed_in_needs_no_registration(visit: Visitors, ana: Member) -> None:
    assert visit.as_(ana).open("accounts.register").path == "/"


def test_mails_are_not_lost_while_the_server_is_out(visit: Visitors, post: Post, mailbox: Mailbox) -> None:
    ask_to_join(visit)
    mailbox.is_out = True
    post()
    assert mailbox.mails == []
    mailbox.is_out = False
    with time_machine.travel(now() + timedelta(seconds=6)):
        post()
        assert visit.anonymous.open_path(mailbox.newest("hanako@example.com").path).status == 200


def test_a_mail_whose_delivery_was_not_acknowledged_comes_again_as_the_same_one(
    visit: Visitors, post: Post, mailbox: Mailbox
) -> None:
    ask_to_join(visit)
    mailbox.drops_answer = True
    post()
    mailbox.drops_answer = False
    with time_machine.travel(now() + timedelta(seconds=6)):
        post()
    assert len(mailbox.mails) > 1
    assert len({mail.message_id for mail in mailbox.mails}) == 1


def test_different_mails_never_share_a_message_id(visit: Visitors, post: Post, make_member: MemberFactory) -> None:
    for number in range(3):
        ask_to_join(visit, f"hanako-{number}", f"hanako-{number}@example.com")
        post()
    ids = {mail.message_id for mail in post().mails}
    assert len(ids) == 3


def test_what_is_said_of_addresses_comes_from_the_settings(app: Flask, post: Post) -> None:
    client = app.test_client()
    hostile = client.get("/register", base_url="http://evil.example")
    assert hostile.status_code == 400
    browser = Browser(app)
    fields = {"username": "hanako", "email": "hanako@example.com", "password": SECRET}
    browser.post("/register", fields, headers={"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"})
    assert "evil" not in post().newest("hanako@example.com").text
