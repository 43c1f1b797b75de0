"""How a document lies in a Whoosh index: terms with their places, and columns for what filters and sorts."""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from struct import Struct, pack
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray
from whoosh import fields, formats
from whoosh.columns import VarBytesColumn

from search_index.analysis import Posting, terms_of
from search_index.characters import exact_key, kana_names
from search_index.engines import KnownSkill, prefecture_of


class Indexed(Protocol):
    """What every kind of document has."""

    @property
    def key(self) -> int:
        """What it is replaced and removed by."""

    @property
    def skills(self) -> tuple[KnownSkill, ...]:
        """Those that it is chosen by."""

    def digest(self) -> int:
        """A number that changes with anything in it."""


_Document = TypeVar("_Document", bound=Indexed)

NICKNAME, TITLE, TEXT, ASIDE = 4.0, 2.0, 1.0, 0.6
"""How much a word counts: in a name, in a headline or the name of a skill, in running text, in a hobby."""

SKILL = np.dtype([("id", "<u4"), ("level", "u1"), ("since", "<u2")])
"""A skill of a document; `since` counts months from year 0, 0 when unknown."""

_PACK_SKILL = Struct("<IBH").pack
_PACK_PLACE = Struct("<I").pack
_SEPARATOR = "\x1f"


class Places(formats.Format):  # type: ignore[misc,unused-ignore]
    """A term's places in a document as four-byte numbers, which NumPy reads at once."""

    def decode_positions(self, value: bytes) -> list[int]:
        """The places, the way Whoosh's own phrases ask for them."""
        positions: list[int] = np.frombuffer(value, "<u4").tolist()
        return positions

    def decode_frequency(self, value: bytes) -> int:
        """How often the term stands there."""
        return len(value) // 4


class Analysed(fields.FieldType):  # type: ignore[misc,unused-ignore]
    """A field whose terms were made by our analysis, once for all fields."""

    def __init__(self) -> None:
        super().__init__(Places(), None)  # type: ignore[arg-type,unused-ignore]

    def index(
        self, value: Mapping[str, Posting], **_options: Any
    ) -> Generator[tuple[bytes, int, float, bytes], Any, None]:
        """The terms as Whoosh wants them: bytes, frequency, weight, places."""
        for term, (weight, *places) in value.items():
            times = len(places)
            # Most terms stand at one place only.
            packed = _PACK_PLACE(places[0]) if times == 1 else pack(f"<{times}I", *places)
            yield term.encode(), times, weight, packed


@dataclass(frozen=True)
class Layout(Generic[_Document]):
    """How the documents of one kind lie in an index.

    Their column `facts` begins with numbers; then come the skills, then the labels. One column is read at one go.
    """

    numbers: tuple[str, ...]
    """What the numbers of this kind are called, four bytes each."""
    labels: Mapping[str, str]
    """What labels begin with, two characters each."""
    texts: Callable[[_Document], Iterable[tuple[str, float]]]
    """Texts and how much their words count."""
    named: Callable[[_Document], str]
    """A name whose kana are found as they sound."""
    values: Callable[[_Document], tuple[int, ...]]
    """The numbers of a document."""
    labels_of: Callable[[_Document], Iterable[str]]
    """What a document is chosen and counted by, each with its beginning."""

    @cached_property
    def facts(self) -> "np.dtype[np.void]":
        """What `facts` begins with: the key, the length in words, the numbers, how many skills follow."""
        own = [(name, "<i4") for name in self.numbers]
        return np.dtype([("number", "<i4"), ("digest", "<i8"), ("length", "<i4"), *own, ("skills", "<i4")])

    @cached_property
    def pack(self) -> Callable[..., bytes]:
        """Write such numbers."""
        return Struct(f"<iqi{'i' * len(self.numbers)}i").pack


def schema() -> fields.Schema:
    """The fields of an index; `key` is what a document is replaced and removed by."""
    made = fields.Schema(key=fields.ID(unique=True))
    for name in ("written", "read", "pairs", "skill"):
        made.add(name, Analysed())
    made.add("facts", fields.COLUMN(VarBytesColumn()))  # type: ignore[no-untyped-call,unused-ignore]
    return made


def row(layout: Layout[_Document], document: _Document, *, with_bigrams: bool = True) -> dict[str, object]:
    """The document as the fields of the schema."""
    terms = terms_of(layout.texts(document), with_bigrams=with_bigrams)
    for name in kana_names(layout.named(document)):
        posting = terms.read.setdefault(name, [0.0])
        posting[0] += NICKNAME
        posting.insert(1, 0)
    return {
        "key": str(document.key),
        "written": terms.written,
        "read": terms.read,
        "pairs": terms.pairs,
        "skill": _skill_names(document.skills),
        "facts": _facts(layout, document, terms.length),
    }


def _facts(layout: Layout[_Document], document: _Document, length: int) -> bytes:
    skills = document.skills
    numbers = layout.pack(document.key, document.digest(), length, *layout.values(document), len(skills))
    packed = (_PACK_SKILL(skill.id, skill.level, months(skill.started)) for skill in skills)
    return b"".join((numbers, *packed, _SEPARATOR.join(layout.labels_of(document)).encode()))


class Facts(NamedTuple):
    """The column `facts` of many documents."""

    numbers: NDArray[np.void]
    """One of the layout's facts each."""
    skills: NDArray[np.void]
    """As many of SKILL as `numbers["skills"]` says, document by document."""
    labels: list[list[str]]


def unpack_facts(facts: "np.dtype[np.void]", values: Sequence[bytes]) -> Facts:
    """Read the column `facts`."""
    size = facts.itemsize
    numbers = np.frombuffer(b"".join(value[:size] for value in values), facts)
    ends = (size + SKILL.itemsize * numbers["skills"]).tolist()
    skills = b"".join(value[size:end] for value, end in zip(values, ends, strict=True))
    texts = (value[end:].decode() for value, end in zip(values, ends, strict=True))
    return Facts(numbers, np.frombuffer(skills, SKILL), [text.split(_SEPARATOR) if text else [] for text in texts])


def minutes(moment: datetime | None) -> int:
    """Whole minutes since 1970; 0 for never."""
    return 0 if moment is None else int(moment.timestamp() // 60)


def days(day: date | None) -> int:
    """Days since year 1; 0 for never."""
    return 0 if day is None else day.toordinal()


def months(day: date | None) -> int:
    """Months since year 0; 0 for never."""
    return 0 if day is None else day.year * 12 + day.month - 1


def _skill_names(skills: tuple[KnownSkill, ...]) -> dict[str, Posting]:
    """Every name of a skill as one term; who knows it better stands higher."""
    names: dict[str, Posting] = {}
    for skill in skills:
        for name in (skill.name, *skill.aliases):
            key = exact_key(name)
            if key:
                names.setdefault(key, [1.0 + skill.level, 0])
    return names


def place_labels(begins: Mapping[str, str], prefectures: Iterable[str], cities: Sequence[str]) -> Iterator[str]:
    """What a document is chosen by of its places, as prefectures and cities by code."""
    by_city = {prefecture_of(city) for city in cities}
    for prefecture in sorted({*prefectures, *by_city}):
        yield begins["prefecture"] + prefecture
    for prefecture in sorted({*prefectures} - by_city):
        yield begins["whole"] + prefecture
    for city in cities:
        yield begins["city"] + city
