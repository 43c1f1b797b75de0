"""What an export says of contracts: those of the member, and what they wrote, sent and asked for there."""

from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from marketplace.accounts.models import Member
from marketplace.contracts.models import (
    Contract,
    ContractAttachment,
    ContractEnding,
    ContractEntry,
    ContractShare,
    ContractTerms,
    Delivery,
)
from marketplace.db import db
from marketplace.leaving.areas import Told, person, told

_NUMBERS = ("contract_id", "once")


def contracts(member: Member) -> Told:
    """Return each contract with its terms and deliveries, and of its timeline the member's own entries."""
    own = select(Contract).where(or_(Contract.client_id == member.id, Contract.worker_id == member.id))
    parties = own.order_by(Contract.id).options(joinedload(Contract.client), joinedload(Contract.worker))
    shares = select(Contract.title, ContractShare).join(ContractTerms, ContractTerms.contract_id == Contract.id)
    shares = shares.join(ContractShare, ContractShare.terms_id == ContractTerms.id)
    named = db.session.execute(shares.where(ContractShare.member_id == member.id).order_by(ContractTerms.id))
    return {
        "contracts": [_whole(member, each) for each in db.session.scalars(parties)],
        "shares": [{"contract": title, **told(share, "terms_id", "member_id")} for title, share in named],
        "entries": [_entry(each) for each in _of(ContractEntry, ContractEntry.author_id, member)],
        "files": [
            told(each, "storage_key", "owner_id")
            for each in _of(ContractAttachment, ContractAttachment.owner_id, member)
        ],
        "early_ends": [told(each, "asker_id") for each in _of(ContractEnding, ContractEnding.asker_id, member)],
    }


def _whole(member: Member, contract: Contract) -> dict[str, Told]:
    other = contract.worker if member.id == contract.client_id else contract.client
    left_out = ("client_id", "worker_id", "proposer_id", "company_id", "team_id", "job_id", "application_id", "once")
    return {
        "number": contract.id,
        "with": person(other),
        "as": "client" if member.id == contract.client_id else "worker",
        **told(contract, *left_out),
        "terms": [told(each, "proposer_id", *_NUMBERS) for each in _in(ContractTerms, contract, ContractTerms.number)],
        "deliveries": [told(each, *_NUMBERS) for each in _in(Delivery, contract, Delivery.number)],
    }


def _entry(entry: ContractEntry) -> dict[str, Told]:
    return {"contract": entry.contract_id, **told(entry, "author_id", "delivery_id", *_NUMBERS)}


def _of(kind: type[Any], column: Any, member: Member) -> Any:
    return db.session.scalars(select(kind).where(column == member.id).order_by(kind.id))


def _in(kind: type[Any], contract: Contract, order: Any) -> Any:
    return db.session.scalars(select(kind).where(kind.contract_id == contract.id).order_by(order))
