"""Proposing terms and answering them: of several answers to one version the first counts."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from marketplace import outbox
from marketplace.accounts.models import Member
from marketplace.applications import service as applications
from marketplace.applications.models import Application
from marketplace.clock import now
from marketplace.companies import queries as companies
from marketplace.companies.models import Company
from marketplace.contracts import policy, queries
from marketplace.contracts.faults import Side, faults
from marketplace.contracts.items import Items
from marketplace.contracts.models import (
    NEGOTIABLE,
    Contract,
    ContractState,
    ContractTerms,
    EntryKind,
    TermsState,
)
from marketplace.contracts.pricing import is_price_talk
from marketplace.contracts.service.doing_course import begin, tell
from marketplace.contracts.service.notices import NOTICE
from marketplace.contracts.service.planning import keeps_begun
from marketplace.contracts.service.shares import put_shares, require_shared
from marketplace.contracts.wording import nothing_waits, what_happened
from marketplace.db import add_once, db
from marketplace.errors import Conflict, Invalid, NotFound, require
from marketplace.events import service as events
from marketplace.events.kinds import EventKind
from marketplace.follows import queries as follows
from marketplace.follows.service import one_at_a_time
from marketplace.i18n import _
from marketplace.payouts import queries as payouts
from marketplace.payouts.models import Entity
from marketplace.teams.models import Team

_COLUMNS = ["state", "terms_number", "started_at", "ended_at", "next_on", "version"]


@dataclass(frozen=True, kw_only=True)
class Opening:
    """With whom a contract is begun, and because of what."""

    title: str
    worker: Member
    """For a team the owner who speaks for it."""
    team: Team | None = None
    company: Company | None = None
    application: Application | None = None
    again: Contract | None = None
    """The contract that did not come about, whose terms are offered anew; its application is that of this one."""

    @property
    def job_id(self) -> int | None:
        """The job it is about."""
        about = self.application or self.again
        return about.job_id if about is not None else None


def side_of(contract: Contract) -> Side:
    """Return between whom the terms of `contract` are."""
    members = frozenset(each.id for each in queries.members_of(contract.team)) if contract.team else None
    return _side(contract.client_id, contract.worker, contract.company_id is not None, members)


def side_for(client: Member, opening: Opening) -> Side:
    """Return between whom the terms of a contract would be."""
    members = frozenset(each.id for each in queries.members_of(opening.team)) if opening.team else None
    return _side(client.id, opening.worker, opening.company is not None, members)


def _side(client_id: int, worker: Member, is_company: bool, members: frozenset[int] | None) -> Side:
    payee = payouts.find_details(worker)
    is_corporation = payee is not None and payee.entity is Entity.CORPORATION
    return Side(client_id, worker.id, is_company, members, pays_corporation=is_corporation)


def propose(actor: Member, opening: Opening, items: Items, once: str) -> Contract:
    """Offer work under these terms; raises Invalid for terms with faults, Conflict when an application has a contract.

    Pressed twice it is one contract.
    """
    one_at_a_time(actor, opening.worker)
    require(policy.can_propose(actor, opening.worker, opening.team, opening.company))
    require(opening.again is None or policy.can_offer_again(actor, opening.again))
    items = items.tidied()
    _require_sound(items, side_for(actor, opening))
    sent = queries.find_sent(actor, once)
    if sent is not None:
        return _sent_already(actor, once)
    if opening.again is not None:
        _take_up(opening.again)
    contract = Contract(
        client_id=actor.id,
        worker_id=opening.worker.id,
        proposer_id=actor.id,
        company_id=opening.company.id if opening.company else None,
        team_id=opening.team.id if opening.team else None,
        job_id=opening.job_id,
        application_id=opening.application.id if opening.application else None,
        once=once,
        title=opening.title,
    )
    if not add_once(contract):
        return _sent_already(actor, once)
    if opening.application is not None:
        applications.note_terms(opening.application)
    terms = _add(actor, contract, items, once, 1)
    _tell(actor, contract, terms)
    events.record(EventKind.CONTRACT_PROPOSED, actor, member=opening.worker, contract=contract)
    return contract


def change(actor: Member, contract: Contract, items: Items, once: str, seen: int | None = None) -> ContractTerms:
    """Propose another version, in the place of one that waits; raises Invalid for faults, Conflict when it is too late.

    `seen` is the number of the newest version that the actor knew of: nothing takes the place of what was not read.
    Pressed twice it is one version.
    """
    sent = queries.find_sent(actor, once)
    if sent is not None:
        return sent
    hold(contract)
    require(policy.can_change(actor, contract), _("この取引の条件は、いまは変えられません。"))
    require_authority(contract)
    _require_together(contract)
    items = items.tidied()
    _require_sound(items, side_of(contract), _agreed_items(contract))
    _require_kept(contract, items)
    newest = queries.newest_number(contract)
    if seen not in {None, newest}:
        raise Conflict(nothing_waits())
    waiting = queries.find_proposed(contract)
    if waiting is not None:
        _settle(waiting, TermsState.REPLACED)
    terms = _add(actor, contract, items, once, newest + 1)
    _tell(actor, contract, terms)
    events.record(EventKind.TERMS_PROPOSED, actor, member=_other(actor, contract), contract=contract)
    return terms


def agree(actor: Member, contract: Contract, terms: ContractTerms) -> None:
    """Agree to a version: the work begins, or goes on under it, and the notices are made after the commit.

    Raises Conflict when it was answered, or may not be agreed to any more as it stands: days pass, people leave a team.
    """
    hold(contract, terms)
    require(policy.can_agree(actor, contract, terms))
    require_authority(contract)
    require_waiting(terms)
    if contract.state not in NEGOTIABLE:
        raise Conflict(_("この取引の条件は、いまは変えられません。"))
    _require_together(contract)
    require_shared(contract, terms)
    items = Items.of(terms)
    found = faults(items, side_of(contract), _agreed_items(contract))
    if found:
        raise Conflict(_("このままでは同意できません。%(why)s 条件の変更を提案してください。", why=found[0].sentence))
    if not keeps_begun(contract, items):
        raise Conflict(_("すでに納品された区切りがあります。条件の変更を提案しなおしてください。"))
    at = now()
    own = "client_agreed_at" if actor.id == contract.client_id else "worker_agreed_at"
    _settle(terms, TermsState.AGREED, agreed_at=at, **{own: at})
    _move(contract, ContractState.ACTIVE, terms_number=terms.number, started_at=contract.started_at or at)
    _tell(actor, contract, terms)
    events.record(EventKind.TERMS_AGREED, actor, member=_other(actor, contract), contract=contract)
    begin(contract, terms, agreed_by=actor)
    outbox.put(NOTICE, {"terms": terms.id})


def refuse(actor: Member, contract: Contract, terms: ContractTerms, reason: str = "") -> None:
    """見送る: before anything was agreed the contract ends by it; later what was agreed goes on.

    Who asked for another reward while the work goes on is told why not; raises Invalid without a `reason` then.
    """
    hold(contract, terms)
    require(policy.can_refuse(actor, contract, terms))
    require_waiting(terms)
    if not reason.strip() and is_price_talk(contract, terms):
        raise Invalid(_("報酬の変更を見送る理由を入力してください。理由は、ワーカーに伝わり、取引の記録に残ります。"))
    _settle(terms, TermsState.REFUSED)
    is_end = contract.state is ContractState.PROPOSED
    if is_end:
        _move(contract, ContractState.REFUSED, ended_at=now())
    _tell(actor, contract, terms, reason)
    kind = EventKind.CONTRACT_REFUSED if is_end else EventKind.TERMS_REFUSED
    events.record(kind, actor, member=_other(actor, contract), contract=contract)


def withdraw(actor: Member, contract: Contract, terms: ContractTerms) -> None:
    """Take back what one proposed: before anything was agreed the contract ends by it."""
    hold(contract, terms)
    require(policy.can_withdraw(actor, contract, terms))
    require_waiting(terms)
    _settle(terms, TermsState.WITHDRAWN)
    _tell(actor, contract, terms)
    if contract.state is ContractState.PROPOSED:
        _move(contract, ContractState.WITHDRAWN, ended_at=now())
    events.record(EventKind.CONTRACT_WITHDRAWN, actor, member=_other(actor, contract), contract=contract)


def end_between(one_id: int, other_id: int) -> None:
    """Take back, without a word to anybody, what is proposed between two members between whom a block stands."""
    one, other = db.session.get(Member, one_id), db.session.get(Member, other_id)
    if one is None or other is None or not follows.blocked_either_way(one, other):
        return
    for contract in queries.proposed_between(one_id, other_id):
        _take_back(contract)


def end_proposed_of(member_id: int) -> None:
    """Take back what is proposed by, or to, a member who leaves."""
    for contract in queries.proposed_of(member_id):
        _take_back(contract)


def _take_back(contract: Contract) -> None:
    hold(contract)
    waiting = queries.find_proposed(contract)
    with suppress(Conflict):
        if waiting is not None:
            _settle(waiting, TermsState.WITHDRAWN)
        _move(contract, ContractState.WITHDRAWN, ended_at=now())


def hold(contract: Contract, terms: ContractTerms | None = None) -> None:
    """Let others who change this contract or its terms wait until this unit ends, and read both again."""
    with db.session.begin_nested():
        # Rows that point to the contract, as events do, may still be written by those who hold something else.
        db.session.refresh(contract, _COLUMNS, with_for_update={"key_share": True})
        if terms is not None:
            db.session.refresh(terms, ["state", "version"])


def _tell(actor: Member, contract: Contract, terms: ContractTerms, reason: str = "") -> None:
    """Let the timeline say what became of a version, and whether it is one by which the worker asks for more."""
    body = terms.change_reason if terms.state is TermsState.PROPOSED else reason
    data: dict[str, Any] = {"number": terms.number, "state": terms.state.value}
    if is_price_talk(contract, terms):
        data["is_price_talk"] = True
    tell(contract, actor, EntryKind.TERMS, body, data=data)


def _add(actor: Member, contract: Contract, items: Items, once: str, number: int) -> ContractTerms:
    """Add a version, to which whoever proposes it agrees by that, with all its shares."""
    terms = ContractTerms(contract_id=contract.id, number=number, proposer_id=actor.id, once=once, **items.columns())
    if actor.id == contract.client_id:
        terms.client_agreed_at = now()
    else:
        terms.worker_agreed_at = now()
    try:
        with db.session.begin_nested():
            db.session.add(terms)
            # The shares name the version by its number.
            db.session.flush()
            put_shares(actor, contract, terms, items.shares)
    except IntegrityError:
        raise Conflict(nothing_waits()) from None
    return terms


def _require_sound(items: Items, side: Side, before: Items | None = None) -> None:
    found = faults(items, side, before)
    if found:
        raise Invalid(found[0].sentence)


def require_waiting(terms: ContractTerms) -> None:
    """Refuse what concerns a version that was answered."""
    if terms.state is not TermsState.PROPOSED:
        raise Conflict(what_happened(terms))


def _require_kept(contract: Contract, items: Items) -> None:
    if not keeps_begun(contract, items):
        raise Invalid(_("すでに納品された区切りは、はじめにそのままの名前、日付、報酬で残してください。"))


def require_authority(contract: Contract) -> None:
    """Refuse to bind a company or a team for which a party does not speak any more."""
    company = contract.company if contract.company_id is not None else None
    team = contract.team if contract.team_id is not None else None
    if company is not None and companies.role_of(contract.client, company) is None:
        raise Conflict(
            _(
                "クライアントが%(name)sの所属でなくなったため、この条件は決められません。"
                "会社の名前で依頼できる人と、新しい取引を始めてください。",
                name=company.name,
            )
        )
    if team is not None and not queries.owns(contract.worker, team):
        raise Conflict(
            _(
                "ワーカーが%(name)sのオーナーでなくなったため、この条件は決められません。"
                "チームのオーナーと、新しい取引を始めてください。",
                name=team.name,
            )
        )


def _require_together(contract: Contract) -> None:
    """Refuse to begin anything between two between whom a block stands, also one that is made at this moment."""
    if contract.state is ContractState.PROPOSED:
        one_at_a_time(contract.client, contract.worker)
        if follows.blocked_either_way(contract.client, contract.worker):
            raise NotFound


def _agreed_items(contract: Contract) -> Items | None:
    in_force = queries.find_in_force(contract)
    return Items.of(in_force) if in_force is not None else None


def _settle(terms: ContractTerms, state: TermsState, **more: Any) -> None:
    """End that a version waits; raises Conflict, which says what happened, for all but the first."""
    if terms.state is not TermsState.PROPOSED:
        raise Conflict(what_happened(terms))
    try:
        with db.session.begin_nested():
            terms.state = state
            for name, value in more.items():
                setattr(terms, name, value)
    except StaleDataError:
        db.session.refresh(terms, ["state", "version"])
        raise Conflict(what_happened(terms)) from None


def _move(contract: Contract, state: ContractState, **more: Any) -> None:
    try:
        with db.session.begin_nested():
            contract.state = state
            for name, value in more.items():
                setattr(contract, name, value)
    except StaleDataError:
        raise Conflict(_("この取引は、ほかの画面で先に進んでいました。画面を読み込みなおしてください。")) from None
    if state in {ContractState.REFUSED, ContractState.WITHDRAWN} and contract.application_id is not None:
        applications.let_lapse(contract.application_id)


def _take_up(contract: Contract) -> None:
    """Free the application of a contract that did not come about for the next one, and take its place again."""
    with db.session.begin_nested():
        db.session.refresh(contract, ["application_id", "version"], with_for_update={"key_share": True})
    application_id = contract.application_id
    if application_id is not None:
        contract.application_id = None
        db.session.flush()
        applications.take_up(application_id)


def _sent_already(actor: Member, once: str) -> Contract:
    sent = queries.find_sent(actor, once)
    if sent is None:
        raise Conflict(_("この応募には、もう取引の条件が送られています。"))
    return queries.get_for(actor, sent.contract_id)


def _other(actor: Member, contract: Contract) -> Member:
    return contract.worker if actor.id == contract.client_id else contract.client
