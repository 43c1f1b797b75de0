"""Banks and their branches, as their association publishes them: found by name, kana or code, never typed freely."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from marketplace.errors import Invalid
from marketplace.i18n import _
from marketplace.kana import to_katakana

JAPAN_POST = "9900"
MOST_FOUND = 30
LONGEST_TYPED = 60

_LARGE = str.maketrans("ァィゥェォッャュョヮヵヶヰヱ", "アイウエオツヤユヨワカケイエ")
_SHORTER = (
    *(("信用金庫", "信金"), ("信用組合", "信組"), ("労働金庫", "労金")),
    *(("農業協同組合", "農協"), ("漁業協同組合", "漁協")),
)
"""What people write, and what the list has."""
_JA_BANK = re.compile("^(?:ja|ジェイエイ|ジェーエー)(?:バンク|bank)?", re.IGNORECASE)
"""What the signs of the agricultural cooperatives say; 「JAバンク」 alone means any of them."""
_NOISE = re.compile("[\\s・･.,、。()「」'’ー\u2010-\u2015\u2212-]+")
KANA_ENDINGS = (("シンヨウキンコ", "シンキン"), ("シンヨウクミアイ", "シンクミ"), ("ギンコウ", ""))
"""What people say at the end of the name of a bank, and what the list has."""
_CODE = re.compile("[(（]?([0-9]{3,4})[)）]?$")


@dataclass(frozen=True, slots=True)
class _Named:
    """Something of the list: its digits, its name and its kana."""

    code: str
    name: str
    kana: str

    @property
    def label(self) -> str:
        """How it is offered and typed back."""
        return f"{self.name}({self.code})"


class Branch(_Named):
    """A branch of a bank, of three digits."""

    __slots__ = ()


class Bank(_Named):
    """A bank, of four digits."""

    __slots__ = ()


Place = Bank | Branch


def find_bank(code: str) -> Bank | None:
    """Return the bank of a code, or None."""
    return _banks().get(code)


def find_branch(bank: Bank, code: str) -> Branch | None:
    """Return the branch of a bank, or None."""
    return _branches(bank.code).get(code)


def place_of(bank_code: str, branch_code: str) -> tuple[Bank, Branch]:
    """Return bank and branch; raises Invalid when there are none such (they merge and close)."""
    bank = find_bank(bank_code)
    branch = find_branch(bank, branch_code) if bank else None
    if bank is None or branch is None:
        raise Invalid(_("金融機関と支店を、もう一度選んでください。"))
    return bank, branch


def banks_like(typed: str) -> list[Bank]:
    """Return the banks that fit what was typed, the best first."""
    return _like(typed, _banks().values(), "銀行")


def branches_like(bank: Bank, typed: str) -> list[Branch]:
    """Return the branches of a bank that fit what was typed, the best first."""
    return _like(typed, _branches(bank.code).values(), "支店")


def branches_of(bank: Bank) -> list[Branch]:
    """Return all branches of a bank by their codes."""
    return list(_branches(bank.code).values())


def count_of_branches(bank: Bank) -> int:
    """Return how many branches a bank has."""
    return len(_branches(bank.code))


def _like(typed: str, places: Iterable[Any], suffix: str) -> list[Any]:
    line = unicodedata.normalize("NFKC", typed[:LONGEST_TYPED]).strip()
    if not line:
        return []
    code = _CODE.search(line)
    exact = [place for place in places if code and place.code == code.group(1)]
    if exact:
        return exact
    kana = to_katakana(line)
    for ending, short in KANA_ENDINGS if suffix == "銀行" else ():
        if kana.endswith(ending) and kana != ending:
            line = kana.removesuffix(ending) + short
            break
    if suffix == "銀行":
        line = _JA_BANK.sub("", line).strip() or ("農協" if _JA_BANK.match(line) else line)
    word = _folded(line.removesuffix(suffix) or line)
    if not word:
        return []
    ranked = [
        (rank, len(place.name), place.code, place) for place in places if (rank := _rank(word, place)) is not None
    ]
    return [place for *_order, place in sorted(ranked, key=lambda each: each[:3])][:MOST_FOUND]


def _rank(word: str, place: Place) -> int | None:
    """How well a place fits: its whole name, its beginning, somewhere within; None for not at all."""
    names = (_folded(place.name), _folded(place.kana))
    if word in names:
        return 0
    if any(name.startswith(word) for name in names) or place.code.startswith(word):
        return 1
    return 2 if any(word in name for name in names) else None


@lru_cache(maxsize=65536)
def _folded(text: str) -> str:
    for long, short in _SHORTER:
        text = text.replace(long, short)
    return _NOISE.sub("", to_katakana(text).translate(_LARGE)).casefold()


def _shown(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _loaded() -> Any:
    # 32 MB and a quarter of a second: only those who choose a bank pay for it.
    from zengin_code import Bank as Known

    return Known.all


@lru_cache(maxsize=1)
def _banks() -> dict[str, Bank]:
    return {code: Bank(code, _shown(each.name), _shown(each.kana)) for code, each in _loaded().items()}


@lru_cache(maxsize=64)
def _branches(bank_code: str) -> dict[str, Branch]:
    found = _loaded()[bank_code].branches
    return {code: Branch(code, _shown(each.name), _shown(each.kana)) for code, each in found.items()}
