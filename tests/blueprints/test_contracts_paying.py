"""支払いの報告 as people go through it when something is wrong with it."""

from collections.abc import Callable

from marketplace.accounts.models import Member
from marketplace.contracts.models import Contract, ContractState
from tests.factories.contracts import ContractFactory
from tests.visit import Page, Visitors


def show(visit: Visitors, member: Member, contract: Contract) -> Page:
    return visit.as_(member).open("contracts.show", contract_id=contract.id)


def delivered(visit: Visitors, ana: Member, cleo: Member, make_contract: ContractFactory) -> Contract:
    contract = make_contract(cleo, ana)
    show(visit, ana, contract).follow("納品する").submit("納品する", body="訳文です。")
    show(visit, cleo, contract).follow("検収する").submit("検収する")
    return contract


def test_less_is_refused_beside_the_amount_and_more_is_put_right(
    visit: Visitors, ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    contract = delivered(visit, ana, cleo, make_contract)
    page = show(visit, cleo, contract).follow("支払いを報告する").submit("支払いを報告する", paid_yen="60,000")
    assert (page.status, set(page.errors()), page.value("paid_yen")) == (422, {"paid_yen"}, "60,000")
    page = page.submit("支払いを報告する", paid_on="2020-01-01", paid_yen="1,200,000")
    assert (page.status, set(page.errors())) == (422, {"paid_on"})
    page = show(visit, cleo, contract).follow("支払いを報告する").submit("支払いを報告する", paid_yen="1,200,000")
    assert "金額より多い金額です" in page.text
    old = show(visit, ana, contract).follow("受け取りを確認する")
    page = show(visit, cleo, contract).follow("支払いの報告を直す")
    assert page.value("paid_yen") == "1,200,000"
    page = page.submit("支払いの報告を直す", paid_yen="120,000")
    assert "支払いの報告を直しました。" in page.text
    old = old.submit("受け取りを確認する")
    assert (old.status, "120,000円を支払ったと伝えています" in old.text) == (409, True)
    page = show(visit, ana, contract).follow("受け取りを確認する")
    assert "120,000円を支払ったと伝えています" in page.text
    assert "取引が完了しました。" in page.submit("受け取りを確認する").text


def test_a_worker_says_that_it_has_not_arrived(
    visit: Visitors, ana: Member, cleo: Member, make_contract: ContractFactory, drain: Callable[[], int]
) -> None:
    contract = delivered(visit, ana, cleo, make_contract)
    show(visit, cleo, contract).follow("支払いを報告する").submit("支払いを報告する")
    drain()
    page = show(visit, ana, contract).follow("受け取りを確認する").submit("違うことを伝える")
    assert (page.status, set(page.errors())) == (422, {"reason"})
    page = page.submit("違うことを伝える", reason="まだ届いていません。")
    assert "クライアントに伝えました" in page.text
    drain()
    told = visit.as_(cleo).open("notifications.index").find_all(".notification p")
    assert "書きました" in told[0]
    page = show(visit, cleo, contract)
    assert ("まだ届いていません。" in page.text, page.has_link("支払いを報告する")) == (True, True)
    assert show(visit, ana, contract).has_link("入金があった")


def test_nobody_else_says_so(visit: Visitors, ana: Member, cleo: Member, make_contract: ContractFactory) -> None:
    contract = make_contract(cleo, ana, ContractState.ACCEPTED)
    page = show(visit, ana, contract).follow("入金があった")
    assert not page.has_button("違うことを伝える")
