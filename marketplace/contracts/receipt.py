"""What follows from the day on which work is received, by the terms and by the law."""

from dataclasses import dataclass
from datetime import date

from marketplace import calendar
from marketplace.contracts.figures import Figures, figures
from marketplace.contracts.models import ContractTerms, Withholding
from marketplace.contracts.withholding import withholds


@dataclass(frozen=True)
class Receipt:
    """The days that run from one day of receipt, in Tokyo."""

    received_on: date
    inspect_by: date | None
    """None where nothing is inspected."""
    pay_on: date
    pay_limit_on: date


def receipt_on(terms: ContractTerms, received_on: date) -> Receipt:
    """Return the days that run from `received_on`."""
    upstream = terms.upstream_due_on if terms.is_re_entrusted else None
    days = terms.inspection_days
    return Receipt(
        received_on,
        calendar.inspection_limit(received_on, days) if days else None,
        calendar.payment_day(received_on, terms.payment_rule, upstream),
        calendar.last_lawful_day(received_on, upstream),
    )


def figures_of(terms: ContractTerms, amount_yen: int, received_on: date, paid_on: date, *, is_company: bool) -> Figures:
    """Return what an amount of the terms comes to: its tax, what is withheld, and what arrives.

    `is_company` says whether the client acts for one: a company withholds whether or not it has employees.
    """
    is_kept_back = withholds(is_company=is_company, has_employees=terms.client_has_employees)
    kind = terms.withholding if is_kept_back else Withholding.NOT_SUBJECT
    return figures(amount_yen, kind, is_tax_included=terms.is_tax_included, supplied_on=received_on, paid_on=paid_on)
