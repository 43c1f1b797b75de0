"""Writing one's own profile: every field, all of it or nothing, and nothing typed is lost."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from marketplace import db
from marketplace.accounts import sessions
from marketplace.accounts.models import Account, Member
from marketplace.clock import today
from marketplace.profiles.models import Gender, School, SchoolKind, Status, WeeklyHours
from marketplace.profiles.service import ProfileChanges
from tests.blueprints.profile_form import edit, errors_of, saved
from tests.factories.members import PASSWORD
from tests.visit import Visitors

LABELS = (
    "プロフィール画像",
    "ユーザー名",
    "ニックネーム",
    "ひとこと紹介",
    "自己紹介文",
    "名前",
    "名前(フリガナ)",
    "性別",
    "生年月日",
    "郵便番号",
    "住所・電話番号",
    "都道府県",
    "市区町村",
    "番地・建物",
    "電話番号",
    "ステータス",
    "稼働可能時間/週",
    "時給単価",
    "年齢層を公開する",
    "お手伝い・お仕事をしたい都道府県",
    "お手伝い・お仕事をしたい市区町村",
    "オンラインの仕事も受ける",
    "出身地",
    "出身大学・大学院・高校",
    "サイトやSNSのURL",
    "ワーカーとして公開する",
)
PRIVATE = ("名前", "名前(フリガナ)", "性別", "生年月日", "郵便番号", "住所・電話番号")


def test_the_form_has_every_field_in_its_order_and_says_who_sees_it(visit: Visitors, ana: Member) -> None:
    page = visit.as_(ana).open("profiles.edit")
    names: dict[str, str] = {}
    for label in page.soup.select(".field-label, .field.is-single b"):
        words = label.select_one("label, span:not(.tag)") or label
        tag = label.select_one(".tag:not(.is-required)")
        name = (words.find(string=True, recursive=False) or words.get_text()).strip()
        names.setdefault(name, tag.get_text(strip=True) if tag else "")
    assert [name for name in names if name in LABELS] == list(LABELS)
    assert all(names[name] == "非公開" for name in PRIVATE)
    assert all(names[name] == "公開" for name in ("ニックネーム", "自己紹介文", "ステータス", "時給単価", "出身地"))
    assert page.value("nickname") == "Ana"
    assert page.soup.select_one("input[name=username]") is None
    assert [tag.find_parent("div").label.get_text() for tag in page.soup.select(".tag.is-required")] == ["ニックネーム"]


def test_everything_that_is_typed_is_saved(visit: Visitors, app: Flask, cleo: Member) -> None:
    page = edit(
        visit,
        cleo,
        nickname=" 高瀬 律 ",
        headline="計測機器の英日技術翻訳",
        introduction="一行目\r\n二行目",
        name="高瀬 律",
        name_kana="たかせ ﾘﾂ",
        gender="male",
        birth_date="1983-05-14",
        postal_code="〒６０６ー０８０２",
        prefecture="26",
        city="京都市左京区",
        street="下鴨宮崎町0番地の2",
        phone="０７５-０００-００２０",
        status="available",
        weekly_hours="10_to_20",
        hourly_rate_yen="５，５００円",
        shows_age_band="y",
        wanted_prefectures=["26", "25"],
        wanted_cities=["26104"],
        accepts_online="y",
        hometown="25",
        **{"schools-0-kind": "graduate_school", "schools-0-name": "鴨東工科大学大学院"},
        **{"links-0": "https://example.com/me"},
        is_published="y",
    )
    assert page.path == "/settings/profile"
    assert "プロフィールを更新しました。" in page.text
    assert saved(app, cleo) == ProfileChanges(
        nickname="高瀬 律",
        headline="計測機器の英日技術翻訳",
        introduction="一行目\n二行目",
        name="高瀬 律",
        name_kana="タカセ リツ",
        gender=Gender.MALE,
        birth_date=date(1983, 5, 14),
        postal_code="6060802",
        prefecture="26",
        city="京都市左京区",
        street="下鴨宮崎町0番地の2",
        phone="+81750000020",
        status=Status.AVAILABLE,
        weekly_hours=WeeklyHours.FROM_10_TO_20,
        hourly_rate_yen=5500,
        shows_age_band=True,
        wanted_places=(("25", ""), ("26", "26104")),
        accepts_online=True,
        hometown="25",
        schools=(School(SchoolKind.GRADUATE_SCHOOL, "鴨東工科大学大学院"),),
        links=("https://example.com/me",),
        is_published=True,
    )


def test_the_form_shows_what_was_saved_as_people_write_it(visit: Visitors, ana: Member) -> None:
    edit(visit, ana, postal_code="6060802", phone="0750000020", hourly_rate_yen="5500", weekly_hours="3_to_10")
    page = visit.as_(ana).open("profiles.edit")
    assert page.value("postal_code") == "606-0802"
    assert page.value("phone") == "075-000-0020"
    assert page.value("hourly_rate_yen") == "5,500"
    assert page.value("weekly_hours") == "3_to_10"


def test_saving_the_form_as_it_is_changes_nothing(visit: Visitors, app: Flask, ana: Member) -> None:
    edit(visit, ana, birth_date="1990-01-31", wanted_prefectures=["13"], **{"schools-0-name": "北山高校"})
    before = saved(app, ana)
    edit(visit, ana)
    assert saved(app, ana) == before
    assert before.schools == (School(SchoolKind.UNIVERSITY, "北山高校"),)


def test_only_the_nickname_is_needed(visit: Visitors, app: Flask, cleo: Member) -> None:
    page = edit(visit, cleo, nickname="　")
    assert page.status == 422
    assert page.title.startswith("(エラー)")
    assert errors_of(page) == ["ニックネームを入力してください。"]
    assert edit(visit, cleo, nickname="ク").status == 200
    assert saved(app, cleo).nickname == "ク"


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("nickname", "あ" * 31, "30文字までで入力してください。いまは31文字です。"),
        ("headline", "あ" * 61, "60文字までで入力してください。いまは61文字です。"),
        ("introduction", "あ" * 2001, "2,000文字までで入力してください。いまは2,001文字です。"),
        ("introduction", "音\x07", "画面に出ない制御文字を消してください。"),
        ("name_kana", "高瀬", "フリガナはカタカナかひらがなで入力してください。"),
        ("birth_date", "1990-02-30", "生年月日は年-月-日の形で入力してください。"),
        ("birth_date", "きのう", "生年月日は年-月-日の形で入力してください。"),
        ("birth_date", "1890-01-01", "生年月日は、きょうまでの120年のうちの日付を入力してください。"),
        ("postal_code", "604-83", "郵便番号は7けたの数字で入力してください。いまは5けたです。"),
        ("phone", "12", "電話番号は市外局番から数字で入力してください。"),
        ("hourly_rate_yen", "0", "1円から1,000,000円までの整数で入力してください。"),
        ("hourly_rate_yen", "1000001", "1円から1,000,000円までの整数で入力してください。"),
        ("hourly_rate_yen", "-5", "1円から1,000,000円までの整数で入力してください。"),
        ("hourly_rate_yen", "3.5", "1円から1,000,000円までの整数で入力してください。"),
        ("hourly_rate_yen", "五千", "1円から1,000,000円までの整数で入力してください。"),
        ("links-0", "http://example.com", "https:// で始まるURLを入力してください。"),
        ("links-0", "https://example.com/" + "a" * 300, "300文字までで入力してください。"),
        ("schools-0-name", "あ" * 61, "60文字までで入力してください。"),
    ],
)
def test_what_cannot_be_stored_is_said_beside_its_field_and_stays(
    visit: Visitors, app: Flask, ana: Member, name: str, typed: str, sentence: str
) -> None:
    before = saved(app, ana)
    page = edit(visit, ana, city="京都市中京区", **{name: typed})
    assert page.status == 422
    assert any(error.startswith(sentence) for error in errors_of(page))
    assert page.value(name) == typed
    assert page.value("city") == "京都市中京区"
    assert page.soup.select_one(f".error-summary a[href='#{name}']")
    assert saved(app, ana) == before


def test_tomorrow_is_no_birthday(visit: Visitors, ana: Member) -> None:
    assert edit(visit, ana, birth_date=(today() + timedelta(days=1)).isoformat()).status == 422
    assert edit(visit, ana, birth_date=today().strftime("%Y/%m/%d")).status == 200


@pytest.mark.parametrize(
    "link",
    [
        "https://example.com",
        "https://例え.jp/プロフィール?q=1#a",
        "https://sub.example.co.jp:8443/x",
    ],
)
def test_links_of_ones_own_are_kept_once(visit: Visitors, app: Flask, ana: Member, link: str) -> None:
    edit(visit, ana, **{"links-0": f" {link} ", "links-1": link, "links-2": ""})
    assert saved(app, ana).links == (link,)


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "https:example.com",
        "https://",
        "https://localhost",
        "https://[::1]/",
        "https://[broken/",
        "https://bank.example.com@evil.example",
        "https://example.com/<script>",
        "https://exa mple.com",
        "https://example.com:port/",
        "//example.com",
        "data:text/html,x",
    ],
)
def test_what_a_browser_should_not_open_is_no_link(visit: Visitors, app: Flask, ana: Member, link: str) -> None:
    assert edit(visit, ana, **{"links-0": link}).status == 422
    assert saved(app, ana).links == ()


def test_there_is_an_empty_row_more_each_time_and_an_emptied_row_is_gone(
    visit: Visitors, app: Flask, ana: Member
) -> None:
    page = edit(visit, ana, **{"schools-0-name": "北山高校", "schools-0-kind": "high_school"})
    page = page.submit("更新をする", **{"schools-1-name": "鴨東工科大学"})
    assert page.value("schools-2-name") == ""
    page.submit("更新をする", **{"schools-0-name": ""})
    assert saved(app, ana).schools == (School(SchoolKind.UNIVERSITY, "鴨東工科大学"),)


def test_five_links_are_the_most(visit: Visitors, ana: Member) -> None:
    page = edit(visit, ana, **{f"links-{n}": f"https://example.com/{n}" for n in range(5)})
    assert page.soup.select_one("[name=links-5]") is None
    assert page.submit("更新をする", **{"links-5": "https://example.com/5"}).status == 422


@pytest.mark.parametrize(
    "field", [{"username": "root"}, {"published_at": "now"}, {"role": "moderator"}, {"schools-0-id": "1"}]
)
def test_fields_that_the_form_does_not_have_are_refused(
    visit: Visitors, app: Flask, ana: Member, field: dict[str, str]
) -> None:
    before = saved(app, ana)
    page = edit(visit, ana, nickname="別名", **field)
    assert page.status == 422
    assert "この画面にない項目が送られました。" in page.text
    assert saved(app, ana) == before


@pytest.mark.parametrize(
    "field",
    [{"prefecture": "48"}, {"gender": "robot"}, {"status": "fired"}, {"wanted_prefectures": ["99"]}, {"hometown": "x"}],
)
def test_choices_that_were_not_offered_are_refused(
    visit: Visitors, app: Flask, ana: Member, field: dict[str, Any]
) -> None:
    before = saved(app, ana)
    assert edit(visit, ana, **field).status == 422
    assert saved(app, ana) == before


@pytest.mark.parametrize(
    ("field", "value"), [("status", "available"), ("weekly_hours", "up_to_3"), ("gender", "female")]
)
def test_a_choice_that_was_made_can_be_taken_back(
    visit: Visitors, app: Flask, ana: Member, field: str, value: str
) -> None:
    page = visit.as_(ana).open("profiles.edit")
    assert page.value(field) == ""
    assert page.soup.select_one(f"[name={field}][value=''][checked]") is not None
    chosen = page.submit("更新をする", **{field: value})
    assert chosen.value(field) == value
    taken_back = chosen.submit("更新をする", **{field: ""})
    assert taken_back.status == 200
    assert taken_back.value(field) == ""
    assert getattr(saved(app, ana), field) is None


def test_the_status_is_confirmed_by_one_press(visit: Visitors, app: Flask, ana: Member) -> None:
    assert visit.as_(ana).post("/settings/profile/status").status == 422
    edit(visit, ana, status="available")
    page = visit.as_(ana).post("/settings/profile/status", {"next": "/settings/profile"})
    assert page.path == "/settings/profile"
    assert "ステータスを確認しました。" in page.text


def test_visitors_have_no_profile(visit: Visitors) -> None:
    for path in ("/settings/profile", "/settings/profile/preview", "/settings/profile/cities"):
        answer = visit.anonymous.client.get(path)
        assert answer.status_code == 302
        assert "/login" in answer.headers["Location"]


@pytest.mark.parametrize(
    ("most", "field", "typed", "sentence"),
    [
        (5, "links-{}", "https://example.com/{}", "URLは5個まで登録できます。"),
        (10, "schools-{}-name", "学校{}", "学校は10校まで登録できます。"),
    ],
)
def test_a_row_too_many_is_refused_where_it_stands_and_stays_there(
    visit: Visitors, app: Flask, ana: Member, most: int, field: str, typed: str, sentence: str
) -> None:
    rows = {field.format(n): typed.format(n) for n in range(most)}
    last = field.format(most)
    page = edit(visit, ana, **rows | {last: typed.format(most)})
    assert (page.status, list(page.errors())) == (422, [last])
    assert page.errors()[last].startswith(sentence)
    assert [page.value(name) for name in (*rows, last)] == [typed.format(n) for n in range(most + 1)]
    assert len(page.soup.select(".error-summary li")) == 1
    assert page.submit("更新をする", **{field.format(0): ""}).status == 200
    kept = saved(app, ana)
    assert len(kept.links or kept.schools) == most


def test_the_form_costs_four_statements_however_much_it_holds(visit: Visitors, ana: Member) -> None:
    assert visit.as_(ana).open("profiles.edit").statements == 4
    edit(
        visit,
        ana,
        wanted_prefectures=[f"{n:02}" for n in range(1, 20)],
        **{f"schools-{n}-name": f"学校{n}" for n in range(10)},
        **{f"links-{n}": f"https://example.com/{n}" for n in range(5)},
    )
    assert visit.as_(ana).open("profiles.edit").statements == 4


def test_what_was_typed_survives_the_end_of_the_session(visit: Visitors, app: Flask, ana: Member) -> None:
    page = visit.as_(ana).open("profiles.edit")
    with app.app_context(), db.writing():
        account = db.db.session.get(Account, ana.id)
        assert account is not None
        sessions.end_all(account)
        db.commit()
    sign_in = page.submit(
        "更新をする", headline="書きかけ", wanted_prefectures=["26"], **{"schools-0-name": "北山高校"}
    )
    assert sign_in.status == 401
    page = sign_in.submit("ログイン", email="ana@example.com", password=PASSWORD)
    assert page.path == "/settings/profile"
    assert [page.value(name) for name in ("headline", "wanted_prefectures", "schools-0-name")] == [
        "書きかけ",
        "26",
        "北山高校",
    ]
    assert page.submit("更新をする").status == 200
    assert saved(app, ana).headline == "書きかけ"


def test_what_no_page_of_ours_sends_is_refused_in_our_own_words(visit: Visitors, ana: Member) -> None:
    choices = {
        "gender": "x", "status": "x", "weekly_hours": "x", "prefecture": "99", "hometown": "99", "schools-0-kind": "x",
    }  # fmt: skip
    page = edit(visit, ana, **choices, wanted_prefectures=["26", "99"], version="x")
    assert page.status == 422
    assert set(errors_of(page)) == {"選択肢から選んでください。"}
    assert choices.keys() <= page.errors().keys()
    summary = page.find_all(".error-summary")[0]
    assert "画面を読み込みなおして、もう一度お試しください。" in summary
    assert not {"無効", "正しくありません", "必須です"} & {
        word for word in ("無効", "正しくありません", "必須です") if word in page.text
    }
