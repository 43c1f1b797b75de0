"""価格協議: a worker asks for another reward while the work goes on, and the client answers with a reason.

Deciding on the price alone, without talking about it when asked, is forbidden since 2026 (取適法, Article 5).
"""

from marketplace.contracts import queries
from marketplace.contracts.models import Contract, ContractTerms


def is_price_talk(contract: Contract, terms: ContractTerms) -> bool:
    """Tell whether the worker proposes by this version another reward than the one in force."""
    if terms.proposer_id != contract.worker_id or terms.number == contract.terms_number:
        return False
    in_force = queries.find_in_force(contract)
    return in_force is not None and _price_of(terms) != _price_of(in_force)


def _price_of(terms: ContractTerms) -> tuple[object, ...]:
    return terms.amount_yen, terms.reward_kind, terms.formula, terms.is_tax_included
