"""What becomes of people when two registrations of one company become one."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import aliased

from marketplace.accounts.models import Account, Member
from marketplace.companies.domains import domain_of
from marketplace.companies.models import Belonging, Company, CompanyDomain, CompanyRole
from marketplace.db import db

_there = aliased(Belonging)


@dataclass(frozen=True)
class Merger:
    """Who comes from the company that is merged, and as what."""

    members: int
    """All who belong to it now."""
    staying: Sequence[Member]
    """Its owners who own the kept company afterwards."""
    others: Sequence[Member]
    """Its owners who merely belong to the kept company afterwards."""


def merger_of(kept: Company, merged: Company) -> Merger:
    """Return what becomes of those of `merged`: whoever only says to own it does not get `kept`.

    Owners stay owners who own `kept` as well, or have confirmed an address at a domain of it, be it the one they sign
    in with; and all of them when no owner of `kept` is left.
    """
    question = (
        select(Member, Account.email, _shown_in(kept))
        .join(Member.account)
        .where(Member.id.in_(_owners_of(merged)))
        .order_by(Member.username)
    )
    domains = set(db.session.scalars(select(CompanyDomain.domain).where(CompanyDomain.company_id == kept.id)))
    has_owner = db.session.scalar(select(exists().where(Member.id.in_(_owners_of(kept)), Member.left_at.is_(None))))
    staying: list[Member] = []
    others: list[Member] = []
    for member, email, has_shown in db.session.execute(question):
        stays = has_shown or domain_of(email) in domains or not has_owner
        (staying if stays else others).append(member)
    people = select(func.count(Belonging.member_id.distinct())).where(Belonging.company_id == merged.id)
    return Merger(db.session.scalar(people) or 0, staying, others)


def _owners_of(company: Company) -> Select[int]:
    return select(Belonging.member_id).where(Belonging.company_id == company.id, Belonging.role == CompanyRole.OWNER)


def _shown_in(kept: Company) -> ColumnElement[bool]:
    is_shown = or_(_there.role == CompanyRole.OWNER, _there.proven_at.is_not(None))
    return exists().where(_there.company_id == kept.id, _there.member_id == Member.id, is_shown)
