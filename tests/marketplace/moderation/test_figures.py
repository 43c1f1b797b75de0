"""Figures per day: what happened on which day in Tokyo, with two questions however much happened."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.clock import now, today
from marketplace.moderation import queries, service
from marketplace.moderation.models import Measure, ReportReason, SubjectKind
from tests.factories.members import MemberFactory
from tests.visit import counting

pytestmark = pytest.mark.usefixtures("session")

NOON = datetime(2026, 11, 20, 3, tzinfo=UTC)
"""In Tokyo it is twelve."""


@pytest.fixture
def moderator(make_member: MemberFactory) -> Member:
    moderator = make_member("mori", "Mori")
    moderator.moderator_since = now()
    return moderator


def decide(reporter: Member, reported: Member, moderator: Member, after: timedelta) -> None:
    """Report at noon, and decide so much later."""
    with time_machine.travel(NOON, tick=False):
        service.report_member(reporter, reported, ReportReason.SPAM)
    case = queries.find_open(SubjectKind.MEMBER, reported.id)
    assert case is not None
    with time_machine.travel(NOON + after, tick=False):
        service.decide(moderator, case, Measure.WARN, ReportReason.SPAM, "宣伝です。")


def test_every_day_has_a_row_even_where_nothing_happened() -> None:
    rows = queries.figures(30)
    assert (len(rows), rows[-1].day) == (30, today())
    assert {(row.reports, row.decisions, row.appeals, row.median_hours) for row in rows} == {(0, 0, 0, None)}


def test_days_begin_at_midnight_in_tokyo_and_waiting_is_counted_in_hours(
    ana: Member, ben: Member, cleo: Member, moderator: Member
) -> None:
    decide(ana, ben, moderator, timedelta(hours=2))
    decide(ana, cleo, moderator, timedelta(hours=11, minutes=59))
    decide(cleo, ana, moderator, timedelta(hours=12))
    with time_machine.travel(NOON + timedelta(days=2), tick=False):
        rows = {row.day.day: row for row in queries.figures(30)}
    assert [rows[day].reports for day in (19, 20, 21)] == [0, 3, 0]
    assert [rows[day].decisions for day in (19, 20, 21)] == [0, 2, 1]
    assert rows[20].median_hours == pytest.approx((2 + 11 + 59 / 60) / 2)
    assert rows[21].median_hours == 12


def test_a_case_is_decided_once_and_an_appeal_is_counted_on_its_own_day(
    ana: Member, ben: Member, moderator: Member
) -> None:
    with time_machine.travel(NOON, tick=False):
        service.report_member(ana, ben, ReportReason.SPAM)
        case = queries.find_open(SubjectKind.MEMBER, ben.id)
        assert case is not None
        decision = service.decide(moderator, case, Measure.HIDE, ReportReason.SPAM, "宣伝です。")
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        service.restore(moderator, case, "確かめました。")
        service.appeal(ben, decision, "宣伝ではありません。")
        db.db.session.flush()
        rows = {row.day.day: row for row in queries.figures(30)}
    assert [(rows[day].decisions, rows[day].appeals) for day in (20, 21)] == [(1, 0), (0, 1)]


def test_two_questions_however_much_happened(
    app: Flask, ana: Member, moderator: Member, make_member: MemberFactory
) -> None:
    for number in range(20):
        service.report_member(ana, make_member(f"spam-{number}", worker=True), ReportReason.SPAM)
    db.db.session.flush()
    for days in queries.SPANS:
        with counting(app) as statements:
            assert sum(row.reports for row in queries.figures(days)) == 20
        assert len(statements) == 2
