"""Jobs as an index knows them: what goes in, what is asked of them, what is counted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from search_index.engines import KnownSkill, RateBar, SkillWanted, digest_of, prefecture_of


@dataclass(frozen=True, slots=True)
class JobDocument:
    """An open job: what everybody may read of it, for what is not here can never be found by."""

    key: int
    """The job's id."""
    title: str
    poster: int = 0
    """The id of the member who posted it."""
    description: str = ""
    notes: tuple[str, ...] = ()
    """What is said in words of period, reward, ending and selection."""
    offerer: str = ""
    """The company in whose name it is posted, or else what its poster is called."""
    category: str = ""
    category_words: tuple[str, ...] = ()
    """What the category is called in every language of the screens."""
    kind: str = ""
    skills: tuple[KnownSkill, ...] = ()
    prefecture: str = ""
    """JIS X 0401 code; empty where it is done from anywhere only."""
    city: str = ""
    """JIS X 0402 code; empty where only the prefecture is said."""
    place: str = ""
    """Prefecture and city in words, as somebody may type them."""
    is_remote: bool = False
    reward_kind: str = ""
    lowest_yen: int = 0
    highest_yen: int = 0
    """Equal to the lowest where it is no range."""
    published_at: datetime | None = None
    apply_until: date | None = None
    """The last day on which it is found."""
    has_company: bool = False
    """Whether it was shown that the poster belongs to the company, or that there is such a company."""

    def digest(self) -> int:
        """What `digest_of` says."""
        return digest_of(self)


@dataclass(frozen=True, slots=True)
class JobFilters:
    """What a job must have besides the words. An empty field asks for nothing, but nothing is among an empty set.

    Skills are all required. Within each other field one match is enough; places count as one field: online, or in one
    of the prefectures, or in one of the cities. A job whose last day for applications is over is never found.
    """

    kinds: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    skills: tuple[SkillWanted, ...] = ()
    prefectures: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    """A job that names the prefecture and no city may be anywhere in it."""
    online: bool = False
    reward_kinds: tuple[str, ...] = ()
    lowest_yen: int | None = None
    """A job that may pay as much, as may one below for `highest_yen`."""
    highest_yen: int | None = None
    ends_within: int | None = None
    """Days from today on in which the last day for applications comes; 0 for today."""
    posted_within: int | None = None
    """Days, of 24 hours."""
    has_company: bool = False
    """Only those of companies of which something was checked."""
    by: frozenset[int] | None = None
    """Those who may have posted what is found at all."""
    but_by: frozenset[int] = frozenset()
    """Those whose jobs are not found whatever they are, and not counted anywhere."""


class JobSort(StrEnum):
    """Which job comes first."""

    RELEVANCE = "relevance"
    """The words weigh most there; without words as NEWEST."""
    NEWEST = "newest"
    """Posted last."""
    DEADLINE = "deadline"
    """The last day for applications comes first."""
    REWARD_HIGH = "reward-high"
    """May pay most, by the upper end of the range, whatever it is paid for."""
    REWARD_LOW = "reward-low"
    """May pay least, by the lower end."""
    CLOSEST = "closest"
    """The poster is closest to whoever asks, as the circles given say; among those equally close as RELEVANCE."""


DAYS_LEFT = (3, 7, 14, 30)
"""Within how many days the last day for applications may be asked to be."""
DAYS_SINCE = (1, 3, 7, 30)
"""How many days ago a job may be asked to have been posted at most."""


@dataclass(frozen=True, slots=True)
class JobFacets:
    """How many jobs each further choice would show, as `Facets` does for workers."""

    kinds: Mapping[str, int] = field(default_factory=dict)
    categories: Mapping[str, int] = field(default_factory=dict)
    prefectures: Mapping[str, int] = field(default_factory=dict)
    cities: Mapping[str, int] = field(default_factory=dict)
    """Of those that name the city; `in_city` adds those that name the prefecture alone."""
    whole: Mapping[str, int] = field(default_factory=dict)
    online: int = 0
    reward_kinds: Mapping[str, int] = field(default_factory=dict)
    ending: Mapping[int, int] = field(default_factory=dict)
    """By DAYS_LEFT, each with those that end earlier."""
    posted: Mapping[int, int] = field(default_factory=dict)
    """By DAYS_SINCE, each with those posted later."""
    with_company: int = 0
    skills: tuple[tuple[int, int], ...] = ()
    """(skill id, count), most frequent first, 30 at most."""
    rewards: tuple[RateBar, ...] = ()
    """By the lower end of what is paid."""

    def in_city(self, code: str) -> int:
        """Return how many are, or may be, in a municipality."""
        return self.cities.get(code, 0) + self.whole.get(prefecture_of(code), 0)
