"""Questions about individual agreements of confidentiality."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import exists, func, select
from sqlalchemy.orm import joinedload

from marketplace import stocktaking
from marketplace.accounts.models import Member
from marketplace.addresses import find_prefecture
from marketplace.contracts.models import (
    Contract,
    ContractShare,
    ContractTerms,
    SecrecyAgreement,
    SecrecyPaper,
    SecrecySignature,
    SecrecyState,
)
from marketplace.contracts.queries.contracts import do_count, take_part
from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.profiles import queries as profiles

PAPERS = stocktaking.Shelf("secrecy", SecrecyPaper.storage_key)
"""Where their PDFs are stored."""


@dataclass(frozen=True)
class Disclosure:
    """Which personal details a signature tells the other signers: nothing else of them."""

    name: str
    address: str
    """Empty when it is not asked for."""
    needs_address: bool

    @property
    def is_whole(self) -> bool:
        """Whether all that is asked for is registered."""
        return bool(self.name) and (bool(self.address) or not self.needs_address)


def agreements_of(contract: Contract) -> Sequence[SecrecyAgreement]:
    """Return all agreements of a contract, the newest first."""
    question = select(SecrecyAgreement).where(SecrecyAgreement.contract_id == contract.id)
    question = question.order_by(SecrecyAgreement.number.desc()).options(joinedload(SecrecyAgreement.proposer))
    return db.session.scalars(question.execution_options(populate_existing=True)).all()


def states_of(contract: Contract) -> set[SecrecyState]:
    """Return what became of the agreements of a contract."""
    states = select(SecrecyAgreement.state).where(SecrecyAgreement.contract_id == contract.id)
    return set(db.session.scalars(states))


def find_signed(contract: Contract) -> SecrecyAgreement | None:
    """Return the newest that all have signed."""
    question = select(SecrecyAgreement).where(SecrecyAgreement.contract_id == contract.id)
    signed = question.where(SecrecyAgreement.state == SecrecyState.SIGNED).order_by(SecrecyAgreement.number.desc())
    return db.session.scalar(signed.limit(1))


def find_unprinted(agreement_id: int) -> SecrecyAgreement | None:
    """Return an agreement that all have signed and that is not on paper yet."""
    is_printed = exists().where(SecrecyPaper.agreement_id == SecrecyAgreement.id)
    question = select(SecrecyAgreement).where(SecrecyAgreement.id == agreement_id, ~is_printed)
    return db.session.scalar(question.where(SecrecyAgreement.state == SecrecyState.SIGNED))


def has_paper(agreement: SecrecyAgreement) -> bool:
    """Tell whether an agreement is on paper."""
    return db.session.get(SecrecyPaper, agreement.id) is not None


def get_newest(contract: Contract) -> SecrecyAgreement:
    """Return the newest; raises NotFound."""
    found = next(iter(agreements_of(contract)), None)
    if found is None:
        raise NotFound
    return found


def next_number(contract: Contract) -> int:
    """Return the number that the next one has."""
    newest = select(func.max(SecrecyAgreement.number)).where(SecrecyAgreement.contract_id == contract.id)
    return (db.session.scalar(newest) or 0) + 1


def signatures_of(agreement: SecrecyAgreement) -> Sequence[SecrecySignature]:
    """Return who signed, in the order of signing. Names are shown only once all have signed: see `disclosed`."""
    question = select(SecrecySignature).where(SecrecySignature.agreement_id == agreement.id)
    return db.session.scalars(question.order_by(SecrecySignature.id).options(joinedload(SecrecySignature.member))).all()


def required_of(contract: Contract) -> Sequence[Member]:
    """Return who has to sign: both parties, and everybody with a share in terms that count."""
    shares = select(ContractShare.member_id).join(ContractTerms, ContractTerms.id == ContractShare.terms_id)
    shares = shares.join(Contract, Contract.id == ContractTerms.contract_id)
    shares = shares.where(Contract.id == contract.id, do_count(), take_part())
    who = Member.id.in_([contract.client_id, contract.worker_id]) | Member.id.in_(shares)
    return db.session.scalars(select(Member).where(who).order_by(Member.id)).all()


def missing_of(contract: Contract, agreement: SecrecyAgreement) -> list[Member]:
    """Return whose signature is still missing."""
    there = {signature.member_id for signature in signatures_of(agreement)}
    return [member for member in required_of(contract) if member.id not in there]


def has_signed(member: Member, contract: Contract) -> bool:
    """Tell whether `member` signed an agreement of the contract that all have signed: what is protected opens then."""
    of_contract = (SecrecyAgreement.contract_id == contract.id, SecrecyAgreement.state == SecrecyState.SIGNED)
    signed = exists().where(SecrecySignature.agreement_id == SecrecyAgreement.id, *of_contract)
    return bool(db.session.scalar(select(signed.where(SecrecySignature.member_id == member.id))))


def disclosure_of(member: Member, needs_address: bool) -> Disclosure:
    """Return exactly what a signature of `member` would tell the others now."""
    details = profiles.own(member).details
    prefecture = find_prefecture(details.prefecture or "")
    code = details.postal_code
    parts = (code and f"〒{code[:3]}-{code[3:]}", prefecture and prefecture.label)
    written = "".join((str(parts[1] or ""), details.city, details.street)) if details.city else ""
    address = f"{parts[0]} {written}" if parts[0] and written else written
    return Disclosure(details.name, address if needs_address else "", needs_address)
