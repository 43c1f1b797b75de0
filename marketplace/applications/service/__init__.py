"""Verbs of applications: sending, taking part, taking back, answering, and how they end by themselves."""

from marketplace.applications.service.answering import (
    accept,
    annotate,
    decline,
    decline_all,
    shortlist,
    take_back,
    take_up,
)
from marketplace.applications.service.applying import Sheet, accept_changes, apply, join, refuse, withdraw
from marketplace.applications.service.ending import (
    CLOSE,
    EXPIRE,
    close_all_of,
    end_all_of,
    end_between,
    expire,
    expire_overdue,
    follow,
    let_lapse,
    note_terms,
)

__all__ = [
    "CLOSE",
    "EXPIRE",
    "Sheet",
    "accept",
    "accept_changes",
    "annotate",
    "apply",
    "close_all_of",
    "decline",
    "decline_all",
    "end_all_of",
    "end_between",
    "expire",
    "expire_overdue",
    "follow",
    "join",
    "let_lapse",
    "note_terms",
    "refuse",
    "shortlist",
    "take_back",
    "take_up",
    "withdraw",
]
