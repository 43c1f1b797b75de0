"""A contract is its parties' and, as long as they have a share in what counts, the members' of the team."""

import pytest
from sqlalchemy import select

from marketplace.accounts.models import Member
from marketplace.contracts import policy, queries
from marketplace.contracts.models import Contract, ContractState, TermsState
from marketplace.contracts.queries import secrecy
from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.events.kinds import EventKind
from marketplace.events.models import Event
from marketplace.follows import service as follows
from marketplace.notifications.recipients import RECIPIENTS
from marketplace.teams.models import Membership
from tests.factories.teams import TeamFactory
from tests.marketplace.contracts.agreeing import agreed, shares_of
from tests.marketplace.contracts.rows import a_contract, some_terms

pytestmark = pytest.mark.usefixtures("session")


def _sees(viewer: Member, contract: Contract) -> bool:
    try:
        return queries.get_for(viewer, contract.id).id == contract.id
    except NotFound:
        return False


def test_both_parties_see_it_and_strangers_find_nothing(ana: Member, ben: Member, cleo: Member) -> None:
    contract = a_contract(ana, ben)
    assert [_sees(each, contract) for each in (ana, ben, cleo)] == [True, True, False]
    assert queries.get_for(ben, contract.id).client.username == "ana"


def test_who_shares_in_what_is_first_proposed_or_in_force_sees_it(ana: Member, ben: Member, cleo: Member) -> None:
    contract = a_contract(ana, ben)
    first = queries.find_proposed(contract)
    assert first is not None
    first.state = TermsState.REPLACED
    db.session.flush()
    proposed = some_terms(contract, TermsState.PROPOSED, 2, {ben: 50, cleo: 50})
    assert _sees(cleo, contract)
    proposed.state = TermsState.REFUSED
    db.session.flush()
    assert not _sees(cleo, contract)
    contract = a_contract(ana, ben, ContractState.ACTIVE)
    db.session.flush()
    assert not _sees(cleo, contract)
    some_terms(contract, TermsState.AGREED, 3, {ben: 50, cleo: 50})
    assert not _sees(cleo, contract)
    contract.terms_number = 3
    db.session.flush()
    assert _sees(cleo, contract)


def test_one_party_alone_shows_nobody_what_both_have_shared(ana: Member, ben: Member, cleo: Member) -> None:
    contract = a_contract(ana, ben, ContractState.ACTIVE)
    proposed = some_terms(contract, TermsState.PROPOSED, 2, {ben: 50, cleo: 50})
    assert not _sees(cleo, contract)
    assert cleo not in secrecy.required_of(contract)
    proposed.state = TermsState.REFUSED
    some_terms(contract, TermsState.AGREED, 3, {ben: 50, cleo: 50})
    contract.terms_number = 3
    db.session.flush()
    assert _sees(cleo, contract)
    assert cleo in secrecy.required_of(contract)


def test_who_left_the_team_reads_and_writes_and_hears_nothing_more(
    ana: Member, ben: Member, cleo: Member, make_team: TeamFactory
) -> None:
    team = make_team("tsubasa", ben, cleo)
    contract = agreed(ana, ben, team, shares=shares_of((ben, 50), (cleo, 50)))
    told = db.session.scalars(select(Event).where(Event.kind == EventKind.TERMS_AGREED)).one()
    who = RECIPIENTS[EventKind.CONTRACT_COMPLETED].who

    def has_a_part() -> list[bool]:
        listed = [each.contract.id for each in queries.contracts_of(cleo, queries.Wanted()).rows]
        signs = cleo in secrecy.required_of(contract)
        hears = cleo.id in who(told)
        return [_sees(cleo, contract), policy.can_write(cleo, contract), listed == [contract.id], signs, hears]

    assert has_a_part() == [True] * 5
    db.session.delete(db.session.get_one(Membership, (team.id, cleo.id)))
    db.session.flush()
    assert has_a_part() == [False] * 5
    assert _sees(ben, contract)


def test_a_block_hides_what_was_not_agreed_to_and_leaves_what_was(ana: Member, ben: Member) -> None:
    proposed, agreed = a_contract(ana, ben), a_contract(ana, ben, ContractState.ACTIVE)
    follows.block(ben, ana)
    assert [_sees(each, proposed) for each in (ana, ben)] == [False, False]
    assert [_sees(each, agreed) for each in (ana, ben)] == [True, True]
    for each in (ana, ben):
        assert [row.contract.id for row in queries.contracts_of(each, queries.Wanted()).rows] == [agreed.id]
        assert queries.counts_of(each) == {"live": 1, "done": 0, "unmade": 0, "all": 1}
