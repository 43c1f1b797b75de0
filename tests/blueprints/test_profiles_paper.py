"""The page of a worker on paper, and what of it is drawn only when there is something to say."""

import re
from datetime import UTC, date, datetime

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from marketplace import db
from marketplace.accounts.models import Account, Member
from marketplace.careers.models import MemberSkill
from marketplace.profiles.models import Status
from tests.blueprints.test_profiles_show import fill, write
from tests.visit import Visitors


@pytest.mark.parametrize("notes", ["", "英日と日英"])
def test_notes_have_a_column_when_some_skill_has_any(visit: Visitors, app: Flask, ana: Member, notes: str) -> None:
    fill(app, ana, 2)
    with app.app_context(), db.writing():
        skill = db.db.session.scalars(select(MemberSkill).order_by(MemberSkill.id).limit(1)).one()
        skill.notes = notes
        db.commit()
    page = visit.open("profiles.show", username="ana")
    assert ("備考" in page.find_all("th")) == bool(notes)
    assert len({len(row.select("th, td")) for row in page.soup.select("tr")}) == 1


@time_machine.travel(datetime(2026, 11, 24, 3, 0, tzinfo=UTC), tick=False)
def test_on_paper_every_day_has_its_year(visit: Visitors, app: Flask, ana: Member) -> None:
    write(app, ana, status=Status.AVAILABLE)
    with app.app_context(), db.writing():
        db.db.session.merge(ana).last_active_on = date(2026, 11, 23)
        account = db.db.session.get(Account, ana.id)
        assert account is not None
        account.confirmed_at = datetime(2026, 4, 3, 3, 0, tzinfo=UTC)
        db.commit()
    page = visit.open("profiles.show", username="ana")
    days = re.findall(r"\d+月\d+日", " ".join(page.find_all(".only-on-paper, .paper-foot")))
    assert days == ["11月23日", "11月24日", "4月3日", "11月24日"]
    assert page.text.count("2026年4月3日") == 1
    assert all("2026年" in words for words in page.find_all(".only-on-paper, .paper-foot span + span"))


def test_the_day_an_address_was_confirmed_is_said(visit: Visitors, app: Flask, ana: Member) -> None:
    with app.app_context(), db.writing():
        account = db.db.session.get(Account, ana.id)
        assert account is not None
        account.confirmed_at = datetime.fromisoformat("2024-04-03T12:00+09:00")
        db.commit()
    checked = visit.open("profiles.show", username="ana").find_all(".w-checked .not-on-paper")
    assert checked == ["2024年4月3日(水)"]
