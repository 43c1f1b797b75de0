"""Two agree to one version of the terms, or do not; of several answers one counts, and what is agreed never changes."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import IntegrityError

from marketplace.accounts.models import Member
from marketplace.contracts import queries, service
from marketplace.contracts.items import Items, Part
from marketplace.contracts.models import (
    Contract,
    ContractEntry,
    ContractShare,
    ContractState,
    ContractTerms,
    EndingCause,
    EntryKind,
    MilestoneState,
    TermsState,
    Withholding,
)
from marketplace.contracts.service import NOTICE, Opening
from marketplace.contracts.service.doing_ending import Wish
from marketplace.db import db
from marketplace.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.events.kinds import EventKind
from marketplace.events.models import Event
from marketplace.follows import service as follows
from marketplace.outbox import Errand
from marketplace.payouts.models import Entity, PayeeDetails, TaxStatus
from marketplace.payouts.models import Withholding as Declared
from marketplace.teams import service as teams
from tests.factories.teams import TeamFactory
from tests.marketplace.contracts.agreeing import (
    agreed,
    confirm_all,
    in_days,
    items,
    new_once,
    proposed,
    shares_of,
    waiting,
)

session = pytest.mark.usefixtures("session")


def kinds_of(contract: Contract) -> list[EventKind]:
    question = select(Event.kind).where(Event.contract_id == contract.id).order_by(Event.id)
    return list(db.session.scalars(question))


@session
def test_what_one_proposes_the_other_agrees_to_and_the_work_begins(ana: Member, ben: Member) -> None:
    contract = proposed(ana, ben)
    assert (contract.state, contract.terms_number, waiting(contract).client_agreed_at is not None) == (
        ContractState.PROPOSED, None, True,
    )  # fmt: skip
    terms = waiting(contract)
    service.agree(ben, contract, terms)
    assert (contract.state, contract.terms_number) == (ContractState.ACTIVE, 1)
    assert contract.started_at == terms.agreed_at == terms.worker_agreed_at
    assert contract.next_on == in_days(30)
    assert kinds_of(contract) == [EventKind.CONTRACT_PROPOSED, EventKind.TERMS_AGREED]
    assert db.session.scalars(select(Errand).where(Errand.topic == NOTICE)).one().payload == {"terms": terms.id}
    told = select(ContractEntry.data).where(ContractEntry.kind == EntryKind.TERMS).order_by(ContractEntry.id)
    assert db.session.scalars(told).all() == [
        {"number": 1, "state": "proposed"},
        {"number": 1, "state": "agreed"},
    ]


@session
def test_sending_twice_sends_once(ana: Member, ben: Member) -> None:
    once, opening = new_once(), Opening(title="翻訳", worker=ben)
    first = service.propose(ana, opening, items(), once)
    assert service.propose(ana, opening, items(), once).id == first.id
    contract = queries.get_for(ben, first.id)
    again = new_once()
    number = service.change(ben, contract, items(amount_yen=150_000), again).number
    assert service.change(ben, contract, items(amount_yen=150_000), again).number == number == 2


@session
def test_nobody_works_for_themselves_nor_for_whom_they_do_not_want_to_know(ana: Member, ben: Member) -> None:
    with pytest.raises(NotAllowed):
        service.propose(ana, Opening(title="翻訳", worker=ana), items(), new_once())
    follows.block(ben, ana)
    with pytest.raises(NotAllowed):
        service.propose(ana, Opening(title="翻訳", worker=ben), items(), new_once())


@session
def test_who_proposed_cannot_agree_nor_can_a_third(ana: Member, ben: Member, cleo: Member) -> None:
    contract = proposed(ana, ben)
    for stranger in (ana, cleo):
        with pytest.raises(NotAllowed):
            service.agree(stranger, contract, waiting(contract))
    with pytest.raises(NotAllowed):
        service.withdraw(ben, contract, waiting(contract))


@session
def test_a_counter_takes_the_place_of_what_was_proposed(ana: Member, ben: Member) -> None:
    contract = proposed(ana, ben)
    first = waiting(contract)
    second = service.change(ben, contract, items(amount_yen=150_000, change_reason="分量が多いため"), new_once())
    assert (first.state, second.number) == (TermsState.REPLACED, 2)
    with pytest.raises(Conflict):
        service.agree(ben, contract, first)
    service.agree(ana, contract, waiting(contract))
    assert (contract.terms_number, second.state) == (2, TermsState.AGREED)
    found = queries.find_in_force(contract)
    assert found is not None
    assert found.amount_yen == 150_000


@session
def test_refusing_or_taking_back_the_first_terms_ends_the_contract(ana: Member, ben: Member) -> None:
    refused, taken = proposed(ana, ben), proposed(ana, ben)
    service.refuse(ben, refused, waiting(refused))
    service.withdraw(ana, taken, waiting(taken))
    assert (refused.state, taken.state) == (ContractState.REFUSED, ContractState.WITHDRAWN)
    assert kinds_of(refused)[-1] is EventKind.CONTRACT_REFUSED
    assert kinds_of(taken)[-1] is EventKind.CONTRACT_WITHDRAWN
    with pytest.raises(NotAllowed):
        service.change(ana, refused, items(), new_once())


@session
def test_nothing_is_kept_back_of_what_a_worker_is_paid_as_a_corporation(ana: Member, ben: Member) -> None:
    taxed = {"tax_status": TaxStatus.TAXABLE, "withholding": Declared.NONE}
    db.session.add(PayeeDetails(member_id=ben.id, entity=Entity.CORPORATION, **taxed))
    db.session.flush()
    with pytest.raises(Invalid, match="法人への報酬は源泉徴収をしません"):
        proposed(ana, ben)
    assert agreed(ana, ben, withholding=Withholding.NOT_SUBJECT).state is ContractState.ACTIVE


@session
def test_a_change_that_is_taken_back_is_told(ana: Member, ben: Member) -> None:
    contract = agreed(ana, ben)
    service.change(ana, contract, items(amount_yen=130_000), new_once())
    service.withdraw(ana, contract, waiting(contract))
    assert (contract.state, kinds_of(contract)[-1]) == (ContractState.ACTIVE, EventKind.CONTRACT_WITHDRAWN)


@session
def test_a_change_that_is_refused_leaves_what_was_agreed(ana: Member, ben: Member) -> None:
    contract = agreed(ana, ben)
    change = service.change(ana, contract, items(amount_yen=130_000), new_once())
    service.refuse(ben, contract, waiting(contract))
    assert (contract.state, contract.terms_number, change.state) == (ContractState.ACTIVE, 1, TermsState.REFUSED)
    service.change(ana, contract, items(amount_yen=140_000), new_once())
    service.agree(ben, contract, waiting(contract))
    assert (contract.state, contract.terms_number) == (ContractState.ACTIVE, 3)
    # Nothing can be changed once it was delivered.
    service.change(ana, contract, items(), new_once())
    contract.state = ContractState.DELIVERED
    db.session.flush()
    with pytest.raises(Conflict):
        service.agree(ben, contract, waiting(contract))


@session
def test_terms_that_wait_while_everything_is_delivered_are_refused_or_taken_back(ana: Member, ben: Member) -> None:
    contract = agreed(ana, ben)
    service.change(ana, contract, items(amount_yen=150_000), new_once())
    service.deliver(ben, contract, new_once(), "できました。")
    with pytest.raises(Conflict, match="いまは変えられません"):
        service.agree(ben, contract, waiting(contract))
    service.refuse(ben, contract, waiting(contract))
    assert (contract.state, contract.terms_number) == (ContractState.DELIVERED, 1)
    other = agreed(ana, ben)
    service.change(ana, other, items(amount_yen=150_000), new_once())
    service.deliver(ben, other, new_once(), "できました。")
    service.withdraw(ana, other, waiting(other))
    assert other.state is ContractState.DELIVERED


@session
def test_no_terms_wait_in_a_contract_that_is_over(ana: Member, ben: Member) -> None:
    contract = agreed(ana, ben)
    version = service.change(ana, contract, items(amount_yen=150_000), new_once())
    service.deliver(ben, contract, new_once(), "できました。")
    delivery = queries.course_of(contract).deliveries[0]
    service.accept(ana, contract, delivery)
    service.report_payment(ana, contract, delivery, in_days(0), 120_000)
    assert version.state is TermsState.PROPOSED
    service.confirm_payment(ben, contract, delivery)
    assert (contract.state, version.state) == (ContractState.COMPLETED, TermsState.WITHDRAWN)
    other = agreed(ana, ben)
    version = service.change(ana, other, items(amount_yen=150_000), new_once())
    service.end(ana, other, Wish(EndingCause.CLIENT, "事業をやめるため"))
    assert (other.state, version.state) == (ContractState.ENDED, TermsState.WITHDRAWN)


@session
def test_terms_whose_days_are_over_are_not_agreed_to(ana: Member, ben: Member) -> None:
    contract = proposed(ana, ben)
    db.session.execute(update(ContractTerms).values(due_on=in_days(-1)))
    db.session.expire(waiting(contract))
    with pytest.raises(Conflict, match="条件の変更を提案してください"):
        service.agree(ben, contract, waiting(contract))


@session
def test_milestones_follow_the_terms_and_what_was_delivered_stays(ana: Member, ben: Member) -> None:
    first, second = (
        Part(title="前半", due_on=in_days(10), amount_yen=50_000),
        Part(title="後半", due_on=in_days(30), amount_yen=70_000),
    )
    contract = agreed(ana, ben, milestones=(first, second))
    found = queries.milestones_of(contract)
    assert [(each.title, each.due_on, each.amount_yen) for each in found] == [
        ("前半", in_days(10), 50_000),
        ("後半", in_days(30), 70_000),
    ]
    assert contract.next_on == in_days(10)
    found[0].state = MilestoneState.DELIVERED
    db.session.flush()
    with pytest.raises(Invalid):
        service.change(
            ana, contract, items(milestones=(replace(first, amount_yen=40_000), replace(second, amount_yen=80_000))),
            new_once(),
        )  # fmt: skip
    later = replace(second, due_on=in_days(40))
    service.change(ben, contract, items(due_on=in_days(40), milestones=(first, later)), new_once())
    service.agree(ana, contract, waiting(contract))
    states = [(each.title, each.due_on, each.state) for each in queries.milestones_of(contract)]
    assert states == [
        ("前半", in_days(10), MilestoneState.DELIVERED),
        ("後半", in_days(30), MilestoneState.DROPPED),
        ("後半", in_days(40), MilestoneState.PLANNED),
    ]


@session
def test_a_team_is_spoken_for_by_its_owner_and_its_shares_make_one_whole(
    ana: Member, ben: Member, cleo: Member, make_team: TeamFactory
) -> None:
    team = make_team("kaki", ben, cleo)
    with pytest.raises(NotAllowed):
        service.propose(ana, Opening(title="翻訳", worker=cleo, team=team), items(), new_once())
    for shares in (shares_of((ben, 60), (cleo, 39)), shares_of((cleo, 100)), shares_of((ben, 50), (ana, 50))):
        with pytest.raises(Invalid):
            proposed(ana, ben, team, shares=shares)
    contract = agreed(ana, ben, team, shares=shares_of((ben, 60), (cleo, 40)))
    assert [each.percent for each in waiting_or_agreed(contract).shares] == [60, 40]
    assert queries.get_for(cleo, contract.id).id == contract.id
    assert queries.broken_shares() == []


def waiting_or_agreed(contract: Contract) -> ContractTerms:
    return queries.find_proposed(contract) or queries.get_terms(contract, contract.terms_number or 1)


@session
def test_who_left_the_team_meanwhile_is_not_agreed_for(
    ana: Member, ben: Member, cleo: Member, make_team: TeamFactory
) -> None:
    team = make_team("kaki", ben, cleo)
    contract = proposed(ana, ben, team, shares=shares_of((ben, 60), (cleo, 40)))
    confirm_all(contract)
    teams.leave(cleo, team)
    with pytest.raises(Conflict):
        service.agree(ben, contract, waiting(contract))


@session
def test_a_block_takes_back_what_waits_and_leaves_what_was_agreed(ana: Member, ben: Member) -> None:
    open_one, running = proposed(ana, ben), agreed(ana, ben)
    follows.block(ben, ana)
    with pytest.raises(NotFound):
        service.agree(ben, open_one, waiting(open_one))
    service.end_between(ana.id, ben.id)
    assert (open_one.state, running.state) == (ContractState.WITHDRAWN, ContractState.ACTIVE)


@session
@pytest.mark.parametrize(
    "deed",
    [
        lambda terms: update(ContractTerms).where(ContractTerms.id == terms.id).values(amount_yen=1),
        lambda terms: delete(ContractTerms).where(ContractTerms.id == terms.id),
        lambda terms: update(ContractShare).where(ContractShare.terms_id == terms.id).values(percent=1),
        lambda terms: delete(ContractShare).where(ContractShare.terms_id == terms.id),
    ],
)
def test_the_database_refuses_to_change_what_was_agreed(
    deed: Callable[[ContractTerms], object], ana: Member, ben: Member, cleo: Member, make_team: TeamFactory
) -> None:
    contract = agreed(ana, ben, make_team("kaki", ben, cleo), shares=shares_of((ben, 60), (cleo, 40)))
    terms = queries.get_terms(contract, 1)
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(deed(terms))  # type: ignore[call-overload]
    assert Items.of(queries.get_terms(contract, 1)).amount_yen == 120_000


@session
def test_nobody_is_added_to_the_shares_of_what_was_agreed(
    ana: Member, ben: Member, cleo: Member, make_member: Callable[[str], Member], make_team: TeamFactory
) -> None:
    contract = agreed(ana, ben, make_team("kaki", ben, cleo), shares=shares_of((ben, 60), (cleo, 40)))
    late = ContractShare(terms_id=queries.get_terms(contract, 1).id, member_id=make_member("late").id, percent=1)
    late.position = 9
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.add(late)


@session
@pytest.mark.parametrize(
    "empty",
    [
        {"scope": "''"}, {"client_name": "''"}, {"worker_name": "''"}, {"due_on": "NULL"}, {"amount_yen": "0"},
        {"amount_yen": "1000000001"}, {"pay_day": "NULL"}, {"pay_rule": "'after_receipt'"}, {"pay_months": "3"},
        {"is_remote": "false"}, {"is_re_entrusted": "true"}, {"reward_kind": "'hourly'"},
        {"state": "'agreed'"}, {"inspection_days": "61"},
    ],
)  # fmt: skip
def test_the_database_refuses_terms_in_which_something_is_missing(
    empty: dict[str, str], ana: Member, ben: Member
) -> None:
    proposed(ana, ben)
    name, value = next(iter(empty.items()))
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(text(f"UPDATE contract_terms SET {name} = {value}"))
