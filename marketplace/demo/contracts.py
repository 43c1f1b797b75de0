"""Contracts of the demo world, agreed and done by their verbs, and dated as if it had been a while ago."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import event

from marketplace.accounts.models import Member
from marketplace.attachments import examine
from marketplace.calendar import PayRule
from marketplace.clock import local_day, now, today
from marketplace.contracts import queries, service
from marketplace.contracts.items import Items, Part, Share
from marketplace.contracts.models import (
    Contract,
    ContractEnding,
    ContractEntry,
    ContractNotice,
    ContractTerms,
    Delivery,
    EndingCause,
    EntryKind,
    Review,
    Rights,
    Withholding,
)
from marketplace.contracts.receipt import figures_of, receipt_on
from marketplace.contracts.secrecy_wording import SecrecyItems
from marketplace.contracts.service import Opening, reviews, secrecy
from marketplace.contracts.service.doing_ending import Wish
from marketplace.contracts.service.reviews import ReviewWords
from marketplace.db import db
from marketplace.demo import papers
from marketplace.demo.banks import Text, bank
from marketplace.demo.past import by_day, happening
from marketplace.teams import queries as teams

Members = dict[str, Member]
"""By username."""

_MOMENTS = {
    Contract: ("started_at", "accepted_at", "completed_at", "ended_at"),
    ContractTerms: ("agreed_at", "client_agreed_at", "worker_agreed_at"),
    ContractEnding: ("decided_at",),
    ContractNotice: ("viewed_at",),
    Delivery: ("decided_at", "payment_confirmed_at"),
    Review: ("written_at", "revealed_at"),
}
"""What verbs set to the present moment, besides the columns that rows begin with."""


def agree_and_do(members: Members) -> None:
    """Let the members agree on every contract, and do what is told of it."""
    for text in bank("contracts")["contract"]:
        contract = _agreed(text, members)
        for deed in text["deed"]:
            with _working(_moment(deed)):
                if deed["who"] == "worker":
                    _see_notices(contract)
                _DEEDS[deed["deed"]](_who(contract, deed), contract, deed)
        service.settle(contract)


def _agreed(text: Text, members: Members) -> Contract:
    client, worker = members[text["client"]], members[text["worker"]]
    team = teams.get_for(worker, text["team"]) if "team" in text else None
    with _working(_moment(text)):
        opening = Opening(title=text["title"], worker=worker, team=team)
        contract = service.propose(client, opening, _items(text), _once())
        db.session.flush()
        db.session.refresh(contract, ["client", "worker", "company", "team"])
        _share_out(contract, text, members)
        proposed = queries.find_proposed(contract)
        if proposed is not None:
            service.agree(worker, contract, proposed)
            db.session.flush()
            agreed = queries.find_version(proposed.id)
            if agreed is not None:
                # As the law wants it: at once. The errand finds them made.
                service.issue(agreed, _moment(text))
    return contract


def _share_out(contract: Contract, text: Text, members: Members) -> None:
    """Let the leader of a team decide who gets which part, and each of the others take part."""
    proposed = queries.find_proposed(contract) if contract.team else None
    if proposed is None:
        return
    shares = [(members[each["username"]], each) for each in text["shares"]]
    parts = [Share(member_id=member.id, percent=each["percent"], part=each["part"]) for member, each in shares]
    service.share_out(contract.worker, contract, proposed, parts)
    for member, _each in shares[1:]:
        service.confirm_share(member, contract, proposed)


def _items(text: Text) -> Items:
    parts = [
        Part(title=each["title"], due_on=_day(each["due_in_days"]), amount_yen=each["amount_yen"])
        for each in text.get("milestones", ())
    ]
    return Items(
        client_name=text["client_name"],
        worker_name=text["worker_name"],
        client_has_employees=False,
        scope=text["scope"].strip(),
        rights=Rights.LICENCE,
        due_on=parts[-1].due_on if parts else _day(text["due_in_days"]),
        amount_yen=text["amount_yen"],
        is_tax_included=True,
        withholding=Withholding.NOT_SUBJECT,
        pay_rule=PayRule.MONTHLY,
        pay_closing_day=31,
        pay_months=1,
        pay_day=25,
        milestones=tuple(parts),
    )


def _see_notices(contract: Contract) -> None:
    for notice in queries.notices_of(contract.worker, contract):
        service.view(notice.recipient, notice)


def _write(actor: Member, contract: Contract, deed: Text) -> None:
    kind = EntryKind.MESSAGE if deed["deed"] == "write" else EntryKind(deed["deed"])
    files = [examine(name, papers.DRAWN[name]()) for name in deed.get("files", ())]
    service.write(actor, contract, kind, deed["body"], _once(), files, deed.get("needs_signature", False))


def _promise_secrecy(actor: Member, contract: Contract, deed: Text) -> None:
    items = SecrecyItems(deed["purpose"], 3, may_re_entrust=False, discloses_address=False, special=deed["special"])
    agreement = secrecy.propose(actor, contract, items)
    for signer in (contract.client, contract.worker):
        secrecy.sign(signer, contract, agreement)


def _acknowledge(actor: Member, contract: Contract, deed: Text) -> None:
    day = local_day(_moment(deed)) + timedelta(days=deed.get("starts_in_days", 0))

    def give_day(session: Any, context: Any, instances: Any) -> None:
        for row in session.new:
            if isinstance(row, ContractEntry) and "starts_in_days" in deed:
                row.data = {"starts_on": day.isoformat()}

    # What is written is never changed, and no verb takes a day that is over.
    event.listen(db.session, "before_flush", give_day)
    try:
        service.acknowledge(actor, contract, _once())
    finally:
        event.remove(db.session, "before_flush", give_day)


def _warn(actor: Member, contract: Contract, deed: Text) -> None:
    service.warn(actor, contract, _day(deed["new_in_days"]), deed["body"], _once())


def _deliver(actor: Member, contract: Contract, deed: Text) -> None:
    missing = queries.course_of(contract).missing
    service.deliver(actor, contract, _once(), deed["body"], milestone=missing[deed.get("part", 0)])
    course = queries.course_of(contract)
    delivery = course.deliveries[-1]
    receipt = receipt_on(course.terms, local_day(_moment(deed)))
    delivery.received_on, delivery.inspect_by = receipt.received_on, receipt.inspect_by
    delivery.pay_on, delivery.pay_limit_on = receipt.pay_on, receipt.pay_limit_on


def _accept(actor: Member, contract: Contract, deed: Text) -> None:
    service.accept(actor, contract, queries.course_of(contract).waiting[0])


def _pay(actor: Member, contract: Contract, deed: Text) -> None:
    course = queries.course_of(contract)
    delivery, day = course.unpaid[0], local_day(_moment(deed))
    is_company = contract.company_id is not None
    amount_yen = delivery.amount_yen or 1
    figures = figures_of(course.terms, amount_yen, delivery.received_on, day, is_company=is_company)
    service.report_payment(actor, contract, delivery, day, figures.net_yen)


def _receive(actor: Member, contract: Contract, deed: Text) -> None:
    service.confirm_payment(actor, contract, queries.course_of(contract).unconfirmed[0])


def _end(actor: Member, contract: Contract, deed: Text) -> None:
    service.end(actor, contract, Wish(EndingCause.MUTUAL, deed["body"]))


def _review(actor: Member, contract: Contract, deed: Text) -> None:
    reviews.write(actor, contract, ReviewWords(tuple(deed["scores"]), deed["text"], deed["again"]))


_DEEDS: dict[str, Callable[[Member, Contract, Text], None]] = {
    "write": _write,
    "report": _write,
    "consultation": _write,
    "promise_secrecy": _promise_secrecy,
    "acknowledge": _acknowledge,
    "warn": _warn,
    "deliver": _deliver,
    "accept": _accept,
    "pay": _pay,
    "receive": _receive,
    "end": _end,
    "review": _review,
}


@contextmanager
def _working(at: datetime) -> Iterator[None]:
    """Let what verbs do inside have been done at `at`."""

    def give_dates(session: Any, context: Any, instances: Any) -> None:
        for row in [*session.new, *session.dirty]:
            for column in _MOMENTS.get(type(row), ()):
                moment = getattr(row, column)
                if moment is not None and moment > at:
                    setattr(row, column, at)

    event.listen(db.session, "before_flush", give_dates)
    try:
        with happening(at):
            yield
    finally:
        event.remove(db.session, "before_flush", give_dates)


def _who(contract: Contract, deed: Text) -> Member:
    return contract.client if deed["who"] == "client" else contract.worker


def _moment(text: Text) -> datetime:
    return by_day(hours=24 * text["days_ago"]) if text["days_ago"] else now()


def _day(days: int) -> Any:
    return today() + timedelta(days=days)


def _once() -> str:
    return secrets.token_urlsafe(16)
