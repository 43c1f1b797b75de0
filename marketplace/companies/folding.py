"""Names of companies as people write them, brought to one form, and the keys by which they are found."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from marketplace.companies.models import KEY_LENGTH

LONGEST_QUERY = 100
MOST_WORDS = 4

_FORMS = (
    *("特定非営利活動法人", "一般社団法人", "一般財団法人", "公益社団法人", "公益財団法人", "社会福祉法人"),
    *("独立行政法人", "税理士法人", "弁護士法人", "監査法人", "医療法人", "学校法人", "宗教法人"),
    *("株式会社", "有限会社", "合同会社", "合資会社", "合名会社", "npo法人"),
)
"""What a name of a company may begin or end with and be the same company to who searches (japan.md, 法人略語)."""

_SHORT = re.compile(r"\((?:株|有|同|資|名|社|財|医|学|宗|福|特非|独)\)")
_BANK_FORMS = "カ|ユ|メ|シ|ド|イ|ザイ|シヤ|ガク|シユウ|フク|トクヒ|ドク|ゼイ|ベン"
_AS_BANKS_WRITE = re.compile(rf"^(?:{_BANK_FORMS})\)|\((?:{_BANK_FORMS})\)?$|\((?:{_BANK_FORMS})\)")
"""カ)ミナギワソッキ: the same forms in the holders of accounts, whose first bracket stays open."""
_ENGLISH = re.compile(
    r"[\s,、，]+(?:co\.?,?\s*ltd\.?|company,?\s+limited|inc\.?|corp\.?|corporation|ltd\.?|llc\.?|l\.l\.c\.?|k\.\s?k\.?|kk|g\.\s?k\.?)\s*$"
)
_OLD = str.maketrans("會國學澤邊邉廣齋齊髙﨑", "会国学沢辺辺広斎斉高崎")
_TO_KATAKANA = {code: code + 0x60 for code in (*range(0x3041, 0x3097), 0x309D, 0x309E)}
_DASH_AFTER_KANA = re.compile(r"(?<=[ァ-ヺー])[-\u2010-\u2015\u2212\u2500]+")
_NOT_A_LETTER = re.compile(r"[^\w]|_")
_GAP = re.compile(r"\s+")
_SECOND_LEVEL = frozenset({"ac", "ad", "co", "com", "ed", "go", "gr", "lg", "ne", "or"})
"""Under which others register: nobody looks for a company by these."""


def folded(name: str) -> str:
    """Return the key of `name`: without its form of company, width, case, kind of kana, spaces and signs.

    A name that is nothing but such a form stays as it is; one without any letter is "".
    """
    plain = _plain(name)
    return _letters(_bare(plain)) or _letters(plain)


def are_one(name: str, other: str) -> bool:
    """Tell whether both are one name, written with another width, form of company, kind of kana or spaces."""
    return (folded(name) or name) == (folded(other) or other)


def is_form(typed: str) -> bool:
    """Tell whether `typed` is nothing but a form of company."""
    plain = _plain(typed[:LONGEST_QUERY])
    return bool(_letters(plain)) and not _letters(_bare(plain))


def words_of(typed: str) -> tuple[str, ...]:
    """Return the words that must all occur in a name, folded, the longest first: it leaves the fewest companies.

    Of a mail address only its domain counts.
    """
    typed = typed.replace("\x00", "")[:LONGEST_QUERY].rpartition("@")[2]
    whole = _AS_BANKS_WRITE.sub(" ", _ENGLISH.sub("", _plain(typed)))
    words = (folded(word) for word in _GAP.split(whole) if word not in _FORMS)
    found = dict.fromkeys(filter(None, words)) or dict.fromkeys(filter(None, [folded(typed)]))
    return tuple(sorted(found, key=len, reverse=True))[:MOST_WORDS]


def keys_of(names: Iterable[str], domains: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Yield where a search may begin in names and domains, as pairs (place, key): every letter, every label."""
    starts, places = set(), set()
    for name in map(folded, names):
        starts.add(name[:KEY_LENGTH])
        places |= {name[place : place + KEY_LENGTH] for place in range(1, len(name))}
    for domain in domains:
        labels = domain.split(".")
        named = [place for place in range(len(labels) - 1) if labels[place] not in _SECOND_LEVEL or not place]
        starts |= {_letters(_plain(".".join(labels[place:])))[:KEY_LENGTH] for place in named}
    starts.discard("")
    yield from ((0, key) for key in sorted(starts))
    yield from ((1, key) for key in sorted(places - starts))


def _bare(plain: str) -> str:
    bare = _SHORT.sub(" ", _AS_BANKS_WRITE.sub(" ", _ENGLISH.sub("", plain)).strip())
    for form in _FORMS:
        bare = bare.removeprefix(form).strip().removesuffix(form).strip()
    return bare


def _plain(text: str) -> str:
    folded_ = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return folded_.translate(_OLD).strip()


def _letters(plain: str) -> str:
    katakana = unicodedata.normalize("NFKC", plain.translate(_TO_KATAKANA))
    return _NOT_A_LETTER.sub("", _DASH_AFTER_KANA.sub("ー", katakana))
