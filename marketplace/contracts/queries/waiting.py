"""What waits for a member's answer in their contracts."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from marketplace.accounts.models import Member
from marketplace.clock import today
from marketplace.contracts.models import (
    ACTIVE,
    LIVE,
    Contract,
    ContractEnding,
    ContractNotice,
    ContractShare,
    ContractState,
    ContractTerms,
    Delivery,
    DeliveryState,
    EndingCause,
    EndingState,
    SecrecyAgreement,
    SecrecySignature,
    SecrecyState,
    TermsState,
)
from marketplace.contracts.queries.contracts import is_party, is_still_in, visible_to

MOST_WAITING = 20
"""How much one page shows; the rest follows when these are answered."""


class Matter(StrEnum):
    """What is to be answered."""

    TERMS = "terms"
    """取引条件: the other party proposed a version."""
    ENDING = "ending"
    """途中終了: the other party wants to end early, or says in advance that it ends because of oneself."""
    SECRECY = "secrecy"
    """秘密保持の合意: one's signature is missing."""
    DELIVERY = "delivery"
    """検収: something was delivered."""
    PAYMENT = "payment"
    """受け取りの確認: the client says that it is paid."""
    SHARE = "share"
    """チームの分配: whether one takes part for that part of the reward."""
    NOTICE = "notice"
    """取引条件通知書: nobody said yet to have seen it."""


@dataclass(frozen=True)
class Waiting:
    """One matter of one contract."""

    matter: Matter
    contract: Contract
    other: Member
    """Whom it is between: for a party the other one, for a member of the team its leader."""
    since: datetime
    by: date | None
    """When the inspection, or the time to object, ends; other matters have no day."""
    is_hidden: bool
    """Whether a block stands between the two, so that the other is shown as somebody without a page."""


def asking(viewer: Member) -> Select[*tuple[Any, ...]]:
    """Return the question for what waits for an answer of `viewer`: what has a day first, then the oldest.

    A row holds the numbers of what `Waiting` is made of.
    """
    asked = union_all(
        *(_terms(viewer), _shares(viewer), _endings(viewer), _secrecy(viewer)),
        *(_deliveries(viewer), _payments(viewer), _notices(viewer)),
    ).subquery()
    since, by = func.min(asked.c.since, type_=asked.c.since.type), func.min(asked.c.by, type_=Date())
    of_one = (asked.c.contract_id, asked.c.matter)
    each = select(*of_one, since.label("since"), by.label("by")).group_by(*of_one).subquery()
    other_id = case((Contract.worker_id == viewer.id, Contract.client_id), else_=Contract.worker_id)
    return (
        select(
            each.c.matter.label("word"),
            Contract.id.label("contract_id"),
            Contract.id.label("id"),
            other_id.label("who_id"),
            each.c.since.label("since"),
            each.c.by.label("by"),
        )
        .join(Contract, Contract.id == each.c.contract_id)
        .where(or_(visible_to(viewer), each.c.matter == Matter.SHARE.value))
        .order_by(each.c.by.is_(None), each.c.by, each.c.since, Contract.id, each.c.matter)
        .limit(MOST_WAITING)
    )


def _asked(matter: Matter, since: Any, by: Any = None) -> Select[Any]:
    day = cast(null(), Date) if by is None else by
    columns = (Contract.id.label("contract_id"), literal(matter.value).label("matter"))
    return select(*columns, since.label("since"), day.label("by"))


def _terms(viewer: Member) -> Select[Any]:
    question = _asked(Matter.TERMS, ContractTerms.created_at)
    return question.join(ContractTerms, ContractTerms.contract_id == Contract.id).where(
        ContractTerms.state == TermsState.PROPOSED,
        ContractTerms.proposer_id != viewer.id,
        Contract.state.in_((ContractState.PROPOSED, ContractState.ACTIVE)),
        is_party(viewer),
    )


def _shares(viewer: Member) -> Select[Any]:
    question = _asked(Matter.SHARE, ContractShare.asked_at).join(
        ContractTerms, ContractTerms.contract_id == Contract.id
    )
    return question.join(ContractShare, ContractShare.terms_id == ContractTerms.id).where(
        ContractTerms.state == TermsState.PROPOSED,
        Contract.state.in_((ContractState.PROPOSED, ContractState.ACTIVE)),
        ContractShare.member_id == viewer.id,
        ContractShare.asked_at.is_not(None),
        ContractShare.confirmed_at.is_(None),
        ContractShare.refused_at.is_(None),
        is_still_in(),
    )


def _endings(viewer: Member) -> Select[Any]:
    is_objectable = and_(
        ContractEnding.state == EndingState.NOTICED,
        ContractEnding.cause == EndingCause.WORKER,
        ContractEnding.asker_id == Contract.client_id,
        ContractEnding.ends_on >= today(),
    )
    until = case((is_objectable, ContractEnding.ends_on))
    question = _asked(Matter.ENDING, ContractEnding.created_at, until)
    return question.join(ContractEnding, ContractEnding.contract_id == Contract.id).where(
        or_(ContractEnding.state == EndingState.ASKED, is_objectable),
        ContractEnding.asker_id != viewer.id,
        Contract.state.in_((ContractState.ACTIVE, ContractState.DELIVERED)),
        is_party(viewer),
    )


def _secrecy(viewer: Member) -> Select[Any]:
    question = _asked(Matter.SECRECY, SecrecyAgreement.created_at)
    return question.join(SecrecyAgreement, SecrecyAgreement.contract_id == Contract.id).where(
        SecrecyAgreement.state == SecrecyState.PROPOSED,
        Contract.state.in_(LIVE),
        or_(is_party(viewer), _has_part(viewer)),
        ~exists().where(SecrecySignature.agreement_id == SecrecyAgreement.id, SecrecySignature.member_id == viewer.id),
    )


def _has_part(viewer: Member) -> ColumnElement[bool]:
    """Who has a part of the reward under terms that are proposed or in force has to sign, too."""
    counts = or_(
        ContractTerms.state == TermsState.PROPOSED,
        and_(ContractTerms.state == TermsState.AGREED, ContractTerms.number == Contract.terms_number),
    )
    of_contract = (ContractTerms.contract_id == Contract.id, ContractShare.terms_id == ContractTerms.id, counts)
    return exists().where(*of_contract, ContractShare.member_id == viewer.id, ContractShare.percent > 0)


def _deliveries(viewer: Member) -> Select[Any]:
    question = _asked(Matter.DELIVERY, Delivery.created_at, Delivery.inspect_by)
    return question.join(Delivery, Delivery.contract_id == Contract.id).where(
        Delivery.state == DeliveryState.WAITING, Contract.state.in_(ACTIVE), Contract.client_id == viewer.id
    )


def _payments(viewer: Member) -> Select[Any]:
    question = _asked(Matter.PAYMENT, Delivery.decided_at)
    return question.join(Delivery, Delivery.contract_id == Contract.id).where(
        Delivery.paid_on.is_not(None),
        Delivery.payment_confirmed_at.is_(None),
        Contract.state.in_((*ACTIVE, ContractState.ENDED)),
        Contract.worker_id == viewer.id,
    )


def _notices(viewer: Member) -> Select[Any]:
    question = _asked(Matter.NOTICE, ContractNotice.delivered_at)
    return question.join(ContractNotice, ContractNotice.contract_id == Contract.id).where(
        ContractNotice.recipient_id == viewer.id, ContractNotice.viewed_at.is_(None), Contract.state.in_(ACTIVE)
    )
