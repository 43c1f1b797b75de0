"""What it takes to agree: sound items, and contracts that were proposed by their verb."""

import secrets
from datetime import date, timedelta
from typing import Any

from marketplace.accounts.models import Member
from marketplace.calendar import PayRule
from marketplace.clock import today
from marketplace.contracts import queries, service
from marketplace.contracts.items import Items, Share
from marketplace.contracts.models import Contract, ContractTerms, Rights, Withholding
from marketplace.contracts.service import Opening
from marketplace.db import db
from marketplace.teams.models import Team


def in_days(days: int) -> date:
    """Return the day so many days from today."""
    return today() + timedelta(days=days)


def items(**said: Any) -> Items:
    """Return items in which nothing is missing; `said` in the place of some."""
    whole: dict[str, Any] = {
        "client_name": "株式会社みなと商会",
        "worker_name": "高瀬 律",
        "client_has_employees": True,
        "scope": "取扱説明書(40ページ)を英語から日本語に翻訳する。",
        "rights": Rights.TRANSFER,
        "due_on": in_days(30),
        "amount_yen": 120_000,
        "is_tax_included": False,
        "withholding": Withholding.SUBJECT,
        "pay_rule": PayRule.MONTHLY,
        "pay_closing_day": 31,
        "pay_months": 1,
        "pay_day": 25,
    }
    return Items(**whole | said)


def new_once() -> str:
    """Return a value as a form makes it."""
    return secrets.token_urlsafe(16)


def proposed(client: Member, worker: Member, team: Team | None = None, **said: Any) -> Contract:
    """Offer work, and return the contract as `get_for` gives it."""
    opening = Opening(title="取扱説明書の翻訳", worker=worker, team=team)
    contract = service.propose(client, opening, items(**said), new_once())
    db.session.flush()
    return queries.get_for(client, contract.id)


def waiting(contract: Contract) -> ContractTerms:
    """Return the version that waits for an answer."""
    found = queries.find_proposed(contract)
    assert found is not None
    return found


def agreed(client: Member, worker: Member, team: Team | None = None, **said: Any) -> Contract:
    """Offer work, and let the worker agree; `shares` of a team are what its leader decides."""
    shares = said.pop("shares", ())
    contract = proposed(client, worker, team, **said)
    if shares:
        service.share_out(worker, contract, waiting(contract), shares)
    confirm_all(contract)
    service.agree(worker, contract, waiting(contract))
    return contract


def confirm_all(contract: Contract) -> None:
    """Let each who is asked for their share under the version that waits take part."""
    terms = waiting(contract)
    for share in terms.shares:
        if share.waits:
            service.confirm_share(share.member, contract, terms)


def shares_of(*pairs: tuple[Member, int]) -> tuple[Share, ...]:
    """Return shares of members."""
    return tuple(Share(member_id=member.id, percent=percent, part="翻訳") for member, percent in pairs)
