"""Leaving while contracts run: what has to be settled first, what ends by it, and who is told."""

import pytest
from sqlalchemy import select

from marketplace.accounts.models import Member
from marketplace.contracts import queries as contracts
from marketplace.contracts.models import ContractState, EntryKind
from marketplace.db import db
from marketplace.errors import Conflict
from marketplace.events.kinds import EventKind
from marketplace.events.models import Event
from marketplace.leaving import queries, service
from marketplace.leaving.queries import ObstacleKind
from tests.factories.contracts import ContractFactory
from tests.factories.members import PASSWORD
from tests.marketplace.contracts.agreeing import proposed

pytestmark = pytest.mark.usefixtures("session")

OF_CLIENT = {ContractState.ACTIVE, ContractState.DELIVERED, ContractState.ACCEPTED}
OF_WORKER = {ContractState.ACTIVE, ContractState.DELIVERED}


@pytest.mark.parametrize("state", ContractState)
def test_nobody_leaves_while_the_other_waits_for_them(
    ana: Member, cleo: Member, make_contract: ContractFactory, state: ContractState
) -> None:
    contract = make_contract(cleo, ana, state)
    for member, stays in ((cleo, state in OF_CLIENT), (ana, state in OF_WORKER)):
        found = queries.obstacles_of(member)
        assert [(each.kind, each.id) for each in found] == [(ObstacleKind.CONTRACT, contract.id)] * stays
        if stays:
            with pytest.raises(Conflict):
                service.leave(member, PASSWORD)


def test_a_client_who_owes_after_an_early_end_stays(ana: Member, cleo: Member, make_contract: ContractFactory) -> None:
    contract = make_contract(cleo, ana, ContractState.ACCEPTED)
    contract.state, contract.ended_at, contract.ending_cause = ContractState.ENDED, contract.started_at, "client"
    contract.ending_reason = "予算のため"
    db.session.flush()
    assert ([each.id for each in queries.obstacles_of(cleo)], queries.obstacles_of(ana)) == ([contract.id], [])


def test_what_is_proposed_is_taken_back_by_leaving(ana: Member, ben: Member, cleo: Member) -> None:
    own, others, foreign = proposed(cleo, ana), proposed(ana, ben), proposed(cleo, ben)
    service.leave(ana, PASSWORD)
    db.session.expire_all()
    assert [each.state for each in (own, others, foreign)] == ["withdrawn", "withdrawn", "proposed"]
    assert contracts.find_proposed(own) is None


def test_the_other_is_told_in_what_goes_on(ana: Member, cleo: Member, make_contract: ContractFactory) -> None:
    """A worker may leave what they are owed; whoever pays learns of it, and of their coming back."""
    owed, done = make_contract(cleo, ana, ContractState.ACCEPTED), make_contract(cleo, ana, ContractState.COMPLETED)
    for deed, state in ((lambda: service.leave(ana, PASSWORD), "left"), (lambda: service.come_back(ana), "returned")):
        deed()
        entry = contracts.newest_entry(owed, EntryKind.CONTACT)
        assert entry is not None
        assert (entry.author_id, entry.data) == (ana.id, {"state": state})
    told = select(Event.member_id, Event.contract_id).where(Event.kind == EventKind.CONTRACT_WRITTEN)
    assert [tuple(row) for row in db.session.execute(told)] == [(cleo.id, owed.id)] * 2
    assert contracts.newest_entry(done, EntryKind.CONTACT) is None
