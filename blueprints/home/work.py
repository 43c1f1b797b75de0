"""What of the open jobs stands on マイページ: those that fit the member's skills, and those of people near them."""

from dataclasses import dataclass

from marketplace.accounts.models import Member
from marketplace.circles import queries as circles
from marketplace.circles.queries import Connection
from marketplace.follows import queries as follows
from marketplace.jobs.models import Job
from marketplace.jobs.queries.fitting import Fit, fitting, open_among
from search_index import IndexMissing, JobFilters, JobSort, search_jobs

SHOWN = 3


@dataclass(frozen=True)
class Connected:
    """A job, and how its poster is connected to the reader."""

    job: Job
    connection: Connection


def fits_for(member: Member) -> list[Fit]:
    """Return the jobs that fit best, with two questions."""
    return list(fitting(member, size=SHOWN).rows)


def connected_with(member: Member) -> list[Connected]:
    """Return the newest open jobs of friends, and of friends of friends whose way there the member may see.

    Four questions and the index; none after the first for somebody without friends.
    """
    circle = circles.circle_of(member, with_clients=True)
    near = circle.friends | circle.friends_of_friends
    if not near:
        return []
    filters = JobFilters(by=near, but_by=follows.hidden_ids_of(member))
    try:
        keys = [hit.key for hit in search_jobs("", filters, sort=JobSort.NEWEST).hits]
    except IndexMissing:
        return []
    rows = open_among(member, keys)
    ties = circles.connections(member, [job.poster for job in rows.values()])
    shown = [Connected(rows[key], ties[rows[key].poster_id]) for key in keys if key in rows]
    return [each for each in shown if each.connection.steps][:SHOWN]
