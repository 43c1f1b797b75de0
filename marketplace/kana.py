"""Readings of names: whatever kana was typed becomes full-width katakana, and for readers of other scripts romaji."""

import re
import unicodedata

import jaconv

_LOOSE_MARK = {"\u309b": "\u3099", "\u309c": "\u309a"}
_DASH_AFTER_KANA = re.compile(r"(?<=[ァ-ヺー])[-\u2010-\u2015\u2212\u2500\uff0d]+")
_LONG_VOWEL = re.compile("(o)[ou]|(u)u")
_KATAKANA_NAME = re.compile(r"[ァ-ヺ][ァ-ヺーヽヾ]*(?:[ ・][ァ-ヺ][ァ-ヺーヽヾ]*)*")


def to_katakana(text: str) -> str:
    """Turn hiragana and half-width kana into full-width katakana (S2-35).

    Other characters stay. Runs of spaces become one half-width space, a dash typed for 「ー」 becomes it.
    """
    joined = "".join(_LOOSE_MARK.get(character, character) for character in text)
    katakana = jaconv.hira2kata(unicodedata.normalize("NFKC", joined))
    # A second time: the marks of hiragana that has no voiced form may join once it is katakana.
    composed = unicodedata.normalize("NFC", " ".join(katakana.split()))
    return _DASH_AFTER_KANA.sub(lambda dashes: "ー" * len(dashes.group()), composed)


def is_katakana_name(text: str) -> bool:
    """Tell whether `text` reads as a name: words of katakana, parted by one space or 「・」."""
    return _KATAKANA_NAME.fullmatch(text) is not None


def to_romaji(kana: str) -> str:
    """Return katakana in the Hepburn spelling of signposts, without macrons: 「キョウト」 is "kyoto"."""
    spelled = jaconv.kana2alphabet(jaconv.kata2hira(kana)).replace("cch", "tch")
    return _LONG_VOWEL.sub(lambda vowels: vowels[0][0], spelled)
