"""Workers and teams in a Whoosh index: their columns, and how they are filtered, counted and sorted."""

from collections.abc import Iterator
from datetime import datetime

import numpy as np

from marketplace.clock import local_day
from search_index.engines import STATUS_FADES_AFTER, Circles, Document, Facets, Query, Sort, WorkerFilters
from search_index.engines.whoosh.choosing import Choice, Values, relevance
from search_index.engines.whoosh.matching import Scores
from search_index.engines.whoosh.schema import ASIDE, NICKNAME, TEXT, TITLE, Layout, days, minutes, place_labels
from search_index.engines.whoosh.snapshot import Mask, Snapshot

RATE_STEPS = (0, 1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 7_000, 8_000, 9_000, 10_000, 15_000)
"""Where the bars of the hourly rates begin, in yen."""

LABELS = {
    "status": "s:",
    "hours": "h:",
    "online": "o:",
    "prefecture": "p:",
    "city": "c:",
    "whole": "w:",
    "team": "t:",
    "identity": "i:",
    "pledge": "n:",
    "company": "f:",
}
"""What labels begin with. `whole`: a prefecture named without any city of it. `pledge`: a version of it."""


NUMBERS = (
    "rate",  # yen, -1 for none
    "published",  # minutes since 1970, 0 for never
    "active",  # days since year 1, 0 for never
    "confirmed",  # minutes since 1970, 0 for never
    "pledged",  # the last day on which it holds, since year 1, 0 for none
    "qualified",  # likewise
)


def _texts(document: Document) -> Iterator[tuple[str, float]]:
    yield document.nickname, NICKNAME
    yield document.username, TITLE
    yield document.headline, TITLE
    for skill in document.skills:
        for name in (skill.name, *skill.aliases):
            yield name, TITLE
    for qualification in document.qualifications:
        for name in (qualification.name, qualification.common_name):
            yield f"{name} {qualification.grade}", TEXT
        yield qualification.issuer, TEXT
    yield document.introduction, TEXT
    for career in document.careers:
        yield career, TEXT
    for hobby in document.hobbies:
        yield hobby, ASIDE


def labels(document: Document) -> Iterator[str]:
    """What a worker is chosen and counted by, each with its beginning."""
    if document.status:
        yield LABELS["status"] + document.status
    if document.hours:
        yield LABELS["hours"] + document.hours
    if document.works_online:
        yield LABELS["online"]
    if document.has_team:
        yield LABELS["team"]
    if document.is_identified:
        yield LABELS["identity"]
    if document.pledge:
        yield LABELS["pledge"] + document.pledge
    if document.has_company:
        yield LABELS["company"]
    yield from place_labels(LABELS, document.prefectures, document.cities)


def _values(document: Document) -> tuple[int, ...]:
    return (
        -1 if document.hourly_rate_yen is None else document.hourly_rate_yen,
        minutes(document.published_at),
        days(document.last_active_on),
        minutes(document.status_confirmed_at),
        days(document.pledged_until),
        days(document.qualified_until),
    )


LAYOUT = Layout(NUMBERS, LABELS, _texts, lambda document: document.nickname, _values, labels)


class WorkerChoice(Choice[Facets]):
    """What is asked of workers."""

    def __init__(self, snapshot: Snapshot, filters: WorkerFilters, now: datetime) -> None:
        super().__init__(snapshot, now)
        self.fresh: Mask = snapshot.numbers["confirmed"] >= minutes(now - STATUS_FADES_AFTER)
        today = days(local_day(now))
        self.pledged: Mask = snapshot.numbers["pledged"] >= today
        self.qualified: Mask = snapshot.numbers["qualified"] >= today
        self.choose_skills(filters.skills)
        if filters.statuses:
            self.masks["status"] = self.labelled("status", *filters.statuses) & self.fresh
        self.choose_labelled("hours", filters.hours)
        self.choose_places(filters.prefectures, filters.cities, online=filters.online)
        if filters.lowest_rate_yen is not None or filters.highest_rate_yen is not None:
            self.masks["rate"] = self._within(filters.lowest_rate_yen, filters.highest_rate_yen)
        if filters.has_team:
            self.masks["team"] = self.labelled("team", "")
        self._choose_checked(filters)
        if filters.among is not None:
            self.masks["among"] = self.keyed("number", filters.among)
        if filters.but:
            self.masks["but"] = ~self.keyed("number", filters.but)

    def _choose_checked(self, filters: WorkerFilters) -> None:
        """What was checked: all that is asked for must be there, and what has a last day must not be over."""
        if filters.is_identified:
            self.masks["identity"] = self.labelled("identity", "")
        if filters.pledges:
            self.masks["pledge"] = self.labelled("pledge", *filters.pledges) & self.pledged
        if filters.has_company:
            self.masks["company"] = self.labelled("company", "")
        if filters.is_qualified:
            self.masks["qualification"] = self.qualified

    def _within(self, lowest: int | None, highest: int | None) -> Mask:
        rates = self.snapshot.numbers["rate"]
        mask = rates >= max(lowest or 0, 0)
        return mask if highest is None else mask & (rates <= highest)

    def facets(self, matched: Mask) -> Facets:
        """Count what every further choice would show."""
        place = self.of(matched, leaving_out="place")
        return Facets(
            statuses=self.label_counts("status", self.of(matched, leaving_out="status") & self.fresh),
            hours=self.label_counts("hours", self.of(matched, leaving_out="hours")),
            prefectures=self.label_counts("prefecture", place),
            cities=self.label_counts("city", place),
            whole=self.label_counts("whole", place),
            online=self.label_counts("online", place).get("", 0),
            with_team=self.count("team", matched),
            identified=self.count("identity", matched),
            pledges=self.label_counts("pledge", self.of(matched, leaving_out="pledge") & self.pledged),
            with_company=self.count("company", matched),
            qualified=int(np.count_nonzero(self.of(matched, leaving_out="qualification") & self.qualified)),
            skills=self.skill_counts(self.of(matched)),
            rates=self.bars("rate", RATE_STEPS, self.of(matched, leaving_out="rate")),
        )

    def values(self, sort: str, query: Query, scores: Scores, circles: Circles) -> Values:
        """What to sort by."""
        numbers = self.snapshot.numbers
        if sort == Sort.CLOSEST:
            return self.closest(self.values(Sort.RELEVANCE, query, scores, ()), "number", circles)
        if sort == Sort.RELEVANCE and query.words:
            return relevance(scores)
        if sort == Sort.RATE_LOW:
            return np.where(numbers["rate"] < 0, 0, 2**31 - numbers["rate"])
        if sort == Sort.RATE_HIGH:
            return numbers["rate"] + 1
        return numbers["active" if sort == Sort.ACTIVE else "published"]
