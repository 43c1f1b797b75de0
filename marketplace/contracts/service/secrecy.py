"""Asking for an agreement of confidentiality, signing it, refusing it, taking it back."""

import hashlib
import secrets

from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from marketplace import outbox
from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.contracts.models import Contract, EntryKind, SecrecyAgreement, SecrecySignature, SecrecyState
from marketplace.contracts.policy import secrecy as policy
from marketplace.contracts.queries import secrecy as queries
from marketplace.contracts.secrecy_wording import SecrecyItems, text_of
from marketplace.contracts.service.doing_course import tell
from marketplace.contracts.service.secrecy_papers import PAPER
from marketplace.db import add_once, db
from marketplace.errors import Conflict, Invalid, require
from marketplace.events import service as events
from marketplace.events.kinds import EventKind
from marketplace.i18n import _
from marketplace.transparency import service as transparency
from marketplace.transparency.checking import digest_of
from marketplace.transparency.models import LeafKind

FORMAT = "musubi-secrecy"
VERSION = 1


def propose(actor: Member, contract: Contract, items: SecrecyItems) -> SecrecyAgreement:
    """Offer an agreement to everybody who takes part in the contract; of two offers at once one stands."""
    require(policy.can_propose(actor, contract), _("いまは、秘密保持の合意を求められません。"))
    text = text_of(contract, items)
    agreement = SecrecyAgreement(
        contract_id=contract.id,
        proposer_id=actor.id,
        number=queries.next_number(contract),
        discloses_address=items.discloses_address,
        text=text,
        text_sha256=hashlib.sha256(text.encode()).hexdigest(),
        created_at=now(),
    )
    if not add_once(agreement):
        raise Conflict(_("ほかの画面で先に求められていました。"))
    _note(actor, contract, agreement)
    _tell(EventKind.SECRECY_PROPOSED, actor, contract)
    return agreement


def sign(actor: Member, contract: Contract, agreement: SecrecyAgreement) -> None:
    """Sign with the name (and address) that are registered now; the last signature makes it hold."""
    require(policy.can_sign(actor, contract, agreement), _("この合意には、いま署名できません。"))
    disclosed = queries.disclosure_of(actor, agreement.discloses_address)
    if not disclosed.is_whole:
        raise Invalid(_("先に、プロフィールに名前と、求められているときは住所を登録してください。"))
    _hold(agreement)
    at, salt = now(), secrets.token_hex(32)
    record = {
        "format": FORMAT,
        "version": VERSION,
        "contract": contract.id,
        "agreement": agreement.number,
        "text_sha256": agreement.text_sha256,
        "username": actor.username,
        "name": disclosed.name,
        "address": disclosed.address,
        "signed_at": at.isoformat(timespec="microseconds"),
    }
    digest = digest_of(salt, record)
    signature = SecrecySignature(
        agreement_id=agreement.id,
        member_id=actor.id,
        name=disclosed.name,
        address=disclosed.address,
        signed_at=at,
        salt=salt,
        record_sha256=digest,
        leaf_index=transparency.append(LeafKind.SECRECY_SIGNED, {"record": digest}).index,
    )
    if not add_once(signature):
        raise Conflict(_("すでに署名されています。"))
    if not queries.missing_of(contract, agreement):
        _end(agreement, SecrecyState.SIGNED)
        _note(None, contract, agreement)
        outbox.put(PAPER, {"agreement": agreement.id})
    _tell(EventKind.SECRECY_SIGNED, actor, contract)


def refuse(actor: Member, contract: Contract, agreement: SecrecyAgreement) -> None:
    """Say no. Nothing is counted, and nothing else follows from it."""
    require(policy.can_refuse(actor, contract, agreement), _("この合意には、いま答えられません。"))
    _hold(agreement)
    _end(agreement, SecrecyState.REFUSED)
    _note(None, contract, agreement)
    _tell(EventKind.SECRECY_REFUSED, actor, contract)


def withdraw(actor: Member, contract: Contract, agreement: SecrecyAgreement) -> None:
    """Take back what was asked for and is not signed by all."""
    require(policy.can_withdraw(actor, contract, agreement), _("この合意は、もう取り下げられません。"))
    _hold(agreement)
    _end(agreement, SecrecyState.WITHDRAWN)
    _note(actor, contract, agreement)


def _hold(agreement: SecrecyAgreement) -> None:
    """Hold the agreement until the end of the transaction: the last of several signers sees the others' signatures."""
    with db.session.begin_nested():
        own = select(SecrecyAgreement.state).where(SecrecyAgreement.id == agreement.id).with_for_update()
        if db.session.scalar(own) is not SecrecyState.PROPOSED:
            raise Conflict(_("ほかの人が先に答えていました。画面を読み込みなおしてください。"))


def _end(agreement: SecrecyAgreement, state: SecrecyState) -> None:
    agreement.state, agreement.ended_at = state, now()
    try:
        with db.session.begin_nested():
            db.session.flush()
    except StaleDataError:
        raise Conflict(_("ほかの人が先に答えていました。画面を読み込みなおしてください。")) from None


def _note(author: Member | None, contract: Contract, agreement: SecrecyAgreement) -> None:
    """Say on the timeline how it stands; who said no is not written down."""
    tell(contract, author, EntryKind.CONFIDENTIALITY, data={"number": agreement.number, "state": agreement.state.value})


def _tell(kind: EventKind, actor: Member, contract: Contract) -> None:
    other = db.session.get_one(Member, contract.other_party_id(actor.id)) if contract.is_party(actor.id) else None
    events.record(kind, actor, member=other, contract=contract)
