"""The words of お手伝い・お仕事を探す: what is chosen, what can be chosen, and how a job is told of in a row."""

from collections.abc import Mapping
from datetime import date

from flask_babel import format_decimal

from blueprints.search.job_state import JobSearchState
from blueprints.search.words import Chosen, chosen_places, less, places_summary, tie_word
from marketplace.i18n import _, ngettext
from marketplace.jobs.categories import Category
from marketplace.jobs.models import Job, JobKind, RewardKind
from search_index import JobSort

SOON_DAYS = 3
"""Of a last day that is so near it is said how many days are left."""


def chosen(state: JobSearchState, skill_names: Mapping[int, str]) -> list[Chosen[JobSearchState]]:
    """Return every filter that is set."""
    found = [Chosen(tie_word(value), less(state, "friends", value)) for value in state.friends]
    found += [Chosen(kind_word(value), less(state, "kinds", value)) for value in state.kinds]
    found += [Chosen(category_word(value), less(state, "categories", value)) for value in state.categories]
    found += [Chosen(skill_names.get(key, str(key)), less(state, "skills", key)) for key in state.skills]
    found += chosen_places(state)
    found += [Chosen(pay_word(value), less(state, "pays", value)) for value in state.pays]
    if state.reward_from or state.reward_to:
        label = reward_word(state.reward_from, state.reward_to)
        found.append(Chosen(label, state.without(reward_from=None, reward_to=None)))
    if state.ends is not None:
        found.append(Chosen(_("締め切りが%(when)s", when=ends_word(state.ends)), state.without(ends=None)))
    if state.posted is not None:
        found.append(Chosen(_("掲載が%(when)s", when=posted_word(state.posted)), state.without(posted=None)))
    return found + ([Chosen(_("会社確認済み"), state.without(company=False))] if state.company else [])


def summaries(state: JobSearchState, skill_names: Mapping[int, str]) -> dict[str, str]:
    """Return in a few words what is chosen in each group of filters; empty where nothing is."""
    amounts = [reward_word(state.reward_from, state.reward_to)] if state.reward_from or state.reward_to else []
    groups = {
        "friends": [tie_word(value) for value in state.friends],
        "kind": [kind_word(value) for value in state.kinds],
        "category": [category_word(value) for value in state.categories],
        "skill": [skill_names.get(key, str(key)) for key in state.skills],
        "place": places_summary(state),
        "reward": [*(pay_word(value) for value in state.pays), *amounts],
        "ends": [] if state.ends is None else [ends_word(state.ends)],
        "posted": [] if state.posted is None else [posted_word(state.posted)],
        "company": [_("会社確認済み")] if state.company else [],
    }
    return {name: _("・").join(chosen) for name, chosen in groups.items()}


def kind_word(value: str) -> str:
    """Return the word for a kind of work."""
    return JobKind(value).label


def category_word(value: str) -> str:
    """Return the words for a category."""
    return Category(value).label


def pay_word(value: str) -> str:
    """Return the word for what is paid for."""
    return RewardKind(value).label


def reward_word(lowest: int | None, highest: int | None) -> str:
    """Return a range of amounts in words."""
    if lowest and highest:
        return _("報酬 %(low)s〜%(high)s円", low=format_decimal(lowest), high=format_decimal(highest))
    if lowest:
        return _("報酬 %(low)s円以上", low=format_decimal(lowest))
    return _("報酬 %(high)s円以下", high=format_decimal(highest or 0))


def ends_word(days: int) -> str:
    """Return the words for a last day so many days away at most."""
    return ngettext("%(num)s日以内", "%(num)s日以内", days)


def posted_word(days: int) -> str:
    """Return the words for what was posted so many days ago at most."""
    return _("24時間以内") if days == 1 else ngettext("%(num)s日以内", "%(num)s日以内", days)


def order_words(*, is_member: bool) -> list[tuple[str, str]]:
    """Return the orders that can be asked for; nobody is close to a visitor."""
    closest = [(JobSort.CLOSEST.value, _("つながりの近い順"))] if is_member else []
    return [
        (JobSort.RELEVANCE.value, _("関連度の高い順")),
        *closest,
        (JobSort.NEWEST.value, _("新しく掲載した順")),
        (JobSort.DEADLINE.value, _("締め切りの近い順")),
        (JobSort.REWARD_HIGH.value, _("報酬の高い順")),
        (JobSort.REWARD_LOW.value, _("報酬の低い順")),
    ]


def days_left(job: Job, today: date) -> str:
    """Return how long one may still apply, in words, when that is not long; empty otherwise."""
    left = (job.apply_until - today).days if job.apply_until else SOON_DAYS + 1
    if left > SOON_DAYS:
        return ""
    return ngettext("あと%(num)s日", "あと%(num)s日", left) if left > 0 else _("今日まで")
