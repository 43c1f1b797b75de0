"""Filters, facets, order and pages over the columns of a snapshot: what every kind of documents has of them."""

import base64
import binascii
from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from datetime import datetime
from functools import reduce
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from search_index.engines import (
    DEEPEST,
    PAGE,
    Circles,
    Hit,
    Query,
    RateBar,
    Results,
    SkillWanted,
    prefecture_of,
)
from search_index.engines.whoosh.matching import Matched, Scores
from search_index.engines.whoosh.schema import months
from search_index.engines.whoosh.snapshot import Mask, Snapshot

Values = NDArray[np.int64]
"""What to sort by, highest first: not negative, and less than 2^31."""

_Facets = TypeVar("_Facets")

MOST_SKILLS = 30
"""Skills counted as further choices."""

_CLOSER = 1 << 29
"""What one circle counts more than the next: more than any score, and a few of them fit into half a number."""


class Choice(ABC, Generic[_Facets]):
    """The filters as masks, one for each field, so that every facet can leave its own out."""

    def __init__(self, snapshot: Snapshot, now: datetime) -> None:
        self.snapshot = snapshot
        self.now = now
        self.masks: dict[str, Mask] = {}

    @abstractmethod
    def facets(self, matched: Mask) -> _Facets:
        """Count what every further choice would show."""

    @abstractmethod
    def values(self, sort: str, query: Query, scores: Scores, circles: Circles) -> Values:
        """What to sort by."""

    def of(self, matched: Mask, *, leaving_out: str = "") -> Mask:
        """Those of the matched that pass all filters but one."""
        return reduce(np.logical_and, (mask for name, mask in self.masks.items() if name != leaving_out), matched)

    def choose_labelled(self, name: str, values: Collection[str]) -> None:
        """Only those with one of the labels, if any is asked for."""
        if values:
            self.masks[name] = self.labelled(name, *values)

    def choose_skills(self, wanted: Collection[SkillWanted]) -> None:
        """Only those with all of the skills."""
        if wanted:
            self.masks["skills"] = reduce(np.logical_and, map(self._with_skill, wanted))

    def choose_places(self, prefectures: Collection[str], cities: Collection[str], *, online: bool) -> None:
        """Only those in one of the places; without any, wherever they are."""
        if prefectures or cities or online:
            whole = {prefecture_of(city) for city in cities}
            masks = [
                self.labelled("prefecture", *prefectures),
                self.labelled("city", *cities),
                self.labelled("whole", *whole),
                self.labelled("online", *([""] if online else [])),
            ]
            self.masks["place"] = reduce(np.logical_or, masks)

    def labelled(self, name: str, *values: str) -> Mask:
        """Those with any of the labels of a field."""
        snapshot = self.snapshot
        documents, numbers = snapshot.labels[name]
        mask = np.zeros(snapshot.size, bool)
        for value in values:
            mask[documents[numbers == snapshot.label_number(name, value)]] = True
        return mask

    def keyed(self, column: str, keys: Collection[int]) -> Mask:
        """Those with one of the keys in a column."""
        return np.isin(self.snapshot.numbers[column], np.array(list(keys), np.int64))

    def _with_skill(self, wanted: SkillWanted) -> Mask:
        snapshot = self.snapshot
        found = (snapshot.skills.values == wanted.id) & (snapshot.skill_levels >= wanted.level)
        if wanted.years > 0:
            since = snapshot.skill_since
            found &= (since > 0) & (since <= months(self.now.date()) - 12 * wanted.years)
        mask = np.zeros(snapshot.size, bool)
        mask[snapshot.skills.documents[found]] = True
        return mask

    def label_counts(self, name: str, chosen: Mask) -> dict[str, int]:
        """How many of the chosen have each label of a field."""
        documents, values = self.snapshot.labels[name]
        counts = np.bincount(values[chosen[documents]])
        names = self.snapshot.label_names(name)
        return {names[number]: int(counts[number]) for number in np.flatnonzero(counts)}

    def count(self, name: str, matched: Mask) -> int:
        """How many have the only label of a field, its own filter left out."""
        return self.label_counts(name, self.of(matched, leaving_out=name)).get("", 0)

    def skill_counts(self, chosen: Mask) -> tuple[tuple[int, int], ...]:
        """The most frequent skills of the chosen, and how many have each."""
        documents, values = self.snapshot.skills
        counts = np.bincount(values[chosen[documents]])
        known = np.flatnonzero(counts)
        first = known[np.argsort(-counts[known], kind="stable")][:MOST_SKILLS]
        return tuple(zip(first.tolist(), counts[first].tolist(), strict=True))

    def bars(self, column: str, steps: Sequence[int], chosen: Mask) -> tuple[RateBar, ...]:
        """How many of the chosen have an amount between each step and the next; below the first is none."""
        bars = np.searchsorted(steps, self.snapshot.numbers[column][chosen], "right")
        counts = np.bincount(bars, minlength=len(steps) + 1)[1:].tolist()
        return tuple(
            RateBar(lowest, below, count)
            for lowest, below, count in zip(steps, [*steps[1:], None], counts, strict=True)
        )

    def closest(self, values: Values, column: str, circles: Circles) -> Values:
        """The values, and above all how close each is: as many as there are circles for the first, 0 for none."""
        closeness = np.zeros(self.snapshot.size, np.int64)
        for number, circle in enumerate(reversed(circles), start=1):
            closeness[self.keyed(column, circle)] = number
        return np.minimum(values, _CLOSER - 1) + _CLOSER * closeness


def relevance(scores: Scores) -> Values:
    """Scores as what is sorted by."""
    return (scores * 100_000).astype(np.int64)


def page_of(
    matched: Matched,
    query: Query,
    choice: Choice[_Facets],
    *,
    sort: str,
    cursor: str | None,
    circles: Circles = (),
) -> Results[_Facets]:
    """The page that the cursor points at, of what matches and passes the filters."""
    keys = choice.snapshot.numbers["number"]
    chosen = choice.of(matched.documents)
    numbers = np.flatnonzero(chosen)
    # The key settles ties, so that every rank is its own.
    ranks = (choice.values(sort, query, matched.scores, circles)[numbers] << 31) + keys[numbers]
    if len(ranks) > DEEPEST:
        best = np.argpartition(ranks, -DEEPEST)[-DEEPEST:]
        ranks, numbers = ranks[best], numbers[best]
    order = np.argsort(-ranks)
    ranks, numbers = ranks[order], numbers[order]
    start = _start(ranks, cursor)
    shown = numbers[start : start + PAGE]
    return Results(
        query,
        tuple(Hit(int(keys[number]), float(matched.scores[number])) for number in shown),
        total=int(np.count_nonzero(chosen)),
        facets=choice.facets(matched.documents),
        next_cursor=_cursor("a", ranks[start + PAGE - 1]) if start + PAGE < len(ranks) else None,
        previous_cursor=_cursor("b", ranks[start]) if 0 < start < len(ranks) else None,
        following=len(ranks[start + PAGE : start + 2 * PAGE]),
    )


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
