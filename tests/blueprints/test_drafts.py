"""Forms that save themselves: what is kept, where it comes back, and when it is forgotten."""

from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace import db
from marketplace.accounts.models import Draft, Member
from tests.blueprints.letters import ONCE, TITLE, begin, count
from tests.blueprints.test_careers_lists import LISTS, each_list
from tests.factories.members import PASSWORD
from tests.visit import HOST, Page, Visitors

RESTORED = "下書きを戻しました。"


def save(page: Page, csrf: bool = True, headers: dict[str, str] | None = None, **typed: object) -> Page:
    """Do what the page does when typing in its form stops."""
    form = page.soup.select_one("form[data-draft]")
    assert form is not None
    return page.browser.post(str(form["data-draft"]), typed, csrf=csrf, headers=headers)


def said(page: Page) -> tuple[int, str]:
    answer = page.response.get_json() or {"sentence": "", "time": ""}
    assert bool(answer["sentence"]) == bool(answer["time"])
    return page.status, answer["sentence"]


@pytest.fixture
def thread(app: Flask, visit: Visitors, ana: Member, ben: Member) -> Page:
    """Ben looks at a conversation that Ana began."""
    return visit.as_(ben).open("messages.show", conversation_id=begin(app, ana, ben))


def test_an_answer_is_saved_while_it_is_typed_and_comes_back(thread: Page) -> None:
    assert thread.soup.select_one("[data-draft-line][hidden]"), "nothing to say yet"
    assert said(save(thread, body="お世話に")) == (200, "下書きを保存しました。")
    assert said(save(thread, body="お世話になっております。\n\n図版の件です。")) == (200, "下書きを保存しました。")
    again = thread.browser.open_path(thread.path)
    assert again.value("body") == "お世話になっております。\n\n図版の件です。"
    assert RESTORED in again.find_all("[data-draft-line]")[0]
    assert again.value("once") != thread.value("once"), "it is a new form all the same"


def test_a_first_message_is_saved_with_its_title_for_whom_it_is_written_to(
    visit: Visitors, ana: Member, ben: Member, cleo: Member
) -> None:
    page = visit.as_(cleo).open("messages.compose", to="ana")
    assert said(save(page, title=TITLE, body="")) == (200, "下書きを保存しました。")
    assert visit.as_(cleo).open("messages.compose", to="ana").value("title") == TITLE
    assert visit.as_(cleo).open("messages.compose", to="ben").value("title") == ""
    assert RESTORED not in visit.as_(ben).open("messages.compose", to="ana").text


@each_list
def test_a_new_entry_is_saved_while_it_is_typed_until_it_is_in_its_list(
    app: Flask, visit: Visitors, ana: Member, name: str
) -> None:
    page = visit.as_(ana).open(f"careers.{name}")
    assert said(save(page, **LISTS[name])) == (200, "下書きを保存しました。")
    again = visit.as_(ana).open(f"careers.{name}")
    assert {field: again.value(field) for field in LISTS[name]} == LISTS[name]
    assert RESTORED in again.find_all("[data-draft-line]")[0]
    assert RESTORED not in visit.as_(ana).open("careers.skills" if name != "skills" else "careers.hobbies").text
    listed = again.submit("登録する")
    assert (count(app, Draft), RESTORED in listed.text, len(listed.soup.select(".ordered .what"))) == (0, False, 1)


def test_moving_an_entry_leaves_the_draft_of_the_next_one(app: Flask, visit: Visitors, ana: Member) -> None:
    browser = visit.as_(ana)
    for skill in ("英日翻訳", "日英翻訳"):
        page = browser.open("careers.skills").submit("登録する", **LISTS["skills"] | {"name": skill})
    browser.client.delete_cookie("musubi", domain="localhost")
    asked = page.submit("登録する", **LISTS["skills"] | {"name": "校正"}, csrf_token=None)
    back = asked.submit("ログイン", email="ana@example.com", password=PASSWORD)
    assert back.value("name") == "校正"
    arrow = back.soup.select(".ordered form button:not([disabled])")[0]
    moved = back.submit(str(arrow["aria-label"]))
    assert (moved.value("name"), count(app, Draft)) == ("校正", 1)


def test_the_draft_of_a_thread_stands_on_its_older_pages_too(thread: Page) -> None:
    save(thread, body="お世話に")
    assert thread.browser.open_path(f"{thread.path}?before=garbled").value("body") == "お世話に"


def test_what_is_looked_at_before_sending_is_kept_and_what_is_sent_is_forgotten(app: Flask, thread: Page) -> None:
    look = thread.submit("確認する", body="お返事です。")
    assert (look.status, count(app, Draft)) == (200, 1)
    assert thread.browser.open_path(thread.path).value("body") == "お返事です。"
    assert look.submit("修正する").value("body") == "お返事です。"
    assert count(app, Draft) == 1
    sent = look.submit("送信")
    assert (count(app, Draft), sent.value("body"), RESTORED in sent.text) == (0, "", False)


def test_what_is_refused_stays_a_draft(app: Flask, thread: Page) -> None:
    save(thread, body="お世話に")
    assert thread.submit("確認する", body="あ" * 10_001).status == 422
    assert thread.browser.open_path(thread.path).value("body") == "お世話に"


def test_reading_on_the_same_page_does_not_forget_the_draft(app: Flask, thread: Page) -> None:
    save(thread, body="お世話に")
    read = thread.submit("既読にする")
    assert (read.value("body"), count(app, Draft)) == ("お世話に", 1)


def test_an_emptied_form_is_forgotten(app: Flask, thread: Page) -> None:
    save(thread, body="お世話に")
    assert said(save(thread, body=" \n　")) == (200, "")
    assert (count(app, Draft), thread.browser.open_path(thread.path).value("body")) == (0, "")


def test_a_draft_can_be_thrown_away(app: Flask, thread: Page) -> None:
    save(thread, body="お世話に")
    question = thread.browser.open_path(thread.path).follow("下書きを消す")
    assert count(app, Draft) == 1, "nothing goes before it was asked"
    assert question.follow("やめる").value("body") == "お世話に"
    again = question.submit("下書きを消す")
    assert (again.path, again.value("body"), count(app, Draft)) == (thread.path, "", 0)
    assert "下書きを消しました。" in again.text


def test_neither_passwords_nor_files_nor_what_a_form_sends_along_are_kept(app: Flask, thread: Page) -> None:
    save(
        thread,
        body="お世話に",
        password=PASSWORD,
        new_password=PASSWORD,
        once=ONCE,
        send="1",
        file=(BytesIO(b"x"), "x"),
    )
    with app.app_context():
        assert db.db.session.scalars(select(Draft.fields)).all() == [[["body", "お世話に"]]]


def test_more_than_the_longest_form_is_refused_and_the_last_draft_stays(thread: Page) -> None:
    save(thread, body="お世話に")
    assert said(save(thread, body="あ" * 50_000))[0] == 413
    assert thread.browser.open_path(thread.path).value("body") == "お世話に"


def test_only_the_member_s_own_pages_save(app: Flask, visit: Visitors, thread: Page) -> None:
    assert save(thread, csrf=False, body="お世話に").status == 400
    assert visit.anonymous.post("/drafts?path=/messages/1", {"body": "お世話に"}).status == 401
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        assert save(thread, body="お世話に", headers=headers).status >= 400
    assert count(app, Draft) == 0


@pytest.mark.parametrize("path", ["", "//evil.example", "https://evil.example", "/" + "x" * 3000, "/\x00"])
def test_a_path_that_is_none_of_ours_is_no_error_and_leads_nowhere(thread: Page, path: str) -> None:
    assert (
        thread.browser.client.post(
            "/drafts",
            base_url=HOST,
            query_string={"path": path},
            data={"body": "。", "csrf_token": thread.browser.csrf_token()},
        ).status_code
        == 200
    )
    forgotten = thread.browser.post("/drafts/forget", {"path": path}, follow=False)
    assert (forgotten.status, forgotten.response.headers["Location"]) == (302, "/")
    question = thread.browser.open_path("/drafts/forget", query_string={"path": path})
    assert [str(link["href"]) for link in question.soup.select("main a")] == ["/", "/"]
    assert question.value("path") == "/"


def test_saving_costs_little_and_leaves_the_cookie_alone(thread: Page) -> None:
    save(thread, body="お世話に")
    again = save(thread, body="お世話になって")
    assert (again.statements, "Set-Cookie" in again.response.headers) == (2, False)


def test_what_was_typed_when_the_session_had_ended_is_a_draft_too(thread: Page) -> None:
    browser = thread.browser
    browser.client.delete_cookie("musubi", domain="localhost")
    asked = thread.submit("確認する", body="お返事です。", csrf_token=None)
    back = asked.submit("ログイン", email="ben@example.com", password=PASSWORD)
    assert (back.value("body"), RESTORED in back.text) == ("お返事です。", True)
    back.submit("既読にする")
    assert browser.open_path(thread.path).value("body") == "お返事です。"
