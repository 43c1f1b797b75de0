"""Names of skills as people write them, brought to one form."""

import re
import unicodedata

_BLANKS = re.compile(r"\s+")
_JOINT = re.compile(r"(?<=[^\W_])[._\-\u2010]+(?=[^\W\d_])|(?<=[^\W\d_])[._\-\u2010]+(?=[^\W_])")
"""What may stand between the parts of a name or not (Node.js, nodejs); between two digits it tells versions apart."""
_TO_KATAKANA = {code: code + 0x60 for code in (*range(0x3041, 0x3097), 0x309D, 0x309E)}


def tidy(name: str) -> str:
    """Return `name` as it is shown: NFKC, so that ＥＸＣＥＬ is EXCEL and ｴｸｾﾙ is エクセル, with single spaces."""
    return _BLANKS.sub(" ", unicodedata.normalize("NFKC", name)).strip()


def plain(text: str) -> str:
    """Return `text` without what is only looks: NFKC, case-folded, without spaces."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", tidy(text).casefold()))


def folded(name: str) -> str:
    """Return the key by which spellings of a skill are one: `plain`, in katakana, without dots and dashes inside.

    Signs that tell skills apart stay: C++, C#, the dot of .NET, and every 「ー」.
    """
    katakana = unicodedata.normalize("NFKC", plain(name).translate(_TO_KATAKANA))
    return _JOINT.sub("", katakana)
