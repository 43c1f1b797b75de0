"""Thirty at once: one registration, one answer, one place, and never a company without an owner."""

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace import db
from marketplace.accounts import tokens
from marketplace.accounts.models import Member
from marketplace.accounts.tokens import Purpose
from marketplace.companies import queries, service
from marketplace.companies.models import Belonging, BelongingRequest, Company, CompanyDomain, CompanyRole, RequestState
from marketplace.companies.service import CompanyChanges
from marketplace.companies.service.merging import merge_rows
from marketplace.companies.service.places import holding
from tests.factories.companies import CompanyFactory
from tests.factories.members import MemberFactory
from tests.marketplace.teams.test_races import TIMES, count, outcome
from tests.races import at_once

pytestmark = pytest.mark.real_commits

ONE_WINS = ["Conflict"] * (TIMES - 1) + ["done"]


def owners(app: Flask) -> int:
    return count(app, Belonging, Belonging.role == CompanyRole.OWNER)


def asked(app: Flask, member: Member, slug: str) -> int:
    with app.app_context(), db.writing():
        number = service.ask(member, queries.get_live(slug)).id
        db.commit()
    return number


def test_one_of_thirty_registers_the_company(app: Flask, make_member: MemberFactory) -> None:
    members = [make_member() for _number in range(TIMES)]
    found = at_once(outcome(app, lambda n: service.register(members[n], "tea", CompanyChanges(name="お茶"))), TIMES)
    assert sorted(found) == ONE_WINS
    assert (count(app, Company), count(app, Belonging)) == (1, 1)


def test_thirty_requests_of_one_pair_are_one(
    app: Flask, ana: Member, ben: Member, make_company: CompanyFactory
) -> None:
    make_company("tea", ana)
    found = at_once(outcome(app, lambda _n: service.ask(ben, queries.get_live("tea"))), TIMES)
    assert sorted(found) == ONE_WINS
    assert count(app, BelongingRequest) == 1


def test_a_request_answered_by_many_gives_one_place_at_most(
    app: Flask, ana: Member, ben: Member, cleo: Member, make_company: CompanyFactory
) -> None:
    make_company("tea", ana, cleo, owners=2)
    number = asked(app, ben, "tea")

    def answer(turn: int) -> None:
        verb, actor = [(service.admit, ana), (service.turn_down, cleo), (service.take_back, ben)][turn % 3]
        verb(actor, queries.get_request(actor, number))

    found = at_once(outcome(app, answer), TIMES)
    assert sorted(found) == ONE_WINS
    with app.app_context():
        admitted = db.db.session.get_one(BelongingRequest, number).state is RequestState.ACCEPTED
    assert count(app, Belonging) == 2 + admitted


def test_a_link_works_once_and_an_answer_beside_it_gives_no_second_place(
    app: Flask, ana: Member, ben: Member, make_company: CompanyFactory
) -> None:
    make_company("tea", ana, domain="tea.example")
    number = asked(app, ben, "tea")
    with app.app_context(), db.writing():
        proof = service.prove(ben, queries.get_live("tea"), "ben@tea.example")
        token = tokens.make(Purpose.COMPANY, proof.id, *proof.state)
        db.commit()

    def come(turn: int) -> None:
        if turn % 3 == 0:
            service.confirm(ben, token)
        elif turn % 3 == 1:
            service.admit(ana, queries.get_request(ana, number))
        else:
            service.turn_down(ana, queries.get_request(ana, number))

    found = at_once(outcome(app, come), TIMES)
    assert found[::3].count("done") == 1
    assert found[1::3].count("done") + found[2::3].count("done") <= 1
    assert set(found) <= {"done", "Conflict", "NotFound"}
    assert count(app, Belonging) == 2
    assert count(app, Belonging, Belonging.proven_at.is_not(None)) == 1


def test_one_of_thirty_companies_confirms_the_domain(
    app: Flask, make_member: MemberFactory, make_company: CompanyFactory
) -> None:
    members = [make_member() for _number in range(TIMES)]
    links = []
    for number, member in enumerate(members):
        make_company(f"tea{number}", member)
        with app.app_context(), db.writing():
            proof = service.prove(member, queries.get_live(f"tea{number}"), "me@tea.example")
            links.append(tokens.make(Purpose.COMPANY, proof.id, *proof.state))
            db.commit()
    found = at_once(outcome(app, lambda n: service.confirm(members[n], links[n])), TIMES)
    assert sorted(found) == ONE_WINS
    assert count(app, CompanyDomain) == 1


def test_of_thirty_owners_who_leave_together_one_stays(
    app: Flask, make_member: MemberFactory, make_company: CompanyFactory
) -> None:
    members = [make_member() for _number in range(TIMES)]
    make_company("tea", *members, owners=TIMES)
    found = at_once(outcome(app, lambda n: service.leave(members[n], queries.get_joined(members[n], "tea"))), TIMES)
    assert sorted(found) == ["Conflict"] + ["done"] * (TIMES - 1)
    assert owners(app) == 1


def test_the_database_keeps_the_last_owner_from_those_who_ask_no_verb(
    app: Flask, make_member: MemberFactory, make_company: CompanyFactory
) -> None:
    members = [make_member() for _number in range(TIMES)]
    make_company("tea", *members, owners=TIMES)
    make_company("other", members[0])

    def step_down(number: int) -> None:
        mine = select(Belonging).join(Belonging.company).where(Belonging.member_id == members[number].id)
        place = db.db.session.scalars(mine.where(Company.slug == "tea")).one()
        if number % 3 == 0:
            place.role = CompanyRole.MEMBER
        elif number % 3 == 1:
            db.db.session.delete(place)
        else:
            place.company_id = queries.get_live("other").id
        db.db.session.flush()

    found = at_once(outcome(app, step_down), TIMES)
    assert sorted(found) == ["IntegrityError"] + ["done"] * (TIMES - 1)
    with app.app_context():
        tea = queries.get_live("tea").id
    assert count(app, Belonging, Belonging.role == CompanyRole.OWNER, Belonging.company_id == tea) == 1


def test_whoever_is_let_in_during_a_merger_is_in_the_company_that_stays(
    app: Flask, ana: Member, ben: Member, make_member: MemberFactory, make_company: CompanyFactory
) -> None:
    make_company("kept", ana)
    make_company("merged", ana)
    coming = [make_member() for _number in range(TIMES - 1)]
    numbers = [asked(app, member, "merged") for member in coming]

    def deed(turn: int) -> None:
        if turn == TIMES - 1:
            kept, merged = queries.get_live("kept"), queries.get_live("merged")
            with holding(kept), holding(merged):
                merge_rows(kept, merged)
        else:
            service.admit(ana, queries.get_request(ana, numbers[turn]))

    found = at_once(outcome(app, deed), TIMES)
    assert found[-1] == "done"
    assert set(found) <= {"done", "Conflict", "NotAllowed", "NotFound"}
    with app.app_context():
        kept = queries.get_live("merged")
        assert queries.size_of(None, kept) == 1 + found[:-1].count("done")
        waiting = len(queries.waiting_for(ana))
    assert waiting == found[:-1].count("Conflict") + found[:-1].count("NotAllowed") + found[:-1].count("NotFound")
