"""What people see of what was checked: on the page of a worker, in the search, in lists, in a thread."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from flask import Flask

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.careers import queries as careers
from marketplace.careers.models import Qualification, QualificationCategory, SkillLevel
from marketplace.careers.service import qualifications, skills
from marketplace.clock import now, today
from marketplace.companies import queries as company_questions
from marketplace.companies.service.companies import mark_number
from marketplace.follows import service as follows
from marketplace.messages import service as messages
from marketplace.pledges import wording
from marketplace.profiles.models import Profile, Status, WeeklyHours
from search_index import sync
from tests.factories.companies import CompanyFactory
from tests.visit import Page, Visitors

SEEN = datetime.fromisoformat("2026-09-12T12:00+09:00")
BADGES = ["本人確認済み", "機密保持確認済み", "資格確認済み", "会社確認済み"]


@pytest.fixture
def checked(app: Flask, ana: Member, make_company: CompanyFactory) -> Member:
    """Of ana everything was checked."""
    company = make_company("tea", ana, name="株式会社お茶")
    with app.app_context(), db.writing():
        row = db.db.session.get_one(Member, ana.id)
        row.identity_verified_at, row.identity_document = SEEN, "licence"
        row.pledged_at, row.pledged_version = now(), wording.CURRENT
        found = qualifications.add(row, category=QualificationCategory.ACCOUNTING_LAW, name="税理士")
        found.confirmed_at = SEEN
        for place in company_questions.places_of(row, company):
            place.proven_at = SEEN
        db.commit()
    return ana


@pytest.fixture
def reindex(app: Flask) -> Callable[[], None]:
    def rebuild() -> None:
        with app.app_context(), db.writing():
            sync.rebuild()

    return rebuild


def labels(page: Page, within: str) -> list[str]:
    return page.find_all(f"{within} .badge-button")


def test_the_page_of_a_worker_says_what_was_checked_how_and_when(visit: Visitors, ben: Member, checked: Member) -> None:
    before = visit.open("profiles.show", username="ben")
    assert (labels(before, ".namecard"), "本人確認済み" in before.text) == ([], False)
    page = visit.open("profiles.show", username="ana")
    assert labels(page, ".namecard") == [
        "本人確認済み",
        f"機密保持確認済み ({wording.CURRENT})",
        "資格確認済み",
        "会社確認済み",
    ]
    (identity,) = page.find_all("[id='badges-ana-identity']")
    assert all(each in identity for each in ("事務局", "2026年9月12日", "運転免許証", "eKYC", "約束するものでも"))
    (list_,) = page.find_all(".w-checked")
    for said in (
        "2026年9月12日(土) 書類確認(運転免許証)",
        "税理士 / 2026年9月12日(土) 証明書を確認",
        "会社のページに記したドメインのアドレスを確認",
    ):
        assert said in list_
    assert page.statements == before.statements


def test_every_badge_explains_itself_and_no_two_share_an_id(visit: Visitors, checked: Member) -> None:
    page = visit.open("profiles.show", username="ana")
    targets = [str(each["popovertarget"]) for each in page.soup.select(".badge-button")]
    ids = [str(each["id"]) for each in page.soup.select("[id]")]
    assert len(ids) == len(set(ids))
    assert set(targets) <= set(ids)


def test_a_number_alone_does_not_claim_that_somebody_belongs(
    app: Flask, visit: Visitors, ana: Member, make_company: CompanyFactory
) -> None:
    make_company("tea", ana, name="株式会社お茶", corporate_number="7000012050002")
    assert labels(visit.open("companies.show", slug="tea"), ".namecard") == []
    with app.app_context(), db.writing():
        mark_number(company_questions.get_for(None, "tea"))
        db.commit()
    page = visit.open("profiles.show", username="ana")
    (said,) = page.find_all("[id='badges-ana-company']")
    assert "法人番号" in said
    assert "事務局は確かめていません" in said
    assert "会社の法人番号を確認(所属は申告)" in page.text
    assert labels(visit.open("companies.show", slug="tea"), ".namecard") == ["会社確認済み"]


def test_a_preview_shows_the_badges_too(visit: Visitors, checked: Member) -> None:
    assert len(labels(visit.as_(checked).open("profiles.preview"), ".namecard")) == 4


def test_a_reserved_title_is_shown_and_found_only_while_it_is_confirmed(
    app: Flask, visit: Visitors, checked: Member, reindex: Callable[[], None]
) -> None:
    reindex()
    assert visit.open("search.workers", q="税理士").find_all("#results .excerpt") == ["税理士"]
    with app.app_context(), db.writing():
        row = db.db.session.get_one(Member, checked.id)
        (found,) = careers.entries_of(row, Qualification)
        said = {"category": found.category, "name": found.name, "grade": "登録"}
        qualifications.change(row, found, found.version, **said)  # type: ignore[typeddict-item]
        db.commit()
    assert "税理士" not in visit.open("profiles.show", username="ana").text
    # The index is stale until the errand is done, and shows nothing for it.
    assert visit.open("search.workers", q="税理士").find_all("#results .excerpt mark") == []
    reindex()
    assert "条件に合うワーカーは見つかりませんでした。" in visit.open("search.workers", q="税理士").text


class TestSearch:
    @pytest.mark.parametrize("word", ["identity", "pledge", "qualification", "company"])
    def test_each_filter_leaves_those_of_whom_it_was_checked(
        self, visit: Visitors, ben: Member, checked: Member, reindex: Callable[[], None], word: str
    ) -> None:
        reindex()
        page = visit.open("search.workers", checked=word)
        assert page.find_all("#results h3") == ["Ana"]
        assert page.value("checked") == word
        assert labels(page, "#results") == BADGES
        everybody = visit.open("search.workers")
        assert set(everybody.find_all("#results h3")) >= {"Ana", "Ben"}

    def test_the_panel_counts_and_the_chip_takes_away(
        self, visit: Visitors, ben: Member, checked: Member, reindex: Callable[[], None]
    ) -> None:
        reindex()
        page = visit.open("search.workers", checked="identity")
        picks = [text for text in page.find_all(".filter .pick") if any(badge in text for badge in BADGES)]
        assert picks == [f"{badge} 1 人" for badge in BADGES]
        assert set(page.follow("「本人確認済み」を外す").find_all("#results h3")) >= {"Ana", "Ben"}

    def test_words_that_mean_nothing_are_left_out(
        self, visit: Visitors, ana: Member, reindex: Callable[[], None]
    ) -> None:
        reindex()
        assert "Ana" in visit.open("search.workers", checked="everything").find_all("#results h3")

    def test_a_lost_badge_is_gone_at_once_from_a_stale_index(
        self, app: Flask, visit: Visitors, checked: Member, reindex: Callable[[], None]
    ) -> None:
        reindex()
        with app.app_context(), db.writing():
            db.db.session.get_one(Member, checked.id).identity_verified_at = None
            db.commit()
        assert labels(visit.open("search.workers"), "#results") == ["資格確認済み", "会社確認済み"]


def test_contacts_and_threads_show_who_was_verified(app: Flask, visit: Visitors, ben: Member, checked: Member) -> None:
    with app.app_context(), db.writing():
        follows.follow(ben, checked)
        number = messages.start(ben, checked, "図版の件", "はじめまして。", "once-of-the-first-form")
        db.commit()
    assert labels(visit.as_(ben).open("follows.contacts", tab="following"), ".member-row") == BADGES[:2]
    assert labels(visit.as_(ben).open("messages.show", conversation_id=number), ".thread-head") == BADGES[:2]
    with app.app_context(), db.writing():
        follows.block(checked, ben)
        db.commit()
    assert labels(visit.as_(ben).open("messages.show", conversation_id=number), ".thread-head") == []


def test_a_qualification_that_ended_says_so_and_gives_no_badge(app: Flask, visit: Visitors, ana: Member) -> None:
    with app.app_context(), db.writing():
        row = db.db.session.get_one(Member, ana.id)
        for expires_on in (date(2020, 3, 1), today()):
            found = qualifications.add(
                row, category=QualificationCategory.IT, name=f"試験{expires_on.year}", expires_on=expires_on
            )
            found.confirmed_at = SEEN
        db.commit()
    page = visit.open("profiles.show", username="ana")
    assert "期限切れ" in page.text
    (said,) = page.find_all("[id='badges-ana-qualification']")
    assert f"試験{today().year}" in said
    assert "試験2020" not in said


def test_companies_are_found_by_having_been_checked(
    app: Flask, visit: Visitors, ana: Member, make_company: CompanyFactory
) -> None:
    make_company("plain", ana, name="お茶の一番")
    make_company("domain", ana, name="お茶の二番", domain="tea.example.jp")
    make_company("number", ana, name="お茶の三番", corporate_number="7000012050002")
    with app.app_context(), db.writing():
        mark_number(company_questions.get_for(None, "number"))
        db.commit()
    page = visit.open("companies.index", q="お茶")
    assert all(f"お茶の{each}番" in page.text for each in "一二三")
    checked = page.follow("会社確認済みの会社だけを見る")
    assert [each for each in "一二三" if f"お茶の{each}番" in checked.text] == ["二", "三"]
    assert "お茶の一番" in checked.follow("すべての会社を見る").text
    assert "@tea.example.jp のアドレスを確認" in visit.open("companies.show", slug="domain").text


def test_being_verified_is_proposed_and_not_required(visit: Visitors, app: Flask, ana: Member) -> None:
    with app.app_context(), db.writing():
        profile = db.db.session.get_one(Profile, ana.id)
        profile.introduction, profile.headline, profile.status = "紹介", "ひとこと", Status.BUSY
        profile.hourly_rate_yen, profile.weekly_hours = 3000, WeeklyHours.UP_TO_3
        profile.accepts_online = True
        skills.add(ana, "速記", SkillLevel.WORKING, today())
        db.commit()
    page = visit.as_(ana).open("home.mypage")
    assert page.has_link("本人確認をする")
    with app.app_context(), db.writing():
        row = db.db.session.get_one(Member, ana.id)
        row.identity_verified_at, row.identity_document = SEEN, "licence"
        db.commit()
    assert not visit.as_(ana).open("home.mypage").has_link("本人確認をする")
