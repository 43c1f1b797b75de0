"""Verbs of 趣味."""

from typing import Required, TypedDict, Unpack

from marketplace.accounts.models import Member
from marketplace.careers import policy
from marketplace.careers.models import Hobby, HobbyCategory, HobbyFrequency, HobbyVisibility
from marketplace.careers.service import lists
from marketplace.errors import require
from marketplace.i18n import _


class HobbyColumns(TypedDict, total=False):
    """What a member says of a hobby, and to whom (H-01…06)."""

    name: Required[str]
    category: Required[HobbyCategory]
    since_year: int | None
    frequency: HobbyFrequency | None
    keywords: str
    description: str
    visibility: HobbyVisibility
    allows_surveys: bool


def add(actor: Member, **columns: Unpack[HobbyColumns]) -> Hobby:
    """Add a hobby to the actor's list. Raises Conflict when the same is there, or the list is full."""
    require(policy.can_add(actor))
    return lists.append(actor, Hobby, columns, unique=columns, twin=_twin())


def change(actor: Member, hobby: Hobby, version: int, **columns: Unpack[HobbyColumns]) -> None:
    """Change a hobby that was read as `version`. Raises as `add`, and Conflict for an old version."""
    require(policy.can_change(actor, hobby))
    lists.rewrite(actor, hobby, version, columns, unique=columns, twin=_twin())


def _twin() -> str:
    return _("同じ内容の趣味がすでに登録されています。")
