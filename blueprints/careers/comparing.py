"""Two versions of one entry: what is saved, and what was typed into a page that is older than that."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from wtforms import Field

from blueprints.careers.forms import EntryForm
from blueprints.jinja import month
from marketplace.careers.models import Entry
from marketplace.i18n import _

_NOT_COMPARED = frozenset({"csrf_token", "version", "files", "shows_files", "publishes_anyway"})


@dataclass(frozen=True)
class Difference:
    """One field that says something else in the two versions."""

    label: str
    saved: str
    typed: str


def differences(typed: EntryForm, entry: Entry) -> list[Difference]:
    """Return the fields in which the form differs from the entry as it is now, in the order of the form, in words."""
    saved = type(typed).of(entry, formdata=None)
    return [
        Difference(str(field.label.text), _words(saved[field.short_name]), _words(field))
        for field in typed
        if field.short_name not in _NOT_COMPARED and field.data != saved[field.short_name].data
    ]


def _words(field: Field) -> str:
    value: Any = field.data
    if isinstance(value, bool):
        return _("はい") if value else _("いいえ")
    if value in {None, ""}:
        return _("(空欄)")
    if isinstance(value, date):
        return month(value)
    return str(getattr(value, "label", value)) if isinstance(value, StrEnum) else str(value)
