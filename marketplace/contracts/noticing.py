"""From agreed rows to notices: what the client tells the worker, and a team's leader each member."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from marketplace import calendar, sharing
from marketplace.accounts.models import Member
from marketplace.calendar import PayRule
from marketplace.clock import local_day
from marketplace.contracts import consumption_tax
from marketplace.contracts.figures import Figures, figures, total
from marketplace.contracts.models import Contract, ContractShare, ContractTerms, Withholding
from marketplace.contracts.notice import Milestone, Notice, Party, Share, Undecided
from marketplace.contracts.receipt import Receipt, figures_of, receipt_on
from marketplace.jobs.models import RewardKind

DAYS_TO_PASS_ON = 5
"""Business days within which a leader pays the members after the client has paid."""


def notice_of(contract: Contract, terms: ContractTerms, issued_at: datetime, confidentiality: str = "") -> Notice:
    """Return what a version of the terms says; a draft while it is not agreed.

    Asks for nothing: parties, company and team of the contract, and shares of the terms with their members are there.
    """
    receipt = receipt_on(terms, _received_on(terms))
    return Notice(
        number=number_of(terms),
        version=terms.number,
        issued_at=issued_at,
        change_reason=terms.change_reason,
        client=_party(terms.client_name, contract.client, company=contract.company.name if contract.company else ""),
        worker=_party(terms.worker_name, contract.worker, team=contract.team.name if contract.team else ""),
        client_is_business=terms.client_is_business,
        amount_yen=terms.amount_yen,
        withholding=terms.withholding,
        pay_rule=terms.pay_rule,
        pay_on=terms.pay_on,
        pay_days=terms.pay_days,
        pay_closing_day=terms.pay_closing_day,
        pay_months=terms.pay_months,
        pay_day=terms.pay_day,
        paid_on=receipt.pay_on,
        pay_limit_on=receipt.pay_limit_on,
        pay_method=terms.pay_method,
        is_re_entrusted=terms.is_re_entrusted,
        upstream_client=terms.upstream_client,
        upstream_due_on=terms.upstream_due_on if terms.is_re_entrusted else None,
        shares=_shares_of(terms),
        confidentiality=confidentiality,
        client_agreed_at=terms.client_agreed_at,
        worker_agreed_at=terms.worker_agreed_at,
        **_work(contract, terms, receipt),
        **_sums(terms, _figures_of(contract, terms, receipt)),
    )


def notice_to_member(
    contract: Contract,
    terms: ContractTerms,
    share: ContractShare,
    issued_at: datetime,
    *,
    pay_on: date | None = None,
    has_employees: bool = False,
    confidentiality: str = "",
) -> Notice:
    """Return what the leader of the team tells one of its members, to whom a share of the work is re-entrusted.

    It is paid on `pay_on`, by default soon after the client has paid; milestones each after their own day.
    `has_employees` of the leader decides whether tax is withheld.
    """
    whole = notice_of(contract, terms, issued_at, confidentiality)
    paid_on = pay_on or _soon_after(whole.paid_on, _received_on(terms))
    amount_yen, percent = _own_part(whole, share)
    parts = _own_milestones(whole, share, amount_yen)
    kind = terms.withholding if has_employees else Withholding.NOT_SUBJECT
    return replace(
        whole,
        number=f"{whole.number}-{share.position + 1}",
        is_to_member=True,
        client=whole.worker,
        worker=_party(share.member.nickname, share.member),
        client_is_business=True,
        part=share.part,
        milestones=parts,
        shares=(),
        amount_yen=amount_yen,
        percent=percent,
        is_re_entrusted=True,
        upstream_client=terms.client_name,
        upstream_due_on=whole.paid_on,
        client_agreed_at=terms.worker_agreed_at,
        worker_agreed_at=share.confirmed_at if share.asked_at else None,
        **_on_a_day(paid_on, calendar.last_lawful_day(_received_on(terms), whole.paid_on)),
        **_sums(terms, _taxed(terms, parts or _as_one(terms, amount_yen, paid_on), kind)),
    )


def number_of(terms: ContractTerms) -> str:
    """Return the number of the notice of a version: a document is found by it for years."""
    return f"MU-{terms.contract_id:06}-{terms.number}"


def _received_on(terms: ContractTerms) -> date:
    """Return the agreed day of receipt: of what is delivered, or the last day of services (Article 4)."""
    agreed_on = terms.due_on or terms.ends_on
    if agreed_on is None:
        raise ValueError(terms.id)
    return agreed_on


def _party(name: str, member: Member, company: str = "", team: str = "") -> Party:
    return Party(name=name, nickname=member.nickname, username=member.username, company=company, team=team)


def _work(contract: Contract, terms: ContractTerms, receipt: Receipt) -> dict[str, Any]:
    """Return what is the same for the worker and for every member of the team."""
    return {
        "entrusted_on": local_day(terms.agreed_at) if terms.agreed_at else None,
        "title": contract.title,
        "scope": terms.scope,
        "rights": terms.rights,
        "rights_note": terms.rights_note,
        "due_on": terms.due_on,
        "starts_on": terms.starts_on,
        "ends_on": terms.ends_on,
        "is_remote": terms.is_remote,
        "place": terms.place,
        "inspection_days": terms.inspection_days,
        "inspected_by": receipt.inspect_by,
        "revision_limit": terms.revision_limit,
        "reward_kind": terms.reward_kind,
        "formula": terms.formula,
        "is_tax_included": terms.is_tax_included,
        "undecided": tuple(
            Undecided(item=each["item"], reason=each["reason"], decide_by=date.fromisoformat(each["decide_by"]))
            for each in terms.undecided
        ),
        "milestones": tuple(
            Milestone(
                title=each["title"],
                due_on=(due_on := date.fromisoformat(each["due_on"])),
                amount_yen=int(each["amount_yen"]),
                paid_on=receipt_on(terms, due_on).pay_on,
            )
            for each in terms.milestones
        ),
        "ending_note": terms.ending_note,
    }


def _shares_of(terms: ContractTerms) -> tuple[Share, ...]:
    """Return the share of each who takes part; of a reward by the hour or piece the yen are not known yet."""
    shares = [share for share in terms.shares if share.percent]
    percents = [share.percent for share in shares]
    amounts: list[int] | list[None] = [None] * len(percents)
    if percents and terms.reward_kind is RewardKind.FIXED:
        amounts = sharing.split(terms.amount_yen, percents)
    return tuple(
        Share(
            name=share.member.nickname,
            username=share.member.username,
            percent=share.percent,
            amount_yen=amount_yen,
            part=share.part,
        )
        for share, amount_yen in zip(shares, amounts, strict=True)
    )


def _own_part(whole: Notice, share: ContractShare) -> tuple[int, int]:
    """Return the member's amount of a fixed reward; of others the amount of an hour or piece, and which part of it."""
    own = next(each for each in whole.shares if each.username == share.member.username)
    return (whole.amount_yen, own.percent) if own.amount_yen is None else (own.amount_yen, 100)


def _own_milestones(whole: Notice, share: ContractShare, amount_yen: int) -> tuple[Milestone, ...]:
    """Return the member's part of each milestone; yen that are left over by cutting off come with the last one."""
    yen = [each.amount_yen * share.percent // sharing.WHOLE for each in whole.milestones]
    yen[-1:] = [amount_yen - sum(yen[:-1])] if yen else []
    return tuple(
        replace(each, amount_yen=own, upstream_due_on=each.paid_on, paid_on=_soon_after(each.paid_on, each.due_on))
        for each, own in zip(whole.milestones, yen, strict=True)
        if each.paid_on
    )


def _as_one(terms: ContractTerms, amount_yen: int, paid_on: date) -> tuple[Milestone]:
    return (Milestone(title="", due_on=_received_on(terms), amount_yen=amount_yen, paid_on=paid_on),)


def _soon_after(upstream_due_on: date, received_on: date) -> date:
    """Return the day on which a leader passes on what the client has paid: as short a time as is sure (Article 4)."""
    limit = calendar.business_day_on_or_before(calendar.last_lawful_day(received_on, upstream_due_on))
    return min(calendar.business_days_after(max(upstream_due_on, received_on), DAYS_TO_PASS_ON), limit)


def _taxed(terms: ContractTerms, parts: Sequence[Milestone], kind: Withholding) -> Figures | None:
    """Return what a member's payments come to; nothing of one who has no part of the reward."""
    paid = [
        figures(
            each.amount_yen,
            kind,
            is_tax_included=terms.is_tax_included,
            supplied_on=each.due_on,
            paid_on=each.paid_on or each.due_on,
        )
        for each in parts
        if each.amount_yen
    ]
    return total(paid) if paid else None


def _figures_of(contract: Contract, terms: ContractTerms, receipt: Receipt) -> Figures:
    """Return what the reward comes to: milestones are paid, and taxed, each by itself."""
    is_company = contract.company_id is not None
    parts = [(int(each["amount_yen"]), date.fromisoformat(each["due_on"])) for each in terms.milestones]
    return total(
        [
            figures_of(terms, amount_yen, due_on, receipt_on(terms, due_on).pay_on, is_company=is_company)
            for amount_yen, due_on in parts or [(terms.amount_yen, receipt.received_on)]
        ]
    )


def _on_a_day(paid_on: date, limit: date) -> dict[str, Any]:
    """Return how a notice says that a bank transfer comes on one day."""
    others = dict.fromkeys(("pay_days", "pay_closing_day", "pay_months", "pay_day"))
    day = {"pay_on": paid_on, "paid_on": paid_on, "pay_limit_on": limit}
    return {"pay_rule": PayRule.ON_A_DAY, "pay_method": "", **day, **others}


def _sums(terms: ContractTerms, sums: Figures | None) -> dict[str, Any]:
    """Return the amounts of a fixed reward, taxed as on the agreed day of receipt; of others they are not known yet."""
    percent = consumption_tax.rate_on(_received_on(terms))
    if sums is None or terms.reward_kind is not RewardKind.FIXED:
        return {"tax_percent": percent, "fee_yen": None, "tax_yen": None, "withheld_yen": None, "net_yen": None}
    return {
        "tax_percent": percent,
        "fee_yen": sums.fee_yen,
        "tax_yen": sums.tax_yen,
        "withheld_yen": sums.withholding_yen,
        "net_yen": sums.net_yen,
    }
