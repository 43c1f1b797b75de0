"""Rows of agreed work."""

from marketplace.calendar import PayRule
from marketplace.contracts.models.contracts import (
    ACTIVE,
    LIVE,
    NEGOTIABLE,
    UNAGREED,
    Contract,
    ContractState,
    EndingCause,
)
from marketplace.contracts.models.doing import (
    ContractAttachment,
    ContractEnding,
    ContractEntry,
    ContractReminder,
    Delivery,
    DeliveryState,
    EndingState,
    EntryKind,
    Milestone,
    MilestoneState,
    ReminderKind,
)
from marketplace.contracts.models.feeds import CalendarFeed
from marketplace.contracts.models.reviews import Review, ReviewSide
from marketplace.contracts.models.secrecy import SecrecyAgreement, SecrecyPaper, SecrecySignature, SecrecyState
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
    "NEGOTIABLE",
    "UNAGREED",
    "CalendarFeed",
    "Contract",
    "ContractAttachment",
    "ContractEnding",
    "ContractEntry",
    "ContractNotice",
    "ContractReminder",
    "ContractShare",
    "ContractState",
    "ContractTerms",
    "Delivery",
    "DeliveryState",
    "EndingCause",
    "EndingState",
    "EntryKind",
    "Milestone",
    "MilestoneState",
    "NoticeKind",
    "PayRule",
    "ReminderKind",
    "Review",
    "ReviewSide",
    "Rights",
    "SecrecyAgreement",
    "SecrecyPaper",
    "SecrecySignature",
    "SecrecyState",
    "TermsState",
    "Withholding",
]
