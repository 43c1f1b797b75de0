"""The people of a synthetic town: their words are spread like words in life, few often and many seldom.

`python -m benchmarks.town --members 1000` prints what such a town is like. The same seed gives the same people, and the
first 1,000 of 10,000 are those of 1,000.
"""

import argparse
import itertools
import random
import re
import tomllib
from bisect import bisect
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Generic, TypeVar

from marketplace.addresses import PREFECTURES, municipalities_of
from marketplace.careers.models import (
    CareerCategory,
    HobbyCategory,
    HobbyFrequency,
    HobbyVisibility,
    QualificationCategory,
    SkillLevel,
)
from marketplace.careers.service.careers import CareerColumns
from marketplace.careers.service.hobbies import HobbyColumns
from marketplace.careers.service.qualifications import QualificationColumns
from marketplace.profiles.models import Gender, School, SchoolKind, Status, WeeklyHours
from marketplace.profiles.service import ProfileChanges

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)

_Thing = TypeVar("_Thing")


class Zipf(Generic[_Thing]):
    """Chooses the n-th thing in proportion to 1/(n + `flat`)."""

    def __init__(self, things: Sequence[_Thing], flat: int = 0) -> None:
        self.things = things
        self._sums = list(itertools.accumulate(1 / (rank + flat) for rank in range(1, len(things) + 1)))

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


@dataclass(frozen=True)
class Ability:
    """A skill as its owner says it."""

    name: str
    level: SkillLevel
    started_on: date


@dataclass(frozen=True)
class Person:
    """A worker, in the words in which verbs are told."""

    number: int
    username: str
    profile: ProfileChanges
    skills: tuple[Ability, ...]
    qualifications: tuple[QualificationColumns, ...]
    careers: tuple[CareerColumns, ...]
    hobbies: tuple[HobbyColumns, ...]
    joined_at: datetime
    published_at: datetime
    status_confirmed_at: datetime | None
    last_active_on: date


_WORDS: dict[str, Any] = tomllib.loads((Path(__file__).parent / "words.toml").read_text("utf-8"))
TRADES = [
    Trade(trade["name"], tuple(trade["objects"].split()), tuple(trade["deeds"].split()), tuple(trade["skills"].split()))
    for trade in _WORDS["trades"]
]
SKILLS = tuple(dict.fromkeys(name for trade in TRADES for name in trade.skills))
TIMES: list[str] = _WORDS["times"].split()
SYLLABLES: list[str] = _WORDS["syllables"].split()
CODES = [prefecture.code for prefecture in PREFECTURES]
CITIES = {  # the prefecture's code: how many of its cities people name
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


def people(count: int, seed: int = 2026, at: datetime = NOW) -> Iterator[Person]:
    """Who lives in the town at a moment."""
    town = _Town(seed, at)
    return (town.person(number) for number in range(1, count + 1))


class Speech:
    """What people of a town say, sentence by sentence."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self.trades = Zipf(TRADES)
        self._sentences = Zipf(_WORDS["sentences"])
        self._manners = Zipf(_WORDS["manners"].split())
        self.places = Zipf(_WORDS["places"].split())
        self._rare = Zipf(list(dict.fromkeys(self.invented() for _ in range(5_000))))

    def invented(self) -> str:
        """A word of katakana that no dictionary knows."""
        return "".join(self._dice.choice(SYLLABLES) for _ in range(self._dice.randint(4, 6)))

    def introduction(self, trade: Trade) -> str:
        """Up to sixteen different sentences; some 230 characters, as in the demo world."""
        sentences = (self._sentences.choose(self._dice) for _ in range(self._dice.randint(5, 16)))
        return "".join(dict.fromkeys(self.sentence(sentence, trade) for sentence in sentences))

    def headline(self, trade: Trade) -> str:
        """One line."""
        return self.sentence(self._dice.choice(_WORDS["headlines"]), trade)

    def duties(self, trade: Trade) -> str:
        """One to three lines of what was done somewhere."""
        return "\n".join(
            self.sentence(self._dice.choice(_WORDS["duties"]), trade) for _ in range(self._dice.randint(1, 3))
        )

    def sentence(self, sentence: str, trade: Trade) -> str:
        """The sentence with its gaps filled, one time in five with words of another trade."""
        dice = self._dice
        other = trade if dice.random() < 0.8 else self.trades.choose(dice)
        return sentence.format(
            trade=trade.name,
            object=dice.choice(trade.objects),
            object2=dice.choice(other.objects),
            deed=dice.choice(trade.deeds),
            deed2=dice.choice(other.deeds),
            place=self.places.choose(dice),
            manner=self._manners.choose(dice),
            manner2=self._manners.choose(dice),
            time=dice.choice(TIMES),
            skill=dice.choice(trade.skills),
            rare=self._rare.choose(dice),
            years=dice.randint(1, 25),
            count=dice.randint(5, 300),
        )


class _Town:
    def __init__(self, seed: int, at: datetime) -> None:
        self._at = at
        self._dice = random.Random(seed)
        self._speech = Speech(self._dice)
        self._surnames = Zipf(_WORDS["surnames"].split())
        self._given_names = Zipf(_WORDS["given_names"].split())
        self._skills = Zipf(SKILLS)
        self._qualifications = Zipf(range(len(_WORDS["qualifications"])))
        self._hobbies = Zipf(_WORDS["hobbies"].split())
        self._prefectures = Zipf([*CITIES, *(code for code in CODES if code not in CITIES)])
        self._cities = {code: [each.code for each in municipalities_of(code)][:most] for code, most in CITIES.items()}

    def person(self, number: int) -> Person:
        dice = self._dice
        trade = self._speech.trades.choose(dice)
        published_at = self._at - timedelta(minutes=dice.randint(0, 700 * 24 * 60))
        profile = self._profile(trade)
        confirmed_at = self._at - timedelta(hours=dice.randint(0, 24 * 40))
        return Person(
            number,
            username=f"worker-{number}",
            profile=profile,
            skills=self._abilities(trade),
            qualifications=tuple(
                map(self._qualification, self._qualifications.some(dice, dice.choice((0, 0, 1, 1, 2))))
            ),
            careers=tuple(self._career(trade) for _ in range(dice.choice((1, 2, 2, 3)))),
            hobbies=tuple(map(self._hobby, self._hobbies.some(dice, dice.choice((0, 1, 1, 2))))),
            joined_at=published_at - timedelta(hours=dice.randint(1, 200)),
            published_at=published_at,
            status_confirmed_at=confirmed_at if profile.status else None,
            last_active_on=self._at.date() - timedelta(days=int(dice.expovariate(1 / 20))),
        )

    def _profile(self, trade: Trade) -> ProfileChanges:
        dice = self._dice
        surname, given = self._surnames.choose(dice), self._given_names.choose(dice)
        nicknames = (f"{surname}{given}", f"{surname} {given}", given, f"{given}＠{surname}", f"{given}さん")
        home = self._prefectures.choose(dice)
        return ProfileChanges(
            nickname=dice.choice(nicknames),
            headline=self._speech.headline(trade),
            introduction=self._speech.introduction(trade),
            name=f"{surname} {given}",
            name_kana=f"{self._speech.invented()} {self._speech.invented()}",
            gender=dice.choice(list(Gender)),
            birth_date=date(dice.randint(1955, 2006), dice.randint(1, 12), dice.randint(1, 28)),
            prefecture=home,
            city=dice.choice(municipalities_of(home)).name,
            street=f"{dice.randint(1, 9)}-{dice.randint(1, 30)}-{dice.randint(1, 20)}",
            phone=f"+8190{dice.randint(10_000_000, 99_999_999)}",
            status=dice.choice((Status.AVAILABLE, Status.AVAILABLE, Status.DEPENDS, Status.BUSY, None)),
            weekly_hours=dice.choice((*WeeklyHours, None)),
            hourly_rate_yen=None if dice.random() < 0.2 else 100 * max(10, round(dice.lognormvariate(3.4, 0.45))),
            shows_age_band=dice.random() < 0.3,
            wanted_places=tuple(self._wanted_places()),
            accepts_online=dice.random() < 0.7,
            hometown=self._prefectures.choose(dice) if dice.random() < 0.4 else None,
            schools=(School(SchoolKind.UNIVERSITY, f"{surname}大学"),) if dice.random() < 0.4 else (),
            links=(f"https://example.com/{dice.randint(1, 99_999)}",) if dice.random() < 0.2 else (),
            is_published=True,
        )

    def _wanted_places(self) -> Iterator[tuple[str, str]]:
        """Up to three prefectures; of those with large cities mostly one city only."""
        dice = self._dice
        for code in self._prefectures.some(dice, dice.randint(0, 3)):
            if code not in CITIES or dice.random() < 0.3:
                yield code, ""
            if code in CITIES:
                yield code, dice.choice(self._cities[code])

    def _abilities(self, trade: Trade) -> tuple[Ability, ...]:
        dice = self._dice
        names = dict.fromkeys(dice.sample(trade.skills, dice.randint(2, min(6, len(trade.skills)))))
        names |= dict.fromkeys(self._skills.some(dice, dice.randint(0, 2)))
        return tuple(
            Ability(name, dice.choice(list(SkillLevel)), self._month(min(int(dice.expovariate(1 / 6)), 30)))
            for name in names
        )

    def _qualification(self, place: int) -> QualificationColumns:
        dice, words = self._dice, _WORDS["qualifications"][place]
        return QualificationColumns(
            category=QualificationCategory(words["category"]),
            name=words["name"],
            common_name=words.get("common_name", ""),
            grade=words.get("grade", ""),
            issuer=words["issuer"],
            acquired_on=self._month(dice.randint(1, 20)),
            expires_on=date(self._at.year + 3, 12, 31) if dice.random() < 0.2 else None,
            registration_number=str(dice.randint(10_000, 99_999)) if dice.random() < 0.5 else "",
            notes="",
        )

    def _career(self, trade: Trade) -> CareerColumns:
        dice = self._dice
        years = dice.randint(1, 20)
        return CareerColumns(
            category=dice.choice(list(CareerCategory)),
            started_on=self._month(years),
            ended_on=self._month(dice.randint(0, years - 1)) if dice.random() < 0.7 else None,
            company=self._speech.places.choose(dice),
            duties=self._speech.duties(trade),
            url="",
            role=trade.name if dice.random() < 0.5 else "",
            environment="、".join(dice.sample(trade.skills, 2)) if dice.random() < 0.3 else "",
            team_size=dice.randint(1, 30) if dice.random() < 0.5 else None,
        )

    def _hobby(self, name: str) -> HobbyColumns:
        dice = self._dice
        return HobbyColumns(
            name=name,
            category=HobbyCategory.OTHER,
            since_year=self._at.year - dice.randint(0, 30),
            frequency=dice.choice((*HobbyFrequency, None)),
            keywords="",
            description=f"{dice.choice(TIMES)}に{name}をしています。" if dice.random() < 0.5 else "",
            visibility=dice.choice((HobbyVisibility.PUBLIC,) * 8 + (HobbyVisibility.FRIENDS, HobbyVisibility.PRIVATE)),
            allows_surveys=dice.random() < 0.1,
        )

    def _month(self, years_ago: int) -> date:
        """The first day of some month of that year, not after now."""
        return date(self._at.year - years_ago, self._dice.randint(1, 11 if years_ago else self._at.month), 1)


def main() -> None:
    """Print what a town is like: how long its texts are, and how seldom one says what another says."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--members", type=int, default=1_000)
    count = options.parse_args().members
    town = list(people(count))
    profiles = [person.profile for person in town]
    sizes = sorted(len(profile.introduction) for profile in profiles)
    print(f"{count} workers, introductions of {sum(sizes) / count:.0f} characters ({sizes[0]} to {sizes[-1]})")
    sentences = [part for profile in profiles for part in re.findall("[^。]+。", profile.introduction)]
    duties = [career["duties"] for person in town for career in person.careers]
    for name, texts in {
        "introductions": [profile.introduction for profile in profiles],
        "sentences of them": sentences,
        "headlines": [profile.headline for profile in profiles],
        "nicknames": [profile.nickname for profile in profiles],
        "duties": duties,
    }.items():
        print(f"{name}: {len(texts)}, different ones {len(set(texts))}")
    skills = Counter(skill.name for person in town for skill in person.skills)
    print("most known:", ", ".join(f"{name} {known}" for name, known in skills.most_common(5)))
    print(town[0])


if __name__ == "__main__":
    main()
