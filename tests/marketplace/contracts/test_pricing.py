"""価格協議: who asks for another reward while the work goes on gets an answer with a reason, and it is kept."""

import pytest

from marketplace.accounts.models import Member
from marketplace.contracts import queries, service
from marketplace.contracts.models import Contract, ContractState, EntryKind
from marketplace.contracts.pricing import is_price_talk
from marketplace.errors import Invalid
from tests.marketplace.contracts.agreeing import agreed, items, new_once, proposed, waiting

pytestmark = pytest.mark.usefixtures("session")


def entries(contract: Contract) -> list[tuple[str, bool, str]]:
    """Return what became of the versions, as the timeline keeps it, from old to new."""
    said = [each for each in queries.timeline_of(contract).rows if each.kind is EntryKind.TERMS]
    return [(each.data["state"], "is_price_talk" in each.data, each.body) for each in said]


def test_the_client_says_why_not(ana: Member, ben: Member) -> None:
    contract = agreed(ana, ben)
    service.change(ben, contract, items(amount_yen=150_000, change_reason="材料費が上がりました。"), new_once())
    assert is_price_talk(contract, waiting(contract))
    for missing in ("", " \n"):
        with pytest.raises(Invalid, match="報酬の変更を見送る理由"):
            service.refuse(ana, contract, waiting(contract), missing)
    service.refuse(ana, contract, waiting(contract), "今期の予算では、ここまでです。")
    assert contract.state is ContractState.ACTIVE
    assert entries(contract)[-2:] == [
        ("proposed", True, "材料費が上がりました。"),
        ("refused", True, "今期の予算では、ここまでです。"),
    ]


def test_only_a_worker_who_asks_for_another_price_is_owed_a_reason(ana: Member, ben: Member) -> None:
    first = proposed(ana, ben)
    service.change(ben, first, items(amount_yen=150_000), new_once())
    assert not is_price_talk(first, waiting(first))
    service.refuse(ana, first, waiting(first))
    contract = agreed(ana, ben)
    service.change(ana, contract, items(amount_yen=110_000), new_once())
    service.refuse(ben, contract, waiting(contract))
    service.change(ben, contract, items(scope="目次も訳す。"), new_once())
    service.refuse(ana, contract, waiting(contract))
    assert [price for _state, price, _body in entries(contract)] == [False] * len(entries(contract))
