"""Row → document, one function for each kind, with a number of SQL statements that does not grow with the batch."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Member
from marketplace.jobs.models import Job, JobState
from marketplace.teams.models import Team
from search_index.documents.jobs import SHOWN_JOBS, jobs
from search_index.documents.people import SHOWN_TEAMS, SHOWN_WORKERS, teams, workers

__all__ = ["EVERYTHING", "FOLLOWING", "READERS", "jobs", "teams", "workers"]

READERS: Mapping[str, Callable[[Session, Sequence[int]], Sequence[Any]]] = {
    "worker": workers,
    "team": teams,
    "job": jobs,
}
"""For every kind of `Searchable.search_key`, what makes its documents."""

EVERYTHING: Mapping[str, Select[int]] = {
    "worker": select(Member.id).where(*SHOWN_WORKERS),
    "team": select(Team.id).where(*SHOWN_TEAMS),
    "job": select(Job.id).join(Job.poster).outerjoin(Job.company).where(*SHOWN_JOBS),
}
"""For every kind, the ids that belong into the index."""


def _jobs_of(members: Iterable[int]) -> Select[int]:
    return select(Job.id).where(Job.poster_id.in_(members), Job.state == JobState.OPEN)


FOLLOWING: Mapping[str, Mapping[str, Callable[[Iterable[int]], Select[int]]]] = {"worker": {"job": _jobs_of}}
"""What is read anew with documents of a kind, for it tells of the same rows: jobs say who posted them."""
