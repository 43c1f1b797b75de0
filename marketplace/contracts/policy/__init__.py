"""Who may do what with a contract."""

from marketplace.contracts.policy.doing import (
    can_accept,
    can_acknowledge,
    can_agree_to_end,
    can_confirm_payment,
    can_deliver,
    can_end,
    can_open,
    can_refuse_to_end,
    can_report_payment,
    can_revise,
    can_take_back,
    can_warn,
    can_withdraw_ending,
    can_write,
)

__all__ = [
    "can_accept",
    "can_acknowledge",
    "can_agree_to_end",
    "can_confirm_payment",
    "can_deliver",
    "can_end",
    "can_open",
    "can_refuse_to_end",
    "can_report_payment",
    "can_revise",
    "can_take_back",
    "can_warn",
    "can_withdraw_ending",
    "can_write",
]
