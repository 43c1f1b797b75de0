"""What becomes of contracts when somebody leaves for good, and what the operator may check."""

import pytest
from flask import Flask
from sqlalchemy import select, text

from marketplace import db as database
from marketplace.accounts.models import Member
from marketplace.contracts.models import Contract, ContractTerms
from marketplace.db import db
from marketplace.leaving import erasures
from tests.factories.teams import TeamFactory
from tests.marketplace.contracts.agreeing import agreed, proposed, shares_of


@pytest.mark.usefixtures("session")
def test_what_was_only_proposed_goes_and_what_was_agreed_stays(ana: Member, ben: Member) -> None:
    kept, gone = agreed(ana, ben), proposed(ben, ana)
    erasures._contracts(ana.id)
    db.session.expire_all()
    assert list(db.session.scalars(select(Contract.id))) == [kept.id]
    assert list(db.session.scalars(select(ContractTerms.contract_id))) == [kept.id]
    assert gone.id != kept.id


@pytest.mark.real_commits
def test_shares_that_make_no_whole_are_found_by_the_operator(
    app: Flask, ana: Member, ben: Member, cleo: Member, make_team: TeamFactory
) -> None:
    team = make_team("kaki", ben, cleo)
    with app.app_context(), database.writing():
        contract = agreed(ana, ben, team, shares=shares_of((ben, 60), (cleo, 40)))
        contract_id = contract.id
        database.commit()
    commands = app.test_cli_runner()
    assert commands.invoke(args=["audit", "shares"]).output == "All shares make 100.\n"
    with app.app_context(), database.writing():
        # Nobody can do this but by hand, past the trigger that keeps what was agreed.
        on_postgresql = db.engine.dialect.name == "postgresql"
        drop = "DROP TRIGGER contract_shares_refuse_update"
        db.session.execute(text(f"{drop} ON contract_shares" if on_postgresql else drop))
        db.session.execute(text("UPDATE contract_shares SET percent = 41 WHERE percent = 40"))
        terms_id = db.session.scalars(select(ContractTerms.id).where(ContractTerms.contract_id == contract_id)).one()
        database.commit()
    found = commands.invoke(args=["audit", "shares"])
    assert (found.exit_code, f"contracts do not make 100: {terms_id}" in found.output) == (1, True)
