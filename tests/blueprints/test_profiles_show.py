"""The page of a worker, as everybody sees it."""

import re
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.careers.models import (
    Career,
    CareerAttachment,
    CareerCategory,
    Hobby,
    HobbyCategory,
    HobbyVisibility,
    MemberSkill,
    Qualification,
    QualificationCategory,
    Skill,
    SkillLevel,
)
from marketplace.follows.models import Follow
from marketplace.pictures import Squares
from marketplace.profiles import queries, service
from marketplace.profiles.models import Gender, School, SchoolKind, Status, WeeklyHours
from marketplace.profiles.service import ProfileChanges
from tests.factories.members import MemberFactory
from tests.visit import Visitors

PRIVATE = {
    "name": "カナリア本名",
    "name_kana": "カナリアホンミョウ",
    "gender": Gender.OTHER,
    "birth_date": date(1987, 6, 5),
    "postal_code": "9071801",
    "prefecture": "47",
    "city": "八重山郡与那国町",
    "street": "カナリア番地",
    "phone": "+81980871234",
}
TRACES = (
    "カナリア",
    "その他",
    "1987",
    "6月5日",
    "9071801",
    "907-1801",
    "沖縄",
    "与那国",
    "0980",
    "871234",
    "87-1234",
    "@example.com",
)
"""What any of these private fields would leave on a page, however it was written."""
MADE_UP = re.compile(
    r"(?<=Content-Length: )\d+|(?<=\?v=)\w+|(?<=nonce-)[\w-]+|(?<=nonce=\")[\w-]+|(?<=value=\")[\w.-]{40,}"
)
"""Lengths, hashes, nonces and tokens hold any four digits now and then."""


def traces(text: str) -> list[str]:
    plain = MADE_UP.sub("#", text)
    return [trace for trace in TRACES if trace in plain]


def write(app: Flask, member: Member, **values: object) -> None:
    with app.app_context(), db.writing():
        row = db.db.session.get(Member, member.id)
        assert row is not None
        own = queries.own(row)
        present = vars(ProfileChanges.nothing(own))
        service.update(row, ProfileChanges(**(present | values)), own.profile.version)  # type: ignore[arg-type]
        db.commit()


def add(app: Flask, *rows: db.Model) -> None:
    with app.app_context(), db.writing():
        db.db.session.add_all(rows)
        db.commit()


def fill(app: Flask, member: Member, each: int) -> None:
    """Give `member` so many entries in each of the four lists."""
    with app.app_context(), db.writing():
        session = db.db.session
        for n in range(each):
            skill = Skill(name=f"技能{n}")
            career = Career(
                member_id=member.id,
                position=n,
                category=CareerCategory.EMPLOYEE,
                started_on=date(2010, 4, 1),
                company="会社",
            )
            session.add_all([skill, career])
            session.flush()
            session.add_all(
                [
                    MemberSkill(
                        member_id=member.id,
                        position=n,
                        skill_id=skill.id,
                        level=SkillLevel.WORKING,
                        started_on=date(2014, 4, 1),
                    ),
                    Qualification(member_id=member.id, position=n, category=QualificationCategory.IT, name=f"資格{n}"),
                    Hobby(member_id=member.id, position=n, name=f"趣味{n}", category=HobbyCategory.MUSIC),
                    CareerAttachment(
                        career_id=career.id,
                        name="見本.pdf",
                        content_type="application/pdf",
                        size_bytes=9,
                        sha256="0" * 64,
                        storage_key=f"attachments/aa/{n}.pdf",
                        is_public=True,
                    ),
                ]
            )
        db.commit()


def test_a_worker_is_shown_with_all_that_is_public(visit: Visitors, app: Flask, ana: Member) -> None:
    write(
        app,
        ana,
        nickname="高瀬 律",
        headline="計測機器の英日技術翻訳",
        introduction="一行目\n二行目",
        status=Status.AVAILABLE,
        weekly_hours=WeeklyHours.FROM_10_TO_20,
        hourly_rate_yen=5500,
        wanted_places=(("26", "26104"), ("25", "")),
        accepts_online=True,
        hometown="25",
        birth_date=date(1986, 1, 1),
        shows_age_band=True,
        schools=(School(SchoolKind.UNIVERSITY, "鴨東工科大学"),),
        links=("https://example.com/me",),
    )
    page = visit.open("profiles.show", username="ana")
    assert page.title == "高瀬 律 | 結び"
    facts = {part.dt.get_text(): part.dd.get_text(" ", strip=True) for part in page.soup.select(".facts > div")}
    assert facts == {
        "ステータス": facts["ステータス"],
        "時給単価": "5,500 円",
        "稼働可能時間/週": "10〜20時間",
        "お手伝い・お仕事をしたい場所": "京都府(京都市中京区)、滋賀県、オンライン",
        "年齢層": facts["年齢層"],
        "出身地": "滋賀県",
    }
    assert facts["年齢層"].endswith("0代")
    assert re.fullmatch(r"対応可能 今日 \(.+ 確認\)", facts["ステータス"]), "paper says the day"
    for words in ("計測機器の英日技術翻訳", "@ana", "から利用", "メールアドレス", "鴨東工科大学 大学"):
        assert words in page.text
    link = page.soup.select_one("a[href='https://example.com/me']")
    assert link is not None
    assert set(link["rel"]) == {"nofollow", "noopener", "ugc"}


def test_sections_of_empty_lists_are_left_out(visit: Visitors, ana: Member) -> None:
    page = visit.open("profiles.show", username="ana")
    assert page.find_all("h2") == ["確認されていること", "自己紹介"]
    assert "自己紹介はまだ書かれていません。" in page.text


def test_the_four_lists_are_shown_in_their_own_words(visit: Visitors, app: Flask, ana: Member) -> None:
    fill(app, ana, 1)
    page = visit.open("profiles.show", username="ana")
    assert page.find_all("h2") == ["確認されていること", "自己紹介", "スキル", "資格", "経歴", "趣味"]
    for words in ("実務で使える", "自己申告", "2010年4月 〜 現在", "正社員", "見本.pdf", "音楽"):
        assert words in page.text


def test_a_visitor_who_wants_to_talk_or_follow_signs_in_and_comes_back(visit: Visitors, ana: Member) -> None:
    page = visit.open("profiles.show", username="ana")
    talk = page.follow("相談をする")
    assert talk.path.startswith("/login?next=")
    assert "ana" in talk.path
    button = "フォローする。Anaさんをフォローします"
    assert page.submit(button).status == 401


def test_a_member_sees_how_they_are_tied_to_the_worker(visit: Visitors, app: Flask, ana: Member, ben: Member) -> None:
    assert "あなたとのつながり" not in visit.as_(ben).open("profiles.show", username="ana").text
    add(app, Follow(from_id=ben.id, to_id=ana.id))
    page = visit.as_(ben).open("profiles.show", username="ana")
    assert "フォロー中" in page.text
    add(app, Follow(from_id=ana.id, to_id=ben.id))
    assert "友達" in visit.as_(ben).open("profiles.show", username="ana").text


def test_ones_own_page_offers_to_change_it_and_nothing_else(visit: Visitors, ana: Member) -> None:
    page = visit.as_(ana).open("profiles.show", username="ana")
    assert page.has_link("プロフィールを編集する")
    assert not page.has_link("相談をする")
    assert not page.soup.select_one("form.follow")


@pytest.mark.parametrize("username", ["cleo", "nobody", "ANA", "a" * 300])
def test_whoever_is_not_shown_is_not_there(
    visit: Visitors, ana: Member, ben: Member, cleo: Member, username: str
) -> None:
    for page in (
        visit.open("profiles.show", username=username),
        visit.as_(ben).open("profiles.show", username=username),
    ):
        assert page.status == 404
        assert "Cleo" not in page.text


def test_hiding_a_page_takes_it_away_at_once_from_everybody(
    visit: Visitors, app: Flask, ana: Member, ben: Member
) -> None:
    visit.as_(ana).open("profiles.edit").submit("更新をする", is_published=None)
    assert visit.open("profiles.show", username="ana").status == 404
    assert visit.as_(ben).open("profiles.show", username="ana").status == 404
    own = visit.as_(ana).open("profiles.show", username="ana")
    assert own.status == 404
    assert "プロフィールを公開すると、ここにあなたのページができます。" in own.text
    visit.as_(ana).open("profiles.edit").submit("更新をする", is_published="y")
    assert visit.open("profiles.show", username="ana").status == 200


def test_the_preview_shows_what_a_visitor_would_see(visit: Visitors, app: Flask, cleo: Member) -> None:
    write(app, cleo, introduction="はじめまして", **PRIVATE)
    add(
        app,
        Hobby(member_id=cleo.id, position=0, name="公開の趣味", category=HobbyCategory.MUSIC),
        Hobby(
            member_id=cleo.id,
            position=1,
            name="友達だけの趣味",
            category=HobbyCategory.MUSIC,
            visibility=HobbyVisibility.FRIENDS,
        ),
    )
    page = visit.as_(cleo).open("profiles.preview")
    assert "公開すると、ログインしていない人にはこのように見えます。" in page.text
    assert "はじめまして" in page.text
    assert "公開の趣味" in page.text
    assert "友達だけの趣味" not in page.text
    assert not traces(page.html)
    write(app, cleo, is_published=True)
    assert "このように見えています。" in visit.as_(cleo).open("profiles.preview").text


@pytest.mark.parametrize("published", [True, False])
def test_nothing_private_is_in_any_answer_to_others(
    visit: Visitors, app: Flask, ana: Member, ben: Member, published: bool
) -> None:
    write(app, ana, is_published=published, shows_age_band=True, **PRIVATE)
    add(
        app,
        Hobby(
            member_id=ana.id,
            position=0,
            name="カナリア飼育",
            category=HobbyCategory.OTHER,
            visibility=HobbyVisibility.PRIVATE,
        ),
        Hobby(
            member_id=ana.id,
            position=1,
            name="カナリア観察",
            category=HobbyCategory.OTHER,
            visibility=HobbyVisibility.FRIENDS,
        ),
        Qualification(
            member_id=ana.id,
            position=0,
            category=QualificationCategory.IT,
            name="資格",
            registration_number="カナリア番号",
        ),
        Follow(from_id=ana.id, to_id=ben.id),
    )
    paths = [
        "/workers/ana",
        "/workers/ana?format=json",
        "/workers/ana.json",
        "/workers/ana/picture/small",
        "/workers/ana/picture/full",
        "/settings/profile",
        "/settings/profile/preview",
        "/settings/profile/cities?username=ana",
        "/addresses/ana",
    ]
    for browser in (visit.anonymous, visit.as_(ben)):
        for path in paths:
            for headers in ({}, {"Accept": "application/json"}, {"HX-Request": "true"}):
                answer = browser.client.get(path, base_url="http://localhost", headers=headers)
                sent = str(answer.headers) + answer.get_data(as_text=True)
                found = traces(sent.replace("八重山", ""))
                if path.startswith("/settings") and browser is not visit.anonymous:
                    found = [trace for trace in found if trace not in {"その他", "沖縄", "@example.com"}]
                assert not found, f"{path} {headers}"


def test_a_canary_is_found_where_it_may_be(visit: Visitors, app: Flask, ana: Member) -> None:
    write(app, ana, **PRIVATE)
    page = visit.as_(ana).open("profiles.edit")
    assert {"カナリア", "与那国", "907-1801", "0980", "1987"} <= set(traces(page.html))


def test_friends_hobbies_are_for_friends_and_hidden_ones_for_nobody(
    visit: Visitors, app: Flask, ana: Member, ben: Member
) -> None:
    for n, seen_by in enumerate(HobbyVisibility):
        add(
            app,
            Hobby(
                member_id=ana.id,
                position=n,
                name=f"{seen_by.value}-趣味",
                category=HobbyCategory.ART,
                visibility=seen_by,
            ),
        )
    add(app, Follow(from_id=ana.id, to_id=ben.id))

    def seen() -> set[str]:
        text = visit.as_(ben).open("profiles.show", username="ana").text
        return {kind.value for kind in HobbyVisibility if f"{kind.value}-趣味" in text}

    assert seen() == {"public"}
    add(app, Follow(from_id=ben.id, to_id=ana.id))
    assert seen() == {"public", "friends"}


def test_files_of_careers_are_links_only_when_public(visit: Visitors, app: Flask, ana: Member) -> None:
    fill(app, ana, 1)
    assert "見本.pdf" in visit.open("profiles.show", username="ana").text
    with app.app_context(), db.writing():
        db.db.session.scalars(select(CareerAttachment)).one().is_public = False
        db.commit()
    assert "見本.pdf" not in visit.open("profiles.show", username="ana").text


@pytest.mark.parametrize("each", [0, 1, 30])
def test_the_page_costs_seven_statements_however_much_is_on_it(
    visit: Visitors, app: Flask, ana: Member, ben: Member, each: int
) -> None:
    fill(app, ana, each)
    if each:
        write(
            app,
            ana,
            wanted_places=tuple((f"{n:02}", "") for n in range(1, min(each, 20))),
            links=tuple(f"https://example.com/{n}" for n in range(5)),
            schools=(School(SchoolKind.HIGH_SCHOOL, "北山高校"),) * 10,
        )
    assert visit.as_(ben).open("profiles.show", username="ana").statements == 7
    assert visit.open("profiles.show", username="ana").statements == 4


def test_who_comes_from_a_search_can_go_back_to_it(visit: Visitors, ana: Member) -> None:
    def back(referrer: str) -> tuple[str, str] | None:
        page = visit.anonymous.open_path("/workers/ana", headers={"Referer": referrer})
        link = page.soup.select_one("a.back")
        return (link.get_text(strip=True), str(link["href"])) if link else None

    assert back("http://localhost/workers?q=%E7%BF%BB%E8%A8%B3&online=1") == (
        "「翻訳」の検索結果",
        "/workers?q=%E7%BF%BB%E8%A8%B3&online=1",
    )
    assert back("http://localhost/workers") == ("検索結果", "/workers")
    assert back("http://evil.example/workers?q=x") is None
    assert back("http://localhost/contacts") is None


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7 * 7 }}"])
def test_what_members_write_is_text(visit: Visitors, app: Flask, ana: Member, text: str) -> None:
    write(
        app, ana, nickname=text[:30], headline=text, introduction=text, schools=(School(SchoolKind.UNIVERSITY, text),)
    )
    page = visit.open("profiles.show", username="ana")
    assert page.text.count(text) >= 3
    assert not page.soup.select("main script, main img[src=x]")


def test_pictures_of_the_hidden_are_for_themselves(
    visit: Visitors, app: Flask, make_member: MemberFactory, ana: Member, cleo: Member
) -> None:

    write(app, cleo, picture=Squares(b"s", b"m", b"l"))
    address = "/workers/cleo/picture/small"
    assert visit.as_(cleo).client.get(address, base_url="http://localhost").data == b"s"
    assert visit.as_(ana).client.get(address, base_url="http://localhost").status_code == 404
    assert visit.anonymous.client.get(address, base_url="http://localhost").status_code == 404
