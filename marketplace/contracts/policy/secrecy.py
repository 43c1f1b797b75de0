"""Who may ask for an agreement of confidentiality, sign it, refuse it, or take it back."""

from marketplace.accounts.models import Member
from marketplace.contracts.models import Contract, SecrecyAgreement, SecrecyState
from marketplace.contracts.queries import secrecy as queries


def can_propose(actor: Member, contract: Contract) -> bool:
    """Both parties of a live contract, while none waits and somebody has yet to sign one."""
    if not contract.is_live or not contract.is_party(actor.id):
        return False
    newest = next(iter(queries.agreements_of(contract)), None)
    if newest is None or newest.state in {SecrecyState.REFUSED, SecrecyState.WITHDRAWN}:
        return True
    return newest.state is SecrecyState.SIGNED and bool(queries.missing_of(contract, newest))


def can_sign(actor: Member, contract: Contract, agreement: SecrecyAgreement) -> bool:
    """Those who have to, once, while it waits."""
    waits = contract.is_live and agreement.state is SecrecyState.PROPOSED
    return waits and actor.id in {member.id for member in queries.missing_of(contract, agreement)}


def can_refuse(actor: Member, contract: Contract, agreement: SecrecyAgreement) -> bool:
    """Those who have to sign, but for whoever asked for it."""
    return can_sign(actor, contract, agreement) and actor.id != agreement.proposer_id


def can_withdraw(actor: Member, contract: Contract, agreement: SecrecyAgreement) -> bool:
    """Whoever asked for it, while it waits."""
    return agreement.state is SecrecyState.PROPOSED and actor.id == agreement.proposer_id
