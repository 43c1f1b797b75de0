"""Putting into the rows what a job says: its columns, its skills, what applicants are asked, and each change of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from sqlalchemy import inspect, select

from marketplace.accounts.models import Member
from marketplace.careers.service import skills as skill_names
from marketplace.clock import now
from marketplace.companies.models import Company
from marketplace.db import db
from marketplace.errors import Invalid
from marketplace.i18n import _
from marketplace.jobs import policy, queries
from marketplace.jobs.categories import Category
from marketplace.jobs.content import SAID, content_of, said_by
from marketplace.jobs.models import (
    MOST_CHOICES,
    MOST_QUESTIONS,
    MOST_SKILLS,
    Job,
    JobKind,
    JobRevision,
    JobSkill,
    JobState,
    QuestionKind,
    RewardKind,
    ScreeningQuestion,
)

_COLUMNS = [column.key for column in inspect(Job).column_attrs]


@dataclass(frozen=True)
class QuestionAsked:
    """What applicants are asked. One that differs in anything is another question."""

    kind: QuestionKind
    question: str
    choices: tuple[str, ...] = ()
    is_required: bool = False

    @classmethod
    def of(cls, row: ScreeningQuestion) -> Self:
        """Return what a row asks."""
        return cls(row.kind, row.question, tuple(row.choices), row.is_required)


@dataclass(frozen=True, kw_only=True)
class JobChanges:
    """Everything a job says after the change, in the form in which it is stored."""

    company: Company | None = None
    """In whose name; as it is, once the job is published."""
    kind: JobKind = JobKind.WORK
    title: str = ""
    description: str = ""
    category: Category | None = None
    is_remote: bool = True
    prefecture: str | None = None
    city: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    period_note: str = ""
    reward_kind: RewardKind | None = None
    reward_min_yen: int | None = None
    reward_max_yen: int | None = None
    is_tax_included: bool | None = None
    reward_note: str = ""
    ending_note: str = ""
    process_note: str = ""
    wanted: int = 1
    apply_until: date | None = None
    answer_days: int = 7
    offerer_name: str = ""
    offerer_address: str = ""
    offerer_contact: str = ""
    is_vouched: bool = False
    skills: tuple[str, ...] = ()
    """Names in any spelling."""
    questions: tuple[QuestionAsked, ...] = ()

    @property
    def content(self) -> dict[str, Any]:
        """Everything but the files, as plain values, as `content_of` tells what a job says."""
        questions = [vars(each) | {"kind": each.kind.value, "choices": list(each.choices)} for each in self.questions]
        highest = {"reward_max_yen": self.reward_max_yen or self.reward_min_yen}
        return {**said_by(self), **highest, "skills": list(self.skills), "questions": questions}

    @classmethod
    def nothing(cls, job: Job) -> Self:
        """Return the changes that would leave `job`, which is loaded with all it shows, as it is."""
        return cls(
            **({name: getattr(job, name) for name in SAID} | ({} if job.has_range else {"reward_max_yen": None})),
            company=job.company,
            skills=tuple(each.skill.name for each in job.skills),
            questions=tuple(QuestionAsked.of(each) for each in job.questions),
        )


@contextmanager
def holding(job: Job) -> Iterator[None]:
    """Let what others change in `job` wait until this unit ends, and read it again."""
    with db.session.begin_nested():
        # Rows that point to the job, as applications do, may still be written by those who hold something else.
        db.session.refresh(job, _COLUMNS, with_for_update={"key_share": True})
        yield


def write(poster: Member, job: Job, changes: JobChanges) -> None:
    """Let the rows of `job` say what `changes` says; raises Invalid, and NotAllowed for a company of others."""
    if len(changes.skills) > MOST_SKILLS:
        raise Invalid(_("スキルは%(most)s個までです。", most=MOST_SKILLS))
    if changes.is_vouched and not policy.can_vouch(poster, changes.company):
        raise Invalid(_("事務局の確認が済んでいないため、氏名、住所、連絡先を入力してください。"))
    if changes.reward_max_yen is not None and changes.reward_min_yen is None:
        raise Invalid(_("報酬の下限も入力してください。"))
    job.company_id = changes.company.id if changes.company else None
    for name in SAID:
        setattr(job, name, getattr(changes, name))
    if job.reward_max_yen is None:
        job.reward_max_yen = job.reward_min_yen
    # Never the same twice, so that the version grows with every edit.
    job.updated_at = now()
    # What belongs to it names it by its number.
    db.session.flush()
    _write_skills(job, changes.skills)
    _write_questions(job, changes.questions)
    # What is read next, and kept as what it said, must be what was written.
    db.session.flush()


def revise(job: Job) -> bool:
    """Keep what a published `job` says now, if it says something else than before; tell whether it does."""
    db.session.flush()
    content = content_of(queries.get_whole(job.id))
    if job.revision and queries.revision_of(job, job.revision).content == content:
        return False
    job.revision += 1
    db.session.add(JobRevision(job_id=job.id, number=job.revision, content=content))
    return True


def _write_skills(job: Job, names: tuple[str, ...]) -> None:
    wanted = list(dict.fromkeys(skill_names.called(name).id for name in names))
    present = {row.skill_id: row for row in db.session.scalars(select(JobSkill).where(JobSkill.job_id == job.id))}
    for skill_id, row in present.items():
        if skill_id not in wanted:
            db.session.delete(row)
    for position, skill_id in enumerate(wanted):
        if skill_id in present:
            present[skill_id].position = position
        else:
            db.session.add(JobSkill(job_id=job.id, skill_id=skill_id, position=position))


def _write_questions(job: Job, asked: tuple[QuestionAsked, ...]) -> None:
    """Leave what is asked as before; what was asked of others, and is asked no more, is retired and never changed."""
    _refuse_odd(asked)
    question = select(ScreeningQuestion).where(
        ScreeningQuestion.job_id == job.id, ScreeningQuestion.retired_at.is_(None)
    )
    present = {QuestionAsked.of(row): row for row in db.session.scalars(question)}
    for asks, row in present.items():
        if asks in asked:
            row.position = asked.index(asks)
        elif job.state is JobState.DRAFT:
            db.session.delete(row)
        else:
            row.retired_at = now()
    for position, asks in enumerate(asked):
        if asks not in present:
            db.session.add(
                ScreeningQuestion(
                    job_id=job.id,
                    position=position,
                    kind=asks.kind,
                    question=asks.question,
                    choices=list(asks.choices),
                    is_required=asks.is_required,
                )
            )


def _refuse_odd(asked: tuple[QuestionAsked, ...]) -> None:
    if len(asked) > MOST_QUESTIONS:
        raise Invalid(_("設問は%(most)s個までです。", most=MOST_QUESTIONS))
    if len({each.question for each in asked}) < len(asked):
        raise Invalid(_("同じ設問が二つあります。どちらかを消してください。"))
    for each in asked:
        has_choices = each.kind is QuestionKind.CHOICE
        if has_choices and not 2 <= len(set(each.choices)) == len(each.choices) <= MOST_CHOICES:
            raise Invalid(
                _(
                    "「%(question)s」の選択肢を、2個から%(most)s個まで、1行に一つずつ入力してください。",
                    question=each.question,
                    most=MOST_CHOICES,
                )
            )
        if each.choices and not has_choices:
            raise Invalid(_("選択肢は、種類が「選択」の設問にだけつけられます。"))
