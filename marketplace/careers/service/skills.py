"""Verbs of スキル, and the names under which skills are known."""

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import select

from marketplace.accounts.models import Member
from marketplace.careers import policy, queries
from marketplace.careers.folding import folded, tidy
from marketplace.careers.models import SKILL_NAME_LENGTH, MemberSkill, Skill, SkillAlias, SkillLevel
from marketplace.careers.service import lists
from marketplace.db import add_once, db
from marketplace.errors import Invalid, require
from marketplace.i18n import _

KNOWN = Path(__file__).parents[1] / "skills.toml"

log = structlog.get_logger(__name__)


def add(actor: Member, name: str, level: SkillLevel, started_on: date, notes: str = "") -> MemberSkill:
    """Say that `actor` has the skill that `name` means, under whatever spelling.

    Raises Conflict when it is in the list already, or the list is full, and Invalid for a name too long to keep.
    """
    require(policy.can_add(actor))
    columns = _columns(name, level, started_on, notes)
    return lists.append(actor, MemberSkill, columns, **_one_of_each(columns))


def change(
    actor: Member, skill: MemberSkill, version: int, name: str, level: SkillLevel, started_on: date, notes: str = ""
) -> None:
    """Change what `actor` said of a skill, read as `version`. Raises as `add`, and Conflict for an old version."""
    require(policy.can_change(actor, skill))
    columns = _columns(name, level, started_on, notes)
    lists.rewrite(actor, skill, version, columns, **_one_of_each(columns))


def add_known_skills() -> int:
    """Bring the names and aliases of skills.toml into the tables; tell how many names are new.

    Repeating it adds nothing. An alias that came to mean another skill meanwhile is left alone.
    """
    means = {alias.key: alias.skill_id for alias in db.session.scalars(select(SkillAlias))}
    skills = {skill.id: skill for skill in db.session.scalars(select(Skill))}
    new = 0
    for known in tomllib.loads(KNOWN.read_text(encoding="utf-8"))["skill"]:
        key = folded(known["name"])
        if key not in means:
            skill = Skill(name=known["name"], is_listed=True)
            db.session.add(skill)
            # The aliases need its id.
            db.session.flush()
            skills[skill.id] = skill
            _add_alias(means, key, skill)
            new += 1
        skill = skills[means[key]]
        skill.is_listed = True
        for alias in known["aliases"]:
            _add_alias(means, folded(alias), skill)
    return new


def called(name: str) -> Skill:
    """Return the skill that `name` means, made now if nobody has named it before; raises Invalid."""
    shown, key = tidy(name), folded(name)
    if not key or max(len(shown), len(key)) > SKILL_NAME_LENGTH:
        raise Invalid(_("スキル名は%(most)s文字までで入力してください。", most=SKILL_NAME_LENGTH))
    found = queries.find_skill(name)
    if found is None:
        alias = SkillAlias(key=key, skill=Skill(name=shown))
        # Another may have named it since the question: then the name is theirs, and means the same.
        found = alias.skill if add_once(alias) else queries.find_skill(name)
    if found is None:
        raise Invalid(_("この名前は登録できません。ほかの書きかたで入力してください。"))
    return found


def _add_alias(means: dict[str, int], key: str, skill: Skill) -> None:
    if key not in means:
        db.session.add(SkillAlias(key=key, skill_id=skill.id))
        means[key] = skill.id
    elif means[key] != skill.id:
        log.warning("skill.alias_taken", alias=key, skill=skill.name)


def _columns(name: str, level: SkillLevel, started_on: date, notes: str) -> dict[str, Any]:
    return {
        "skill": called(name),
        "level": level,
        "started_on": lists.first_of_month(started_on),
        "notes": notes,
    }


def _one_of_each(columns: Mapping[str, Any]) -> dict[str, Any]:
    """What must not be in the list twice, and the sentence for it."""
    skill: Skill = columns["skill"]
    sentence = _("「%(name)s」はすでに登録されています。一覧の「更新する」で変えられます。", name=skill.name)
    return {"unique": {"skill_id": skill.id}, "twin": sentence}
