"""All papers of a member, as the law on electronic books wants them found: by date, amount and partner.

These are notices of terms, and agreements of confidentiality that all have signed, which have no amount.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from heapq import merge
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, exists, false, literal, or_, select, union_all
from sqlalchemy.orm import aliased, contains_eager

from marketplace.accounts.models import Member
from marketplace.clock import TOKYO
from marketplace.contracts.models import (
    Contract,
    ContractNotice,
    ContractTerms,
    NoticeKind,
    SecrecyAgreement,
    SecrecyPaper,
    SecrecySignature,
)
from marketplace.contracts.queries.notices import shown_to
from marketplace.db import db
from marketplace.errors import Invalid, NotFound
from marketplace.i18n import _, grouped
from marketplace.jobs.models import RewardKind
from marketplace.paging import Page, page_of

MOST_IN_A_LIST = 10_000
"""Lines of a list for a spreadsheet; whoever has more asks year by year."""

_client, _worker, _recipient = aliased(Member), aliased(Member), aliased(Member)
_own, _by_client, _by_worker = aliased(SecrecySignature), aliased(SecrecySignature), aliased(SecrecySignature)
_of_member = ContractNotice.kind == NoticeKind.LEADER_TO_MEMBER


class PaperKind(StrEnum):
    """What there is to be found."""

    NOTICE = "notice"
    """What the client told the worker."""
    RE_ENTRUSTED = "re_entrusted"
    """What the leader of a team told a member of it."""
    SECRECY = "secrecy"
    """An agreement of confidentiality."""


@dataclass(frozen=True)
class Sought:
    """What is looked for; None and empty are anything."""

    since: date | None = None
    """The day, in Japan, on which it was handed over, or signed by the last."""
    until: date | None = None
    """That day too."""
    least_yen: int | None = None
    most_yen: int | None = None
    """What has no amount is within no bounds; it is found by its kind."""
    partner: str = ""
    """A part of a name in the terms or under the agreement, a nickname or a username of the other side."""
    kind: PaperKind | None = None


@dataclass(frozen=True)
class Filed:
    """A paper as one of its sides keeps it."""

    kind: PaperKind
    id: int
    """Of the notice, or of the agreement."""
    at: datetime
    contract: Contract
    version: int
    """Of the terms; of agreements which one of the contract it is."""
    partner: Member
    partner_name: str
    """As agreed or signed; of a member of a team their nickname."""
    storage_key: str
    sha256: str
    content: Any = None
    """What a notice says."""
    amount_yen: int | None = None
    is_tax_included: bool = False
    reward_kind: RewardKind | None = None

    @property
    def is_called_otherwise(self) -> bool:
        """Whether the partner's nickname is another than the name, however its parts are spaced."""
        return "".join(self.partner.nickname.split()) != "".join(self.partner_name.split())


def papers_for(viewer: Member, sought: Sought, cursor: str | None = None) -> Page[Filed]:
    """Return a page of the papers of `viewer` that are sought, the newest first."""
    papers = _index(viewer, sought)
    columns = [papers.c.at, papers.c.is_agreement, papers.c.id]
    page = page_of(select(*columns), columns, tuple, cursor)
    notices = [number for _at, is_agreement, number in page.rows if not is_agreement]
    agreements = [number for _at, is_agreement, number in page.rows if is_agreement]
    found: dict[tuple[int, int], Filed] = {}
    if notices:
        rows = db.session.execute(_notices(viewer).where(ContractNotice.id.in_(notices)))
        found |= {(0, filed.id): filed for filed in (_filed(viewer, *row) for row in rows)}
    if agreements:
        rows = db.session.execute(_agreements(viewer).where(SecrecyAgreement.id.in_(agreements)))
        found |= {(1, filed.id): filed for filed in (_filed_agreement(viewer, *row) for row in rows)}
    return replace(page, rows=[found[is_agreement, number] for _at, is_agreement, number in page.rows])


def all_papers_for(viewer: Member, sought: Sought) -> Iterator[Filed]:
    """Return all that are sought, the oldest first; raises Invalid for more than a list holds."""
    papers = _index(viewer, sought)
    if len(db.session.execute(select(papers.c.id).limit(MOST_IN_A_LIST + 1)).all()) > MOST_IN_A_LIST:
        most = grouped(MOST_IN_A_LIST)
        raise Invalid(_("一覧は%(most)s件までです。日付でしぼって、何回かに分けて保存してください。", most=most))
    notices = _notices(viewer).where(*_of_notices(viewer, sought))
    agreements = _agreements(viewer).where(*_of_agreements(viewer, sought))
    first = db.session.execute(notices.order_by(ContractNotice.delivered_at, ContractNotice.id)).all()
    second = db.session.execute(agreements.order_by(SecrecyAgreement.ended_at, SecrecyAgreement.id)).all()
    return merge(
        (_filed(viewer, *row) for row in first),
        (_filed_agreement(viewer, *row) for row in second),
        key=lambda filed: filed.at,
    )


def get_notice(viewer: Member, notice_id: int) -> Filed:
    """Return a notice of theirs; raises NotFound."""
    row = db.session.execute(_notices(viewer).where(ContractNotice.id == notice_id)).one_or_none()
    if row is None:
        raise NotFound(_("この書類は見つかりません。"))
    return _filed(viewer, *row)


def get_agreement(viewer: Member, agreement_id: int) -> tuple[Filed, SecrecyPaper]:
    """Return an agreement that they signed as all others did, with its paper; raises NotFound."""
    row = db.session.execute(_agreements(viewer).where(SecrecyAgreement.id == agreement_id)).one_or_none()
    if row is None:
        raise NotFound(_("この書類は見つかりません。"))
    return _filed_agreement(viewer, *row), row[1]


def _index(viewer: Member, sought: Sought) -> Subquery:
    """Return when each that is sought came to be, and what is needed to ask for it."""
    notices = _notices(viewer).where(*_of_notices(viewer, sought))
    agreements = _agreements(viewer).where(*_of_agreements(viewer, sought))
    return union_all(
        notices.with_only_columns(ContractNotice.delivered_at.label("at"), _told(0), ContractNotice.id),
        agreements.with_only_columns(SecrecyAgreement.ended_at.label("at"), _told(1), SecrecyAgreement.id),
    ).subquery("papers")


def _told(is_agreement: int) -> ColumnElement[int]:
    return literal(is_agreement).label("is_agreement")


def _notices(viewer: Member) -> Select[*tuple[Any, ...]]:
    return (
        select(ContractNotice, Contract, ContractTerms, _client, _worker, _recipient)
        .join(Contract, Contract.id == ContractNotice.contract_id)
        .join(ContractTerms, ContractTerms.id == ContractNotice.terms_id)
        .join(_client, _client.id == Contract.client_id)
        .join(_worker, _worker.id == Contract.worker_id)
        .join(_recipient, _recipient.id == ContractNotice.recipient_id)
        .where(shown_to(viewer))
    )


def _agreements(viewer: Member) -> Select[*tuple[Any, ...]]:
    """Ask for what `viewer` and all others signed: the two parties always did."""
    of = SecrecyAgreement.id
    return (
        select(SecrecyAgreement, SecrecyPaper, Contract, _client, _worker, _by_client.name, _by_worker.name)
        .join(SecrecyPaper, SecrecyPaper.agreement_id == of)
        .join(_own, and_(_own.agreement_id == of, _own.member_id == viewer.id))
        .join(Contract, Contract.id == SecrecyAgreement.contract_id)
        .join(_client, _client.id == Contract.client_id)
        .join(_worker, _worker.id == Contract.worker_id)
        .join(_by_client, and_(_by_client.agreement_id == of, _by_client.member_id == Contract.client_id))
        .join(_by_worker, and_(_by_worker.agreement_id == of, _by_worker.member_id == Contract.worker_id))
        .options(contains_eager(SecrecyPaper.agreement))
    )


def _of_notices(viewer: Member, sought: Sought) -> Sequence[ColumnElement[bool]]:
    found = _within(sought, ContractNotice.delivered_at)
    if sought.least_yen is not None:
        found.append(ContractNotice.amount_yen >= sought.least_yen)
    if sought.most_yen is not None:
        found.append(ContractNotice.amount_yen <= sought.most_yen)
    if sought.partner:
        found.append(_is_partner(viewer, sought.partner))
    if sought.kind:
        is_kind = {PaperKind.NOTICE: ~_of_member, PaperKind.RE_ENTRUSTED: _of_member}
        found.append(is_kind.get(sought.kind, false()))
    return found


def _of_agreements(viewer: Member, sought: Sought) -> Sequence[ColumnElement[bool]]:
    found = _within(sought, SecrecyAgreement.ended_at)
    has_amount = sought.least_yen is not None or sought.most_yen is not None
    if has_amount or sought.kind not in {None, PaperKind.SECRECY}:
        found.append(false())
    if sought.partner:
        found.append(_has_signed_with(viewer, sought.partner))
    return found


def _within(sought: Sought, at: Any) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if sought.since:
        found.append(at >= _midnight(sought.since))
    if sought.until:
        found.append(at < _midnight(sought.until + timedelta(days=1)))
    return found


def _is_partner(viewer: Member, words: str) -> ColumnElement[bool]:
    """Each side looks for the other; of a notice within a team the leader looks for the member, who looks for them."""
    outside, from_leader = ~_of_member, and_(_of_member, ContractNotice.recipient_id != viewer.id)
    return or_(
        and_(outside, Contract.client_id == viewer.id, _named(words, _worker, ContractTerms.worker_name)),
        and_(outside, Contract.client_id != viewer.id, _named(words, _client, ContractTerms.client_name)),
        and_(from_leader, _named(words, _recipient)),
        and_(_of_member, ContractNotice.recipient_id == viewer.id, _named(words, _worker)),
    )


def _has_signed_with(viewer: Member, words: str) -> ColumnElement[bool]:
    """The client looks for the worker, and all others for the client: as they signed, or as they stand in the terms."""

    def in_terms(name: Any) -> ColumnElement[bool]:
        return exists().where(ContractTerms.contract_id == Contract.id, name.icontains(words, autoescape=True))

    worker = or_(_named(words, _worker, _by_worker.name), in_terms(ContractTerms.worker_name))
    client = or_(_named(words, _client, _by_client.name), in_terms(ContractTerms.client_name))
    return or_(and_(Contract.client_id == viewer.id, worker), and_(Contract.client_id != viewer.id, client))


def _named(words: str, member: Any, *names: Any) -> ColumnElement[bool]:
    columns = (*names, member.nickname, member.username)
    return or_(*(column.icontains(words, autoescape=True) for column in columns))


def _filed(
    viewer: Member,
    notice: ContractNotice,
    contract: Contract,
    terms: ContractTerms,
    client: Member,
    worker: Member,
    recipient: Member,
) -> Filed:
    kind = PaperKind.NOTICE
    partner, name = (worker, terms.worker_name) if contract.client_id == viewer.id else (client, terms.client_name)
    if notice.kind is NoticeKind.LEADER_TO_MEMBER:
        kind = PaperKind.RE_ENTRUSTED
        partner = worker if notice.recipient_id == viewer.id else recipient
        name = partner.nickname
    return Filed(
        kind=kind,
        id=notice.id,
        at=notice.delivered_at,
        contract=contract,
        version=terms.number,
        partner=partner,
        partner_name=name,
        storage_key=notice.storage_key,
        sha256=notice.sha256,
        content=notice.content,
        amount_yen=notice.amount_yen,
        is_tax_included=terms.is_tax_included,
        reward_kind=terms.reward_kind,
    )


def _filed_agreement(
    viewer: Member,
    agreement: SecrecyAgreement,
    paper: SecrecyPaper,
    contract: Contract,
    client: Member,
    worker: Member,
    client_name: str,
    worker_name: str,
) -> Filed:
    is_client = contract.client_id == viewer.id
    return Filed(
        kind=PaperKind.SECRECY,
        id=agreement.id,
        at=agreement.ended_at or agreement.created_at,
        contract=contract,
        version=agreement.number,
        partner=worker if is_client else client,
        partner_name=worker_name if is_client else client_name,
        storage_key=paper.storage_key,
        sha256=paper.sha256,
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), TOKYO).astimezone(UTC)
