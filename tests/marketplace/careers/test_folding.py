"""Names of skills, brought to one form."""

import pytest

from marketplace.careers.folding import folded, tidy


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Excel", "ＥＸＣＥＬ"),
        ("Excel", " e x c e l "),
        ("エクセル", "ｴｸｾﾙ"),
        ("Adobe Illustrator", "adobe　illustrator"),
        ("Straße", "STRASSE"),
        ("㌔", "キロ"),
        ("エクセル", "えくせる"),
        ("Excelマクロ", "excelまくろ"),
        ("ヴ・ヽヾ", "う゛・ゝゞ"),
        ("Node.js", "nodejs"),
        ("Node.js", "node-js"),
        ("Jw_cad", "JWCAD"),
        ("e-ラーニング", "eラーニング"),
        ("Vue.js 3.4", "vuejs3.4"),
        ("ASP.NET", "asp .net"),
    ],
)
def test_spellings_of_one_name_have_one_key(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("C++", "C#"),
        ("C", "C++"),
        ("Java", "JavaScript"),
        ("サーバ", "サーバー"),
        (".NET", "NET"),
        ("Java 1.8", "Java 18"),
        ("コーヒー", "コヒ"),
    ],
)
def test_different_names_have_different_keys(one: str, other: str) -> None:
    assert folded(one) != folded(other)


@pytest.mark.parametrize(
    "name", ["ＥＸＣＥＬ", "ﬃ", "ẞ", "İ", "㌔グラム", "ﾊﾞﾋﾞﾌﾞ", "a b", "か ゙", "わ゙", "A.-_b", "1.2.x-3"]
)
def test_folding_twice_is_folding_once(name: str) -> None:
    assert folded(folded(name)) == folded(name)


def test_a_name_is_shown_in_usual_width_with_single_spaces() -> None:
    assert tidy("　ｴｸｾﾙ   ＶＢＡ ") == "エクセル VBA"
