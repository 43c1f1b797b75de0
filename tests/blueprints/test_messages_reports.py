"""Showing one message to the moderators, and the same text to many."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from marketplace import db, limits
from marketplace.accounts.models import Member
from marketplace.events.kinds import EventKind
from marketplace.events.models import Event
from marketplace.messages import queries
from marketplace.messages.models import Message
from marketplace.moderation import service
from marketplace.moderation.models import Flag, Report, ReportReason, SubjectKind
from tests.blueprints.letters import BODY, ONCE, answer, answer_of, begin, count, message_ids
from tests.blueprints.test_privacy import block
from tests.factories.members import MemberFactory
from tests.races import at_once, committing
from tests.visit import Page, Visitors

SECRET_PLACE = "別のメッセージに書いたこと"


def reports(app: Flask) -> list[Report]:
    with app.app_context():
        return list(db.db.session.scalars(select(Report).options(joinedload(Report.case))))


def test_one_message_is_shown_to_the_moderators_once_and_nothing_around_it(
    app: Flask, visit: Visitors, ana: Member, ben: Member
) -> None:
    number = begin(app, ana, ben)
    answer(app, ana, number, SECRET_PLACE)
    thread = visit.as_(ben).open("messages.show", conversation_id=number)
    page = thread.follow("このメッセージを事務局に知らせる")
    assert "事務局に見えるのは、このメッセージの文面だけです。" in page.text
    assert page.find_all(".letter p") == BODY.split("\n\n")
    assert SECRET_PLACE not in page.text
    done = page.submit("知らせる", reason="spam", comment="同じ文面が何度も届きます。")
    assert "事務局に知らせました。" in done.text
    page.submit("知らせる", reason="fraud")
    (report,) = reports(app)
    case = report.case
    assert (case.subject, case.subject_id, case.member_id) == (SubjectKind.MESSAGE, message_ids(app)[0], ana.id)
    assert (report.reporter_id, report.evidence) == (ben.id, {"body": BODY})
    assert (report.reason, report.comment) == (ReportReason.SPAM, "同じ文面が何度も届きます。")
    with app.app_context():
        found = db.db.session.scalars(select(Event).where(Event.kind == EventKind.MESSAGE_REPORTED)).all()
        assert [(each.actor_id, each.member_id, each.conversation_id) for each in found] == [(ben.id, ana.id, number)]
    again = visit.as_(ben).open_path(page.path)
    assert ("すでに事務局に知らせています" in again.text, again.has_button("知らせる")) == (True, False)


@pytest.mark.parametrize("fields", [{}, {"reason": "because"}, {"reason": "spam", "comment": "あ" * 1001}])
def test_a_report_needs_a_reason_of_the_list(
    app: Flask, visit: Visitors, ana: Member, ben: Member, fields: dict[str, str]
) -> None:
    number = begin(app, ana, ben)
    page = visit.as_(ben).open("reports.message", conversation_id=number, message_id=message_ids(app)[0])
    refused = page.submit("知らせる", **fields)
    assert (refused.status, len(refused.errors()), reports(app)) == (422, 1, [])
    assert refused.value("comment") == fields.get("comment", "")


def test_only_what_was_received_can_be_reported(
    app: Flask, visit: Visitors, ana: Member, ben: Member, cleo: Member
) -> None:
    number, other = begin(app, ana, ben), begin(app, cleo, ben)

    def report(member: Member, conversation: int, message: int) -> Page:
        path = f"/messages/{conversation}/messages/{message}/report"
        assert visit.as_(member).open_path(path).status >= 403
        return visit.as_(member).post(path, {"reason": "spam"})

    first = message_ids(app)[0]
    nothing = answer_of(report(cleo, 2**31 - 1, first))
    assert answer_of(report(cleo, number, first)) == nothing
    assert answer_of(report(cleo, other, first)) == nothing
    assert report(ana, number, first).status == 403, "one's own"
    assert reports(app) == []


def test_a_block_does_not_keep_a_message_from_being_reported(
    app: Flask, visit: Visitors, ana: Member, ben: Member
) -> None:
    number = begin(app, ana, ben)
    block(app, ben, ana)
    page = visit.as_(ben).open("reports.message", conversation_id=number, message_id=message_ids(app)[0])
    assert page.submit("知らせる", reason="harassment").status == 200
    assert len(reports(app)) == 1


@pytest.mark.real_commits
def test_reporting_many_times_at_once_is_reporting_once(app: Flask, ana: Member, ben: Member) -> None:
    number = begin(app, ana, ben)

    def report(index: int) -> None:
        thread = queries.get_for(ben, number)
        service.report_message(ben, thread, queries.get_message(thread, 1), ReportReason.SPAM)

    at_once(committing(app, report), 30)
    assert len(reports(app)) == 1


# The same text to many


def send_to(visit: Visitors, sender: Member, recipient: Member, body: str) -> Page:
    page = visit.as_(sender).open("messages.compose", to=recipient.username)
    return page.submit("確認する", title="ご案内", body=body).submit("送信")


def flags(app: Flask) -> list[Flag]:
    with app.app_context():
        return list(db.db.session.scalars(select(Flag)))


def test_the_same_text_to_a_fourth_member_has_to_wait(
    app: Flask,
    visit: Visitors,
    ana: Member,
    make_member: MemberFactory,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setitem(app.extensions, "limits", limits.Limiter(tmp_path / "limits.db", 1))
    others = [make_member(f"worker-{index}", worker=True) for index in range(4)]
    for index, other in enumerate(others[:3]):
        assert (
            send_to(
                visit, ana, other, "すぐに ＰＤＦ を差し上げます。" if index else "すぐに pdf を差し上げます。"
            ).status
            == 200
        )
    refused = send_to(visit, ana, others[3], "すぐに pdf を差し上げます。")
    assert (refused.status, int(refused.response.headers["Retry-After"]) <= 3600) == (429, True)
    assert (refused.value("body"), count(app, Message)) == ("すぐに pdf を差し上げます。", 3)
    assert send_to(visit, ana, others[3], "はじめまして。別の文面です。").status == 200


def test_the_same_text_to_many_leaves_one_row_for_the_moderators(
    app: Flask, visit: Visitors, ana: Member, make_member: MemberFactory, drain: Callable[[], int]
) -> None:
    others = [make_member(f"worker-{index}", worker=True) for index in range(6)]
    for index, other in enumerate(others):
        assert send_to(visit, ana, other, "すぐに差し上げます。").status == 200
        drain()
        assert len(flags(app)) == (index >= 3)
    (flag,) = flags(app)
    assert (flag.member_id, flag.message_id, flag.text) == (ana.id, message_ids(app)[3], "すぐに差し上げます。")


def test_answers_and_acknowledgements_may_say_the_same_to_everybody(
    app: Flask, visit: Visitors, ana: Member, make_member: MemberFactory, drain: Callable[[], int]
) -> None:
    for index in range(6):
        number = begin(app, make_member(f"client-{index}"), ana, once=f"{ONCE}-{index}")
        page = visit.as_(ana).open("messages.show", conversation_id=number)
        page.submit("確認しました。あらためてご連絡します")
        page.submit("確認する", body="ありがとうございます。").submit("送信")
    drain()
    assert (count(app, Message), flags(app)) == (18, [])
