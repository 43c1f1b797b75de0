"""The ties of a synthetic town: who follows whom, and who writes what to whom."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from benchmarks.town import NOW, TRADES, Speech, Zipf

_NEIGHBOURS = 100
"""Neighbours become friends; those farther apart follow whom many follow."""
_CROWD = 10
"""How many share the top: the best known member has a few thousand followers in a town of 10,000, not all of them."""
_LONGEST_THREAD = 400
_TEXTS = 1_000
"""Different messages: nobody searches for their words."""

Edge = tuple[int, int, datetime]
"""Who follows whom since when, by their numbers."""


@dataclass(frozen=True)
class Talk:
    """A thread between two, and what was written in turn."""

    between: tuple[int, int]
    title: str
    messages: tuple[tuple[int, str, datetime], ...]
    """The sender's number, the text, the moment; oldest first."""
    unread: int
    """How many of the newest the one who did not write last has not seen."""


def follows(count: int, each: float, seed: int = 2026, at: datetime = NOW) -> Iterator[Edge]:
    """So many follows a member on average, two thirds of them of those that many follow.

    The first members are the best known. Neighbours follow each other, so that there are friends and their friends.
    """
    dice = random.Random(f"follows {seed}")
    known = Zipf(range(1, count + 1), flat=_CROWD)
    for number in range(1, count + 1):
        nearby = range(number + 1, min(number + _NEIGHBOURS, count) + 1)
        for friend in dice.sample(nearby, min(len(nearby), _about(dice, each / 6))):
            moment = _moment(dice, at)
            yield number, friend, moment
            yield friend, number, moment + timedelta(hours=dice.randint(1, 48))
        for followed in known.some(dice, _about(dice, each * 2 / 3)):
            if abs(followed - number) > _NEIGHBOURS:
                yield number, followed, _moment(dice, at)


def conversations(count: int, each: float, seed: int = 2026, at: datetime = NOW) -> Iterator[Talk]:
    """So many conversations a member on average; the first members have the most, and a few threads are long."""
    dice = random.Random(f"conversations {seed}")
    speech = Speech(dice)
    trades = [speech.trades.choose(dice) for _ in range(_TEXTS)]
    bodies = [f"{speech.headline(trade)}のご相談です。\n{speech.duties(trade)}" for trade in trades]
    known = Zipf(range(1, count + 1), flat=_CROWD)
    for _ in range(round(count * each) if count > 1 else 0):
        one = known.choose(dice)
        other = (one + dice.randint(1, count - 1) - 1) % count + 1
        length = min(int(2 * dice.paretovariate(1.3)), _LONGEST_THREAD)
        moment = at - timedelta(days=dice.randint(length, 700))
        messages = []
        for turn in range(length):
            messages.append(((one, other)[turn % 2], dice.choice(bodies), moment))
            moment += timedelta(minutes=dice.randint(1, 24 * 60))
        unread = dice.choice((0, 0, 0, 1, min(length, 3)))
        yield Talk((one, other), speech.headline(dice.choice(TRADES))[:60], tuple(messages), unread)


def _about(dice: random.Random, mean: float) -> int:
    """Few have many: a whole number with this mean."""
    return int(dice.expovariate(1 / mean) + dice.random()) if mean else 0


def _moment(dice: random.Random, at: datetime) -> datetime:
    return at - timedelta(minutes=dice.randint(3 * 24 * 60, 600 * 24 * 60))
