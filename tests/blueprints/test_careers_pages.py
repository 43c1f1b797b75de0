"""What each list has of its own: skills complete, qualifications are hidden, careers end, hobbies warn."""

from typing import Any

import pytest
from flask import Flask

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.careers import queries, service
from marketplace.careers.models import Career, Hobby, HobbyVisibility, MemberSkill, Qualification
from marketplace.clock import today
from tests.marketplace.careers.entries import a_skill
from tests.visit import Page, Visitors

SKILL = {"name": "Excel", "level": "working", "started_on": "2015-04"}
QUALIFICATION = {"category": "accounting_law", "name": "日商簿記検定"}
CAREER = {"category": "employee", "company": "桂川翻訳", "started_on": "2014-04", "ended_on": "2020-09"}
HOBBY = {"category": "music", "name": "三線", "visibility": "public"}


def next_month() -> str:
    day = today()
    return f"{day.year + day.month // 12}-{day.month % 12 + 1:02}"


def only(app: Flask, member: Member, kind: type[Any]) -> Any:
    with app.app_context():
        (entry,) = queries.entries_of(member, kind)
        return entry


class TestSkills:
    @pytest.fixture
    def page(self, visit: Visitors, ana: Member) -> Page:
        return visit.as_(ana).open("careers.skills")

    def test_the_four_levels_are_words(self, page: Page) -> None:
        assert page.find_all("#level .choice span") == [
            "学習中",
            "補助があればできる",
            "実務で使える",
            "人に教えられる",
        ]

    @pytest.mark.parametrize(
        "typed", ["2015-04", "2015-4", "２０１５－０４", "2015/04", "2015.4", "2015年4月", " 2015 年 04 月 "]
    )
    def test_a_month_may_be_written_in_any_usual_way(self, app: Flask, page: Page, ana: Member, typed: str) -> None:
        assert page.submit("登録する", **SKILL | {"started_on": typed}).status == 200
        assert f"{only(app, ana, MemberSkill).started_on:%Y-%m}" == "2015-04"

    @pytest.mark.parametrize(
        "typed", ["2015", "2015-13", "2015-00", "1899-12", "9999-01", "04-2015", "2015-04-01", "昔", "-1-1", "٢٠١٥-٠٤"]
    )
    def test_what_is_no_month_is_refused_and_stays(self, page: Page, typed: str) -> None:
        answer = page.submit("登録する", **SKILL | {"started_on": typed})
        assert (answer.status, answer.value("started_on")) == (422, typed)
        assert "2015-04" in answer.errors()["started_on"]

    def test_the_future_is_refused_and_the_present_is_not(self, page: Page) -> None:
        answer = page.submit("登録する", **SKILL | {"started_on": next_month()})
        assert answer.errors() == {"started_on": answer.errors()["started_on"]}
        assert "今月か、それより前" in answer.errors()["started_on"]
        answer = page.submit("登録する", **SKILL | {"started_on": f"{today():%Y-%m}"})
        assert "経験1年未満" in answer.text

    def test_years_are_counted_for_the_member(self, page: Page) -> None:
        answer = page.submit("登録する", **SKILL | {"started_on": f"{today().year - 7}-01"})
        assert "経験7年" in answer.text

    @pytest.mark.parametrize("level", ["expert", "", None, "WORKING"])
    def test_another_level_is_refused(self, page: Page, level: str | None) -> None:
        answer = page.submit("登録する", **SKILL | {"level": level})
        assert (answer.status, "level" in answer.errors()) == (422, True)

    def test_three_spellings_are_one_skill(self, app: Flask, page: Page, ana: Member) -> None:
        with app.app_context(), db.writing():
            service.add_known_skills()
            db.commit()
        assert page.submit("登録する", **SKILL | {"name": "ＥＸＣＥＬ"}).find_all(".ordered h3") == ["Excel"]
        answer = page.submit("登録する", **SKILL | {"name": "エクセル"})
        assert answer.status == 409
        assert "「Excel」はすでに登録されています" in answer.errors()["name"]

    def test_a_name_too_long_once_it_is_folded_is_refused(self, page: Page) -> None:
        answer = page.submit("登録する", **SKILL | {"name": "㍿" * 20})
        assert (answer.status, "60文字まで" in answer.errors()["name"]) == (422, True)


class TestCompleting:
    def test_names_come_as_a_list_the_most_used_first(
        self, app: Flask, visit: Visitors, ana: Member, ben: Member
    ) -> None:
        with app.app_context(), db.writing():
            service.add_known_skills()
            a_skill(ana, "Excel VBA")
            a_skill(ben, "Excel VBA")
            a_skill(ana, "Excel")
            db.commit()
        answer = visit.as_(ana).open_path("/skills?q=エクセル")
        assert answer.status == 200
        assert answer.response.get_json()[:2] == ["Excel VBA", "Excel"]
        assert answer.response.headers["Cache-Control"] == "no-store"
        assert answer.statements == 2

    @pytest.mark.parametrize("typed", ["", "%00", "%FF%FE", "%25%25", "あ" * 3000, "(a%2B)%2B$", "'%3B--"])
    def test_any_text_is_a_question(self, visit: Visitors, ana: Member, typed: str) -> None:
        answer = visit.as_(ana).open_path(f"/skills?q={typed}")
        assert (answer.status, answer.response.get_json()) == (200, [])

    def test_a_question_may_be_missing(self, visit: Visitors, ana: Member) -> None:
        assert visit.as_(ana).open_path("/skills").response.get_json() == []

    def test_visitors_may_not_ask(self, visit: Visitors) -> None:
        assert visit.anonymous.client.get("/skills?q=a", base_url="http://localhost").status_code == 302


class TestQualifications:
    @pytest.fixture
    def page(self, visit: Visitors, ana: Member) -> Page:
        return visit.as_(ana).open("careers.qualifications")

    def test_every_field_is_kept(self, app: Flask, visit: Visitors, page: Page, ana: Member) -> None:
        typed = QUALIFICATION | {
            "common_name": "簿記",
            "grade": "2級",
            "issuer": "日本商工会議所",
            "acquired_on": "2018-11",
            "expires_on": "2030-02",
            "registration_number": "第123号",
            "notes": "独学で合格しました。",
        }
        answer = page.submit("登録する", **typed)
        assert (answer.status, answer.find_all(".badge-button")) == (200, ["自己申告"])
        qualification = only(app, ana, Qualification)
        assert (qualification.grade_number, f"{qualification.expires_on}") == (2, "2030-02-28")
        form = visit.as_(ana).open("careers.edit", name="qualifications", id=qualification.id)
        assert {name: form.value(name) for name in typed} == typed

    def test_the_form_says_that_the_number_is_never_shown(self, page: Page) -> None:
        hint = page.soup.find(id="registration_number-h")
        assert hint is not None
        assert "ほかの会員には決して表示されません" in hint.text

    def test_an_expired_one_says_so_instead_of_wearing_a_badge(self, visit: Visitors, page: Page) -> None:
        own = page.submit("登録する", **QUALIFICATION | {"expires_on": "2020-02"})
        for shown in (own, visit.open("profiles.show", username="ana")):
            assert "期限切れ" in shown.find_all("main .tag")
            assert shown.find_all("main .badge-button") == []

    def test_it_does_not_end_before_it_begins(self, page: Page) -> None:
        answer = page.submit("登録する", **QUALIFICATION | {"acquired_on": "2018-11", "expires_on": "2018-10"})
        assert "取得年月と同じか、それより後" in answer.errors()["expires_on"]

    def test_it_was_not_acquired_in_the_future(self, page: Page) -> None:
        assert "acquired_on" in page.submit("登録する", **QUALIFICATION | {"acquired_on": next_month()}).errors()

    def test_the_member_is_told_that_a_protected_profession_is_not_shown(self, page: Page) -> None:
        assert "事務局の確認が済むまで" not in page.submit("登録する", **QUALIFICATION).text
        answer = page.submit("登録する", **QUALIFICATION | {"name": "税理士"})
        rows = answer.find_all(".ordered li .what")
        assert ["事務局の確認が済むまで、ほかの人には表示されず" in row for row in rows] == [False, True]


class TestCareers:
    @pytest.fixture
    def page(self, visit: Visitors, ana: Member) -> Page:
        return visit.as_(ana).open("careers.careers")

    def test_every_field_is_kept(self, app: Flask, visit: Visitors, page: Page, ana: Member) -> None:
        typed = CAREER | {
            "duties": "計測機器の仕様書。\n用語集の整備。",
            "url": "https://katsuragawa.example/about?a=1",
            "role": "チーフ",
            "environment": "Python、Figma",
            "team_size": "1200",
        }
        answer = page.submit("登録する", **typed)
        assert "2014年4月 〜 2020年9月" in answer.text
        career = only(app, ana, Career)
        assert career.team_size == 1200
        form = visit.as_(ana).open("careers.edit", name="careers", id=career.id)
        assert {name: form.value(name).replace("\r\n", "\n") for name in typed} == typed
        assert form.value("is_current") == ""

    def test_what_goes_on_ends_open(self, visit: Visitors, page: Page, app: Flask, ana: Member) -> None:
        answer = page.submit("登録する", **CAREER | {"ended_on": "", "is_current": "y"})
        assert "2014年4月 〜 現在" in answer.text
        career = only(app, ana, Career)
        assert career.ended_on is None
        assert visit.as_(ana).open("careers.edit", name="careers", id=career.id).value("is_current") == "y"

    @pytest.mark.parametrize(
        ("changed", "sentence"),
        [
            ({"ended_on": ""}, "終えた年月を入力するか、「現在」を選んで"),
            ({"is_current": "y"}, "「現在」を選んだときは、終えた年月を空けて"),
            ({"ended_on": "2014-03"}, "はじめた年月と同じか、それより後"),
            ({"ended_on": next_month()}, "今月か、それより前"),
            ({"ended_on": "さっき"}, "年と月を入力して"),
        ],
    )
    def test_the_end_is_one_that_can_be(self, page: Page, changed: dict[str, str], sentence: str) -> None:
        answer = page.submit("登録する", **CAREER | changed)
        assert (answer.status, list(answer.errors())) == (422, ["ended_on"])
        assert sentence in answer.errors()["ended_on"]

    @pytest.mark.parametrize(
        "url",
        ["javascript:alert(1)", "ftp://a.example/", "//a.example", "https://", "https://a@b.example/",
         "https://a b.example",
         "https://[::1", "http://localhost", "https://a.example:0/", "https://a.example:x/", "data:text/html,x",
         "https://a.example/<script>", "https://" + "a" * 300 + ".example"],
    )  # fmt: skip
    def test_an_address_is_that_of_a_page(self, app: Flask, page: Page, ana: Member, url: str) -> None:
        answer = page.submit("登録する", **CAREER | {"url": url})
        assert (answer.status, list(answer.errors())) == (422, ["url"])
        assert answer.value("url") == url

    @pytest.mark.parametrize("size", ["0", "-3", "100001", "9" * 400, "2.5", "many", "１０人"])
    def test_a_team_has_a_number_of_people(self, page: Page, size: str) -> None:
        answer = page.submit("登録する", **CAREER | {"team_size": size})
        assert (answer.status, answer.value("team_size")) == (422, size)
        assert "1から100,000まで" in answer.errors()["team_size"]

    def test_full_width_digits_are_digits(self, app: Flask, page: Page, ana: Member) -> None:
        page.submit("登録する", **CAREER | {"team_size": "１，２００"})
        assert only(app, ana, Career).team_size == 1200

    def test_careers_may_overlap(self, page: Page) -> None:
        page.submit("登録する", **CAREER)
        assert len(page.submit("登録する", **CAREER | {"company": "別の会社"}).find_all(".ordered h3")) == 2


class TestHobbies:
    @pytest.fixture
    def page(self, visit: Visitors, ana: Member) -> Page:
        return visit.as_(ana).open("careers.hobbies")

    def test_every_field_is_kept(self, app: Flask, visit: Visitors, page: Page, ana: Member) -> None:
        typed = HOBBY | {
            "years": "18",
            "frequency": "weekly",
            "keywords": "工工四 民謡",
            "description": "祖父に習いました。",
            "visibility": "friends",
            "allows_surveys": "y",
        }
        answer = page.submit("登録する", **typed)
        assert "音楽 / 18年 / 毎週" in answer.text
        hobby = only(app, ana, Hobby)
        assert hobby.since_year == today().year - 18
        form = visit.as_(ana).open("careers.edit", name="hobbies", id=hobby.id)
        assert {name: form.value(name) for name in typed} == typed

    def test_it_is_public_and_not_for_surveys_unless_said_otherwise(self, page: Page) -> None:
        assert (page.value("visibility"), page.value("allows_surveys"), page.value("frequency")) == ("public", "", "")

    def test_names_are_suggested(self, page: Page) -> None:
        options = [str(option["value"]) for option in page.soup.select("datalist option")]
        assert {"登山", "ランニング"} <= set(options)

    def test_a_sensitive_subject_comes_back_once_before_it_is_published(
        self, app: Flask, page: Page, ana: Member
    ) -> None:
        warned = page.submit("登録する", **HOBBY | {"description": "教会の聖歌隊で歌っています。"})
        assert (warned.status, warned.value("description")) == (422, "教会の聖歌隊で歌っています。")
        assert "「教会」は" in " ".join(warned.find_all(".flash.is-warn"))
        with app.app_context():
            assert queries.lists_of(ana, ana).hobbies == []
        assert warned.submit("登録する", publishes_anyway="y").status == 200
        assert only(app, ana, Hobby).visibility is HobbyVisibility.PUBLIC

    @pytest.mark.parametrize("visibility", ["friends", "private"])
    def test_what_is_not_published_needs_no_warning(self, page: Page, visibility: str) -> None:
        answer = page.submit("登録する", **HOBBY | {"keywords": "闘病", "visibility": visibility})
        assert answer.status == 200

    def test_publishing_later_warns_too(self, visit: Visitors, app: Flask, page: Page, ana: Member) -> None:
        page.submit("登録する", **HOBBY | {"keywords": "闘病", "visibility": "private"})
        form = visit.as_(ana).open("careers.edit", name="hobbies", id=only(app, ana, Hobby).id)
        assert form.submit("更新する", visibility="public").status == 422
        assert only(app, ana, Hobby).visibility is HobbyVisibility.PRIVATE

    def test_harmless_hobbies_show_no_question(self, page: Page) -> None:
        assert page.soup.select("[name=publishes_anyway]") == []
        assert page.submit("登録する", **HOBBY).status == 200

    def test_the_two_versions_are_told_in_words(self, app: Flask, visit: Visitors, page: Page, ana: Member) -> None:
        page.submit("登録する", **HOBBY | {"years": "3"})
        key = only(app, ana, Hobby).id
        one, two = (visit.as_(ana).open("careers.edit", name="hobbies", id=key) for _ in range(2))
        one.submit("更新する", visibility="private", years="", allows_surveys="y")
        saved, typed = two.submit("更新する", category="craft", years="4").find_all(".versions section")
        assert all(words in saved for words in ("音楽", "(空欄)", "非公開", "はい"))
        assert all(words in typed for words in ("手芸・工作", "4", "公開", "いいえ"))
