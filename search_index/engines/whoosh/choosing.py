"""Filters, facets, order and pages over the columns of a snapshot."""

import base64
import binascii
from datetime import datetime
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from marketplace.clock import local_day
from search_index.engines import (
    DEEPEST,
    PAGE,
    STATUS_FADES_AFTER,
    Circles,
    Facets,
    Hit,
    Query,
    RateBar,
    Results,
    SkillWanted,
    Sort,
    WorkerFilters,
    prefecture_of,
)
from search_index.engines.whoosh.matching import Matched, Scores
from search_index.engines.whoosh.schema import LABELS, days, minutes, months
from search_index.engines.whoosh.snapshot import Mask, Snapshot

RATE_STEPS = (0, 1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 7_000, 8_000, 9_000, 10_000, 15_000)
"""Where the bars of the hourly rates begin, in yen."""

MOST_SKILLS = 30
"""Skills counted as further choices."""

_CLOSER = 1 << 29
"""What one circle counts more than the next: more than any score, and a few of them fit into half a number."""


class Choice:
    """The filters as masks, one for each field, so that every facet can leave its own out."""

    def __init__(self, snapshot: Snapshot, filters: WorkerFilters, now: datetime) -> None:
        self._snapshot = snapshot
        self._now = now
        self.fresh: Mask = snapshot.numbers["confirmed"] >= minutes(now - STATUS_FADES_AFTER)
        today = days(local_day(now))
        self.pledged: Mask = snapshot.numbers["pledged"] >= today
        self.qualified: Mask = snapshot.numbers["qualified"] >= today
        self.masks: dict[str, Mask] = {}
        if filters.skills:
            self.masks["skills"] = reduce(np.logical_and, (self._with_skill(wanted) for wanted in filters.skills))
        if filters.statuses:
            said = self._labelled(*(LABELS["status"] + status for status in filters.statuses))
            self.masks["status"] = said & self.fresh
        if filters.hours:
            self.masks["hours"] = self._labelled(*(LABELS["hours"] + hours for hours in filters.hours))
        if filters.prefectures or filters.cities or filters.online:
            self.masks["place"] = self._labelled(*_places(filters))
        if filters.lowest_rate_yen is not None or filters.highest_rate_yen is not None:
            self.masks["rate"] = self._within(filters.lowest_rate_yen, filters.highest_rate_yen)
        if filters.has_team:
            self.masks["team"] = self._labelled(LABELS["team"])
        self._choose_checked(filters)
        if filters.among is not None:
            self.masks["among"] = _keyed(snapshot, filters.among)
        if filters.but:
            self.masks["but"] = ~np.isin(snapshot.numbers["number"], np.array(list(filters.but), np.int64))

    def _choose_checked(self, filters: WorkerFilters) -> None:
        """What was checked: all that is asked for must be there, and what has a last day must not be over."""
        if filters.is_identified:
            self.masks["identity"] = self._labelled(LABELS["identity"])
        if filters.pledges:
            signed = self._labelled(*(LABELS["pledge"] + version for version in filters.pledges))
            self.masks["pledge"] = signed & self.pledged
        if filters.has_company:
            self.masks["company"] = self._labelled(LABELS["company"])
        if filters.is_qualified:
            self.masks["qualification"] = self.qualified

    def of(self, matched: Mask, *, leaving_out: str = "") -> Mask:
        """Those of the matched that pass all filters but one."""
        return reduce(np.logical_and, (mask for name, mask in self.masks.items() if name != leaving_out), matched)

    def _labelled(self, *labels: str) -> Mask:
        """Those with any of the labels."""
        snapshot = self._snapshot
        mask = np.zeros(snapshot.size, bool)
        for label in labels:
            documents, values = snapshot.labels[label[:2]]
            mask[documents[values == snapshot.label_numbers.get(label, -1)]] = True
        return mask

    def _with_skill(self, wanted: SkillWanted) -> Mask:
        snapshot = self._snapshot
        found = (snapshot.skills.values == wanted.id) & (snapshot.skill_levels >= wanted.level)
        if wanted.years > 0:
            since = snapshot.skill_since
            found &= (since > 0) & (since <= months(self._now.date()) - 12 * wanted.years)
        mask = np.zeros(snapshot.size, bool)
        mask[snapshot.skills.documents[found]] = True
        return mask

    def _within(self, lowest: int | None, highest: int | None) -> Mask:
        rates = self._snapshot.numbers["rate"]
        mask = rates >= max(lowest or 0, 0)
        return mask if highest is None else mask & (rates <= highest)

    def facets(self, matched: Mask) -> Facets:
        """Count what every further choice would show."""
        place = self.of(matched, leaving_out="place")
        return Facets(
            statuses=self._label_counts("status", self.of(matched, leaving_out="status") & self.fresh),
            hours=self._label_counts("hours", self.of(matched, leaving_out="hours")),
            prefectures=self._label_counts("prefecture", place),
            cities=self._label_counts("city", place),
            whole=self._label_counts("whole", place),
            online=self._label_counts("online", place).get("", 0),
            with_team=self._label_counts("team", self.of(matched, leaving_out="team")).get("", 0),
            identified=self._label_counts("identity", self.of(matched, leaving_out="identity")).get("", 0),
            pledges=self._label_counts("pledge", self.of(matched, leaving_out="pledge") & self.pledged),
            with_company=self._label_counts("company", self.of(matched, leaving_out="company")).get("", 0),
            qualified=int(np.count_nonzero(self.of(matched, leaving_out="qualification") & self.qualified)),
            skills=self._skill_counts(self.of(matched)),
            rates=self._rate_bars(self.of(matched, leaving_out="rate")),
        )

    def _label_counts(self, name: str, chosen: Mask) -> dict[str, int]:
        prefix, names = LABELS[name], list(self._snapshot.label_numbers)
        documents, values = self._snapshot.labels[prefix]
        counts = np.bincount(values[chosen[documents]])
        return {names[number].removeprefix(prefix): int(counts[number]) for number in np.flatnonzero(counts)}

    def _skill_counts(self, chosen: Mask) -> tuple[tuple[int, int], ...]:
        documents, values = self._snapshot.skills
        counts = np.bincount(values[chosen[documents]])
        known = np.flatnonzero(counts)
        first = known[np.argsort(-counts[known], kind="stable")][:MOST_SKILLS]
        return tuple(zip(first.tolist(), counts[first].tolist(), strict=True))

    def _rate_bars(self, chosen: Mask) -> tuple[RateBar, ...]:
        rates = self._snapshot.numbers["rate"][chosen]
        bars = np.searchsorted(RATE_STEPS, rates, "right")
        counts = np.bincount(bars, minlength=len(RATE_STEPS) + 1)[1:].tolist()
        return tuple(
            RateBar(lowest, below, count)
            for lowest, below, count in zip(RATE_STEPS, [*RATE_STEPS[1:], None], counts, strict=True)
        )


def _places(filters: WorkerFilters) -> list[str]:
    return [
        *([LABELS["online"]] if filters.online else []),
        *(LABELS["prefecture"] + prefecture for prefecture in filters.prefectures),
        *(LABELS["city"] + city for city in filters.cities),
        *(LABELS["whole"] + prefecture_of(city) for city in filters.cities),
    ]


def page_of(
    snapshot: Snapshot,
    matched: Matched,
    query: Query,
    choice: Choice,
    *,
    sort: Sort,
    cursor: str | None,
    circles: Circles = (),
) -> Results:
    """The page that the cursor points at, of what matches and passes the filters."""
    chosen = choice.of(matched.documents)
    numbers = np.flatnonzero(chosen)
    by = Sort.RELEVANCE if sort is Sort.CLOSEST else sort
    by = Sort.NEWEST if by is Sort.RELEVANCE and not query.words else by
    values = _values(snapshot, by, matched.scores)
    if sort is Sort.CLOSEST:
        values = np.minimum(values, _CLOSER - 1) + _CLOSER * _closeness(snapshot, circles)
    ranks = (values[numbers] << 31) + snapshot.numbers["number"][numbers]
    if len(ranks) > DEEPEST:
        best = np.argpartition(ranks, -DEEPEST)[-DEEPEST:]
        ranks, numbers = ranks[best], numbers[best]
    order = np.argsort(-ranks)
    ranks, numbers = ranks[order], numbers[order]
    start = _start(ranks, cursor)
    shown = numbers[start : start + PAGE]
    return Results(
        query,
        tuple(Hit(int(snapshot.numbers["number"][number]), float(matched.scores[number])) for number in shown),
        total=int(np.count_nonzero(chosen)),
        facets=choice.facets(matched.documents),
        next_cursor=_cursor("a", ranks[start + PAGE - 1]) if start + PAGE < len(ranks) else None,
        previous_cursor=_cursor("b", ranks[start]) if 0 < start < len(ranks) else None,
        following=len(ranks[start + PAGE : start + 2 * PAGE]),
    )


def _values(snapshot: Snapshot, sort: Sort, scores: Scores) -> NDArray[np.int64]:
    """What to sort by, highest first; the key of the member settles ties, so that every rank is its own."""
    rates = snapshot.numbers["rate"]
    if sort is Sort.RELEVANCE:
        return (scores * 100_000).astype(np.int64)
    if sort is Sort.RATE_LOW:
        return np.where(rates < 0, 0, 2**31 - rates)
    if sort is Sort.RATE_HIGH:
        return rates + 1
    return snapshot.numbers["active" if sort is Sort.ACTIVE else "published"]


def _closeness(snapshot: Snapshot, circles: Circles) -> NDArray[np.int64]:
    """How close each is: as many as there are circles for the first of them, 0 for those in none."""
    closeness = np.zeros(snapshot.size, np.int64)
    for number, circle in enumerate(reversed(circles), start=1):
        closeness[_keyed(snapshot, circle)] = number
    return closeness


def _keyed(snapshot: Snapshot, keys: frozenset[int]) -> Mask:
    """Those whose keys are among these."""
    return np.isin(snapshot.numbers["number"], np.array(list(keys), np.int64))


def _cursor(side: str, rank: np.int64) -> str:
    return base64.urlsafe_b64encode(f"{side}{rank}".encode()).decode().rstrip("=")


def _start(ranks: NDArray[np.int64], cursor: str | None) -> int:
    """Where a page begins: after the rank in the cursor or a page before it, whatever came and went meanwhile."""
    try:
        told = base64.urlsafe_b64decode((cursor or "") + "==").decode()
        side, rank = told[:1], int(told[1:])
    except (ValueError, binascii.Error):
        return 0
    if side == "b":
        return max(int(np.searchsorted(-ranks, -rank, "left")) - PAGE, 0)
    return int(np.searchsorted(-ranks, -rank, "right"))
