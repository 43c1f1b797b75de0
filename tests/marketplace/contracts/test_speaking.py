"""Who speaks for a company or a team no more binds it no more."""

import pytest
from sqlalchemy import select

from marketplace.accounts.models import Member
from marketplace.companies.models import Belonging
from marketplace.contracts import queries, service
from marketplace.contracts.models import ContractState
from marketplace.contracts.service import Opening
from marketplace.db import db
from marketplace.errors import Conflict
from marketplace.teams.models import Membership, Role
from tests.factories.companies import CompanyFactory
from tests.factories.teams import TeamFactory
from tests.marketplace.contracts.agreeing import items, new_once, proposed, shares_of, waiting

pytestmark = pytest.mark.usefixtures("session")


def test_who_left_the_company_binds_it_no_more(
    ana: Member, ben: Member, cleo: Member, make_company: CompanyFactory
) -> None:
    opening = Opening(title="翻訳", worker=ben, company=make_company("minato", cleo, ana))
    made = [service.propose(ana, opening, items(), new_once()) for _each in range(2)]
    db.session.flush()
    first, second = (queries.get_for(ben, each.id) for each in made)
    service.agree(ben, second, waiting(second))
    for place in db.session.scalars(select(Belonging).where(Belonging.member_id == ana.id)).all():
        db.session.delete(place)
    db.session.flush()
    with pytest.raises(Conflict, match="所属でなくなった"):
        service.agree(ben, first, waiting(first))
    for party in (ana, ben):
        with pytest.raises(Conflict, match="所属でなくなった"):
            service.change(party, second, items(amount_yen=999_999), new_once())
    service.refuse(ben, first, waiting(first))
    assert (first.state, second.state) == (ContractState.REFUSED, ContractState.ACTIVE)


def test_who_owns_the_team_no_more_does_not_bind_it(
    ana: Member, ben: Member, cleo: Member, make_team: TeamFactory
) -> None:
    team = make_team("tsubasa", ben, cleo)
    contract = proposed(ana, ben, team, shares=shares_of((ben, 50), (cleo, 50)))
    for member, role in ((cleo, Role.OWNER), (ben, Role.MEMBER)):
        db.session.get_one(Membership, (team.id, member.id)).role = role
        db.session.flush()
    with pytest.raises(Conflict, match="オーナーでなくなった"):
        service.agree(ben, contract, waiting(contract))
    service.refuse(ben, contract, waiting(contract))
    assert contract.state is ContractState.REFUSED
