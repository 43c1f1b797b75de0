"""From what was reported to whoever is responsible for it: a case of theirs, with the copy, and all that it allows."""

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace import db, storage
from marketplace.accounts import queries as accounts
from marketplace.accounts.models import Member
from marketplace.audit.models import AuditDeed, AuditEntry
from marketplace.companies import queries as companies
from marketplace.errors import NotAllowed
from marketplace.moderation import queries, service
from marketplace.moderation.models import Case, Measure, Report, ReportReason, SubjectKind
from tests.factories.companies import CompanyFactory
from tests.factories.members import MemberFactory
from tests.marketplace.moderation.test_cases import appoint

pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture
def moderator(app: Flask, make_member: MemberFactory) -> Member:
    return appoint(app, make_member("mori", "Mori"))


def case_about(subject: SubjectKind, subject_id: int, member: Member, reporter: Member, **copy: str) -> Case:
    """Have something of `member`'s reported."""
    case = Case(subject=subject, subject_id=subject_id, member_id=member.id, urgency=41)
    db.db.session.add(case)
    db.db.session.flush()
    shown = {"reason": ReportReason.FRAUD, "comment": "登録料を求められました。", "evidence": copy}
    db.db.session.add(Report(case_id=case.id, reporter_id=reporter.id, **shown))
    db.db.session.flush()
    return case


def reports_in(case: Case) -> list[Report]:
    return list(db.db.session.scalars(select(Report).where(Report.case_id == case.id)))


def test_the_sender_of_a_message_is_suspended_with_the_copy_of_it_and_given_back(
    ana: Member, make_member: MemberFactory, moderator: Member
) -> None:
    sender = make_member("client", "Client")
    first = case_about(SubjectKind.MESSAGE, 7, sender, ana, body="登録料を振り込んでください。")
    opened = service.open_about(moderator, first, sender)
    assert (opened.subject, opened.subject_id, opened.member_id) == (SubjectKind.MEMBER, sender.id, sender.id)
    (report,) = reports_in(opened)
    copied = {"username": "client", "nickname": "Client", "body": "登録料を振り込んでください。"}
    assert (report.reporter_id, report.reason, report.evidence) == (None, ReportReason.FRAUD, copied)
    db.db.session.refresh(opened)
    assert opened.urgency == 41
    entry = db.db.session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc())).first()
    assert entry is not None
    told = {"case": opened.id, "first": first.id}
    assert (entry.deed, entry.subject_id, entry.details) == (AuditDeed.CASE_OPENED, sender.id, told)
    assert queries.is_reading(moderator, opened)
    decision = service.decide(moderator, opened, Measure.SUSPEND, ReportReason.FRAUD, "登録料を求めました。")
    account = accounts.account_of(sender)
    assert (account.active, sender.hidden_at is None, first.closed_at) == (False, False, None)
    service.appeal(sender, decision, "求めていません。")
    service.restore(moderator, opened, "確かめました。")
    assert (account.active, sender.hidden_at) == (True, None)


def test_pressed_again_it_is_the_same_case_with_one_copy(ana: Member, ben: Member, moderator: Member) -> None:
    first = case_about(SubjectKind.JOB, 7, ben, ana, title="かんたんな作業")
    opened = service.open_about(moderator, first, ben)
    assert service.open_about(moderator, first, ben) is opened
    assert len(reports_in(opened)) == 1
    second = case_about(SubjectKind.MESSAGE, 8, ben, ana, body="もう一度。")
    assert service.open_about(moderator, second, ben) is opened
    assert len(reports_in(opened)) == 2


def test_a_picture_is_copied_once_more(ana: Member, ben: Member, moderator: Member) -> None:
    first = case_about(SubjectKind.PICTURE, ben.id, ben, ana, username="ben")
    (report,) = reports_in(first)
    report.picture_key = "evidence/one.webp"
    storage.put(report.picture_key, b"picture")
    (copied,) = reports_in(service.open_about(moderator, first, ben))
    assert copied.picture_key not in {None, report.picture_key}
    assert storage.get(copied.picture_key or "") == b"picture"


def test_of_a_company_each_owner_is_responsible_and_nobody_else(
    ana: Member, ben: Member, cleo: Member, moderator: Member, make_company: CompanyFactory
) -> None:
    make_company("tea", ben, cleo, name="水際")
    service.report_company(ana, companies.get_live("tea"), ReportReason.FRAUD)
    first = queries.find_open(SubjectKind.COMPANY, companies.get_live("tea").id)
    assert first is not None
    with pytest.raises(NotAllowed):
        service.open_about(moderator, first, cleo)
    (report,) = reports_in(service.open_about(moderator, first, ben))
    assert (report.evidence["username"], report.evidence["name"]) == ("ben", "水際")


def test_only_moderators_whom_it_does_not_concern_and_not_from_a_profile(
    app: Flask, ana: Member, ben: Member, moderator: Member
) -> None:
    first = case_about(SubjectKind.MESSAGE, 7, ben, ana, body="文面")
    for actor in (ana, appoint(app, ben)):
        with pytest.raises(NotAllowed):
            service.open_about(actor, first, ben)
    with pytest.raises(NotAllowed):
        service.open_about(moderator, service.open_about(moderator, first, ben), ben)
