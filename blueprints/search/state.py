"""The query string is the state of a search: read without ever failing, written back for each link."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from werkzeug.datastructures import MultiDict

from marketplace.addresses import find_municipality, find_prefecture
from marketplace.circles.queries import Circle
from marketplace.pledges.wording import CURRENT
from marketplace.profiles.models import Status, WeeklyHours
from search_index import SkillWanted, Sort, WorkerFilters

MOST_CHOICES = 20
"""How many values of one filter are read."""
HIGHEST_RATE_YEN = 1_000_000
LONGEST_EXPERIENCE_YEARS = 60
HIGHEST_LEVEL = 3

MOST_TYPED = 100
"""How many characters of the name of a skill, or of an amount, are read."""
FRIENDS, FRIENDS_OF_FRIENDS = "1", "2"
IDENTITY, PLEDGE, QUALIFICATION, COMPANY = CHECKED = ("identity", "pledge", "qualification", "company")
"""What can have been checked of a worker."""

Pairs = list[tuple[str, str]]

_CONTROLS = {code: " " if chr(code).isspace() else None for code in (*range(0x20), *range(0x7F, 0xA0))}
_SEPARATORS_OF_AMOUNTS = re.compile(r"[\s,、円¥]+")


@dataclass(frozen=True)
class SearchState:
    """What a search asks for. Values that mean nothing are left out, as if they had not been given."""

    words: str = ""
    friends: tuple[str, ...] = ()
    """Among those who are so many ties away from the viewer: FRIENDS, FRIENDS_OF_FRIENDS."""
    team: bool = False
    """Only those who are in a team."""
    skills: tuple[int, ...] = ()
    level: int = 0
    years: int = 0
    statuses: tuple[str, ...] = ()
    hours: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    """Prefectures, by JIS code."""
    cities: tuple[str, ...] = ()
    """Municipalities, by JIS X 0402 code."""
    online: bool = False
    checked: tuple[str, ...] = ()
    """Those of CHECKED that must all have been."""
    rate_from: int | None = None
    rate_to: int | None = None
    order: Sort = Sort.RELEVANCE
    cursor: str | None = field(default=None, compare=False)
    skill_name: str = field(default="", compare=False)
    """What was typed to add a skill by; it stays where there is none of that name."""
    unread: Mapping[str, str] = field(default_factory=dict, compare=False)
    """What stands in a field of the rate and is no number, by the field's name."""

    @classmethod
    def read(cls, arguments: MultiDict[str, str], *, is_member: bool) -> "SearchState":
        """Read the query string; a visitor has no friends to search among."""
        rates = {name: _typed(arguments.get(name)) for name in ("rate_from", "rate_to")}
        lowest, highest = _in_order(*(_rate(typed) for typed in rates.values()))
        return cls(
            words=_typed(arguments.get("q")),
            friends=_among(arguments.getlist("friends"), (FRIENDS, FRIENDS_OF_FRIENDS).__contains__)
            if is_member
            else (),
            team=arguments.get("team") == "1",
            skills=tuple(map(int, _among(arguments.getlist("skill"), _is_number))),
            level=min(_number(arguments.get("level")) or 0, HIGHEST_LEVEL),
            years=min(_number(arguments.get("years")) or 0, LONGEST_EXPERIENCE_YEARS),
            statuses=_among(arguments.getlist("status"), set(Status).__contains__),
            hours=_among(arguments.getlist("hours"), set(WeeklyHours).__contains__),
            places=_among(arguments.getlist("place"), find_prefecture),
            cities=_among(arguments.getlist("city"), find_municipality),
            online=arguments.get("online") == "1",
            checked=_among(arguments.getlist("checked"), CHECKED.__contains__),
            rate_from=lowest,
            rate_to=highest,
            order=_order(arguments.get("order", ""), is_member=is_member),
            cursor=arguments.get("after"),
            skill_name=_typed(arguments.get("skill_name"))[:MOST_TYPED],
            unread={name: typed[:MOST_TYPED] for name, typed in rates.items() if typed and _amount(typed) is None},
        )

    def filters(self, circle: Circle, hidden: frozenset[int]) -> WorkerFilters:
        """Return what the search index filters by.

        `circle` is the viewer's, and counts where it is asked for; who is `hidden` from the viewer never counts.
        """
        return WorkerFilters(
            skills=tuple(SkillWanted(key, self.level, self.years) for key in self.skills),
            prefectures=self.places,
            cities=self.cities,
            online=self.online,
            statuses=self.statuses,
            hours=self.hours,
            lowest_rate_yen=self.rate_from,
            highest_rate_yen=self.rate_to,
            has_team=self.team,
            is_identified=IDENTITY in self.checked,
            pledges=(CURRENT,) if PLEDGE in self.checked else (),
            is_qualified=QUALIFICATION in self.checked,
            has_company=COMPANY in self.checked,
            among=self._among(circle) if self.friends else None,
            but=hidden,
        )

    @property
    def asks_for_circle(self) -> bool:
        """Whether it matters who is near the viewer."""
        return bool(self.friends) or self.order is Sort.CLOSEST

    def pairs(self) -> Pairs:
        """Return this search as the pairs of a query string; what is not asked for is absent."""
        single: Mapping[str, Any] = {
            "q": self.words,
            "team": int(self.team),
            "level": self.level,
            "years": self.years,
            "online": int(self.online),
            "rate_from": self.rate_from,
            "rate_to": self.rate_to,
            "order": "" if self.order is Sort.RELEVANCE else self.order.value,
            "after": self.cursor,
        }
        several: Mapping[str, Iterable[Any]] = {
            "friends": self.friends,
            "skill": self.skills,
            "status": self.statuses,
            "hours": self.hours,
            "place": self.places,
            "city": self.cities,
            "checked": self.checked,
        }
        pairs = [(name, str(value)) for name, value in single.items() if value]
        return pairs + [(name, str(value)) for name, values in several.items() for value in values]

    def without(self, **less: Any) -> "SearchState":
        """Return this search with other values for some fields, from its first page."""
        return replace(self, cursor=None, **less)

    def _among(self, circle: Circle) -> frozenset[int]:
        circles = {FRIENDS: circle.friends, FRIENDS_OF_FRIENDS: circle.friends_of_friends}
        return frozenset().union(*(circles[chosen] for chosen in self.friends))

    @property
    def cleared(self) -> "SearchState":
        """The same words and order with no filter at all."""
        return SearchState(words=self.words, order=self.order)


def _among(values: list[str], is_known: Any) -> tuple[str, ...]:
    known = (value for value in dict.fromkeys(values) if is_known(value))
    return tuple(known)[:MOST_CHOICES]


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) < 10


def _number(value: str | None) -> int | None:
    """Read digits of any width, with or without commas."""
    folded = unicodedata.normalize("NFKC", value or "").replace(",", "").strip()
    return int(folded) if _is_number(folded) else None


def _typed(value: str | None) -> str:
    """Return what was typed without control characters, which no keyboard makes and no database takes."""
    return (value or "").translate(_CONTROLS).strip()


def _amount(typed: str) -> int | None:
    """Read yen as people write them; None for what is no number."""
    digits = _SEPARATORS_OF_AMOUNTS.sub("", unicodedata.normalize("NFKC", typed))
    if not digits.isascii() or not digits.isdigit():
        return None
    # The first digits of a number that long say enough: it is beyond every rate.
    return min(int(digits.lstrip("0")[:10] or "0"), HIGHEST_RATE_YEN)


def _rate(typed: str) -> int | None:
    return _amount(typed) or None


def _in_order(lowest: int | None, highest: int | None) -> tuple[int | None, int | None]:
    """Let a range that was typed from its end mean the same."""
    return (highest, lowest) if lowest and highest and lowest > highest else (lowest, highest)


def _order(value: str, *, is_member: bool) -> Sort:
    order = Sort(value) if value in set(Sort) else Sort.RELEVANCE
    return order if is_member or order is not Sort.CLOSEST else Sort.RELEVANCE
