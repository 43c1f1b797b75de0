"""Two tabs on one profile form, and one form sent twice."""

from dataclasses import replace

import pytest
from flask import Flask

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.profiles import queries, service
from marketplace.profiles.service import ProfileChanges
from tests.blueprints.profile_form import edit, saved
from tests.visit import Visitors


def test_two_tabs_show_both_versions_and_lose_neither(visit: Visitors, app: Flask, ana: Member) -> None:
    edit(visit, ana, wanted_prefectures=["13"], accepts_online="y")
    one, other = visit.as_(ana).open("profiles.edit"), visit.as_(ana).open("profiles.edit")
    one.submit("更新をする", headline="ひとつめ", status="busy", phone="0312345678")
    page = other.submit(
        "更新をする",
        headline="ふたつめ",
        hometown="26",
        gender="other",
        hourly_rate_yen="3000",
        accepts_online=None,
        wanted_prefectures=["26"],
        wanted_cities=["26104"],
        postal_code="1500002",
        birth_date="1990-04-01",
        **{"schools-0-name": "北山高校", "links-0": "https://example.com"},
    )
    assert page.status == 409
    columns = [
        dict(zip((dt.get_text() for dt in part.select("dt")), (dd.get_text() for dd in part.select("dd")), strict=True))
        for part in page.soup.select(".versions section")
    ]
    assert columns == [
        {
            "ひとこと紹介": "ひとつめ",
            "性別": "(空欄)",
            "生年月日": "(空欄)",
            "郵便番号": "(空欄)",
            "電話番号": "03-1234-5678",
            "ステータス": "現在忙しい",
            "時給単価": "(空欄)",
            "お手伝い・お仕事をしたい場所": "東京都",
            "オンラインの仕事も受ける": "する",
            "出身地": "(空欄)",
            "出身大学・大学院・高校": "(空欄)",
            "サイトやSNSのURL": "(空欄)",
        },
        {
            "ひとこと紹介": "ふたつめ",
            "性別": "その他",
            "生年月日": "1990-04-01",
            "郵便番号": "150-0002",
            "電話番号": "(空欄)",
            "ステータス": "(空欄)",
            "時給単価": "3,000円",
            "お手伝い・お仕事をしたい場所": "京都府(京都市中京区)",
            "オンラインの仕事も受ける": "しない",
            "出身地": "京都府",
            "出身大学・大学院・高校": "大学 北山高校",
            "サイトやSNSのURL": "https://example.com",
        },
    ]
    assert saved(app, ana).headline == "ひとつめ"
    fixing = page.submit("直してから更新する")
    assert (fixing.status, fixing.value("headline")) == (200, "ふたつめ")
    assert saved(app, ana).headline == "ひとつめ"
    assert "プロフィールを更新しました。" in page.submit("こちらを残す").text
    assert saved(app, ana).headline == "ふたつめ"
    assert saved(app, ana).status is None, "as the second page said beside the first one's"


def test_the_same_places_in_another_order_are_no_difference(visit: Visitors, app: Flask, ana: Member) -> None:
    with app.app_context(), db.writing():
        own = queries.own(ana)
        places = (("26", "26104"), ("26", "26102"), ("25", ""))
        service.update(own.member, replace(ProfileChanges.nothing(own), wanted_places=places), own.profile.version)
        db.commit()
    one, other = visit.as_(ana).open("profiles.edit"), visit.as_(ana).open("profiles.edit")
    one.submit("更新をする", headline="ひとつめ")
    with app.app_context(), db.writing():
        own = queries.own(ana)
        service.update(own.member, replace(ProfileChanges.nothing(own), wanted_places=places), own.profile.version)
        db.commit()
    page = other.submit("更新をする", headline="ふたつめ")
    assert page.find_all(".versions dt") == ["ひとこと紹介", "ひとこと紹介"]


def test_a_version_that_both_tabs_have_left_is_asked_about_again(visit: Visitors, ana: Member) -> None:
    one, other = visit.as_(ana).open("profiles.edit"), visit.as_(ana).open("profiles.edit")
    one.submit("更新をする", headline="ひとつめ")
    asked = other.submit("更新をする", headline="ふたつめ")
    edit(visit, ana, headline="みっつめ")
    assert asked.submit("こちらを残す").status == 409


def test_pressing_twice_is_pressing_once(visit: Visitors, app: Flask, ana: Member) -> None:
    page = visit.as_(ana).open("profiles.edit")
    page.submit("更新をする", headline="翻訳")
    again = page.submit("更新をする", headline="翻訳")
    assert again.status == 200
    assert "プロフィールを更新しました。" in again.text


@pytest.mark.parametrize("version", ["", "x", None])
def test_a_form_without_its_version_is_not_ours(visit: Visitors, ana: Member, version: str | None) -> None:
    assert edit(visit, ana, version=version).status == 422
