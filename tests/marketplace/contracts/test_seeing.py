"""A contract is its parties' and, as long as they have a share in what counts, the members' of the team."""

import pytest

from marketplace.accounts.models import Member
from marketplace.contracts import queries
from marketplace.contracts.models import Contract, ContractState, TermsState
from marketplace.contracts.queries import secrecy
from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.follows import service as follows
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


def test_a_block_hides_what_was_not_agreed_to_and_leaves_what_was(ana: Member, ben: Member) -> None:
    proposed, agreed = a_contract(ana, ben), a_contract(ana, ben, ContractState.ACTIVE)
    follows.block(ben, ana)
    assert [_sees(each, proposed) for each in (ana, ben)] == [False, False]
    assert [_sees(each, agreed) for each in (ana, ben)] == [True, True]
    for each in (ana, ben):
        assert [row.contract.id for row in queries.contracts_of(each, queries.Wanted()).rows] == [agreed.id]
        assert queries.counts_of(each) == {queries.Shelf.LIVE: 1, queries.Shelf.DONE: 0, queries.Shelf.ALL: 1}
