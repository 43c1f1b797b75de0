"""Notices of agreed terms, through rows and with a small file: making the real ones has tests of its own."""

from datetime import datetime
from itertools import count

from sqlalchemy import select

from marketplace import db, storage
from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.contracts.models import Contract, ContractNotice, ContractTerms, NoticeKind
from marketplace.contracts.queries import SHELF

PDF = b"%PDF-1.7 notice"
_leaves = count(1_000_000)


def a_notice(
    contract: Contract,
    recipient: Member,
    kind: NoticeKind = NoticeKind.CLIENT_TO_WORKER,
    delivered_at: datetime | None = None,
    amount_yen: int | None = None,
) -> ContractNotice:
    """Add the notice that `recipient` got of the terms of a contract."""
    terms = db.db.session.scalars(select(ContractTerms).where(ContractTerms.contract_id == contract.id)).one()
    key = storage.new_key(SHELF.prefix, ".pdf")
    storage.put(key, PDF)
    notice = ContractNotice(
        contract_id=contract.id,
        terms_id=terms.id,
        recipient_id=recipient.id,
        kind=kind,
        content={"number": f"MU-{contract.id:06}-1"},
        amount_yen=terms.amount_yen if amount_yen is None else amount_yen,
        storage_key=key,
        sha256="0" * 64,
        leaf_index=next(_leaves),
        delivered_at=delivered_at or now(),
    )
    db.db.session.add(notice)
    db.db.session.flush()
    return notice
