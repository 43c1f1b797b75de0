"""The jobs of a synthetic town: what its clients look for, in the words in which its workers offer it."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from benchmarks.town import CITIES, CODES, NOW, TRADES, Speech, Zipf
from marketplace.addresses import municipalities_of
from marketplace.clock import local_day
from marketplace.jobs.categories import Category
from marketplace.jobs.models import MOST_DAYS_OPEN, TITLE_LENGTH, JobKind, RewardKind
from marketplace.jobs.service import JobChanges

_USUAL = {RewardKind.HOURLY: 2_000, RewardKind.PIECE: 500, RewardKind.FIXED: 60_000}


@dataclass(frozen=True)
class Post:
    """A job that is open."""

    poster: int
    """The number of a person of the town."""
    changes: JobChanges
    published_at: datetime


def posts(count: int, members: int, seed: int = 2026, at: datetime = NOW) -> Iterator[Post]:
    """What is posted in a town of so many members; the same seed gives the same jobs."""
    board = _Board(seed, at)
    return (board.post(members) for _ in range(count))


class _Board:
    def __init__(self, seed: int, at: datetime) -> None:
        self._at = at
        self._dice = random.Random(seed + 6)
        self._speech = Speech(self._dice)
        self._categories = Zipf(list(Category))
        self._prefectures = Zipf([*CITIES, *(code for code in CODES if code not in CITIES)])

    def post(self, members: int) -> Post:
        dice = self._dice
        trade = self._speech.trades.choose(dice)
        passed = dice.randint(0, 60)
        published_at = self._at - timedelta(days=passed, minutes=dice.randint(0, 24 * 60))
        left = dice.randint(0, MOST_DAYS_OPEN - passed - 2)
        code = self._prefectures.choose(dice)
        city = dice.choice(municipalities_of(code)).name if dice.random() < 0.7 else ""
        is_remote = dice.random() < 0.6
        has_place = not is_remote or dice.random() < 0.3
        kind = dice.choice(list(RewardKind))
        lowest = max(1, round(dice.lognormvariate(0, 0.8) * _USUAL[kind]))
        changes = JobChanges(
            kind=dice.choice((JobKind.HELP, JobKind.WORK, JobKind.WORK)),
            title=self._speech.headline(trade)[:TITLE_LENGTH],
            description=self._speech.introduction(trade),
            # Each trade is mostly of one kind of work.
            category=list(Category)[TRADES.index(trade) % len(Category)]
            if dice.random() < 0.8
            else self._categories.choose(dice),
            is_remote=is_remote,
            prefecture=code if has_place else None,
            city=city if has_place else "",
            reward_kind=kind,
            reward_min_yen=lowest,
            reward_max_yen=lowest + dice.randint(1, lowest) if dice.random() < 0.4 else lowest,
            is_tax_included=dice.random() < 0.5,
            process_note=self._speech.duties(trade) if dice.random() < 0.5 else "",
            apply_until=local_day(self._at) + timedelta(days=left),
            offerer_name="結び商店",
            offerer_address="京都府京都市中京区1-2-3",
            offerer_contact="jobs@musubi.example",
            skills=tuple(dice.sample(trade.skills, dice.randint(1, min(4, len(trade.skills))))),
        )
        return Post(dice.randint(1, members), changes, published_at)
