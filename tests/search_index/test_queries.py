"""What a visitor types and who is found: exactly those in the second column, and so never those in the third."""

from collections.abc import Callable

import pytest

from search_index.engines import Results
from search_index.engines.whoosh import Engine
from tests.search_index.conftest import names
from tests.search_index.corpus import WORKERS

CASES = [
    # typed, found, a near miss and not found
    # A word in the middle of others
    ("翻訳", "ritsu kanae misaki", "emily"),
    ("翻訳者", "ritsu", "kanae misaki"),
    ("技術翻訳", "ritsu", "kanae"),
    ("技術翻訳者", "ritsu", "kanae"),
    ("流量計", "ritsu kenta", "kanae"),
    ("検査", "ritsu", "kanae"),
    ("ウェブデザイン", "minami", "ren"),
    ("整理収納アドバイザー", "yui", "ichiro"),
    ("イラスト", "kana", "minami emily"),
    # and never a piece of a word
    ("京都", "seiichi", "yui"),
    ("東京", "yui", "seiichi"),
    ("東京都", "yui", "seiichi"),
    ("都", "", "seiichi yui"),
    ("引き取り", "", "ichiro"),
    # Several words mean all of them
    ("翻訳 取扱説明書", "ritsu", "kanae"),
    ("翻訳\u3000流量計", "ritsu", "kenta"),
    ("編集 動画", "rio", "fumi"),
    ("技 術", "", "ritsu"),
    ("写真を撮影", "ryu", "yui"),
    ("会議を一枚に", "fumi", "rio"),
    # Phrases
    ('"技術翻訳"', "ritsu", "kanae"),
    ("「技術翻訳」", "ritsu", "kanae"),
    ("『技術翻訳』", "ritsu", "kanae"),
    ("“技術翻訳”", "ritsu", "kanae"),
    ("＂技術翻訳＂", "ritsu", "kanae"),
    ("「翻訳技術」", "", "ritsu"),
    ("「写真撮影」", "ryu", "yui"),
    ("「撮影写真」", "", "ryu"),
    ("「翻訳とレビュー」", "kanae", "ritsu"),
    ("「翻訳やレビュー」", "", "kanae"),
    ("「翻訳 依頼」", "", "kanae"),
    ("「技術翻訳", "ritsu", "kanae"),
    ('翻訳"流量計"', "ritsu", "kenta"),
    # Exclusions
    ("翻訳 -技術", "kanae misaki", "ritsu"),
    ("翻訳 －医療", "ritsu misaki", "kanae"),
    ("翻訳 -「英日翻訳」", "misaki", "ritsu kanae"),
    ('翻訳 -"取扱説明書" --医療', "misaki", "ritsu kanae"),
    ("開発 -C++", "ren mari", "kenta"),
    ("医療-機器", "kanae", "ritsu"),
    ("翻訳-", "ritsu kanae misaki", "emily"),
    # One word, written in several ways
    ("引越し", "seiichi yui", "ichiro"),
    ("引っ越し", "seiichi yui", "ichiro"),
    ("引越", "seiichi yui", "ichiro"),
    ("サーバ", "ren kenta", "minami"),
    ("サーバー", "ren kenta", "minami"),
    ("ｻｰﾊﾞｰ", "ren kenta", "minami"),
    ("見積もり", "ritsu yui", "ichiro"),
    ("見積り", "ritsu yui", "ichiro"),
    ("問い合わせ", "minami", "sakura"),
    ("打合せ", "sakura", "minami"),
    ("〆切", "ryu", "yui"),
    ("締め切り", "ryu", "yui"),
    ("子供", "seiichi kana", "yui"),
    ("こども", "seiichi kana", "yui"),
    ("組込み", "kenta", "noboru"),
    ("カット", "rio", "ryu"),
    ("プレゼント", "misaki", "kana"),
    # Politeness is no word of its own, save in quotes
    ("お引っ越し", "seiichi yui", "ichiro"),
    ("ご見積もり", "ritsu yui", "ichiro"),
    ("「お引っ越し」", "", "seiichi yui"),
    # Width, case and script
    ("Web", "ren minami", "kenta"),
    ("ＷＥＢ", "ren minami", "kenta"),
    ("ウェブ", "ren minami", "kenta"),
    ("Webデザイナー", "minami", "ren"),
    ("linux", "kenta", "ren"),
    ("ＬＩＮＵＸ", "kenta", "ren"),
    ("リナックス", "kenta", "ren"),
    ("Excel", "ichiro", "kenta"),
    ("ＥＸＣＥＬ", "ichiro", "kenta"),
    ("エクセル", "ichiro", "kenta"),
    ("ワイファイ", "sakura", "ren"),
    ("か\u3099け", "", "kana"),
    # Names that hold symbols
    ("C++", "kenta", "sakura ken"),
    ("Ｃ＋＋", "kenta", "sakura ken"),
    ("C#", "sakura", "kenta ken"),
    ("c＃", "sakura", "kenta ken"),
    ("C", "ken kenta", "sakura"),
    ("C言語", "ken", "kenta sakura"),
    ("cpp", "kenta", "ken"),
    ("Node.js", "ren", "minami"),
    ("nodejs", "ren", "minami"),
    ("node", "ren", "minami"),
    ("ASP.NET", "mari", "ren"),
    (".NET", "mari", "ren"),
    ("M&A", "mari", "emily"),
    ("Wi-Fi", "sakura", "ren"),
    ("wifi", "sakura", "ren"),
    ("e-mail", "emily", "minami"),
    ("email", "emily", "minami"),
    ("Python", "kenta", "ren"),
    ("Python3", "kenta", "ren"),
    # Skills under their other names
    ("CATツール", "ritsu", "kanae"),
    ("Trados", "ritsu", "kanae"),
    ("イラレ", "minami", "emily"),
    ("Illustrator", "minami emily", "kana"),
    # Qualifications under both names, with the grade
    ("宅建", "ichiro", "yui"),
    ("宅地建物取引士", "ichiro", "yui"),
    ("簿記2級", "ichiro", "yui"),
    ("簿記２級", "ichiro", "yui"),
    ("簿記1級", "", "ichiro yui"),
    # Careers and public hobbies
    ("ファームウェア", "kenta", "ren"),
    ("登山 テント", "minami", "noboru"),
    # Words that the dictionary does not know
    ("グラレコ", "fumi", "kana"),
    ("ｸﾞﾗﾚｺ", "fumi", "kana"),
    ("グラレコ講座", "fumi", "ken"),
    ("グラレ", "fumi", "kana"),
    ("トサム", "", "rio"),
    # Names of people: whole, of two characters, in kana, in old and new kanji
    ("高瀬律", "ritsu", "kenta"),
    ("莉央", "rio", "ryu"),
    ("かな", "kana", "kanae"),
    ("カナ", "kana", "kanae"),
    ("かなえ", "kanae", "kana"),
    ("みさき", "misaki", "minami"),
    ("ミサキ", "misaki", "minami"),
    ("たかせ", "ritsu", "kenta"),
    ("タカハシ", "kenta", "ritsu"),
    ("わたなべ", "sakura ken", "kenta"),
    ("さいとう", "ren", "ichiro"),
    ("ささき", "ichiro", "misaki"),
    ("高橋", "kenta", "ritsu"),
    ("髙橋健太", "kenta", "ken"),
    ("渡辺", "sakura ken", "kenta"),
    ("渡邊", "sakura ken", "kenta"),
    ("渡邉さくら", "sakura", "ken"),
    ("斎藤", "ren", "ichiro"),
    ("斉藤", "", "ren"),
    ("浜田", "ryu", "yui"),
    ("濱田竜一郎", "ryu", "ichiro"),
    ("広瀬", "mari", "ritsu"),
    ("吉野", "noboru", "minami"),
    ("葛城", "noboru", "seiichi"),
    ("takase-ritsu", "ritsu", "emily"),
    ("takase", "ritsu", "emily"),
    # A kanji is not searched by its sound, a kana word is
    ("校正", "kanae ken", "ren"),
    ("構成", "ren ken", "kanae"),
    ("こうせい", "ren ken kanae", "ritsu"),
    ("ほんやく", "ritsu kanae misaki", "emily"),
    ("ﾎﾝﾔｸ", "ritsu kanae misaki", "emily"),
]

ALL = " ".join(WORKERS)
EVERYTHING = [
    "",
    " ",
    "\u3000",
    "★",
    "+",
    "-",
    "－ -",
    "!!",
    "？？？",
    "。、",
    '""',
    "「」",
    '"',
    "「",
    "-「」",
    "\x00\x07",
    "🌸",
]


def test_there_are_at_least_sixty_cases() -> None:
    assert len(CASES) >= 60
    assert len({typed for typed, _found, _missed in CASES}) == len(CASES)


@pytest.mark.parametrize(("typed", "found", "missed"), CASES, ids=[case[0] for case in CASES])
def test_a_query_finds_these_and_no_others(
    town: Engine, ask: Callable[..., Results], typed: str, found: str, missed: str
) -> None:
    hits = names(ask(town, typed))
    assert set(hits) == set(found.split())
    assert set(missed.split()) <= WORKERS.keys() - set(hits)


@pytest.mark.parametrize("typed", EVERYTHING)
def test_a_query_without_words_finds_everyone(town: Engine, ask: Callable[..., Results], typed: str) -> None:
    assert set(names(ask(town, typed))) == WORKERS.keys()


def test_exclusions_alone_find_the_rest(town: Engine, ask: Callable[..., Results]) -> None:
    excluded = {"ritsu", "kanae", "misaki", "kenta", "ren", "mari"}
    assert set(names(ask(town, "-翻訳 －開発"))) == WORKERS.keys() - excluded


@pytest.mark.parametrize(
    ("typed", "first"),
    [("引越し", "yui"), ("渡辺", "ken"), ("C", "ken"), ("翻訳", "ritsu"), ("illustrator", "minami")],
)
def test_a_name_a_headline_and_a_skill_weigh_more_than_running_text(
    town: Engine, ask: Callable[..., Results], typed: str, first: str
) -> None:
    assert names(ask(town, typed))[0] == first
