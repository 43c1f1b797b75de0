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
from marketplace.contracts.policy.terms import (
    can_agree,
    can_change,
    can_propose,
    can_refuse,
    can_view,
    can_withdraw,
)

__all__ = [
    "can_accept",
    "can_acknowledge",
    "can_agree",
    "can_agree_to_end",
    "can_change",
    "can_confirm_payment",
    "can_deliver",
    "can_end",
    "can_open",
    "can_propose",
    "can_refuse",
    "can_refuse_to_end",
    "can_report_payment",
    "can_revise",
    "can_take_back",
    "can_view",
    "can_warn",
    "can_withdraw",
    "can_withdraw_ending",
    "can_write",
]
