"""Sharing out what a team gets: its leader decides, and each whose part changes says whether they take part."""

from collections.abc import Sequence

from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.contracts import policy, queries
from marketplace.contracts.faults import share_faults
from marketplace.contracts.items import Share
from marketplace.contracts.models import Contract, ContractShare, ContractTerms
from marketplace.contracts.service.shares import put_shares
from marketplace.contracts.service.terms import hold, require_authority, require_waiting, side_of
from marketplace.db import db
from marketplace.errors import Conflict, Invalid, require
from marketplace.events import service as events
from marketplace.events.kinds import EventKind
from marketplace.i18n import _


def share_out(actor: Member, contract: Contract, terms: ContractTerms, shares: Sequence[Share]) -> None:
    """Decide who of the team gets which part under a version that waits; raises Invalid unless they make one whole.

    Who has agreed to the same percent of no smaller reward for the same part already is not asked again.
    """
    hold(contract, terms)
    require(policy.can_share_out(actor, contract), _("分配を決められるのは、チームの代表だけです。"))
    require_authority(contract)
    require_waiting(terms)
    found = share_faults(tuple(shares), side_of(contract))
    if found:
        raise Invalid(found[0].sentence)
    put_shares(actor, contract, terms, shares)
    db.session.expire(terms, ["shares"])


def confirm_share(actor: Member, contract: Contract, terms: ContractTerms, seen: str | None = None) -> None:
    """Take part for one's share; the leader is told when nobody is missing. Raises Conflict when it is too late.

    `seen` is the share as they read it (`as_read`): nobody is bound to one that took its place.
    """
    share = _own(actor, contract, terms)
    require(policy.can_answer_share(actor, share))
    _require_open(terms, share, seen)
    share.confirmed_at = now()
    db.session.flush()
    if not queries.unconfirmed(terms):
        events.record(EventKind.SHARES_CONFIRMED, actor, member=contract.worker, contract=contract)


def refuse_share(actor: Member, contract: Contract, terms: ContractTerms, seen: str | None = None) -> None:
    """Do not take part so: the leader shares out anew, and nothing else follows from it."""
    share = _own(actor, contract, terms)
    require(policy.can_answer_share(actor, share))
    _require_open(terms, share, seen)
    share.refused_at = now()
    events.record(EventKind.SHARE_REFUSED, actor, member=contract.worker, contract=contract)


def _own(actor: Member, contract: Contract, terms: ContractTerms) -> ContractShare:
    hold(contract, terms)
    return queries.get_share(actor, terms)


def _require_open(terms: ContractTerms, share: ContractShare, seen: str | None) -> None:
    require_waiting(terms)
    if not share.waits:
        raise Conflict(_("この分配には、すでに回答しています。"))
    if seen not in {None, share.as_read}:
        raise Conflict(
            _(
                "画面を開いたあとで、代表が担当と分配を決めなおしました(前は「%(before)s」)。"
                "いまの内容を確認して、あらためて答えてください。",
                before=seen,
            )
        )
