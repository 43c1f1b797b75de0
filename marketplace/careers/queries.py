"""Questions about what members can do and have done."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import (
    ColumnElement,
    Integer,
    ScalarSelect,
    Select,
    SQLColumnExpression,
    String,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import contains_eager, joinedload
from sqlalchemy.orm.interfaces import ORMOption

from marketplace import stocktaking
from marketplace.accounts.models import Member
from marketplace.careers.folding import folded
from marketplace.careers.models import (
    CLAIMING,
    SKILL_NAME_LENGTH,
    Career,
    CareerAttachment,
    Entry,
    Hobby,
    HobbyVisibility,
    MemberSkill,
    Qualification,
    Skill,
    SkillAlias,
)
from marketplace.careers.professions import is_protected
from marketplace.clock import today
from marketplace.db import db
from marketplace.errors import Invalid, NotFound
from marketplace.follows import queries as follows
from marketplace.follows.models import Follow
from marketplace.i18n import _
from marketplace.profiles import queries as profiles
from marketplace.profiles.queries import Own
from marketplace.texts import single_line

Listed = TypeVar("Listed", bound=Entry)

MOST_SUGGESTIONS = 10
_MOST_WEIGHED = 200
"""How many matching names are compared by their use, however many contain the letter that was typed."""
_LARGEST_KEY = 2**31 - 1

ATTACHMENTS = stocktaking.Shelf("attachments", CareerAttachment.storage_key)
"""Where the files of careers are stored."""

KINDS: dict[str, type[Entry]] = {
    "skills": MemberSkill,
    "qualifications": Qualification,
    "careers": Career,
    "hobbies": Hobby,
}
"""The four lists, by the words of their addresses."""

_WITH: dict[type[Entry], ORMOption] = {
    MemberSkill: joinedload(MemberSkill.skill),
    Career: joinedload(Career.attachments),
}

_COUNTED = (*KINDS, "expired")
_HOBBIES = list(KINDS).index("hobbies")
_CAREER, _QUALIFICATION, _HOBBY = range(3)


@dataclass(frozen=True)
class Lists:
    """What somebody may see of the four lists of a member, each in the member's order."""

    skills: Sequence[MemberSkill]
    qualifications: Sequence[Qualification]
    careers: Sequence[Career]
    hobbies: Sequence[Hobby]


def _texts(
    kind: int, entry: type[Entry], *columns: SQLColumnExpression[str], is_confirmed: ColumnElement[bool] | None = None
) -> Select[int, int, int, int, str, str, str, str, str, bool]:
    """The texts of one list in the shape that all lists share; a fifth column is looked through, and not returned."""
    name, byname, text, rest, *more = columns
    return select(
        literal_column(str(kind), Integer).label("kind"),
        entry.member_id.label("member_id"),
        entry.position.label("position"),
        entry.id.label("id"),
        name.label("name"),
        byname.label("byname"),
        text.label("text"),
        rest.label("rest"),
        (more[0] if more else literal_column("''", String)).label("notes"),
        (false() if is_confirmed is None else is_confirmed).label("is_confirmed"),
    ).where(entry.member_id.in_(bindparam("members", expanding=True)))


_PUBLIC_TEXTS = union_all(
    _texts(_CAREER, Career, Career.company, Career.role, Career.duties, Career.environment),
    _texts(
        _QUALIFICATION,
        Qualification,
        Qualification.name,
        Qualification.common_name,
        Qualification.issuer,
        Qualification.grade,
        Qualification.notes,
        is_confirmed=and_(
            Qualification.confirmed_at.is_not(None),
            or_(Qualification.expires_on.is_(None), Qualification.expires_on >= bindparam("today")),
        ),
    ),
    _texts(_HOBBY, Hobby, Hobby.name, Hobby.keywords, Hobby.description, literal_column("''", String)).where(
        Hobby.visibility == HobbyVisibility.PUBLIC
    ),
).order_by("kind", "position", "id")
"""Put together once, for most pages of a search ask it."""


def entries_of(member: Member, kind: type[Listed]) -> list[Listed]:
    """Return the whole list of `member`, in their order."""
    entries = select(kind).where(kind.member_id == member.id).order_by(kind.position, kind.id)
    return list(db.session.scalars(entries.options(*_options(kind))).unique())


def get_for(member: Member, kind: type[Listed], key: int) -> Listed:
    """Return an entry of the member's own list; raises NotFound for one that is not there or another's."""
    entry = select(kind).where(kind.id == _checked(key), kind.member_id == member.id)
    found = db.session.scalars(entry.options(*_options(kind))).unique().one_or_none()
    if found is None:
        raise NotFound(_("この登録は見つかりません。削除されたか、ほかの会員のものです。"))
    return found


def find_qualification(qualification_id: int | None) -> Qualification | None:
    """Return a qualification for the moderators to compare; None when it was removed meanwhile."""
    return db.session.get(Qualification, qualification_id) if qualification_id is not None else None


def chosen_from(member: Member, kind: type[Listed], keys: Sequence[int]) -> list[Listed]:
    """Return entries of the member's own list in the order of `keys`; raises NotFound unless all are there."""
    listed = {entry.id: entry for entry in entries_of(member, kind)}
    if not listed.keys() >= set(keys):
        raise NotFound(_("この登録は見つかりません。削除されたか、ほかの会員のものです。"))
    return [listed[key] for key in dict.fromkeys(keys)]


def counts_of(member: Member) -> dict[str, int]:
    """Return how many entries each of the member's lists has, and of how many the time is over, with one question."""
    return dict(zip(_COUNTED, db.session.execute(select(*_counts(member))).one(), strict=True))


def own_with_counts(member: Member) -> tuple[Own, dict[str, int]]:
    """Return all that `member` has said of themselves, and what `counts_of` returns, with one question."""
    question = profiles.own_question(member).add_columns(*_counts(member))
    profile, details, _confirmed_at, *counts = db.session.execute(question).unique().one()
    return Own(profile.member, profile, details), dict(zip(_COUNTED, counts, strict=True))


def skills_of_all(member_ids: Collection[int]) -> dict[int, list[MemberSkill]]:
    """Return the skills of many members with one question; those without skills have an empty list."""
    skills: dict[int, list[MemberSkill]] = {key: [] for key in member_ids}
    chosen = select(MemberSkill).where(MemberSkill.member_id.in_(skills)).options(joinedload(MemberSkill.skill))
    for skill in db.session.scalars(chosen.order_by(MemberSkill.position, MemberSkill.id)):
        skills[skill.member_id].append(skill)
    return skills


def is_shown(qualification: Qualification) -> bool:
    """Tell whether others may see it: the name of a protected profession only while it is confirmed (Q-12)."""
    is_confirmed = qualification.confirmed_at is not None and not qualification.is_expired()
    return is_confirmed or not is_protected(*(getattr(qualification, name) for name in CLAIMING))


def lists_of(member: Member, viewer: Member | None) -> Lists:
    """Return what `viewer` may see of the four lists of `member`, with one question."""
    is_own = viewer is not None and viewer.id == member.id
    # One row an entry, in which the other three are empty: joined to each other they would multiply.
    keys = [_keys(number, kind, member) for number, kind in enumerate(KINDS.values())]
    if not is_own:
        keys[_HOBBIES] = keys[_HOBBIES].where(_known_hobbies(member, viewer))
    entries = union_all(*keys).subquery("entries")
    question = select(MemberSkill, Qualification, Career, Hobby).select_from(entries)
    for number, kind in enumerate(KINDS.values()):
        question = question.outerjoin(kind, and_(entries.c.list == number, kind.id == entries.c.id))
    files = Career.attachments if is_own else Career.attachments.and_(CareerAttachment.is_public)
    question = question.options(_WITH[MemberSkill], joinedload(files)).order_by(entries.c.position, entries.c.id)
    # What is loaded already may hold private attachments.
    found = db.session.execute(question.execution_options(populate_existing=True)).unique().all()
    return Lists(
        [skill for skill, *_others in found if skill],
        [each for _skill, each, *_others in found if each and (is_own or is_shown(each))],
        [career for _skill, _qualification, career, _hobby in found if career],
        [hobby for *_others, hobby in found if hobby],
    )


def public_texts_of(member_ids: Collection[int]) -> dict[int, list[str]]:
    """Return what everybody may read in the careers, qualifications and hobbies of many members, with one question."""
    texts: dict[int, list[str]] = {key: [] for key in member_ids}
    for row in db.session.execute(_PUBLIC_TEXTS, {"members": list(texts), "today": today()}):
        claims = (row.name, row.byname, row.rest, row.notes)
        if row.kind != _QUALIFICATION or row.is_confirmed or not is_protected(*claims):
            texts[row.member_id].append(" / ".join(filter(None, (row.name, row.byname, row.text, row.rest))))
    return texts


def attachment_for(viewer: Member | None, key: int) -> CareerAttachment:
    """Return a file of the viewer's own, or a public one of a worker; raises NotFound for every other."""
    is_open = and_(CareerAttachment.is_public, Member.published_at.is_not(None), follows.not_hidden(viewer, Member.id))
    return _attachment(key, is_open if viewer is None else or_(Career.member_id == viewer.id, is_open))


def own_attachment(member: Member, key: int) -> CareerAttachment:
    """Return a file of the member's own; raises NotFound for every other."""
    return _attachment(key, Career.member_id == member.id)


def attachments_of(member: Member) -> Sequence[CareerAttachment]:
    """Return every file in the careers of `member`."""
    owned = select(CareerAttachment).join(Career, Career.id == CareerAttachment.career_id)
    return db.session.scalars(owned.where(Career.member_id == member.id).order_by(CareerAttachment.id)).all()


def attachments_in(career: Career) -> Sequence[CareerAttachment]:
    """Return the files of `career`."""
    held = select(CareerAttachment).where(CareerAttachment.career_id == career.id)
    return db.session.scalars(held.order_by(CareerAttachment.id)).all()


def find_skill(name: str) -> Skill | None:
    """Return the one skill that `name` means, however it is written."""
    meant = select(Skill).join(SkillAlias, SkillAlias.skill_id == Skill.id).where(SkillAlias.key == folded(name))
    return db.session.scalars(meant).one_or_none()


def skill_names_of(keys: Collection[int]) -> dict[int, str]:
    """Return the names of these skills by id; a skill that is not there is absent."""
    found = db.session.execute(select(Skill.id, Skill.name).where(Skill.id.in_(keys)))
    return {row.id: row.name for row in found}


def skill_names_like(text: str) -> Sequence[str]:
    """Return names of skills that begin with `text`, then names that contain it, the most used first.

    Every spelling counts. What a member typed is suggested to others only once a worker shows it.
    """
    try:
        key = folded(single_line(text, SKILL_NAME_LENGTH))
    except Invalid:
        return []
    if not key:
        return []
    begins = func.max(case((SkillAlias.key.startswith(key, autoescape=True), 1), else_=0)).label("begins")
    matching = (
        select(SkillAlias.skill_id, begins)
        .where(SkillAlias.key.contains(key, autoescape=True))
        .group_by(SkillAlias.skill_id)
        .order_by(begins.desc(), func.min(func.length(SkillAlias.key)), SkillAlias.skill_id)
        .limit(_MOST_WEIGHED)
        .subquery()
    )
    users = select(func.count()).where(MemberSkill.skill_id == Skill.id).scalar_subquery()
    is_shown_by_a_worker = exists().where(
        MemberSkill.skill_id == Skill.id, Member.id == MemberSkill.member_id, Member.published_at.is_not(None)
    )
    names = (
        select(Skill.name)
        .join(matching, matching.c.skill_id == Skill.id)
        .where(or_(Skill.is_listed, is_shown_by_a_worker))
        .order_by(matching.c.begins.desc(), users.desc(), Skill.name)
    )
    return db.session.scalars(names.limit(MOST_SUGGESTIONS)).all()


def _attachment(key: int, may_be_had: ColumnElement[bool]) -> CareerAttachment:
    chosen = (
        select(CareerAttachment)
        .join(CareerAttachment.career)
        .join(Member, Member.id == Career.member_id)
        .where(CareerAttachment.id == _checked(key), may_be_had)
        .options(contains_eager(CareerAttachment.career))
    )
    found = db.session.scalars(chosen).one_or_none()
    if found is None:
        raise NotFound(_("このファイルは見つかりません。削除されたか、公開されていません。"))
    return found


def _counts(member: Member) -> list[ScalarSelect[int]]:
    """What `_COUNTED` names."""
    numbers = [select(func.count()).where(kind.member_id == member.id) for kind in KINDS.values()]
    over = select(func.count()).where(Qualification.member_id == member.id, Qualification.expires_on < today())
    return [number.scalar_subquery() for number in (*numbers, over)]


def _keys(number: int, kind: type[Entry], member: Member) -> Select[int, int, int]:
    """The entries of one list, in the shape that all lists share."""
    listed = literal_column(str(number), Integer).label("list")
    return select(listed, kind.id.label("id"), kind.position.label("position")).where(kind.member_id == member.id)


def _known_hobbies(member: Member, viewer: Member | None) -> ColumnElement[bool]:
    """The condition for hobbies of `member` that `viewer` may know of (H-05)."""
    is_public = Hobby.visibility == HobbyVisibility.PUBLIC
    if viewer is None:
        return is_public
    return or_(is_public, and_(Hobby.visibility == HobbyVisibility.FRIENDS, _are_friends(viewer, member)))


def _are_friends(one: Member, other: Member) -> ColumnElement[bool]:
    """The condition that each follows the other, so that it costs no question of its own."""
    there = exists().where(Follow.from_id == one.id, Follow.to_id == other.id)
    back = exists().where(Follow.from_id == other.id, Follow.to_id == one.id)
    return and_(there, back)


def _options(kind: type[Entry]) -> list[ORMOption]:
    return [_WITH[kind]] if kind in _WITH else []


def _checked(key: int) -> int:
    """Refuse what no column can hold: the databases would answer with an error of their own."""
    if not 0 < key <= _LARGEST_KEY:
        raise NotFound(_("この登録は見つかりません。削除されたか、ほかの会員のものです。"))
    return key
