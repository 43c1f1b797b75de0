"""What the factory of tests makes is what the database allows."""

import pytest

from marketplace.accounts.models import Member
from marketplace.contracts.models import ContractState
from tests.factories.contracts import ContractFactory


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize("state", ContractState)
def test_a_contract_can_be_made_in_every_state(
    ana: Member, cleo: Member, make_contract: ContractFactory, state: ContractState
) -> None:
    parts = [{"title": "前半", "due_on": "2030-01-10", "amount_yen": 60_000}]
    contract = make_contract(cleo, ana, state, shares={ana: 100}, milestones=parts)
    assert contract.state is state
    assert (contract.terms_number is None) == (state in ("proposed", "refused", "withdrawn"))
