"""Agreements of confidentiality: everybody signs or nobody has, and names are told to nobody before."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.clock import today
from marketplace.contracts import policy as contract_policy
from marketplace.contracts import queries as contracts
from marketplace.contracts.models import (
    Contract,
    ContractAttachment,
    ContractState,
    SecrecyAgreement,
    SecrecySignature,
    SecrecyState,
)
from marketplace.contracts.queries import secrecy as queries
from marketplace.contracts.secrecy_wording import SecrecyItems
from marketplace.contracts.service import secrecy as service
from marketplace.errors import Conflict, Invalid, NotAllowed
from marketplace.profiles.models import PersonalDetails
from tests.factories.companies import CompanyFactory
from tests.factories.contracts import ContractFactory
from tests.factories.teams import TeamFactory
from tests.races import at_once, committing

ITEMS = SecrecyItems("翻訳のため", 3, may_re_entrust=False, discloses_address=False, special="")
WITH_ADDRESS = SecrecyItems("翻訳のため", 5, may_re_entrust=True, discloses_address=True, special="図面は渡さない。{x}")


def name(*members: Member, **more: Any) -> None:
    for member in members:
        details = db.db.session.get_one(PersonalDetails, member.id)
        details.name = f"氏名{member.username}"
        for key, value in more.items():
            setattr(details, key, value)
    db.db.session.flush()


@pytest.fixture
def going_on(session: object, ana: Member, cleo: Member, make_contract: ContractFactory) -> Contract:
    """What Cleo has commissioned of Ana."""
    name(ana, cleo)
    return contracts.get_for(cleo, make_contract(cleo, ana).id)


def test_it_holds_once_both_have_signed_and_opens_what_is_protected(
    going_on: Contract, ana: Member, ben: Member, cleo: Member
) -> None:
    file = ContractAttachment(owner_id=cleo.id, needs_signature=True)
    agreement = service.propose(cleo, going_on, ITEMS)
    day = today()
    assert f"\n{day.year}年{day.month}月{day.day}日 作成\n" in agreement.text
    assert queries.missing_of(going_on, agreement) == sorted((ana, cleo), key=lambda member: member.id)
    service.sign(ana, going_on, agreement)
    assert agreement.state is SecrecyState.PROPOSED
    assert not contract_policy.can_open(ana, going_on, file)
    assert contract_policy.can_open(cleo, going_on, file)
    service.sign(cleo, going_on, agreement)
    assert agreement.state is SecrecyState.SIGNED
    assert contract_policy.can_open(ana, going_on, file)
    assert not queries.has_signed(ben, going_on)
    for again in (ana, cleo):
        with pytest.raises(NotAllowed):
            service.sign(again, going_on, agreement)


def test_what_is_disclosed_is_what_was_registered_at_that_moment(going_on: Contract, ana: Member, cleo: Member) -> None:
    agreement = service.propose(cleo, going_on, WITH_ADDRESS)
    with pytest.raises(Invalid, match="住所"):
        service.sign(ana, going_on, agreement)
    name(ana, postal_code="6048301", prefecture="26", city="京都市中京区", street="二条城町541")
    told = queries.disclosure_of(ana, needs_address=True)
    assert told.address == "〒604-8301 京都府京都市中京区二条城町541"
    assert queries.disclosure_of(ana, needs_address=False).address == ""
    service.sign(ana, going_on, agreement)
    name(ana, city="宇治市")
    (signature,) = queries.signatures_of(agreement)
    assert (signature.name, signature.address) == (told.name, told.address)


def test_the_text_says_all_that_such_an_agreement_says(
    going_on: Contract, cleo: Member, make_company: CompanyFactory
) -> None:
    # Who acts for a company binds the company.
    going_on.company_id = make_company("minato", cleo, name="株式会社みなと商会").id
    db.db.session.flush()
    db.db.session.refresh(going_on, ["company"])
    text = service.propose(cleo, going_on, WITH_ADDRESS).text
    for word in (
        *("当事者", "クライアント 株式会社みなと商会(@cleo)", "@ana", "目的", "翻訳のため", "除外"),
        *("公になっているもの", "5年", "返却と廃棄"),
        *("再委託先に、この", "チーム", "特記事項", "図面は渡さない。{x}", "違反したとき", "準拠法", "氏名と住所"),
    ):  # fmt: skip
        assert word in text, word


def test_no_has_no_consequence_and_one_may_ask_again(going_on: Contract, ana: Member, cleo: Member) -> None:
    agreement = service.propose(cleo, going_on, ITEMS)
    with pytest.raises(NotAllowed):
        service.propose(ana, going_on, ITEMS)
    with pytest.raises(NotAllowed):
        service.refuse(cleo, going_on, agreement)
    service.refuse(ana, going_on, agreement)
    assert agreement.state is SecrecyState.REFUSED
    assert going_on.state is ContractState.ACTIVE
    with pytest.raises(NotAllowed):
        service.sign(cleo, going_on, agreement)
    second = service.propose(ana, going_on, ITEMS)
    assert second.number == 2
    with pytest.raises(NotAllowed):
        service.withdraw(cleo, going_on, second)
    service.withdraw(ana, going_on, second)
    assert second.state is SecrecyState.WITHDRAWN


def test_the_timeline_tells_how_it_stands_and_not_who_said_no(going_on: Contract, ana: Member, cleo: Member) -> None:
    service.refuse(ana, going_on, service.propose(cleo, going_on, ITEMS))
    service.withdraw(cleo, going_on, service.propose(cleo, going_on, ITEMS))
    agreement = service.propose(ana, going_on, ITEMS)
    service.sign(cleo, going_on, agreement)
    service.sign(ana, going_on, agreement)
    told = [
        (entry.data["number"], entry.data["state"], entry.author_id) for entry in contracts.timeline_of(going_on).rows
    ]
    assert told == [
        (1, "proposed", cleo.id), (1, "refused", None), (2, "proposed", cleo.id), (2, "withdrawn", cleo.id),
        (3, "proposed", ana.id), (3, "signed", None),
    ]  # fmt: skip


@pytest.mark.usefixtures("session")
def test_everybody_with_a_share_of_a_team_signs(
    ana: Member, ben: Member, cleo: Member, make_contract: ContractFactory, make_team: TeamFactory
) -> None:
    name(ana, ben, cleo)
    made = make_contract(cleo, ana, team=make_team("kaki", ana, ben), shares={ana: 50, ben: 50})
    contract = contracts.get_for(ben, made.id)
    with pytest.raises(NotAllowed):
        service.propose(ben, contract, ITEMS)
    agreement = service.propose(cleo, contract, ITEMS)
    for member in (ana, cleo):
        service.sign(member, contract, agreement)
    assert agreement.state is SecrecyState.PROPOSED
    assert not queries.has_signed(cleo, contract)
    service.sign(ben, contract, agreement)
    assert agreement.state is SecrecyState.SIGNED
    assert queries.has_signed(cleo, contract)
    with pytest.raises(NotAllowed):
        service.propose(cleo, contract, ITEMS)


def test_what_was_signed_is_not_changed(going_on: Contract, ana: Member, cleo: Member) -> None:
    agreement = service.propose(cleo, going_on, ITEMS)
    service.sign(ana, going_on, agreement)
    rows = {"agreement_id": agreement.id, "member_id": cleo.id, "name": "x", "address": "", "leaf_index": 3_000_000}
    rows |= {"signed_at": agreement.created_at, "salt": "0", "record_sha256": "0"}
    own = SecrecyAgreement.id == agreement.id
    refused = [
        update(SecrecyAgreement).where(own).values(text="別の文"),
        delete(SecrecyAgreement).where(own),
        update(SecrecySignature).values(name="別の名前"),
        delete(SecrecySignature),
    ]
    service.sign(cleo, going_on, agreement)
    refused += [update(SecrecyAgreement).where(own).values(state="refused"), insert(SecrecySignature).values(rows)]
    for statement in refused:
        with pytest.raises(IntegrityError), db.db.session.begin_nested():
            db.db.session.execute(statement)


@pytest.mark.usefixtures("session")
def test_strangers_and_ended_contracts_have_none(
    ana: Member, ben: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    done = contracts.get_for(cleo, make_contract(cleo, ana, ContractState.COMPLETED).id)
    with pytest.raises(NotAllowed):
        service.propose(cleo, done, ITEMS)
    live = contracts.get_for(cleo, make_contract(cleo, ana).id)
    with pytest.raises(NotAllowed):
        service.propose(ben, live, ITEMS)
    agreement = service.propose(cleo, live, ITEMS)
    for verb in (service.sign, service.refuse, service.withdraw):
        with pytest.raises(NotAllowed):
            verb(ben, live, agreement)


@pytest.mark.real_commits
def test_of_many_answers_at_once_the_outcome_is_one(
    app: Flask, ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    number = make_contract(cleo, ana).id
    with app.app_context(), db.writing():
        name(ana, cleo)
        client = db.db.session.get_one(Member, cleo.id)
        service.propose(client, contracts.get_for(client, number), ITEMS)
        db.commit()

    def one(turn: int) -> str:
        actor = db.db.session.get_one(Member, (cleo if turn % 3 == 0 else ana).id)
        contract = contracts.get_for(actor, number)
        verb = service.refuse if turn % 3 == 1 else service.sign
        verb(actor, contract, queries.get_newest(contract))
        return f"{verb.__name__} {actor.username}"

    def tried(turn: int) -> str:
        try:
            return committing(app, one)(turn)
        except (Conflict, NotAllowed):
            return ""

    done = [each for each in at_once(tried) if each]
    with app.app_context():
        agreement = db.db.session.scalars(select(SecrecyAgreement)).one()
        signed = {signature.member_id for signature in queries.signatures_of(agreement)}
    assert len(done) == len(set(done))
    assert (agreement.state is SecrecyState.REFUSED) == ("refuse ana" in done)
    assert (agreement.state is SecrecyState.SIGNED) == (signed == {ana.id, cleo.id})
