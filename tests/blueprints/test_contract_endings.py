"""Ending a contract early, as both see it."""

from marketplace.accounts.models import Member
from tests.blueprints.test_contracts import show
from tests.factories.contracts import ContractFactory
from tests.visit import Visitors


def test_nobody_agrees_to_an_end_that_they_have_not_read(
    visit: Visitors, ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    contract = make_contract(cleo, ana)

    def wish(owed_yen: str) -> None:
        page = visit.as_(cleo).open("contracts.end", contract_id=contract.id)
        page.submit("確認する", cause="mutual", reason="都合です。", owed_yen=owed_yen).submit("終了を申し出る")

    wish("50000")
    read = show(visit, ana, contract).follow("内容を見て同意する")
    show(visit, cleo, contract).submit("申し出を取り消す")
    wish("1000")
    anew = read.submit("同意する")
    assert (anew.status, "申し出の内容が変わりました" in anew.text, "1,000 円" in anew.text) == (409, True, True)
    assert "途中で終えることに同意しました。" in anew.submit("同意する").text
