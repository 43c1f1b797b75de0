"""Keys of skills in katakana, without dots and dashes inside: what is one skill now becomes one."""

import re
import unicodedata
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0015_skill_keys"
down_revision = "0014_notifications"
branch_labels = ()
depends_on = None

NOTES_LENGTH = 300
LEVELS = ("learning", "assisted", "working", "teaching")

_BLANKS = re.compile(r"\s+")
_JOINT = re.compile(r"(?<=[^\W_])[._\-\u2010]+(?=[^\W\d_])|(?<=[^\W\d_])[._\-\u2010]+(?=[^\W_])")
_TO_KATAKANA = {code: code + 0x60 for code in (*range(0x3041, 0x3097), 0x309D, 0x309E)}

skills = sa.table("skills", sa.column("id"), sa.column("name"), sa.column("is_listed"))
aliases = sa.table("skill_aliases", sa.column("key"), sa.column("skill_id"))
entries = sa.table(
    "member_skills",
    *(sa.column(name) for name in ("id", "member_id", "skill_id", "level", "notes", "position", "version")),
    sa.column("started_on", sa.Date()),
)


def upgrade() -> None:
    """Apply."""
    bind = op.get_bind()
    rows = bind.execute(
        sa.select(aliases.c.key, aliases.c.skill_id, skills.c.is_listed).join_from(
            aliases, skills, skills.c.id == aliases.c.skill_id
        )
    ).all()
    meanings: dict[str, list[int]] = {}
    # What the table of skills lists comes first, then what was there first.
    for key, skill, _listed in sorted(rows, key=lambda row: (not row.is_listed, row.skill_id)):
        meanings.setdefault(_folded(key), []).append(skill)
    stands_for = _stands_for(meanings)
    for skill, kept in stands_for.items():
        _merge(bind, skill, kept)
    bind.execute(sa.delete(aliases))
    keys = [{"key": key, "skill_id": stands_for.get(each[0], each[0])} for key, each in meanings.items()]
    if keys:
        bind.execute(sa.insert(aliases), keys)
    if stands_for:
        bind.execute(sa.delete(skills).where(skills.c.id.in_(list(stands_for))))


def downgrade() -> None:
    """Take back: every skill is known by its name as it was folded before, and by the keys that it has."""
    bind = op.get_bind()
    taken = set(bind.scalars(sa.select(aliases.c.key)))
    for skill, name in bind.execute(sa.select(skills.c.id, skills.c.name).order_by(skills.c.id)).all():
        key = _plain(name)
        if key not in taken:
            taken.add(key)
            bind.execute(sa.insert(aliases).values(key=key, skill_id=skill))


def _stands_for(meanings: dict[str, list[int]]) -> dict[int, int]:
    """Return for each skill that goes the one that stays: a key names the same skill for all who share it."""
    kept: dict[int, int] = {}

    def last(skill: int) -> int:
        while skill in kept:
            skill = kept[skill]
        return skill

    for first, *others in meanings.values():
        for other in others:
            if last(other) != last(first):
                kept[last(other)] = last(first)
    return {skill: last(skill) for skill in kept}


def _merge(bind: sa.Connection, skill: int, kept: int) -> None:
    """Let whoever has `skill` have `kept`; who has both keeps the better level, the longer time and both notes."""
    has = {row.member_id: row for row in bind.execute(sa.select(entries).where(entries.c.skill_id == kept))}
    for row in bind.execute(sa.select(entries).where(entries.c.skill_id == skill)).all():
        other = has.get(row.member_id)
        if other is None:
            bind.execute(sa.update(entries).where(entries.c.id == row.id).values(skill_id=kept))
            continue
        bind.execute(sa.delete(entries).where(entries.c.id == row.id))
        bind.execute(sa.update(entries).where(entries.c.id == other.id).values(_both(other, row)))


def _both(one: Any, other: Any) -> dict[str, Any]:
    notes = "\n".join(dict.fromkeys(row.notes for row in (one, other) if row.notes))
    return {
        "level": max(one.level, other.level, key=LEVELS.index),
        "started_on": min(one.started_on, other.started_on),
        "notes": notes if len(notes) <= NOTES_LENGTH else one.notes,
        "position": min(one.position, other.position),
        "version": one.version + 1,
    }


def _plain(name: str) -> str:
    shown = _BLANKS.sub(" ", unicodedata.normalize("NFKC", name)).strip()
    return _BLANKS.sub("", unicodedata.normalize("NFKC", shown.casefold()))


def _folded(name: str) -> str:
    return _JOINT.sub("", unicodedata.normalize("NFKC", _plain(name).translate(_TO_KATAKANA)))
