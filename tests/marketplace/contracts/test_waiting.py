"""What waits for a member's answer: each matter while it waits, for whoever can answer, and for nobody else."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from marketplace.accounts.models import Member
from marketplace.clock import now, today
from marketplace.contracts import queries, service
from marketplace.contracts.models import (
    Contract,
    ContractEnding,
    ContractNotice,
    ContractState,
    Delivery,
    EndingCause,
    EndingState,
)
from marketplace.contracts.queries import Matter
from marketplace.contracts.queries.waiting import MOST_WAITING
from marketplace.contracts.secrecy_wording import SecrecyItems
from marketplace.contracts.service import secrecy
from marketplace.db import db
from marketplace.follows import service as follows
from marketplace.profiles.models import PersonalDetails
from marketplace.waiting import waiting_for
from tests.factories.contracts import ContractFactory
from tests.factories.notices import a_notice
from tests.factories.teams import TeamFactory
from tests.marketplace.contracts.agreeing import items, new_once, proposed, waiting

pytestmark = pytest.mark.usefixtures("session")


def matters(viewer: Member) -> list[tuple[Matter, int, Any]]:
    return [(each.matter, each.contract.id, each.other.username) for each in waiting_for(viewer).contracts]


def test_terms_wait_for_the_party_that_did_not_propose_them(ana: Member, ben: Member, cleo: Member) -> None:
    contract = proposed(cleo, ana)
    assert matters(ana) == [(Matter.TERMS, contract.id, "cleo")]
    assert matters(cleo) == matters(ben) == []
    service.change(ana, contract, items(amount_yen=130_000), new_once())
    assert (matters(ana), matters(cleo)) == ([], [(Matter.TERMS, contract.id, "ana")])
    service.agree(cleo, contract, waiting(contract))
    assert matters(ana) == matters(cleo) == []
    service.change(cleo, contract, items(amount_yen=140_000), new_once())
    assert matters(ana) == [(Matter.TERMS, contract.id, "cleo")]
    service.refuse(ana, contract, waiting(contract))
    assert matters(ana) == []


def test_a_block_hides_what_was_never_agreed_to(ana: Member, cleo: Member, make_contract: ContractFactory) -> None:
    proposed(cleo, ana)
    running = make_contract(cleo, ana)
    a_notice(running, ana)
    follows.block(cleo, ana)
    (each,) = waiting_for(ana).contracts
    assert (each.matter, each.contract, each.is_hidden) == (Matter.NOTICE, running, True)


def test_the_wish_to_end_waits_for_the_other(ana: Member, cleo: Member, make_contract: ContractFactory) -> None:
    contract = make_contract(cleo, ana)
    ending = ContractEnding(
        contract_id=contract.id, asker_id=ana.id, cause=EndingCause.MUTUAL, reason="計画", ends_on=today()
    )
    db.session.add(ending)
    db.session.flush()
    assert (matters(ana), matters(cleo)) == ([], [(Matter.ENDING, contract.id, "ana")])
    ending.state, ending.decided_at = EndingState.REFUSED, now()
    db.session.flush()
    assert matters(cleo) == []


def test_a_signature_waits_for_each_who_has_a_part(
    ana: Member, ben: Member, cleo: Member, make_contract: ContractFactory, make_team: TeamFactory
) -> None:
    team = make_team("kaki", ana, ben)
    contract = queries.get_for(cleo, make_contract(cleo, ana, team=team, shares={ana: 60, ben: 40}).id)
    make_contract(cleo, ana)
    for member in (ana, ben, cleo):
        db.session.get_one(PersonalDetails, member.id).name = f"氏名{member.username}"
    wanted = SecrecyItems("翻訳のため", 3, may_re_entrust=False, discloses_address=False, special="")
    agreement = secrecy.propose(cleo, contract, wanted)
    assert matters(ana) == [(Matter.SECRECY, contract.id, "cleo")]
    assert matters(ben) == matters(cleo) == [(Matter.SECRECY, contract.id, "ana")]
    secrecy.sign(ben, contract, agreement)
    assert matters(ben) == []
    secrecy.refuse(ana, contract, agreement)
    assert matters(ana) == matters(cleo) == []


def test_a_delivery_waits_for_the_client_and_a_payment_for_the_worker(
    ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    make_contract(cleo, ana)
    contract = make_contract(cleo, ana, ContractState.DELIVERED)
    (each,) = waiting_for(cleo).contracts
    assert (each.matter, each.contract, each.by) == (Matter.DELIVERY, contract, today() + timedelta(days=7))
    assert matters(ana) == []
    delivery = db.session.scalars(select(Delivery).where(Delivery.contract_id == contract.id)).one()
    service.accept(cleo, contract, delivery)
    assert matters(cleo) == matters(ana) == []
    delivery.paid_on, delivery.paid_yen = today(), 120_000
    db.session.flush()
    assert (matters(cleo), matters(ana)) == ([], [(Matter.PAYMENT, contract.id, "cleo")])
    delivery.payment_confirmed_at = now()
    db.session.flush()
    assert matters(ana) == []


def test_a_notice_waits_until_it_was_seen(ana: Member, cleo: Member, make_contract: ContractFactory) -> None:
    contract: Contract = make_contract(cleo, ana)
    notice: ContractNotice = a_notice(contract, ana)
    assert (matters(ana), matters(cleo)) == ([(Matter.NOTICE, contract.id, "cleo")], [])
    service.view(ana, notice)
    db.session.flush()
    assert matters(ana) == []


def test_what_has_a_day_comes_first_and_a_page_holds_some(
    ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    for _number in range(MOST_WAITING):
        a_notice(make_contract(ana, cleo), cleo)
    late = make_contract(cleo, ana, ContractState.DELIVERED, received_on=today() - timedelta(days=6))
    soon = make_contract(cleo, ana, ContractState.DELIVERED)
    found = waiting_for(cleo).contracts
    assert [each.contract for each in found[:2]] == [late, soon]
    assert len(found) == MOST_WAITING
