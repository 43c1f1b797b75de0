"""Doing the work: words, delivery, revision, acceptance, payment, completion, and what the clock does by itself."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from time_machine import TimeMachineFixture

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.attachments import Attachment, examine
from marketplace.contracts import queries, service
from marketplace.contracts.models import (
    Contract,
    ContractState,
    Delivery,
    DeliveryState,
    EntryKind,
    MilestoneState,
    PayRule,
    ReminderKind,
)
from marketplace.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from marketplace.events.kinds import EventKind
from marketplace.events.models import Event
from tests.factories.contracts import REWARD_YEN, ContractFactory
from tests.factories.teams import TeamFactory
from tests.marketplace.uploads import picture

pytestmark = pytest.mark.usefixtures("session")

MONDAY = datetime(2026, 11, 2, 1, tzinfo=UTC)
"""Ten in the morning in Tokyo."""
PARTS = [
    {"title": "前半", "due_on": "2026-11-09", "amount_yen": 50_000},
    {"title": "後半", "due_on": "2026-11-16", "amount_yen": 70_000},
]
ONCE = "once-of-the-form-{}"


@pytest.fixture(autouse=True)
def on_monday(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(MONDAY, tick=False)


def delivered(worker: Member, contract: Contract, number: int = 1, place: int | None = None) -> Delivery:
    milestones = queries.milestones_of(contract)
    part = milestones[place] if place is not None else None
    service.deliver(worker, contract, ONCE.format(number), "納品します。", milestone=part)
    return queries.course_of(contract).deliveries[-1]


def kinds(contract: Contract) -> list[EntryKind]:
    return [each.kind for each in queries.timeline_of(contract).rows]


def events_of(contract: Contract) -> list[EventKind]:
    return list(db.db.session.scalars(select(Event.kind).where(Event.contract_id == contract.id).order_by(Event.id)))


def a_file(name: str = "訳文.jpg") -> Attachment:
    return examine(name, picture())


def test_the_whole_way_from_delivery_to_contacts(ana: Member, cleo: Member, make_contract: ContractFactory) -> None:
    contract = make_contract(cleo, ana)
    delivery = delivered(ana, contract)
    assert (contract.state, delivery.received_on, delivery.inspect_by) == (
        ContractState.DELIVERED,
        date(2026, 11, 2),
        date(2026, 11, 9),
    )
    # Thirty days, the day of receipt being the first, and sixty at most by the law.
    assert (delivery.pay_on, delivery.pay_limit_on) == (date(2026, 12, 1), date(2026, 12, 31))
    assert contract.next_on == date(2026, 11, 9)
    service.accept(cleo, contract, delivery)
    assert (contract.state, contract.next_on) == (ContractState.ACCEPTED, date(2026, 12, 1))
    service.report_payment(cleo, contract, delivery, date(2026, 11, 2), REWARD_YEN)
    assert (contract.state, contract.paid_on, contract.paid_yen) == (ContractState.PAID, date(2026, 11, 2), REWARD_YEN)
    service.confirm_payment(ana, contract, delivery)
    assert (contract.state, contract.next_on) == (ContractState.COMPLETED, None)
    assert contract.completed_at == contract.ended_at == MONDAY
    expected = ["delivery", "acceptance", "payment", "payment_received", "completed"]
    assert kinds(contract) == expected
    assert events_of(contract) == [
        EventKind.CONTRACT_DELIVERED,
        EventKind.CONTRACT_ACCEPTED,
        EventKind.CONTRACT_PAID,
        EventKind.CONTRACT_COMPLETED,
    ]


def test_a_delivery_may_be_sent_back_as_often_as_agreed(
    ana: Member, cleo: Member, make_contract: ContractFactory, time_machine: TimeMachineFixture
) -> None:
    contract = make_contract(cleo, ana, revision_limit=1)
    first = delivered(ana, contract)
    with pytest.raises(Invalid):
        service.revise(cleo, contract, first, "")
    service.revise(cleo, contract, first, "3章の用語が、用語集と違っています。")
    assert (contract.state, first.state) == (ContractState.ACTIVE, DeliveryState.REVISION)
    time_machine.move_to(MONDAY + timedelta(days=2), tick=False)
    second = delivered(ana, contract, 2)
    assert (second.number, second.received_on) == (2, date(2026, 11, 4))
    with pytest.raises(Conflict, match="回数に達しています"):
        service.revise(cleo, contract, second, "もう一度お願いします。")
    with pytest.raises(Conflict):
        service.accept(cleo, contract, first)
    service.accept(cleo, contract, second)
    assert contract.state is ContractState.ACCEPTED


def test_nothing_is_sent_back_after_the_inspection(
    ana: Member, cleo: Member, make_contract: ContractFactory, time_machine: TimeMachineFixture
) -> None:
    contract = make_contract(cleo, ana)
    delivery = delivered(ana, contract)
    time_machine.move_to(MONDAY + timedelta(days=7), tick=False)
    service.tend(0, {"id": contract.id})
    assert delivery.state is DeliveryState.WAITING
    time_machine.move_to(MONDAY + timedelta(days=8), tick=False)
    with pytest.raises(Conflict, match="検査の期日を過ぎた"):
        service.revise(cleo, contract, delivery, "直してください。")
    for _time in range(2):
        service.tend(0, {"id": contract.id})
    assert (delivery.state, delivery.is_deemed, contract.state) == ("accepted", True, "accepted")
    entries = queries.timeline_of(contract).rows
    assert [(each.kind, each.author_id) for each in entries][-1] == ("acceptance", None)
    assert events_of(contract).count(EventKind.CONTRACT_ACCEPTED) == 1


def test_without_an_inspection_receipt_is_acceptance(ana: Member, cleo: Member, make_contract: ContractFactory) -> None:
    contract = make_contract(cleo, ana, inspection_days=0)
    delivery = delivered(ana, contract)
    assert (delivery.inspect_by, delivery.state, contract.state) == (None, "accepted", "accepted")


def test_what_was_taken_back_runs_no_more(ana: Member, cleo: Member, make_contract: ContractFactory) -> None:
    contract = make_contract(cleo, ana)
    delivery = delivered(ana, contract)
    service.take_back(ana, contract, delivery)
    assert (contract.state, delivery.state, contract.next_on) == ("active", "withdrawn", date(2026, 11, 16))
    with pytest.raises(Conflict):
        service.take_back(ana, contract, delivery)


def test_milestones_are_delivered_accepted_and_paid_one_by_one(
    ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    contract = make_contract(cleo, ana, milestones=PARTS)
    with pytest.raises(Conflict):
        service.deliver(ana, contract, ONCE.format(9), "全部です。")
    first = delivered(ana, contract, 1, 0)
    assert (first.amount_yen, contract.state) == (50_000, ContractState.ACTIVE)
    assert [each.state for each in queries.milestones_of(contract)] == ["delivered", "planned"]
    service.accept(cleo, contract, first)
    service.report_payment(cleo, contract, first, date(2026, 11, 2), 50_000)
    service.confirm_payment(ana, contract, first)
    assert (contract.state, events_of(contract)[-1]) == (ContractState.ACTIVE, EventKind.CONTRACT_WRITTEN)
    second = delivered(ana, contract, 2, 1)
    assert contract.state is ContractState.DELIVERED
    service.revise(cleo, contract, second, "最後の章がありません。")
    assert contract.state is ContractState.ACTIVE
    third = delivered(ana, contract, 3, 1)
    service.accept(cleo, contract, third)
    assert contract.state is ContractState.ACCEPTED
    assert {each.state for each in queries.milestones_of(contract)} == {MilestoneState.ACCEPTED}
    service.confirm_payment(ana, contract, third, date(2026, 11, 2), 70_000)
    assert (contract.state, contract.paid_yen) == (ContractState.COMPLETED, 120_000)


def test_a_new_version_keeps_what_was_delivered(ana: Member, cleo: Member, make_contract: ContractFactory) -> None:
    contract = make_contract(cleo, ana, milestones=PARTS)
    delivered(ana, contract, 1, 0)
    terms = queries.course_of(contract).terms
    later = type(terms)(milestones=[PARTS[0], {"title": "残り", "due_on": "2026-12-01", "amount_yen": 80_000}])
    service.begin(contract, later)
    assert [(each.title, each.state) for each in queries.milestones_of(contract)] == [
        ("前半", "delivered"),
        ("後半", "dropped"),
        ("残り", "planned"),
    ]


@pytest.mark.parametrize("rule", [{"pay_rule": PayRule.MONTHLY, "pay_closing_day": 31, "pay_months": 1, "pay_day": 25}])
def test_the_day_of_payment_follows_the_terms(
    ana: Member, cleo: Member, make_contract: ContractFactory, rule: dict[str, object]
) -> None:
    contract = make_contract(cleo, ana, **rule)
    assert delivered(ana, contract).pay_on == date(2026, 12, 25)


def test_words_notes_and_files_are_there_once(ana: Member, cleo: Member, make_contract: ContractFactory) -> None:
    contract = make_contract(cleo, ana)
    numbers = {service.write(cleo, contract, EntryKind.MESSAGE, "よろしく", ONCE, [a_file()]) for _time in range(2)}
    service.write(ana, contract, EntryKind.REPORT, "1章まで終わりました。", ONCE)
    assert len(numbers) == 1
    assert kinds(contract) == ["message", "report"]
    files = queries.files_of(queries.timeline_of(contract).rows)
    assert [file.name for file in files[numbers.pop()]] == ["訳文.jpg"]
    with pytest.raises(Invalid):
        service.write(ana, contract, EntryKind.MESSAGE, "", "another-once-of-a-form")
    with pytest.raises(Invalid):
        service.write(ana, contract, EntryKind.COMPLETED, "終わり", "another-once-of-a-form")
    with pytest.raises(Invalid, match="5個まで"):
        service.write(ana, contract, EntryKind.MESSAGE, "資料", "a-third-once-of-a-form", [a_file()] * 6)


def test_a_warning_comes_before_the_day(
    ana: Member, cleo: Member, make_contract: ContractFactory, time_machine: TimeMachineFixture
) -> None:
    contract = make_contract(cleo, ana)
    with pytest.raises(Invalid, match="いまの期日より後"):
        service.warn(ana, contract, date(2026, 11, 16), "直前になりそうです。", ONCE.format(1))
    service.warn(ana, contract, date(2026, 11, 18), "直前になりそうです。", ONCE.format(2))
    warning = queries.newest_entry(contract, EntryKind.LATE)
    assert warning is not None
    assert (warning.data["due_on"], warning.data["new_due_on"]) == ("2026-11-16", "2026-11-18")
    assert contract.next_on in (None, date(2026, 11, 16))
    time_machine.move_to(datetime(2026, 11, 17, 1, tzinfo=UTC), tick=False)
    with pytest.raises(Invalid, match="期日を過ぎています"):
        service.warn(ana, contract, date(2026, 11, 20), "まだです。", ONCE.format(3))


def test_a_receipt_says_when_the_work_begins(ana: Member, cleo: Member, make_contract: ContractFactory) -> None:
    contract = make_contract(cleo, ana)
    with pytest.raises(Invalid):
        service.acknowledge(ana, contract, ONCE, date(2026, 11, 1))
    service.acknowledge(ana, contract, ONCE, date(2026, 11, 2))
    entry = queries.newest_entry(contract, EntryKind.RECEIPT)
    assert entry is not None
    assert entry.data == {"starts_on": "2026-11-02"}


def test_only_the_right_party_does_it(ana: Member, ben: Member, cleo: Member, make_contract: ContractFactory) -> None:
    contract = make_contract(cleo, ana)
    refused: list[Callable[[], object]] = [
        lambda: service.deliver(cleo, contract, ONCE, "納品"),
        lambda: service.write(ben, contract, EntryKind.MESSAGE, "やあ", ONCE),
        lambda: service.warn(cleo, contract, date(2026, 12, 1), "遅れます", ONCE),
        lambda: service.acknowledge(cleo, contract, ONCE),
    ]
    delivery = delivered(ana, contract)
    refused += [
        lambda: service.accept(ana, contract, delivery),
        lambda: service.revise(ana, contract, delivery, "直します"),
        lambda: service.take_back(cleo, contract, delivery),
        lambda: service.report_payment(ana, contract, delivery, date(2026, 11, 2), 1),
        lambda: service.confirm_payment(cleo, contract, delivery),
    ]
    for deed in refused:
        with pytest.raises(NotAllowed):
            deed()
    with pytest.raises(NotFound):
        queries.get_for(ben, contract.id)


def test_members_with_a_share_read_and_write_but_do_not_deliver(
    ana: Member, ben: Member, cleo: Member, make_contract: ContractFactory, make_team: TeamFactory
) -> None:
    team = make_team("tea", ana, ben)
    contract = make_contract(cleo, ana, team=team, shares={ana: 60, ben: 40})
    assert queries.get_for(ben, contract.id) == contract
    service.write(ben, contract, EntryKind.REPORT, "2章を訳しています。", ONCE)
    with pytest.raises(NotAllowed):
        service.deliver(ben, contract, ONCE, "納品")


@pytest.mark.parametrize(("day", "yen"), [(date(2026, 11, 3), 1), (date(2026, 10, 1), 1), (date(2026, 11, 2), 0)])
def test_a_payment_that_cannot_be_is_refused(
    ana: Member, cleo: Member, make_contract: ContractFactory, day: date, yen: int
) -> None:
    contract = make_contract(cleo, ana, ContractState.ACCEPTED)
    (delivery,) = queries.course_of(contract).unpaid
    with pytest.raises(Invalid):
        service.report_payment(cleo, contract, delivery, day, yen)


def test_a_payment_nobody_reported_needs_day_and_amount(
    ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    contract = make_contract(cleo, ana, ContractState.ACCEPTED)
    (delivery,) = queries.course_of(contract).unpaid
    with pytest.raises(Invalid):
        service.confirm_payment(ana, contract, delivery)
    service.confirm_payment(ana, contract, delivery, date(2026, 11, 2), 1_000)
    assert contract.state is ContractState.COMPLETED
    with pytest.raises(DomainError):
        service.confirm_payment(ana, contract, delivery)


def test_everybody_is_reminded_once_before_each_day(
    ana: Member, cleo: Member, make_contract: ContractFactory, time_machine: TimeMachineFixture
) -> None:
    contract = make_contract(cleo, ana)
    service.settle(contract)
    told = []
    for day in range(20):
        time_machine.move_to(MONDAY + timedelta(days=day), tick=False)
        for _time in range(2):
            service.tend(0, {"id": contract.id})
        told.append(events_of(contract).count(EventKind.CONTRACT_REMINDED))
    assert told[:8] == [0] * 7 + [1]
    assert told[10:16] == [1, 2, 2, 3, 4, 4]
    kept = queries.reminded_of(contract)
    assert kept == {(ReminderKind.DUE, date(2026, 11, 16), days) for days in (0, 1, 3, 7)}


def test_the_clock_looks_after_every_contract_whose_day_is_near(
    ana: Member, cleo: Member, make_contract: ContractFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    near = [make_contract(cleo, ana, due_on=date(2026, 11, 5)) for _number in range(3)]
    for contract in [*near, make_contract(cleo, ana, due_on=date(2027, 1, 5))]:
        service.settle(contract)
    asked: list[int] = []
    monkeypatch.setattr("marketplace.contracts.queries.doing.MOST_DUE", 2)
    monkeypatch.setattr("marketplace.outbox.put", lambda topic, payload: asked.append(payload["id"]))
    service.tend_all()
    assert sorted(asked) == sorted(each.id for each in near)
