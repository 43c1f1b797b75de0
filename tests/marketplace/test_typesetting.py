"""Documents come out tagged and always the same; what members wrote can neither break them nor become markup."""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fontTools.ttLib import TTFont
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace import typesetting
from marketplace.errors import Invalid
from marketplace.typesetting import MOST_CHARACTERS, Row, Section, typeset
from tests.marketplace.typeset_papers import RIGHT_EDGE, Paper

AT = datetime(2026, 11, 28, 5, 30, tzinfo=UTC)
SHEET = """
#import "/typesetting.typ": data, paper, section
#show: paper
= #data.title
#data.text
#for part in data.sections { section(part) }
"""
MANY = 400


@pytest.fixture(scope="module", autouse=True)
def sheet(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A template with a paragraph and whatever sections are given."""
    folder = tmp_path_factory.mktemp("templates")
    shutil.copy(typesetting.ROOT / "typesetting.typ", folder)
    (folder / "sheet.typ").write_text(SHEET, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(typesetting, "ROOT", folder)
        yield


def paper(text: str, sections: Iterable[Section] = ()) -> bytes:
    return typeset("sheet.typ", {"title": "確認書", "foot": "番号 1", "text": text, "sections": [*sections]}, AT)


def table_of(*cells: str) -> Section:
    return Section("表", head=("甲", "乙", "丙", "丁"), body=(cells,), widths=(1, 1, 1, 1))


def test_it_is_tagged_and_says_its_title_and_language() -> None:
    made = Paper(paper("本文", [table_of("1", "2", "3", "4")]))
    assert made.is_tagged()
    assert made.document.get_metadata_value("Title") == "確認書"
    assert made.document.get_metadata_value("CreationDate").startswith("D:20261128053000")
    tags = made.tags()
    assert [tag for tag in tags if tag in {"H1", "H2", "Table", "THead", "TH", "TD"}] == [
        *("H1", "H2", "Table", "THead"),
        *["TH"] * 4,
        *["TD"] * 4,
    ]


def test_the_same_data_are_the_same_bytes_in_every_thread_and_process() -> None:
    first = paper("同じ内容")
    paper("別の内容")
    with ThreadPoolExecutor(4) as threads:
        assert {*threads.map(paper, ["同じ内容"] * 20)} == {first}
    code = (
        "import hashlib, sys; from datetime import UTC, datetime; from pathlib import Path\n"
        "from marketplace import typesetting; typesetting.ROOT = Path(sys.argv[1])\n"
        "assert 'typst' not in sys.modules\n"
        "data = {'title': '確認書', 'foot': '番号 1', 'text': '同じ内容', 'sections': []}\n"
        "made = typesetting.typeset('sheet.typ', data, datetime(2026, 11, 28, 5, 30, tzinfo=UTC))\n"
        "print(hashlib.sha256(made).hexdigest())"
    )
    said = subprocess.run(
        [sys.executable, "-c", code, str(typesetting.ROOT)],
        capture_output=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert said.stdout.decode().strip() == hashlib.sha256(first).hexdigest()
    assert paper("別の内容") != first


@pytest.mark.parametrize(
    "markup",
    [
        '#import "@preview/cetz:0.3.0"',
        '#eval("1 + 1")',
        '#read("/typesetting.typ")',
        "*強調* _斜体_ `code` $x^2$ = 見出し",
        "<label> @label // comment /* comment */ \\ \\u{41}",
        "#set page(width: 1pt)",
        "</script><script>alert(1)</script>",
        "{{ 7 * 7 }} %(name)s ${x}",
        "] } ) \" '",
        "--- -- ... ~",
    ],
)
def test_markup_is_text(markup: str) -> None:
    assert markup.replace(" ", "") in Paper(paper(markup)).text().replace(" ", "")


@pytest.mark.parametrize("name", ["𠮷野家", "葛󠄀飾区", "辻󠄀", "髙﨑", "Zoë Müller", "①②㈱", "がぎぐ", "ｶﾞｷﾞ"])
def test_letters_of_names_survive(name: str) -> None:
    made = Paper(paper(f"{name}さま", [table_of(name, name, name, name)]))
    assert made.text().count(name) == 5
    assert "U+" not in made.text()


def test_letters_without_a_form_become_their_numbers_and_the_end_says_what_these_are() -> None:
    made = Paper(paper("한 😀 שלום"))
    assert "〔U+D55C〕 〔U+1F600〕 〔U+05E9〕〔U+05DC〕〔U+05D5〕〔U+05DD〕" in made.text()
    assert "この書面の書体にない文字" in made.text()
    assert "この書面の書体にない文字" not in Paper(paper("ふつうの文")).text()


def test_what_cannot_be_seen_is_left_out() -> None:
    hidden = "a\u202eb\u200bc\x00d\x1be\ufefff\u2066g\u00adh"
    assert "abcdefgh" in Paper(paper(hidden)).lines()


def test_line_ends_stay_and_other_spaces_are_spaces() -> None:
    assert Paper(paper("一行目\r\n二行目\u2028三行目\t列\u00a0終")).lines()[1:4] == ["一行目", "二行目", "三行目 列 終"]


def test_lone_halves_of_letters_break_nothing() -> None:
    assert "〔U+D83D〕" in Paper(paper("\ud83d")).text()


NEVER_FIRST = "。、，．」』）〕】!?！？ー々っッゃャゅュょョァィゥェォ…"
NEVER_LAST = "「『（〔【"


def test_no_line_begins_or_ends_with_what_may_not() -> None:
    sentence = (
        "「結び」は、フリーランス(個人)の取引を、しっかりと支えるサービスです。ローマ字・カタカナ『キャッチ』もっと……。"
    )
    lines = Paper(paper("".join("あ" * number + sentence for number in range(40)))).lines()
    assert len(lines) > 40
    assert not [line for line in lines if line and line[0] in NEVER_FIRST]
    assert not [line for line in lines if line and line[-1] in NEVER_LAST]


@pytest.mark.parametrize(
    "run",
    [
        *("a" * MANY, "ー" * MANY, "。" * MANY, "「" * MANY, "…" * MANY, "っ" * MANY, "1," * MANY, "a\u00a0" * MANY),
        *("1％" * MANY, "円1" * MANY, "ｱ" * MANY, "https://example.com/" + "a" * MANY, "か\u3099" * MANY, "😀" * MANY),
        *("葛󠄀" * MANY, "é\u0301" * MANY, "ー。" * MANY, "$1" * MANY, "\u2007" * MANY, "(" * MANY, "－" * MANY),
    ],
)
def test_no_run_of_letters_leaves_the_paper(run: str) -> None:
    made = Paper(paper(run, [Section(run, (Row(run, run, run),))]))
    assert made.right_end() <= RIGHT_EDGE


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.text(st.characters(), max_size=300) | st.text("ー。「a1％￥‼ｱっ-/…(", max_size=300), min_size=4, max_size=4
    )
)
def test_no_text_breaks_a_document_or_leaves_the_paper(cells: list[str]) -> None:
    made = Paper(paper("".join(cells), [table_of(*cells)]))
    assert made.right_end() <= RIGHT_EDGE


def test_too_much_is_refused_and_much_goes_over_pages() -> None:
    much = "とても長い文章を、何度もくりかえす。" * 2_900
    assert MOST_CHARACTERS / 2 < len(much) < MOST_CHARACTERS
    assert len(Paper(paper(much)).document) > 12
    with pytest.raises(Invalid, match="文字までです"):
        paper("", [table_of(much, much, "", "")])
    with pytest.raises(Invalid, match="文字までです"):
        paper("😀" * (MOST_CHARACTERS // 8))


def test_the_bold_letters_are_the_same_as_the_others() -> None:
    paths = sorted(typesetting.FONTS.glob("*.ttf"))
    assert len(paths) == 2
    for path in paths:
        with TTFont(path, lazy=True) as font:
            assert set(font.getBestCmap()) == typesetting._letters()
