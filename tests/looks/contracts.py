"""The pages of contracts."""

from playwright.sync_api import Page
from sqlalchemy import select

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.contracts.models import Contract, ContractState, Delivery
from tests.looks.deeds import send, settle, type_in
from tests.looks.shown import CLIENT, MEMBER, Shown

WORKER = "ritsu-takase"
"""Does what MEMBER has commissioned."""
ACTIVE, INSPECTED = "/contracts/{active_contract}", "/contracts/{inspected_contract}"
PART, WHOLE = f"{ACTIVE}/deliveries/{{active_delivery}}", f"{INSPECTED}/deliveries/{{inspected_delivery}}"


def numbers_for(member: Member) -> dict[str, int]:
    """One that the member commissioned, with a part to be paid; one of theirs that is inspected; one that is done."""
    of_state = select(Contract.id, Delivery.id).join(Delivery, Delivery.contract_id == Contract.id)
    active = of_state.where(Contract.client_id == member.id, Contract.state == ContractState.ACTIVE)
    looked_at = of_state.where(Contract.worker_id == member.id, Contract.state == ContractState.DELIVERED)
    done = of_state.where(Contract.worker_id == member.id, Contract.state == ContractState.COMPLETED)
    found = {}
    for name, question in (("active", active), ("inspected", looked_at), ("done", done)):
        numbers = db.db.session.execute(question.order_by(Contract.id)).first()
        assert numbers is not None
        found[f"{name}_contract"], found[f"{name}_delivery"] = numbers
    return found


def look_at_the_end(page: Page) -> None:
    """Choose a cause and look at what follows."""
    page.locator("main [name=cause][value=client]").check()
    page.locator("main textarea[name=reason]").fill("事業の計画が変わったため。")
    send(page)
    settle(page)


CONTRACTS = (
    Shown("contracts", "contracts.index", "/contracts", MEMBER),
    Shown("contracts-done", "contracts.index", "/contracts?tab=done", MEMBER),
    Shown("contracts-filtered", "contracts.index", "/contracts?tab=all&least=90000&partner=とも", MEMBER),
    Shown("contracts-nothing", "contracts.index", "/contracts?partner=だれもいない", MEMBER),
    Shown("contract-client", "contracts.show", ACTIVE, MEMBER),
    Shown("contract-worker", "contracts.show", ACTIVE, WORKER),
    Shown("contract-inspected", "contracts.show", INSPECTED, CLIENT),
    Shown("contract-ending", "contracts.show", INSPECTED, MEMBER),
    Shown("contract-done", "contracts.show", "/contracts/{done_contract}", MEMBER),
    Shown("contract-errors", "contracts.show", ACTIVE, MEMBER, type_in(body="")),
    Shown("contract-deliver", "contracts.deliver", f"{ACTIVE}/deliver", WORKER),
    Shown("contract-deliver-errors", "contracts.deliver", f"{ACTIVE}/deliver", WORKER, type_in(body="")),
    Shown("contract-late", "contracts.late", f"{ACTIVE}/late", WORKER),
    Shown("contract-pay", "contracts.pay", f"{PART}/pay", MEMBER),
    Shown("contract-receive", "contracts.receive", f"{PART}/receive", WORKER),
    Shown("contract-accept", "contracts.accept", f"{WHOLE}/accept", CLIENT),
    Shown("contract-revise", "contracts.revise", f"{WHOLE}/revise", CLIENT),
    Shown("contract-take-back", "contracts.take_back", f"{WHOLE}/take-back", MEMBER),
    Shown("contract-end", "contracts.end", f"{ACTIVE}/end", MEMBER),
    Shown("contract-end-look", "contracts.end", f"{ACTIVE}/end", MEMBER, look_at_the_end),
    Shown("contract-agree-to-end", "contracts.agree_to_end", f"{INSPECTED}/end/agree", MEMBER),
)
