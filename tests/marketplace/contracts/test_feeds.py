"""The days of a calendar: one's own, of what is live, at an address that ends when it is renewed."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace import db
from marketplace.accounts.models import Account, Member
from marketplace.clock import now, today
from marketplace.contracts import queries as contracts
from marketplace.contracts import service as doing
from marketplace.contracts.models import CalendarFeed, ContractState, EndingCause
from marketplace.contracts.queries import feeds as queries
from marketplace.contracts.queries.feeds import DayKind
from marketplace.contracts.service import feeds as service
from marketplace.contracts.service.doing_ending import Wish
from marketplace.errors import Conflict, NotFound
from tests.factories.contracts import ContractFactory
from tests.factories.teams import TeamFactory
from tests.races import at_once, committing


@pytest.mark.usefixtures("session")
def test_the_address_is_known_by_its_digest_and_ends_when_it_is_renewed(ana: Member) -> None:
    first = service.renew(ana)
    assert queries.get_reader(first).id == ana.id
    row = queries.find_feed(ana)
    assert row is not None
    assert first not in row.digest
    second = service.renew(ana)
    assert queries.get_reader(second).id == ana.id
    with pytest.raises(NotFound):
        queries.get_reader(first)
    service.revoke(ana)
    service.revoke(ana)
    for wrong in (second, "", "a" * 43, "あ" * 43, f"{second}\n"):
        with pytest.raises(NotFound):
            queries.get_reader(wrong)


@pytest.mark.usefixtures("session")
def test_who_is_suspended_or_has_left_has_no_calendar(ana: Member) -> None:
    secret = service.renew(ana)
    account = db.db.session.get_one(Account, ana.id)
    account.active = False
    db.db.session.flush()
    with pytest.raises(NotFound):
        queries.get_reader(secret)
    account.active, ana.left_at = True, now()
    db.db.session.flush()
    with pytest.raises(NotFound):
        queries.get_reader(secret)


@pytest.mark.usefixtures("session")
def test_what_is_delivered_has_the_days_of_inspection_payment_and_limit(
    ana: Member, ben: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    going_on = make_contract(cleo, ana, due_on=date(2027, 1, 15))
    make_contract(cleo, ana, ContractState.COMPLETED)
    make_contract(cleo, ana, ContractState.PROPOSED)
    delivered = make_contract(cleo, ana, ContractState.DELIVERED)
    days = queries.days_of(ana)
    assert {(each.contract_id, each.kind) for each in days} == {
        (going_on.id, DayKind.DUE),
        *((delivered.id, kind) for kind in (DayKind.INSPECTION, DayKind.PAYMENT, DayKind.LIMIT)),
    }
    by_kind = {each.kind: each for each in days}
    assert by_kind[DayKind.LIMIT].day == today() + timedelta(days=59)
    assert by_kind[DayKind.DUE].day == date(2027, 1, 15)
    assert {each.partner for each in days} == {"Cleo"}
    assert {each.partner for each in queries.days_of(cleo)} == {"Ana"}
    assert queries.days_of(ben) == []
    assert [each.key for each in days] == [each.key for each in queries.days_of(cleo)]


@pytest.mark.usefixtures("session")
def test_milestones_are_days_of_their_own_and_a_team_shares_them(
    ana: Member, ben: Member, cleo: Member, make_contract: ContractFactory, make_team: TeamFactory
) -> None:
    parts = [{"title": f"第{n}部", "due_on": f"2027-01-{10 + n}", "amount_yen": 60_000} for n in (1, 2)]
    make_contract(cleo, ana, team=make_team("kaki", ana, ben), shares={ana: 50, ben: 50}, milestones=parts)
    days = queries.days_of(ben)
    assert [(each.day, each.part, each.partner) for each in days] == [
        (date(2027, 1, 11), "第1部", "Ana"),
        (date(2027, 1, 12), "第2部", "Ana"),
    ]
    assert len({each.key for each in days}) == 2


@pytest.mark.usefixtures("session")
def test_what_is_owed_after_an_early_end_keeps_its_days(
    ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    contract = make_contract(cleo, ana)
    doing.end(cleo, contract, Wish(EndingCause.CLIENT, "予算のため", owed_yen=30_000))
    assert [each.kind for each in queries.days_of(cleo)] == [DayKind.PAYMENT, DayKind.LIMIT]
    (owed,) = contracts.course_of(contract).unpaid
    doing.report_payment(cleo, contract, owed, today(), 30_000)
    assert queries.days_of(cleo) == []


@pytest.mark.usefixtures("session")
def test_the_sequence_grows_with_each_change(ana: Member, cleo: Member, make_contract: ContractFactory) -> None:
    contract = make_contract(cleo, ana)
    (before,) = queries.days_of(ana)
    contract.title = "別の題名"
    db.db.session.flush()
    (after,) = queries.days_of(ana)
    assert after.key == before.key
    assert after.sequence > before.sequence


@pytest.mark.real_commits
def test_of_many_who_renew_at_once_one_address_stands(app: Flask, ana: Member) -> None:
    def tried(number: int) -> str:
        try:
            return committing(app, lambda number: service.renew(db.db.session.get_one(Member, ana.id)))(number)
        except Conflict:
            return ""

    secrets = [secret for secret in at_once(tried) if secret]
    with app.app_context():
        assert len(db.db.session.scalars(select(CalendarFeed)).all()) == 1
        working = []
        for secret in secrets:
            try:
                working.append(queries.get_reader(secret))
            except NotFound:
                continue
        assert len(working) == 1
