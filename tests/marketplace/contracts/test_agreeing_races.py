"""Many windows answer, counter or send at once, and one of them counts."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace import db as database
from marketplace import outbox
from marketplace.accounts.models import Member
from marketplace.contracts import queries, service
from marketplace.contracts.models import (
    Contract,
    ContractState,
    ContractTerms,
    Milestone,
    TermsState,
)
from marketplace.contracts.service import NOTICE, Opening
from marketplace.db import db
from marketplace.errors import Conflict, DomainError
from marketplace.outbox import Errand
from tests.marketplace.contracts.agreeing import items, new_once, proposed, waiting
from tests.races import at_once, committing


def _answer_by_number(client: Member, worker: Member, contract_id: int) -> Callable[[int], str]:
    """Return what each of many windows does: agreeing, refusing, taking back, countering in turn."""

    def deed(number: int) -> str:
        actor = client if number % 4 == 2 else worker
        contract = queries.get_for(actor, contract_id)
        try:
            terms = waiting(contract)
        except AssertionError:
            return "late"
        try:
            if number % 4 == 0:
                service.agree(actor, contract, terms)
            elif number % 4 == 1:
                service.refuse(actor, contract, terms)
            elif number % 4 == 2:
                service.withdraw(actor, contract, terms)
            else:
                service.change(actor, contract, items(amount_yen=1_000 + number), new_once())
        except DomainError:
            database.rollback()
            return "lost"
        return ("agreed", "refused", "withdrawn", "changed")[number % 4]

    return deed


@pytest.mark.real_commits
@pytest.mark.parametrize("_round", range(3))
def test_of_many_answers_at_once_exactly_one_ends_the_contract_s_first_question(
    app: Flask, ana: Member, ben: Member, _round: int
) -> None:
    contract_id = committing(app, lambda _number: proposed(ana, ben).id)(0)
    found = at_once(committing(app, _answer_by_number(ana, ben, contract_id)), 30)
    with app.app_context():
        contract = db.session.get_one(Contract, contract_id)
        versions = {each.number: each for each in db.session.scalars(select(ContractTerms))}
        # The first version was answered by one; a counter may have been answered by another after it.
        assert versions[1].state is not TermsState.PROPOSED
        ends = [each for each in found if each in {"agreed", "refused", "withdrawn"}]
        assert len(versions) == 1 + found.count("changed")
        settled = [each for each in versions.values() if each.state is not TermsState.PROPOSED]
        assert len(settled) <= len(ends) + found.count("changed")
        if contract.state is ContractState.ACTIVE:
            agreed_ones = [each for each in versions.values() if each.state is TermsState.AGREED]
            assert [each.number for each in agreed_ones][-1:] == [contract.terms_number]
            assert db.session.scalar(select(func.count()).select_from(Errand).where(Errand.topic == NOTICE)) == len(
                agreed_ones
            )
        else:
            assert ends.count("agreed") == 0


@pytest.mark.real_commits
@pytest.mark.parametrize("answers", [("agree", "refuse"), ("agree", "withdraw"), ("refuse", "withdraw")])
def test_of_two_answers_at_once_the_first_counts(
    app: Flask, ana: Member, ben: Member, answers: tuple[str, str]
) -> None:
    contract_id = committing(app, lambda _number: proposed(ana, ben).id)(0)

    def deed(number: int) -> str:
        name = answers[number % 2]
        actor = ana if name == "withdraw" else ben
        contract = queries.get_for(actor, contract_id)
        try:
            getattr(service, name)(actor, contract, queries.get_terms(contract, 1))
        except DomainError:
            database.rollback()
            return ""
        return name

    done = [each for each in at_once(committing(app, deed), 30) if each]
    assert len(done) == 1
    states = {"agree": ContractState.ACTIVE, "refuse": ContractState.REFUSED, "withdraw": ContractState.WITHDRAWN}
    with app.app_context():
        assert db.session.get_one(Contract, contract_id).state is states[done[0]]
        assert outbox is not None


@pytest.mark.real_commits
def test_of_many_counters_to_one_version_at_once_exactly_one_takes_its_place(
    app: Flask, ana: Member, ben: Member
) -> None:
    contract_id = committing(app, lambda _number: proposed(ana, ben).id)(0)

    def deed(number: int) -> bool:
        actor = (ana, ben)[number % 2]
        try:
            service.change(actor, queries.get_for(actor, contract_id), items(amount_yen=1_000 + number), new_once(), 1)
        except Conflict:
            database.rollback()
            return False
        return True

    assert at_once(committing(app, deed), 30).count(True) == 1
    with app.app_context():
        states = db.session.execute(select(ContractTerms.number, ContractTerms.state).order_by(ContractTerms.number))
        assert [tuple(each) for each in states] == [(1, TermsState.REPLACED), (2, TermsState.PROPOSED)]


@pytest.mark.real_commits
def test_one_form_sent_by_many_presses_is_one_contract(app: Flask, ana: Member, ben: Member) -> None:
    once = new_once()
    deed = committing(app, lambda _n: service.propose(ana, Opening(title="翻訳", worker=ben), items(), once).id)
    assert len(set(at_once(deed, 30))) == 1
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Contract)) == 1
        assert db.session.scalar(select(func.count()).select_from(Milestone)) == 0
