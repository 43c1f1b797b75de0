"""Spellings of skills: what one means, for what is stored, for what is typed from now on, and for the search."""

from sqlalchemy.orm.exc import StaleDataError

from marketplace import outbox, searchable
from marketplace.accounts.models import Member
from marketplace.audit import service as audit
from marketplace.audit.models import AuditDeed
from marketplace.careers.folding import folded
from marketplace.careers.models import SKILL_NOTES_LENGTH, MemberSkill, Skill, SkillAlias
from marketplace.db import add_once, db
from marketplace.errors import Conflict, require
from marketplace.i18n import _
from marketplace.jobs.models import JobSkill
from marketplace.moderation import policy, queries
from marketplace.moderation.queries import Change
from marketplace.teams.models import WantedSkill


def add_alias(actor: Member, spelling: str, name: str) -> Change:
    """Let `spelling` mean the skill called `name`; what members have of a skill of that name becomes the other.

    Who has both keeps the better level, the longer time and both notes. Raises as `queries.change_of`.
    """
    require(policy.can_add_alias(actor))
    change = queries.change_of(spelling, name)
    try:
        with db.session.begin_nested():
            _mean(change)
            _look_again(change.skill)
    except StaleDataError:
        raise Conflict(_("ほかの会員が、いまこのスキルを変えました。もう一度お試しください。")) from None
    told = {"alias": change.key, "former": change.former.id if change.former else None, "members": change.moved}
    audit.record(AuditDeed.ALIAS_ADDED, actor, "skill", change.skill.id, **told)
    return change


def remove_alias(actor: Member, alias: SkillAlias, skill_id: int) -> None:
    """Let a spelling mean what it meant before, or nothing; what became one stays one.

    Raises Conflict for an own name, and when it does not mean skill `skill_id`, as the moderator has read, any more.
    """
    require(policy.can_remove_alias(actor, alias))
    skill = alias.skill
    if skill.id != skill_id:
        raise Conflict(_("この名前は、ほかの画面で先に変更されていました。画面を読み込みなおしてください。"))
    if alias.key == folded(skill.name):
        raise Conflict(_("スキルそのものの名前は外せません。"))
    if alias.former_id is None:
        db.session.delete(alias)
    else:
        former = queries.find_former(alias)
        alias.skill_id, alias.former_id = alias.former_id, None
        if former is not None and alias.key == folded(former.name):
            # It is a skill of its own again, and offered as one.
            former.is_listed = True
    # What is looked at again is found by the spellings as they are now.
    db.session.flush()
    _look_again(skill)
    audit.record(AuditDeed.ALIAS_REMOVED, actor, "skill", skill.id, alias=alias.key)


def _mean(change: Change) -> None:
    former, skill = change.former, change.skill
    if former is None:
        if not add_once(SkillAlias(key=change.key, skill_id=skill.id)):
            raise Conflict(_("この名前は、いまほかの人が登録しました。もう一度お試しください。"))
        return
    moving = queries.aliases_of(former) if change.merges else [queries.get_alias(change.key)]
    for alias in moving:
        # Of several moves the first counts: taken back, a name means what its members gave it.
        alias.skill_id, alias.former_id = skill.id, alias.former_id or former.id
        if alias.former_id == skill.id:
            alias.former_id = None
    if change.merges:
        former.is_listed = False
        _move_entries(former, skill)
        _move_wishes(former, skill)
        _move_posts(former, skill)
    db.session.flush()


def _move_entries(former: Skill, skill: Skill) -> None:
    has = {entry.member_id: entry for entry in queries.entries_of(skill)}
    for entry in queries.entries_of(former):
        kept = has.get(entry.member_id)
        if kept is None:
            entry.skill_id = skill.id
        else:
            _fill_in(kept, entry)
            db.session.delete(entry)


def _fill_in(kept: MemberSkill, other: MemberSkill) -> None:
    notes = "\n".join(dict.fromkeys(filter(None, (kept.notes, other.notes))))
    kept.level = max(kept.level, other.level, key=lambda level: level.rank)
    kept.started_on = min(kept.started_on, other.started_on)
    kept.notes = notes if len(notes) <= SKILL_NOTES_LENGTH else kept.notes
    kept.position = min(kept.position, other.position)


def _move_wishes(former: Skill, skill: Skill) -> None:
    teams = {wish.team_id for wish in queries.wishes_for(skill)}
    for wish in queries.wishes_for(former):
        if wish.team_id not in teams:
            db.session.add(WantedSkill(team_id=wish.team_id, skill_id=skill.id, position=wish.position))
        db.session.delete(wish)


def _move_posts(former: Skill, skill: Skill) -> None:
    jobs = {post.job_id for post in queries.posts_asking_for(skill)}
    for post in queries.posts_asking_for(former):
        if post.job_id not in jobs:
            db.session.add(JobSkill(job_id=post.job_id, skill_id=skill.id, position=post.position))
        db.session.delete(post)


def _look_again(skill: Skill) -> None:
    """Have all who have `skill`, or look for it, found by its spellings as they are now."""
    workers = [("worker", entry.member_id) for entry in queries.entries_of(skill)]
    teams = [("team", wish.team_id) for wish in queries.wishes_for(skill)]
    jobs = [("job", post.job_id) for post in queries.posts_asking_for(skill)]
    for kind, number in (*workers, *teams, *jobs):
        outbox.put(searchable.TOPIC, {"kind": kind, "id": number})
