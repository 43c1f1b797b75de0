"""会社名で探す, registering and editing a company, its page, its settings, and the deeds that are asked for first."""

from io import BytesIO

import pytest
from flask import Flask

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.companies import queries, service
from marketplace.companies.service.companies import mark_number
from marketplace.companies.service.merging import merge_rows
from marketplace.follows import service as follows
from tests.factories.companies import CompanyFactory
from tests.factories.members import MemberFactory
from tests.marketplace.uploads import picture
from tests.visit import Page, Visitors

WARNING = "会社ページのURLは、一度決定すると変更が出来ません。"
NUMBER = "7000012050002"


def registered(visit: Visitors, member: Member, slug: str = "minagiwa", **fields: object) -> Page:
    page = visit.as_(member).open("companies.register", q="みなぎわ")
    return page.submit("登録する", **({"slug": slug, "name": "株式会社みなぎわ測器"} | fields))


def test_a_company_is_sought_first_and_registered_when_none_fits(visit: Visitors, ana: Member, ben: Member) -> None:
    page = visit.as_(ana).open("companies.mine")
    assert "まだ会社に所属していません。" in page.text
    page = page.submit("検索する", q="㈱みなぎわ測器")
    assert "「㈱みなぎわ測器」に合う会社は見つかりませんでした。" in page.text
    page = page.follow("新しく登録する")
    assert (page.value("name"), WARNING in page.text) == ("㈱みなぎわ測器", True)
    page = page.submit(
        "登録する",
        slug="Minagiwa",
        name="株式会社みなぎわ測器",
        reading="みなぎわそっき",
        phone="075-123-4567",
        email="Info@Minagiwa.example",
        corporate_number="7-0000-1205-0002",
        department="広報部",
    )
    assert (page.status, page.path) == (200, "/companies/minagiwa")
    assert "「株式会社みなぎわ測器」を登録しました。" in page.text
    for shown in ("ミナギワソッキ", "075-123-4567", "info@minagiwa.example", "7-0000-1205-0002", "自己申告", "広報部"):
        assert shown in page.text, shown
    page = visit.as_(ben).open("companies.index", q="(株)みなぎわ")
    assert page.find_all(".member-row h3") == ["株式会社みなぎわ測器"]
    assert page.follow("この会社を選ぶ、株式会社みなぎわ測器").path == "/companies/minagiwa/join"


def test_the_form_comes_after_the_search_and_shows_what_is_alike(
    visit: Visitors, ana: Member, make_company: CompanyFactory
) -> None:
    for letter in "abcdef":
        make_company(f"tea{letter}", ana, name=f"お茶{letter}")
    page = visit.as_(ana).open("companies.register")
    assert not page.has_button("登録する")
    page = page.submit("検索する", q="お茶")
    assert len(page.find_all(".member-row h3")) == 5
    assert page.follow("6社をすべて見る").path.startswith("/companies?q=")


def test_what_cannot_be_stored_is_said_beside_its_field(visit: Visitors, ana: Member) -> None:
    page = registered(
        visit,
        ana,
        "み",
        name="",
        reading="abc",
        phone="12",
        email="x",
        corporate_number="8000012050002",
        address="京都",
    )
    assert page.status == 422
    assert set(page.errors()) == {"slug", "name", "reading", "phone", "email", "corporate_number"}
    assert (page.value("address"), page.value("phone"), page.value("reading")) == ("京都", "12", "abc")
    assert "どこか1けた" in page.errors()["corporate_number"]
    assert registered(visit, ana, "new").errors().keys() == {"slug"}


def test_an_address_that_is_taken_is_refused_with_another(
    visit: Visitors, ana: Member, ben: Member, make_company: CompanyFactory
) -> None:
    make_company("minagiwa", ana)
    page = registered(visit, ben)
    assert page.status == 409
    assert "「minagiwa2」なら空いています。" in page.errors()["slug"]


def test_a_logo_is_shown_and_taken_off(visit: Visitors, ana: Member) -> None:
    page = visit.as_(ana).open("companies.register", q="みなぎわ")
    logo = {"picture": (BytesIO(picture()), "logo.png")}
    page = page.submit("登録する", files=logo, slug="minagiwa", name="みなぎわ")
    image = page.soup.select_one("main img.is-team")
    assert image
    assert visit.anonymous.open_path(str(image["src"])).response.mimetype == "image/webp"
    page = visit.as_(ana).open("companies.edit", slug="minagiwa").submit("更新する", removes_picture="y")
    assert not page.soup.select_one("main img.is-team")
    assert visit.open("companies.picture", slug="minagiwa", size="small").status == 404
    assert visit.open("companies.picture", slug="minagiwa", size="huge").status == 404
    page = visit.as_(ana).open("companies.edit", slug="minagiwa")
    page = page.submit("更新する", files={"picture": (BytesIO(b"no picture"), "logo.png")})
    assert (page.status, set(page.errors())) == (415, {"picture"})
    assert "もう一度選んでください" in page.text


def test_visitors_leaf_and_see_the_newest(visit: Visitors, ana: Member, make_company: CompanyFactory) -> None:
    for number in range(22):
        make_company(f"tea{number}", ana, name=f"お茶{number:02}")
    newest = visit.open("companies.index")
    assert newest.find_all(".member-row h3")[0] == "お茶21"
    checked = newest.follow("会社確認済みの会社だけを見る")
    assert checked.find_all(".member-row h3") == []
    assert "会社確認済みの会社は、まだありません。" in checked.text
    assert checked.follow("すべての会社を見る").find_all(".member-row h3")[0] == "お茶21"
    page = visit.open("companies.index", q="お茶")
    assert "22 社あります" in page.text
    page = page.follow("次のページを見る")
    assert page.find_all(".member-row h3") == ["お茶20", "お茶21"]
    assert page.follow("前のページを見る").find_all(".member-row h3")[0] == "お茶00"


def test_what_another_name_costs_is_said_before_and_afterwards(
    visit: Visitors, ana: Member, make_company: CompanyFactory
) -> None:
    make_company("tea", ana, name="株式会社お茶", domain="tea.example")
    lost = "会社名が変わったため、会社確認済みの表示が外れました。"
    page = visit.as_(ana).open("companies.edit", slug="tea")
    assert "会社と所属する人の会社確認済みの表示が外れます" in page.find_all("#name-h")[0]
    done = page.submit("更新する", name="お茶㈱")
    assert lost not in done.text
    assert "会社確認済み" in done.find_all(".badges")[0]
    done = visit.as_(ana).open("companies.edit", slug="tea").submit("更新する", name="お茶製作所")
    assert lost in done.text
    assert done.find_all(".badges") == []
    done.follow("会社のドメインを確認する")
    assert "外れます" not in visit.as_(ana).open("companies.edit", slug="tea").text


def test_two_windows_that_edit_one_company_show_both(
    visit: Visitors, ana: Member, make_company: CompanyFactory
) -> None:
    make_company("tea", ana, name="お茶")
    first = visit.as_(ana).open("companies.edit", slug="tea")
    second = visit.as_(ana).open("companies.edit", slug="tea")
    first.submit("更新する", introduction="お茶を売ります。")
    page = second.submit("更新する", introduction="紅茶を売ります。")
    assert page.status == 409
    assert "お茶を売ります。" in page.text
    page = page.submit("こちらを残す")
    assert "紅茶を売ります。" in page.text


def test_a_merged_company_leads_to_the_one_that_stayed(
    app: Flask, visit: Visitors, ana: Member, make_company: CompanyFactory
) -> None:
    make_company("kept", ana, name="残る会社")
    make_company("merged", ana, name="移る会社")
    with app.app_context(), db.writing():
        merge_rows(queries.get_live("kept"), queries.get_live("merged"))
        mark = queries.get_live("kept")
        mark.corporate_number = NUMBER
        mark_number(mark)
        db.commit()
    answer = visit.anonymous.client.get("/companies/merged")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/companies/kept")
    page = visit.as_(ana).open("companies.edit", slug="merged")
    assert "「残る会社」の編集" in page.title
    assert "法人番号の確認は取り消されます。" in page.text
    assert "国税庁の公表" in visit.open("companies.show", slug="kept").text


def test_departments_are_added_and_dropped(visit: Visitors, ana: Member, make_company: CompanyFactory) -> None:
    make_company("tea", ana, name="お茶")
    page = visit.as_(ana).open("companies.departments", slug="tea")
    assert page.submit("登録する", department="").errors().keys() == {"department"}
    for name in ("茶園", "店舗"):
        page = page.submit("登録する", department=name)
    assert visit.open("companies.show", slug="tea").find_all(".department") == ["店舗", "茶園"]
    page = page.submit("外す、茶園")
    assert "部署「茶園」を外しました。" in page.text
    assert "店舗" in visit.as_(ana).open("companies.mine").text
    for hostile in ("", "\x01", "x" * 99):
        assert visit.as_(ana).post("/companies/tea/departments/drop", {"department": hostile}).status == 200


def test_an_owner_hands_over_leaves_and_closes(
    visit: Visitors, ana: Member, ben: Member, make_company: CompanyFactory
) -> None:
    make_company("tea", ana, ben, name="お茶")
    page = visit.as_(ana).open("companies.leave", slug="tea")
    assert "最後のオーナー" in page.text
    page = visit.as_(ana).open("companies.show", slug="tea").follow("オーナーにする、Benさん")
    assert "Benさんがオーナーになりました。" in page.submit("オーナーにする", manner="beside").text
    again = visit.as_(ana).open("companies.hand_over", slug="tea", username="ben").submit("オーナーにする")
    assert again.status == 409
    page = visit.as_(ana).open("companies.leave", slug="tea").submit("所属を外す")
    assert "「お茶」の所属を外しました。" in page.text
    visit.as_(ben).open("companies.edit", slug="tea").follow("会社の登録を取り下げる").submit("取り下げる")
    assert visit.open("companies.show", slug="tea").status == 404


def test_two_owners_who_leave_at_once_leave_one(
    app: Flask, visit: Visitors, ana: Member, ben: Member, make_company: CompanyFactory
) -> None:
    make_company("tea", ana, ben, owners=2)
    page = visit.as_(ana).open("companies.leave", slug="tea")
    with app.app_context(), db.writing():
        service.leave(ben, queries.get_live("tea"))
        db.commit()
    assert page.submit("所属を外す").status == 409


def test_an_owner_takes_a_place_away(visit: Visitors, ana: Member, ben: Member, make_company: CompanyFactory) -> None:
    make_company("tea", ana, ben)
    page = visit.as_(ana).open("companies.show", slug="tea").follow("外す、Ben").submit("所属を外す")
    assert "Benさんの所属を外しました。" in page.text
    assert page.find_all(".team-members h4") == ["Ana オーナー"]


@pytest.mark.parametrize(
    "deed", ["edit", "leave", "close", "departments", "members/ana/remove", "members/ana/hand-over"]
)
def test_what_is_for_those_inside_is_not_there_for_strangers(
    visit: Visitors, ana: Member, cleo: Member, ben: Member, make_company: CompanyFactory, deed: str
) -> None:
    make_company("tea", ana, ben)
    assert visit.as_(cleo).open_path(f"/companies/tea/{deed}").status == 404
    assert visit.as_(cleo).post(f"/companies/tea/{deed}", {}).status == 404
    assert visit.open("companies.show", slug="tea").status == 200
    expected = 200 if deed in {"leave", "departments"} else 403
    assert visit.as_(ben).open_path(f"/companies/tea/{deed}").status == expected


def test_who_is_blocked_is_in_no_list_and_the_page_stays(
    app: Flask, visit: Visitors, ana: Member, ben: Member, make_company: CompanyFactory, make_member: MemberFactory
) -> None:
    make_company("tea", ana, make_member("dora", worker=True))
    with app.app_context(), db.writing():
        follows.block(ben, ana)
        db.commit()
    page = visit.as_(ben).open("companies.show", slug="tea")
    assert page.find_all(".team-members h4") == ["Dora"]
    assert "Ana" not in page.text


def test_the_page_of_a_worker_says_where_they_belong(
    app: Flask, visit: Visitors, ana: Member, make_company: CompanyFactory
) -> None:
    make_company("tea", ana, name="株式会社お茶")
    make_company("old", ana, name="閉じた会社")
    before = visit.open("profiles.show", username="ana")
    assert "会社確認済み" not in before.text
    with app.app_context(), db.writing():
        service.close(ana, queries.get_live("old"))
        company = queries.get_live("tea")
        for department in ("茶園", "店舗"):
            service.add_department(ana, company, department)
        for place in queries.places_of(ana, company):
            place.proven_at = place.joined_at
        db.commit()
    page = visit.open("profiles.show", username="ana")
    # Once for each department, and once in what was checked and in what explains it.
    assert (page.text.count("株式会社お茶"), "茶園" in page.text, "店舗" in page.text) == (4, True, True)
    assert "会社確認済み" in page.text
    assert "閉じた会社" not in page.text
    assert page.statements == before.statements
    assert page.follow("株式会社お茶").path == "/companies/tea"


def test_pages_cost_the_same_however_many_belong(
    app: Flask, visit: Visitors, ana: Member, make_company: CompanyFactory, make_member: MemberFactory
) -> None:
    make_company("tea", ana, name="お茶")
    make_company("big", ana, *(make_member() for _number in range(70)), name="お茶の大会社")
    counts = {}
    for slug in ("tea", "big"):
        counts[slug] = [
            visit.as_(ana).open("companies.show", slug=slug).statements,
            visit.as_(ana).open("companies.index", q="お茶").statements,
            visit.as_(ana).open("companies.mine").statements,
        ]
    assert counts["tea"] == counts["big"]
    assert max(counts["big"]) <= 9
