"""Reading a query string without ever failing: what means nothing is left out, as if it had not been given."""

import re
import unicodedata
from typing import Any

MOST_CHOICES = 20
"""How many values of one filter are read."""
MOST_TYPED = 100
"""How many characters of the name of a skill, or of an amount, are read."""

_CONTROLS = {code: " " if chr(code).isspace() else None for code in (*range(0x20), *range(0x7F, 0xA0))}
_SEPARATORS_OF_AMOUNTS = re.compile(r"[\s,、円¥]+")


def among(values: list[str], is_known: Any) -> tuple[str, ...]:
    """Return the known ones among `values`, each once."""
    known = (value for value in dict.fromkeys(values) if is_known(value))
    return tuple(known)[:MOST_CHOICES]


def is_number(value: str) -> bool:
    """Tell whether it is a whole number that every column can hold."""
    return value.isascii() and value.isdigit() and len(value) < 10


def number(value: str | None) -> int | None:
    """Read digits of any width, with or without commas."""
    folded = unicodedata.normalize("NFKC", value or "").replace(",", "").strip()
    return int(folded) if is_number(folded) else None


def typed(value: str | None) -> str:
    """Return what was typed without control characters, which no keyboard makes and no database takes."""
    return (value or "").translate(_CONTROLS).strip()


def amount(text: str, highest: int) -> int | None:
    """Read yen as people write them, at most `highest`; None for what is no number."""
    digits = _SEPARATORS_OF_AMOUNTS.sub("", unicodedata.normalize("NFKC", text))
    if not digits.isascii() or not digits.isdigit():
        return None
    # The first digits of a number that long say enough: it is beyond every amount.
    return min(int(digits.lstrip("0")[:10] or "0"), highest)


def between(texts: tuple[str, str], highest: int) -> tuple[int | None, int | None]:
    """Read both ends of a range; one that was typed from its end means the same."""
    lowest, most = (amount(text, highest) or None for text in texts)
    return (most, lowest) if lowest and most and lowest > most else (lowest, most)


def unread(fields: dict[str, str], highest: int) -> dict[str, str]:
    """Return those of the fields of a range in which something stands that is no number."""
    return {name: text[:MOST_TYPED] for name, text in fields.items() if text and amount(text, highest) is None}
