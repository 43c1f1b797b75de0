"""Fee, consumption tax, what is withheld, what arrives: by the examples of the tax office and of others' statements."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.contracts import consumption_tax, withholding
from marketplace.contracts.figures import Figures, figures
from marketplace.contracts.models import Withholding
from marketplace.jobs.categories import Category
from marketplace.payouts.models import Entity, PayeeDetails, TaxStatus
from marketplace.payouts.models import Withholding as Declared

DAY = date(2026, 11, 28)
AMOUNTS = st.integers(1, 1_000_000_000)
KINDS = st.sampled_from(Withholding)


def of(amount_yen: int, kind: Withholding, *, is_tax_included: bool = False, on: date = DAY) -> Figures:
    return figures(amount_yen, kind, is_tax_included=is_tax_included, supplied_on=on, paid_on=on)


@pytest.mark.parametrize(
    ("base_yen", "withheld_yen"),
    [
        (1_500_000, 204_200),
        (1_000_000, 102_100),
        (1_000_001, 102_100),
        (1_000_005, 102_101),
        (649, 66),
        (9, 0),
        (10, 1),
        (50_000, 5_105),
        (1_000_000_000, 204_097_900),
    ],
)
def test_what_is_withheld_of_a_fee(base_yen: int, withheld_yen: int) -> None:
    assert withholding.withheld(base_yen, Withholding.SUBJECT, DAY) == withheld_yen
    assert withholding.withheld(base_yen, Withholding.NOT_SUBJECT, DAY) == 0


@pytest.mark.parametrize(
    ("base_yen", "withheld_yen"),
    [(10_000, 0), (9_999, 0), (1, 0), (30_000, 2_042), (100_000, 9_189), (2_000_000, 203_179)],
)
def test_of_a_scriveners_fee_ten_thousand_yen_are_free_and_there_is_no_step(base_yen: int, withheld_yen: int) -> None:
    assert withholding.withheld(base_yen, Withholding.SCRIVENER, DAY) == withheld_yen


@given(AMOUNTS)
def test_a_higher_fee_never_leaves_less(base_yen: int) -> None:
    for kind in Withholding:
        more = withholding.withheld(base_yen + 1, kind, DAY) - withholding.withheld(base_yen, kind, DAY)
        assert more in {0, 1}


def test_a_statement_of_the_days_of_eight_percent() -> None:
    """契約649 + 税51 − 源泉66 = 634."""
    old = of(649, Withholding.SUBJECT, on=date(2018, 6, 1))
    assert (old.fee_yen, old.tax_yen, old.withholding_yen, old.net_yen) == (649, 51, 66, 634)
    assert old.gross_yen == 700


def test_tax_on_top_and_within() -> None:
    assert of(100_000, Withholding.SUBJECT) == Figures(100_000, 10_000, 10_210)
    assert of(110_000, Withholding.SUBJECT, is_tax_included=True) == Figures(100_000, 10_000, 10_210)
    assert of(649, Withholding.NOT_SUBJECT) == Figures(649, 64, 0)
    assert of(109, Withholding.NOT_SUBJECT, is_tax_included=True) == Figures(100, 9, 0)
    assert of(1, Withholding.SUBJECT) == Figures(1, 0, 0)


def test_where_papers_do_not_separate_the_tax_it_is_withheld_of_too() -> None:
    found = figures(
        110_000,
        Withholding.SUBJECT,
        is_tax_included=True,
        supplied_on=DAY,
        paid_on=DAY,
        is_tax_separated=False,
    )
    assert (found.gross_yen, found.withholding_yen) == (110_000, 11_231)


def test_tax_is_that_of_the_day_of_delivery_not_of_payment() -> None:
    found = figures(
        10_000,
        Withholding.NOT_SUBJECT,
        is_tax_included=False,
        supplied_on=date(2019, 9, 30),
        paid_on=date(2019, 10, 31),
    )
    assert found.tax_yen == 800


@given(AMOUNTS, KINDS, st.booleans())
def test_amounts_add_up(amount_yen: int, kind: Withholding, is_tax_included: bool) -> None:
    found = of(amount_yen, kind, is_tax_included=is_tax_included)
    assert found.fee_yen + found.tax_yen == found.gross_yen
    assert found.gross_yen - found.withholding_yen == found.net_yen > 0
    assert amount_yen == (found.gross_yen if is_tax_included else found.fee_yen)
    assert is_tax_included or found.tax_yen == found.fee_yen // 10
    assert min(found.fee_yen, found.tax_yen, found.withholding_yen) >= 0


@given(AMOUNTS)
def test_the_fee_within_an_amount_makes_that_amount_again_or_one_yen_more(amount_yen: int) -> None:
    inside = of(amount_yen, Withholding.NOT_SUBJECT, is_tax_included=True)
    again = of(inside.fee_yen, Withholding.NOT_SUBJECT)
    assert again.gross_yen - amount_yen in {0, 1}


def test_no_amount_has_no_figures() -> None:
    with pytest.raises(ValueError, match="0"):
        of(0, Withholding.SUBJECT)


def test_rates_go_by_the_day() -> None:
    for first, percent in consumption_tax.RATES:
        assert consumption_tax.rate_on(first) == percent
        assert first.year == 1989 or consumption_tax.rate_on(first - timedelta(days=1)) < percent
    with pytest.raises(ValueError, match="1989"):
        consumption_tax.rate_on(date(1989, 3, 31))
    with pytest.raises(ValueError, match="2012"):
        withholding.rates_on(date(2012, 12, 31))


def test_persons_without_employees_withhold_nothing() -> None:
    assert withholding.withholds(is_company=True, has_employees=False)
    assert withholding.withholds(is_company=False, has_employees=True)
    assert not withholding.withholds(is_company=False, has_employees=False)


@pytest.mark.parametrize(
    ("category", "entity", "declared", "kind"),
    [
        (Category.TRANSLATION, None, None, Withholding.SUBJECT),
        (Category.DEVELOPMENT, None, None, Withholding.NOT_SUBJECT),
        (Category.WEB, None, None, None),
        (Category.TRANSLATION, Entity.CORPORATION, Declared.NONE, Withholding.NOT_SUBJECT),
        (Category.TRANSLATION, Entity.INDIVIDUAL, Declared.UNSURE, Withholding.SUBJECT),
        (Category.TRANSLATION, Entity.INDIVIDUAL, Declared.FEE, Withholding.SUBJECT),
        (Category.TRANSLATION, Entity.INDIVIDUAL, Declared.NONE, None),
        (Category.DEVELOPMENT, Entity.INDIVIDUAL, Declared.FEE, None),
        (Category.WEB, Entity.INDIVIDUAL, Declared.FEE, Withholding.SUBJECT),
        (Category.WEB, Entity.INDIVIDUAL, Declared.NONE, Withholding.NOT_SUBJECT),
        (Category.WEB, Entity.INDIVIDUAL, Declared.UNSURE, None),
        (Category.LEGAL, Entity.INDIVIDUAL, Declared.SCRIVENER, Withholding.SCRIVENER),
        (Category.TRANSLATION, Entity.INDIVIDUAL, Declared.SCRIVENER, None),
    ],
)
def test_what_a_contract_begins_with(
    category: Category, entity: Entity | None, declared: Declared | None, kind: Withholding | None
) -> None:
    payee = (
        PayeeDetails(entity=entity, tax_status=TaxStatus.TAXABLE, withholding=declared) if entity and declared else None
    )
    assert withholding.assumed(category, payee) is kind
