"""The holder of an account in the characters of banks: half-width kana, capitals, few signs, thirty bytes.

The rules are those of the layout in which banks exchange transfers (japan.md 7.6). What is changed beyond width,
such as small kana and long vowels, is shown to the member before it counts. Kanji is refused, never guessed.
static/js/holder.js does the same while one types; a journey compares the two.
"""

import re
import unicodedata

import jaconv

from marketplace.errors import Invalid
from marketplace.i18n import _

MOST_BYTES = 30
MOST_TYPED = 200

FORMS = {
    "株式会社": "ｶ",
    "有限会社": "ﾕ",
    "合名会社": "ﾒ",
    "合資会社": "ｼ",
    "合同会社": "ﾄﾞ",
    "カブシキガイシャ": "ｶ",
    "カブシキカイシャ": "ｶ",
    "ユウゲンガイシャ": "ﾕ",
    "ゴウメイガイシャ": "ﾒ",
    "ゴウシガイシャ": "ｼ",
    "ゴウドウガイシャ": "ﾄﾞ",
    "医療法人": "ｲ",
    "社会福祉法人": "ﾌｸ",
    "特定非営利活動法人": "ﾄｸﾋ",
    "NPO法人": "ﾄｸﾋ",
    "独立行政法人": "ﾄﾞｸ",
    "弁護士法人": "ﾍﾞﾝ",
    "税理士法人": "ｾﾞｲ",
    "行政書士法人": "ｷﾞﾖ",
    "(株)": "ｶ",
    "(有)": "ﾕ",
    "(名)": "ﾒ",
    "(資)": "ｼ",
    "(同)": "ﾄﾞ",
    "(医)": "ｲ",
}
"""Forms of corporations and what banks write for them: `ｶ)` at the head, `(ｶ` at the end, `(ｶ)` within."""
OFFICES = {"営業所": "ｴｲ", "出張所": "ｼﾕﾂ"}
"""What stands at the end of a name only."""

_HALF = dict(zip(jaconv.h2z("".join(map(chr, range(0xFF71, 0xFF9E)))), map(chr, range(0xFF71, 0xFF9E)), strict=True))
_LARGE = str.maketrans("ァィゥェォッャュョヮヵヶヲヰヱ", "アイウエオツヤユヨワカケオイエ")
_MARKS = {"\u3099": "ﾞ", "\u309a": "ﾟ"}
_DASHES = re.compile("[-\u2010-\u2015\u2212\u2500ー]")
_LOOSE = str.maketrans({"\u309b": "\u3099", "\u309c": "\u309a"})
_SPACES = re.compile("[\\s・･\u3000]+")
_ALLOWED = re.compile("[ｱ-ﾝﾞﾟ0-9A-Z ().-]*")
_LONE_MARK = re.compile("(?<![ｳｶ-ﾄﾊ-ﾎ])ﾞ|(?<![ﾊ-ﾎ])ﾟ")


def written(text: str) -> str:
    """Return what is sent to a bank for `text`; characters that banks do not take are left as they are."""
    plain = unicodedata.normalize("NFKC", text.translate(_LOOSE).replace("･", "・"))
    katakana = unicodedata.normalize("NFC", jaconv.hira2kata(plain))
    short = _abbreviated(_SPACES.sub(" ", katakana).strip())
    decomposed = _DASHES.sub("-", unicodedata.normalize("NFD", short).translate(_LARGE)).upper()
    return "".join(_MARKS.get(each) or _HALF.get(each, each) for each in decomposed)


def canonical(text: str) -> str:
    """Return the holder as it is sent; raises Invalid for what no bank takes, and beyond thirty bytes."""
    if len(text) > MOST_TYPED:
        raise Invalid(_("口座名義は%(most)s文字までで入力してください。", most=MOST_TYPED))
    found = written(text)
    strange = "".join(dict.fromkeys(each for each in found if not _ALLOWED.fullmatch(each)))
    if strange:
        raise Invalid(
            _(
                "口座名義は、通帳のカナのとおりに入力してください。「%(strange)s」は銀行に送れません。",
                strange=unicodedata.normalize("NFC", strange),
            )
        )
    if _LONE_MARK.search(found):
        raise Invalid(_("濁点と半濁点は、カナのすぐあとに1つだけ入力してください。"))
    if len(encoded(found)) > MOST_BYTES:
        raise Invalid(
            _(
                "銀行に送れるのは%(most)sバイトまでです。いまは%(count)sバイトです。"
                "長い名義は、先頭から「%(head)s」までを入力してください。",
                most=MOST_BYTES,
                count=len(encoded(found)),
                head=head(found),
            )
        )
    return found


def encoded(holder: str) -> bytes:
    """Return the bytes of a canonical holder: one for each character, as JIS X 0201 has them."""
    return holder.encode("cp932")


def head(holder: str, most: int = MOST_BYTES) -> str:
    """Return as much of a canonical holder as fits, never a kana without its mark."""
    cut = holder[:most]
    if holder[most : most + 1] in {"ﾞ", "ﾟ"}:
        cut = cut[:-1]
    return cut.rstrip()


def is_same_name(holder: str, kana: str) -> bool:
    """Tell whether a canonical holder is the name that reads `kana`, spaces and dots aside."""
    return _bare(holder) == _bare(written(kana)) != ""


def _bare(holder: str) -> str:
    return re.sub("[ .]", "", holder)


def _abbreviated(text: str) -> str:
    """Write a corporate form as banks do. Only the first that is found: a name has one."""
    for office, short in OFFICES.items():
        if text.endswith(office) and text != office:
            text = f"{text.removesuffix(office).rstrip()}({short}"
    for form, short in FORMS.items():
        before, found, after = text.partition(form)
        if found:
            before, after = before.rstrip(), after.lstrip()
            opening, closing = "(" if before else "", ")" if after or not before else ""
            return f"{before}{opening}{short}{closing}{after}"
    return text
