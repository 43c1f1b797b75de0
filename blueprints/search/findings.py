"""What a search found, ready to be shown: cards of workers, counts, and a way out of nothing."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from blueprints.search import words
from blueprints.search.state import FRIENDS, Search, SearchState
from blueprints.search.words import Chosen
from marketplace.accounts.models import Member
from marketplace.badges import queries as badges
from marketplace.badges.queries import Badges
from marketplace.careers import queries as careers
from marketplace.careers.models import MemberSkill
from marketplace.circles import queries as circles
from marketplace.circles.queries import Connection
from marketplace.follows import queries as follows
from marketplace.follows.look_alikes import look_alikes_among
from marketplace.profiles import queries as profiles
from marketplace.profiles.models import Profile
from marketplace.teams import queries as teams
from marketplace.teams.models import Team
from search_index import Facets, Query, RateBar, Results, Segment, excerpt, excerpt_among, highlight

_State = TypeVar("_State", bound=Search)

SKILLS_ON_A_CARD = 4
SUGGESTED_SKILLS = 8
MOST_TRIED = 4
"""How many filters are tried without, when nothing was found."""


@dataclass(frozen=True)
class Card:
    """A worker in the list."""

    profile: Profile
    name: tuple[Segment, ...]
    headline: tuple[Segment, ...]
    place: str
    hours: str
    excerpt: tuple[Segment, ...]
    skills: list[tuple[str, int, bool]]
    connection: Connection
    is_alike: bool
    """Whether somebody else whom the viewer may rely on is called nearly the same."""
    badges: Badges

    @property
    def member(self) -> Member:
        """Who it is."""
        return self.profile.member


@dataclass(frozen=True)
class TeamCard:
    """A team in the list."""

    team: Team
    members: int
    name: tuple[Segment, ...]
    excerpt: tuple[Segment, ...]
    skills: list[tuple[str, bool]]
    """The skills it wants, and whether they answer the words."""


@dataclass(frozen=True)
class WayOut:
    """A filter that stands in the way, and how much there is without it."""

    chosen: Chosen[Any]
    total: int


def cards(results: Results[Facets], viewer: Member | None, state: SearchState) -> list[Card]:
    """Return the hits in their order, without those whom `viewer` may not see: seven statements at most."""
    ids = [hit.key for hit in results.hits]
    shown = profiles.workers_among(viewer, ids)
    told = badges.skills_and_badges_of([profile.member for profile in shown.values()])
    excerpts = _excerpts(shown, results.query)
    if state.friends == (FRIENDS,):
        # The search was among the viewer's friends: to ask again would be one question too many.
        connections = dict.fromkeys(shown, Connection(follows.FRIENDS))
    else:
        connections = circles.connections(viewer, [profile.member for profile in shown.values()])
    alike = look_alikes_among(viewer, [profile.member for profile in shown.values()])
    return [
        Card(
            profile=shown[key],
            name=highlight(shown[key].member.nickname, results.query),
            headline=highlight(shown[key].headline, results.query),
            place=profiles.short_place_words(shown[key]),
            hours=_hours(shown[key]),
            excerpt=excerpts[key],
            skills=_chips(told[key][0], results.query, state.skills),
            connection=connections[key],
            is_alike=key in alike,
            badges=told[key][1],
        )
        for key in ids
        if key in shown
    ]


def team_cards(results: Results[Facets], viewer: Member | None) -> list[TeamCard]:
    """Return the hits in their order, without the teams that `viewer` may not see: two statements."""
    shown = teams.visible_among(viewer, [hit.key for hit in results.hits])
    query = results.query
    return [
        TeamCard(
            team=shown[hit.key][0],
            members=shown[hit.key][1],
            name=highlight(shown[hit.key][0].name, query),
            excerpt=excerpt(shown[hit.key][0].introduction, query),
            skills=[
                (wanted.skill.name, any(is_hit for _part, is_hit in highlight(wanted.skill.name, query)))
                for wanted in shown[hit.key][0].wanted_skills
            ],
        )
        for hit in results.hits
        if hit.key in shown
    ]


def way_out(filters: Sequence[Chosen[_State]], total_of: Callable[[_State], int]) -> WayOut | None:
    """Return the filter without which most would be found, or None when taking one away does not help."""
    tried = [WayOut(one, total_of(one.without)) for one in filters[:MOST_TRIED]]
    best = max(tried, key=lambda out: out.total, default=None)
    return best if best and best.total else None


def bars(counted: Sequence[RateBar], lowest: int | None, highest: int | None) -> list[tuple[int, bool]]:
    """Return the heights (0–10) of the bars of amounts, and which of them lie in the chosen range."""
    most = max((bar.count for bar in counted), default=0)
    return [
        (
            round(10 * bar.count / most) if most else 0,
            bar.lowest >= (lowest or 0) and (highest is None or bar.lowest <= highest),
        )
        for bar in counted
    ]


def suggested_skills(
    counted: Sequence[tuple[int, int]], wanted: Collection[int], names: Mapping[int, str]
) -> list[tuple[int, str, int]]:
    """Return the skills that were found most often and that are not asked for yet."""
    offered = [(key, count) for key, count in counted if key not in wanted and key in names]
    return [(key, names[key], count) for key, count in offered[:SUGGESTED_SKILLS]]


def _excerpts(shown: Mapping[int, Profile], query: Query) -> dict[int, tuple[Segment, ...]]:
    """What each says of themself where it answers the query: in the introduction, or else in what they have done."""
    excerpts = {key: excerpt(profile.introduction, query) for key, profile in shown.items()}
    unmarked = [key for key, segments in excerpts.items() if not any(segment.is_hit for segment in segments)]
    if query.words and unmarked:
        for key, texts in careers.public_texts_of(unmarked).items():
            excerpts[key] = excerpt_among(texts, query) or excerpts[key]
    return excerpts


def _hours(profile: Profile) -> str:
    return words.hours_word(profile.weekly_hours) if profile.weekly_hours else ""


def _chips(skills: list[MemberSkill], query: Query, wanted: tuple[int, ...]) -> list[tuple[str, int, bool]]:
    """The skills that were asked for first, then the owner's order."""
    chips = [
        (
            one.skill.name,
            one.years,
            one.skill_id in wanted or any(hit for part, hit in highlight(one.skill.name, query)),
        )
        for one in skills
    ]
    return sorted(chips, key=lambda chip: not chip[2])[:SKILLS_ON_A_CARD]
