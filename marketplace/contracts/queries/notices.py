"""Questions about notices of agreed terms."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import joinedload

from marketplace import stocktaking
from marketplace.accounts.models import Member
from marketplace.contracts.models import Contract, ContractNotice, ContractTerms, NoticeKind
from marketplace.contracts.queries.contracts import is_party
from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.i18n import _

SHELF = stocktaking.Shelf("notices", ContractNotice.storage_key)
"""Where their PDFs are stored."""


def shown_to(viewer: Member) -> ColumnElement[bool]:
    """Return the condition for notices, joined with their contract, that `viewer` may read.

    What the client told the worker is both parties'; what a leader told a member is the two's alone.
    """
    between = and_(ContractNotice.kind == NoticeKind.CLIENT_TO_WORKER, is_party(viewer))
    within = and_(ContractNotice.kind == NoticeKind.LEADER_TO_MEMBER, Contract.worker_id == viewer.id)
    return or_(ContractNotice.recipient_id == viewer.id, between, within)


def notices_of(viewer: Member, contract: Contract) -> Sequence[ContractNotice]:
    """Return the notices of a contract that `viewer` may read, the newest first, each with its version of the terms."""
    question = (
        select(ContractNotice)
        .join(Contract, Contract.id == ContractNotice.contract_id)
        .where(ContractNotice.contract_id == contract.id, shown_to(viewer))
        .order_by(ContractNotice.id.desc())
    )
    whole = (joinedload(ContractNotice.terms), joinedload(ContractNotice.recipient))
    return db.session.scalars(question.options(*whole)).all()


def get_notice(viewer: Member, contract: Contract, notice_id: int) -> ContractNotice:
    """Return one of them; raises NotFound."""
    question = (
        select(ContractNotice)
        .join(Contract, Contract.id == ContractNotice.contract_id)
        .where(ContractNotice.id == notice_id, ContractNotice.contract_id == contract.id, shown_to(viewer))
    )
    found = db.session.scalar(question.options(joinedload(ContractNotice.terms), joinedload(ContractNotice.recipient)))
    if found is None:
        raise NotFound(_("この通知書は見つかりません。"))
    return found


def recipient_ids_of(terms: ContractTerms) -> set[int]:
    """Return to whom notices of a version were made."""
    return set(db.session.scalars(select(ContractNotice.recipient_id).where(ContractNotice.terms_id == terms.id)))
