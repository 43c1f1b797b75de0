"""All notices of a member, as the law on electronic books wants them found: by date, amount and partner."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import aliased

from marketplace.accounts.models import Member
from marketplace.clock import TOKYO
from marketplace.contracts.models import Contract, ContractNotice, ContractTerms, NoticeKind
from marketplace.contracts.queries.notices import shown_to
from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.i18n import _
from marketplace.paging import Page, page_of

MOST_IN_A_LIST = 10_000
"""Lines of a list for a spreadsheet; whoever has more asks year by year."""

_client, _worker, _recipient = aliased(Member), aliased(Member), aliased(Member)
_of_member = ContractNotice.kind == NoticeKind.LEADER_TO_MEMBER


@dataclass(frozen=True)
class Sought:
    """What is looked for; None and empty are anything."""

    since: date | None = None
    """The day, in Japan, on which it was handed over."""
    until: date | None = None
    """That day too."""
    least_yen: int | None = None
    most_yen: int | None = None
    partner: str = ""
    """A part of a name in the terms, a nickname or a username of the other side."""


@dataclass(frozen=True)
class Filed:
    """A notice as one of its two sides keeps it."""

    notice: ContractNotice
    contract: Contract
    terms: ContractTerms
    partner: Member
    partner_name: str
    """As agreed; of a member of a team their nickname."""


def notices_for(viewer: Member, sought: Sought, cursor: str | None = None) -> Page[Filed]:
    """Return a page of the notices that `viewer` gave or got, the newest first."""
    page = page_of(_notices(viewer, sought), [ContractNotice.id], lambda row: (row[0].id,), cursor)
    return replace(page, rows=[_filed(viewer, *row) for row in page.rows])


def all_notices_for(viewer: Member, sought: Sought) -> Iterator[Filed]:
    """Return all of them, the oldest first."""
    question = _notices(viewer, sought).order_by(ContractNotice.id).limit(MOST_IN_A_LIST)
    return (_filed(viewer, *row) for row in db.session.execute(question).all())


def get_filed(viewer: Member, notice_id: int) -> Filed:
    """Return one of them; raises NotFound."""
    row = db.session.execute(_notices(viewer, Sought()).where(ContractNotice.id == notice_id)).one_or_none()
    if row is None:
        raise NotFound(_("この書類は見つかりません。"))
    return _filed(viewer, *row)


def _notices(viewer: Member, sought: Sought) -> Select[*tuple[Any, ...]]:
    return (
        select(ContractNotice, Contract, ContractTerms, _client, _worker, _recipient)
        .join(Contract, Contract.id == ContractNotice.contract_id)
        .join(ContractTerms, ContractTerms.id == ContractNotice.terms_id)
        .join(_client, _client.id == Contract.client_id)
        .join(_worker, _worker.id == Contract.worker_id)
        .join(_recipient, _recipient.id == ContractNotice.recipient_id)
        .where(shown_to(viewer), *_conditions(viewer, sought))
    )


def _conditions(viewer: Member, sought: Sought) -> Sequence[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if sought.since:
        found.append(ContractNotice.delivered_at >= _midnight(sought.since))
    if sought.until:
        found.append(ContractNotice.delivered_at < _midnight(sought.until + timedelta(days=1)))
    if sought.least_yen is not None:
        found.append(ContractNotice.amount_yen >= sought.least_yen)
    if sought.most_yen is not None:
        found.append(ContractNotice.amount_yen <= sought.most_yen)
    if sought.partner:
        found.append(_is_partner(viewer, sought.partner))
    return found


def _is_partner(viewer: Member, words: str) -> ColumnElement[bool]:
    """Each side looks for the other; of a notice within a team the leader looks for the member, who looks for them."""

    def named(member: type[Member], *names: Any) -> ColumnElement[bool]:
        columns = (*names, member.nickname, member.username)
        return or_(*(column.icontains(words, autoescape=True) for column in columns))

    outside, from_leader = ~_of_member, and_(_of_member, ContractNotice.recipient_id != viewer.id)
    return or_(
        and_(outside, Contract.client_id == viewer.id, named(_worker, ContractTerms.worker_name)),
        and_(outside, Contract.client_id != viewer.id, named(_client, ContractTerms.client_name)),
        and_(from_leader, named(_recipient)),
        and_(_of_member, ContractNotice.recipient_id == viewer.id, named(_worker)),
    )


def _filed(
    viewer: Member,
    notice: ContractNotice,
    contract: Contract,
    terms: ContractTerms,
    client: Member,
    worker: Member,
    recipient: Member,
) -> Filed:
    if notice.kind is NoticeKind.LEADER_TO_MEMBER:
        partner = worker if notice.recipient_id == viewer.id else recipient
        return Filed(notice, contract, terms, partner, partner.nickname)
    if contract.client_id == viewer.id:
        return Filed(notice, contract, terms, worker, terms.worker_name)
    return Filed(notice, contract, terms, client, terms.client_name)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), TOKYO).astimezone(UTC)
