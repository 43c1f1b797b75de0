"""Who may do what in a company: owners lead it, those who belong may leave, others ask or show an address."""

from marketplace.accounts.models import Member
from marketplace.companies import queries
from marketplace.companies.models import BelongingRequest, Company, CompanyRole, DomainProof


def can_register(actor: Member) -> bool:
    """Every member may register a company that nobody has registered."""
    return bool(actor)


def can_edit(actor: Member, company: Company) -> bool:
    """Owners."""
    return _owns(actor, company)


def can_close(actor: Member, company: Company) -> bool:
    """Owners."""
    return _owns(actor, company)


def can_leave(actor: Member, company: Company) -> bool:
    """Whoever belongs to it; that an owner stays is seen to by the verb."""
    return _belongs(actor, company)


def can_remove(actor: Member, company: Company, member: Member) -> bool:
    """Owners, anyone but themselves; another owner leaves by themself."""
    return actor.id != member.id and _owns(actor, company) and queries.role_of(member, company) is not CompanyRole.OWNER


def can_hand_over(actor: Member, company: Company, member: Member) -> bool:
    """Owners, to anyone else who belongs to it."""
    return actor.id != member.id and _owns(actor, company)


def can_add_department(actor: Member, company: Company) -> bool:
    """Whoever belongs to it, for themself."""
    return _belongs(actor, company)


def can_drop_department(actor: Member, company: Company) -> bool:
    """Whoever belongs to it, for themself."""
    return _belongs(actor, company)


def can_ask(actor: Member, company: Company) -> bool:
    """Members who do not belong to it yet."""
    return company.is_live and queries.role_of(actor, company) is None


def can_admit(actor: Member, request: BelongingRequest) -> bool:
    """Owners of the company."""
    return _owns(actor, request.company)


def can_turn_down(actor: Member, request: BelongingRequest) -> bool:
    """Owners of the company."""
    return _owns(actor, request.company)


def can_take_back(actor: Member, request: BelongingRequest) -> bool:
    """Whoever asked."""
    return request.member_id == actor.id


def can_prove(actor: Member, company: Company, domain: str) -> bool:
    """Everybody at a domain that somebody of the company has confirmed; its owners at any other that says something."""
    return company.is_live and (queries.has_domain(company, domain) or _owns(actor, company))


def can_confirm(actor: Member, proof: DomainProof) -> bool:
    """Whoever asked for the mail: its reader may be somebody else, and must not make a stranger a colleague."""
    return proof.member_id == actor.id


def can_confirm_number(actor: Member, company: Company) -> bool:
    """Moderators who do not belong to it."""
    return actor.is_moderator and company.is_live and not _belongs(actor, company)


def can_merge(actor: Member, kept: Company, merged: Company) -> bool:
    """Moderators who belong to neither, two different companies that both have a page."""
    are_two = kept.id != merged.id and kept.is_live and merged.is_live
    return actor.is_moderator and are_two and not (_belongs(actor, kept) or _belongs(actor, merged))


def _owns(actor: Member, company: Company) -> bool:
    return company.is_live and queries.role_of(actor, company) is CompanyRole.OWNER


def _belongs(actor: Member, company: Company) -> bool:
    return company.is_live and queries.role_of(actor, company) is not None
