"""Two versions of one profile, side by side: what is saved, and what was typed into a page that is older than that."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any

from blueprints.profiles.forms import ProfileForm
from marketplace.addresses import find_prefecture
from marketplace.i18n import _
from marketplace.phones import written
from marketplace.profiles.models import School, WantedPlace
from marketplace.profiles.queries import place_words
from marketplace.profiles.service import ProfileChanges


@dataclass(frozen=True)
class Difference:
    """One field that says something else in the two versions."""

    label: str
    saved: str
    typed: str


def differences(form: ProfileForm, saved: ProfileChanges, typed: ProfileChanges) -> list[Difference]:
    """Return the fields in which the two differ, in the order of the form, in words."""
    return [
        Difference(_label(form, field.name), *(_words(field.name, getattr(one, field.name)) for one in (saved, typed)))
        for field in fields(ProfileChanges)
        if _differ(field.name, getattr(saved, field.name), getattr(typed, field.name))
    ]


def _differ(name: str, one: Any, other: Any) -> bool:
    """Places are the same in any order; every other list stands as its owner put it."""
    return set(one) != set(other) if name == "wanted_places" else bool(one != other)


def _label(form: ProfileForm, name: str) -> str:
    if name == "wanted_places":
        return _("お手伝い・お仕事をしたい場所")
    return str(form["availability" if name == "status" else name].label.text)


def _words(name: str, value: Any) -> str:
    """Write one value as people read it; the empty ones are said to be empty."""
    if name == "picture":
        return _("いまの画像") if value is None else _("新しく選んだ画像")
    if isinstance(value, bool):
        return _("する") if value else _("しない")
    if not value:
        return _("(空欄)")
    if name in _WRITTEN:
        return _WRITTEN[name](value)
    return str(value.label if isinstance(value, StrEnum) and hasattr(value, "label") else value)


def _prefecture(code: str) -> str:
    prefecture = find_prefecture(code)
    return prefecture.label if prefecture else code


def _places(places: tuple[tuple[str, str], ...]) -> str:
    return place_words(WantedPlace(prefecture=prefecture, city=city) for prefecture, city in places)


def _schools(schools: tuple[School, ...]) -> str:
    return "\n".join(f"{school.kind.label} {school.name}" for school in schools)


def _day(day: date) -> str:
    return day.isoformat()


_WRITTEN: dict[str, Callable[[Any], str]] = {
    "wanted_places": _places,
    "schools": _schools,
    "links": "\n".join,
    "prefecture": _prefecture,
    "hometown": _prefecture,
    "phone": written,
    "birth_date": _day,
    "hourly_rate_yen": lambda amount: _("%(amount)s円", amount=f"{amount:,}"),
    "postal_code": lambda code: f"{code[:3]}-{code[3:]}",
}
