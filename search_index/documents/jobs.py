"""Rows of jobs → documents."""

from collections import defaultdict
from collections.abc import Sequence
from functools import cache

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Member
from marketplace.addresses import find_prefecture, municipalities_of
from marketplace.careers.models import Skill
from marketplace.companies.models import Company
from marketplace.companies.queries import visible_to
from marketplace.i18n import LANGUAGES, speaking
from marketplace.jobs.categories import Category
from marketplace.jobs.models import Job, JobSkill, JobState
from marketplace.jobs.queries import company_is_checked
from search_index.documents.people import aliases_of
from search_index.engines import KnownSkill
from search_index.engines.jobs import JobDocument

SHOWN_JOBS = (
    Job.state == JobState.OPEN,
    Job.hidden_at.is_(None),
    Member.hidden_at.is_(None),
    Member.left_at.is_(None),
    or_(Job.company_id.is_(None), visible_to(None)),
)
"""With the poster as Member, and the company, if any, as Company.

Whether its last day is over, the search finds out on the day on which it is asked.
"""


def jobs(session: Session, ids: Sequence[int]) -> list[JobDocument]:
    """The documents of those among `ids` that are open now, from public columns only (three statements)."""
    chosen = select(Job, Member, Company, company_is_checked()).join(Member, Member.id == Job.poster_id)
    chosen = chosen.outerjoin(Company, Company.id == Job.company_id).order_by(Job.id)
    found = session.execute(chosen.where(Job.id.in_(ids), *SHOWN_JOBS)).all()
    shown = [job.id for job, *_rest in found]
    skills = _skills(session, shown)
    return [
        JobDocument(
            key=job.id,
            title=job.title,
            poster=job.poster_id,
            description=job.description,
            notes=tuple(note for note in (job.period_note, job.reward_note, job.ending_note, job.process_note) if note),
            offerer=company.name if company else poster.nickname,
            category=job.category.value if job.category else "",
            category_words=_words(job.category) if job.category else (),
            kind=job.kind.value,
            skills=tuple(skills[job.id]),
            prefecture=job.prefecture or "",
            city=city_of(job),
            place=_place(job),
            is_remote=job.is_remote,
            reward_kind=job.reward_kind.value if job.reward_kind else "",
            lowest_yen=job.reward_min_yen or 0,
            highest_yen=job.reward_max_yen or job.reward_min_yen or 0,
            published_at=job.published_at,
            apply_until=job.apply_until,
            has_company=is_checked,
        )
        for job, poster, company, is_checked in found
    ]


def city_of(job: Job) -> str:
    """The code of the municipality with whose name the place in the prefecture begins; empty when there is none."""
    if not job.prefecture or not job.city:
        return ""
    return next((code for name, code in _cities(job.prefecture) if job.city.startswith(name)), "")


def _place(job: Job) -> str:
    prefecture = find_prefecture(job.prefecture or "")
    return (prefecture.name if prefecture else "") + job.city


@cache
def _cities(prefecture: str) -> tuple[tuple[str, str], ...]:
    """The names of its municipalities and their codes, the longest first."""
    found = ((city.name, city.code) for city in municipalities_of(prefecture))
    return tuple(sorted(found, key=lambda pair: -len(pair[0])))


@cache
def _words(category: Category) -> tuple[str, ...]:
    words = []
    for language in LANGUAGES:
        with speaking(language):
            words.append(category.label)
    return tuple(dict.fromkeys(words))


def _skills(session: Session, ids: Sequence[int]) -> dict[int, list[KnownSkill]]:
    chosen = select(JobSkill.job_id, Skill).join(Skill, Skill.id == JobSkill.skill_id)
    chosen = chosen.where(JobSkill.job_id.in_(ids)).order_by(JobSkill.position, JobSkill.skill_id)
    pairs = [(key, skill) for key, skill in session.execute(chosen)]
    aliases = aliases_of(session, {skill.id for _key, skill in pairs})
    skills: defaultdict[int, list[KnownSkill]] = defaultdict(list)
    for key, skill in pairs:
        skills[key].append(KnownSkill(skill.id, skill.name, tuple(aliases[skill.id])))
    return skills
