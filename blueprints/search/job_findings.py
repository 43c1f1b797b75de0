"""The jobs that a search found, ready to be shown as rows."""

from dataclasses import dataclass

from blueprints.search import job_words
from blueprints.search.findings import SKILLS_ON_A_CARD
from blueprints.search.job_state import JobSearchState
from blueprints.search.state import FRIENDS
from marketplace.accounts.models import Member
from marketplace.badges import queries as badges
from marketplace.badges.queries import Badges
from marketplace.circles import queries as circles
from marketplace.circles.queries import Connection
from marketplace.clock import today
from marketplace.follows import queries as follows
from marketplace.follows.look_alikes import look_alikes_among
from marketplace.jobs import queries as jobs
from marketplace.jobs.models import Job
from marketplace.jobs.queries import JobRow
from search_index import JobFacets, Query, Results, Segment, excerpt, excerpt_among, highlight


@dataclass(frozen=True)
class JobCard:
    """A job in the list."""

    row: JobRow
    title: tuple[Segment, ...]
    offerer: tuple[Segment, ...]
    """The company, or else the poster, by name."""
    category: str
    excerpt: tuple[Segment, ...]
    skills: list[tuple[str, bool]]
    """Their names, and whether each was asked for."""
    left: str
    """How long one may still apply, when that is not long."""
    connection: Connection
    is_alike: bool
    """Whether somebody else whom the viewer may rely on is called nearly as the poster, who offers it as themself."""
    badges: Badges

    @property
    def job(self) -> Job:
        """What it is about."""
        return self.row.job

    @property
    def poster(self) -> Member:
        """Who posted it."""
        return self.row.poster


def cards(results: Results[JobFacets], viewer: Member | None, state: JobSearchState) -> list[JobCard]:
    """Return the hits in their order, without those that `viewer` may not see: six statements at most."""
    shown = jobs.open_among(viewer, [hit.key for hit in results.hits])
    posters = list({row.poster.id: row.poster for row in shown.values()}.values())
    if state.friends == (FRIENDS,):
        # The search was among the viewer's friends: to ask again would be one question too many.
        connections = dict.fromkeys((poster.id for poster in posters), Connection(follows.FRIENDS))
    else:
        connections = circles.connections(viewer, posters)
    alike = look_alikes_among(viewer, posters)
    return [_card(shown[hit.key], results.query, state, connections, alike) for hit in results.hits if hit.key in shown]


def _card(
    row: JobRow,
    query: Query,
    state: JobSearchState,
    connections: dict[int, Connection],
    alike: frozenset[int],
) -> JobCard:
    job, poster = row.job, row.poster
    return JobCard(
        row=row,
        title=highlight(job.title, query),
        offerer=highlight(job.company.name if job.company else poster.nickname, query),
        category=job.category.label if job.category else "",
        excerpt=_excerpt(job, query),
        skills=_chips(job, query, state.skills),
        left=job_words.days_left(job, today()),
        connection=connections[poster.id],
        is_alike=job.company is None and poster.id in alike,
        badges=badges.personal(poster)
        if job.company is None
        else Badges(None, None, (row.proof,) if row.proof else ()),
    )


def _excerpt(job: Job, query: Query) -> tuple[Segment, ...]:
    """What it says where that answers the query: of the work, or else of period, reward, ending or selection."""
    described = excerpt(job.description, query)
    if not query.words or any(segment.is_hit for segment in described):
        return described
    notes = (job.period_note, job.reward_note, job.ending_note, job.process_note)
    return excerpt_among(notes, query) or described


def _chips(job: Job, query: Query, wanted: tuple[int, ...]) -> list[tuple[str, bool]]:
    """The skills that were asked for first, then the poster's order."""
    chips = [
        (
            one.skill.name,
            one.skill_id in wanted or any(hit for _part, hit in highlight(one.skill.name, query)),
        )
        for one in job.skills
    ]
    return sorted(chips, key=lambda chip: not chip[1])[:SKILLS_ON_A_CARD]
