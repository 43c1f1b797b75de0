"""Jobs in a Whoosh index: their columns, and how they are filtered, counted and sorted."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import numpy as np

from marketplace.clock import local_day
from search_index.engines import Circles, Query
from search_index.engines.jobs import DAYS_LEFT, DAYS_SINCE, JobDocument, JobFacets, JobFilters, JobSort
from search_index.engines.whoosh.choosing import Choice, Values, relevance
from search_index.engines.whoosh.matching import Scores
from search_index.engines.whoosh.schema import ASIDE, NICKNAME, TEXT, TITLE, Layout, days, minutes, place_labels
from search_index.engines.whoosh.snapshot import Mask, Snapshot

REWARD_STEPS = (0, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000)
"""Where the bars of the rewards begin, in yen: each some two of the one before, for hours stand beside whole works."""

LABELS = {
    "kind": "k:",
    "category": "g:",
    "reward_kind": "r:",
    "online": "o:",
    "prefecture": "p:",
    "city": "c:",
    "whole": "w:",
    "company": "f:",
}
"""What labels begin with. `whole`: a prefecture named without any city of it."""

NUMBERS = (
    "poster",
    "lowest",  # yen
    "highest",  # yen
    "published",  # minutes since 1970, 0 for never
    "ends",  # the last day on which it is found, since year 1
)


def _texts(document: JobDocument) -> Iterator[tuple[str, float]]:
    yield document.title, NICKNAME
    yield document.offerer, TITLE
    for skill in document.skills:
        for name in (skill.name, *skill.aliases):
            yield name, TITLE
    for words in (*document.category_words, document.place):
        yield words, ASIDE
    yield document.description, TEXT
    for note in document.notes:
        yield note, ASIDE


def labels(document: JobDocument) -> Iterator[str]:
    """What a job is chosen and counted by, each with its beginning."""
    for name in ("kind", "category", "reward_kind"):
        if value := getattr(document, name):
            yield LABELS[name] + value
    if document.is_remote:
        yield LABELS["online"]
    if document.has_company:
        yield LABELS["company"]
    prefectures = [document.prefecture] if document.prefecture else []
    yield from place_labels(LABELS, prefectures, [document.city] if document.city else [])


def _values(document: JobDocument) -> tuple[int, ...]:
    return (
        document.poster,
        document.lowest_yen,
        document.highest_yen,
        minutes(document.published_at),
        days(document.apply_until),
    )


LAYOUT = Layout(NUMBERS, LABELS, _texts, lambda document: document.offerer, _values, labels)


class JobChoice(Choice[JobFacets]):
    """What is asked of jobs."""

    def __init__(self, snapshot: Snapshot, filters: JobFilters, now: datetime) -> None:
        super().__init__(snapshot, now)
        numbers, self._today = snapshot.numbers, days(local_day(now))
        # An index does not hear of midnight.
        self.masks["open"] = numbers["ends"] >= self._today
        self.choose_labelled("kind", filters.kinds)
        self.choose_labelled("category", filters.categories)
        self.choose_labelled("reward_kind", filters.reward_kinds)
        self.choose_skills(filters.skills)
        self.choose_places(filters.prefectures, filters.cities, online=filters.online)
        if filters.lowest_yen is not None or filters.highest_yen is not None:
            self.masks["reward"] = self._pays(filters.lowest_yen, filters.highest_yen)
        if filters.ends_within is not None:
            self.masks["ending"] = self._ends_within(filters.ends_within)
        if filters.posted_within is not None:
            self.masks["posted"] = self._posted_within(filters.posted_within)
        if filters.has_company:
            self.masks["company"] = self.labelled("company", "")
        if filters.by is not None:
            self.masks["by"] = self.keyed("poster", filters.by)
        if filters.but_by:
            self.masks["but_by"] = ~self.keyed("poster", filters.but_by)

    def _pays(self, lowest: int | None, highest: int | None) -> Mask:
        """Where the two ranges have an amount in common."""
        numbers = self.snapshot.numbers
        mask = numbers["highest"] >= max(lowest or 0, 0)
        return mask if highest is None else mask & (numbers["lowest"] <= highest)

    def _ends_within(self, left: int) -> Mask:
        return self.snapshot.numbers["ends"] <= self._today + left

    def _posted_within(self, passed: int) -> Mask:
        return self.snapshot.numbers["published"] >= minutes(self.now - timedelta(days=passed))

    def facets(self, matched: Mask) -> JobFacets:
        """Count what every further choice would show."""
        place = self.of(matched, leaving_out="place")
        ending, posted = self.of(matched, leaving_out="ending"), self.of(matched, leaving_out="posted")
        return JobFacets(
            kinds=self.label_counts("kind", self.of(matched, leaving_out="kind")),
            categories=self.label_counts("category", self.of(matched, leaving_out="category")),
            prefectures=self.label_counts("prefecture", place),
            cities=self.label_counts("city", place),
            whole=self.label_counts("whole", place),
            online=self.label_counts("online", place).get("", 0),
            reward_kinds=self.label_counts("reward_kind", self.of(matched, leaving_out="reward_kind")),
            ending={left: int(np.count_nonzero(ending & self._ends_within(left))) for left in DAYS_LEFT},
            posted={passed: int(np.count_nonzero(posted & self._posted_within(passed))) for passed in DAYS_SINCE},
            with_company=self.count("company", matched),
            skills=self.skill_counts(self.of(matched)),
            rewards=self.bars("lowest", REWARD_STEPS, self.of(matched, leaving_out="reward")),
        )

    def values(self, sort: str, query: Query, scores: Scores, circles: Circles) -> Values:
        """What to sort by."""
        numbers = self.snapshot.numbers
        if sort == JobSort.CLOSEST:
            return self.closest(self.values(JobSort.RELEVANCE, query, scores, ()), "poster", circles)
        if sort == JobSort.RELEVANCE and query.words:
            return relevance(scores)
        if sort == JobSort.DEADLINE:
            return 2**31 - numbers["ends"]
        if sort == JobSort.REWARD_HIGH:
            return numbers["highest"]
        if sort == JobSort.REWARD_LOW:
            return 2**31 - numbers["lowest"]
        return numbers["published"]
