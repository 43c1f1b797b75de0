"""How a document lies in a Whoosh index: terms with their places, and columns for what filters and sorts."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from datetime import date, datetime
from struct import Struct, pack
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh import fields, formats
from whoosh.columns import VarBytesColumn

from search_index.analysis import Posting, terms_of
from search_index.characters import exact_key, kana_names
from search_index.engines import Document, KnownSkill, prefecture_of

NICKNAME, TITLE, TEXT, ASIDE = 4.0, 2.0, 1.0, 0.6
"""How much a word counts: in a name, in a headline or the name of a skill, in running text, in a hobby."""

LABELS = {
    "status": "s:",
    "hours": "h:",
    "online": "o:",
    "prefecture": "p:",
    "city": "c:",
    "whole": "w:",
    "team": "t:",
    "identity": "i:",
    "pledge": "n:",
    "company": "f:",
}
"""What labels begin with. `whole`: a prefecture named without any city of it. `pledge`: a version of it."""

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


FACTS = np.dtype(
    [
        ("number", "<i4"),  # the key
        ("digest", "<i8"),
        ("length", "<i4"),  # in words
        ("rate", "<i4"),  # yen, -1 for none
        ("published", "<i4"),  # minutes since 1970, 0 for never
        ("active", "<i4"),  # days since year 1, 0 for never
        ("confirmed", "<i4"),  # minutes since 1970, 0 for never
        ("pledged", "<i4"),  # the last day on which it holds, since year 1, 0 for none
        ("qualified", "<i4"),  # likewise
        ("skills", "<i4"),  # how many follow
    ]
)
"""What the column `facts` begins with; then come the skills, then the labels. One column is read at one go."""

_PACK_FACTS = Struct("<iqiiiiiiii").pack


def schema() -> fields.Schema:
    """The fields of an index; `key` is what a document is replaced and removed by."""
    made = fields.Schema(key=fields.ID(unique=True))
    for name in ("written", "read", "pairs", "skill"):
        made.add(name, Analysed())
    made.add("facts", fields.COLUMN(VarBytesColumn()))  # type: ignore[no-untyped-call,unused-ignore]
    return made


def row(document: Document, *, with_bigrams: bool = True) -> dict[str, object]:
    """The document as the fields of the schema."""
    terms = terms_of(_texts(document), with_bigrams=with_bigrams)
    for name in kana_names(document.nickname):
        posting = terms.read.setdefault(name, [0.0])
        posting[0] += NICKNAME
        posting.insert(1, 0)
    return {
        "key": str(document.key),
        "written": terms.written,
        "read": terms.read,
        "pairs": terms.pairs,
        "skill": _skill_names(document.skills),
        "facts": _facts(document, terms.length),
    }


def _facts(document: Document, length: int) -> bytes:
    numbers = _PACK_FACTS(
        document.key,
        document.digest(),
        length,
        -1 if document.hourly_rate_yen is None else document.hourly_rate_yen,
        minutes(document.published_at),
        days(document.last_active_on),
        minutes(document.status_confirmed_at),
        days(document.pledged_until),
        days(document.qualified_until),
        len(document.skills),
    )
    skills = (_PACK_SKILL(skill.id, skill.level, months(skill.started)) for skill in document.skills)
    return b"".join((numbers, *skills, _SEPARATOR.join(labels(document)).encode()))


class Facts(NamedTuple):
    """The column `facts` of many documents."""

    numbers: NDArray[np.void]
    """One of FACTS each."""
    skills: NDArray[np.void]
    """As many of SKILL as `numbers["skills"]` says, document by document."""
    labels: list[list[str]]


def unpack_facts(values: Sequence[bytes]) -> Facts:
    """Read the column `facts`."""
    numbers = np.frombuffer(b"".join(value[: FACTS.itemsize] for value in values), FACTS)
    ends = (FACTS.itemsize + SKILL.itemsize * numbers["skills"]).tolist()
    skills = b"".join(value[FACTS.itemsize : end] for value, end in zip(values, ends, strict=True))
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


def _texts(document: Document) -> Iterator[tuple[str, float]]:
    yield document.nickname, NICKNAME
    yield document.username, TITLE
    yield document.headline, TITLE
    for skill in document.skills:
        for name in (skill.name, *skill.aliases):
            yield name, TITLE
    for qualification in document.qualifications:
        for name in (qualification.name, qualification.common_name):
            yield f"{name} {qualification.grade}", TEXT
        yield qualification.issuer, TEXT
    yield document.introduction, TEXT
    for career in document.careers:
        yield career, TEXT
    for hobby in document.hobbies:
        yield hobby, ASIDE


def _skill_names(skills: tuple[KnownSkill, ...]) -> dict[str, Posting]:
    """Every name of a skill as one term; who knows it better stands higher."""
    names: dict[str, Posting] = {}
    for skill in skills:
        for name in (skill.name, *skill.aliases):
            key = exact_key(name)
            if key:
                names.setdefault(key, [1.0 + skill.level, 0])
    return names


def labels(document: Document) -> Iterator[str]:
    """What a document is chosen and counted by, each with its beginning."""
    if document.status:
        yield LABELS["status"] + document.status
    if document.hours:
        yield LABELS["hours"] + document.hours
    if document.works_online:
        yield LABELS["online"]
    if document.has_team:
        yield LABELS["team"]
    if document.is_identified:
        yield LABELS["identity"]
    if document.pledge:
        yield LABELS["pledge"] + document.pledge
    if document.has_company:
        yield LABELS["company"]
    by_city = {prefecture_of(city) for city in document.cities}
    for prefecture in sorted({*document.prefectures, *by_city}):
        yield LABELS["prefecture"] + prefecture
    for prefecture in sorted({*document.prefectures} - by_city):
        yield LABELS["whole"] + prefecture
    for city in document.cities:
        yield LABELS["city"] + city
