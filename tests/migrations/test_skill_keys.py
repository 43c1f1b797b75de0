"""What became one skill by a new way of folding is one in old databases too, and nobody loses theirs."""

from collections.abc import Callable
from datetime import date
from importlib import import_module

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from flask import Flask
from sqlalchemy import select

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.careers import queries, service
from marketplace.careers.models import MemberSkill, Skill, SkillAlias, SkillLevel
from tests.factories.members import MemberFactory

pytestmark = pytest.mark.real_commits

revision = import_module("marketplace.migrations.0015_skill_keys")

BEFORE = {
    "Node.js": ("node.js", "node", "ノード・ジェイエス"),
    "nodejs": ("nodejs",),
    "Excel": ("excel", "エクセル"),
    "えくせる": ("えくせる",),
    "お直し": ("お直し",),
    "オ直シ": ("オ直シ",),
    ".NET": (".net",),
}
"""Skills by the keys that they had; those of the first and third come from the table of skills."""


@pytest.fixture
def old(app: Flask) -> Flask:
    """A database with the keys of the day before."""
    with app.app_context(), db.writing():
        for name, keys in BEFORE.items():
            skill = Skill(name=name, is_listed=name in {"Node.js", "Excel"})
            db.db.session.add(skill)
            db.db.session.flush()
            db.db.session.add_all(SkillAlias(key=key, skill_id=skill.id) for key in keys)
        db.commit()
    return app


def do(step: Callable[[], None]) -> None:
    """Do a step of the revision by itself, whatever revisions there are before and after it."""
    db.rollback()
    with db.writing():
        with Operations.context(MigrationContext.configure(db.db.session.connection())):
            step()
        db.commit()


def has(member: Member, name: str, level: SkillLevel, year: int, notes: str = "") -> None:
    skill = db.db.session.scalars(select(Skill).where(Skill.name == name)).one()
    position = len(queries.lists_of(member, member).skills)
    columns = {"skill_id": skill.id, "level": level, "started_on": date(year, 4, 1), "notes": notes}
    db.db.session.add(MemberSkill(member_id=member.id, position=position, **columns))
    db.db.session.flush()


def skills_of(member: Member) -> list[tuple[str, SkillLevel, int, str]]:
    return [
        (each.title, each.level, each.started_on.year, each.notes) for each in queries.lists_of(member, member).skills
    ]


def test_skills_of_one_meaning_become_one(old: Flask) -> None:
    with old.app_context():
        do(revision.upgrade)
        names = set(db.db.session.scalars(select(Skill.name)))
        assert names == {"Node.js", "Excel", "お直し", ".NET"}
        for typed, name in (("NodeJS", "Node.js"), ("えくせる", "Excel"), ("オ直し", "お直し"), (".net", ".NET")):
            found = queries.find_skill(typed)
            assert found is not None
            assert found.name == name
        assert queries.find_skill("net") is None


def test_nobody_loses_a_skill_or_what_they_said_of_it(old: Flask, make_member: MemberFactory) -> None:
    one, both = make_member("one"), make_member("both")
    with old.app_context():
        with db.writing():
            has(one, "nodejs", SkillLevel.WORKING, 2020, "独学です。")
            has(both, "nodejs", SkillLevel.TEACHING, 2021, "教えています。")
            has(both, "えくせる", SkillLevel.LEARNING, 2022)
            has(both, "Node.js", SkillLevel.WORKING, 2016, "仕事で使います。")
            db.commit()
        do(revision.upgrade)
        assert skills_of(one) == [("Node.js", SkillLevel.WORKING, 2020, "独学です。")]
        assert skills_of(both) == [
            ("Node.js", SkillLevel.TEACHING, 2016, "仕事で使います。\n教えています。"),
            ("Excel", SkillLevel.LEARNING, 2022, ""),
        ]
        assert queries.lists_of(both, both).skills[0].version == 2, (
            "a form that was opened before is compared with what it is now"
        )


def test_taken_back_every_name_has_its_old_key(old: Flask) -> None:
    with old.app_context():
        do(revision.upgrade)
        do(revision.downgrade)
        rows = db.db.session.execute(select(SkillAlias.key, Skill.name).join(SkillAlias.skill))
        keys = {row.key: row.name for row in rows}
        assert keys["node.js"] == keys["nodejs"] == "Node.js"
        do(revision.upgrade)
        assert len(set(db.db.session.scalars(select(Skill.name)))) == 4


def test_the_table_of_skills_finds_its_own_again(old: Flask) -> None:
    with old.app_context():
        do(revision.upgrade)
        with db.writing():
            service.add_known_skills()
            db.commit()
        found = queries.find_skill("node-js")
        assert found is not None
        assert (found.name, found.is_listed) == ("Node.js", True)
