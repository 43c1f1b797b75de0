"""Spellings of skills: which mean what, and whom it would touch if one came to mean another."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from marketplace.careers.folding import folded
from marketplace.careers.models import SKILL_NAME_LENGTH, MemberSkill, Skill, SkillAlias
from marketplace.careers.queries import find_skill
from marketplace.db import db
from marketplace.errors import Conflict, Invalid, NotFound
from marketplace.i18n import _
from marketplace.jobs.models import JobSkill
from marketplace.paging import Page, page_of
from marketplace.teams.models import WantedSkill


@dataclass(frozen=True)
class AliasRow:
    """A spelling in the list."""

    key: str
    skill: Skill
    members: int
    """Who have the skill."""

    @property
    def is_own_name(self) -> bool:
        """Whether it is the skill's own name, which always means it."""
        return self.key == folded(self.skill.name)


@dataclass(frozen=True)
class Change:
    """That a spelling comes to mean a skill, before it is done."""

    key: str
    """The spelling as it is compared."""
    skill: Skill
    """What it is to mean."""
    former: Skill | None
    """What it has meant so far."""
    merges: bool
    """Whether it is the former skill's own name, so that what members have of that one becomes the other."""
    moved: int
    """How many members have the former skill and will have the other."""
    both: int
    """How many of these have both already: the two entries become one."""
    teams: int
    """How many teams look for the former skill."""
    seen_anew: int
    """How many members are found by the spelling from then on."""


def aliases(typed: str = "", cursor: str | None = None) -> Page[AliasRow]:
    """Return a page of the spellings, in the order of their letters; with `typed`, of the skills spelled like that."""
    members = select(func.count()).where(MemberSkill.skill_id == Skill.id).scalar_subquery()
    question = select(SkillAlias.key, Skill, members).join(Skill, Skill.id == SkillAlias.skill_id)
    key = folded(typed)[:SKILL_NAME_LENGTH]
    if key:
        found = select(SkillAlias.skill_id).where(SkillAlias.key.contains(key, autoescape=True))
        question = question.where(SkillAlias.skill_id.in_(found))
    page = page_of(question, (SkillAlias.key,), lambda row: (row[0],), cursor, descending=False)
    return Page([AliasRow(*row) for row in page.rows], page.next_cursor, page.previous_cursor)


def get_alias(key: str) -> SkillAlias:
    """Return the spelling `key`; raises NotFound."""
    question = select(SkillAlias).where(SkillAlias.key == key).options(joinedload(SkillAlias.skill, innerjoin=True))
    alias = db.session.scalar(question) if "\x00" not in key else None
    if alias is None:
        raise NotFound
    return alias


def find_former(alias: SkillAlias) -> Skill | None:
    """Return what a spelling meant before a moderator let it mean another skill."""
    return db.session.get(Skill, alias.former_id) if alias.former_id else None


def change_of(spelling: str, name: str) -> Change:
    """Return what it would mean that `spelling` comes to mean the skill called `name`.

    Raises Invalid for a spelling that is empty or too long, and when there is no such skill; Conflict when the two are
    the same already.
    """
    key = folded(spelling)
    if not key or len(key) > SKILL_NAME_LENGTH:
        raise Invalid(_("スキル名は%(most)s文字までで入力してください。", most=SKILL_NAME_LENGTH))
    skill, former = find_skill(name), find_skill(spelling)
    if skill is None:
        raise Invalid(_("このスキルは、まだだれも登録していません。登録されているスキルの名前を入力してください。"))
    if former is not None and former.id == skill.id:
        raise Conflict(_("この2つは、すでに「%(name)s」として1つになっています。", name=skill.name))
    merges = former is not None and key == folded(former.name)
    return Change(key, skill, former, merges, *_counts(skill, former if merges else None))


def entries_of(skill: Skill) -> Sequence[MemberSkill]:
    """Return what members say of having `skill`."""
    return db.session.scalars(select(MemberSkill).where(MemberSkill.skill_id == skill.id)).all()


def wishes_for(skill: Skill) -> Sequence[WantedSkill]:
    """Return the wishes of teams for `skill`."""
    return db.session.scalars(select(WantedSkill).where(WantedSkill.skill_id == skill.id)).all()


def posts_asking_for(skill: Skill) -> Sequence[JobSkill]:
    """Return what jobs say of needing `skill`."""
    return db.session.scalars(select(JobSkill).where(JobSkill.skill_id == skill.id)).all()


def aliases_of(skill: Skill) -> Sequence[SkillAlias]:
    """Return the spellings that mean `skill`."""
    return db.session.scalars(select(SkillAlias).where(SkillAlias.skill_id == skill.id)).all()


def _counts(skill: Skill, former: Skill | None) -> tuple[int, int, int, int]:
    old = former.id if former else 0
    has = select(MemberSkill.member_id).where(MemberSkill.skill_id == skill.id)
    moved = select(func.count()).where(MemberSkill.skill_id == old).scalar_subquery()
    both = select(func.count()).where(MemberSkill.skill_id == old, MemberSkill.member_id.in_(has)).scalar_subquery()
    teams = select(func.count()).where(WantedSkill.skill_id == old).scalar_subquery()
    seen = select(func.count()).where(MemberSkill.skill_id == skill.id).scalar_subquery()
    row = db.session.execute(select(moved, both, teams, seen)).one()
    return row[0], row[1], row[2], row[3]
