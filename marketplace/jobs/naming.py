"""Whether a text names somebody: who asked stays hidden, but askers introduce themselves, and are called by name."""

import re

from marketplace.messages.folding import folded

_BEHIND = "さん|さま|様|氏|くん|君|ちゃん|殿|先生|と申し|といいます|と言います"
_BEFORE = r"\b(?:mr|ms|mrs|dr|dear|hi|hello|thanks|thank you|i am|i'm|my name is|regards)[.,]?\s+"
_NO_WORD_OF_GRAMMAR = re.compile(r"[^ぁ-ゖ]")
"""What is in a name that stands before です as a name alone: 両方ともです names nobody."""


def names(text: str, nickname: str, username: str) -> bool:
    """Tell whether `text` addresses or introduces a member, by their nickname, a part of it, or @ and username.

    A nickname alone is none: many are words that any text may hold.
    """
    said, whole = folded(text), folded(nickname)
    called = {whole, whole.replace(" ", ""), *(part for part in whole.split() if len(part) > 1)}
    any_of_them = "|".join(re.escape(each) for each in called)
    pattern = rf"(?:{any_of_them})\s?(?:{_BEHIND})|{_BEFORE}(?:{any_of_them})\b|@{re.escape(username)}\b"
    introduced = [re.escape(each) for each in called if _NO_WORD_OF_GRAMMAR.search(each)]
    if introduced:
        pattern += rf"|(?:{'|'.join(introduced)})\s?です"
    return re.search(pattern, said, re.ASCII) is not None
