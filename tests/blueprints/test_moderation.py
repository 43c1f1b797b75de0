"""The moderators' work: their door, what they read, how they decide, and how somebody objects."""

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from blueprints.access import is_for_moderators
from blueprints.moderation.forms import DEED_WORDS
from blueprints.moderation.trail_words import details_of, subject_of
from marketplace import db
from marketplace.accounts.models import Account, Member
from marketplace.accounts.sessions import PROVED_FOR
from marketplace.audit.models import AuditDeed, AuditEntry
from marketplace.clock import now
from marketplace.i18n import speaking
from marketplace.messages.models import Message
from marketplace.moderation import service
from marketplace.moderation.models import Appeal, Case, Decision, Measure
from tests.authenticator import number_for
from tests.blueprints.letters import BODY, begin
from tests.blueprints.office import Appoint, let_in
from tests.blueprints.second_factors import turned_on
from tests.factories.members import MemberFactory
from tests.factories.teams import TeamFactory
from tests.mailbox import Mailbox
from tests.visit import HOST, Browser, Page, Visitors

STATEMENT = "登録料を求める文面は、利用規約で禁じています。"
TOLD = "事務局が、あなたの掲載内容について判断しました。理由と、異議を申し立てる方法をご覧ください。"


def rows(app: Flask, kind: type) -> list[object]:
    with app.app_context():
        return list(db.db.session.scalars(select(kind)))


def deeds(app: Flask) -> list[AuditDeed]:
    with app.app_context():
        return list(db.db.session.scalars(select(AuditEntry.deed).order_by(AuditEntry.number)))


def report_message(app: Flask, visit: Visitors, sender: Member, reader: Member) -> int:
    """Write to somebody who reports it; return the number of the conversation."""
    number = begin(app, sender, reader)
    thread = visit.as_(reader).open("messages.show", conversation_id=number)
    thread.follow("このメッセージを事務局に知らせる").submit("知らせる", reason="fraud", comment="")
    return number


def case_id(app: Flask) -> int:
    """The number of the only case."""
    with app.app_context():
        return db.db.session.scalars(select(Case.id)).one()


def open_case(browser: Browser) -> Page:
    page = browser.open("moderation.case", case_id=case_id(browser.app))
    return page.submit("開いて確認する") if page.has_button("開いて確認する") else page


def decide(browser: Browser, measure: str, statement: str = STATEMENT) -> Page:
    return open_case(browser).submit("判断する", measure=measure, ground="fraud", statement=statement)


def test_only_moderators_find_the_door(app: Flask, visit: Visitors, ana: Member, appoint: Appoint) -> None:
    endpoints = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("moderation.")]
    assert endpoints
    assert all(is_for_moderators(app, rule.endpoint) for rule in endpoints)
    for browser in (visit.anonymous, visit.as_(ana)):
        for path in ("/moderation", "/moderation/", "/moderation/cases", "/moderation/cases/1", "/moderation/audit"):
            assert browser.client.get(path, base_url=HOST).status_code == 404
        assert browser.post("/moderation/cases/1/look").status == 404
    assert appoint(ana).open("moderation.cases").status == 200


def test_a_moderator_without_a_second_factor_is_nobody(app: Flask, visit: Visitors, ana: Member) -> None:
    with app.app_context(), db.writing():
        db.db.session.get_one(Member, ana.id).moderator_since = now()
        db.commit()
    assert visit.as_(ana).open_path("/moderation/cases").status == 404
    assert "事務局の仕事" in visit.as_(ana).open("home.mypage").text


def test_after_a_while_the_second_factor_is_asked_for_again_and_nothing_typed_is_lost(
    app: Flask, visit: Visitors, ana: Member, ben: Member, cleo: Member
) -> None:
    report_message(app, visit, ben, cleo)
    secret, _codes = turned_on(app, ana)
    browser = visit.as_(ana)
    let_in(app, ana)
    page = open_case(browser)
    with time_machine.travel(now() + PROVED_FOR + timedelta(seconds=1), tick=False):
        asked = page.submit("判断する", measure="warn", ground="fraud", statement=STATEMENT)
        assert asked.path.startswith("/settings/account/second-factor/prove")
        assert rows(app, Decision) == []
        assert asked.submit("進む", number="12").status == 422
        back = asked.submit("進む", number=number_for(secret))
        assert back.path == f"/moderation/cases/{case_id(app)}"
        page = back.submit("開いて確認する")
        assert page.value("statement") == STATEMENT


def test_a_case_is_read_after_a_look_that_is_recorded(
    app: Flask, visit: Visitors, ana: Member, ben: Member, cleo: Member, appoint: Appoint
) -> None:
    report_message(app, visit, ben, cleo)
    office = appoint(ana)
    page = office.open("moderation.cases").follow(f"通報{case_id(app)}を見る")
    assert BODY.split("\n")[0] not in page.text
    page = page.submit("開いて確認する")
    assert BODY.split("\n")[0] in page.text
    assert deeds(app) == [AuditDeed.CASE_OPENED]
    with time_machine.travel(now() + timedelta(minutes=61), tick=False):
        assert BODY.split("\n")[0] not in office.open("moderation.case", case_id=case_id(app)).text


def test_from_a_message_a_moderator_goes_on_to_its_sender_and_suspends_them(
    app: Flask, visit: Visitors, ana: Member, ben: Member, cleo: Member, appoint: Appoint
) -> None:
    report_message(app, visit, ben, cleo)
    office = appoint(ana)
    path = f"/moderation/cases/{case_id(app)}/responsible/ben"
    assert office.post(path).path == f"/moderation/cases/{case_id(app)}", "read first"
    page = open_case(office)
    assert office.post(path.replace("/ben", "/cleo")).status == 404
    opened = page.submit("会員の件を開く")
    assert "会員の件を開きました。" in opened.text
    assert opened.find_all(".evidence dd") == ["ben", "Ben", " ".join(BODY.split())]
    done = opened.submit("判断する", measure="suspend", ground="fraud", statement=STATEMENT)
    assert "利用停止" in done.text
    assert not done.has_button("会員の件を開く")
    with app.app_context():
        account = db.db.session.get_one(Account, ben.id)
        assert not account.active


def test_who_has_no_page_is_reported_from_what_they_wrote(
    app: Flask, visit: Visitors, ben: Member, make_member: MemberFactory
) -> None:
    sender = make_member("client", "Client")
    number = begin(app, sender, ben)
    thread = visit.as_(ben).open("messages.show", conversation_id=number)
    page = thread.follow("この会員を事務局に知らせる")
    assert page.submit("知らせる").status == 422
    assert "事務局に知らせました。" in page.submit("知らせる", reason="fraud").text
    (case,) = rows(app, Case)
    assert isinstance(case, Case)
    assert (case.subject, case.member_id) == ("member", sender.id)


def test_a_decision_hides_the_message_and_tells_everybody(
    app: Flask, visit: Visitors, ana: Member, ben: Member, cleo: Member, appoint: Appoint,
    drain: Callable[[], int],
) -> None:  # fmt: skip
    number = report_message(app, visit, ben, cleo)
    page = decide(appoint(ana), "hide")
    assert "判断を記録し、本人と知らせた人に伝えました。" in page.text
    (message,) = rows(app, Message)
    assert isinstance(message, Message)
    assert message.hidden_at is not None
    for reader in (ben, cleo):
        thread = visit.as_(reader).open("messages.show", conversation_id=number)
        assert BODY.split("\n")[0] not in thread.text
        assert "(事務局が非表示にしました)" in thread.text
    drain()
    assert "知らせていただいた件を、事務局が確認しました。" in visit.as_(cleo).open("notifications.index").text
    told = visit.as_(ben).open("notifications.index").follow(TOLD)
    assert STATEMENT in told.text
    assert "非表示" in told.text
    assert visit.as_(cleo).open_path(told.path).status == 404
    assert "確認済み、対応しました" in visit.as_(cleo).open("reports.index").text


def test_a_measure_needs_a_reason_for_whom_it_concerns(
    app: Flask, visit: Visitors, ana: Member, ben: Member, cleo: Member, appoint: Appoint
) -> None:
    report_message(app, visit, ben, cleo)
    office = appoint(ana)
    page = decide(office, "hide", "")
    assert page.status == 422
    assert "本人に伝える理由を入力してください。" in page.text
    assert open_case(office).submit("判断する", measure="because", ground="fraud", statement="a").status == 422
    assert open_case(office).submit("判断する", measure="suspend", ground="fraud", statement="a").status == 422
    assert decide(office, "none", "").status == 200
    (case,) = rows(app, Case)
    assert isinstance(case, Case)
    assert case.closed_at is not None


def test_whom_it_concerns_does_not_decide(
    app: Flask, visit: Visitors, ben: Member, cleo: Member, appoint: Appoint
) -> None:
    report_message(app, visit, ben, cleo)
    for concerned in (ben, cleo):
        office = appoint(concerned)
        assert office.open("moderation.case", case_id=case_id(app)).status == 403
        assert office.post(f"/moderation/cases/{case_id(app)}/look").status == 403
        assert office.open_path(f"/moderation/cases/{case_id(app)}/reports/1/picture").status == 403


def test_who_is_suspended_is_out_at_the_next_request_and_objects_by_the_link_of_the_mail(
    app: Flask, visit: Visitors, ana: Member, ben: Member, cleo: Member, make_member: MemberFactory, appoint: Appoint,
    post: Callable[[], Mailbox],
) -> None:  # fmt: skip
    visit.as_(cleo).open("reports.member", username="ben").submit("知らせる", reason="fraud", comment="")
    first, second = appoint(ana), appoint(make_member("dan", "Dan"))
    suspended = visit.as_(ben)
    assert suspended.open("home.mypage").status == 200
    decide(first, "suspend")
    assert suspended.open("home.mypage").path.startswith("/login")
    assert visit.as_(cleo).open("profiles.show", username="ben").status == 404
    with app.app_context():
        assert not db.db.session.get_one(Account, ben.id).active
    (mail,) = {each.path: each for each in post().mails if "大切なお知らせ" in each.subject}.values()
    assert mail.to == ["ben@example.com"]
    link = mail.path
    page = visit.anonymous.open_path(link)
    assert STATEMENT in page.text
    assert page.submit("異議を申し立てる", text="").status == 422
    page = page.submit("異議を申し立てる", text="わたしは登録料を求めていません。")
    assert "受け付けています。" in page.text
    mine = first.open("moderation.appeals").follow("@benさんの異議を見る")
    assert not mine.has_button("判断する")
    decision_id = mine.path.rpartition("/")[2]
    assert appoint(cleo).open_path(f"/moderation/appeals/{decision_id}").status == 403, "they reported it"
    other = second.open("moderation.appeals").follow("@benさんの異議を見る")
    assert "知らされたものは、まだ開かれていません。" in other.text
    assert other.find_all(".evidence") == []
    other.submit("判断する", verdict="granted", statement="記録を確かめ、取り消します。")
    assert "異議を認め、判断を取り消しました。" in visit.anonymous.open_path(link).text
    with app.app_context():
        assert db.db.session.get_one(Account, ben.id).active
    assert visit.as_(cleo).open("profiles.show", username="ben").status == 200
    assert [decision.measure for decision in rows(app, Decision)] == [Measure.SUSPEND, Measure.RESTORE]  # type: ignore[attr-defined]
    assert len(rows(app, Appeal)) == 1


def test_a_link_that_is_not_ours_opens_nothing(visit: Visitors) -> None:
    assert visit.anonymous.open_path("/decisions/link/nonsense").status == 404


def test_a_hidden_team_is_seen_by_its_members_alone_until_it_is_restored(
    app: Flask, visit: Visitors, ana: Member, ben: Member, cleo: Member, make_team: TeamFactory, appoint: Appoint
) -> None:
    make_team("tea", ben)
    visit.as_(cleo).open("teams.show", slug="tea").follow("事務局に知らせる").submit("知らせる", reason="spam")
    office = appoint(ana)
    decide(office, "hide")
    assert visit.as_(ben).open("teams.show", slug="tea").status == 200
    assert visit.as_(cleo).open("teams.show", slug="tea").status == 404
    assert visit.open("teams.show", slug="tea").status == 404
    page = office.open("moderation.case", case_id=case_id(app)).follow("対応を取り消す")
    page.submit("取り消す", statement="確かめて、もとに戻します。")
    assert visit.open("teams.show", slug="tea").status == 200
    assert office.post(f"/moderation/cases/{case_id(app)}/restore", {"statement": "もう一度"}).status == 409


def test_who_sent_the_same_to_many_is_listed_without_what_was_written(
    app: Flask, ana: Member, ben: Member, cleo: Member, appoint: Appoint
) -> None:
    office = appoint(ana)
    assert "一斉送信は見つかっていません。" in office.open("moderation.flags").text
    begin(app, ben, cleo)
    with app.app_context(), db.writing():
        service.flag_same_text(1, {"message_id": db.db.session.scalars(select(Message.id)).one()})
        db.commit()
    page = office.open("moderation.cases").follow("一斉送信")
    assert f"@{ben.username}" in page.text
    assert BODY.split("\n")[0] not in page.text
    assert page.follow(f"@{ben.username}さんのページを見る").path == f"/workers/{ben.username}"


def test_the_trail_is_filtered_and_taken_along(
    app: Flask, visit: Visitors, ana: Member, ben: Member, cleo: Member, appoint: Appoint
) -> None:
    report_message(app, visit, ben, cleo)
    office = appoint(ana)
    decide(office, "warn")
    page = office.open("moderation.audit", action="case.decided", actor="@ana")
    assert len(page.find_all("tbody tr")) == 1
    with app.app_context():
        case = db.db.session.scalars(select(Case)).one()
    said = f"通報の番号: {case.id} 対応: 注意 きまり: だまして支払わせる、サイトの外での取引に誘う"
    assert [" ".join(cell.split()) for cell in page.find_all("tbody td")[4:6]] == [f"メッセージ{case.subject_id}", said]
    assert office.open("moderation.audit", actor="nobody").find_all("tbody tr") == []
    assert office.open("moderation.audit", since="2000-01-01", until="2000-01-02").find_all("tbody tr") == []
    taken = office.post("/moderation/audit/export", {"action": "case.decided", "since": "nonsense"})
    found = list(csv.reader(io.StringIO(taken.response.get_data(as_text=True).lstrip("\ufeff"))))
    assert found[0][0] == "number"
    assert [line[3] for line in found[1:]] == ["case.decided"]
    details = found[1][found[0].index("details")]
    assert json.dumps(json.loads(details), ensure_ascii=False, sort_keys=True) == details
    assert deeds(app)[-1] is AuditDeed.AUDIT_EXPORTED


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "nonsense", "2026-02-30"])
@pytest.mark.parametrize("name", ["since", "until"])
def test_a_day_that_cannot_be_is_left_out_and_said(ana: Member, appoint: Appoint, name: str, day: str) -> None:
    office = appoint(ana)
    page = office.open("moderation.audit", **{name: day})
    assert page.status == 422
    assert len(page.find_all(f"#{name}-e")) == len(page.find_all(".field-error")) == 1
    assert page.value(name) == day
    assert office.post("/moderation/audit/export", {name: day}).status == 200


def test_every_deed_of_the_trail_has_words() -> None:
    assert DEED_WORDS.keys() == {*AuditDeed}


def test_what_the_trail_says_is_said_in_the_readers_language(app: Flask) -> None:
    details = {"decision": "returned", "kind": "licence", "reason": "unreadable", "former": None, "granted": True}
    entry = AuditEntry(subject="papers", subject_id=45, details=details | {"ground": "new", "later": 1})
    with app.app_context(), speaking("ja"):
        assert subject_of(entry) == "書類45"
        assert details_of(entry) == [
            *(("判断", "差し戻し"), ("種類", "運転免許証"), ("理由", "読み取れない(不鮮明、暗い、切れている)")),
            *(("まとめられたスキル", "なし"), ("申し立て", "認める"), ("きまり", "new"), ("later", "1")),
        ]
        assert subject_of(AuditEntry(subject="comet", subject_id=None)) == "comet "
    with app.app_context(), speaking("en"):
        assert details_of(entry)[0] == ("Decision", "Sent back")
