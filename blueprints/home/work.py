"""What of the open jobs stands on マイページ: those that fit the member's skills, and those of people near them."""

from dataclasses import dataclass

from marketplace.accounts.models import Member
from marketplace.circles import queries as circles
from marketplace.circles.queries import Circle, Connection
from marketplace.follows.queries import Relation
from marketplace.jobs.models import Job
from marketplace.jobs.queries.fitting import Fit, best_and_among
from search_index import IndexMissing, JobFilters, JobSort, search_jobs

SHOWN = 3
_FRIEND = Connection(Relation(following=True, followed_by=True))


@dataclass(frozen=True)
class Connected:
    """A job, and how its poster is connected to the reader."""

    job: Job
    connection: Connection


def shown_to(member: Member, circle: Circle) -> tuple[list[Fit], list[Connected]]:
    """Return the jobs that fit best, and the newest of friends and of friends of friends whose way there is shown.

    One question and the index, and two for the ways to friends of friends.
    """
    near = circle.friends | circle.friends_of_friends
    keys = _newest_of(near) if near else []
    fits, open_jobs = best_and_among(member, SHOWN, keys)
    found = [open_jobs[key] for key in keys if key in open_jobs]
    ties = circles.connections(member, [job.poster for job in found if job.poster_id not in circle.friends])
    shown = [Connected(job, ties.get(job.poster_id, _FRIEND)) for job in found]
    return fits, [each for each in shown if each.connection.steps][:SHOWN]


def _newest_of(posters: frozenset[int]) -> list[int]:
    try:
        return [hit.key for hit in search_jobs("", JobFilters(by=posters), sort=JobSort.NEWEST).hits]
    except IndexMissing:
        return []
