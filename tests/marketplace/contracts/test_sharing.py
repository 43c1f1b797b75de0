"""A team's leader shares out what it gets, and nothing is agreed to before each whose share changes takes part."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError

from marketplace import db as database
from marketplace.accounts.models import Member
from marketplace.applications import queries as sent
from marketplace.applications import service as applications
from marketplace.applications.models import Application
from marketplace.clock import now
from marketplace.contracts import drafting, policy, queries, service
from marketplace.contracts.items import Share
from marketplace.contracts.models import Contract, ContractShare, ContractState
from marketplace.contracts.service import Opening
from marketplace.db import db
from marketplace.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from marketplace.events.kinds import EventKind
from marketplace.jobs import service as postings
from marketplace.jobs.models import RewardKind
from marketplace.teams import service as teams
from marketplace.teams.models import Team
from tests.factories.applications import ApplicationFactory
from tests.factories.jobs import JobFactory, whole
from tests.factories.teams import TeamFactory
from tests.marketplace.contracts.agreeing import agreed, items, new_once, proposed, shares_of, waiting
from tests.marketplace.contracts.test_agreeing import kinds_of
from tests.races import at_once, committing

session = pytest.mark.usefixtures("session")
Pairs = tuple[Member, int]


def shared(leader: Member, contract: Contract, *pairs: Pairs) -> dict[str, str]:
    """Let the leader share out; return how each stands."""
    service.share_out(leader, contract, waiting(contract), shares_of(*pairs))
    return standing(contract)


def standing(contract: Contract) -> dict[str, str]:
    return {
        each.member.username: "waits" if each.waits else "holds" if each.holds else "refused"
        for each in waiting(contract).shares
    }


@pytest.fixture
def team(ben: Member, cleo: Member, make_team: TeamFactory) -> Team:
    return make_team("kaki", ben, cleo)


@session
def test_nothing_is_agreed_to_before_the_leader_has_shared_out_and_each_takes_part(
    ana: Member, ben: Member, cleo: Member, team: Team
) -> None:
    contract = proposed(ana, ben, team)
    with pytest.raises(Conflict, match="まだ決まっていません"):
        service.agree(ben, contract, waiting(contract))
    assert shared(ben, contract, (ben, 60), (cleo, 40)) == {"ben": "holds", "cleo": "waits"}
    with pytest.raises(Conflict, match="Cleoさんが、まだ分配を確認していません。"):
        service.agree(ben, contract, waiting(contract))
    service.confirm_share(cleo, contract, waiting(contract))
    service.agree(ben, contract, waiting(contract))
    assert contract.state is ContractState.ACTIVE
    told = [EventKind.SHARE_ASKED, EventKind.SHARES_CONFIRMED, EventKind.TERMS_AGREED]
    assert kinds_of(contract)[1:] == told


@session
def test_a_refusal_sends_the_shares_back_to_the_leader(ana: Member, ben: Member, cleo: Member, team: Team) -> None:
    contract = proposed(ana, ben, team)
    shared(ben, contract, (ben, 60), (cleo, 40))
    service.refuse_share(cleo, contract, waiting(contract))
    assert standing(contract)["cleo"] == "refused"
    with pytest.raises(Conflict):
        service.confirm_share(cleo, contract, waiting(contract))
    with pytest.raises(Conflict):
        service.agree(ben, contract, waiting(contract))
    assert kinds_of(contract)[-1] is EventKind.SHARE_REFUSED
    # Whoever takes no part has nothing to confirm; the contract begins without them.
    assert shared(ben, contract, (ben, 100), (cleo, 0)) == {"ben": "holds"}
    service.agree(ben, contract, waiting(contract))


@session
def test_only_whose_share_changes_is_asked_again(ana: Member, ben: Member, cleo: Member, team: Team) -> None:
    contract = agreed(ana, ben, team, shares=shares_of((ben, 60), (cleo, 40)))
    service.change(ana, contract, items(amount_yen=150_000, shares=shares_of((ben, 60), (cleo, 40))), new_once())
    assert standing(contract) == {"ben": "holds", "cleo": "holds"}
    assert shared(ben, contract, (ben, 70), (cleo, 30))["cleo"] == "waits"
    # Not even by leaving somebody out, who has agreed to a part.
    assert shared(ben, contract, (ben, 100)) == {"ben": "holds", "cleo": "waits"}
    assert shared(ben, contract, (ben, 60), (cleo, 40))["cleo"] == "holds"
    service.agree(ben, contract, waiting(contract))


@session
def test_the_shares_of_an_application_hold_and_others_are_asked_for(
    ana: Member, ben: Member, cleo: Member, team: Team, make_job: JobFactory, make_application: ApplicationFactory
) -> None:
    job = make_job(ana, is_tax_included=False)
    number = make_application(job, ben, team=team, shares={ben: 50, cleo: 50}).id
    applications.join(cleo, sent.get_asked(cleo, number))
    # What the job says later is nothing that who had confirmed by then has read.
    postings.edit(ana, job, whole(reward_min_yen=1_000, is_tax_included=False), job.version)
    applications.accept(ana, sent.get_received(ana, sent.get_job(ana, job.id), number))
    application = db.session.get_one(Application, number)
    opening = Opening(title="翻訳", worker=ben, team=team, application=application)
    applied = tuple(Share(member_id=each.id, percent=50) for each in (ben, cleo))
    contract = service.propose(ana, opening, items(shares=applied, amount_yen=49_999), new_once())
    contract = queries.get_for(ana, contract.id)
    assert standing(contract) == {}
    service.change(ana, contract, items(shares=applied, amount_yen=50_000), new_once())
    assert standing(contract) == {"ben": "holds", "cleo": "holds"}
    # Shares that would ask somebody are not the client's to propose.
    service.change(ana, contract, items(shares=shares_of((ben, 100), (cleo, 0))), new_once())
    assert standing(contract) == {}
    with pytest.raises(Conflict):
        service.agree(ben, contract, waiting(contract))
    assert shared(ben, contract, (ben, 100), (cleo, 0))["cleo"] == "waits"


@session
@pytest.mark.parametrize(
    "worse", [{"amount_yen": 1_000}, {"is_tax_included": True}, {"reward_kind": RewardKind.HOURLY, "formula": "時間"}]
)
def test_a_reward_that_is_cut_is_shared_out_and_asked_for_anew(
    ana: Member, ben: Member, cleo: Member, team: Team, worse: dict[str, Any]
) -> None:
    contract = agreed(ana, ben, team, shares=shares_of((ben, 60), (cleo, 40)))
    anew = items(shares=shares_of((ben, 60), (cleo, 40)))
    service.change(ana, contract, replace(anew, **worse), new_once())
    assert standing(contract) == {}
    assert EventKind.SHARE_ASKED not in kinds_of(contract)[-1:]
    assert shared(ben, contract, (ben, 60), (cleo, 40)) == {"ben": "holds", "cleo": "waits"}
    service.confirm_share(cleo, contract, waiting(contract))
    service.change(ben, contract, replace(anew, **worse | {"amount_yen": 200_000}), new_once())
    assert standing(contract) == {"ben": "holds", "cleo": "holds"}


@session
def test_another_part_for_the_same_share_is_asked_for(ana: Member, ben: Member, cleo: Member, team: Team) -> None:
    contract = agreed(ana, ben, team, shares=shares_of((ben, 60), (cleo, 40)))
    service.change(ana, contract, items(amount_yen=150_000), new_once())
    every_part = (Share(member_id=ben.id, percent=60), Share(member_id=cleo.id, percent=40, part="全部"))
    service.share_out(ben, contract, waiting(contract), every_part)
    assert standing(contract) == {"ben": "holds", "cleo": "waits"}


@session
@pytest.mark.parametrize("verb", [service.confirm_share, service.refuse_share])
def test_nobody_answers_for_a_share_that_they_have_not_read(
    ana: Member, ben: Member, cleo: Member, team: Team, verb: Callable[..., None]
) -> None:
    contract = proposed(ana, ben, team)
    shared(ben, contract, (ben, 50), (cleo, 50))
    read = queries.get_share(cleo, waiting(contract)).as_read
    shared(ben, contract, (ben, 99), (cleo, 1))
    with pytest.raises(Conflict, match="前は「50% 翻訳」"):
        verb(cleo, contract, waiting(contract), read)
    assert standing(contract)["cleo"] == "waits"
    verb(cleo, contract, waiting(contract), "1% 翻訳")


@session
def test_who_gets_nothing_is_not_named_and_has_no_part_in_the_contract(
    ana: Member, ben: Member, cleo: Member, team: Team
) -> None:
    contract = proposed(ana, ben, team)
    shared(ben, contract, (ben, 100), (cleo, 0))
    service.agree(ben, contract, waiting(contract))
    assert [each.member.username for each in queries.get_terms(contract, 1).shares] == ["ben"]
    with pytest.raises(NotFound):
        queries.get_for(cleo, contract.id)


@session
def test_who_gave_their_part_up_reads_and_writes_no_more(ana: Member, ben: Member, cleo: Member, team: Team) -> None:
    contract = agreed(ana, ben, team, shares=shares_of((ben, 60), (cleo, 40)))
    assert policy.can_write(cleo, contract)
    service.change(ana, contract, items(amount_yen=150_000), new_once())
    shared(ben, contract, (ben, 100), (cleo, 0))
    service.confirm_share(cleo, contract, waiting(contract), "0%")
    service.agree(ben, contract, waiting(contract))
    assert not policy.can_write(cleo, contract)
    with pytest.raises(NotFound):
        queries.get_for(cleo, contract.id)
    notice = drafting.stored(contract, queries.get_terms(contract, 2))
    assert [each.username for each in notice.shares] == ["ben"]


@session
def test_who_has_left_the_team_sends_the_shares_back_to_the_leader(
    ana: Member, ben: Member, cleo: Member, team: Team
) -> None:
    contract = proposed(ana, ben, team)
    shared(ben, contract, (ben, 60), (cleo, 40))
    service.confirm_share(cleo, contract, waiting(contract))
    teams.leave(cleo, team)
    with pytest.raises(Conflict, match=r"^分配のあるメンバーが、チームを離れています。"):
        service.agree(ben, contract, waiting(contract))
    shared(ben, contract, (ben, 100))
    service.agree(ben, contract, waiting(contract))


@session
def test_only_the_leader_shares_out_and_only_who_is_asked_answers(
    ana: Member, ben: Member, cleo: Member, team: Team
) -> None:
    contract = proposed(ana, ben, team)
    for stranger in (ana, cleo):
        with pytest.raises(NotAllowed):
            service.share_out(stranger, contract, waiting(contract), shares_of((ben, 100)))
    for wrong in ((), shares_of((ben, 60), (cleo, 39)), shares_of((cleo, 100)), (Share(member_id=ben.id, percent=0),)):
        with pytest.raises(Invalid):
            service.share_out(ben, contract, waiting(contract), wrong)
    shared(ben, contract, (ben, 60), (cleo, 40))
    with pytest.raises(NotAllowed):
        service.confirm_share(ben, contract, waiting(contract))
    with pytest.raises(NotFound):
        service.confirm_share(ana, contract, waiting(contract))
    assert queries.get_asked(cleo, contract.id)[1].number == 1
    teams.leave(cleo, team)
    with pytest.raises(NotFound):
        queries.get_asked(cleo, contract.id)


@session
def test_the_database_lets_nothing_be_agreed_to_before_each_has_confirmed(
    ana: Member, ben: Member, cleo: Member, team: Team
) -> None:
    contract = proposed(ana, ben, team)
    shared(ben, contract, (ben, 60), (cleo, 40))
    agreeing = text(
        "UPDATE contract_terms SET state = 'agreed', agreed_at = client_agreed_at, worker_agreed_at = client_agreed_at"
    )
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(agreeing)
    db.session.execute(update(ContractShare).where(ContractShare.member_id == cleo.id).values(confirmed_at=now()))
    db.session.execute(agreeing)


@pytest.mark.real_commits
def test_of_two_answers_at_once_the_first_counts(
    app: Flask, ana: Member, ben: Member, cleo: Member, make_team: TeamFactory
) -> None:
    team = make_team("kaki", ben, cleo)

    def begin(_number: int) -> int:
        contract = proposed(ana, ben, team)
        shared(ben, contract, (ben, 60), (cleo, 40))
        return contract.id

    contract_id = committing(app, begin)(0)
    verbs: tuple[Callable[..., None], ...] = (service.confirm_share, service.refuse_share)

    def deed(number: int) -> bool:
        try:
            verbs[number % 2](cleo, *queries.get_asked(cleo, contract_id))
        except DomainError:
            database.rollback()
            return False
        return True

    assert at_once(committing(app, deed), 30).count(True) == 1
