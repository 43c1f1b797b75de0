"""Whom a member may know: those with whom they share friends, and those who worked at the same place."""

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, bindparam, exists, func, select, union_all
from sqlalchemy.orm import aliased

from marketplace.accounts.models import Member
from marketplace.careers.models import Career, CareerCategory, MemberSkill, Skill
from marketplace.circles.models import Dismissal
from marketplace.circles.queries import (
    VIEWER,
    Acquaintance,
    Circle,
    acquaintances,
    acquaintances_and_circle,
    acquainted,
    with_circle,
)
from marketplace.db import db
from marketplace.follows.models import Follow
from marketplace.follows.queries import not_hidden
from marketplace.i18n import _, ngettext
from marketplace.profiles.models import Profile

MOST = 30
"""How many are suggested at once."""
MOST_WEIGHED = 30
"""Friends of the viewer who lead to suggestions: the newest."""
SKILLS_NAMED = 3
_DIGITS = 9
"""Of a score: sums of the same numbers in another order differ behind them."""
_BETWEEN = "\n"
"""Stands in no name of a company or a skill."""

_PLACES = (CareerCategory.EMPLOYEE, CareerCategory.CONTRACT, CareerCategory.PART_TIME)
"""Careers in which one has colleagues: 「個人事業主」 is no place where people meet."""


@dataclass(frozen=True)
class Suggestion:
    """A worker whom the viewer may know, and why."""

    profile: Profile
    member: Member
    score: float
    """How much the shared friends say, by Adamic and Adar: a friend of few says more than a friend of many."""
    friends: tuple[str, ...]
    """Names of shared friends."""
    companies: tuple[str, ...]
    schools: tuple[str, ...]
    skills: tuple[str, ...]

    @property
    def reasons(self) -> list[str]:
        """Why, in words, what says most first; at least one."""
        words = []
        if len(self.friends) == 1:
            words.append(_("%(name)sさんの友達", name=self.friends[0]))
        elif self.friends:
            words.append(_("%(name)sさんほか%(others)s人の友達", name=self.friends[0], others=len(self.friends) - 1))
        words += [_("同じ職場(%(company)s)", company=company) for company in self.companies[:1]]
        words += [_("同じ学校(%(school)s)", school=school) for school in self.schools[:1]]
        if self.skills:
            words.append(_("共通のスキル(%(skills)s)", skills=str(_("、")).join(self.skills[:SKILLS_NAMED])))
        return words

    @property
    def in_short(self) -> str:
        """The first reason in the few words of a side column."""
        count = len(self.friends)
        return ngettext("共通の友達%(num)s人", "共通の友達%(num)s人", count) if count > 1 else self.reasons[0]

    @property
    def rank(self) -> tuple[float, int, int]:
        """Where it stands: by shared friends, then by how much else is shared, then those who came first."""
        return -round(self.score, _DIGITS), -len(self.companies + self.schools + self.skills), self.member.id


@dataclass
class _Shared:
    """What is known of somebody while scores are summed up."""

    score: float = 0.0
    friends: list[int] = field(default_factory=list)


def _eligible(member: type[Member]) -> ColumnElement[bool]:
    """The condition for whom can be suggested at all: workers who are not followed, dismissed or blocked."""
    dismissed = exists().where(Dismissal.member_id == VIEWER.id, Dismissal.dismissed_id == member.id)
    followed = exists().where(Follow.from_id == VIEWER.id, Follow.to_id == member.id)
    return and_(
        member.id != VIEWER.id,
        member.published_at.is_not(None),
        ~dismissed,
        ~followed,
        not_hidden(VIEWER, member.id),
    )


_own, _their = aliased(Career), aliased(Career)
_colleague, _picked, _own_profile, _own_skill = (
    aliased(Member),
    aliased(Member),
    aliased(Profile),
    aliased(MemberSkill),
)
_SAME_PLACE = and_(
    _own.member_id == VIEWER.id,
    _own.company == _their.company,
    _own.category.in_(_PLACES),
    _their.category.in_(_PLACES),
)


def _colleagues() -> Select[int]:
    """The ids of those who worked where the viewer did."""
    return (
        select(_colleague.id)
        .distinct()
        .select_from(_own)
        .join(_their, _SAME_PLACE)
        .join(_colleague, _colleague.id == _their.member_id)
        .where(_eligible(_colleague))
        .order_by(_colleague.id)
        .limit(bindparam("colleagues"))
    )


def _chosen() -> Select[int]:
    """The ids of those who were chosen for the friends they share."""
    return select(_picked.id).where(_picked.id.in_(bindparam("chosen", expanding=True)))


def _together(names: Select[str]) -> ScalarSelect[Any]:
    """All of `names` as one text, for each member."""
    each = names.correlate(Member).subquery()
    return select(func.aggregate_strings(each.c.name, _BETWEEN)).scalar_subquery()


_QUESTION = acquainted(MOST_WEIGHED, _eligible)
_WITH_CIRCLE = with_circle(_QUESTION)
_PEOPLE = (
    select(
        Member,
        Profile,
        _own_profile.schools,
        _together(
            select(_their.company.label("name"))
            .distinct()
            .select_from(_their)
            .join(_own, _SAME_PLACE)
            .where(_their.member_id == Member.id)
        ),
        _together(
            select(Skill.name.label("name"))
            .select_from(_own_skill)
            .join(MemberSkill, MemberSkill.skill_id == _own_skill.skill_id)
            .join(Skill, Skill.id == _own_skill.skill_id)
            .where(_own_skill.member_id == VIEWER.id, MemberSkill.member_id == Member.id)
        ),
    )
    .join(Profile, Profile.member_id == Member.id)
    .join(_own_profile, _own_profile.member_id == VIEWER.id)
    # One list of ids: with two conditions and an "or" between them, PostgreSQL walks through all members.
    .where(_eligible(Member), Member.id.in_(union_all(_chosen(), select(_colleagues().subquery().c.id))))
)


def suggestions_for(viewer: Member, count: int = MOST) -> list[Suggestion]:
    """Return workers whom `viewer` may know, the likeliest first, with two questions.

    Only ties that the viewer may see count, in the scores, in the order and in the reasons.
    """
    return _suggestions(viewer, acquaintances(_QUESTION, viewer), count)


def suggestions_and_circle(viewer: Member, count: int) -> tuple[list[Suggestion], Circle]:
    """Return what `suggestions_for` does and who is near `viewer`, clients among them: two questions for both."""
    friends, circle = acquaintances_and_circle(_WITH_CIRCLE, viewer)
    return _suggestions(viewer, friends, count), circle


def _suggestions(viewer: Member, friends: Mapping[int, Acquaintance], count: int) -> list[Suggestion]:
    shared = _scored(friends)
    best = _best(shared, count)
    keys = {"viewer": viewer.id, "chosen": best, "colleagues": max(count - len(best), 0)}
    rows = db.session.execute(_PEOPLE, keys)
    found = []
    for member, profile, schools, companies, skills in rows:
        known = shared.get(member.id, _Shared())
        found.append(
            Suggestion(
                profile,
                member,
                known.score,
                friends=tuple(friends[key].nickname for key in sorted(known.friends)),
                companies=_apart(companies),
                schools=tuple(school.name for school in profile.schools if school in schools),
                skills=_apart(skills),
            )
        )
    return sorted(found, key=lambda suggestion: suggestion.rank)[:count]


def _scored(friends: Mapping[int, Acquaintance]) -> dict[int, _Shared]:
    """Sum up what shared friends say of everybody whom they know: one over the logarithm of how many they know.

    L. A. Adamic, E. Adar: Friends and neighbors on the Web (2003), as networkx.adamic_adar_index has it.
    """
    shared: defaultdict[int, _Shared] = defaultdict(_Shared)
    for key, friend in friends.items():
        for known in friend.known:
            shared[known].score += 1 / math.log(friend.ties)
            shared[known].friends.append(key)
    return shared


def _best(shared: Mapping[int, _Shared], count: int) -> list[int]:
    """The ids of the `count` with the highest scores, and of those who are their equals: other reasons decide then."""
    scores = {key: round(known.score, _DIGITS) for key, known in shared.items()}
    best = sorted(scores, key=lambda key: (-scores[key], key))[:MOST]
    return [key for key in best if scores[key] >= scores[best[min(count, len(best)) - 1]]]


def _apart(names: str | None) -> tuple[str, ...]:
    return tuple(sorted(names.split(_BETWEEN))) if names else ()
