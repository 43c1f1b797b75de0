"""Notices of agreed terms."""

from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.contracts import policy
from marketplace.contracts.models import ContractNotice
from marketplace.errors import require

NOTICE = "contracts.notice"
"""The topic of errands that make the notices of agreed terms; their payload is the number of the `terms`."""


def view(actor: Member, notice: ContractNotice) -> None:
    """Remember when the recipient said to have seen it; only the first time counts."""
    require(policy.can_view(actor, notice))
    if notice.viewed_at is None:
        notice.viewed_at = now()
