"""The amounts of a payment: fee, consumption tax, what is withheld, and what arrives."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from marketplace.contracts import consumption_tax
from marketplace.contracts.models import Withholding
from marketplace.contracts.withholding import withheld


@dataclass(frozen=True)
class Figures:
    """Amounts of one payment in yen. The fee for a transfer is the payer's, and appears nowhere."""

    fee_yen: int
    """報酬(税抜)"""
    tax_yen: int
    """消費税"""
    withholding_yen: int
    """源泉徴収税額"""

    @property
    def gross_yen(self) -> int:
        """支払総額(税込)"""
        return self.fee_yen + self.tax_yen

    @property
    def net_yen(self) -> int:
        """差引支払額: what arrives."""
        return self.gross_yen - self.withholding_yen


def total(payments: Sequence[Figures]) -> Figures:
    """Return what payments come to together, of each of which tax was computed."""
    return Figures(
        sum(each.fee_yen for each in payments),
        sum(each.tax_yen for each in payments),
        sum(each.withholding_yen for each in payments),
    )


def figures(
    amount_yen: int,
    kind: Withholding,
    *,
    is_tax_included: bool,
    supplied_on: date,
    paid_on: date,
    is_tax_separated: bool = True,
) -> Figures:
    """Return what an amount comes to; of hours or pieces give the sum of all, for tax is rounded once.

    `kind` says what is withheld when anything is: give NOT_SUBJECT for a payee that is a corporation and for a client
    who withholds nothing. Withheld is of the fee without consumption tax where papers separate the two, as ours do.
    """
    if amount_yen < 1:
        raise ValueError(amount_yen)
    if is_tax_included:
        tax_yen = consumption_tax.contained_in(amount_yen, supplied_on)
        fee_yen = amount_yen - tax_yen
    else:
        tax_yen, fee_yen = consumption_tax.added_to(amount_yen, supplied_on), amount_yen
    base_yen = fee_yen if is_tax_separated else fee_yen + tax_yen
    return Figures(fee_yen, tax_yen, withheld(base_yen, kind, paid_on))
