"""What terms come to while they are typed: the amounts of a payment and its day, as far as both are known."""

from dataclasses import dataclass
from datetime import date

from marketplace import calendar
from marketplace.contracts.figures import Figures, figures, total
from marketplace.contracts.items import Items
from marketplace.contracts.models import Withholding
from marketplace.contracts.objections import objection
from marketplace.contracts.withholding import withholds
from marketplace.jobs.models import RewardKind


@dataclass(frozen=True)
class Reckoning:
    """Everything that follows from what was typed; what does not follow yet is None."""

    sums: Figures | None
    """Of a fixed reward."""
    received_on: date | None
    paid_on: date | None
    limit_on: date | None
    objection: str
    """Why the law does not let it be paid so; empty when it does, or when that is not known yet."""

    @property
    def day_number(self) -> int | None:
        """Which day since receipt the payment is, the day of receipt being the first."""
        if self.received_on is None or self.paid_on is None:
            return None
        return calendar.receipt_day_number(self.received_on, self.paid_on)


def reckon(items: Items, *, is_company: bool) -> Reckoning:
    """Return what `items` come to when the client acts for a company, or for themselves."""
    items = items.tidied()
    rule, received_on = items.payment_rule, items.last_due_on
    upstream = items.upstream_due_on if items.is_re_entrusted else None
    paid_on = limit_on = None
    said = ""
    if rule is not None:
        knows_day = received_on is not None or not calendar.needs_day(rule, upstream)
        fixed = received_on if calendar.needs_day(rule, upstream) else None
        said = objection(rule, fixed, upstream) if knows_day else ""
    if received_on is not None:
        limit_on = calendar.last_lawful_day(received_on, upstream)
        paid_on = calendar.payment_day(received_on, rule, upstream) if rule is not None else None
    return Reckoning(_sums(items, is_company, received_on, paid_on), received_on, paid_on, limit_on, said)


def _sums(items: Items, is_company: bool, received_on: date | None, paid_on: date | None) -> Figures | None:
    known = items.amount_yen and items.is_tax_included is not None and items.withholding is not None
    if not known or received_on is None or paid_on is None or items.reward_kind is not RewardKind.FIXED:
        return None
    is_withheld = withholds(is_company=is_company, has_employees=bool(items.client_has_employees))
    kind = (items.withholding or Withholding.NOT_SUBJECT) if is_withheld else Withholding.NOT_SUBJECT
    return total(
        [
            figures(yen, kind, is_tax_included=bool(items.is_tax_included), supplied_on=on, paid_on=paid)
            for yen, on, paid in _payments(items) or [(items.amount_yen or 0, received_on, paid_on)]
        ]
    )


def _payments(items: Items) -> list[tuple[int, date, date]]:
    """Return what is paid for each milestone, when it is received and paid; nothing while they are not the whole."""
    rule = items.payment_rule
    upstream = items.upstream_due_on if items.is_re_entrusted else None
    known = [(each.amount_yen, each.due_on) for each in items.milestones]
    if rule is None or sum(yen or 0 for yen, _day in known) != items.amount_yen:
        return []
    return [(yen, day, calendar.payment_day(day, rule, upstream)) for yen, day in known if yen and day]
