"""Two versions of one job, in words: what it said before and says now, or what is saved and was typed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from wtforms.fields.core import UnboundField

from blueprints.jinja import full_date
from blueprints.jobs.forms import JobForm
from marketplace.addresses import find_prefecture
from marketplace.i18n import _, grouped
from marketplace.jobs.categories import Category
from marketplace.jobs.content import changed_between
from marketplace.jobs.models import JobKind, QuestionKind, RewardKind


@dataclass(frozen=True)
class Difference:
    """One field that says something else in the two versions."""

    label: str
    before: str
    after: str


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[Difference]:
    """Return what the contents of two versions say differently, in the order of the list, in words."""
    before, after = _as_typed(before), _as_typed(after)
    return [
        Difference(_label(name), _words(name, before.get(name)), _words(name, after[name]))
        for name in changed_between(before, after)
    ]


def for_others(before: dict[str, Any], after: dict[str, Any], *, is_newest: bool) -> list[Difference]:
    """Return the differences for others than the poster: whose name and address were taken back is not told."""
    hidden = {_label(name) for name in ("offerer_name", "offerer_address", "offerer_contact")}
    veil = _("(いまは表示していません)")
    return [
        Difference(each.label, veil, each.after if is_newest else veil) if each.label in hidden else each
        for each in differences(before, after)
    ]


def _as_typed(content: dict[str, Any]) -> dict[str, Any]:
    """An upper end of the reward that is no other than the lower was typed by nobody."""
    has_range = content.get("reward_max_yen") != content.get("reward_min_yen")
    return content if has_range else content | {"reward_max_yen": None}


def _label(name: str) -> str:
    """Return what the form calls it."""
    return str(next(each for each in getattr(JobForm, name).args if not isinstance(each, UnboundField)))


def _words(name: str, value: Any) -> str:
    """Write one value as people read it; the empty ones are said to be empty."""
    if name == "is_tax_included" and value is not None:
        return _("税込") if value else _("税別")
    if isinstance(value, bool):
        return _("はい") if value else _("いいえ")
    if value in (None, "", []):
        return _("(空欄)")
    return _WRITTEN[name](value) if name in _WRITTEN else str(value)


def _yen(amount: int) -> str:
    return _("%(amount)s円", amount=grouped(amount))


def _day(day: str) -> str:
    return full_date(date.fromisoformat(day))


def _prefecture(code: str) -> str:
    found = find_prefecture(code)
    return found.label if found else code


def _questions(asked: list[dict[str, Any]]) -> str:
    return "\n".join(_question(each) for each in asked)


def _question(asked: dict[str, Any]) -> str:
    needed = _("必須") if asked["is_required"] else _("任意")
    answers = " / ".join(asked["choices"]) or QuestionKind(asked["kind"]).label
    return f"{asked['question']} ({needed}, {answers})"


_WRITTEN: dict[str, Callable[[Any], str]] = {
    "kind": lambda value: JobKind(value).label,
    "category": lambda value: Category(value).label,
    "reward_kind": lambda value: RewardKind(value).label,
    "prefecture": _prefecture,
    "starts_on": _day,
    "ends_on": _day,
    "apply_until": _day,
    "reward_min_yen": _yen,
    "reward_max_yen": _yen,
    "skills": "、".join,
    "files": "、".join,
    "questions": _questions,
}
