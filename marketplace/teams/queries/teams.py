"""Questions about teams: which one may be seen, who is in it, what they can do together."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    SQLColumnExpression,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased, joinedload, selectinload

from marketplace import stocktaking, storage
from marketplace.accounts.models import Member
from marketplace.careers.models import MemberSkill, Skill
from marketplace.companies import queries as companies
from marketplace.companies.models import Belonging, Company
from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.follows import queries as follows
from marketplace.follows.models import Follow
from marketplace.i18n import _
from marketplace.paging import Page, page_of
from marketplace.pictures import SUFFIX
from marketplace.profiles.models import Profile
from marketplace.profiles.queries import PictureSize, picture_file
from marketplace.teams.models import Membership, Role, Team, WantedSkill

MOST_SKILLS_SHOWN = 12
MOST_TEAMS_SHOWN = 10

PICTURES = stocktaking.Shelf("team-pictures", Team.picture_key, tuple(f"-{size.value}{SUFFIX}" for size in PictureSize))
"""Where the pictures of teams are stored, each in every size."""

_own, _place = aliased(Membership), aliased(Membership)
_out, _back = aliased(Follow), aliased(Follow)


@dataclass(frozen=True)
class Place:
    """Somebody in a team, with what their page says of them when they have one."""

    member: Member
    role: Role
    profile: Profile | None


@dataclass(frozen=True)
class JointSkill:
    """A skill of a team, and how many of its members have it."""

    name: str
    count: int


@dataclass(frozen=True)
class TeamRow:
    """A team in the list of one of its members."""

    team: Team
    role: Role
    members: int
    """Without those who are hidden from the member."""


@dataclass(frozen=True)
class Joined:
    """Where a member is, as whoever sees the member may know."""

    teams: list[Team]
    places: list[Belonging]
    """In companies, each with its company: one for each department."""


def visible_to(viewer: Member | None) -> ColumnElement[bool]:
    """Return the condition for teams that `viewer` may see: live ones with somebody who is not hidden from them.

    What the moderators have hidden its members alone see.
    """
    shown = exists().where(_place.team_id == Team.id, follows.not_hidden(viewer, _place.member_id))
    is_open: ColumnElement[bool] = Team.hidden_at.is_(None)
    if viewer is not None:
        is_open = or_(is_open, exists().where(_place.team_id == Team.id, _place.member_id == viewer.id))
    return and_(Team.dissolved_at.is_(None), is_open, shown)


def get_for(viewer: Member | None, slug: str) -> Team:
    """Return the team at that address, with its wanted skills, if `viewer` may see it; raises NotFound."""
    question = select(Team).where(Team.slug == slug, visible_to(viewer))
    wanted = joinedload(Team.wanted_skills).joinedload(WantedSkill.skill, innerjoin=True)
    team = db.session.scalars(question.options(wanted)).unique().one_or_none()
    if team is None:
        raise NotFound(_("このチームのページは見つかりません。解散したか、URLが違います。"))
    return team


def visible_among(viewer: Member | None, team_ids: Iterable[int]) -> dict[int, tuple[Team, int]]:
    """Return those of these teams that `viewer` may see, with their wanted skills, and how many are in each."""
    question = select(Team, members_of(viewer, Team.id)).where(Team.id.in_(set(team_ids)), visible_to(viewer))
    wanted = selectinload(Team.wanted_skills).joinedload(WantedSkill.skill, innerjoin=True)
    return {team.id: (team, members) for team, members in db.session.execute(question.options(wanted))}


def get_joined(member: Member, slug: str) -> Team:
    """Return the live team at that address if `member` is in it; raises NotFound for everybody else."""
    team = get_for(member, slug)
    if role_of(member, team) is None:
        raise NotFound(_("このチームのページは見つかりません。解散したか、URLが違います。"))
    return team


def role_of(member: Member, team: Team) -> Role | None:
    """Return what `member` may do in `team` as the database says now; None for who is not in it."""
    return db.session.scalar(
        select(Membership.role).where(Membership.team_id == team.id, Membership.member_id == member.id)
    )


def membership_of(member: Member, team: Team) -> Membership:
    """Return the place of `member` in `team` as it is now; raises NotFound."""
    question = select(Membership).where(Membership.team_id == team.id, Membership.member_id == member.id)
    membership = db.session.scalar(question.execution_options(populate_existing=True))
    if membership is None:
        raise NotFound(_("この会員は、チームのメンバーではありません。"))
    return membership


def owners_beside(member: Member, team: Team) -> int:
    """Return how many owners `team` has beside `member`, hidden ones among them; who has left does not count."""
    owners = select(func.count()).select_from(Membership).join(Membership.member).where(Member.left_at.is_(None))
    owners = owners.where(Membership.team_id == team.id, Membership.role == Role.OWNER)
    return db.session.scalar(owners.where(Membership.member_id != member.id)) or 0


def size_of(team: Team) -> int:
    """Return how many are in `team`, whoever may see them."""
    return db.session.scalar(select(func.count()).where(Membership.team_id == team.id)) or 0


def places_in(viewer: Member | None, team: Team) -> list[Place]:
    """Return who is in `team` and not hidden from `viewer`: owners first, then by how long they have been in it."""
    question = (
        select(Member, Membership.role, Profile)
        .join(Membership, Membership.member_id == Member.id)
        .outerjoin(Profile, and_(Profile.member_id == Member.id, Member.published_at.is_not(None)))
        .where(Membership.team_id == team.id, follows.not_hidden(viewer, Member.id))
        .order_by(case((Membership.role == Role.OWNER, 0), else_=1), Membership.joined_at, Member.id)
    )
    return [Place(*row) for row in db.session.execute(question)]


def get_place(viewer: Member, team: Team, username: str) -> Member:
    """Return the member of that name in `team` who is not hidden from `viewer`; raises NotFound."""
    question = select(Member).join(Membership, Membership.member_id == Member.id)
    question = question.where(Membership.team_id == team.id, Member.username == username)
    member = db.session.scalar(question.where(follows.not_hidden(viewer, Member.id)))
    if member is None:
        raise NotFound(_("この会員は、チームのメンバーではありません。"))
    return member


def joint_skills_of(viewer: Member | None, team: Team) -> list[JointSkill]:
    """Return the skills of those in `team` who show a page: what most have first, then what they put first."""
    count = func.count()
    question = (
        select(Skill.name, count)
        .join(MemberSkill, MemberSkill.skill_id == Skill.id)
        .join(Membership, Membership.member_id == MemberSkill.member_id)
        .join(Member, Member.id == MemberSkill.member_id)
        .where(Membership.team_id == team.id, Member.published_at.is_not(None), follows.not_hidden(viewer, Member.id))
        .group_by(Skill.id, Skill.name)
        .order_by(count.desc(), func.min(MemberSkill.position), Skill.name)
        .limit(MOST_SKILLS_SHOWN)
    )
    return [JointSkill(*row) for row in db.session.execute(question)]


def ties_in(viewer: Member, team: Team) -> ScalarSelect[int]:
    """Count the pairs of friends that `team` has, as far as both let `viewer` see who their friends are."""
    one, other = aliased(Member), aliased(Member)
    question = (
        select(func.count())
        .select_from(_out)
        .join(_back, and_(_back.from_id == _out.to_id, _back.to_id == _out.from_id))
        .join(_own, and_(_own.member_id == _out.from_id, _own.team_id == team.id))
        .join(_place, and_(_place.member_id == _out.to_id, _place.team_id == team.id))
        .join(one, one.id == _out.from_id)
        .join(other, other.id == _out.to_id)
        .where(
            _out.from_id < _out.to_id,
            or_(
                one.id == viewer.id,
                other.id == viewer.id,
                and_(follows.shows_friends_to(viewer, one), follows.shows_friends_to(viewer, other)),
            ),
            follows.not_hidden(viewer, one.id),
            follows.not_hidden(viewer, other.id),
        )
    )
    return question.scalar_subquery()


def teams_of(member: Member, cursor: str | None = None) -> Page[TeamRow]:
    """Return a page of the live teams that `member` is in, the newest first."""
    question = (
        select(Team, _own.role, members_of(member, Team.id), _own.joined_at)
        .join(_own, _own.team_id == Team.id)
        .where(_own.member_id == member.id, Team.dissolved_at.is_(None))
    )
    page = page_of(question, (_own.joined_at, Team.id), lambda row: (row[3], row[0].id), cursor)
    return Page([TeamRow(*row[:3]) for row in page.rows], page.next_cursor, page.previous_cursor)


def joined_by(viewer: Member | None, member: Member) -> Joined:
    """Return the newest of the teams and companies of `member` that `viewer` may see, with one question (S2-68)."""
    teams = select(literal(0).label("list"), _own.team_id.label("id"), _own.joined_at.label("joined_at"))
    teams = teams.join(Team, Team.id == _own.team_id).where(_own.member_id == member.id, visible_to(viewer))
    places = select(literal(1).label("list"), Belonging.id.label("id"), Belonging.joined_at.label("joined_at"))
    places = places.join(Belonging.company).where(Belonging.member_id == member.id, companies.visible_to(viewer))
    # Those of which something was checked come first: the page says so.
    places = places.order_by(and_(Belonging.proven_at.is_(None), Company.number_confirmed_at.is_(None)))
    newest = [
        each.order_by(each.selected_columns.joined_at.desc()).limit(MOST_TEAMS_SHOWN).subquery()
        for each in (teams, places)
    ]
    entries = union_all(*(select(each) for each in newest)).subquery("entries")
    question = (
        select(Team, Belonging)
        .select_from(entries)
        .outerjoin(Team, and_(entries.c.list == 0, Team.id == entries.c.id))
        .outerjoin(Belonging, and_(entries.c.list == 1, Belonging.id == entries.c.id))
        .options(joinedload(Belonging.company))
        .order_by(entries.c.joined_at.desc(), entries.c.id)
    )
    found = db.session.execute(question).all()
    return Joined([team for team, _place in found if team], [place for _team, place in found if place])


def owned_by(member: Member) -> list[Team]:
    """Return the live teams of which `member` is an owner, by name."""
    question = select(Team).join(_own, _own.team_id == Team.id)
    owned = question.where(_own.member_id == member.id, _own.role == Role.OWNER, Team.dissolved_at.is_(None))
    return list(db.session.scalars(owned.order_by(Team.name, Team.id)))


def free_slugs(slugs: Iterable[str]) -> list[str]:
    """Return those of `slugs` at which there never was a team, in their order."""
    wanted = list(slugs)
    taken = set(db.session.scalars(select(Team.slug).where(Team.slug.in_(wanted))))
    return [slug for slug in wanted if slug not in taken]


def picture_for(viewer: Member | None, slug: str, size: PictureSize) -> bytes:
    """Return one size of the picture of a team that `viewer` may see, as WebP; raises NotFound."""
    key = db.session.scalar(select(Team.picture_key).where(Team.slug == slug, visible_to(viewer)))
    if key is None:
        raise NotFound
    return storage.get(picture_file(key, size))


def members_of(viewer: Member | None, team_id: SQLColumnExpression[int]) -> ColumnElement[int]:
    """Return how many of the team whose id is in `team_id` are not hidden from `viewer`, as a column."""
    count = select(func.count()).where(_place.team_id == team_id, follows.not_hidden(viewer, _place.member_id))
    return count.scalar_subquery()
