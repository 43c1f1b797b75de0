"""Why a rule of payment is not lawful, in sentences."""

from datetime import date

import pytest

from marketplace.calendar import MONTH_END, PaymentRule
from marketplace.contracts.objections import objection
from marketplace.i18n import speaking

pytestmark = pytest.mark.usefixtures("session")

RECEIVED = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def japanese(session: None) -> object:
    with speaking("ja"):
        yield


def test_nothing_is_said_of_a_lawful_rule() -> None:
    assert objection(PaymentRule.monthly(MONTH_END, 1, 25)) == ""
    assert objection(PaymentRule.on(date(2027, 1, 20)), RECEIVED) == ""


def test_a_monthly_rule_is_refused_by_an_example() -> None:
    assert objection(PaymentRule.monthly(MONTH_END, 2, MONTH_END)) == (
        "「月末締め、翌々月末払い」では、3月1日に受領すると支払いは5月31日で、92日目になります。法律の定めは60日目までです。"
        "「月末締め、翌月25日払い」なら、いつ受領しても間に合います。"
    )


def test_the_practice_of_two_months_is_named_where_it_would_help() -> None:
    said = objection(PaymentRule.monthly(MONTH_END, 1, MONTH_END))
    assert "7月1日に受領すると支払いは8月31日で、62日目" in said
    assert "「2か月以内」とみる運用もあります" in said
    with speaking("en"):
        said = objection(PaymentRule.monthly(MONTH_END, 1, MONTH_END))
    assert "received on July 1" in said
    assert ". Some read this as “within two months”" in said


def test_a_day_is_refused_with_the_last_that_would_do() -> None:
    assert objection(PaymentRule.on(date(2027, 1, 21)), RECEIVED) == (
        "2027年1月21日は、受領する日を1日目として61日目です。法律の定めは60日目までです。2027年1月20日までの日にしてください。"
    )
    assert objection(PaymentRule.on(date(2027, 3, 3)), RECEIVED, date(2027, 2, 1)) == (
        "再委託の支払いは、元委託者の支払期日(2027年2月1日)を1日目として30日目までです。2027年3月2日までの日にしてください。"
    )


def test_a_day_since_receipt_is_refused_by_its_number() -> None:
    assert "60以下の日数に" in objection(PaymentRule.after_receipt(61))


def test_a_fixed_day_cannot_be_judged_without_a_day_of_receipt() -> None:
    assert "受領の期日も入れてください" in objection(PaymentRule.on(date(2027, 1, 20)))
