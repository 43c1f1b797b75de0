"""Which open jobs fit what a member can do, and why."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ScalarSelect,
    Select,
    SQLColumnExpression,
    String,
    Subquery,
    case,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy import cast as as_type
from sqlalchemy.orm import aliased, joinedload

from marketplace.accounts.models import Member
from marketplace.careers.models import MemberSkill, Skill, SkillLevel
from marketplace.db import db
from marketplace.i18n import _
from marketplace.jobs.models import Job, JobSkill
from marketplace.jobs.queries.jobs import open_to
from marketplace.paging import SIZE, Page, page_of

_newest = aliased(Job)
REASONS_SHOWN = 3
MOST_WEIGHED = 5_000
"""Among how many of the newest jobs the fitting ones are looked for: weighing 100,000 took 0.7 s."""
_WEIGHT = case({level: level.rank + 1 for level in SkillLevel}, value=MemberSkill.level, else_=0)
"""What a skill counts: one that can be taught four times as much as one that is being learnt."""


@dataclass(frozen=True)
class Fit:
    """A job, and what of it its reader can do, the best first."""

    job: Job
    skills: list[tuple[str, SkillLevel]]

    @property
    def reasons(self) -> list[str]:
        """Why it fits, in words; at least one."""
        return [_reason(name, level) for name, level in self.skills[:REASONS_SHOWN]]


def fitting(member: Member, cursor: str | None = None, size: int = SIZE) -> Page[Fit]:
    """Return a page of the open jobs of others that ask for skills of `member`, with one question.

    Those come first that ask for most of what the member can do best; among the same the newest.
    """
    score = _score_for(member)

    def filled(page: Subquery) -> Select[*tuple[Any, ...]]:
        return (
            select(page.c.score, page.c.published_at, page.c.id, Job, _shared_by(member, page.c.id))
            .join(Job, Job.id == page.c.id)
            .options(joinedload(Job.poster, innerjoin=True), joinedload(Job.company))
        )

    columns = (score.c.score, Job.published_at, Job.id)
    page = page_of(_weighed(member, score), columns, lambda row: tuple(row[:3]), cursor, size=size, filled=filled)
    return Page([Fit(row[3], _skills(row[4])) for row in page.rows], page.next_cursor, page.previous_cursor)


def best_and_among(member: Member, count: int, job_ids: Collection[int]) -> tuple[list[Fit], dict[int, Job]]:
    """Return the first of the jobs that fit, and those of `job_ids` that are open and shown to `member`, by number.

    One question for both.
    """
    score = _score_for(member)
    best = _weighed(member, score).order_by(score.c.score.desc(), Job.published_at.desc(), Job.id.desc()).limit(count)
    fits = best.subquery()
    among = select(literal(0), Job.id).where(Job.id.in_(job_ids), open_to(member))
    rows = union_all(select(fits.c.score, fits.c.id), among).subquery()
    question = (
        select(rows.c.score, Job, _shared_by(member, Job.id))
        .join(Job, Job.id == rows.c.id)
        .options(joinedload(Job.poster, innerjoin=True), joinedload(Job.company))
        .order_by(rows.c.score.desc(), Job.published_at.desc(), Job.id.desc())
    )
    found = db.session.execute(question).all()
    fitting = [Fit(job, _skills(lines)) for weight, job, lines in found if weight]
    return fitting, {job.id: job for weight, job, _lines in found if not weight}


def _score_for(member: Member) -> Subquery:
    """What the newest jobs ask for of what `member` can do, weighed."""
    newest = select(func.max(_newest.id)).scalar_subquery()
    return (
        select(JobSkill.job_id, func.sum(_WEIGHT).label("score"))
        .join(MemberSkill, MemberSkill.skill_id == JobSkill.skill_id)
        .where(MemberSkill.member_id == member.id, JobSkill.job_id > newest - MOST_WEIGHED)
        .group_by(JobSkill.job_id)
        .subquery()
    )


def _weighed(member: Member, score: Subquery) -> Select[*tuple[Any, ...]]:
    question = select(score.c.score, Job.published_at, Job.id).join(score, score.c.job_id == Job.id)
    return question.where(open_to(member), Job.poster_id != member.id)


def _shared_by(member: Member, job_id: SQLColumnExpression[int]) -> ScalarSelect[str]:
    """The skills that a job asks for and `member` has, as one text: a line each, with what it counts and its place."""
    line = as_type(_WEIGHT, String) + " " + as_type(JobSkill.position, String) + " " + Skill.name
    return (
        select(func.aggregate_strings(line, "\n"))
        .select_from(JobSkill)
        .join(MemberSkill, MemberSkill.skill_id == JobSkill.skill_id)
        .join(Skill, Skill.id == JobSkill.skill_id)
        .where(MemberSkill.member_id == member.id, JobSkill.job_id == job_id)
        .scalar_subquery()
    )


def _skills(lines: str) -> list[tuple[str, SkillLevel]]:
    """The skills of such a text, the best first; among equals as the job names them."""
    parts = [line.split(" ", 2) for line in lines.split("\n")]
    found = sorted((-int(weight), int(position), name) for weight, position, name in parts)
    return [(name, list(SkillLevel)[-weight - 1]) for weight, _position, name in found]


def _reason(name: str, level: SkillLevel) -> str:
    return {
        SkillLevel.LEARNING: _("「%(skill)s」を学習中", skill=name),
        SkillLevel.ASSISTED: _("補助があれば「%(skill)s」ができる", skill=name),
        SkillLevel.WORKING: _("「%(skill)s」を実務で使える", skill=name),
        SkillLevel.TEACHING: _("「%(skill)s」を人に教えられる", skill=name),
    }[level]
