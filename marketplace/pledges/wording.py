"""The texts of the pledge. A version that somebody may have signed is never edited: a new text is a new version."""

import hashlib
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from marketplace.errors import NotFound
from marketplace.i18n import SOURCE_LANGUAGE, _, current_language

FOLDER = Path(__file__).with_name("texts")
VERSIONS = {"2026-11 v1": "2026-11-v1"}
"""The versions, the newest last, and what their files and addresses are called."""
CURRENT = list(VERSIONS)[-1]


@dataclass(frozen=True)
class Part:
    """An article: its title (empty for what stands before the first) and its paragraphs."""

    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """One question of the check, in the reader's language."""

    text: str
    choices: tuple[str, ...]
    right: int
    """Which choice is right, from 0."""
    why: str


@dataclass(frozen=True)
class Wording:
    """One version of the pledge."""

    version: str
    slug: str
    japanese: tuple[Part, ...]
    """What is signed."""
    english: tuple[Part, ...]
    """An aid for reading."""
    sha256: str
    """Of the Japanese text as it lies in its file, in hex."""
    table: tuple[dict[str, Any], ...]
    """The questions in all languages."""

    @property
    def questions(self) -> tuple[Question, ...]:
        """The check of understanding, in the reader's language."""
        language = current_language()
        language = language if language in {"ja", "en"} else SOURCE_LANGUAGE
        return tuple(
            Question(
                each[language], tuple(one[language] for one in each["choices"]), each["right"], each["why"][language]
            )
            for each in self.table
        )


@lru_cache(maxsize=16)
def wording_of(version: str) -> Wording:
    """Return a version of the pledge; raises NotFound."""
    slug = VERSIONS.get(version)
    if slug is None:
        raise NotFound(_("この版の誓約はありません。"))
    japanese = (FOLDER / f"{slug}.ja.txt").read_bytes()
    english = (FOLDER / f"{slug}.en.txt").read_text(encoding="utf-8")
    check = tomllib.loads((FOLDER / f"{slug}.check.toml").read_text(encoding="utf-8"))
    sha256 = hashlib.sha256(japanese).hexdigest()
    return Wording(version, slug, _parts(japanese.decode()), _parts(english), sha256, tuple(check["question"]))


def wording_at(slug: str) -> Wording:
    """Return the version whose address ends so; raises NotFound."""
    return wording_of(next((version for version, name in VERSIONS.items() if name == slug), ""))


def current() -> Wording:
    """Return the newest version."""
    return wording_of(CURRENT)


def _parts(text: str) -> tuple[Part, ...]:
    found: list[Part] = []
    for block in text.strip().split("\n\n"):
        first, *others = block.splitlines()
        is_article = first.startswith("# ")
        found.append(Part(first[2:] if is_article else "", tuple(others if is_article else [first, *others])))
    return tuple(found)
