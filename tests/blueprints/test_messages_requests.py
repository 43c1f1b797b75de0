"""リクエスト as pages: apart from the others, read without a trace, accepted, declined or ended by a block."""

import re

from flask import Flask

from marketplace.accounts.models import Member, Writers
from tests.blueprints.letters import BODY, TITLE, begin, said, unread_in_bar
from tests.blueprints.test_privacy import CLOSED, block, change
from tests.visit import Page, Visitors

REQUESTED = "リクエストとして届いています。承認されると、続きを送れます。"


def compose_of(page: Page) -> tuple[str, int]:
    """What stands where an answer is written, without tokens; and the status."""
    (section,) = page.soup.select("#compose")
    return re.sub(r"value=\"[\w.-]{40,}\"", "", str(section)), page.status


def test_somebody_from_outside_writes_once_and_goes_on_when_they_are_accepted(
    app: Flask, visit: Visitors, ana: Member, ben: Member
) -> None:
    change(app, ben, writers=Writers.FRIENDS)
    compose = visit.as_(ana).open("messages.compose", to="ben")
    sent = compose.submit("確認する", title=TITLE, body=BODY).submit("送信")
    assert "Benさんにリクエストとして送信しました。" in sent.text
    assert (sent.find_all("#compose h2"), sent.has_button("確認する")) == ([CLOSED], False)
    second = visit.as_(ana).open("messages.compose", to="ben")
    assert (second.status, CLOSED in second.text) == (403, True)

    inbox = visit.as_(ben).open("messages.index")
    assert (unread_in_bar(inbox), inbox.find_all(".thread-title")) == ("", [])
    requests = inbox.follow("リクエスト 1")
    thread = requests.follow(TITLE)
    assert (said(thread), thread.has_button("既読にする"), thread.has_button("確認する")) == ([BODY], False, False)
    accepted = thread.submit("承認する")
    assert accepted.submit("確認する", body="お返事です。").submit("送信").status == 200
    assert visit.as_(ana).open_path(thread.path).submit("確認する", body="ありがとうございます。").status == 200


def test_declining_and_blocking_change_nothing_for_the_writer(
    app: Flask, visit: Visitors, ana: Member, ben: Member
) -> None:
    change(app, ben, writers=Writers.FRIENDS)
    number = begin(app, ana, ben)
    waiting = compose_of(visit.as_(ana).open("messages.show", conversation_id=number))
    assert CLOSED in waiting[0]
    assert REQUESTED in waiting[0]
    declined = visit.as_(ben).open("messages.show", conversation_id=number).submit("断る")
    assert "相手には知らせません。" in declined.text
    assert compose_of(visit.as_(ana).open("messages.show", conversation_id=number)) == waiting
    assert visit.as_(ben).open("messages.show", conversation_id=number).has_button("承認する")
    blocking = visit.as_(ben).open("messages.show", conversation_id=number).follow("ブロックする")
    assert "Anaさんをブロックしました。" in blocking.submit("ブロックする").text
    assert compose_of(visit.as_(ana).open("messages.show", conversation_id=number)) == waiting


def test_requests_of_others_are_not_there(app: Flask, visit: Visitors, ana: Member, ben: Member, cleo: Member) -> None:
    change(app, ben, writers=Writers.FRIENDS)
    number = begin(app, ana, ben)
    for deed in ("accept", "decline", "block"):
        assert visit.as_(cleo).post(f"/messages/{number}/{deed}").status == 404
    assert visit.as_(cleo).open("messages.ask_block", conversation_id=number).status == 404


def test_a_blocked_thread_looks_the_same_from_both_sides_and_says_nothing_of_requests(
    app: Flask, visit: Visitors, ana: Member, ben: Member
) -> None:
    number = begin(app, ana, ben)
    block(app, ana, ben)
    page = visit.as_(ben).open("messages.show", conversation_id=number)
    assert (page.find_all("#compose h2"), REQUESTED in page.text) == ([CLOSED], False)


def test_an_empty_list_of_requests_says_so(visit: Visitors, ana: Member) -> None:
    assert "リクエストはありません。" in visit.as_(ana).open_path("/messages?box=requests").text
    assert "まだメッセージはありません。" in visit.as_(ana).open_path("/messages?box=%00").text
