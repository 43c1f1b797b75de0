"""From a contract one finds back to what it came of, and from there to the contract."""

from flask import Flask

from marketplace import db as database
from marketplace.accounts.models import Member
from marketplace.applications import queries as applications
from marketplace.applications import service as answering
from marketplace.contracts import queries, service
from marketplace.contracts.service import Opening
from marketplace.db import db
from tests.factories.applications import ApplicationFactory
from tests.factories.contracts import ContractFactory
from tests.factories.jobs import JobFactory
from tests.factories.teams import TeamFactory
from tests.marketplace.contracts.agreeing import items, new_once, waiting
from tests.visit import Visitors


def test_a_contract_and_what_it_came_of_lead_to_each_other(
    app: Flask, visit: Visitors, ana: Member, ben: Member, make_job: JobFactory, make_application: ApplicationFactory
) -> None:
    job = make_job(ana, "取扱説明書の和訳")
    number = make_application(job, ben).id
    with app.app_context(), database.writing():
        client = db.session.get_one(Member, ana.id)
        found = applications.get_received(client, applications.get_job(client, job.id), number)
        answering.accept(client, found)
        opening = Opening(title=job.title, worker=found.applicant, application=queries.get_accepted(client, number))
        contract = queries.get_for(client, service.propose(client, opening, items(), new_once()).id)
        service.agree(found.applicant, contract, waiting(contract))
        database.commit()
        place = f"/contracts/{contract.id}"
    for member, application in ((ana, f"/jobs/{job.id}/applications/{number}"), (ben, f"/applications/{number}")):
        page = visit.as_(member).open_path(place)
        assert page.follow("応募の内容を見る").path == application
        posted = page.follow("案件のページを見る")
        assert posted.path == f"/jobs/{job.id}"
        assert posted.follow("Benさんとの取引" if member is ana else "Anaさんとの取引").path == place


def test_what_came_of_nothing_leads_to_its_team_alone(
    visit: Visitors, ana: Member, ben: Member, make_team: TeamFactory, make_contract: ContractFactory
) -> None:
    contract = make_contract(ana, ben, team=make_team("kaki", ben), shares={ben: 100})
    page = visit.as_(ana).open("contracts.show", contract_id=contract.id)
    assert page.follow("チームのページを見る").path == "/teams/kaki"
    assert not page.has_link("案件のページを見る")
    assert not page.has_link("応募の内容を見る")
