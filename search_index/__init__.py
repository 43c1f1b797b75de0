"""Finding things: the public face of search. Reads the marketplace, which does not know that it is searched."""

from marketplace.clock import now
from search_index.engines import (
    DEEPEST,
    PAGE,
    Circles,
    Facets,
    Hit,
    IndexMissing,
    Query,
    RateBar,
    Results,
    SkillWanted,
    Sort,
    WorkerFilters,
    chosen,
)
from search_index.engines.jobs import DAYS_LEFT, DAYS_SINCE, JobFacets, JobFilters, JobSort
from search_index.excerpts import Segment, excerpt, excerpt_among, highlight
from search_index.query import parse

__all__ = [
    "DAYS_LEFT",
    "DAYS_SINCE",
    "DEEPEST",
    "PAGE",
    "Facets",
    "Hit",
    "IndexMissing",
    "JobFacets",
    "JobFilters",
    "JobSort",
    "Query",
    "RateBar",
    "Results",
    "Segment",
    "SkillWanted",
    "Sort",
    "WorkerFilters",
    "excerpt",
    "excerpt_among",
    "highlight",
    "search",
    "search_jobs",
    "search_teams",
]

_NO_FILTERS = WorkerFilters()
_ANY_JOB = JobFilters()


def search(
    text: str,
    filters: WorkerFilters = _NO_FILTERS,
    *,
    sort: Sort = Sort.RELEVANCE,
    cursor: str | None = None,
    circles: Circles = (),
) -> Results[Facets]:
    """Find workers by what a visitor typed. Any text is a query; raises IndexMissing while there is nothing to ask."""
    return chosen().search(parse(text), filters, sort=sort, cursor=cursor, now=now(), circles=circles)


def search_teams(text: str, *, cursor: str | None = None) -> Results[Facets]:
    """Find teams as `search` finds workers; without words those founded last."""
    return chosen("team").search(parse(text), _NO_FILTERS, sort=Sort.RELEVANCE, cursor=cursor, now=now())


def search_jobs(
    text: str,
    filters: JobFilters = _ANY_JOB,
    *,
    sort: JobSort = JobSort.RELEVANCE,
    cursor: str | None = None,
    circles: Circles = (),
) -> Results[JobFacets]:
    """Find open jobs as `search` finds workers; without words those posted last. `circles` are of posters."""
    return chosen("job").search(parse(text), filters, sort=sort, cursor=cursor, now=now(), circles=circles)
