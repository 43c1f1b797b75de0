"""Showing by a mail to an address of its domain that one belongs to a company."""

from sqlalchemy import delete

from marketplace import outbox
from marketplace.accounts.models import CONFIRM_WITHIN, Member
from marketplace.clock import now
from marketplace.companies import policy, queries
from marketplace.companies.domains import domain_of, is_free
from marketplace.companies.models import Company, CompanyDomain, DomainProof
from marketplace.companies.service.indexing import index
from marketplace.companies.service.places import holding, take
from marketplace.companies.service.requests import end_for
from marketplace.db import add_once, db
from marketplace.errors import Conflict, Invalid, NotFound, require
from marketplace.events import service as events
from marketplace.events.kinds import EventKind
from marketplace.follows.service import one_at_a_time
from marketplace.i18n import _

MAIL = "companies.mail"
"""The errand of a mail to an address of a company; it carries the number of the proof (`id`)."""


def prove(actor: Member, company: Company, email: str, department: str = "") -> DomainProof:
    """Have a link sent to `email`, an address in its one form, by which `actor` comes to belong to `company`.

    Raises Invalid for addresses that anybody may have, NotAllowed at domains that are not the company's, Conflict for
    a domain of another company.
    """
    domain = domain_of(email)
    if is_free(domain):
        raise Invalid(_("だれでも作れるメールアドレスでは確認できません。会社のドメインのアドレスを入力してください。"))
    require(
        policy.can_prove(actor, company, domain),
        _("このドメインは、この会社のものと確認されていません。申請を送ってください。"),
    )
    if queries.find_owner_of_domain(domain) not in {None, company.id}:
        raise Conflict(_domain_is_taken())
    # Of several mails the newest works: an address that was mistyped gets nobody in.
    earlier = (DomainProof.member_id == actor.id, DomainProof.company_id == company.id)
    db.session.execute(delete(DomainProof).where(*earlier))
    proof = DomainProof(company_id=company.id, member_id=actor.id, email=email, department=department)
    db.session.add(proof)
    # The errand names it by its number.
    db.session.flush()
    outbox.put(MAIL, {"id": proof.id})
    return proof


def confirm(actor: Member, token: str) -> Company:
    """Use the link of the mail: once, within a day, by whoever asked for it.

    Raises NotFound when it is used up, Conflict when the domain has become another company's.
    """
    proof = queries.proof_by(token)
    company, domain = proof.company, proof.domain
    with holding(company):
        require(policy.can_confirm(actor, proof))
        # Before their request, as those hold it who answer.
        one_at_a_time(actor, actor)
        if db.session.scalar(delete(DomainProof).where(DomainProof.id == proof.id).returning(DomainProof.id)) is None:
            raise NotFound(_("このリンクは、すでに使われました。"))
        if not queries.has_domain(company, domain):
            # Who asked may have ceased to be an owner since.
            require(policy.can_prove(actor, company, domain))
            _add_domain(actor, company, domain)
        _show_place(actor, company, proof.department)
    events.record(EventKind.BELONGING_PROVEN, actor, company=company)
    return company


def forget_old() -> None:
    """Forget the addresses whose links have ended, as every night does."""
    db.session.execute(delete(DomainProof).where(DomainProof.created_at <= now() - CONFIRM_WITHIN))


def _add_domain(actor: Member, company: Company, domain: str) -> None:
    if not add_once(CompanyDomain(domain=domain, company_id=company.id)):
        raise Conflict(_domain_is_taken())
    index(company)
    events.record(EventKind.DOMAIN_CONFIRMED, actor, company=company)


def _show_place(actor: Member, company: Company, department: str) -> None:
    if queries.role_of(actor, company) is None:
        end_for(actor, company)
        take(actor, company, department, proven_at=now())
        return
    for place in queries.places_of(actor, company):
        place.proven_at = now()


def _domain_is_taken() -> str:
    return _("このドメインは、ほかの会社のものとして確認されています。")
