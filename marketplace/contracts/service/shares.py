"""The shares of a team under a version of the terms: stored, and asked for where they change."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import delete

from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.contracts import queries
from marketplace.contracts.items import Items, Share
from marketplace.contracts.models import Contract, ContractShare, ContractTerms
from marketplace.db import db
from marketplace.errors import Conflict
from marketplace.events import service as events
from marketplace.events.kinds import EventKind
from marketplace.i18n import _
from marketplace.sharing import WHOLE


def put_shares(by: Member, contract: Contract, terms: ContractTerms, shares: Sequence[Share]) -> None:
    """Store the shares of a version in the place of those it has, and ask each who did not agree to theirs.

    Who gets nothing takes no part, and is not named but for the leader, who answers for all; who had a part before is
    asked whether they give it up. Only the leader asks: what the client proposes has no shares until the leader
    decides if anybody would have to be asked.
    """
    rows = _taken_over(by, contract, terms, shares)
    if not rows:
        return
    asked = [row for row in rows if row.asked_at is not None]
    db.session.execute(delete(ContractShare).where(ContractShare.terms_id == terms.id))
    db.session.add_all(rows)
    db.session.flush()
    for row in asked:
        events.record(EventKind.SHARE_ASKED, by, member=db.session.get_one(Member, row.member_id), contract=contract)


def as_sent(by: Member, contract: Contract, items: Items) -> Items:
    """Return what is stored of `items` that `by` proposes: without shares for which somebody would have to be asked."""
    terms = ContractTerms(**items.tidied().columns())
    return items if _taken_over(by, contract, terms, items.shares) else replace(items, shares=())


def _taken_over(by: Member, contract: Contract, terms: ContractTerms, shares: Sequence[Share]) -> list[ContractShare]:
    """Return the rows of shares that `by` proposes; none where only the leader may ask for them."""
    rows = _rows(contract, terms, shares) if shares else []
    is_asking = any(row.asked_at is not None for row in rows)
    return [] if is_asking and by.id != contract.worker_id else rows


def _rows(contract: Contract, terms: ContractTerms, shares: Sequence[Share]) -> list[ContractShare]:
    words = queries.words_of(contract)
    parts = [each for each in shares if each.percent or each.member_id == contract.worker_id]
    named = {each.member_id for each in parts}
    gone = [Share(member_id=each, percent=0) for each, word in words.items() if word.percent and each not in named]
    rows = [
        ContractShare(
            terms_id=terms.id, member_id=each.member_id, position=place, percent=each.percent or 0, part=each.part
        )
        for place, each in enumerate([*parts, *gone])
    ]
    for row in rows:
        word = words.get(row.member_id)
        if word is not None and word.covers(row, terms):
            row.confirmed_at = word.given_at
        elif row.member_id != contract.worker_id:
            row.asked_at = now()
    return rows


def require_shared(contract: Contract, terms: ContractTerms) -> None:
    """Refuse to let a team begin before its leader has shared out the reward, and each has confirmed their share."""
    if contract.team_id is None and not terms.shares:
        return
    if queries.names_who_left(terms):
        raise Conflict(_("分配のあるメンバーが、チームを離れています。代表が分配を決めなおすと、同意できます。"))
    if queries.total_of(terms) != WHOLE:
        raise Conflict(_("チームの分配が、まだ決まっていません。代表が決め、メンバーが確認すると、同意できます。"))
    silent = queries.unconfirmed(terms)
    if silent:
        names = _("さん、").join(each.nickname for each in silent)
        raise Conflict(_("%(names)sさんが、まだ分配を確認していません。全員が確認すると、同意できます。", names=names))
