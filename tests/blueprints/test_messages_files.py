"""Files of messages: chosen, looked at, sent, downloaded by the two, and by nobody else."""

from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace import db, storage
from marketplace.accounts.models import Member
from marketplace.attachments import MAX_BYTES
from marketplace.clock import now
from marketplace.messages import files
from marketplace.messages.models import MOST_FILES, Conversation, Message, MessageAttachment
from tests.blueprints.letters import BODY, TITLE, answer_of, begin, count, message_ids
from tests.factories.members import MemberFactory
from tests.marketplace.uploads import HTML, PDF, picture
from tests.visit import Page, Visitors

NOTE = "守秘義務のある資料や個人の情報は、相手と取り扱いを決めてから送ってください。"


def chosen(*pairs: tuple[bytes, str]) -> dict[str, list[tuple[BytesIO, str]]]:
    return {"files": [(BytesIO(data), name) for data, name in pairs]}


def rows(app: Flask) -> list[MessageAttachment]:
    with app.app_context():
        return list(db.db.session.scalars(select(MessageAttachment).order_by(MessageAttachment.id)))


def look_at(visit: Visitors, member: Member, number: int, *pairs: tuple[bytes, str]) -> Page:
    page = visit.as_(member).open("messages.show", conversation_id=number)
    return page.submit("確認する", files=chosen(*pairs), body="資料をお送りします。")


def test_files_are_kept_over_the_look_and_go_with_the_first_message(
    app: Flask, visit: Visitors, ana: Member, ben: Member
) -> None:
    compose = visit.as_(ana).open("messages.compose", to="ben")
    assert NOTE in compose.text
    look = compose.submit(
        "確認する", files=chosen((PDF, "図版.pdf"), (picture("PNG"), "a.png")), title=TITLE, body=BODY
    )
    assert (look.status, NOTE in look.text) == (200, True)
    assert look.find_all(".letter .slip bdi") == ["図版.pdf", "a.png"]
    assert [row.message_id for row in rows(app)] == [None, None]
    sent = look.submit("送信")
    assert sent.find_all(".log .slip bdi") == ["図版.pdf", "a.png"]
    assert [row.message_id for row in rows(app)] == message_ids(app) * 2
    thread = visit.as_(ben).open_path(sent.path)
    link = thread.soup.select_one(".log a.slip")
    assert link is not None
    answer = visit.as_(ben).client.get(str(link["href"]), base_url="http://localhost")
    assert (answer.status_code, answer.data, answer.mimetype) == (200, PDF, "application/pdf")
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert (answer.headers["Cache-Control"], answer.headers["X-Content-Type-Options"]) == ("no-store", "nosniff")


def test_files_can_be_added_and_left_out_before_sending(app: Flask, visit: Visitors, ana: Member, ben: Member) -> None:
    number = begin(app, ben, ana)
    first = look_at(visit, ana, number, (PDF, "古い.pdf"), (PDF, "残す.pdf"))
    again = first.submit("修正する")
    assert again.find_all("fieldset .slip bdi") == ["古い.pdf", "残す.pdf"]
    keep = str(rows(app)[1].id)
    look = again.submit("確認する", files=chosen((PDF, "加える.pdf")), ready=keep)
    assert look.find_all(".letter .slip bdi") == ["残す.pdf", "加える.pdf"]
    assert look.submit("送信").find_all(".log .slip bdi") == ["残す.pdf", "加える.pdf"]
    assert [row.message_id is None for row in rows(app)] == [True, False, False]


def test_files_wait_with_the_draft_for_whoever_comes_back(
    app: Flask, visit: Visitors, ana: Member, ben: Member
) -> None:
    number = begin(app, ben, ana)
    look_at(visit, ana, number, (PDF, "図版.pdf"))
    back = visit.as_(ana).open("messages.show", conversation_id=number)
    assert (back.value("body"), back.find_all("fieldset .slip bdi")) == ("資料をお送りします。", ["図版.pdf"])
    look = back.submit("確認する", files=chosen((PDF, "図版.pdf")))
    assert look.find_all(".letter .slip bdi") == ["図版.pdf"], "chosen twice is sent once"


def test_a_form_sent_twice_sends_its_files_once(app: Flask, visit: Visitors, ana: Member, ben: Member) -> None:
    look = look_at(visit, ana, begin(app, ben, ana), (PDF, "図版.pdf"))
    first, second = look.submit("送信", follow=False), look.submit("送信", follow=False)
    assert (first.status, first.response.headers["Location"]) == (302, second.response.headers["Location"])
    assert (count(app, Message), len(rows(app))) == (2, 1)


@pytest.mark.parametrize(
    ("data", "name", "status"),
    [
        (HTML, "a.pdf", 415),
        (b"MZ" + bytes(100), "a.exe", 415),
        (PDF, "a.docx", 415),
        (PDF + bytes(MAX_BYTES), "a.pdf", 413),
    ],
)
def test_a_file_that_is_not_what_it_says_or_too_large_is_refused_beside_the_field(
    app: Flask, visit: Visitors, ana: Member, ben: Member, data: bytes, name: str, status: int
) -> None:
    refused = look_at(visit, ana, begin(app, ben, ana), (data, name))
    assert (refused.status, "files" in refused.errors()) == (status, True)
    assert (refused.value("body"), rows(app)) == ("資料をお送りします。", [])


def test_more_files_than_go_with_a_message_are_refused(app: Flask, visit: Visitors, ana: Member, ben: Member) -> None:
    number = begin(app, ben, ana)
    look = look_at(visit, ana, number, *[(PDF, f"{index}.pdf") for index in range(MOST_FILES)])
    refused = look.submit("修正する").submit("確認する", files=chosen((PDF, "6.pdf")))
    assert (refused.status, f"{MOST_FILES}個まで" in refused.errors()["files"]) == (422, True)
    assert len(rows(app)) == MOST_FILES


def test_what_was_chosen_beside_a_mistake_is_asked_for_again(
    app: Flask, visit: Visitors, ana: Member, ben: Member
) -> None:
    page = visit.as_(ana).open("messages.show", conversation_id=begin(app, ben, ana))
    refused = page.submit("確認する", files=chosen((PDF, "図版.pdf")), body="")
    assert (refused.status, set(refused.errors())) == (422, {"body", "files"})


def test_a_file_is_for_the_two_alone_and_before_it_is_sent_for_its_owner_alone(
    app: Flask, visit: Visitors, ana: Member, ben: Member, cleo: Member
) -> None:
    look = look_at(visit, ana, begin(app, ben, ana), (PDF, "図版.pdf"))
    path = f"/messages/attachments/{rows(app)[0].id}"
    assert visit.as_(ana).open_path(path).status == 200
    for each in (ben, cleo):
        refused = answer_of(visit.as_(each).open_path(path))
        assert refused == answer_of(visit.as_(each).open_path("/messages/attachments/2147483647"))
        assert refused[0] == 404
    look.submit("送信")
    assert [visit.as_(each).open_path(path).status for each in (ana, ben, cleo)] == [200, 200, 404]
    assert visit.anonymous.open_path(path).path.startswith("/login")
    assert visit.as_(ana).open_path(f"/messages/attachments/{2**40}").status == 404


def test_nobody_sends_files_of_others_or_those_that_are_gone(
    app: Flask, visit: Visitors, ana: Member, ben: Member
) -> None:
    number = begin(app, ben, ana)
    look_at(visit, ana, number, (PDF, "図版.pdf"))
    theirs = rows(app)[0].id
    page = visit.as_(ben).open("messages.show", conversation_id=number).submit("確認する", body="。", ready=str(theirs))
    assert page.find_all(".letter .slip") == []
    for ready in (str(theirs), "2147483647", str(2**40)):
        fields = {"body": "。", "once": f"once-of-the-tests-{ready}"[-32:], "send": "1", "ready": ready}
        refused = visit.as_(ben).post(f"/messages/{number}", fields)
        assert (refused.status, "もう残っていません" in refused.text) == (409, True)
    assert (count(app, Message), rows(app)[0].message_id) == (1, None)


def test_what_is_not_sent_within_a_day_is_forgotten_with_its_bytes(
    app: Flask, visit: Visitors, ana: Member, ben: Member, drain: object
) -> None:
    number = begin(app, ben, ana)
    look_at(visit, ana, number, (PDF, "送る.pdf")).submit("送信")
    look_at(visit, ana, number, (PDF, "送らない.pdf"))
    sent, unsent = rows(app)
    with app.app_context(), db.writing():
        files.forget_unsent()
        for row in db.db.session.scalars(select(MessageAttachment)):
            row.created_at = now() - timedelta(hours=25)
        db.db.session.flush()
        files.forget_unsent()
        files.forget_unsent()
        db.commit()
    assert callable(drain)
    drain()
    assert ([row.name for row in rows(app)], storage.exists(sent.storage_key)) == (["送る.pdf"], True)
    assert not storage.exists(unsent.storage_key)


def test_files_of_a_refused_deed_leave_no_bytes_behind(app: Flask, ana: Member, make_member: MemberFactory) -> None:
    with app.app_context():
        before = {key for key, _at in storage.below(files.SHELF.prefix)}
    with app.app_context(), db.writing(), pytest.raises(AttributeError):
        files.lay_ready(ana, [object()])  # type: ignore[list-item]
    with app.app_context():
        assert {key for key, _at in storage.below(files.SHELF.prefix)} == before
    assert count(app, Conversation) == 0
