"""Registering a company, saying what it is, and ending its page."""

from dataclasses import dataclass
from typing import Self

from sqlalchemy import delete, select

from marketplace.accounts.models import Member
from marketplace.audit import service as audit
from marketplace.audit.models import AuditDeed
from marketplace.clock import now
from marketplace.companies import policy, queries, slugs
from marketplace.companies.folding import are_one
from marketplace.companies.models import Belonging, Company, CompanyDomain, CompanyRole, DomainProof
from marketplace.companies.service.indexing import index, look_again
from marketplace.companies.service.places import holding
from marketplace.companies.service.requests import end_all_of
from marketplace.db import add_once, db
from marketplace.errors import Conflict, DomainError, require
from marketplace.events import service as events
from marketplace.events.kinds import EventKind
from marketplace.i18n import _
from marketplace.pictures import Squares
from marketplace.profiles import squares


@dataclass(frozen=True, kw_only=True)
class CompanyChanges:
    """Everything a company says of itself after the change, in the form in which it is stored."""

    name: str
    reading: str = ""
    introduction: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    corporate_number: str | None = None
    picture: Squares | None = None
    """A new logo; None leaves the present one."""
    removes_picture: bool = False

    @classmethod
    def nothing(cls, company: Company) -> Self:
        """Return the changes that would leave `company` as it is."""
        return cls(**{name: getattr(company, name) for name in SAID})


SAID = ("name", "reading", "introduction", "address", "phone", "email", "corporate_number")
"""The columns that an edit writes."""


def register(actor: Member, slug: str, changes: CompanyChanges, department: str = "") -> Company:
    """Register a company with `actor` as its owner (S2-69…75); raises Conflict with another address if taken."""
    require(policy.can_register(actor))
    stored = squares.store(queries.PICTURES, changes.picture)
    try:
        company = Company(slug=slug, picture_key=stored)
        _write(company, changes)
        if not add_once(company):
            raise Conflict(_taken(slug))
    except DomainError:
        squares.remove_now(stored)
        raise
    db.session.add(Belonging(company_id=company.id, member_id=actor.id, department=department, role=CompanyRole.OWNER))
    index(company)
    events.record(EventKind.COMPANY_REGISTERED, actor, company=company)
    return company


def edit(actor: Member, company: Company, changes: CompanyChanges, version: int) -> None:
    """Make `company` say what `changes` says; raises Conflict when it is not in `version` any more.

    Under another name it is checked no more, nor are its people.
    """
    stored = squares.store(queries.PICTURES, changes.picture)
    try:
        with holding(company):
            require(policy.can_edit(actor, company))
            if company.version != version:
                raise Conflict(_("ほかの画面で先に更新されていました。二つの内容を見くらべて選んでください。"))
            if not are_one(company.name, changes.name):
                _forget_what_was_shown(company)
            _write(company, changes)
            squares.change(company, stored, changes.removes_picture)
            index(company)
    except DomainError:
        squares.remove_now(stored)
        raise


def close(actor: Member, company: Company) -> None:
    """End the page of a company, and what waits for an answer in it; its address stays taken, its domains get free."""
    with holding(company):
        require(policy.can_close(actor, company))
        company.closed_at = now()
        db.session.execute(delete(CompanyDomain).where(CompanyDomain.company_id == company.id))
        index(company)
        look_again(company)
        end_all_of(company)
    events.record(EventKind.COMPANY_CLOSED, actor, company=company)


def confirm_number(actor: Member, company: Company) -> None:
    """Say that name and number were compared with the tax office's register, today; Conflict without a number."""
    with holding(company):
        require(policy.can_confirm_number(actor, company))
        mark_number(company)
    audit.record(AuditDeed.NUMBER_CONFIRMED, actor, "company", company.id)


def mark_number(company: Company) -> None:
    """Date what was compared; raises Conflict when the company declares no number."""
    if company.corporate_number is None:
        raise Conflict(_("法人番号が登録されていません。"))
    company.number_confirmed_at = now()
    look_again(company)


def _forget_what_was_shown(company: Company) -> None:
    """What was shown, was shown of the company of the other name; who belongs to it goes on belonging."""
    for kind in (CompanyDomain, DomainProof):
        db.session.execute(delete(kind).where(kind.company_id == company.id))
    db.session.expire(company, ["domains"])
    shown = select(Belonging).where(Belonging.company_id == company.id, Belonging.proven_at.is_not(None))
    for place in db.session.scalars(shown):
        place.proven_at = None


def _write(company: Company, changes: CompanyChanges) -> None:
    if (company.name, company.corporate_number) != (changes.name, changes.corporate_number):
        # What was compared was the other name or number.
        if company.number_confirmed_at is not None:
            look_again(company)
        company.number_confirmed_at = None
    for name in SAID:
        setattr(company, name, getattr(changes, name))
    # Never the same twice, so that the version grows with every edit.
    company.updated_at = now()


def _taken(slug: str) -> str:
    free = queries.free_slugs(slugs.alternatives(slug))
    if not free:
        return _("このURLは、ほかの会社が使っています。ほかのURLを入力してください。")
    return _("このURLは、ほかの会社が使っています。「%(slug)s」なら空いています。", slug=free[0])
