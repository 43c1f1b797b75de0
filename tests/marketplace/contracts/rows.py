"""Contracts as bare rows, for questions that do not care how they came about."""

import secrets
from datetime import date
from typing import Any

from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.contracts.models import Contract, ContractShare, ContractState, ContractTerms, PayRule, TermsState
from marketplace.db import db


def a_contract(client: Member, worker: Member, state: ContractState = ContractState.PROPOSED, **more: Any) -> Contract:
    """Add a contract with one version of terms, proposed by the client; agreed if the work has begun."""
    has_begun = state not in {ContractState.PROPOSED, ContractState.REFUSED, ContractState.WITHDRAWN}
    contract = Contract(
        client_id=client.id,
        worker_id=worker.id,
        proposer_id=client.id,
        once=secrets.token_hex(8),
        title="翻訳",
        state=state,
        started_at=now() if has_begun else None,
        terms_number=1 if has_begun else None,
        ended_at=now() if state in {ContractState.REFUSED, ContractState.WITHDRAWN, ContractState.COMPLETED} else None,
        **more,
    )
    db.session.add(contract)
    db.session.flush()
    some_terms(contract, TermsState.AGREED if has_begun else TermsState.PROPOSED)
    return contract


def some_terms(
    contract: Contract, state: TermsState, number: int = 1, shares: dict[Member, int] | None = None, **more: Any
) -> ContractTerms:
    """Add a version of terms to `contract`."""
    at = now() if state is TermsState.AGREED else None
    terms = ContractTerms(
        contract_id=contract.id,
        number=number,
        proposer_id=contract.client_id,
        once=secrets.token_hex(8),
        state=TermsState.PROPOSED,
        client_name="Client",
        worker_name="Worker",
        scope="翻訳",
        due_on=date(2027, 1, 15),
        amount_yen=50_000,
        pay_rule=PayRule.MONTHLY,
        pay_closing_day=31,
        pay_months=1,
        pay_day=25,
        **more,
    )
    db.session.add(terms)
    db.session.flush()
    for position, (member, percent) in enumerate((shares or {}).items()):
        db.session.add(ContractShare(terms_id=terms.id, member_id=member.id, position=position, percent=percent))
    db.session.flush()
    terms.state, terms.agreed_at, terms.client_agreed_at, terms.worker_agreed_at = state, at, now(), at
    db.session.flush()
    return terms
