"""Who is told of what happens in a contract: both parties and who does a part, never whoever did it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.clock import today
from marketplace.contracts import queries, service
from marketplace.contracts.models import ContractState, EndingCause, ReminderKind
from marketplace.contracts.queries import feeds
from marketplace.contracts.service.doing_ending import Wish
from marketplace.events.kinds import EventKind
from marketplace.follows import service as follows
from marketplace.notifications import queries as notifications
from tests.blueprints.tellings import happen, told
from tests.factories.contracts import ContractFactory
from tests.factories.teams import TeamFactory
from tests.visit import Visitors


@pytest.mark.parametrize(
    ("kind", "member", "hearers"),
    [
        (EventKind.CONTRACT_WRITTEN, "cleo", {"ben", "cleo"}),
        (EventKind.CONTRACT_LATE, "cleo", {"ben", "cleo"}),
        (EventKind.CONTRACT_DELIVERED, "cleo", {"ben", "cleo"}),
        (EventKind.CONTRACT_ACCEPTED, "cleo", {"ben", "cleo"}),
        (EventKind.CONTRACT_ACCEPTED, "", {"ana", "ben", "cleo"}),
        (EventKind.CONTRACT_ENDED, "cleo", {"ben", "cleo"}),
        (EventKind.CONTRACT_ENDED, "", {"ana", "ben", "cleo"}),
        (EventKind.CONTRACT_REMINDED, "cleo", {"cleo"}),
        (EventKind.CONTRACT_REMINDED, "", {"ana", "ben", "cleo"}),
    ],
)
def test_those_who_take_part_are_told(
    app: Flask, drain: Callable[[], int], ana: Member, ben: Member, cleo: Member,
    make_contract: ContractFactory, make_team: TeamFactory, kind: EventKind, member: str, hearers: set[str],
) -> None:  # fmt: skip
    team = make_team("tea", ana, ben)
    contract = make_contract(cleo, ana, team=team, shares={ana: 60, ben: 40})
    people = {"ana": ana, "ben": ben, "cleo": cleo}
    happen(app, kind, ana, people.get(member), contract=contract)
    drain()
    assert {name for name, each in people.items() if told(app, each)} == hearers


def test_a_reminder_says_of_which_day_it_reminds(
    app: Flask, visit: Visitors, drain: Callable[[], int], ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    contract = make_contract(cleo, ana, ContractState.DELIVERED)
    with app.app_context(), db.writing():
        own = queries.get_for(cleo, contract.id)
        service.settle(own)
        service.tend(0, {"id": contract.id})
        db.commit()
    drain()
    page = visit.as_(cleo).open("notifications.index")
    (sentence,) = page.find_all(".notification p")
    assert "取引「取扱説明書の翻訳」の検査の期日は" in sentence
    assert not told(app, ana)


def test_the_client_is_reminded_of_what_is_to_be_decided_until_everything_is_delivered(
    app: Flask, visit: Visitors, drain: Callable[[], int], ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    day = today() + timedelta(days=3)
    late = {"item": "図版の点数", "reason": "原稿がそろっていないため", "decide_by": day.isoformat()}
    contract = make_contract(cleo, ana, due_on=today() + timedelta(days=20), undecided=[late])
    with app.app_context(), db.writing():
        own = queries.get_for(cleo, contract.id)
        service.settle(own)
        service.tend(0, {"id": contract.id})
        days = [(each.kind, each.day) for each in feeds.days_of(ana)]
        db.commit()
    assert days == [("undecided", day), ("due", today() + timedelta(days=20))]
    drain()
    (sentence,) = visit.as_(cleo).open("notifications.index").find_all(".notification p")
    assert "取引「取扱説明書の翻訳」の未定の事項を定める予定の日は" in sentence
    assert not told(app, ana)
    assert "図版の点数" in visit.as_(ana).open("contracts.show", contract_id=contract.id).find_all(".facts")[0]
    with app.app_context(), db.writing():
        own = queries.get_for(ana, contract.id)
        service.deliver(ana, own, "everything-once", "納めます。")
        assert queries.course_of(own).coming[0].kind is ReminderKind.INSPECTION


def test_both_are_reminded_of_the_day_on_which_it_ends(
    app: Flask, visit: Visitors, drain: Callable[[], int], ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    contract = make_contract(cleo, ana, due_on=today() + timedelta(days=60))
    with app.app_context(), db.writing():
        own = queries.get_for(cleo, contract.id)
        service.end(cleo, own, Wish(EndingCause.CLIENT, "予算のため", ends_on=today() + timedelta(days=3)))
        service.tend(0, {"id": contract.id})
        db.commit()
    drain()
    for party in (ana, cleo):
        sentences = visit.as_(party).open("notifications.index").find_all(".notification p")
        assert any("取引「取扱説明書の翻訳」の終了の日は" in each for each in sentences)


def block(app: Flask, blocker: Member, other: Member) -> None:
    with app.app_context(), db.writing():
        follows.block(blocker, other)
        db.commit()


@pytest.mark.parametrize("is_workers", [True, False])
def test_no_block_silences_what_was_agreed(
    app: Flask, visit: Visitors, drain: Callable[[], int], ana: Member, cleo: Member,
    make_contract: ContractFactory, is_workers: bool,
) -> None:  # fmt: skip
    contract = make_contract(cleo, ana)
    block(app, *((ana, cleo) if is_workers else (cleo, ana)))
    with app.app_context(), db.writing():
        service.deliver(ana, queries.get_for(ana, contract.id), "once-of-the-form-1", "納品します。")
        db.commit()
    drain()
    assert len(told(app, cleo)) == 1
    with app.app_context():
        assert notifications.waiting_for(cleo).notifications == 1
        assert len(notifications.mailable(cleo, told(app, cleo))) == 1
    page = visit.as_(cleo).open("notifications.index")
    assert "納品" in page.find_all(".notification p")[0]


def test_a_block_parts_those_who_have_agreed_on_nothing(
    app: Flask, drain: Callable[[], int], ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    contract = make_contract(cleo, ana, ContractState.PROPOSED)
    block(app, ana, cleo)
    happen(app, EventKind.TERMS_PROPOSED, cleo, ana, contract=contract)
    drain()
    assert not told(app, ana)
