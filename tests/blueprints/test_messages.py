"""Writing to somebody from the worker page and from コンタクト, with a look before sending, and the answers."""

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from marketplace import limits
from marketplace.accounts.models import Member
from marketplace.messages.models import BODY_LENGTH, TITLE_LENGTH, Conversation, Message
from tests.blueprints.letters import BODY, ONCE, SENT, TITLE, begin, count, follow, said, unread_in_bar, unread_in_list
from tests.factories.members import PASSWORD
from tests.races import AT_ONCE, at_once
from tests.visit import HOST, Page, Visitors

# Writing, looking, sending


def test_a_consultation_goes_from_the_worker_page_to_both_lists_and_is_answered_in_the_thread(
    app: Flask, visit: Visitors, ana: Member, ben: Member
) -> None:
    compose = visit.as_(ana).open("profiles.show", username="ben").follow("相談をする")
    assert compose.find_all("main label") == ["タイトル", "本文", "ファイル", "ファイルアップロード"]
    look = compose.submit("確認する", title=TITLE, body=BODY)
    assert (look.status, "この内容で送信します" in look.text) == (200, True)
    assert look.find_all(".letter p") == ["はじめまして。", "図版3-2のことで、ご相談があります。"]
    assert count(app, Conversation) == 0

    again = look.submit("修正する")
    assert (again.value("title"), again.value("body")) == (TITLE, BODY)
    sent = again.submit("確認する", body=BODY + "\nよろしくお願いします。").submit("送信")
    assert re.fullmatch(r"/messages/\d+", sent.path)
    assert SENT % "Ben" in sent.text
    assert said(sent) == [BODY + "\nよろしくお願いします。"]
    assert sent.has_link(TITLE), "the thread stands in the list beside it"

    inbox = visit.as_(ben).open("messages.index")
    assert (unread_in_bar(inbox), unread_in_list(inbox)) == ("未読 1", ["未読 1"])
    thread = inbox.follow(TITLE)
    assert (thread.find_all("h1"), thread.title) == ([TITLE], f"{TITLE} | 結び")
    replied = thread.submit("確認する", body="お返事です。").submit("送信")
    assert said(replied) == [BODY + "\nよろしくお願いします。", "お返事です。"]
    assert unread_in_bar(visit.as_(ana).open("messages.index")) == "未読 1"


def test_a_message_is_begun_from_contacts_with_a_member_who_has_no_page(
    app: Flask, visit: Visitors, ana: Member, cleo: Member
) -> None:
    follow(app, cleo, ana)
    contacts = visit.as_(ana).open("follows.contacts", tab="followers")
    compose = contacts.follow("メッセージを送る、Cleoさん")
    sent = compose.submit("確認する", title=TITLE, body=BODY).submit("送信")
    assert SENT % "Cleo" in sent.text
    assert visit.as_(cleo).open("messages.index").has_link(TITLE)
    assert not sent.has_link("Cleo"), "an unpublished member is plain text"


def test_the_answer_can_be_revised_before_it_is_sent(app: Flask, visit: Visitors, ana: Member, ben: Member) -> None:
    number = begin(app, ana, ben)
    look = visit.as_(ben).open("messages.show", conversation_id=number).submit("確認する", body="下書き")
    again = look.submit("修正する")
    assert (again.status, again.value("body")) == (200, "下書き")
    assert count(app, Message) == 1


def test_the_page_leads_to_the_new_message(app: Flask, visit: Visitors, ana: Member, ben: Member) -> None:
    number = begin(app, ana, ben)
    look = visit.as_(ben).open("messages.show", conversation_id=number).submit("確認する", body="お返事です。")
    sent = look.submit("送信", follow=False)
    anchor = sent.response.headers["Location"].partition("#")[2]
    assert visit.as_(ben).open("messages.show", conversation_id=number).find_all(f"#{anchor} .bubble p") == [
        "お返事です。"
    ]


# Once


@pytest.mark.parametrize("sent_before", [0, 1])
def test_the_same_form_sent_twice_stores_one(
    app: Flask, visit: Visitors, ana: Member, ben: Member, sent_before: int
) -> None:
    """A double click or a retry, of a first message and of an answer."""
    if sent_before:
        page = visit.as_(ana).open("messages.show", conversation_id=begin(app, ben, ana))
    else:
        page = visit.as_(ana).open("messages.compose", to="ben")
    look = page.submit("確認する", **({} if sent_before else {"title": TITLE}), body=BODY)
    first, second = look.submit("送信", follow=False), look.submit("送信", follow=False)
    assert (first.status, second.status) == (302, 302)
    assert first.response.headers["Location"] == second.response.headers["Location"]
    assert (count(app, Conversation), count(app, Message)) == (1, 1 + sent_before)


def send_at_once(app: Flask, page: Page, fields: dict[str, str]) -> list[tuple[int, str | None]]:
    """Send one form from many threads of one browser; return each answer's status and where it leads."""
    cookie = page.browser.client.get_cookie("musubi", domain="localhost")
    assert cookie is not None
    fields = fields | {"csrf_token": page.value("csrf_token"), "once": page.value("once"), "send": "1"}

    def send(number: int) -> tuple[int, str | None]:
        client = app.test_client()
        client.set_cookie("musubi", cookie.value, domain="localhost")
        response = client.post(page.path, base_url=HOST, data=fields)
        return response.status_code, response.headers.get("Location")

    return at_once(send)


@pytest.mark.real_commits
def test_one_form_sent_many_times_at_once_begins_one_conversation(
    app: Flask, visit: Visitors, ana: Member, ben: Member
) -> None:
    page = visit.as_(ana).open("messages.compose", to="ben")
    answers = send_at_once(app, page, {"title": TITLE, "body": BODY})
    assert len(answers) == AT_ONCE
    assert len(set(answers)) == 1, answers
    assert answers[0][0] == 302
    assert (count(app, Conversation), count(app, Message)) == (1, 1)


@pytest.mark.real_commits
def test_one_answer_sent_many_times_at_once_is_stored_once(
    app: Flask, visit: Visitors, ana: Member, ben: Member
) -> None:
    page = visit.as_(ben).open("messages.show", conversation_id=begin(app, ana, ben))
    answers = send_at_once(app, page, {"body": BODY})
    assert len(set(answers)) == 1, answers
    assert (answers[0][0], count(app, Message)) == (302, 2)


@pytest.mark.parametrize("sent_before", [0, 1])
def test_going_back_after_sending_and_writing_something_else_loses_neither(
    app: Flask, visit: Visitors, ana: Member, ben: Member, sent_before: int
) -> None:
    if sent_before:
        page = visit.as_(ana).open("messages.show", conversation_id=begin(app, ben, ana))
    else:
        page = visit.as_(ana).open("messages.compose", to="ben")
    look = page.submit("確認する", **({} if sent_before else {"title": TITLE}), body=BODY)
    look.submit("送信")
    refused = look.submit("送信", body="書き直した文面です。")
    assert refused.status == 409
    assert "前の文面は送信済みです" in " ".join(refused.errors().values())
    assert refused.value("body") == "書き直した文面です。"
    refused.submit("確認する").submit("送信")
    assert count(app, Message) == 2 + sent_before


# What bad input gets


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"title": "", "body": ""}, {"title": "タイトルを入力してください。", "body": "本文を入力してください。"}),
        ({"title": " 　\n", "body": "\u200b\n"}, {"title": "タイトルを入力", "body": "目に見える文字を入力"}),
        (
            {"title": "あ" * (TITLE_LENGTH + 1), "body": BODY},
            {"title": "60文字までで入力してください。いまは61文字です。"},
        ),
        ({"title": TITLE, "body": "あ" * (BODY_LENGTH + 1)}, {"body": "いまは10,001文字です。"}),
        ({"title": "制御\x07文字", "body": "本\x00文"}, {"title": "制御文字を消してください。", "body": "2文字目"}),
    ],
)
@pytest.mark.parametrize("button", ["確認する", "送信"])
def test_what_cannot_be_sent_is_said_beside_the_field_and_what_was_typed_stays(
    app: Flask, visit: Visitors, ana: Member, ben: Member, fields: dict[str, str], errors: dict[str, str], button: str
) -> None:
    page = visit.as_(ana).open("messages.compose", to="ben")
    if button == "送信":
        page = page.submit("確認する", title=TITLE, body=BODY)
    refused = page.submit(button, **fields)
    assert (refused.status, refused.title.startswith("(エラー)")) == (422, True)
    assert set(refused.errors()) == set(errors)
    for name, sentence in errors.items():
        assert sentence in refused.errors()[name]
        # A browser shows a NUL, which no page may hold, as the sign of a letter that is missing.
        assert refused.value(name) == fields[name].replace("\0", "\ufffd") or not fields[name].strip()
    assert count(app, Conversation) == 0


def test_an_answer_that_cannot_be_sent_is_kept_in_the_thread(
    app: Flask, visit: Visitors, ana: Member, ben: Member
) -> None:
    number = begin(app, ana, ben)
    refused = visit.as_(ben).open("messages.show", conversation_id=number).submit("確認する", body="あ" * 10_001)
    assert (refused.status, refused.errors()) == (
        422,
        {"body": "10,000文字までで入力してください。いまは10,001文字です。 10,000文字まで"},
    )
    assert (refused.value("body"), said(refused)) == ("あ" * 10_001, [BODY])


def test_what_is_typed_is_text_and_nothing_else(app: Flask, visit: Visitors, ana: Member, ben: Member) -> None:
    hostile = "<script>alert(1)</script>\n\n{{ 7*7 }} %(name)s \u202eabc &amp; ' \""
    page = visit.as_(ana).open("messages.compose", to="ben")
    sent = page.submit("確認する", title="<b>題</b> %s", body=hostile).submit("送信")
    assert (sent.find_all("h1"), said(sent)) == (["<b>題</b> %s"], [hostile.replace("\u202e", "")])


@pytest.mark.parametrize(
    "extra", [{"recipient_id": "1"}, {"once": ""}, {"once": "\x00" * 20}, {"once": "あ" * 20}, {"once": "a" * 33}]
)
def test_fields_that_no_form_of_ours_sends_are_refused(
    app: Flask, visit: Visitors, ana: Member, ben: Member, extra: dict[str, Any]
) -> None:
    fields = {"title": TITLE, "body": BODY, "once": ONCE, "send": "1"} | extra
    refused = visit.as_(ana).post("/messages/new?to=ben", fields)
    assert (refused.status, refused.value("body"), count(app, Conversation)) == (422, BODY, 0)


def test_too_many_new_threads_are_refused_in_place_and_the_text_stays(
    app: Flask, visit: Visitors, ana: Member, ben: Member, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(app.extensions, "limits", limits.Limiter(tmp_path / "limits.db", 0.05))
    look = visit.as_(ana).open("messages.compose", to="ben").submit("確認する", title=TITLE, body=BODY)
    assert look.submit("送信", follow=False).status == 302
    assert look.submit("送信", follow=False).status == 302, "a second press of the last one is none too many"
    next_look = visit.as_(ana).open("messages.compose", to="ben").submit("確認する", title="次", body=BODY)
    refused = next_look.submit("送信")
    assert (refused.status, int(refused.response.headers["Retry-After"]) > 86_000) == (429, True)
    assert "24時間で、もう一度" in refused.errors()["title"]
    assert (refused.value("title"), refused.value("body")) == ("次", BODY)
    assert count(app, Conversation) == 1


def test_what_was_typed_survives_the_end_of_the_session(app: Flask, visit: Visitors, ana: Member, ben: Member) -> None:
    browser = visit.as_(ana)
    page = browser.open("messages.compose", to="ben")
    browser.client.delete_cookie("musubi", domain="localhost")
    asked = page.submit("確認する", title=TITLE, body=BODY, csrf_token=None)
    assert asked.status == 401
    back = asked.submit("ログイン", email="ana@example.com", password=PASSWORD)
    assert (back.path, back.value("title"), back.value("body")) == ("/messages/new?to=ben", TITLE, BODY)
    assert SENT % "Ben" in back.submit("確認する").submit("送信").text
