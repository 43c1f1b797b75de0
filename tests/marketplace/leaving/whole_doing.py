"""Work that two members agreed on and did: it stays, for it is the other's too."""

from flask import current_app

from marketplace import storage
from marketplace.accounts.models import Member
from marketplace.clock import now, today
from marketplace.contracts import files
from marketplace.contracts.models import (
    ContractAttachment,
    ContractEnding,
    ContractEntry,
    ContractState,
    EndingCause,
    EndingState,
    EntryKind,
)
from marketplace.db import db
from marketplace.follows import service as follows
from tests.factories.contracts import ContractFactory

TEXTS = ("client_name", "worker_name", "scope", "rights_note", "place", "formula", "pay_method", "upstream_client")


def fill(member: Member, other: Member, kept: str) -> None:
    """Let a contract of theirs have ended early, with words and a file of `member` on its timeline."""
    terms = dict.fromkeys((*TEXTS, "ending_note", "change_reason"), kept)
    contract = ContractFactory(current_app)(
        other, member, ContractState.ENDED, title=kept, shares={member: 100}, **terms
    )
    contract.ending_reason = kept
    entry = ContractEntry(
        contract_id=contract.id, author_id=member.id, kind=EntryKind.MESSAGE, body=kept, once=f"{kept}-of-a-form"
    )
    db.session.add(entry)
    db.session.flush()
    key = storage.new_key(files.SHELF.prefix, ".pdf")
    storage.put(key, kept.encode())
    about = {"content_type": "application/pdf", "size_bytes": 5, "sha256": "0" * 64, "storage_key": key}
    file = {"contract_id": contract.id, "entry_id": entry.id, "owner_id": member.id, "name": kept}
    db.session.add(ContractAttachment(**file, **about))
    done = {"state": EndingState.DONE, "decided_at": now(), "ends_on": today()}
    ending = {"contract_id": contract.id, "asker_id": member.id, "cause": EndingCause.MUTUAL, "reason": kept}
    db.session.add(ContractEnding(**ending, **done))
    follows.become_contacts(member, other)
    db.session.flush()
