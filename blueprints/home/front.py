"""What the top page shows of those who can be found here: as the search index counts them, so that it stays fast."""

from dataclasses import dataclass

from marketplace.accounts.models import Member
from marketplace.careers import queries as careers
from marketplace.jobs import queries as jobs
from marketplace.jobs.queries import JobRow
from marketplace.profiles import queries as profiles
from marketplace.profiles.models import Profile, Status
from search_index import IndexMissing, search, search_jobs, sync

NEWEST_SHOWN = 6
NEWEST_BESIDE = 4
"""Of workers and of jobs where there are both."""
SKILLS_SHOWN = 6


@dataclass(frozen=True)
class Newcomer:
    """A worker who published their profile lately."""

    profile: Profile
    place: str
    """「京都府・オンライン」; empty when none is wanted."""

    @property
    def member(self) -> Member:
        """Who it is."""
        return self.profile.member


@dataclass(frozen=True)
class Front:
    """Workers and skills for the top page; every figure was counted."""

    newest: list[Newcomer]
    jobs: list[JobRow]
    """Those posted last."""
    skills: list[tuple[int, str]]
    """Id and name of those that most workers have, the most frequent first."""
    workers: int
    available: int
    """Who said within 14 days that they take work."""
    online: int


def front() -> Front | None:
    """Return what to show to a visitor: five statements. None while there is no index; it is asked for then."""
    try:
        found = search("")
    except IndexMissing:
        sync.ask_for_rebuild()
        return None
    ids = [hit.key for hit in found.hits]
    shown = profiles.workers_among(None, ids)
    posted = _newest_jobs()
    newest = [shown[key] for key in ids if key in shown][: NEWEST_BESIDE if posted else NEWEST_SHOWN]
    most_frequent = [key for key, count in found.facets.skills[:SKILLS_SHOWN]]
    names = careers.skill_names_of(most_frequent)
    return Front(
        jobs=posted,
        newest=[Newcomer(profile, profiles.short_place_words(profile)) for profile in newest],
        skills=[(key, names[key]) for key in most_frequent if key in names],
        workers=found.total,
        available=found.facets.statuses.get(Status.AVAILABLE, 0),
        online=found.facets.online,
    )


def _newest_jobs() -> list[JobRow]:
    try:
        ids = [hit.key for hit in search_jobs("").hits[:NEWEST_BESIDE]]
    except IndexMissing:
        sync.ask_for_rebuild()
        return []
    shown = jobs.open_among(None, ids) if ids else {}
    return [shown[key] for key in ids if key in shown]
