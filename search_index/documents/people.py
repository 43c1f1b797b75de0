"""Rows of workers and teams → documents."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from operator import attrgetter
from typing import TypedDict, TypeVar

from sqlalchemy import inspect, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from marketplace.accounts.models import Member
from marketplace.badges import queries as badges
from marketplace.careers.models import (
    Career,
    Hobby,
    HobbyVisibility,
    MemberSkill,
    Qualification,
    Skill,
    SkillAlias,
)
from marketplace.careers.queries import is_shown
from marketplace.pledges.models import last_day_of
from marketplace.profiles.models import Profile, WantedPlace
from marketplace.teams.models import Membership, Team, WantedSkill
from search_index.engines import Document, KnownQualification, KnownSkill

_Row = TypeVar("_Row")


class _Pledge(TypedDict, total=False):
    """The fields of a document that tell of the pledge."""

    pledge: str
    pledged_until: date


SHOWN_WORKERS = (Member.published_at.is_not(None), Member.hidden_at.is_(None), Member.left_at.is_(None))
SHOWN_TEAMS = (Team.dissolved_at.is_(None), Team.hidden_at.is_(None))


def workers(session: Session, ids: Sequence[int]) -> list[Document]:
    """The documents of those among `ids` who are workers now, from public columns only (nine statements)."""
    chosen = select(Member, Profile).join(Profile, Profile.member_id == Member.id).order_by(Member.id)
    found = session.execute(chosen.where(Member.id.in_(ids), *SHOWN_WORKERS)).all()
    shown = [member.id for member, _profile in found]
    skills = _skills(session, shown)
    qualifications = _listed(session, Qualification, Qualification.member_id, shown)
    careers = _listed(session, Career, Career.member_id, shown)
    hobbies = _listed(session, Hobby, Hobby.member_id, shown)
    places = _listed(session, WantedPlace, WantedPlace.profile_id, shown)
    in_teams = _in_teams(session, shown)
    in_companies = {row.member_id for row in session.execute(badges.company_proofs(shown))}
    return [
        Document(
            key=member.id,
            nickname=member.nickname,
            username=member.username,
            headline=profile.headline,
            introduction=profile.introduction,
            skills=tuple(skills[member.id]),
            qualifications=tuple(_qualification(row) for row in qualifications[member.id] if is_shown(row)),
            careers=tuple(_career(row) for row in careers[member.id]),
            hobbies=tuple(_hobby(row) for row in hobbies[member.id] if row.visibility is HobbyVisibility.PUBLIC),
            prefectures=tuple(row.prefecture for row in places[member.id] if not row.city),
            cities=tuple(row.city for row in places[member.id] if row.city),
            works_online=profile.accepts_online,
            status=profile.status.value if profile.status else "",
            status_confirmed_at=profile.status_confirmed_at,
            hours=profile.weekly_hours.value if profile.weekly_hours else "",
            hourly_rate_yen=profile.hourly_rate_yen,
            published_at=member.published_at,
            last_active_on=member.last_active_on,
            has_team=member.id in in_teams,
            is_identified=badges.identity_of(member) is not None,
            **_pledge(member),
            has_company=member.id in in_companies,
            qualified_until=badges.qualified_until(qualifications[member.id]),
        )
        for member, profile in found
    ]


def teams(session: Session, ids: Sequence[int]) -> list[Document]:
    """The documents of those among `ids` that are live teams now (three statements)."""
    chosen = select(Team).where(Team.id.in_(ids), *SHOWN_TEAMS).order_by(Team.id)
    found = session.scalars(chosen).all()
    wanted = select(WantedSkill.team_id, Skill).join(Skill, Skill.id == WantedSkill.skill_id)
    wanted = wanted.where(WantedSkill.team_id.in_(team.id for team in found)).order_by(WantedSkill.position)
    pairs = [(key, skill) for key, skill in session.execute(wanted)]
    aliases = aliases_of(session, {skill.id for _key, skill in pairs})
    skills: defaultdict[int, list[KnownSkill]] = defaultdict(list)
    for key, skill in pairs:
        skills[key].append(KnownSkill(skill.id, skill.name, tuple(aliases[skill.id])))
    return [
        Document(
            key=team.id,
            nickname=team.name,
            username=team.slug,
            introduction=team.introduction,
            skills=tuple(skills[team.id]),
            published_at=team.created_at,
        )
        for team in found
    ]


def _listed(
    session: Session, kind: type[_Row], owner: InstrumentedAttribute[int], ids: Sequence[int]
) -> dict[int, list[_Row]]:
    """The rows of each owner, in the owner's order."""
    rows: defaultdict[int, list[_Row]] = defaultdict(list)
    for row in session.scalars(select(kind).where(owner.in_(ids)).order_by(*inspect(kind).primary_key)):
        rows[getattr(row, owner.key)].append(row)
    for listed in rows.values():
        listed.sort(key=attrgetter("position"))
    return rows


def _skills(session: Session, ids: Sequence[int]) -> dict[int, list[KnownSkill]]:
    chosen = select(MemberSkill, Skill.name).join(Skill, Skill.id == MemberSkill.skill_id)
    chosen = chosen.order_by(MemberSkill.position, MemberSkill.id)
    found = session.execute(chosen.where(MemberSkill.member_id.in_(ids))).all()
    aliases = aliases_of(session, {row.skill_id for row, _name in found})
    skills: defaultdict[int, list[KnownSkill]] = defaultdict(list)
    for row, name in found:
        known = KnownSkill(row.skill_id, name, tuple(aliases[row.skill_id]), row.level.rank, row.started_on)
        skills[row.member_id].append(known)
    return skills


def aliases_of(session: Session, skill_ids: set[int]) -> dict[int, list[str]]:
    """The spellings of each skill."""
    aliases: defaultdict[int, list[str]] = defaultdict(list)
    for alias in session.scalars(select(SkillAlias).where(SkillAlias.skill_id.in_(skill_ids)).order_by(SkillAlias.key)):
        aliases[alias.skill_id].append(alias.key)
    return aliases


def _in_teams(session: Session, ids: Sequence[int]) -> set[int]:
    """Those who are in a live team."""
    places = select(Membership.member_id).join(Team, Team.id == Membership.team_id)
    return set(session.scalars(places.where(Membership.member_id.in_(ids), Team.dissolved_at.is_(None))))


def _pledge(member: Member) -> _Pledge:
    """What was signed, whether it has ended or not: that is found out on the day on which somebody searches."""
    if member.pledged_at is None or member.pledged_version is None or badges.identity_of(member) is None:
        return {}
    return {"pledge": member.pledged_version, "pledged_until": last_day_of(member.pledged_at)}


def _qualification(row: Qualification) -> KnownQualification:
    return KnownQualification(row.name, row.common_name, row.issuer, row.grade)


def _career(row: Career) -> str:
    return _lines((row.company, row.role, row.duties, row.environment))


def _hobby(row: Hobby) -> str:
    return _lines((row.name, row.keywords, row.description))


def _lines(texts: Iterable[str]) -> str:
    return "\n".join(text for text in texts if text)
