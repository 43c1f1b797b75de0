"""A notice of terms says all that the law wants and both rely on, on paper that programs can read aloud."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask

from marketplace.contracts.notice import Notice
from marketplace.contracts.printing import render, sections_of
from marketplace.i18n import speaking
from tests.marketplace.contracts.notices import HOSTILE, ORDINARY, WHOLE
from tests.marketplace.typeset_papers import RIGHT_EDGE, Paper

ITEMS = {
    "1, who commissions": "株式会社青葉計測「青葉計測」として手続きをした会員 / はな @hana-yamada",
    "1, who works": "𠮷瀬 律会員 / りつ @ritsu-takase",
    "2": "業務を委託した日2026年11月28日(土)",
    "3": "流量計 FX-200 の取扱説明書(英文、約12,000語)を日本語に訳します。訳文は、用語集を添えて納めます。",
    "3, rights": "クライアントへ移る(著作権法27条・28条の権利を含む)著作者人格権は行使しません。",
    "4": "受領の期日2026年12月15日(火)",
    "5": "受領・提供の場所オンライン",
    "6": "受け取った日の翌日から数えて7日以内期日に受け取った場合は2026年12月22日(火)です。",
    "7": "報酬の額120,000円(税別)",
    "7, in parts": "消費税(10%)源泉徴収する所得税支払う額120,000円12,000円12,252円119,748円",
    "8": "月末締め、翌月25日払い",
    "8, a day": "期日に受け取った場合は2027年1月25日(月)です。",
    "8, the last": "60日目の2027年2月12日(金)です。",
    "9": "銀行振込振込などの手数料は支払う側が負担し",
    "revisions": "2回までです。",
    "ending early": "それまでに受け取った分の報酬を支払います。",
    "confidentiality": "秘密保持の合意(2026年11月28日に全員が署名)",
    "agreements": "委託者の同意2026年11月28日(土) 11:05(日本時間)受託者の同意2026年11月28日(土) 14:29(日本時間)",
    "the law": "特定受託事業者に係る取引の適正化等に関する法律(フリーランス法)第3条",
    "issued": "交付2026年11月28日(土) 14:30(日本時間)",
}
MORE_ITEMS = {
    "10": "元委託者の名称東日本流量機器株式会社元委託業務の支払期日2027年1月31日(日)",
    "10, the last day": "元委託業務の支払期日を1日目として30日目の2027年3月1日(月)です。",
    "11": "図版の数新しい機種の図版ができていないため2026年12月5日(土)",
    "4, a period": "2026年11月30日(月)から2026年12月15日(火)まで",
    "5, a place": "オンライン京都市中京区の事務所(月に1回)",
    "9, another way": "支払方法銀行振込(みずほ銀行)",
    "a team": "チーム「訳房むすび」の代表 / りつ @ritsu-takase",
    "shares": "葛󠄀城 みのり @minori用語集40%48,000円",
    "milestones": "第100章の訳文2026年12月15日(火)1,200円",
    "why": "この版にした理由図版が増え、期日を延ばしたため。",
}


@pytest.fixture(autouse=True)
def texts(app: Flask) -> Iterator[None]:
    """Catalogues are found through the application."""
    with app.app_context():
        yield


@pytest.mark.parametrize("item", ITEMS)
def test_every_item_of_the_law_stands_on_one_page(item: str) -> None:
    made = Paper(render(ORDINARY, "ja"))
    assert len(made.document) == 1
    assert ITEMS[item].replace(" ", "") in made.letters()


@pytest.mark.parametrize("item", MORE_ITEMS)
def test_what_not_every_contract_has_is_told_too(item: str) -> None:
    assert MORE_ITEMS[item].replace(" ", "") in Paper(render(WHOLE, "ja")).letters()


def test_a_table_over_pages_has_its_head_on_each_and_pages_have_numbers() -> None:
    made = Paper(render(WHOLE, "ja"))
    pages = [page.get_textpage().get_text_range() for page in made.document]
    with_parts = [page for page in pages if "章の訳文" in page]
    assert len(with_parts) > 1
    assert all("内容" in page and "金額" in page for page in with_parts)
    for number, page in enumerate(pages, 1):
        assert "取引条件通知書 / MU-000123-3 / 第3版" in page
        assert f"{number} / {len(pages)}" in page


def test_it_can_be_read_aloud() -> None:
    made = Paper(render(WHOLE, "ja"))
    assert made.is_tagged()
    assert made.document.get_metadata_value("Title") == "取引条件通知書"
    first = made.tags()
    assert [first.count(kind) for kind in ("H1", "H3")] == [1, 13]
    assert made.tags(1).count("TH") == 3


def test_it_is_the_same_bytes_each_time_and_others_when_anything_changes() -> None:
    first = render(ORDINARY, "ja")
    assert render(ORDINARY, "ja") == first
    assert render(replace(ORDINARY, amount_yen=120_001), "ja") != first
    assert render(ORDINARY, "en") != first


def test_what_json_keeps_of_it_makes_the_same_paper() -> None:
    for notice in (ORDINARY, WHOLE):
        kept = Notice.read(json.loads(json.dumps(notice.content())))
        assert kept == notice
        assert render(kept, "ja") == render(notice, "ja")


def test_what_was_kept_before_a_field_was_thought_of_is_read_with_its_default() -> None:
    content = {**ORDINARY.content(), "gone": "a field of former times"}
    for name in ("confidentiality", "shares", "is_to_member"):
        del content[name]
    assert Notice.read(content) == replace(ORDINARY, confidentiality="")


def test_english_has_english_labels_around_what_was_written() -> None:
    made = Paper(render(WHOLE, "en"))
    text = made.text()
    assert made.document.get_metadata_value("Title") == "Notice of terms"
    for words in (
        "Sat, Nov 28, 2026 14:30 (Japan time)",
        "株式会社青葉計測",
        "第20章を訳し",
        "120,000 yen (without tax)",
        "30th day",
    ):
        assert words in text
    assert "委託者" not in text


def test_a_draft_says_that_it_is_one() -> None:
    draft = replace(ORDINARY, entrusted_on=None, client_agreed_at=None, worker_agreed_at=None)
    text = Paper(render(draft, "ja")).text()
    assert "条件の案です。まだ同意されていません。" in text
    assert "双方が同意した日" in text
    assert "同意の記録" not in text


def test_work_by_the_hour_is_told_with_its_formula_and_without_sums() -> None:
    hourly = replace(
        ORDINARY,
        reward_kind="hourly",
        amount_yen=5_500,
        formula="作業した時間を15分ごとに数えます。",
        **dict.fromkeys(("fee_yen", "tax_yen", "withheld_yen", "net_yen")),
    )
    text = Paper(render(hourly, "ja")).text()
    assert "1時間あたり5,500円(税別)作業した時間を15分ごとに数えます。" in text
    assert "支払いのたびにその額から計算し" in text
    assert "支払う額" not in text
    assert "1時間あたり5,500円(税別)の40%" in Paper(render(replace(hourly, percent=40), "ja")).text()
    assert "1件あたり5,500円(税別)" in Paper(render(replace(hourly, reward_kind="piece"), "ja")).text()


def test_a_consumer_is_not_told_of_a_law_for_businesses() -> None:
    assert "フリーランス法" in Paper(render(ORDINARY, "ja")).text()
    assert "フリーランス法" not in Paper(render(replace(ORDINARY, client_is_business=False), "ja")).text()


def test_a_fixed_day_is_told_once() -> None:
    day = date(2027, 1, 20)
    fixed = replace(ORDINARY, pay_rule="on_a_day", pay_on=day, paid_on=day, pay_closing_day=None, pay_months=None)
    text = Paper(render(replace(fixed, pay_day=None), "ja")).text()
    assert "2027年1月20日(水)払い" in text
    assert "期日に受け取った場合は2027" not in text


def test_nothing_is_inspected_and_nothing_revised_where_that_was_agreed() -> None:
    text = Paper(render(replace(ORDINARY, inspected_by=None, inspection_days=0, revision_limit=0), "ja")).text()
    assert "検査はしません。" in text
    assert "修正の依頼はしません。" in text


def test_withholding_is_explained() -> None:
    def note(**changes: object) -> str:
        sections = sections_of(replace(ORDINARY, **changes))
        return next(row.note for section in sections for row in section.rows if row.label == "源泉徴収")

    with speaking("ja"):
        assert "差し引き" in note()
        assert "この支払いからは差し引きません" in note(withheld_yen=0, net_yen=132_000)
        assert note(withholding="not_subject", withheld_yen=0) == ""


@pytest.mark.parametrize("language", ["ja", "en"])
def test_bad_faith_breaks_no_paper(language: str) -> None:
    made = Paper(render(HOSTILE, language))
    assert made.right_end() <= RIGHT_EDGE
    assert '#import "@preview/x:1.0.0"' in made.text()
    assert "〔U+1F600〕" in made.text()
