"""What a whole member has agreed on, and what was only proposed to them."""

import secrets
from datetime import timedelta
from typing import Any

from marketplace import db, storage
from marketplace.accounts.models import Member
from marketplace.calendar import PayRule
from marketplace.clock import now, today
from marketplace.contracts import queries
from marketplace.contracts.models import (
    Contract,
    ContractNotice,
    ContractShare,
    ContractState,
    ContractTerms,
    TermsState,
)


def fill(member: Member, other: Member, word: str, kept: str) -> None:
    """Let `member` be client and worker of agreed contracts, have share, notice, and terms nobody agreed to."""
    for place, pair in enumerate(((member, other), (other, member))):
        agreed = _contract(*pair, kept, f"agreed-{place}", state=ContractState.ACTIVE, terms_number=1, started_at=now())
        terms = _terms(agreed, kept, f"agreed-{place}")
        _add(ContractShare(terms_id=terms.id, member_id=member.id, position=0, percent=100, part=kept))
        terms.state, terms.agreed_at = TermsState.AGREED, now()
        terms.client_agreed_at = terms.worker_agreed_at = now()
        db.db.session.flush()
        _tell(agreed, terms, member, kept, place)
        ended = {"state": ContractState.REFUSED, "ended_at": now()} if place else {}
        _terms(_contract(*pair, word, f"proposed-{place}", **ended), word, f"proposed-{place}")


def _tell(contract: Contract, terms: ContractTerms, member: Member, kept: str, place: int) -> None:
    key = storage.new_key(queries.SHELF.prefix, ".pdf")
    storage.put(key, kept.encode())
    about: dict[str, Any] = {"contract_id": contract.id, "terms_id": terms.id, "recipient_id": member.id}
    stored = {"storage_key": key, "sha256": "0" * 64, "salt": kept, "leaf_index": 100 + place}
    _add(ContractNotice(content={"scope": kept}, amount_yen=1, **about, **stored))


def _contract(client: Member, worker: Member, title: str, once: str, **more: Any) -> Contract:
    contract = Contract(client_id=client.id, worker_id=worker.id, proposer_id=client.id, once=once, title=title, **more)
    contract.ending_reason = title
    _add(contract)
    return contract


def _terms(contract: Contract, word: str, once: str) -> ContractTerms:
    said = dict.fromkeys(
        (
            *("client_name", "worker_name", "scope", "rights_note", "place", "formula", "pay_method"),
            *("upstream_client", "ending_note", "change_reason"),
        ),
        word,
    )
    terms = ContractTerms(
        contract_id=contract.id,
        number=1,
        proposer_id=contract.client_id,
        once=once + secrets.token_hex(4),
        due_on=today() + timedelta(days=90),
        amount_yen=1,
        pay_rule=PayRule.AFTER_RECEIPT,
        pay_days=30,
        **said,
    )
    _add(terms)
    return terms


def _add(row: Any) -> None:
    db.db.session.add(row)
    db.db.session.flush()
