"""Which open jobs fit what a member can do, and why."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, Subquery, case, func, select
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
    """Return a page of the open jobs of others that ask for skills of `member`, with two questions.

    Those come first that ask for most of what the member can do best; among the same the newest.
    """
    newest = select(func.max(_newest.id)).scalar_subquery()
    score = (
        select(JobSkill.job_id, func.sum(_WEIGHT).label("score"))
        .join(MemberSkill, MemberSkill.skill_id == JobSkill.skill_id)
        .where(MemberSkill.member_id == member.id, JobSkill.job_id > newest - MOST_WEIGHED)
        .group_by(JobSkill.job_id)
        .subquery()
    )
    question = select(score.c.score, Job.published_at, Job.id).join(score, score.c.job_id == Job.id)
    question = question.where(open_to(member), Job.poster_id != member.id)

    def filled(page: Subquery) -> Select[*tuple[Any, ...]]:
        return (
            select(page.c.score, page.c.published_at, page.c.id, Job)
            .join(Job, Job.id == page.c.id)
            .options(joinedload(Job.poster, innerjoin=True), joinedload(Job.company))
        )

    columns = (score.c.score, Job.published_at, Job.id)
    page = page_of(question, columns, lambda row: tuple(row[:3]), cursor, size=size, filled=filled)
    skills = _shared(member, [row[2] for row in page.rows])
    return Page([Fit(row[3], skills[row[2]]) for row in page.rows], page.next_cursor, page.previous_cursor)


def open_among(viewer: Member, job_ids: Collection[int]) -> dict[int, Job]:
    """Return those of the jobs that are open and shown to `viewer`, by number, each with its poster and its company."""
    question = select(Job).where(Job.id.in_(job_ids), open_to(viewer))
    found = question.options(joinedload(Job.poster, innerjoin=True), joinedload(Job.company))
    return {job.id: job for job in db.session.scalars(found)}


def _shared(member: Member, job_ids: list[int]) -> dict[int, list[tuple[str, SkillLevel]]]:
    """The skills that these jobs ask for and `member` has."""
    question = (
        select(JobSkill.job_id, Skill.name, MemberSkill.level)
        .join(MemberSkill, MemberSkill.skill_id == JobSkill.skill_id)
        .join(Skill, Skill.id == JobSkill.skill_id)
        .where(MemberSkill.member_id == member.id, JobSkill.job_id.in_(job_ids))
        .order_by(_WEIGHT.desc(), JobSkill.position)
    )
    found: defaultdict[int, list[tuple[str, SkillLevel]]] = defaultdict(list)
    for job_id, name, level in db.session.execute(question) if job_ids else ():
        found[job_id].append((name, level))
    return found


def _reason(name: str, level: SkillLevel) -> str:
    return {
        SkillLevel.LEARNING: _("「%(skill)s」を学習中", skill=name),
        SkillLevel.ASSISTED: _("補助があれば「%(skill)s」ができる", skill=name),
        SkillLevel.WORKING: _("「%(skill)s」を実務で使える", skill=name),
        SkillLevel.TEACHING: _("「%(skill)s」を人に教えられる", skill=name),
    }[level]
