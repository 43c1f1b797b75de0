"""A contract is completed whichever deed leaves nothing to do, and says so once."""

import pytest
from sqlalchemy import select

from marketplace.accounts.models import Member
from marketplace.clock import today
from marketplace.contracts import queries, service
from marketplace.contracts.items import Part
from marketplace.contracts.models import ContractState, EntryKind
from marketplace.contracts.receipt import figures_of
from marketplace.db import db
from marketplace.events.kinds import EventKind
from marketplace.events.models import Event
from marketplace.follows.models import Contact
from tests.marketplace.contracts.agreeing import agreed, in_days, items, new_once, waiting


@pytest.mark.usefixtures("session")
def test_terms_that_drop_what_was_missing_complete_it(ana: Member, ben: Member) -> None:
    first = Part(title="前半", due_on=in_days(10), amount_yen=50_000)
    second = Part(title="後半", due_on=in_days(20), amount_yen=70_000)
    contract = agreed(ana, ben, milestones=(first, second))
    course = queries.course_of(contract)
    service.deliver(ben, contract, new_once(), "前半です。", milestone=course.milestones[0])
    (delivery,) = queries.course_of(contract).deliveries
    service.accept(ana, contract, delivery)
    net_yen = figures_of(course.terms, 50_000, delivery.received_on, today(), is_company=False).net_yen
    service.report_payment(ana, contract, delivery, today(), net_yen)
    service.confirm_payment(ben, contract, delivery)
    assert contract.state is ContractState.ACTIVE
    service.change(ana, contract, items(milestones=(first,), amount_yen=50_000), new_once())
    service.agree(ben, contract, waiting(contract))
    assert contract.state is ContractState.COMPLETED
    entries = [each.kind for each in queries.timeline_of(contract).rows]
    assert entries[-2:] == [EntryKind.TERMS, EntryKind.COMPLETED]
    told = select(Event).where(Event.contract_id == contract.id, Event.kind == EventKind.CONTRACT_COMPLETED)
    assert [(each.actor_id, each.member_id) for each in db.session.scalars(told)] == [(ben.id, ana.id)]
    contacts = db.session.execute(select(Contact.from_id, Contact.to_id)).all()
    assert {tuple(each) for each in contacts} == {(ana.id, ben.id), (ben.id, ana.id)}
