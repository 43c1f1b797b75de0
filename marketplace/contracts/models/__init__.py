"""Rows of agreed work."""

from marketplace.calendar import PayRule
from marketplace.contracts.models.contracts import (
    ACTIVE,
    LIVE,
    Contract,
    ContractState,
    EndingCause,
)
from marketplace.contracts.models.doing import (
    ContractAttachment,
    ContractEntry,
    Delivery,
    DeliveryState,
    EntryKind,
    Milestone,
    MilestoneState,
)
from marketplace.contracts.models.terms import (
    ContractNotice,
    ContractShare,
    ContractTerms,
    NoticeKind,
    Rights,
    TermsState,
    Withholding,
)

__all__ = [
    "ACTIVE",
    "LIVE",
    "Contract",
    "ContractAttachment",
    "ContractEntry",
    "ContractNotice",
    "ContractShare",
    "ContractState",
    "ContractTerms",
    "Delivery",
    "DeliveryState",
    "EndingCause",
    "EntryKind",
    "Milestone",
    "MilestoneState",
    "NoticeKind",
    "PayRule",
    "Rights",
    "TermsState",
    "Withholding",
]
