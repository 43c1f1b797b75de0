"""チーム管理, founding and editing a team, its page, and the deeds that are asked for first."""

from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace import db, limits
from marketplace.accounts.models import Member
from marketplace.careers import service as careers
from marketplace.careers.models import SkillLevel
from marketplace.clock import now, today
from marketplace.follows import service as follows
from marketplace.profiles.models import Status, WeeklyHours
from marketplace.teams import queries
from marketplace.teams.models import Role, Team
from tests.factories.members import MemberFactory
from tests.factories.teams import TeamFactory
from tests.marketplace.uploads import picture
from tests.visit import Page, Visitors

WARNING = "チームページのURLは、一度決定すると変更が出来ません。"


def befriend(app: Flask, one: Member, other: Member) -> None:
    with app.app_context(), db.writing():
        follows.follow(one, other)
        follows.follow(other, one)
        db.commit()


def founded(visit: Visitors, member: Member, slug: str = "yomimono", **fields: object) -> Page:
    page = visit.as_(member).open("teams.create")
    return page.submit("登録する", **({"slug": slug, "name": "よみもの編集室"} | fields))


def teams(app: Flask) -> int:
    with app.app_context():
        return db.db.session.scalar(select(func.count()).select_from(Team)) or 0


def test_a_team_is_founded_and_stands_in_the_list(visit: Visitors, ana: Member) -> None:
    page = visit.as_(ana).open("teams.index")
    assert "まだチームに入っていません。" in page.text
    assert WARNING in page.follow("新しくチームを作る").text
    page = founded(visit, ana, "Yomimono", introduction="本を作ります。", wanted_skills="Excel\n\n英日翻訳\nＥｘｃｅｌ")
    assert (page.status, page.path) == (200, "/teams")
    assert "「よみもの編集室」を登録しました。" in page.text
    assert page.find_all(".member-row h3") == ["よみもの編集室 オーナー"]
    page = page.follow("よみもの編集室")
    assert page.path == "/teams/yomimono"
    assert page.find_all(".chip") == ["Excel", "英日翻訳"]
    assert visit.open("profiles.show", username="ana").follow("よみもの編集室").path == "/teams/yomimono"
    assert "本を作ります。" in page.text


def test_friends_named_in_the_address_are_invited_with_the_founding(
    app: Flask, visit: Visitors, ana: Member, ben: Member, cleo: Member, make_member: MemberFactory
) -> None:
    dora, stranger = make_member("dora"), make_member("stranger")
    for friend in (ben, cleo, dora):
        befriend(app, ana, friend)
    page = visit.as_(ana).open("teams.create", members="ben,dora,stranger,nobody,\x00,cleo")
    assert [one["value"] for one in page.soup.select("[name=invited][checked]")] == ["ben", "cleo", "dora"]
    assert "ほかの3人は、登録のあとで、その人のページから招待できます。" in page.text
    page.submit("登録する", slug="yomimono", name="よみもの編集室", invited=["ben", "dora"])
    invited = {
        name: "よみもの編集室" in visit.as_(one).open("home.mypage").text
        for name, one in {"ben": ben, "cleo": cleo, "dora": dora, "stranger": stranger}.items()
    }
    assert invited == {"ben": True, "cleo": False, "dora": True, "stranger": False}


def test_of_a_large_group_as_many_friends_are_invited_as_a_day_allows(
    app: Flask, visit: Visitors, ana: Member, make_member: MemberFactory
) -> None:
    names = [f"worker-{number:02}" for number in range(12)]
    for friend in [make_member(name) for name in names]:
        befriend(app, ana, friend)
    strangers = [f"stranger-{number}" for number in range(10)]
    page = visit.as_(ana).open("teams.create", members=",".join([*strangers, *names]))
    assert [one["value"] for one in page.soup.select("[name=invited][checked]")] == names[:10]
    assert "ほかの12人は" in page.text
    assert "登録のあとで" not in visit.as_(ana).open("teams.create").text


def test_who_cannot_be_invited_with_the_founding_leaves_no_team(
    app: Flask, visit: Visitors, ana: Member, ben: Member
) -> None:
    befriend(app, ana, ben)
    page = visit.as_(ana).open("teams.create", members="ben")
    refused = page.submit("登録する", slug="yomimono", name="よみもの編集室", invited=["cleo"])
    assert refused.status == 422
    assert "invited" in refused.errors()
    assert teams(app) == 0


def test_a_team_may_have_a_picture(visit: Visitors, ana: Member, ben: Member) -> None:
    page = visit.as_(ana).open("teams.create")
    files = {"picture": (BytesIO(picture("PNG")), "logo.png")}
    page = page.submit("登録する", files=files, slug="tea", name="お茶").follow("お茶")
    source = str(page.soup.select_one(".w-picture img")["src"])  # type: ignore[index]
    answer = visit.anonymous.open_path(source)
    assert (answer.status, answer.response.mimetype) == (200, "image/webp")
    with visit.app.app_context(), db.writing():
        follows.block(ana, ben)
        db.commit()
    assert visit.as_(ben).open_path(source).status == 404
    assert visit.anonymous.open_path(source.replace("medium", "huge")).status == 404
    page = visit.as_(ana).open("teams.edit", slug="tea").submit("更新する", removes_picture="y")
    assert page.soup.select_one(".w-picture img") is None


@pytest.mark.parametrize(
    ("fields", "name", "status", "sentence"),
    [
        ({"slug": ""}, "slug", 422, "URLを入力"),
        ({"slug": "ab"}, "slug", 422, "いまは2文字です"),
        ({"slug": "よみもの"}, "slug", 422, "半角の英小文字"),
        ({"slug": "yоmimono"}, "slug", 422, "半角の英小文字"),
        ({"slug": "New"}, "slug", 422, "運営のために"),
        ({"slug": "adm1n"}, "slug", 422, "運営のために"),
        ({"slug": "TEA"}, "slug", 409, "「tea-2」なら空いています"),
        ({"name": ""}, "name", 422, "チーム名を入力"),
        ({"name": "あ" * 41}, "name", 422, "40"),
        ({"introduction": "あ" * 2001}, "introduction", 422, "2,000"),
        ({"wanted_skills": "\n".join(f"技{n}" for n in range(11))}, "wanted_skills", 422, "10個まで"),
        ({"wanted_skills": "あ" * 61}, "wanted_skills", 422, "60文字まで"),
    ],
)
def test_what_cannot_be_kept_is_refused_beside_its_field(
    app: Flask,
    visit: Visitors,
    ana: Member,
    make_team: TeamFactory,
    fields: dict[str, str],
    name: str,
    status: int,
    sentence: str,
) -> None:
    make_team("tea", ana)
    page = (
        founded(visit, ana, introduction="書いたこと", **fields)
        if "introduction" not in fields
        else founded(visit, ana, **fields)
    )
    assert page.status == status
    assert sentence in page.errors()[name]
    assert page.value(name) == (fields[name] if status == 422 else fields[name].lower())
    assert teams(app) == 1


def test_what_is_no_picture_is_refused_beside_its_field(app: Flask, visit: Visitors, ana: Member) -> None:
    page = visit.as_(ana).open("teams.create")
    page = page.submit("登録する", files={"picture": (BytesIO(b"GIF89a no"), "a.gif")}, slug="tea", name="お茶")
    assert page.status == 415
    assert "JPEG、PNG、WebP" in page.find_all(".field-error")[0]
    assert page.value("name") == "お茶"
    assert teams(app) == 0


def test_teams_founded_in_a_row_are_limited(visit: Visitors, ana: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(visit.app.extensions, "limits", limits.Limiter(visit.app.extensions["settings"].limits_path, 1))
    for number in range(10):
        assert founded(visit, ana, f"team-{number}").status == 200
    page = founded(visit, ana, "team-10")
    assert page.status == 429
    assert "あと" in page.errors()["slug"]
    assert int(page.response.headers["Retry-After"]) > 0


def test_the_page_shows_who_is_in_it_and_what_they_can_do_together(
    app: Flask, visit: Visitors, make_member: MemberFactory, make_team: TeamFactory
) -> None:
    holds = {"status": Status.AVAILABLE, "status_confirmed_at": now()}
    ana = make_member("ana", "Ana", worker=True, headline="編集", weekly_hours=WeeklyHours.FROM_10_TO_20, **holds)
    ben = make_member("ben", "Ben", worker=True, weekly_hours=WeeklyHours.UP_TO_3, **holds)
    cleo = make_member("cleo", "Cleo")
    with app.app_context(), db.writing():
        for member, skills in [(ana, ["校正", "編集"]), (ben, ["校正"]), (cleo, ["作図"])]:
            for skill in skills:
                careers.skills.add(member, skill, SkillLevel.WORKING, today())
        db.commit()
    make_team("tea", ana, ben, cleo, name="お茶の編集室")
    page = visit.open("teams.show", slug="tea")
    assert page.status == 200
    assert page.find_all("h1") == ["お茶の編集室"]
    assert page.find_all(".team-members h3") == ["Ana オーナー", "Ben", "Cleo"]
    assert not page.has_link("Cleo")
    assert page.find_all(".joint-skills li") == ["校正 2人", "編集 1人"]
    assert page.find_all(".headline")[0] == "校正・編集の3人"
    assert "3人のうち2人が対応可能" in page.text
    assert "10〜23時間" in page.text
    assert not page.has_link("参加を希望する")


def test_a_member_sees_how_they_are_tied_to_a_team(
    app: Flask,
    visit: Visitors,
    ana: Member,
    ben: Member,
    cleo: Member,
    make_member: MemberFactory,
    make_team: TeamFactory,
) -> None:
    dan = make_member("dan", "Dan", worker=True)
    make_team("tea", ana, ben, dan)
    befriend(app, cleo, ana)
    befriend(app, ana, ben)
    befriend(app, ben, dan)
    page = visit.as_(cleo).open("teams.show", slug="tea")
    assert "友達の1人がいます。" in page.text
    assert "2組が友達です。" in page.text
    with app.app_context(), db.writing():
        db.db.session.get_one(Member, dan.id).friends_audience = "nobody"
        follows.block(dan, cleo)
        db.commit()
    page = visit.as_(cleo).open("teams.show", slug="tea")
    assert "1組が友達です。" in page.text
    assert "Dan" not in page.text
    assert "2人のチーム" in page.text
    assert "友達です" not in visit.open("teams.show", slug="tea").text


def test_one_without_rights_finds_no_door(
    visit: Visitors, ana: Member, ben: Member, cleo: Member, make_team: TeamFactory
) -> None:
    make_team("tea", ana, ben)
    doors = {"teams.edit": 403, "teams.dissolve": 403, "teams.invite": 403, "teams.leave": 200}
    for endpoint, status in doors.items():
        assert visit.as_(ben).open(endpoint, slug="tea").status == status
        assert visit.as_(cleo).open(endpoint, slug="tea").status == 404
        assert visit.open(endpoint, slug="tea").path.startswith("/login")
    for endpoint in ("teams.expel", "teams.hand_over"):
        assert visit.as_(ben).open(endpoint, slug="tea", username="ana").status == 403
        assert visit.as_(cleo).open(endpoint, slug="tea", username="ana").status == 404
        assert visit.as_(ana).open(endpoint, slug="tea", username="cleo").status == 404
    page = visit.as_(ben).open("teams.index")
    assert page.has_link("脱退")
    assert not page.has_link("編集")
    assert visit.open("teams.show", slug="nothing").status == 404


def test_members_leave_after_a_question(visit: Visitors, ana: Member, ben: Member, make_team: TeamFactory) -> None:
    make_team("tea", ana, ben)
    page = visit.as_(ben).open("teams.index").follow("脱退、Tea")
    assert "から脱退しますか" in page.text
    page = page.submit("脱退する")
    assert "「Tea」から脱退しました。" in page.text
    assert visit.as_(ben).open("teams.leave", slug="tea").status == 404


def test_the_last_owner_is_told_what_to_do_first(
    app: Flask, visit: Visitors, ana: Member, ben: Member, make_team: TeamFactory
) -> None:
    make_team("tea", ana, ben)
    page = visit.as_(ana).open("teams.leave", slug="tea")
    assert not page.has_button("脱退する")
    assert "最後のオーナー" in page.text
    page = visit.as_(ana).post("/teams/tea/leave")
    assert page.status == 409
    assert "最後のオーナー" in page.find_all(".error-summary")[0]
    page = visit.as_(ana).open("teams.show", slug="tea").follow("オーナーにする、Benさん")
    assert page.submit("オーナーにする").status == 422
    page = page.submit("オーナーにする", manner="instead")
    assert "Benさんがオーナーになりました。" in page.text
    assert visit.as_(ana).open("teams.leave", slug="tea").submit("脱退する").status == 200
    with app.app_context():
        assert queries.role_of(ben, queries.get_for(None, "tea")) is Role.OWNER


def test_an_owner_expels_and_dissolves_after_a_question(
    visit: Visitors, ana: Member, ben: Member, make_team: TeamFactory
) -> None:
    make_team("tea", ana, ben)
    page = visit.as_(ana).open("teams.show", slug="tea").follow("Benさんを脱退させる").submit("脱退させる")
    assert page.find_all(".team-members h3") == ["Ana オーナー"]
    page = visit.as_(ana).open("teams.edit", slug="tea").follow("チームを解散する").submit("解散する")
    assert "「Tea」を解散しました。" in page.text
    assert visit.open("teams.show", slug="tea").status == 404


def test_of_two_edits_the_later_one_sees_both(visit: Visitors, ana: Member, make_team: TeamFactory) -> None:
    make_team("tea", ana)
    old = visit.as_(ana).open("teams.edit", slug="tea")
    old.submit("更新する", name="お茶", wanted_skills="校正")
    page = old.submit("更新する", name="紅茶", wanted_skills="校正\n作図", takes_requests="y")
    assert page.status == 409
    assert page.find_all(".versions dd") == ["お茶", "校正", "いいえ", "紅茶", "校正 作図", "はい"]
    page = page.submit("更新する")
    assert page.find_all("h1") == ["紅茶"]
    assert page.find_all(".chip") == ["校正", "作図"]


def test_pages_cost_the_same_for_small_and_large_teams(
    app: Flask, visit: Visitors, ana: Member, ben: Member, make_member: MemberFactory, make_team: TeamFactory
) -> None:
    others = [make_member(worker=True) for _number in range(20)]
    for number in range(12):
        make_team(f"small-{number}", ana, takes_requests=True)
    make_team("large", ana, *others, takes_requests=True)
    browser = visit.as_(ben)
    pages = [browser.open("teams.show", slug=slug) for slug in ("small-1", "large")]
    assert [page.statements for page in pages] == [8, 8]
    assert visit.as_(ana).open("teams.index").statements == 6


@pytest.mark.parametrize("members", [1, 20])
def test_a_team_page_costs_the_same_with_one_member_and_with_twenty(
    app: Flask, visit: Visitors, ana: Member, make_member: MemberFactory, make_team: TeamFactory, members: int
) -> None:
    others = [make_member(worker=True) for _each in range(members - 1)]
    make_team("yomimono", ana, *others)
    for other in others:
        befriend(app, ana, other)
    page = visit.as_(make_member()).open("teams.show", slug="yomimono")
    assert (len(page.find_all(".team-members li")), page.statements) == (members, 8)
    assert visit.as_(ana).open("teams.edit", slug="yomimono").statements <= 8
