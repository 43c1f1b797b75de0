"""What members write keeps its own language on a page that speaks another (WCAG 3.1.2)."""

import pytest
from flask import Flask

from blueprints import jinja
from marketplace import db
from marketplace.accounts.models import Member
from marketplace.careers.models import CareerCategory, SkillLevel
from marketplace.careers.service import careers, skills
from marketplace.clock import today
from marketplace.i18n import speaking
from search_index import Segment, sync
from tests.blueprints.english import speak_english
from tests.blueprints.letters import answer, begin
from tests.factories.members import MemberFactory
from tests.visit import HOST, Page, Visitors


@pytest.fixture
def ritsu(app: Flask, make_member: MemberFactory) -> Member:
    """A worker who writes Japanese, and one skill in English."""
    member = make_member(
        "ritsu", "高瀬 律", worker=True, headline="技術翻訳", introduction="取扱説明書の英日翻訳をしています。"
    )
    with app.app_context(), db.writing():
        row = db.db.session.merge(member)
        skills.add(row, "英日翻訳", SkillLevel.WORKING, today(), "計測機器")
        skills.add(row, "Excel", SkillLevel.WORKING, today(), "")
        careers.add(row, category=CareerCategory.EMPLOYEE, started_on=today(), company="翻訳社", duties="訳しました。")
        db.commit()
        sync.rebuild()
    return member


def in_japanese(page: Page) -> set[str]:
    return set(page.find_all("main [lang=ja]"))


@pytest.mark.parametrize(
    ("text", "is_japanese"),
    [("翻訳", True), ("カナ", True), ("かな", True), ("ｶﾅ", True), ("Aさん", True), ("Excel 2021", False), ("", False)],
)
def test_kana_and_kanji_are_japanese(app: Flask, text: str, is_japanese: bool) -> None:
    with app.test_request_context(base_url=HOST), speaking("en"):
        assert bool(jinja.lang_of(text)) is is_japanese
        assert bool(jinja.lang_of((Segment("A ", False), Segment(text, True)))) is is_japanese
    with app.test_request_context(base_url=HOST):
        assert not jinja.lang_of(text)


def test_an_english_page_of_a_worker_marks_what_is_japanese(
    visit: Visitors, app: Flask, ana: Member, ritsu: Member
) -> None:
    speak_english(app, ana)
    page = visit.as_(ana).open("profiles.show", username="ritsu")
    written = {
        "高瀬 律",
        "技術翻訳",
        "取扱説明書の英日翻訳をしています。",
        "英日翻訳",
        "計測機器",
        "翻訳社",
        "訳しました。",
    }
    assert written <= in_japanese(page)
    assert "Excel" in page.find_all("main th:not([lang])")


def test_an_english_search_marks_names_headlines_excerpts_and_skills(
    visit: Visitors, app: Flask, ana: Member, ritsu: Member
) -> None:
    speak_english(app, ana)
    page = visit.as_(ana).open("search.workers", q="翻訳")
    assert {"高瀬 律", "技術 翻訳", "英日翻訳"} <= in_japanese(page)
    assert page.soup.select_one(".excerpt[lang=ja]")
    assert "Excel" in page.find_all(".chip span:not([lang])")


def test_an_english_thread_marks_titles_and_messages(visit: Visitors, app: Flask, ana: Member, ritsu: Member) -> None:
    number = begin(app, ana, ritsu, "図版の単位", "はじめまして。")
    answer(app, ritsu, number, "Thank you.", "承知しました。")
    speak_english(app, ana)
    page = visit.as_(ana).open("messages.show", conversation_id=number)
    assert {"図版の単位", "高瀬 律", "はじめまして。", "承知しました。"} <= in_japanese(page)
    assert page.find_all(".bubble p:not([lang])") == ["Thank you."]


def test_on_a_japanese_page_nothing_is_marked(visit: Visitors, ritsu: Member) -> None:
    assert not in_japanese(visit.open("profiles.show", username="ritsu"))
