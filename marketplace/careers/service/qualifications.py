"""Verbs of 資格."""

import re
import unicodedata
from calendar import monthrange
from datetime import date
from typing import Any, Required, TypedDict, Unpack

from marketplace.accounts.models import Member
from marketplace.careers import policy
from marketplace.careers.models import CONFIRMED, Qualification, QualificationCategory
from marketplace.careers.professions import is_protected
from marketplace.careers.service import lists
from marketplace.clock import now
from marketplace.db import db
from marketplace.errors import require
from marketplace.i18n import _

_NUMBER = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+")
_LARGEST_NUMBER = 2**31 - 1


class QualificationColumns(TypedDict, total=False):
    """What a member says of a qualification (Q-01…07, Q-10)."""

    category: Required[QualificationCategory]
    name: Required[str]
    common_name: str
    grade: str
    issuer: str
    acquired_on: date | None
    expires_on: date | None
    """Any day of the month in which it ends."""
    registration_number: str
    notes: str


def add(actor: Member, **columns: Unpack[QualificationColumns]) -> Qualification:
    """Add a qualification to the actor's list. Raises Conflict when the same is there, or the list is full."""
    require(policy.can_add(actor))
    kept = _kept(columns)
    return lists.append(actor, Qualification, kept, unique=kept, twin=_twin())


def change(actor: Member, qualification: Qualification, version: int, **columns: Unpack[QualificationColumns]) -> None:
    """Change a qualification that was read as `version`. Raises as `add`, and Conflict for an old version."""
    require(policy.can_change(actor, qualification))
    kept = _kept(columns)
    is_other = any(getattr(qualification, name) != kept.get(name, "") for name in CONFIRMED)
    notes = kept.get("notes", "")
    # The moderators look at notes only when they claim a title: what they did not see needs their look.
    if is_other or (notes != qualification.notes and is_protected(notes)):
        kept["confirmed_at"] = None
    said = {name: value for name, value in kept.items() if name != "confirmed_at"}
    lists.rewrite(actor, qualification, version, kept, unique=said, twin=_twin())


def confirm(qualification_id: int) -> None:
    """Note that the moderators found in the certificate what is declared (Q-09).

    One that was removed meanwhile is nothing to confirm.
    """
    qualification = db.session.get(Qualification, qualification_id)
    if qualification is not None:
        qualification.confirmed_at = now()
        qualification.is_compared = True


def number_in(grade: str) -> int | None:
    """Return the first whole number of a grade (965 of 「965点」, 2 of 「準２級」), or None."""
    found = _NUMBER.search(unicodedata.normalize("NFKC", grade))
    number = int(found.group().replace(",", "")) if found else None
    return None if number is None or number > _LARGEST_NUMBER else number


def _kept(columns: QualificationColumns) -> dict[str, Any]:
    acquired_on, expires_on = columns.get("acquired_on"), columns.get("expires_on")
    return {
        **columns,
        "grade_number": number_in(columns.get("grade", "")),
        "acquired_on": acquired_on and lists.first_of_month(acquired_on),
        "expires_on": expires_on and _last_of_month(expires_on),
    }


def _last_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _twin() -> str:
    return _("同じ内容の資格がすでに登録されています。")
