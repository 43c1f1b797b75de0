"""Notices of agreed terms: made after the commit in which both agreed, stored, and entered in the public log."""

import hashlib
import secrets
from datetime import datetime
from typing import Any

from marketplace import storage
from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.contracts import policy, queries
from marketplace.contracts.models import Contract, ContractNotice, ContractTerms, NoticeKind, TermsState
from marketplace.contracts.notice import Notice
from marketplace.contracts.noticing import notice_of, notice_to_member
from marketplace.contracts.printing import mention_of, render
from marketplace.contracts.queries.secrecy import find_signed
from marketplace.db import db, on_rollback
from marketplace.errors import require
from marketplace.events import service as events
from marketplace.events.kinds import EventKind
from marketplace.i18n import speaking
from marketplace.outbox import Payload
from marketplace.transparency import service as transparency
from marketplace.transparency.checking import digest_of
from marketplace.transparency.models import LeafKind

NOTICE = "contracts.notice"
"""The topic of errands that make the notices of agreed terms; their payload is the number of the `terms`."""
LANGUAGE = "ja"
"""In which they are printed: what the law asks for, in its own words."""
FORMAT = "musubi-notice"
VERSION = 1


def make_notices(errand_id: int, payload: Payload) -> None:
    """Tell the worker, and each member of the team who shares in it, the terms; done again, it is done once."""
    terms = queries.find_version(payload["terms"])
    if terms is not None and terms.state is TermsState.AGREED:
        issue(terms, now())


def issue(terms: ContractTerms, at: datetime) -> None:
    """Make the notices of an agreed version, loaded by `find_version`, that are not there yet, as of `at`."""
    told = queries.recipient_ids_of(terms)
    notices = [
        (recipient, notice) for recipient, notice in _notices_of(terms.contract, terms, at) if recipient.id not in told
    ]
    # Printing takes its time, and nobody else can write while this does: first all of the one, then all of the other.
    printed = [render(notice, LANGUAGE) for _recipient, notice in notices]
    for (recipient, notice), pdf in zip(notices, printed, strict=True):
        _keep(terms, recipient, notice, pdf, at)


def view(actor: Member, notice: ContractNotice) -> None:
    """Remember when the recipient said to have seen it; only the first time counts."""
    require(policy.can_view(actor, notice))
    if notice.viewed_at is None:
        notice.viewed_at = now()


def record_of(notice: ContractNotice) -> dict[str, Any]:
    """Return what the log holds the digest of."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "number": notice.content["number"],
        "terms_version": notice.content["version"],
        "pdf_sha256": notice.sha256,
    }


def _notices_of(contract: Contract, terms: ContractTerms, at: datetime) -> list[tuple[Member, Notice]]:
    with speaking(LANGUAGE):
        confidentiality = mention_of(find_signed(contract))
    parts = [each for each in terms.shares if each.member_id != contract.worker_id and each.percent]
    return [
        (contract.worker, notice_of(contract, terms, at, confidentiality)),
        *(
            (each.member, notice_to_member(contract, terms, each, at, confidentiality=confidentiality))
            for each in parts
        ),
    ]


def _keep(terms: ContractTerms, recipient: Member, notice: Notice, pdf: bytes, at: datetime) -> None:
    contract = terms.contract
    is_own = recipient.id == contract.worker_id
    key = storage.new_key(queries.SHELF.prefix, ".pdf")
    storage.put(key, pdf)
    on_rollback(lambda: storage.delete(key))
    row = ContractNotice(
        contract_id=contract.id,
        terms_id=terms.id,
        recipient_id=recipient.id,
        kind=NoticeKind.CLIENT_TO_WORKER if is_own else NoticeKind.LEADER_TO_MEMBER,
        content=notice.content(),
        amount_yen=notice.part_yen,
        storage_key=key,
        sha256=hashlib.sha256(pdf).hexdigest(),
        salt=secrets.token_hex(32),
        delivered_at=at,
    )
    fields = {"record": digest_of(row.salt, record_of(row))}
    row.leaf_index = transparency.append(LeafKind.CONTRACT_NOTICED, fields).index
    db.session.add(row)
    teller = contract.client if is_own else contract.worker
    events.record(EventKind.CONTRACT_NOTICED, teller, member=recipient, contract=contract)
