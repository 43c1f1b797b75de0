"""Parting an amount by percentages: exactly, and always the same way."""

from collections.abc import Sequence

WHOLE = 100


def is_whole(percents: Sequence[int]) -> bool:
    """Tell whether parts make one whole: each from 0 to 100, all together 100."""
    return all(0 <= percent <= WHOLE for percent in percents) and sum(percents) == WHOLE


def split(amount_yen: int, percents: Sequence[int]) -> list[int]:
    """Return each one's part in yen; the parts make the amount. `ValueError` when the percentages are no whole.

    Yen that are left over go to those who lost most by cutting off fractions, of equals to the first; nobody gets more
    than one of them, and who has no part gets none.
    """
    if amount_yen < 0 or not is_whole(percents):
        raise ValueError(amount_yen, percents)
    parts = [amount_yen * percent // WHOLE for percent in percents]
    by_loss = sorted(range(len(percents)), key=lambda place: -(amount_yen * percents[place] % WHOLE))
    for place in by_loss[: amount_yen - sum(parts)]:
        parts[place] += 1
    return parts
