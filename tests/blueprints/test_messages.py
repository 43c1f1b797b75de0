"""Writing to somebody from the worker page and from コンタクト, with a look before sending, and the answers."""

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace import db, limits
from marketplace.accounts.models import Member
from marketplace.follows import service as follows
from marketplace.messages import queries, service
from marketplace.messages.models import BODY_LENGTH, TITLE_LENGTH, Conversation, Message
from tests.factories.members import PASSWORD, MemberFactory
from tests.races import AT_ONCE, at_once
from tests.visit import HOST, Page, Visitors

TITLE, BODY = "図版の単位について", "はじめまして。\n\n図版3-2のことで、ご相談があります。"
ONCE = "once-of-the-tests"
SENT = "送信しました。%sさんにだけ届いています。"


def count(app: Flask, model: type[db.Model]) -> int:
    with app.app_context():
        return db.db.session.scalar(select(func.count()).select_from(model)) or 0


def begin(app: Flask, sender: Member, recipient: Member, title: str = TITLE, body: str = BODY, once: str = ONCE) -> int:
    """Begin a conversation without HTTP and return its number."""
    with app.app_context(), db.writing():
        number = service.start(sender, recipient, title, body, once)
        db.commit()
    return number


def answer(app: Flask, sender: Member, number: int, *bodies: str) -> None:
    with app.app_context(), db.writing():
        for index, body in enumerate(bodies):
            service.reply(sender, queries.get_for(sender, number), body, f"{ONCE}-{sender.id}-{index}")
        db.commit()


def follow(app: Flask, actor: Member, followed: Member) -> None:
    with app.app_context(), db.writing():
        follows.follow(actor, followed)
        db.commit()


def unread_in_bar(page: Page) -> str:
    (badge,) = page.find_all("#unread-bar")
    return badge


def unread_in_list(page: Page) -> list[str]:
    return page.find_all(".thread-row .badge-count")


def said(page: Page) -> list[str]:
    """What stands in the bubbles of a thread, line breaks included."""
    return ["\n\n".join(part.get_text() for part in bubble.select("p")) for bubble in page.soup.select(".log .bubble")]


def answer_of(page: Page) -> tuple[int, str]:
    """Status and page without what differs from one answer to the next."""
    plain = re.sub(r"nonce(?:-|=\")[\w-]+|value=\"[\w.-]{40,}\"|\b[0-9a-f]{8}\b", "", page.html)
    return page.status, plain.replace(page.path, "")


# Writing, looking, sending


def test_a_consultation_goes_from_the_worker_page_to_both_lists_and_is_answered_in_the_thread(
    app: Flask, visit: Visitors, ana: Member, ben: Member
) -> None:
    compose = visit.as_(ana).open("profiles.show", username="ben").follow("相談をする")
    assert compose.find_all("main label") == ["タイトル", "本文"]
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


# Read marks


def test_opening_a_thread_marks_nothing_and_pressing_the_button_does(
    app: Flask, visit: Visitors, ana: Member, ben: Member
) -> None:
    number = begin(app, ana, ben)
    for _time in range(2):
        thread = visit.as_(ben).open("messages.show", conversation_id=number)
        assert unread_in_bar(thread) == "未読 1"
    assert "既読" not in visit.as_(ana).open("messages.show", conversation_id=number).find_all(".log .when")[0]
    read = thread.submit("既読にする")
    assert (unread_in_bar(read), unread_in_list(read), read.has_button("既読にする")) == ("", [], False)
    assert "既読" in visit.as_(ana).open("messages.show", conversation_id=number).find_all(".log .when")[0]


def test_a_page_that_says_it_was_shown_gets_the_new_counts(
    app: Flask, visit: Visitors, ana: Member, ben: Member, cleo: Member
) -> None:
    number = begin(app, ana, ben)
    begin(app, cleo, ben, "別の件")
    thread = visit.as_(ben).open("messages.show", conversation_id=number)
    form = thread.form("既読にする")
    assert (form["hx-trigger"], form["hx-post"]) == ("load", f"/messages/{number}/read")
    newest = thread.value("newest")
    part = visit.as_(ben).post(f"/messages/{number}/read", {"newest": newest}, headers={"HX-Request": "true"})
    assert (part.status, part.find_all("#unread-bar"), part.find_all("#unread-tab")) == (200, ["未読 1"], ["未読 1"])
    assert "<html" not in part.html


@pytest.mark.parametrize("newest", ["", "none", "-1", "9" * 30, "\x00"])
def test_a_read_mark_of_any_content_is_no_error(
    app: Flask, visit: Visitors, ana: Member, ben: Member, newest: str
) -> None:
    number = begin(app, ana, ben)
    assert visit.as_(ben).post(f"/messages/{number}/read", {"newest": newest}).status == 200
    answer(app, ana, number, "追伸。")
    assert unread_in_bar(visit.as_(ben).open("messages.index")) != ""


# Whose it is


def test_a_conversation_of_others_is_not_there(
    app: Flask, visit: Visitors, ana: Member, ben: Member, cleo: Member
) -> None:
    number = begin(app, ana, ben)
    stranger = visit.as_(cleo)
    for impossible in (2**31, 2**63, 10**30):
        assert stranger.open_path(f"/messages/{impossible}").status == 404
    for missing in (number + 1, 2**31 - 1):
        assert answer_of(stranger.open_path(f"/messages/{number}")) == answer_of(
            stranger.open_path(f"/messages/{missing}")
        )
        for path, fields in [("", {"body": "。", "once": ONCE, "send": "1"}), ("/read", {"newest": "1"})]:
            refused = stranger.post(f"/messages/{number}{path}", fields)
            assert refused.status == 404
            assert answer_of(refused) == answer_of(stranger.post(f"/messages/{missing}{path}", fields))
    assert count(app, Message) == 1
    assert TITLE not in stranger.open("messages.index").text


@pytest.mark.parametrize("address", ["/messages", "/messages/1", "/messages/new?to=ana", "/contacts"])
def test_a_visitor_is_asked_to_sign_in_first(visit: Visitors, ana: Member, address: str) -> None:
    assert visit.anonymous.open_path(address).path.startswith("/login")


def test_nobody_writes_to_themself(app: Flask, visit: Visitors, ana: Member) -> None:
    assert visit.as_(ana).open("messages.compose", to="ana").status == 403
    fields = {"title": TITLE, "body": BODY, "once": ONCE, "send": "1"}
    assert visit.as_(ana).post("/messages/new?to=ana", fields).status == 403
    assert count(app, Conversation) == 0


def test_an_unpublished_member_without_a_tie_is_not_there(
    app: Flask, visit: Visitors, ana: Member, cleo: Member
) -> None:
    nobody = answer_of(visit.as_(ana).open("messages.compose", to="nobody"))
    assert nobody[0] == 404
    assert answer_of(visit.as_(ana).open("messages.compose", to="cleo")) == nobody
    for to in ("cleo", "nobody", "", "cle%00o", "%F0%9F%92%A9"):
        fields = {"title": TITLE, "body": BODY, "once": ONCE, "send": "1"}
        assert visit.as_(ana).post(f"/messages/new?to={to}", fields).status == 404
    assert visit.as_(ana).open_path("/messages/new").status == 404
    follow(app, ana, cleo)
    assert visit.as_(ana).open("messages.compose", to="cleo").status == 200


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
        ({"title": TITLE, "body": "あ" * (BODY_LENGTH + 1)}, {"body": "いまは10001文字です。"}),
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
        assert refused.value(name) == fields[name] or not fields[name].strip()
    assert count(app, Conversation) == 0


def test_an_answer_that_cannot_be_sent_is_kept_in_the_thread(
    app: Flask, visit: Visitors, ana: Member, ben: Member
) -> None:
    number = begin(app, ana, ben)
    refused = visit.as_(ben).open("messages.show", conversation_id=number).submit("確認する", body="あ" * 10_001)
    assert (refused.status, refused.errors()) == (
        422,
        {"body": "10000文字までで入力してください。いまは10001文字です。 10,000文字まで"},
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


# Lists


def fill(app: Flask, reader: Member, writers: list[Member], messages: int) -> int:
    """Let each of `writers` begin a conversation with `reader`; the last one holds so many messages."""
    with app.app_context(), db.writing():
        for index, writer in enumerate(writers):
            number = service.start(writer, reader, f"件名{index}", BODY, f"{ONCE}-{index}")
        thread = queries.get_for(writers[-1], number)
        for index in range(1, messages):
            service.reply(writers[-1], thread, f"{index}通目", f"{ONCE}-{writers[-1].id}-{index}")
        db.commit()
    return number


def test_pages_cost_the_same_for_one_conversation_and_for_many(
    app: Flask, visit: Visitors, ana: Member, ben: Member, make_member: MemberFactory
) -> None:
    many = [make_member(f"writer-{index}") for index in range(60)]
    costs = []
    for reader, writers, messages in [(ana, [many[0]], 1), (ben, many, 60)]:
        number = fill(app, reader, writers, messages)
        pages = [
            visit.as_(reader).open("messages.index"),
            visit.as_(reader).open("messages.show", conversation_id=number),
            visit.as_(reader).open("messages.compose", to="ana" if reader is ben else "ben"),
        ]
        assert [page.status for page in pages] == [200, 200, 200]
        costs.append([page.statements for page in pages])
    assert costs[0] == costs[1] == [5, 7, 3]


def test_the_list_pages_through_more_than_twenty_conversations(
    app: Flask, visit: Visitors, ana: Member, make_member: MemberFactory
) -> None:
    fill(app, ana, [make_member(f"writer-{index}") for index in range(45)], 1)
    page = visit.as_(ana).open("messages.index")
    assert unread_in_bar(page) == "未読 45"
    titles = page.find_all(".thread-title")
    while page.has_link("次を見る"):
        page = page.follow("次を見る")
        titles += page.find_all(".thread-title")
    assert titles == [f"件名{index}" for index in reversed(range(45))]
    back = page.follow("前を見る").follow("前を見る")
    assert (back.find_all(".thread-title"), back.has_link("前を見る")) == (titles[:20], False)


def test_a_thread_pages_through_more_than_fifty_messages(app: Flask, visit: Visitors, ana: Member, ben: Member) -> None:
    number = fill(app, ana, [ben], 120)
    page = visit.as_(ana).open("messages.show", conversation_id=number)
    history = said(page)
    assert (len(history), history[-1]) == (50, "119通目")
    while page.has_link("前のメッセージを見る"):
        page = page.follow("前のメッセージを見る")
        history = said(page) + history
    assert history == [BODY, *(f"{index}通目" for index in range(1, 120))]
    assert (
        page.follow("次のメッセージを見る").follow("次のメッセージを見る").find_all(".log .bubble p")[-1] == "119通目"
    )


def test_a_list_without_conversations_says_what_to_do(visit: Visitors, ana: Member) -> None:
    page = visit.as_(ana).open("messages.index")
    assert "まだメッセージはありません。" in page.text
    assert page.follow("ワーカーを探す").path == "/workers"


@pytest.mark.parametrize("address", ["/messages?after=garbled", "/messages/{}?before=W10"])
def test_a_garbled_place_in_a_list_shows_its_begin(
    app: Flask, visit: Visitors, ana: Member, ben: Member, address: str
) -> None:
    number = begin(app, ana, ben)
    assert TITLE in visit.as_(ana).open_path(address.format(number)).text
