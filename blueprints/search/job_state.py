"""What is asked of jobs, as the query string says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from werkzeug.datastructures import MultiDict

from blueprints.search import reading
from blueprints.search.state import Search
from marketplace.circles.queries import Circle
from marketplace.jobs.categories import Category
from marketplace.jobs.models import MOST_YEN, JobKind, RewardKind
from search_index import DAYS_LEFT, DAYS_SINCE, JobFilters, JobSort, SkillWanted


@dataclass(frozen=True)
class JobSearchState(Search):
    """What is asked of jobs; `friends` are those of the posters."""

    ENDPOINT = "search.jobs"

    kinds: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    pays: tuple[str, ...] = ()
    """For what is paid: values of RewardKind."""
    reward_from: int | None = None
    reward_to: int | None = None
    ends: int | None = None
    """Within how many days the last day for applications comes, of DAYS_LEFT."""
    posted: int | None = None
    """How many days ago it was posted at most, of DAYS_SINCE."""
    company: bool = False
    """Only those of companies of which something was checked."""
    order: JobSort = JobSort.RELEVANCE

    @classmethod
    def read(cls, arguments: MultiDict[str, str], *, is_member: bool) -> Self:
        """Read the query string."""
        rewards = {name: reading.typed(arguments.get(name)) for name in ("reward_from", "reward_to")}
        lowest, highest = reading.between((rewards["reward_from"], rewards["reward_to"]), MOST_YEN)
        return cls(
            **cls._shared(arguments, is_member=is_member),
            kinds=reading.among(arguments.getlist("kind"), set(JobKind).__contains__),
            categories=reading.among(arguments.getlist("category"), set(Category).__contains__),
            pays=reading.among(arguments.getlist("pay"), set(RewardKind).__contains__),
            reward_from=lowest,
            reward_to=highest,
            ends=_offered(arguments.get("ends"), DAYS_LEFT),
            posted=_offered(arguments.get("posted"), DAYS_SINCE),
            company=arguments.get("company") == "1",
            order=_order(arguments.get("order", ""), is_member=is_member),
            unread=reading.unread(rewards, MOST_YEN),
        )

    def filters(self, circle: Circle, hidden: frozenset[int]) -> JobFilters:
        """Return what the search index filters by.

        `circle` is the viewer's, and counts where it is asked for; whose posters are `hidden` from the viewer never do.
        """
        return JobFilters(
            kinds=self.kinds,
            categories=self.categories,
            skills=tuple(SkillWanted(key) for key in self.skills),
            prefectures=self.places,
            cities=self.cities,
            online=self.online,
            reward_kinds=self.pays,
            lowest_yen=self.reward_from,
            highest_yen=self.reward_to,
            ends_within=self.ends,
            posted_within=self.posted,
            has_company=self.company,
            by=self.among(circle),
            but_by=hidden,
        )

    @property
    def asks_for_circle(self) -> bool:
        """Whether it matters who is near the viewer."""
        return bool(self.friends) or self.order is JobSort.CLOSEST

    def _single(self) -> Mapping[str, Any]:
        return {
            **super()._single(),
            "reward_from": self.reward_from,
            "reward_to": self.reward_to,
            "ends": self.ends,
            "posted": self.posted,
            "company": int(self.company),
            "order": "" if self.order is JobSort.RELEVANCE else self.order.value,
        }

    def _several(self) -> Mapping[str, Iterable[Any]]:
        return {**super()._several(), "kind": self.kinds, "category": self.categories, "pay": self.pays}

    @property
    def cleared(self) -> Self:
        """The same words and order with no filter at all."""
        return type(self)(words=self.words, order=self.order)


def _offered(value: str | None, offered: tuple[int, ...]) -> int | None:
    found = reading.number(value)
    return found if found in offered else None


def _order(value: str, *, is_member: bool) -> JobSort:
    order = JobSort(value) if value in set(JobSort) else JobSort.RELEVANCE
    return order if is_member or order is not JobSort.CLOSEST else JobSort.RELEVANCE
