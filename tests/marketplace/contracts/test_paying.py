"""Payments that are reported wrongly: never less than is due; put right by the client, or refused by the worker."""

from datetime import UTC, date, datetime

import pytest
from time_machine import TimeMachineFixture

from marketplace.accounts.models import Member
from marketplace.contracts import queries, service
from marketplace.contracts.models import Contract, ContractState, Delivery, EntryKind
from marketplace.errors import Conflict, Invalid, NotAllowed
from tests.factories.contracts import REWARD_YEN, ContractFactory

pytestmark = pytest.mark.usefixtures("session")

MONDAY = datetime(2026, 11, 2, 1, tzinfo=UTC)
TODAY = date(2026, 11, 2)


@pytest.fixture(autouse=True)
def on_monday(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(MONDAY, tick=False)


@pytest.fixture
def contract(ana: Member, cleo: Member, make_contract: ContractFactory) -> Contract:
    found = make_contract(cleo, ana)
    service.deliver(ana, found, "once-of-the-form-1", "納品します。")
    service.accept(cleo, found, only(found))
    return found


def only(contract: Contract) -> Delivery:
    (found,) = queries.course_of(contract).deliveries
    return found


@pytest.mark.parametrize("yen", [1, REWARD_YEN - 1])
def test_less_than_is_due_is_not_reported(cleo: Member, contract: Contract, yen: int) -> None:
    with pytest.raises(Invalid, match="120,000円"):
        service.report_payment(cleo, contract, only(contract), TODAY, yen)
    assert only(contract).paid_on is None


def test_what_is_withheld_is_not_missing(ana: Member, cleo: Member, make_contract: ContractFactory) -> None:
    contract = make_contract(cleo, ana, withholding="subject", client_has_employees=True, is_tax_included=False)
    service.deliver(ana, contract, "once-of-the-form-1", "納品します。")
    service.accept(cleo, contract, only(contract))
    # 120,000円, 12,000円 of tax, and 10.21 % of the fee withheld.
    with pytest.raises(Invalid, match="119,748円"):
        service.report_payment(cleo, contract, only(contract), TODAY, 119_747)
    service.report_payment(cleo, contract, only(contract), TODAY, 119_748)
    assert contract.state is ContractState.PAID


def test_a_report_is_put_right_until_it_is_confirmed(ana: Member, cleo: Member, contract: Contract) -> None:
    first = only(contract).version
    service.report_payment(cleo, contract, only(contract), TODAY, REWARD_YEN * 10, first)
    seen = only(contract).version
    with pytest.raises(Conflict):
        service.report_payment(cleo, contract, only(contract), TODAY, REWARD_YEN, first)
    service.report_payment(cleo, contract, only(contract), TODAY, REWARD_YEN, seen)
    assert (contract.state, contract.paid_yen) == (ContractState.PAID, REWARD_YEN)
    with pytest.raises(Conflict):
        service.confirm_payment(ana, contract, only(contract), version=seen)
    with pytest.raises(Conflict):
        service.dispute_payment(ana, contract, only(contract), "多すぎます。", seen)
    service.confirm_payment(ana, contract, only(contract), version=only(contract).version)
    assert contract.state is ContractState.COMPLETED
    with pytest.raises(NotAllowed):
        service.report_payment(cleo, contract, only(contract), TODAY, REWARD_YEN, only(contract).version)


def test_what_has_not_arrived_is_due_again(ana: Member, cleo: Member, contract: Contract) -> None:
    pay_on = only(contract).pay_on
    service.report_payment(cleo, contract, only(contract), TODAY, REWARD_YEN)
    assert contract.next_on is None
    for actor, reason, refusal in ((cleo, "違います。", NotAllowed), (ana, "", Invalid)):
        with pytest.raises(refusal):
            service.dispute_payment(actor, contract, only(contract), reason, only(contract).version)
    service.dispute_payment(ana, contract, only(contract), "まだ届いていません。", only(contract).version)
    assert (contract.state, contract.next_on, contract.paid_yen) == (ContractState.ACCEPTED, pay_on, None)
    entry = queries.newest_entry(contract, EntryKind.PAYMENT_DISPUTED)
    assert entry is not None
    assert (entry.body, entry.data["paid_yen"]) == ("まだ届いていません。", REWARD_YEN)
    # The worker's own word of what came settles it, too.
    service.confirm_payment(ana, contract, only(contract), TODAY, 100_000)
    assert (contract.state, contract.paid_yen) == (ContractState.COMPLETED, 100_000)
