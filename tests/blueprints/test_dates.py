"""Days and hours as pages say them: where the reader is."""

from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask

from blueprints import jinja
from marketplace import db
from marketplace.accounts.models import Member
from marketplace.i18n import speaking
from marketplace.messages import service as messages
from tests.visit import HOST, Visitors

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
"""Noon in Japan, the evening before in New York."""


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 11, 24, 2, 30, tzinfo=UTC), "11月24日(火) 11:30"),
        (datetime(2026, 11, 23, 15, 0, tzinfo=UTC), "11月24日(火) 0:00"),
        (datetime(2025, 12, 31, 15, 0, tzinfo=UTC), "1月1日(木) 0:00"),
        (datetime(2025, 12, 31, 14, 59, tzinfo=UTC), "2025年12月31日(水) 23:59"),
    ],
)
@time_machine.travel(NOON, tick=False)
def test_in_japan_a_moment_needs_no_zone(app: Flask, moment: datetime, words: str) -> None:
    with app.test_request_context(base_url=HOST):
        assert jinja.exact(moment) == words


@time_machine.travel(NOON, tick=False)
def test_abroad_day_and_hour_are_those_of_the_reader_and_the_zone_is_named(
    app: Flask, visit: Visitors, ana: Member, ben: Member
) -> None:
    with app.app_context(), db.writing():
        db.db.session.merge(ana).time_zone = "America/New_York"
        db.commit()
    assert "11月23日(月) 22:00(アメリカ東部時間)" in visit.as_(ana).open("home.mypage").text
    assert "11月24日(火) 12:00" in visit.as_(ben).open("home.mypage").text
    page = visit.as_(ana).open("profiles.show", username="ben")
    assert page.find_all(".paper-foot span")[1] == "2026年11月23日(月) 22:00(アメリカ東部時間)に印刷"
    page = visit.open("profiles.show", username="ben")
    assert page.find_all(".paper-foot span")[1] == "2026年11月24日(火) 12:00(日本時間)に印刷"


@time_machine.travel(NOON, tick=False)
def test_the_exact_moment_always_names_its_zone(app: Flask, visit: Visitors, ana: Member, ben: Member) -> None:
    with app.app_context(), db.writing():
        db.db.session.merge(ana).time_zone = "America/New_York"
        messages.start(ana, ben, "相談", "はじめまして。", "tests of dates 0001")
        db.commit()
    for member, title in (
        (ana, "2026年11月23日 22:00(アメリカ東部時間)"),
        (ben, "2026年11月24日 12:00(日本時間)"),
    ):
        page = visit.as_(member).open("messages.index")
        thread = page.follow("相談")
        for shown in (page, thread):
            times = shown.soup.select("main time")
            assert times
            assert {each["title"] for each in times} == {title}


@time_machine.travel(NOON, tick=False)
def test_yesterday_is_the_readers_yesterday(app: Flask, visit: Visitors, ana: Member) -> None:
    with app.app_context(), db.writing():
        db.db.session.merge(ana).time_zone = "America/New_York"
        db.commit()
    evening = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
    with visit.as_(ana).client as browser:
        browser.get("/mypage", base_url=HOST)
        assert (jinja.long_date(evening), jinja.days_since(evening)) == ("11月22日(日)", 1)
        assert (jinja.ago(evening), jinja.ago(NOON)) == ("きのう", "今日")
    with app.test_request_context(base_url=HOST):
        assert (jinja.long_date(evening), jinja.days_since(evening)) == ("11月23日(月)", 1)


def test_what_was_remembered_of_a_day_is_not_said_on_another(app: Flask) -> None:
    moment = datetime(2026, 12, 31, 3, 0, tzinfo=UTC)
    told = []
    for now in (moment, datetime(2026, 12, 31, 15, 0, tzinfo=UTC), datetime(2027, 1, 1, 15, 0, tzinfo=UTC)):
        with time_machine.travel(now, tick=False), app.test_request_context(base_url=HOST):
            told.append((jinja.ago(moment), jinja.long_date(moment)))
    assert told == [
        ("今日", "12月31日(木)"),
        ("きのう", "2026年12月31日(木)"),
        ("2日前", "2026年12月31日(木)"),
    ]


@time_machine.travel(NOON, tick=False)
def test_what_was_remembered_in_one_language_is_not_said_in_another(app: Flask) -> None:
    told = []
    for language in ("ja", "en", "ja"):
        with app.test_request_context(base_url=HOST), speaking(language):
            told.append((jinja.long_date(NOON), jinja.month(NOON), jinja.zone_name()))
    japanese = ("11月24日(火)", "2026年11月", "日本時間")
    assert told == [japanese, ("Tue, Nov 24", "Nov 2026", "Japan Time"), japanese]


@time_machine.travel(NOON, tick=False)
def test_on_paper_a_day_has_its_year(app: Flask) -> None:
    with app.test_request_context(base_url=HOST):
        assert (jinja.long_date(NOON), jinja.full_date(NOON)) == ("11月24日(火)", "2026年11月24日(火)")
