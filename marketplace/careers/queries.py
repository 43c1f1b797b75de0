"""Questions about what members can do and have done."""

from collections.abc import Collection, Sequence
from typing import TypeVar

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    SQLColumnExpression,
    String,
    and_,
    bindparam,
    case,
    exists,
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

_CAREER, _QUALIFICATION, _HOBBY = range(3)


def _texts(
    kind: int, entry: type[Entry], *columns: SQLColumnExpression[str]
) -> Select[int, int, int, int, str, str, str, str]:
    """The texts of one list in the shape that all lists share."""
    name, byname, text, rest = columns
    return select(
        literal_column(str(kind), Integer).label("kind"),
        entry.member_id.label("member_id"),
        entry.position.label("position"),
        entry.id.label("id"),
        name.label("name"),
        byname.label("byname"),
        text.label("text"),
        rest.label("rest"),
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


def chosen_from(member: Member, kind: type[Listed], keys: Sequence[int]) -> list[Listed]:
    """Return entries of the member's own list in the order of `keys`; raises NotFound unless all are there."""
    listed = {entry.id: entry for entry in entries_of(member, kind)}
    if not listed.keys() >= set(keys):
        raise NotFound(_("この登録は見つかりません。削除されたか、ほかの会員のものです。"))
    return [listed[key] for key in dict.fromkeys(keys)]


def counts_of(member: Member) -> dict[str, int]:
    """Return how many entries each of the member's lists has, and of how many the time is over, with one question."""
    questions = {name: select(func.count()).where(kind.member_id == member.id) for name, kind in KINDS.items()}
    questions["expired"] = questions["qualifications"].where(Qualification.expires_on < today())
    counts = [question.scalar_subquery().label(name) for name, question in questions.items()]
    return {str(name): count for name, count in db.session.execute(select(*counts)).mappings().one().items()}


def skills_of(member: Member) -> list[MemberSkill]:
    """Return the skills of `member`, with their names."""
    return entries_of(member, MemberSkill)


def skills_of_all(member_ids: Collection[int]) -> dict[int, list[MemberSkill]]:
    """Return the skills of many members with one question; those without skills have an empty list."""
    skills: dict[int, list[MemberSkill]] = {key: [] for key in member_ids}
    chosen = select(MemberSkill).where(MemberSkill.member_id.in_(skills)).options(joinedload(MemberSkill.skill))
    for skill in db.session.scalars(chosen.order_by(MemberSkill.position, MemberSkill.id)):
        skills[skill.member_id].append(skill)
    return skills


def is_shown(qualification: Qualification) -> bool:
    """Tell whether others may see it: the name of a protected profession only once it was verified (Q-12).

    Nothing verifies a qualification yet, so those are kept for their owner alone.
    """
    return not is_protected(qualification.name, qualification.common_name)


def qualifications_of(member: Member, viewer: Member | None) -> list[Qualification]:
    """Return those qualifications of `member` that `viewer` may see."""
    listed = entries_of(member, Qualification)
    return listed if _is(member, viewer) else [each for each in listed if is_shown(each)]


def careers_of(member: Member, viewer: Member | None) -> list[Career]:
    """Return the careers of `member`, each with those attachments that `viewer` may have."""
    if _is(member, viewer):
        return entries_of(member, Career)
    public = joinedload(Career.attachments.and_(CareerAttachment.is_public))
    careers = select(Career).where(Career.member_id == member.id).order_by(Career.position, Career.id)
    # What is loaded already may hold private attachments.
    found = db.session.scalars(careers.options(public).execution_options(populate_existing=True))
    return list(found.unique())


def hobbies_of(member: Member, viewer: Member | None) -> list[Hobby]:
    """Return those hobbies of `member` that `viewer` may know of (H-05)."""
    if _is(member, viewer):
        return entries_of(member, Hobby)
    known = Hobby.visibility == HobbyVisibility.PUBLIC
    if viewer is not None:
        known = or_(known, and_(Hobby.visibility == HobbyVisibility.FRIENDS, _are_friends(viewer, member)))
    hobbies = select(Hobby).where(Hobby.member_id == member.id, known).order_by(Hobby.position, Hobby.id)
    return list(db.session.scalars(hobbies))


def public_texts_of(member_ids: Collection[int]) -> dict[int, list[str]]:
    """Return what everybody may read in the careers, qualifications and hobbies of many members, with one question."""
    texts: dict[int, list[str]] = {key: [] for key in member_ids}
    for row in db.session.execute(_PUBLIC_TEXTS, {"members": list(texts)}):
        if row.kind != _QUALIFICATION or not is_protected(row.name, row.byname):
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


def _is(member: Member, viewer: Member | None) -> bool:
    return viewer is not None and viewer.id == member.id


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
