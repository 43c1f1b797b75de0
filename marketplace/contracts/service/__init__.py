"""Agreeing on work, doing it, paying for it, and ending it."""

from marketplace.contracts.service.doing_clock import (
    TEND,
    tend,
    tend_all,
)
from marketplace.contracts.service.doing_course import (
    begin,
    settle,
)
from marketplace.contracts.service.doing_delivering import (
    accept,
    deliver,
    revise,
    take_back,
)
from marketplace.contracts.service.doing_ending import (
    agree_to_end,
    end,
    refuse_to_end,
    withdraw_ending,
)
from marketplace.contracts.service.doing_paying import (
    confirm_payment,
    dispute_payment,
    report_payment,
)
from marketplace.contracts.service.doing_writing import (
    acknowledge,
    tell_of_leaving,
    warn,
    write,
)
from marketplace.contracts.service.filling import end_full_job
from marketplace.contracts.service.merging import follow_merger, move_merged
from marketplace.contracts.service.notices import NOTICE, issue, make_notices, record_of, view
from marketplace.contracts.service.shares import as_sent
from marketplace.contracts.service.sharing import confirm_share, refuse_share, share_out
from marketplace.contracts.service.terms import (
    Opening,
    agree,
    change,
    end_between,
    end_proposed_of,
    propose,
    refuse,
    side_for,
    side_of,
    withdraw,
)

__all__ = [
    "NOTICE",
    "TEND",
    "Opening",
    "accept",
    "acknowledge",
    "agree",
    "agree_to_end",
    "as_sent",
    "begin",
    "change",
    "confirm_payment",
    "confirm_share",
    "deliver",
    "dispute_payment",
    "end",
    "end_between",
    "end_full_job",
    "end_proposed_of",
    "follow_merger",
    "issue",
    "make_notices",
    "move_merged",
    "propose",
    "record_of",
    "refuse",
    "refuse_share",
    "refuse_to_end",
    "report_payment",
    "revise",
    "settle",
    "share_out",
    "side_for",
    "side_of",
    "take_back",
    "tell_of_leaving",
    "tend",
    "tend_all",
    "view",
    "warn",
    "withdraw",
    "withdraw_ending",
    "write",
]
