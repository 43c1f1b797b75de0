"""The words of the search page: what is chosen, what can be chosen, and in which order."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask_babel import format_decimal

from blueprints.search.state import CHECKED, COMPANY, FRIENDS, IDENTITY, PLEDGE, QUALIFICATION, Search, SearchState
from marketplace.addresses import find_municipality, find_prefecture
from marketplace.careers.models import SkillLevel
from marketplace.i18n import _
from marketplace.pledges.wording import CURRENT
from marketplace.profiles.models import Status, WeeklyHours
from search_index import Facets, Sort

YEARS_OFFERED = (1, 3, 5, 10)


_State = TypeVar("_State", bound=Search)


@dataclass(frozen=True)
class Chosen(Generic[_State]):
    """A filter that is set, in words, and the search without it."""

    label: str
    without: _State


def chosen(state: SearchState, skill_names: Mapping[int, str]) -> list[Chosen[SearchState]]:
    """Return every filter that is set."""
    found = [Chosen(tie_word(value), less(state, "friends", value)) for value in state.friends]
    found += [Chosen(status_word(value), less(state, "statuses", value)) for value in state.statuses]
    found += [Chosen(_skill(state, skill_names.get(key, str(key))), less(state, "skills", key)) for key in state.skills]
    if state.rate_from or state.rate_to:
        found.append(Chosen(rate_word(state.rate_from, state.rate_to), state.without(rate_from=None, rate_to=None)))
    found += [Chosen(_("週%(hours)s", hours=hours_word(value)), less(state, "hours", value)) for value in state.hours]
    found += chosen_places(state)
    found += [Chosen(checked_word(value), less(state, "checked", value)) for value in state.checked]
    return found + ([Chosen(_("チームに入っている"), state.without(team=False))] if state.team else [])


def chosen_places(state: _State) -> list[Chosen[_State]]:
    """Return every place that is asked for."""
    online = [Chosen(_("オンライン"), state.without(online=False))] if state.online else []
    places = [Chosen(place_word(code), less(state, "places", code)) for code in state.places]
    return online + places + [Chosen(city_word(code), less(state, "cities", code)) for code in state.cities]


def places_summary(state: Search) -> list[str]:
    """Return the places that are asked for."""
    return [one.label for one in chosen_places(state)]


def summaries(state: SearchState, skill_names: Mapping[int, str]) -> dict[str, str]:
    """Return in a few words what is chosen in each group of filters; empty where nothing is."""
    groups = {
        "friends": [tie_word(value) for value in state.friends],
        "status": [status_word(value) for value in state.statuses],
        "skill": [skill_names.get(key, str(key)) for key in state.skills],
        "rate": [rate_word(state.rate_from, state.rate_to)] if state.rate_from or state.rate_to else [],
        "hours": [hours_word(value) for value in state.hours],
        "place": places_summary(state),
        "checked": [
            *(checked_word(value) for value in state.checked),
            *([_("チームに入っている")] if state.team else []),
        ],
    }
    return {name: _("・").join(chosen) for name, chosen in groups.items()}


def tie_word(value: str) -> str:
    """Return the word for those who are so many ties away."""
    return _("友達") if value == FRIENDS else _("友達の友達")


def status_word(value: str) -> str:
    """Return the word for a status."""
    return {
        Status.AVAILABLE: _("対応可能"),
        Status.DEPENDS: _("仕事内容による"),
        Status.BUSY: _("現在忙しい"),
    }[Status(value)]


def checked_word(value: str) -> str:
    """Return the word for what was checked of a worker."""
    return {
        IDENTITY: _("本人確認済み"),
        PLEDGE: _("機密保持確認済み"),
        QUALIFICATION: _("資格確認済み"),
        COMPANY: _("会社確認済み"),
    }[value]


def checked_counts(facets: Facets) -> list[tuple[str, int]]:
    """Return what can be asked to have been checked, and of how many it was."""
    counts = {
        IDENTITY: facets.identified,
        PLEDGE: facets.pledges.get(CURRENT, 0),
        QUALIFICATION: facets.qualified,
        COMPANY: facets.with_company,
    }
    return [(value, counts[value]) for value in CHECKED]


def hours_word(value: str) -> str:
    """Return the words for a band of hours a week."""
    return {
        WeeklyHours.UP_TO_3: _("3時間以下"),
        WeeklyHours.FROM_3_TO_10: _("3〜10時間"),
        WeeklyHours.FROM_10_TO_20: _("10〜20時間"),
        WeeklyHours.FROM_20_TO_30: _("20〜30時間"),
        WeeklyHours.FROM_30_TO_40: _("30〜40時間"),
    }[WeeklyHours(value)]


def place_word(code: str) -> str:
    """Return the name of a prefecture."""
    prefecture = find_prefecture(code)
    return prefecture.label if prefecture else code


def city_word(code: str) -> str:
    """Return the name of a municipality."""
    city = find_municipality(code)
    return city.label if city else code


def level_words() -> list[tuple[int, str]]:
    """Return the least levels that can be asked for."""
    asked = [(level.rank, _("%(level)s以上", level=level.label)) for level in SkillLevel if level.rank]
    return [(0, _("レベルを問わない")), *asked]


def years_words() -> list[tuple[int, str]]:
    """Return the least years of experience that can be asked for."""
    return [(0, _("経験年数を問わない")), *((years, _("経験%(years)d年以上", years=years)) for years in YEARS_OFFERED)]


def order_words(*, is_member: bool) -> list[tuple[str, str]]:
    """Return the orders that can be asked for; nobody is close to a visitor."""
    closest = [(Sort.CLOSEST.value, _("つながりの近い順"))] if is_member else []
    return [
        (Sort.RELEVANCE.value, _("関連度の高い順")),
        *closest,
        (Sort.NEWEST.value, _("新しく公開した順")),
        (Sort.ACTIVE.value, _("最近活動した順")),
        (Sort.RATE_LOW.value, _("時給の低い順")),
        (Sort.RATE_HIGH.value, _("時給の高い順")),
    ]


def rate_word(lowest: int | None, highest: int | None) -> str:
    """Return a range of rates in words."""
    if lowest and highest:
        return _("時給 %(low)s〜%(high)s円", low=format_decimal(lowest), high=format_decimal(highest))
    if lowest:
        return _("時給 %(low)s円以上", low=format_decimal(lowest))
    return _("時給 %(high)s円以下", high=format_decimal(highest or 0))


def _skill(state: SearchState, name: str) -> str:
    conditions = []
    if state.level:
        conditions.append(dict(level_words())[state.level])
    if state.years:
        conditions.append(_("%(years)d年以上", years=state.years))
    return _("%(name)s(%(conditions)s)", name=name, conditions=_("・").join(conditions)) if conditions else name


def less(state: _State, name: str, value: object) -> _State:
    """Return a search without one value of a field of several."""
    return state.without(**{name: tuple(one for one in getattr(state, name) if one != value)})
