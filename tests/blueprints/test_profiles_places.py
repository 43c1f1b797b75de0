"""Places in the profile form: cities of the chosen prefectures, and the address of a postal code."""

import pytest
from flask import Flask

from marketplace.accounts.models import Member
from tests.blueprints.english import speak_english
from tests.blueprints.profile_form import edit, errors_of, saved
from tests.visit import Visitors


def test_cities_belong_to_the_chosen_prefectures(visit: Visitors, app: Flask, ana: Member) -> None:
    edit(visit, ana, wanted_prefectures=["26", "13"], wanted_cities=["26104", "26204", "25201"])
    assert saved(app, ana).wanted_places == (("13", ""), ("26", "26104"), ("26", "26204"))
    assert edit(visit, ana, wanted_prefectures=["26"], wanted_cities=["26999"]).status == 422
    many = [f"131{n:02}" for n in range(1, 22)]
    page = edit(visit, ana, wanted_prefectures=["13"], wanted_cities=many)
    assert errors_of(page) == ["場所は20か所まで選べます。広く働けるときは、都道府県だけを選んでください。"]


def test_without_script_a_button_asks_for_the_cities(visit: Visitors, app: Flask, ana: Member) -> None:
    page = visit.as_(ana).open("profiles.edit")
    page = page.submit("選んだ都道府県の市区町村を選ぶ", wanted_prefectures=["25"], headline="まだ")
    assert page.status == 200
    assert "近江八幡市" in page.text
    assert page.value("headline") == "まだ"
    assert saved(app, ana).headline == ""


def test_in_place_only_the_cities_come_back(visit: Visitors, ana: Member) -> None:
    page = visit.as_(ana).open("profiles.cities", wanted_prefectures=["25", "99"], wanted_cities=["25201"])
    assert [box["value"] for box in page.soup.select("input[checked]")] == ["25201"]
    assert "近江八幡市" in page.text
    assert page.soup.select_one("form, html") is None


def test_an_english_reader_chooses_and_reads_cities_in_romaji(visit: Visitors, app: Flask, ana: Member) -> None:
    edit(visit, ana, wanted_prefectures=["26"], wanted_cities=["26104", "26204"])
    speak_english(app, ana)
    page = visit.as_(ana).open("profiles.cities", wanted_prefectures=["26"])
    assert "Kyoto-shi Nakagyo-ku" in page.find_all("label")
    assert "京都" not in page.text
    assert "Kyoto (Kyoto-shi Nakagyo-ku, Uji-shi)" in visit.as_(ana).open("profiles.preview").find_all("dd")


def test_without_script_a_button_fills_in_the_address(visit: Visitors, app: Flask, ana: Member) -> None:
    page = visit.as_(ana).open("profiles.edit").submit("住所を入れる", postal_code="１５０-０００２", nickname="")
    assert page.status == 200
    assert [page.value(name) for name in ("prefecture", "city", "street")] == ["13", "渋谷区", "渋谷"]
    assert page.value("postal_code") == "１５０-０００２"
    assert saved(app, ana).city == ""


def test_a_street_that_was_typed_is_not_overwritten(visit: Visitors, ana: Member) -> None:
    page = visit.as_(ana).open("profiles.edit").submit("住所を入れる", postal_code="1500002", street="渋谷1-2-3")
    assert page.value("street") == "渋谷1-2-3"


@pytest.mark.parametrize(("code", "status"), [("123", 422), ("", 422), ("0000000", 404)])
def test_a_code_without_an_address_says_so_and_keeps_everything(
    visit: Visitors, ana: Member, code: str, status: int
) -> None:
    page = visit.as_(ana).open("profiles.edit").submit("住所を入れる", postal_code=code, city="渋谷区")
    assert page.status == status
    assert len(errors_of(page)) == 1
    assert page.value("city") == "渋谷区"


def test_a_postal_code_is_looked_up_for_members_only(visit: Visitors, ana: Member) -> None:
    answer = visit.as_(ana).open_path("/addresses/604-8301").response
    assert answer.json == {"prefecture": "26", "city": "京都市中京区", "town": "二条城町"}
    border = visit.as_(ana).open_path("/addresses/4980000").response.json
    assert border == {"prefecture": "", "city": "", "town": ""}
    assert visit.as_(ana).open_path("/addresses/0000000").status == 404
    assert visit.as_(ana).open_path("/addresses/12").status == 422
    assert visit.anonymous.client.get("/addresses/6048301").status_code == 302
