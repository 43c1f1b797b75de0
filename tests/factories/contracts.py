"""Contracts in any state, through rows: agreeing has tests of its own."""

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from flask import Flask, has_app_context
from sqlalchemy.orm.attributes import set_committed_value

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.clock import local_day, now, today
from marketplace.contracts import queries
from marketplace.contracts.models import (
    ACTIVE,
    Contract,
    ContractShare,
    ContractState,
    ContractTerms,
    Delivery,
    DeliveryState,
    EndingCause,
    Milestone,
    MilestoneState,
    PayRule,
    TermsState,
)
from marketplace.teams.models import Team

REWARD_YEN = 120_000
DAYS_TO_DELIVERY = 14
PAY_DAYS = 30
NOT_STARTED = (ContractState.PROPOSED, ContractState.REFUSED, ContractState.WITHDRAWN)
ACCEPTED = (ContractState.ACCEPTED, ContractState.PAID, ContractState.COMPLETED)

_numbers = count(1)


class ContractFactory:
    """Makes contracts in the session at hand, or in one of its own that commits."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def __call__(
        self,
        client: Member,
        worker: Member,
        state: ContractState = ContractState.ACTIVE,
        *,
        title: str = "取扱説明書の翻訳",
        team: Team | None = None,
        shares: dict[Member, int] | None = None,
        started_at: datetime | None = None,
        received_on: date | None = None,
        **terms: Any,
    ) -> Contract:
        """Make a contract that the client proposed; `terms` are columns of its one version of the terms.

        In the states after ACTIVE it was delivered once, on `received_on` (today), and inspected as the state has it.
        """
        given = {"title": title, "team": team, "shares": shares or {}, "started_at": started_at or now()}
        if has_app_context():
            return self._add(client, worker, state, given, received_on or today(), terms)
        with self.app.app_context(), db.writing():
            contract = self._add(client, worker, state, given, received_on or today(), terms)
            db.commit()
        return contract

    def _add(
        self,
        client: Member,
        worker: Member,
        state: ContractState,
        given: dict[str, Any],
        received_on: date,
        terms: dict[str, Any],
    ) -> Contract:
        contract = Contract(
            client_id=client.id, worker_id=worker.id, proposer_id=client.id, once=f"contract-{next(_numbers)}",
            title=given["title"], team_id=given["team"].id if given["team"] else None, created_at=given["started_at"],
        )  # fmt: skip
        _reach(contract, state, given["started_at"])
        db.db.session.add(contract)
        db.db.session.flush()
        for name, party in (("client", client), ("worker", worker), ("team", given["team"]), ("company", None)):
            set_committed_value(contract, name, party)
        version = _terms_of(contract, given["started_at"], terms)
        is_agreed = contract.terms_number is not None
        db.db.session.add(version)
        db.db.session.flush()
        parts = given["shares"].items()
        db.db.session.add_all(
            ContractShare(terms_id=version.id, member_id=member.id, position=place, percent=percent)
            for place, (member, percent) in enumerate(parts)
        )
        # Shares are added before the version counts as agreed: afterwards none can be.
        db.db.session.flush()
        if is_agreed:
            version.state, version.agreed_at = TermsState.AGREED, given["started_at"]
            version.client_agreed_at = version.worker_agreed_at = given["started_at"]
            db.db.session.flush()
        _add_milestones(contract, version)
        _add_delivery(contract, version, state, received_on)
        db.db.session.flush()
        if contract.is_active:
            contract.next_on = queries.course_of(contract).next_on
            db.db.session.flush()
        return contract


def _reach(contract: Contract, state: ContractState, started_at: datetime) -> None:
    """Set what the constraints want of a contract in `state`."""
    contract.state = state
    if state not in NOT_STARTED:
        contract.started_at, contract.terms_number = started_at, 1
    if state in ACCEPTED:
        contract.accepted_at = now()
    if state in (ContractState.PAID, ContractState.COMPLETED):
        contract.paid_on, contract.paid_yen = today(), REWARD_YEN
    if state is ContractState.COMPLETED:
        contract.completed_at = now()
    if state not in (ContractState.PROPOSED, *ACTIVE):
        contract.ended_at = now()
    if state is ContractState.ENDED:
        contract.ending_cause, contract.ending_reason = EndingCause.MUTUAL, "計画が変わったため"


def _terms_of(contract: Contract, started_at: datetime, terms: dict[str, Any]) -> ContractTerms:
    start = local_day(started_at)
    given: dict[str, Any] = {
        "client_name": "株式会社みなと商会",
        "worker_name": "高瀬 律",
        "scope": "取扱説明書(40ページ)を英語から日本語に翻訳する。",
        "due_on": start + timedelta(days=DAYS_TO_DELIVERY),
        "amount_yen": REWARD_YEN,
        "is_tax_included": True,
        "pay_rule": PayRule.AFTER_RECEIPT,
        "pay_days": PAY_DAYS,
    }
    return ContractTerms(
        contract_id=contract.id, number=1, proposer_id=contract.proposer_id, once=f"terms-{next(_numbers)}",
        created_at=started_at, **given | terms,
    )  # fmt: skip


def _add_milestones(contract: Contract, terms: ContractTerms) -> None:
    if contract.terms_number is None:
        return
    is_done = contract.state in ACCEPTED
    db.db.session.add_all(
        Milestone(
            contract_id=contract.id,
            position=place,
            title=planned["title"],
            due_on=date.fromisoformat(planned["due_on"]),
            amount_yen=planned["amount_yen"],
            state=MilestoneState.ACCEPTED if is_done else MilestoneState.PLANNED,
        )
        for place, planned in enumerate(terms.milestones or (), start=1)
    )


def _add_delivery(contract: Contract, terms: ContractTerms, state: ContractState, received_on: date) -> None:
    if state is not ContractState.DELIVERED and state not in ACCEPTED:
        return
    is_waiting = state is ContractState.DELIVERED
    pay_days = terms.pay_days or PAY_DAYS
    db.db.session.add(
        Delivery(
            contract_id=contract.id,
            number=1,
            received_on=received_on,
            inspect_by=received_on + timedelta(days=7 if terms.inspection_days is None else terms.inspection_days),
            pay_on=received_on + timedelta(days=pay_days - 1),
            pay_limit_on=received_on + timedelta(days=59),
            state=DeliveryState.WAITING if is_waiting else DeliveryState.ACCEPTED,
            decided_at=None if is_waiting else now(),
        )
    )
