"""Whether a text names somebody: who asked stays hidden, and answers begin with a name."""

import re
import unicodedata

_BEHIND = "さん|さま|様|氏|くん|君|ちゃん|殿|先生"
_BEFORE = r"\b(?:mr|ms|mrs|dr|dear|hi|hello|thanks|thank you)[.,]?\s+"


def names(text: str, nickname: str, username: str) -> bool:
    """Tell whether `text` addresses a member, by their nickname, a part of it, or their username behind an @.

    A nickname alone is none: many are words that any text may hold.
    """
    folded, whole = _folded(text), _folded(nickname)
    called = {whole, whole.replace(" ", ""), *(part for part in whole.split() if len(part) > 1)}
    any_of_them = "|".join(re.escape(each) for each in called)
    pattern = rf"(?:{any_of_them})\s?(?:{_BEHIND})|{_BEFORE}(?:{any_of_them})\b|@{re.escape(username)}\b"
    return re.search(pattern, folded, re.ASCII) is not None


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
