"""Ending early: who may for which cause, with what notice, and what is owed then."""

from datetime import UTC, date, datetime, timedelta

import pytest
from time_machine import TimeMachineFixture

from marketplace.accounts.models import Member
from marketplace.clock import today
from marketplace.contracts import queries, service
from marketplace.contracts.models import Contract, ContractEnding, ContractState, EndingCause, EndingState, EntryKind
from marketplace.contracts.service.doing_ending import Wish
from marketplace.errors import Conflict, Invalid, NotAllowed
from marketplace.waiting import waiting_for
from tests.factories.contracts import REWARD_YEN, ContractFactory
from tests.marketplace.contracts.agreeing import items, new_once, waiting

pytestmark = pytest.mark.usefixtures("session")

MONDAY = datetime(2026, 11, 2, 1, tzinfo=UTC)
TODAY = date(2026, 11, 2)
LONG = {"due_on": None, "starts_on": date(2026, 11, 2), "ends_on": date(2027, 5, 31)}
PARTS = [
    {"title": "前半", "due_on": "2026-11-09", "amount_yen": 50_000},
    {"title": "後半", "due_on": "2026-11-16", "amount_yen": 70_000},
]
ONCE = "once-of-the-form-{}"


@pytest.fixture(autouse=True)
def on_monday(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(MONDAY, tick=False)


def open_ending(contract: Contract) -> ContractEnding:
    found = queries.course_of(contract).ending
    assert found is not None
    return found


def test_both_agree_to_end(ana: Member, cleo: Member, make_contract: ContractFactory) -> None:
    contract = make_contract(cleo, ana)
    wish = Wish(EndingCause.MUTUAL, "企画がなくなったため", owed_yen=30_000)
    assert service.end(cleo, contract, wish) is EndingState.ASKED
    ending = open_ending(contract)
    assert contract.state is ContractState.ACTIVE
    with pytest.raises(NotAllowed):
        service.agree_to_end(cleo, contract, ending)
    service.agree_to_end(ana, contract, ending)
    assert (contract.state, contract.ending_cause, ending.state) == ("ended", "mutual", "done")
    (owed,) = queries.course_of(contract).unpaid
    assert (owed.amount_yen, owed.pay_on, contract.next_on) == (30_000, date(2026, 12, 1), date(2026, 12, 1))
    service.report_payment(cleo, contract, owed, TODAY, 30_000)
    service.confirm_payment(ana, contract, owed)
    assert (contract.state, contract.paid_yen, contract.next_on) == ("ended", 30_000, None)


@pytest.mark.parametrize("answer", ["refused", "withdrawn"])
def test_without_agreement_it_goes_on(ana: Member, cleo: Member, make_contract: ContractFactory, answer: str) -> None:
    contract = make_contract(cleo, ana)
    service.end(cleo, contract, Wish(EndingCause.MUTUAL, "都合がつかないため"))
    ending = open_ending(contract)
    with pytest.raises(Conflict, match="すでに出ています"):
        service.end(ana, contract, Wish(EndingCause.WORKER, "体調のため"))
    if answer == "refused":
        service.refuse_to_end(ana, contract, ending)
    else:
        service.withdraw_ending(cleo, contract, ending)
    assert (ending.state, contract.state, queries.course_of(contract).ending) == (answer, "active", None)


def test_nobody_ends_it_on_the_other_side(ana: Member, cleo: Member, make_contract: ContractFactory) -> None:
    contract = make_contract(cleo, ana)
    with pytest.raises(Invalid):
        service.end(cleo, contract, Wish(EndingCause.WORKER, "納品がないため"))
    with pytest.raises(Invalid):
        service.end(ana, contract, Wish(EndingCause.CLIENT, "連絡がないため"))
    with pytest.raises(Invalid):
        service.end(ana, contract, Wish(EndingCause.WORKER, ""))


def late(contract: Contract, time_machine: TimeMachineFixture, days: int) -> None:
    due_on = queries.course_of(contract).due_on
    assert due_on is not None
    time_machine.move_to(datetime(due_on.year, due_on.month, due_on.day, 1, tzinfo=UTC) + timedelta(days=days))


def test_a_client_ends_because_of_a_worker_who_is_late_and_says_nothing(
    ana: Member, cleo: Member, make_contract: ContractFactory, time_machine: TimeMachineFixture
) -> None:
    contract = make_contract(cleo, ana)
    late(contract, time_machine, 3)
    wish = Wish(EndingCause.WORKER, "連絡がないため")
    with pytest.raises(Invalid, match="以降"):
        service.end(cleo, contract, Wish(EndingCause.WORKER, "連絡がないため", ends_on=today() + timedelta(days=6)))
    assert service.end(cleo, contract, wish) is EndingState.NOTICED
    entry = queries.newest_entry(contract, EntryKind.ENDING)
    assert entry is not None
    assert (entry.data["days_late"], open_ending(contract).ends_on) == (3, today() + timedelta(days=7))
    (matter,) = waiting_for(ana).contracts
    assert (matter.matter, matter.by) == ("ending", today() + timedelta(days=7))
    late(contract, time_machine, 10)
    service.tend(0, {"id": contract.id})
    assert (contract.state, len(waiting_for(ana).contracts)) == ("active", 1)
    late(contract, time_machine, 11)
    with pytest.raises(NotAllowed):
        service.refuse_to_end(ana, contract, open_ending(contract))
    assert waiting_for(ana).contracts == []
    service.tend(0, {"id": contract.id})
    assert (contract.state, contract.ending_cause) == ("ended", "worker")


def sent_back(contract: Contract, ana: Member, cleo: Member, once: str) -> None:
    service.deliver(ana, contract, once, "納品します。")
    service.revise(cleo, contract, queries.course_of(contract).waiting[0], "数字が違います。")


def test_who_delivered_in_time_is_not_late_when_it_is_sent_back(
    ana: Member, cleo: Member, make_contract: ContractFactory, time_machine: TimeMachineFixture
) -> None:
    contract = make_contract(cleo, ana)
    late(contract, time_machine, 0)
    service.deliver(ana, contract, ONCE.format(1), "納品します。")
    late(contract, time_machine, 1)
    service.revise(cleo, contract, queries.course_of(contract).waiting[0], "数字が違います。")
    late(contract, time_machine, 9)
    assert queries.course_of(contract).days_late(today()) == 0
    with pytest.raises(Invalid):
        service.end(cleo, contract, Wish(EndingCause.WORKER, "遅れているため"))


def test_who_delivered_late_is_late_until_that_day_but_for_a_new_one(
    ana: Member, cleo: Member, make_contract: ContractFactory, time_machine: TimeMachineFixture
) -> None:
    contract = make_contract(cleo, ana)
    late(contract, time_machine, 2)
    sent_back(contract, ana, cleo, ONCE.format(1))
    late(contract, time_machine, 9)
    assert queries.course_of(contract).days_late(today()) == 2
    service.change(cleo, contract, items(due_on=today() + timedelta(days=5)), new_once())
    service.agree(ana, contract, waiting(contract))
    assert queries.course_of(contract).days_late(today()) == 0
    late(contract, time_machine, 3)
    assert queries.course_of(contract).days_late(today()) == 3


def test_to_be_late_does_not_shorten_the_notice_of_long_work(
    ana: Member, cleo: Member, make_contract: ContractFactory, time_machine: TimeMachineFixture
) -> None:
    contract = make_contract(cleo, ana, client_has_employees=True, **LONG)
    late(contract, time_machine, 1)
    assert service.end(cleo, contract, Wish(EndingCause.WORKER, "納品がないため")) is EndingState.NOTICED
    assert open_ending(contract).ends_on == today() + timedelta(days=30)


def test_a_worker_objects_to_what_a_client_says_of_them(
    ana: Member, cleo: Member, make_contract: ContractFactory, time_machine: TimeMachineFixture
) -> None:
    contract = make_contract(cleo, ana)
    late(contract, time_machine, 1)
    service.end(cleo, contract, Wish(EndingCause.WORKER, "納品がないため", owed_yen=10_000))
    ending = open_ending(contract)
    with pytest.raises(NotAllowed):
        service.refuse_to_end(cleo, contract, ending)
    service.refuse_to_end(ana, contract, ending)
    assert (ending.state, contract.state) == (EndingState.REFUSED, ContractState.ACTIVE)
    service.end(cleo, contract, Wish(EndingCause.CLIENT, "予算のため"))
    assert contract.state is ContractState.ENDED


def test_nobody_objects_to_what_a_client_ends_for_their_own_reasons(
    ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    contract = make_contract(cleo, ana)
    service.end(cleo, contract, Wish(EndingCause.CLIENT, "予算のため", ends_on=today() + timedelta(days=9)))
    with pytest.raises(NotAllowed):
        service.refuse_to_end(ana, contract, open_ending(contract))
    assert waiting_for(ana).contracts == []


def test_a_worker_ends_at_once_and_what_was_delivered_is_paid(
    ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    contract = make_contract(cleo, ana, milestones=PARTS)
    service.deliver(ana, contract, ONCE.format(1), "前半です。", milestone=queries.milestones_of(contract)[0])
    assert service.end(ana, contract, Wish(EndingCause.WORKER, "体調のため")) is EndingState.DONE
    course = queries.course_of(contract)
    assert contract.state is ContractState.ENDED
    assert [(each.amount_yen, each.is_deemed) for each in course.unpaid] == [(50_000, True)]
    assert [each.state for each in queries.milestones_of(contract)] == ["accepted", "dropped"]


@pytest.mark.parametrize("cause", [EndingCause.WORKER, EndingCause.FORCE_MAJEURE])
def test_no_worker_makes_a_debt_for_the_client_alone(
    ana: Member, cleo: Member, make_contract: ContractFactory, cause: EndingCause
) -> None:
    contract = make_contract(cleo, ana)
    assert service.end(ana, contract, Wish(cause, "都合", owed_yen=1_000_000_000)) is EndingState.ASKED
    assert (contract.state, queries.course_of(contract).deliveries) == (ContractState.ACTIVE, [])
    service.refuse_to_end(cleo, contract, open_ending(contract))
    service.end(ana, contract, Wish(cause, "都合", owed_yen=20_000, ends_on=TODAY + timedelta(days=9)))
    assert open_ending(contract).state is EndingState.ASKED
    service.withdraw_ending(ana, contract, open_ending(contract))
    assert service.end(ana, contract, Wish(cause, "都合")) is EndingState.DONE
    assert queries.course_of(contract).unpaid == []


def test_a_client_promises_a_sum_alone(ana: Member, cleo: Member, make_contract: ContractFactory) -> None:
    contract = make_contract(cleo, ana)
    assert service.end(cleo, contract, Wish(EndingCause.CLIENT, "予算のため", owed_yen=20_000)) is EndingState.DONE
    assert [each.amount_yen for each in queries.course_of(contract).unpaid] == [20_000]


@pytest.mark.parametrize("yen", [0, 20_000])
def test_what_nobody_could_help_is_not_valued_by_the_client_alone(
    ana: Member, cleo: Member, make_contract: ContractFactory, yen: int
) -> None:
    contract = make_contract(cleo, ana)
    wish = Wish(EndingCause.FORCE_MAJEURE, "災害のため", owed_yen=yen)
    assert service.end(cleo, contract, wish) is EndingState.ASKED
    service.agree_to_end(ana, contract, open_ending(contract))
    assert (contract.state, contract.ending_cause) == ("ended", "force_majeure")


@pytest.mark.parametrize("has_employees", [True, False])
def test_a_client_gives_thirty_days_notice_of_long_work(
    ana: Member, cleo: Member, make_contract: ContractFactory, time_machine: TimeMachineFixture, has_employees: bool
) -> None:
    contract = make_contract(cleo, ana, client_has_employees=has_employees, **LONG)
    if not has_employees:
        assert service.end(cleo, contract, Wish(EndingCause.CLIENT, "予算のため")) is EndingState.DONE
        return
    with pytest.raises(Invalid, match="2026年12月2日以降"):
        service.end(cleo, contract, Wish(EndingCause.CLIENT, "予算のため", ends_on=date(2026, 12, 1)))
    assert service.end(cleo, contract, Wish(EndingCause.CLIENT, "予算のため")) is EndingState.NOTICED
    assert (contract.state, contract.next_on) == ("active", date(2026, 12, 2))
    time_machine.move_to(MONDAY + timedelta(days=29), tick=False)
    service.tend(0, {"id": contract.id})
    assert contract.state is ContractState.ACTIVE
    time_machine.move_to(MONDAY + timedelta(days=30), tick=False)
    for _time in range(2):
        service.tend(0, {"id": contract.id})
    assert (contract.state, contract.ending_cause) == ("ended", "client")


def test_what_is_delivered_meanwhile_leaves_nothing_to_end(
    ana: Member, cleo: Member, make_contract: ContractFactory, time_machine: TimeMachineFixture
) -> None:
    contract = make_contract(cleo, ana, client_has_employees=True, **LONG)
    service.end(cleo, contract, Wish(EndingCause.CLIENT, "予算のため"))
    ending = open_ending(contract)
    service.deliver(ana, contract, ONCE.format(1), "すべて終わりました。")
    time_machine.move_to(MONDAY + timedelta(days=30), tick=False)
    service.tend(0, {"id": contract.id})
    assert (contract.state, ending.state) == ("accepted", "withdrawn")


def test_a_client_does_not_end_what_was_delivered(ana: Member, cleo: Member, make_contract: ContractFactory) -> None:
    contract = make_contract(cleo, ana)
    service.deliver(ana, contract, ONCE.format(1), "納品します。")
    with pytest.raises(Conflict, match="双方の合意のほか"):
        service.end(cleo, contract, Wish(EndingCause.CLIENT, "不要になったため"))
    service.end(cleo, contract, Wish(EndingCause.MUTUAL, "不要になったため"))
    service.agree_to_end(ana, contract, open_ending(contract))
    assert [each.amount_yen for each in queries.course_of(contract).unpaid] == [REWARD_YEN]


@pytest.mark.parametrize("state", [ContractState.ACCEPTED, ContractState.COMPLETED, ContractState.PROPOSED])
def test_what_is_accepted_is_only_paid(
    ana: Member, cleo: Member, make_contract: ContractFactory, state: ContractState
) -> None:
    with pytest.raises(NotAllowed):
        service.end(cleo, make_contract(cleo, ana, state), Wish(EndingCause.FORCE_MAJEURE, "災害のため"))


def all_paid(ana: Member, cleo: Member, contract: Contract) -> None:
    """Let the whole be delivered, accepted, paid and confirmed."""
    service.deliver(ana, contract, ONCE.format(1), "納品します。")
    (delivery,) = queries.course_of(contract).deliveries
    service.accept(cleo, contract, delivery)
    service.report_payment(cleo, contract, delivery, TODAY, REWARD_YEN)
    service.confirm_payment(ana, contract, delivery)


@pytest.mark.parametrize("cause", [EndingCause.MUTUAL, EndingCause.CLIENT])
def test_a_wish_to_end_does_not_outlive_what_it_was_to_end(
    ana: Member, cleo: Member, make_contract: ContractFactory, cause: EndingCause
) -> None:
    contract = make_contract(cleo, ana)
    service.end(cleo, contract, Wish(cause, "予算のため", ends_on=TODAY + timedelta(days=20)))
    ending = open_ending(contract)
    all_paid(ana, cleo, contract)
    assert (ending.state, contract.state, contract.next_on) == ("withdrawn", "completed", None)
    assert queries.course_of(contract).ending is None
    told = queries.entries_since(contract, 0)
    assert [each.data["state"] for each in told if each.kind is EntryKind.ENDING].count("lapsed") == 1


def test_what_both_agreed_to_is_not_taken_back_by_one(
    ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    contract = make_contract(cleo, ana)
    service.end(cleo, contract, Wish(EndingCause.MUTUAL, "企画がなくなったため", ends_on=TODAY + timedelta(days=5)))
    ending = open_ending(contract)
    service.agree_to_end(ana, contract, ending)
    assert ending.state is EndingState.NOTICED
    with pytest.raises(NotAllowed):
        service.withdraw_ending(cleo, contract, ending)
    assert queries.course_of(contract).coming[0].day == TODAY + timedelta(days=5)
