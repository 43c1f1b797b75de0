"""A synthetic town of any size: workers whose words are spread like words in life, few often and many seldom.

`python -m benchmarks.world --members 1000` prints what such a town is like; `workers()` gives its documents.
"""

import argparse
import itertools
import random
import tomllib
from bisect import bisect
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Generic, TypeVar

from search_index.engines import Document, KnownQualification, KnownSkill

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)

_Thing = TypeVar("_Thing")


class Zipf(Generic[_Thing]):
    """Chooses the n-th thing in proportion to 1/n."""

    def __init__(self, things: Sequence[_Thing]) -> None:
        self.things = things
        self._sums = list(itertools.accumulate(1 / rank for rank in range(1, len(things) + 1)))

    def choose(self, dice: random.Random) -> _Thing:
        """One of the things."""
        return self.things[bisect(self._sums, dice.random() * self._sums[-1])]

    def some(self, dice: random.Random, count: int) -> list[_Thing]:
        """Up to `count` different things."""
        return list(dict.fromkeys(self.choose(dice) for _ in range(count)))


@dataclass(frozen=True)
class Trade:
    """A line of work: what it is called, what it is done to, what it needs."""

    name: str
    objects: tuple[str, ...]
    deeds: tuple[str, ...]
    skills: tuple[str, ...]


_WORDS: dict[str, Any] = tomllib.loads((Path(__file__).parent / "words.toml").read_text("utf-8"))
TRADES = [
    Trade(trade["name"], tuple(trade["objects"].split()), tuple(trade["deeds"].split()), tuple(trade["skills"].split()))
    for trade in _WORDS["trades"]
]
QUALIFICATIONS = [KnownQualification(**qualification) for qualification in _WORDS["qualifications"]]
TIMES: list[str] = _WORDS["times"].split()
SYLLABLES: list[str] = _WORDS["syllables"].split()
CITIES = {  # prefecture code: how many of its cities people name
    "13": 23,
    "27": 24,
    "26": 11,
    "14": 18,
    "23": 16,
    "40": 14,
    "28": 9,
    "11": 10,
    "12": 6,
    "01": 10,
}


def workers(count: int, seed: int = 2026) -> Iterator[Document]:
    """The same `count` workers for the same seed; the first 1,000 of 10,000 are those of 1,000."""
    town = _Town(seed)
    return (town.worker(key) for key in range(1, count + 1))


class _Town:
    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)
        names = dict.fromkeys(name for trade in TRADES for name in trade.skills)
        self._skill_numbers = {name: number for number, name in enumerate(names, 1)}
        self._trades = Zipf(TRADES)
        self._surnames = Zipf(_WORDS["surnames"].split())
        self._given_names = Zipf(_WORDS["given_names"].split())
        self._sentences = Zipf(_WORDS["sentences"])
        self._manners = Zipf(_WORDS["manners"].split())
        self._places = Zipf(_WORDS["places"].split())
        self._skills = Zipf(list(self._skill_numbers))
        self._qualifications = Zipf(QUALIFICATIONS)
        self._hobbies = Zipf(_WORDS["hobbies"].split())
        self._prefectures = Zipf([*CITIES, *(f"{code:02}" for code in range(2, 48) if f"{code:02}" not in CITIES)])
        self._rare = Zipf(list(dict.fromkeys(self._invented() for _ in range(5_000))))

    def worker(self, key: int) -> Document:
        dice = self._dice
        trade = self._trades.choose(dice)
        prefectures = self._prefectures.some(dice, dice.randint(0, 3))
        cities = [f"{code}{dice.randint(101, 100 + CITIES[code])}" for code in prefectures if code in CITIES]
        published = NOW - timedelta(minutes=dice.randint(0, 700 * 24 * 60))
        return Document(
            key,
            nickname=self._nickname(),
            username=f"worker-{key}",
            headline=f"{dice.choice(trade.objects)}の{dice.choice(trade.deeds)}",
            introduction=self._introduction(trade),
            skills=self._known_skills(trade),
            qualifications=tuple(self._qualifications.some(dice, dice.choice((0, 0, 1, 1, 2)))),
            careers=tuple(self._career(trade) for _ in range(dice.choice((0, 1, 1, 2)))),
            hobbies=tuple(self._hobbies.some(dice, dice.choice((0, 0, 1, 2)))),
            prefectures=tuple(code for code in prefectures if code not in CITIES or dice.random() < 0.3),
            cities=tuple(cities),
            works_online=dice.random() < 0.7,
            status=dice.choice(("available", "available", "depends", "busy", "")),
            status_confirmed_at=NOW - timedelta(hours=dice.randint(0, 24 * 40)),
            hours=dice.choice(("up_to_3", "3_to_10", "10_to_20", "20_to_30", "30_to_40", "")),
            hourly_rate_yen=None if dice.random() < 0.2 else 100 * max(10, round(dice.lognormvariate(3.4, 0.45))),
            published_at=published,
            last_active_on=NOW.date() - timedelta(days=int(dice.expovariate(1 / 20))),
        )

    def _nickname(self) -> str:
        dice = self._dice
        surname, given = self._surnames.choose(dice), self._given_names.choose(dice)
        return dice.choice((f"{surname}{given}", f"{surname} {given}", given, f"{given}＠{surname}", f"{given}さん"))

    def _introduction(self, trade: Trade) -> str:
        sentences = self._sentences.some(self._dice, self._dice.randint(3, 10))
        return "".join(self._sentence(sentence, trade) for sentence in sentences)

    def _sentence(self, sentence: str, trade: Trade) -> str:
        dice = self._dice
        other = trade if dice.random() < 0.8 else self._trades.choose(dice)
        return sentence.format(
            trade=trade.name,
            object=dice.choice(trade.objects),
            object2=dice.choice(other.objects),
            deed=dice.choice(trade.deeds),
            deed2=dice.choice(other.deeds),
            place=self._places.choose(dice),
            manner=self._manners.choose(dice),
            manner2=self._manners.choose(dice),
            time=dice.choice(TIMES),
            skill=dice.choice(trade.skills),
            rare=self._rare.choose(dice),
            years=dice.randint(1, 25),
            count=dice.randint(5, 300),
        )

    def _known_skills(self, trade: Trade) -> tuple[KnownSkill, ...]:
        dice = self._dice
        names = dict.fromkeys(dice.sample(trade.skills, dice.randint(1, min(4, len(trade.skills)))))
        names |= dict.fromkeys(self._skills.some(dice, dice.randint(0, 2)))
        return tuple(
            KnownSkill(
                self._skill_numbers[name],
                name,
                (_WORDS["aliases"][name],) if name in _WORDS["aliases"] else (),
                dice.randint(0, 3),
                date(2026 - min(int(dice.expovariate(1 / 6)), 30), dice.randint(1, 11), 1),
            )
            for name in names
        )

    def _career(self, trade: Trade) -> str:
        dice = self._dice
        return f"{self._places.choose(dice)}\n{dice.choice(trade.objects)}の{dice.choice(trade.deeds)}を担当"

    def _invented(self) -> str:
        return "".join(self._dice.choice(SYLLABLES) for _ in range(self._dice.randint(4, 6)))


def _characters(document: Document) -> int:
    texts = [document.nickname, document.username, document.headline, document.introduction]
    texts += [name for skill in document.skills for name in (skill.name, *skill.aliases)]
    texts += [text for known in document.qualifications for text in (known.name, known.common_name, known.issuer)]
    return sum(map(len, [*texts, *document.careers, *document.hobbies]))


def main() -> None:
    """Print what a town is like."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--members", type=int, default=1_000)
    count = options.parse_args().members
    town = list(workers(count))
    sizes = sorted(map(_characters, town))
    skills = Counter(skill.name for worker in town for skill in worker.skills)
    print(f"{count} workers, {sum(sizes) / count:.0f} characters each ({sizes[0]} to {sizes[-1]})")
    print("most known:", ", ".join(f"{name} {known}" for name, known in skills.most_common(5)))
    print(town[0])


if __name__ == "__main__":
    main()
