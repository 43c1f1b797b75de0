"""The rule of payment as a version of the terms keeps it."""

from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError

from marketplace.accounts.models import Member
from marketplace.calendar import MONTH_END, PaymentRule, PayRule
from marketplace.contracts.models import Contract, ContractTerms
from marketplace.db import db


def test_terms_know_their_rule() -> None:
    assert ContractTerms(pay_rule=PayRule.AFTER_RECEIPT, pay_days=30).payment_rule == PaymentRule.after_receipt(30)
    monthly = ContractTerms(pay_rule=PayRule.MONTHLY, pay_closing_day=31, pay_months=1, pay_day=25)
    assert monthly.payment_rule == PaymentRule.monthly(MONTH_END, 1, 25)
    on_a_day = ContractTerms(pay_rule=PayRule.ON_A_DAY, pay_on=date(2027, 1, 20))
    assert on_a_day.payment_rule == PaymentRule.on(date(2027, 1, 20))


@pytest.mark.usefixtures("session")
def test_what_is_closed_is_not_paid_before_in_the_same_month(ana: Member, ben: Member) -> None:
    contract = Contract(client_id=ana.id, worker_id=ben.id, proposer_id=ana.id, once="1", title="翻訳")
    db.session.add(contract)
    db.session.flush()

    def add(number: int, closing_day: int, pay_day: int) -> None:
        with db.session.begin_nested():
            db.session.add(
                ContractTerms(
                    contract_id=contract.id,
                    number=number,
                    proposer_id=ana.id,
                    once=str(number),
                    client_name="阿部",
                    worker_name="別所",
                    scope="翻訳",
                    due_on=date(2026, 12, 1),
                    amount_yen=1,
                    pay_rule=PayRule.MONTHLY,
                    pay_closing_day=closing_day,
                    pay_months=0,
                    pay_day=pay_day,
                )
            )

    with pytest.raises(IntegrityError, match="pay_rule_is_whole"):
        add(1, 20, 10)
    add(2, 20, MONTH_END)
