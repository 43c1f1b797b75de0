"""Belonging to a company: asked for and approved, shown by an address, given up, handed over, in departments."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace import db
from marketplace.accounts import tokens
from marketplace.accounts.models import Member
from marketplace.accounts.tokens import Purpose
from marketplace.clock import now
from marketplace.companies import queries, service
from marketplace.companies.models import (
    MOST_DEPARTMENTS,
    SILENCE,
    BelongingRequest,
    CompanyRole,
    DomainProof,
    RequestState,
)
from marketplace.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.follows import service as follows
from tests.factories.companies import CompanyFactory

pytestmark = pytest.mark.usefixtures("session")


def token_of(proof: DomainProof) -> str:
    return tokens.make(Purpose.COMPANY, proof.id, *proof.state)


def test_an_owner_lets_in_who_asked(ana: Member, ben: Member, cleo: Member, make_company: CompanyFactory) -> None:
    company = make_company("tea", ana, cleo)
    request = service.ask(ben, company, "広報部", "先月入社しました。")
    with pytest.raises(Conflict, match="もう届いています"):
        service.ask(ben, company)
    assert queries.request_of(ben, company) is request
    assert [each.id for each in queries.requests_by(ben)] == [request.id]
    with pytest.raises(NotFound):
        queries.get_request(cleo, request.id)
    with pytest.raises(NotAllowed):
        service.admit(cleo, queries.get_request(ben, request.id))
    service.admit(ana, queries.get_request(ana, request.id))
    (place,) = queries.places_of(ben, company)
    assert (place.role, place.department, place.proven_at) == (CompanyRole.MEMBER, "広報部", None)
    with pytest.raises(Conflict, match="すでに承認"):
        service.turn_down(ana, request)
    with pytest.raises(NotAllowed):
        service.ask(ben, company)


def test_who_was_turned_down_asks_no_more_for_a_while(ana: Member, ben: Member, make_company: CompanyFactory) -> None:
    company = make_company("tea", ana)
    request = service.ask(ben, company)
    service.turn_down(ana, queries.get_request(ana, request.id))
    with pytest.raises(Conflict, match="前回の申請"):
        service.ask(ben, company)
    request.ended_at = now() - SILENCE
    db.db.session.flush()
    assert service.ask(ben, company).state is RequestState.OPEN


def test_a_request_ends_by_itself_or_by_who_made_it(ana: Member, ben: Member, make_company: CompanyFactory) -> None:
    company = make_company("tea", ana)
    request = service.ask(ben, company)
    with pytest.raises(NotAllowed):
        service.take_back(ana, request)
    service.take_back(ben, queries.get_request(ben, request.id))
    with pytest.raises(Conflict, match="取り消されました"):
        service.admit(ana, queries.get_request(ana, request.id))
    late = service.ask(ben, company)
    late.expires_at = now() - timedelta(seconds=1)
    db.db.session.flush()
    with pytest.raises(Conflict, match="期限が過ぎ"):
        service.admit(ana, queries.get_request(ana, late.id))
    again = service.ask(ben, company)
    assert db.db.session.get_one(BelongingRequest, late.id).state is RequestState.EXPIRED
    again.expires_at = now()
    db.db.session.flush()
    service.expire()
    assert again.state is RequestState.EXPIRED


def test_a_block_hides_the_request_and_keeps_the_place_away(
    ana: Member, ben: Member, make_company: CompanyFactory
) -> None:
    company = make_company("tea", ana)
    request = service.ask(ben, company)
    found = queries.get_request(ana, request.id)
    follows.block(ana, ben)
    assert queries.waiting_for(ana) == []
    with pytest.raises(NotFound):
        queries.get_request(ana, request.id)
    with pytest.raises(NotFound):
        service.admit(ana, found)


def test_an_address_at_the_domain_is_enough_once_and_for_whoever_asked(
    ana: Member, ben: Member, cleo: Member, make_company: CompanyFactory
) -> None:
    company = make_company("tea", ana, domain="tea.example")
    token = token_of(service.prove(ben, company, "ben@tea.example", "茶園"))
    with pytest.raises(NotAllowed):
        service.confirm(cleo, token)
    service.confirm(ben, token)
    (place,) = queries.places_of(ben, company)
    assert (place.department, place.role, bool(place.proven_at)) == ("茶園", CompanyRole.MEMBER, True)
    with pytest.raises(NotFound):
        service.confirm(ben, token)
    assert db.db.session.scalars(select(DomainProof)).all() == []


def test_the_link_is_the_newest_and_lasts_a_day(ana: Member, ben: Member, make_company: CompanyFactory) -> None:
    company = make_company("tea", ana, domain="tea.example")
    older = token_of(service.prove(ben, company, "typo@tea.example"))
    proof = service.prove(ben, company, "ben@tea.example")
    with pytest.raises(NotFound):
        service.confirm(ben, older)
    token = token_of(proof)
    proof.created_at = now() - timedelta(hours=24)
    db.db.session.flush()
    with pytest.raises(NotFound):
        service.confirm(ben, token)
    service.forget_old()
    assert db.db.session.scalars(select(DomainProof.id)).all() == []
    with pytest.raises(NotFound):
        service.confirm(ben, "nonsense")


def test_other_domains_and_those_of_everybody_are_refused(
    ana: Member, ben: Member, make_company: CompanyFactory
) -> None:
    company = make_company("tea", ana, domain="tea.example")
    make_company("coffee", ben, domain="coffee.example")
    with pytest.raises(NotAllowed, match="確認されていません"):
        service.prove(ben, company, "ben@coffee.example")
    with pytest.raises(Invalid, match="だれでも作れる"):
        service.prove(ana, company, "ana@gmail.com")
    with pytest.raises(Conflict, match="ほかの会社のもの"):
        service.prove(ana, company, "ana@coffee.example")


def test_an_owner_confirms_the_domain_for_those_who_come_later(
    ana: Member, ben: Member, cleo: Member, make_company: CompanyFactory
) -> None:
    company = make_company("tea", ana, cleo)
    with pytest.raises(NotAllowed):
        service.prove(cleo, company, "cleo@tea.example")
    service.confirm(ana, token_of(service.prove(ana, company, "ana@tea.example")))
    assert queries.has_domain(company, "tea.example")
    assert [bool(place.proven_at) for place in queries.places_of(ana, company)] == [True]
    service.ask(ben, company)
    service.confirm(ben, token_of(service.prove(ben, company, "ben@tea.example")))
    assert queries.waiting_for(ana) == []
    service.confirm(cleo, token_of(service.prove(cleo, company, "cleo@tea.example")))
    assert queries.places_of(cleo, company)[0].proven_at


def test_a_domain_that_another_company_confirmed_meanwhile_stays_theirs(
    ana: Member, ben: Member, make_company: CompanyFactory
) -> None:
    tea, other = make_company("tea", ana), make_company("other", ben)
    mine, theirs = (service.prove(ana, tea, "ana@tea.example"), service.prove(ben, other, "ben@tea.example"))
    service.confirm(ben, token_of(theirs))
    with pytest.raises(Conflict, match="ほかの会社のもの"):
        service.confirm(ana, token_of(mine))


def test_who_is_no_owner_any_more_confirms_no_domain(ana: Member, ben: Member, make_company: CompanyFactory) -> None:
    company = make_company("tea", ana, ben)
    token = token_of(service.prove(ana, company, "ana@tea.example"))
    service.hand_over(ana, company, ben, stays=False)
    with pytest.raises(NotAllowed):
        service.confirm(ana, token)


def test_the_last_owner_hands_over_before_they_leave(ana: Member, ben: Member, make_company: CompanyFactory) -> None:
    company = make_company("tea", ana, ben)
    service.add_department(ana, company, "茶園")
    service.add_department(ana, company, "店舗")
    with pytest.raises(Conflict, match="最後のオーナー"):
        service.leave(ana, company)
    service.hand_over(ana, company, ben, stays=True)
    with pytest.raises(Conflict, match="すでにオーナー"):
        service.hand_over(ana, company, ben, stays=True)
    service.leave(ana, company)
    assert queries.role_of(ana, company) is None
    with pytest.raises(NotAllowed):
        service.leave(ana, company)


def test_an_owner_takes_a_place_away_but_no_owners(
    ana: Member, ben: Member, cleo: Member, make_company: CompanyFactory
) -> None:
    company = make_company("tea", ana, ben, cleo, owners=2)
    with pytest.raises(NotAllowed):
        service.remove(ana, company, ben)
    with pytest.raises(NotAllowed):
        service.remove(ana, company, ana)
    service.remove(ana, company, cleo)
    with pytest.raises(NotFound):
        queries.get_member(ana, company, "cleo")
    with pytest.raises(NotFound):
        queries.places_of(cleo, company)


def test_two_departments_are_two_places_of_one_member(ana: Member, ben: Member, make_company: CompanyFactory) -> None:
    company = make_company("tea", ana, ben)
    for department in ("茶園", "店舗", "茶園"):
        service.add_department(ben, company, department)
    assert [place.department for place in queries.places_of(ben, company)] == ["店舗", "茶園"]
    assert (queries.size_of(None, company), len(queries.belongings_in(None, company).rows)) == (2, 3)
    assert queries.departments_of(company) == ["店舗", "茶園"]
    for department in ("店舗", "茶園", "茶園"):
        service.drop_department(ben, company, department)
    assert [place.department for place in queries.places_of(ben, company)] == [""]
    with pytest.raises(Invalid):
        service.add_department(ben, company, "")
    for number in range(MOST_DEPARTMENTS):
        service.add_department(ben, company, f"{number}課")
    with pytest.raises(Conflict, match="5つまで"):
        service.add_department(ben, company, "六課")
    assert [each.company.slug for each in queries.belongings_of(ben)] == ["tea"] * MOST_DEPARTMENTS
