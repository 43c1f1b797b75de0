"""Thirty at once: one delivery, one answer to it, one payment, one end."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.clock import today
from marketplace.contracts import queries, service
from marketplace.contracts.models import (
    Contract,
    ContractEnding,
    ContractEntry,
    ContractState,
    Delivery,
    DeliveryState,
    EndingCause,
    EntryKind,
)
from marketplace.contracts.service.doing_ending import Wish
from tests.factories.contracts import ContractFactory
from tests.marketplace.teams.test_races import TIMES, count, outcome
from tests.races import at_once

pytestmark = pytest.mark.real_commits

ONE_WINS = ["Conflict"] * (TIMES - 1) + ["done"]


def race(app: Flask, deed: Callable[[int], object]) -> list[str]:
    return at_once(outcome(app, deed), TIMES)


def state_of(app: Flask, contract: Contract) -> ContractState:
    with app.app_context():
        return db.db.session.get_one(Contract, contract.id).state


def won(found: list[str]) -> None:
    """One was first; who came later is refused, whether the deed is over by then or only going on."""
    assert found.count("done") == 1
    assert set(found) <= {"done", "Conflict", "NotAllowed"}


def test_thirty_deliveries_are_one(app: Flask, ana: Member, cleo: Member, make_contract: ContractFactory) -> None:
    contract = make_contract(cleo, ana)
    found = race(app, lambda n: service.deliver(ana, queries.get_for(ana, contract.id), f"once-of-form-{n}", "納品"))
    won(found)
    assert (count(app, Delivery), count(app, ContractEntry)) == (1, 1)


def test_accepting_revising_and_taking_back_have_one_winner(
    app: Flask, ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    contract = make_contract(cleo, ana, ContractState.DELIVERED)

    def answer(turn: int) -> None:
        own = queries.get_for(ana, contract.id)
        (delivery,) = queries.course_of(own).deliveries
        if turn % 3 == 0:
            service.accept(cleo, own, delivery)
        elif turn % 3 == 1:
            service.revise(cleo, own, delivery, "直してください。")
        else:
            service.take_back(ana, own, delivery)

    won(race(app, answer))
    assert count(app, Delivery, Delivery.state == DeliveryState.WAITING) == 0
    assert count(app, ContractEntry) == 1


def test_one_payment_is_reported_and_one_confirmed(
    app: Flask, ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    contract = make_contract(cleo, ana, ContractState.ACCEPTED)

    def pay(turn: int) -> None:
        own = queries.get_for(cleo, contract.id)
        (delivery,) = queries.course_of(own).deliveries
        service.report_payment(cleo, own, delivery, today(), 1_000 + turn)

    def receive(turn: int) -> None:
        own = queries.get_for(ana, contract.id)
        (delivery,) = queries.course_of(own).deliveries
        service.confirm_payment(ana, own, delivery)

    won(race(app, pay))
    won(race(app, receive))
    assert state_of(app, contract) is ContractState.COMPLETED
    assert count(app, ContractEntry) == 3


def test_ending_and_delivering_have_one_winner(
    app: Flask, ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    contract = make_contract(cleo, ana)

    def do(turn: int) -> None:
        own = queries.get_for(ana, contract.id)
        if turn % 2:
            service.end(cleo, own, Wish(EndingCause.CLIENT, "予算のため"))
        else:
            service.deliver(ana, own, f"once-of-form-{turn}", "納品")

    won(race(app, do))
    assert count(app, ContractEnding) + count(app, Delivery) == 1


def test_the_clock_and_the_client_accept_once(
    app: Flask, ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    contract = make_contract(cleo, ana, ContractState.DELIVERED, received_on=date(2026, 1, 1))

    def accept(turn: int) -> None:
        own = queries.get_for(cleo, contract.id)
        (delivery,) = queries.course_of(own).deliveries
        if turn % 2:
            service.accept(cleo, own, delivery)
        else:
            service.tend(0, {"id": contract.id})

    race(app, accept)
    assert state_of(app, contract) is ContractState.ACCEPTED
    assert count(app, ContractEntry, ContractEntry.kind == EntryKind.ACCEPTANCE) == 1


def test_thirty_copies_of_a_message_are_one(
    app: Flask, ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    contract = make_contract(cleo, ana)

    def write(turn: int) -> int:
        own = queries.get_for(ana, contract.id)
        return service.write(ana, own, EntryKind.MESSAGE, "よろしくお願いします。", "once-of-the-form")

    assert set(race(app, write)) == {"done"}
    assert count(app, ContractEntry) == 1
