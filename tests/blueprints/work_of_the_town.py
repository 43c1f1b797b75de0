"""What the colleague and the owner of the town have agreed on."""

from typing import Any

from flask import current_app

from marketplace.accounts.models import Member
from marketplace.contracts import queries as contracts
from marketplace.contracts.models import ContractState
from marketplace.contracts.secrecy_wording import SecrecyItems
from marketplace.contracts.service import reviews, secrecy
from marketplace.contracts.service.reviews import ReviewWords
from tests.factories.contracts import ContractFactory
from tests.factories.notices import a_notice


def work_together(client: Member, worker: Member) -> dict[str, Any]:
    """Let them have completed a contract and reviewed it; return what stands in the addresses."""
    done = ContractFactory(current_app)(client, worker, ContractState.COMPLETED)
    for author in (client, worker):
        reviews.write(author, done, ReviewWords((5, 5, 5, 5, 5), "よい取引でした。", None))
    notice = a_notice(done, worker)
    live = contracts.get_for(client, ContractFactory(current_app)(client, worker).id)
    terms = {"purpose": "翻訳のため", "years": 3, "may_re_entrust": False, "discloses_address": False, "special": ""}
    secrecy.propose(client, live, SecrecyItems(**terms))
    there = {f"contract_id of reviews.{endpoint}": done.id for endpoint in ("write", "reply")}
    there |= {f"contract_id of secrecy.{each}": live.id for each in ("propose", "refuse", "show", "sign", "withdraw")}
    return there | {"notice_id": notice.id, "number": 1, "name": f"{'x' * 43}.ics"}
