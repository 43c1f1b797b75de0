"""記号・番号 of a passbook of Japan Post Bank, turned into what other banks need: branch and number (K-05)."""

import unicodedata

from marketplace.errors import Invalid
from marketplace.i18n import _

CONVERTER = "https://www.jp-bank.japanpost.jp/kojin/sokin/furikomi/kouza/kj_sk_fm_kz_1.html"
"""Japan Post Bank's own page for the same, which knows transfer accounts (記号 with a 0 in front) too."""


class WrongSymbol(Invalid):
    """What is wrong is the 記号."""


def digits_of(typed: str) -> str:
    """Return typed digits of any width, without the spaces and hyphens between them."""
    line = unicodedata.normalize("NFKC", typed[:40])
    return "".join(each for each in line if not each.isspace() and each not in "-‐–—−ー")


def converted(symbol: str, number: str) -> tuple[str, str]:
    """Return branch code and seven digits. Raises WrongSymbol or Invalid, each with what to do.

    `10530` and `12345671` are 058 and 1234567: the second and third digit of the 記号 and an 8; the 番号 without its
    last digit, which is always 1.
    """
    symbol, number = digits_of(symbol), digits_of(number)
    if len(symbol) != 5 or not _are_digits(symbol):
        raise WrongSymbol(_("記号は、通帳のとおりに5けたの数字で入力してください。例)10530"))
    if not symbol.startswith("1"):
        raise WrongSymbol(
            _(
                "1で始まる記号だけを変換できます。0で始まる振替口座は、ゆうちょ銀行のページで店番と口座番号を調べてください。"
            )
        )
    if not 2 <= len(number) <= 8 or not _are_digits(number):
        raise Invalid(_("番号は、通帳のとおりに8けたまでの数字で入力してください。例)12345671"))
    if not number.endswith("1"):
        raise Invalid(_("記号が1で始まる口座の番号は、1で終わります。通帳を確かめてください。"))
    return f"{symbol[1:3]}8", number[:-1].zfill(7)


def _are_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
