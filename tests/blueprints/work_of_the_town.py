"""What the colleague and the owner of the town have agreed on."""

from typing import Any

from flask import current_app

from marketplace.accounts.models import Member
from marketplace.contracts import queries as contracts
from marketplace.contracts.models import ContractState, SecrecyAgreement
from marketplace.contracts.secrecy_wording import SecrecyItems
from marketplace.contracts.service import reviews, secrecy
from marketplace.contracts.service.reviews import ReviewWords
from marketplace.db import db
from marketplace.profiles.models import PersonalDetails
from tests.factories.contracts import ContractFactory
from tests.factories.notices import a_notice
from tests.marketplace.contracts.signing import printed


def work_together(client: Member, worker: Member) -> dict[str, Any]:
    """Let them have completed a contract and reviewed it; return what stands in the addresses."""
    done = ContractFactory(current_app)(client, worker, ContractState.COMPLETED)
    said = ReviewWords((5, 5, 5, 5, 5), "よい取引でした。", None)
    review = [reviews.write(author, done, said) for author in (client, worker)][-1]
    notice = a_notice(done, worker)
    live = contracts.get_for(client, ContractFactory(current_app)(client, worker).id)
    terms = {"purpose": "翻訳のため", "years": 3, "may_re_entrust": False, "discloses_address": False, "special": ""}
    secrecy.propose(client, live, SecrecyItems(**terms))
    agreement = _under_other_names(client, worker)
    there = {f"contract_id of reviews.{endpoint}": done.id for endpoint in ("write", "reply")}
    there |= {f"contract_id of secrecy.{each}": live.id for each in ("propose", "refuse", "show", "sign", "withdraw")}
    more = {
        "notice_id": notice.id,
        "review_id": review.id,
        "agreement_id": agreement.id,
        "number": 1,
        "name": f"{'x' * 43}.ics",
    }
    return there | more


def _under_other_names(client: Member, worker: Member) -> SecrecyAgreement:
    """Let both have signed what is printed, and be called as before."""
    details = [db.session.get_one(PersonalDetails, member.id) for member in (client, worker)]
    names = [each.name for each in details]
    for each in details:
        each.name = ""
    agreement = printed(ContractFactory(current_app)(client, worker), client, worker)
    for each, name in zip(details, names, strict=True):
        each.name = name
    return agreement
