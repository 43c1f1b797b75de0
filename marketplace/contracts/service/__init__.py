"""Agreeing on work, doing it, paying for it, and ending it."""

from marketplace.contracts.service.doing_clock import TEND, tend, tend_all
from marketplace.contracts.service.doing_course import begin, settle
from marketplace.contracts.service.doing_delivering import accept, deliver, revise, take_back
from marketplace.contracts.service.doing_ending import agree_to_end, end, refuse_to_end, withdraw_ending
from marketplace.contracts.service.doing_paying import confirm_payment, report_payment
from marketplace.contracts.service.doing_writing import acknowledge, warn, write

__all__ = [
    "TEND",
    "accept",
    "acknowledge",
    "agree_to_end",
    "begin",
    "confirm_payment",
    "deliver",
    "end",
    "refuse_to_end",
    "report_payment",
    "revise",
    "settle",
    "take_back",
    "tend",
    "tend_all",
    "warn",
    "withdraw_ending",
    "write",
]
