"""Verbs of 経歴."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Required, TypedDict, Unpack

from marketplace.accounts.models import Member
from marketplace.attachments import Attachment
from marketplace.careers import policy
from marketplace.careers.models import Career, CareerCategory
from marketplace.careers.service import attachments, lists
from marketplace.errors import require
from marketplace.i18n import _


class CareerColumns(TypedDict, total=False):
    """What a member says of a time in which they worked or studied (S2-56…63)."""

    category: Required[CareerCategory]
    started_on: Required[date]
    ended_on: date | None
    """None while it goes on; not before `started_on`."""
    company: Required[str]
    duties: str
    url: str
    role: str
    environment: str
    team_size: int | None


def add(
    actor: Member, *, files: Sequence[Attachment] = (), shows_files: bool = False, **columns: Unpack[CareerColumns]
) -> Career:
    """Add a career to the actor's list, with files that were examined.

    Raises Conflict when the same is there, or the list is full, and Invalid for too many files.
    """
    require(policy.can_add(actor))
    kept = _kept(columns)
    with attachments.stored(files) as stored:
        career = lists.append(actor, Career, kept, unique=kept, twin=_twin())
        attachments.attach(actor, career, stored, is_public=shows_files)
    return career


def change(
    actor: Member,
    career: Career,
    version: int,
    *,
    files: Sequence[Attachment] = (),
    shows_files: bool = False,
    **columns: Unpack[CareerColumns],
) -> None:
    """Change a career that was read as `version`, and add files. Raises as `add`, and Conflict for an old version."""
    require(policy.can_change(actor, career))
    kept = _kept(columns)
    with attachments.stored(attachments.not_yet_in(career, files)) as stored:
        lists.rewrite(actor, career, version, kept, unique=kept, twin=_twin())
        attachments.attach(actor, career, stored, is_public=shows_files)


def _kept(columns: CareerColumns) -> dict[str, Any]:
    ended_on = columns.get("ended_on")
    return {
        **columns,
        "started_on": lists.first_of_month(columns["started_on"]),
        "ended_on": ended_on and lists.first_of_month(ended_on),
    }


def _twin() -> str:
    return _("同じ内容の経歴がすでに登録されています。")
