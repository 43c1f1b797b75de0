"""Names of skills as people write them, brought to one form."""

import re
import unicodedata

_BLANKS = re.compile(r"\s+")


def tidy(name: str) -> str:
    """Return `name` as it is shown: NFKC, so that ＥＸＣＥＬ is EXCEL and ｴｸｾﾙ is エクセル, with single spaces."""
    return _BLANKS.sub(" ", unicodedata.normalize("NFKC", name)).strip()


def folded(name: str) -> str:
    """Return the key by which spellings are one: NFKC, case-folded, without spaces."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", tidy(name).casefold()))
