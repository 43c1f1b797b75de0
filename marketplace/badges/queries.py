"""Questions about what was checked of members: who they are, what they signed, where they belong, what they may do."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Integer, Select, and_, literal_column, or_, select, union_all
from sqlalchemy.orm import joinedload

from marketplace.accounts.models import Member
from marketplace.careers.models import MemberSkill, Qualification
from marketplace.companies.models import Belonging, Company
from marketplace.companies.queries import visible_to
from marketplace.db import db
from marketplace.pledges import queries as pledges
from marketplace.verification.models import DocumentKind


@dataclass(frozen=True)
class Identity:
    """That the moderators saw from a paper who a member is. It is a look at papers, not eKYC."""

    kind: DocumentKind
    at: datetime


@dataclass(frozen=True)
class CompanyProof:
    """That a member belongs to a live company of which something was checked."""

    name: str
    slug: str
    proven_at: datetime | None
    """When the member confirmed an address at a domain of the company; None when somebody of it vouched for them."""
    number_confirmed_at: datetime | None
    """When the moderators compared the company's name and number with the register."""


@dataclass(frozen=True)
class QualificationProof:
    """That the moderators saw the certificate of a qualification, which has not ended."""

    name: str
    confirmed_at: datetime
    compared: Sequence[str] = ()
    """Which columns of it they found in the certificate, beside the name of the member."""


@dataclass(frozen=True)
class Badges:
    """What was checked of one member; what is None or empty was not, or does not hold any more."""

    identity: Identity | None
    pledged_until: date | None
    companies: Sequence[CompanyProof] = ()
    qualifications: Sequence[QualificationProof] = ()

    def __bool__(self) -> bool:
        """Whether there is anything to say."""
        return bool(self.identity or self.pledged_until or self.companies or self.qualifications)


def identity_of(member: Member) -> Identity | None:
    """Return from what paper and when the moderators saw who `member` is, or None: no statement."""
    if member.identity_verified_at is None or member.identity_document is None:
        return None
    return Identity(DocumentKind(member.identity_document), member.identity_verified_at)


def personal(member: Member) -> Badges:
    """Return what the member's own row says: identity and pledge, for rows of lists; no statement."""
    return Badges(identity_of(member), pledges.last_day(member))


def badges_with(member: Member, places: Iterable[Belonging], qualifications: Iterable[Qualification]) -> Badges:
    """Return what was checked of `member`, of whom these lists were read already, each place with its company."""
    companies: dict[str, CompanyProof] = {}
    for place in places:
        company = place.company
        is_checked = place.proven_at is not None or company.number_confirmed_at is not None
        # Who belongs to a hidden company still sees it; nobody is told that it was checked.
        if is_checked and company.is_live and company.hidden_at is None:
            proof = CompanyProof(company.name, company.slug, place.proven_at, company.number_confirmed_at)
            companies.setdefault(company.slug, proof)
    shown = [
        QualificationProof(each.name, each.confirmed_at, each.compared)
        for each in qualifications
        if each.confirmed_at is not None and not each.is_expired()
    ]
    own = personal(member)
    return Badges(own.identity, own.pledged_until, tuple(companies.values()), tuple(shown))


def badges_of(members: Collection[Member]) -> dict[int, Badges]:
    """Return what was checked of each of `members`, by id, with one question."""
    return {key: badges for key, (_skills, badges) in skills_and_badges_of(members).items()}


def skills_and_badges_of(members: Collection[Member]) -> dict[int, tuple[list[MemberSkill], Badges]]:
    """Return what each of `members` can do, in their order, and what was checked of them, by id, with one question."""
    skills: defaultdict[int, list[MemberSkill]] = defaultdict(list)
    qualifications: defaultdict[int, list[Qualification]] = defaultdict(list)
    places: defaultdict[int, list[Belonging]] = defaultdict(list)
    found = db.session.execute(_entries_of([member.id for member in members])).all() if members else ()
    for skill, qualification, place in found:
        if skill:
            skills[skill.member_id].append(skill)
        elif qualification:
            qualifications[qualification.member_id].append(qualification)
        else:
            places[place.member_id].append(place)
    return {
        member.id: (skills[member.id], badges_with(member, places[member.id], qualifications[member.id]))
        for member in members
    }


def company_proofs(member_ids: Iterable[int]) -> Select[int, int]:
    """Return the question for places by which 会社確認済み may be said, and whose they are.

    They are in companies that everybody may see, and the member showed an address of it, or its number was confirmed.
    """
    is_checked = or_(Belonging.proven_at.is_not(None), Company.number_confirmed_at.is_not(None))
    return (
        select(Belonging.id, Belonging.member_id)
        .join(Company, Company.id == Belonging.company_id)
        .where(Belonging.member_id.in_(member_ids), visible_to(None), is_checked)
    )


def qualified_until(qualifications: Iterable[Qualification]) -> date | None:
    """Return the last day of the confirmed one among `qualifications` that ends last; date.max when it never does."""
    return max((each.expires_on or date.max for each in qualifications if each.confirmed_at is not None), default=None)


def _entries_of(member_ids: Sequence[int]) -> Select[MemberSkill, Qualification, Belonging]:
    """One row an entry, in which the other two are empty: joined to each other they would multiply."""
    places = company_proofs(member_ids).subquery()
    keys = union_all(
        _keys(0, MemberSkill).where(MemberSkill.member_id.in_(member_ids)),
        _keys(1, Qualification).where(Qualification.member_id.in_(member_ids), Qualification.confirmed_at.is_not(None)),
        select(literal_column("2", Integer), places.c.id, literal_column("0", Integer)),
    ).subquery("entries")
    question = select(MemberSkill, Qualification, Belonging).select_from(keys)
    question = question.outerjoin(MemberSkill, and_(keys.c.list == 0, MemberSkill.id == keys.c.id))
    question = question.outerjoin(Qualification, and_(keys.c.list == 1, Qualification.id == keys.c.id))
    question = question.outerjoin(Belonging, and_(keys.c.list == 2, Belonging.id == keys.c.id))
    question = question.options(joinedload(MemberSkill.skill), joinedload(Belonging.company))
    return question.order_by(keys.c.list, keys.c.position, keys.c.id)


def _keys(number: int, kind: type[MemberSkill | Qualification]) -> Select[int, int, int]:
    listed = literal_column(str(number), Integer).label("list")
    return select(listed, kind.id.label("id"), kind.position.label("position"))
