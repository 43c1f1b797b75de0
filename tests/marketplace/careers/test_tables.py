"""Protected professions, sensitive subjects, and known skills: tables that people rely on."""

import tomllib

import pytest

from marketplace.careers import sensitive
from marketplace.careers.folding import folded, tidy
from marketplace.careers.models import SKILL_NAME_LENGTH
from marketplace.careers.professions import is_protected
from marketplace.careers.service.skills import KNOWN


@pytest.mark.parametrize(
    "name",
    ["弁護士", "税理士", "公認会計士", "司法書士", "行政書士", "社会保険労務士", "弁理士", "医師", "看護師", "歯科医師",
     "一級建築士", "元 弁護士", "弁護士(東京弁護士会)", "弁　護　士", "医師免許", "認定看護師",
     "管理栄養士", "全国通訳案内士(英語)", "1級FP技能士", "調理師免許", "キャリアコンサルタント"],
)  # fmt: skip
def test_the_title_of_a_protected_profession_is_known_alone_and_among_other_words(name: str) -> None:
    assert is_protected(name)


@pytest.mark.parametrize(
    "name",
    [
        "日商簿記検定",
        "宅地建物取引士",
        "医師事務作業補助者",
        "公認会計士試験合格",
        "税理士試験 簿記論",
        "TOEIC",
        "防災士",
        "情報処理安全確保支援士試験",
        "技能検定 造園(造園工事作業)",
    ],
)
def test_other_qualifications_are_not_taken_for_one(name: str) -> None:
    assert not is_protected(name)


def test_a_short_name_claims_the_title_too() -> None:
    assert is_protected("労務の国家資格", "社労士")


@pytest.mark.parametrize("text", ["うつ病との付き合い", "日曜は教会の聖歌隊", "ＬＧＢＴの集まり", "労働 組合の活動"])
def test_sensitive_subjects_are_noticed(text: str) -> None:
    assert sensitive.words_in("趣味", text)


@pytest.mark.parametrize("text", ["現在日本酒に凝っています", "がんばっています", "民族音楽", "神社めぐり", "登山"])
def test_harmless_words_are_left_alone(text: str) -> None:
    assert sensitive.words_in(text) == []


def test_each_known_spelling_means_one_skill_and_fits_its_column() -> None:
    meanings: dict[str, str] = {}
    for known in tomllib.loads(KNOWN.read_text(encoding="utf-8"))["skill"]:
        assert tidy(known["name"]) == known["name"]
        for spelling in (known["name"], *known["aliases"]):
            assert 0 < len(folded(spelling)) <= SKILL_NAME_LENGTH
            assert meanings.setdefault(folded(spelling), known["name"]) == known["name"]
