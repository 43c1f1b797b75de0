"""Ending a contract early, as people go through it: what is owed then, and whose side it lies on."""

from datetime import timedelta

from marketplace.accounts.models import Member
from marketplace.clock import now, today
from marketplace.contracts.models import Contract, ContractState
from tests.factories.contracts import ContractFactory
from tests.visit import Page, Visitors


def show(visit: Visitors, member: Member, contract: Contract) -> Page:
    return visit.as_(member).open("contracts.show", contract_id=contract.id)


def test_what_is_still_owed_after_an_early_end_keeps_its_days(
    visit: Visitors, ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    contract = make_contract(cleo, ana)
    page = visit.as_(cleo).open("contracts.end", contract_id=contract.id)
    page = page.submit("確認する", cause="client", reason="予算のためです。", owed_yen="30,000")
    page.submit("途中で終了する")
    assert [str(each["class"][0]) for each in show(visit, ana, contract).soup.select(".contract-bar li")] == [
        "is-done",
        "is-done",
        "is-done",
        "is-current",
        "is-limit",
    ]


def test_a_client_names_the_worker_only_when_late_and_the_worker_objects(
    visit: Visitors, ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    ahead = make_contract(cleo, ana)
    assert not visit.as_(cleo).open("contracts.end", contract_id=ahead.id).soup.select("[value=worker]")
    late = make_contract(cleo, ana, due_on=today() - timedelta(days=3), started_at=now() - timedelta(days=20))
    page = visit.as_(cleo).open("contracts.end", contract_id=late.id)
    assert "納品の期日を3日過ぎています。" in page.text
    page = page.submit("確認する", cause="worker", reason="連絡がありません。", owed_yen="0")
    page = page.submit("途中で終了する")
    assert "ワーカーは、その日までに異議を伝えられます。" in page.text
    assert not page.has_button("異議を伝える")
    page = show(visit, ana, late).submit("異議を伝える")
    assert ("異議を伝えました。" in page.text, page.has_button("異議を伝える")) == (True, False)
    assert "異議を伝えました。" in page.find_all(".is-ending")[-1]


def test_what_cannot_be_is_said_before_the_last_look_and_not_offered(
    visit: Visitors, ana: Member, cleo: Member, make_contract: ContractFactory
) -> None:
    contract = make_contract(cleo, ana)
    page = visit.as_(cleo).open("contracts.end", contract_id=contract.id)
    said = {"cause": "client", "reason": "予算のためです。", "owed_yen": "30,000"}
    page = page.submit("確認する", **said, ends_on=(today() - timedelta(days=1)).isoformat())
    assert (page.status, list(page.errors())) == (422, ["ends_on"])
    delivered = make_contract(cleo, ana, ContractState.DELIVERED)
    page = visit.as_(ana).open("contracts.end", contract_id=delivered.id)
    assert [each["value"] for each in page.soup.select("[name=cause]")] == ["mutual"]
    assert "双方が合意したときだけです" in page.text
    page = page.submit("確認する", cause="mutual", reason="企画がなくなったため。", owed_yen="5,000")
    page = page.submit("終了を申し出る")
    # What is offered for it stays on the timeline; and nobody is led to ask a second time.
    assert "納品していない作業の報酬は5,000円です。" in show(visit, cleo, delivered).find_all(".is-ending")[0]
    assert visit.as_(cleo).open("contracts.end", contract_id=delivered.id).path == f"/contracts/{delivered.id}"
