"""The page of a worker on paper, and the table of skills that stands on both."""

import re
from datetime import UTC, date, datetime

import pytest
import time_machine
from flask import Flask

from marketplace import db
from marketplace.accounts.models import Account, Member
from marketplace.careers.models import SkillLevel
from marketplace.careers.service import skills
from marketplace.clock import now, today
from marketplace.profiles.models import Profile, Status
from tests.visit import Visitors


@pytest.mark.parametrize("notes", ["", "英日と日英"])
def test_notes_have_a_column_when_some_skill_has_any(visit: Visitors, app: Flask, ana: Member, notes: str) -> None:
    with app.app_context(), db.writing():
        row = db.db.session.merge(ana)
        skills.add(row, "英日翻訳", SkillLevel.WORKING, today(), notes)
        skills.add(row, "校正", SkillLevel.WORKING, today(), "")
        db.commit()
    page = visit.open("profiles.show", username="ana")
    assert ("備考" in page.find_all("th")) == bool(notes)
    assert len({len(line.select("th, td")) for line in page.soup.select("tr")}) == 1


@time_machine.travel(datetime(2026, 11, 24, 3, 0, tzinfo=UTC), tick=False)
def test_on_paper_every_day_has_its_year(visit: Visitors, app: Flask, ana: Member) -> None:
    with app.app_context(), db.writing():
        profile = db.db.session.get_one(Profile, ana.id)
        profile.status, profile.status_confirmed_at = Status.AVAILABLE, now()
        db.db.session.merge(ana).last_active_on = date(2026, 11, 23)
        db.db.session.get_one(Account, ana.id).confirmed_at = datetime(2026, 4, 3, 3, 0, tzinfo=UTC)
        db.commit()
    words = visit.open("profiles.show", username="ana").find_all(".only-on-paper, .paper-foot span + span")
    assert all("2026年" in each for each in words)
    days = re.findall(r"\d+月\d+日", " ".join(words))
    assert days == ["11月23日", "11月24日", "4月3日", "11月24日"]


def test_the_day_an_address_was_confirmed_is_said(visit: Visitors, app: Flask, ana: Member) -> None:
    with app.app_context(), db.writing():
        account = db.db.session.get(Account, ana.id)
        assert account is not None
        account.confirmed_at = datetime.fromisoformat("2024-04-03T12:00+09:00")
        db.commit()
    checked = visit.open("profiles.show", username="ana").find_all(".w-checked .not-on-paper")
    assert checked == ["2024年4月3日(水)"]
