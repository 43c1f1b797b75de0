"""Handing papers in, deciding about them, and destroying them."""

from marketplace.verification.service.destroying import DESTROY, destroy
from marketplace.verification.service.handing_in import (
    EXPIRE,
    add_pages,
    compare_anew,
    expire,
    expire_overdue,
    hand_in,
    remove_page,
    withdraw,
    withdraw_all,
    withdraw_proof,
)
from marketplace.verification.service.reviewing import approve, look, send_back, take

__all__ = [
    "DESTROY",
    "EXPIRE",
    "add_pages",
    "approve",
    "compare_anew",
    "destroy",
    "expire",
    "expire_overdue",
    "hand_in",
    "look",
    "remove_page",
    "send_back",
    "take",
    "withdraw",
    "withdraw_all",
    "withdraw_proof",
]
