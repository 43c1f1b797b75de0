"""Who may propose terms, answer them, and read notices of them."""

from marketplace.accounts.models import Member
from marketplace.companies import queries as companies
from marketplace.companies.models import Company
from marketplace.contracts import queries
from marketplace.contracts.models import NEGOTIABLE, UNAGREED, Contract, ContractNotice, ContractShare, ContractTerms
from marketplace.follows import queries as follows
from marketplace.teams.models import Team


def can_propose(actor: Member, worker: Member, team: Team | None = None, company: Company | None = None) -> bool:
    """Every member, to anyone else from whom no block parts them, in their own name or that of their company.

    A team is spoken for by an owner of it.
    """
    return (
        actor.id != worker.id
        and not follows.blocked_either_way(actor, worker)
        and (team is None or queries.owns(worker, team))
        and (company is None or companies.role_of(actor, company) is not None)
    )


def can_offer_again(actor: Member, contract: Contract) -> bool:
    """The client, when nobody has agreed to anything."""
    return contract.client_id == actor.id and contract.state in UNAGREED


def can_change(actor: Member, contract: Contract) -> bool:
    """Both parties: before anything is agreed, and while the work is done."""
    return contract.is_party(actor.id) and contract.state in NEGOTIABLE


def can_agree(actor: Member, contract: Contract, terms: ContractTerms) -> bool:
    """The party that did not propose them."""
    return _is_asked(actor, contract, terms)


def can_refuse(actor: Member, contract: Contract, terms: ContractTerms) -> bool:
    """The party that did not propose them."""
    return _is_asked(actor, contract, terms)


def can_withdraw(actor: Member, contract: Contract, terms: ContractTerms) -> bool:
    """Whoever proposed them."""
    return contract.is_party(actor.id) and terms.proposer_id == actor.id


def can_share_out(actor: Member, contract: Contract) -> bool:
    """The owner who speaks for the team, as long as terms may be agreed to."""
    return contract.team_id is not None and contract.worker_id == actor.id and contract.state in NEGOTIABLE


def can_answer_share(actor: Member, share: ContractShare) -> bool:
    """Whoever is asked for it."""
    return share.member_id == actor.id and share.asked_at is not None


def can_view(actor: Member, notice: ContractNotice) -> bool:
    """Whoever it was made for."""
    return notice.recipient_id == actor.id


def _is_asked(actor: Member, contract: Contract, terms: ContractTerms) -> bool:
    return contract.is_party(actor.id) and terms.proposer_id != actor.id
