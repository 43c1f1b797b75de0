"""The query string is the state of a search: read without ever failing, written back for each link."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Self

from werkzeug.datastructures import MultiDict

from blueprints.search import reading
from marketplace.addresses import find_municipality, find_prefecture
from marketplace.circles.queries import Circle
from marketplace.pledges.wording import CURRENT
from marketplace.profiles.models import Status, WeeklyHours
from search_index import SkillWanted, Sort, WorkerFilters

HIGHEST_RATE_YEN = 1_000_000
LONGEST_EXPERIENCE_YEARS = 60
HIGHEST_LEVEL = 3

FRIENDS, FRIENDS_OF_FRIENDS = "1", "2"
IDENTITY, PLEDGE, QUALIFICATION, COMPANY = CHECKED = ("identity", "pledge", "qualification", "company")
"""What can have been checked of a worker."""

Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Search:
    """What every search asks for. Values that mean nothing are left out, as if they had not been given."""

    ENDPOINT: ClassVar[str]
    """Where it is answered."""

    words: str = ""
    friends: tuple[str, ...] = ()
    """Among those who are so many ties away from the viewer: FRIENDS, FRIENDS_OF_FRIENDS."""
    skills: tuple[int, ...] = ()
    places: tuple[str, ...] = ()
    """Prefectures, by JIS code."""
    cities: tuple[str, ...] = ()
    """Municipalities, by JIS X 0402 code."""
    online: bool = False
    cursor: str | None = field(default=None, compare=False)
    skill_name: str = field(default="", compare=False)
    """What was typed to add a skill by; it stays where there is none of that name."""
    unread: Mapping[str, str] = field(default_factory=dict, compare=False)
    """What stands in a field of an amount and is no number, by the field's name."""

    @staticmethod
    def _shared(arguments: MultiDict[str, str], *, is_member: bool) -> dict[str, Any]:
        """Read what every search has; a visitor has no friends to search among."""
        friends = reading.among(arguments.getlist("friends"), (FRIENDS, FRIENDS_OF_FRIENDS).__contains__)
        return {
            "words": reading.typed(arguments.get("q")),
            "friends": friends if is_member else (),
            "skills": tuple(map(int, reading.among(arguments.getlist("skill"), reading.is_number))),
            "places": reading.among(arguments.getlist("place"), find_prefecture),
            "cities": reading.among(arguments.getlist("city"), find_municipality),
            "online": arguments.get("online") == "1",
            "cursor": arguments.get("after"),
            "skill_name": reading.typed(arguments.get("skill_name"))[: reading.MOST_TYPED],
        }

    def _single(self) -> Mapping[str, Any]:
        """The fields of one value, by their names in the query string; what is not asked for is false."""
        return {"q": self.words, "online": int(self.online), "after": self.cursor}

    def _several(self) -> Mapping[str, Iterable[Any]]:
        """The fields of several values."""
        return {"friends": self.friends, "skill": self.skills, "place": self.places, "city": self.cities}

    def pairs(self) -> Pairs:
        """Return this search as the pairs of a query string; what is not asked for is absent."""
        pairs = [(name, str(value)) for name, value in self._single().items() if value]
        return pairs + [(name, str(value)) for name, values in self._several().items() for value in values]

    def without(self, **less: Any) -> Self:
        """Return this search with other values for some fields, from its first page."""
        return replace(self, cursor=None, **less)

    def among(self, circle: Circle) -> frozenset[int] | None:
        """Return among whom is searched, of the viewer's circle; None for among all."""
        circles = {FRIENDS: circle.friends, FRIENDS_OF_FRIENDS: circle.friends_of_friends}
        return frozenset().union(*(circles[chosen] for chosen in self.friends)) if self.friends else None


@dataclass(frozen=True)
class SearchState(Search):
    """What is asked of workers."""

    ENDPOINT = "search.workers"

    team: bool = False
    """Only those who are in a team."""
    level: int = 0
    years: int = 0
    statuses: tuple[str, ...] = ()
    hours: tuple[str, ...] = ()
    checked: tuple[str, ...] = ()
    """Those of CHECKED that must all have been."""
    rate_from: int | None = None
    rate_to: int | None = None
    order: Sort = Sort.RELEVANCE

    @classmethod
    def read(cls, arguments: MultiDict[str, str], *, is_member: bool) -> Self:
        """Read the query string."""
        rates = {name: reading.typed(arguments.get(name)) for name in ("rate_from", "rate_to")}
        lowest, highest = reading.between((rates["rate_from"], rates["rate_to"]), HIGHEST_RATE_YEN)
        return cls(
            **cls._shared(arguments, is_member=is_member),
            team=arguments.get("team") == "1",
            level=min(reading.number(arguments.get("level")) or 0, HIGHEST_LEVEL),
            years=min(reading.number(arguments.get("years")) or 0, LONGEST_EXPERIENCE_YEARS),
            statuses=reading.among(arguments.getlist("status"), set(Status).__contains__),
            hours=reading.among(arguments.getlist("hours"), set(WeeklyHours).__contains__),
            checked=reading.among(arguments.getlist("checked"), CHECKED.__contains__),
            rate_from=lowest,
            rate_to=highest,
            order=_order(arguments.get("order", ""), is_member=is_member),
            unread=reading.unread(rates, HIGHEST_RATE_YEN),
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
            among=self.among(circle),
            but=hidden,
        )

    @property
    def asks_for_circle(self) -> bool:
        """Whether it matters who is near the viewer."""
        return bool(self.friends) or self.order is Sort.CLOSEST

    def _single(self) -> Mapping[str, Any]:
        return {
            **super()._single(),
            "team": int(self.team),
            "level": self.level,
            "years": self.years,
            "rate_from": self.rate_from,
            "rate_to": self.rate_to,
            "order": "" if self.order is Sort.RELEVANCE else self.order.value,
        }

    def _several(self) -> Mapping[str, Iterable[Any]]:
        return {**super()._several(), "status": self.statuses, "hours": self.hours, "checked": self.checked}

    @property
    def cleared(self) -> Self:
        """The same words and order with no filter at all."""
        return type(self)(words=self.words, order=self.order)


def _order(value: str, *, is_member: bool) -> Sort:
    order = Sort(value) if value in set(Sort) else Sort.RELEVANCE
    return order if is_member or order is not Sort.CLOSEST else Sort.RELEVANCE
