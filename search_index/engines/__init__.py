"""What goes into an index, what is asked of it and what comes back, in words that every engine understands."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from hashlib import blake2b
from importlib import import_module
from typing import Any, Generic, Protocol, TypeVar

from flask import current_app

STATUS_FADES_AFTER = timedelta(days=14)
"""A status confirmed longer ago counts as unconfirmed (product.md B)."""

PAGE = 20
"""Hits on a page."""

DEEPEST = 1_000
"""Hits that can be paged through; what comes after them needs a narrower question."""


_Each_contra = TypeVar("_Each_contra", contravariant=True)
_Filters_contra = TypeVar("_Filters_contra", contravariant=True)
_Facets_co = TypeVar("_Facets_co", covariant=True)


class IndexMissing(Exception):
    """There is no index that answers can be trusted from: none yet, deleted, damaged, or of an older analysis."""


class WriterBusy(Exception):
    """Another process or thread is writing to the index."""


def digest_of(document: object) -> int:
    """A number that changes when anything in the document does; tells whether an index has the row as it is now."""
    return int.from_bytes(blake2b(repr(document).encode("utf-8", "replace"), digest_size=7).digest())


@dataclass(frozen=True, slots=True)
class KnownSkill:
    """A skill of a worker, or one that is wanted: the canonical one, its other names, how well and since when."""

    id: int
    name: str
    aliases: tuple[str, ...] = ()
    level: int = 0
    """0 学習中, 1 補助があればできる, 2 実務で使える, 3 人に教えられる."""
    started: date | None = None
    """Any day of the month of starting."""


@dataclass(frozen=True, slots=True)
class KnownQualification:
    """A qualification of a worker, under its official and its everyday name."""

    name: str
    common_name: str = ""
    issuer: str = ""
    grade: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A worker or a team as an index knows one: public fields only, for what is not here can never be found by.

    A team has a name, an address, an introduction, the skills it wants, and the moment of its founding.
    """

    key: int
    """The member's or the team's id."""
    nickname: str
    username: str = ""
    headline: str = ""
    introduction: str = ""
    skills: tuple[KnownSkill, ...] = ()
    qualifications: tuple[KnownQualification, ...] = ()
    careers: tuple[str, ...] = ()
    hobbies: tuple[str, ...] = ()
    """Public ones only."""
    prefectures: tuple[str, ...] = ()
    """JIS X 0401 codes."""
    cities: tuple[str, ...] = ()
    """JIS X 0402 codes, which begin with the two digits of the prefecture."""
    works_online: bool = False
    status: str = ""
    status_confirmed_at: datetime | None = None
    hours: str = ""
    hourly_rate_yen: int | None = None
    published_at: datetime | None = None
    last_active_on: date | None = None
    has_team: bool = False
    is_identified: bool = False
    """Whether the moderators saw from a paper who it is."""
    pledge: str = ""
    """The version of the pledge of confidentiality that was signed and holds until a day; empty for none."""
    pledged_until: date | None = None
    has_company: bool = False
    """Whether they were shown to belong to a company."""
    qualified_until: date | None = None
    """The last day on which a qualification holds whose certificate the moderators saw."""

    def digest(self) -> int:
        """What `digest_of` says."""
        return digest_of(self)


def prefecture_of(city: str) -> str:
    """The code of the prefecture that a city of this code is in."""
    return city[:2]


@dataclass(frozen=True, slots=True)
class Term:
    """One entry of one of the fields written, read, pairs, skill."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a chain that any of some terms may fill."""

    offset: int
    terms: tuple[Term, ...]


Chain = tuple[Slot, ...]
"""Terms that stand one after another, at the distances of their offsets."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a word, found where any of its chains is."""

    chains: tuple[Chain, ...]


@dataclass(frozen=True, slots=True)
class Word:
    """What a visitor typed between two spaces or in quotes: all its parts, or else a skill of exactly this name."""

    text: str
    parts: tuple[Part, ...]
    exact: Term


@dataclass(frozen=True, slots=True)
class Query:
    """A visitor's words, understood: every one of `words` and none of `excluded`. Empty means everything."""

    text: str = ""
    words: tuple[Word, ...] = ()
    excluded: tuple[Word, ...] = ()
    is_cut: bool = False
    """Whether the end was left out because there was too much of it."""


@dataclass(frozen=True, slots=True)
class SkillWanted:
    """A skill that must be there, at a level and for a time at least."""

    id: int
    level: int = 0
    years: int = 0


@dataclass(frozen=True, slots=True)
class WorkerFilters:
    """What a worker must have besides the words. An empty field asks for nothing, but nobody is among an empty set.

    Skills are all required. Within each other field one match is enough; places count as one field: online, or in
    one of the prefectures, or in one of the cities.
    """

    skills: tuple[SkillWanted, ...] = ()
    prefectures: tuple[str, ...] = ()
    """A worker who named a city of the prefecture is in it."""
    cities: tuple[str, ...] = ()
    """A worker who named the prefecture and no city of it takes all of them."""
    online: bool = False
    statuses: tuple[str, ...] = ()
    """Confirmed within 14 days; what was confirmed earlier matches none."""
    hours: tuple[str, ...] = ()
    lowest_rate_yen: int | None = None
    highest_rate_yen: int | None = None
    has_team: bool = False
    """Only those who are in a team."""
    is_identified: bool = False
    """Only those of whom the moderators know who they are."""
    pledges: tuple[str, ...] = ()
    """Only those who signed one of these versions of the pledge, which has not ended today."""
    has_company: bool = False
    """Only those who were shown to belong to a company."""
    is_qualified: bool = False
    """Only those with a confirmed qualification that has not ended today."""
    among: frozenset[int] | None = None
    """The keys of those who may be found at all."""
    but: frozenset[int] = frozenset()
    """The keys of those who are not found whatever they have, and not counted anywhere."""


class Sort(StrEnum):
    """What comes first."""

    RELEVANCE = "relevance"
    """The words weigh most there; without words as NEWEST."""
    NEWEST = "newest"
    """Published last."""
    RATE_LOW = "rate-low"
    """Lowest hourly rate; without one last."""
    RATE_HIGH = "rate-high"
    """Highest hourly rate; without one last."""
    ACTIVE = "active"
    """Active last."""
    CLOSEST = "closest"
    """Closest to whoever asks, as the circles given say; among those equally close as RELEVANCE."""


Circles = Sequence[frozenset[int]]
"""Keys by how close they are to whoever asks, the closest first."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A document found: the key to read the row by, through what the viewer may see."""

    key: int
    score: float


@dataclass(frozen=True, slots=True)
class RateBar:
    """How many ask for (or offer) an amount from `lowest` up to, not including, `below`; the last bar is open."""

    lowest: int
    below: int | None
    count: int


@dataclass(frozen=True, slots=True)
class Facets:
    """How many workers each further choice would show.

    The counts of a field leave out that field's own filter, as shops do, so that one sees what else could be chosen.
    Skills are all required, so theirs say how many remain with one more. Choices that nobody matches are absent.
    """

    statuses: Mapping[str, int] = field(default_factory=dict)
    hours: Mapping[str, int] = field(default_factory=dict)
    prefectures: Mapping[str, int] = field(default_factory=dict)
    cities: Mapping[str, int] = field(default_factory=dict)
    """Of those who named the city; `in_city` adds those who take the whole prefecture."""
    whole: Mapping[str, int] = field(default_factory=dict)
    """Of those who named the prefecture and no city of it."""
    online: int = 0
    with_team: int = 0
    identified: int = 0
    pledges: Mapping[str, int] = field(default_factory=dict)
    """By version, of those that have not ended."""
    with_company: int = 0
    qualified: int = 0
    skills: tuple[tuple[int, int], ...] = ()
    """(skill id, count), most frequent first, 30 at most."""
    rates: tuple[RateBar, ...] = ()

    def in_city(self, code: str) -> int:
        """Return how many take work in a municipality."""
        return self.cities.get(code, 0) + self.whole.get(prefecture_of(code), 0)


@dataclass(frozen=True)
class Results(Generic[_Facets_co]):
    """One page of hits and what is known of all of them."""

    query: Query
    hits: tuple[Hit, ...]
    total: int
    facets: _Facets_co
    next_cursor: str | None = None
    previous_cursor: str | None = None
    following: int = 0
    """How many hits the next page holds."""


class Engine(Protocol[_Each_contra, _Filters_contra, _Facets_co]):
    """What stands behind search: an index of one kind of documents in a folder of its own."""

    def search(
        self,
        query: Query,
        filters: _Filters_contra,
        *,
        sort: str,
        cursor: str | None,
        now: datetime,
        circles: Circles = (),
    ) -> Results[_Facets_co]:
        """Answer from the newest state of the index; a cursor that makes no sense is the first page.

        Raises IndexMissing.
        """

    def put(self, documents: Iterable[_Each_contra], removed: Iterable[int] = ()) -> None:
        """Add or replace documents and drop the removed keys in one commit. Raises IndexMissing, WriterBusy."""

    def purge(self) -> None:
        """Write anew what still holds documents that were removed. Raises IndexMissing, WriterBusy."""

    def rebuild(
        self, documents: Iterable[_Each_contra], reread: Callable[[Sequence[int]], Iterable[_Each_contra]]
    ) -> int:
        """Build a new index beside the old one and swap; tell how many documents it holds.

        Keys put or removed meanwhile are read once more with `reread`, which leaves out what is gone.
        Raises WriterBusy.
        """

    def digests(self) -> dict[int, int]:
        """What the index holds: key → digest. Raises IndexMissing."""


WORKER = "worker"
"""The kind whose index lies in the folder itself; every other kind has one beside it."""


def chosen(kind: str = WORKER) -> Engine[Any, Any, Any]:
    """The engine that the settings name, on the index of `kind`; it is heavy, so it loads when first needed."""
    settings = current_app.extensions["settings"]
    engines: dict[str, Engine[Any, Any, Any]] = current_app.extensions.setdefault("search_engines", {})
    if kind not in engines:
        module = import_module(f"search_index.engines.{settings.search_engine}")
        folder = settings.search_index_dir if kind == WORKER else settings.search_index_dir / kind
        engines.setdefault(kind, module.engine_for(kind, folder))
    return engines[kind]
