"""Founding a team, saying what it is, and ending it."""

from dataclasses import dataclass
from typing import Self

from marketplace import outbox, searchable
from marketplace.accounts.models import Member
from marketplace.careers.service import skills
from marketplace.clock import now
from marketplace.db import add_once
from marketplace.errors import Conflict, DomainError, Invalid, require
from marketplace.events import service as events
from marketplace.events.kinds import EventKind
from marketplace.i18n import _
from marketplace.pictures import Squares
from marketplace.profiles import squares
from marketplace.teams import policy, queries, slugs
from marketplace.teams.models import MOST_WANTED_SKILLS, Membership, Role, Team, WantedSkill
from marketplace.teams.service.endings import end_all_of
from marketplace.teams.service.places import holding


@dataclass(frozen=True, kw_only=True)
class TeamChanges:
    """Everything a team says of itself after the change: what is left out becomes empty."""

    name: str
    introduction: str = ""
    wanted_skills: tuple[str, ...] = ()
    """Names as typed; spellings of one skill are one."""
    takes_requests: bool = False
    picture: Squares | None = None
    """A new picture; None leaves the present one."""
    removes_picture: bool = False

    @classmethod
    def nothing(cls, team: Team) -> Self:
        """Return the changes that would leave `team` as it is."""
        return cls(
            name=team.name,
            introduction=team.introduction,
            wanted_skills=tuple(wanted.skill.name for wanted in team.wanted_skills),
            takes_requests=team.takes_requests,
        )


def create(actor: Member, slug: str, changes: TeamChanges) -> Team:
    """Found a team with `actor` as its owner (S2-16…21).

    Raises Conflict with another address when that one is taken, Invalid for skills that cannot be kept.
    """
    require(policy.can_create(actor))
    stored = squares.store(queries.PICTURES, changes.picture)
    try:
        team = Team(slug=slug, memberships=[Membership(member_id=actor.id, role=Role.OWNER)], wanted_skills=[])
        _write(team, changes)
        team.picture_key = stored
        if not add_once(team):
            raise Conflict(_taken(slug))
    except DomainError:
        squares.remove_now(stored)
        raise
    events.record(EventKind.TEAM_CREATED, actor, team=team)
    return team


def edit(actor: Member, team: Team, changes: TeamChanges, version: int) -> None:
    """Make `team`, read with its wanted skills, say what `changes` says.

    Raises Conflict when it is not in `version` any more, Invalid for skills that cannot be kept.
    """
    stored = squares.store(queries.PICTURES, changes.picture)
    try:
        with holding(team):
            require(policy.can_edit(actor, team))
            if team.version != version:
                raise Conflict(_("ほかの画面で先に更新されていました。二つの内容を見くらべて選んでください。"))
            _write(team, changes)
            squares.change(team, stored, changes.removes_picture)
    except DomainError:
        squares.remove_now(stored)
        raise


def dissolve(actor: Member, team: Team) -> None:
    """End the team and everything that waits for an answer in it; its address stays taken."""
    with holding(team):
        require(policy.can_dissolve(actor, team))
        team.dissolved_at = now()
        # Their rows stay as they are, and yet they may have no team any more.
        for place in queries.places_in(None, team):
            outbox.put(searchable.TOPIC, {"kind": "worker", "id": place.member.id})
        end_all_of(team)
    events.record(EventKind.TEAM_DISSOLVED, actor, team=team)


def _write(team: Team, changes: TeamChanges) -> None:
    found = {skill.id: skill for skill in map(skills.called, filter(None, changes.wanted_skills))}
    if len(found) > MOST_WANTED_SKILLS:
        raise Invalid(_("募集するスキルは%(most)s個まで登録できます。", most=MOST_WANTED_SKILLS))
    team.name, team.introduction, team.takes_requests = changes.name, changes.introduction, changes.takes_requests
    # Never the same twice, so that the version grows whichever of the rows changed.
    team.updated_at = now()
    present = {wanted.skill_id: wanted for wanted in team.wanted_skills}
    wanted_skills = []
    for position, (key, skill) in enumerate(found.items()):
        wanted = present.get(key) or WantedSkill(skill=skill)
        wanted.position = position
        wanted_skills.append(wanted)
    team.wanted_skills = wanted_skills


def _taken(slug: str) -> str:
    free = queries.free_slugs(slugs.alternatives(slug))
    if not free:
        return _("このURLは、ほかのチームが使っています。ほかのURLを入力してください。")
    return _("このURLは、ほかのチームが使っています。「%(slug)s」なら空いています。", slug=free[0])
