"""What the law asks of terms is named where it is missing, with the reason; what is lawful passes."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from marketplace.calendar import PayRule
from marketplace.clock import today
from marketplace.contracts.faults import MOST_DAYS_UNDECIDED, Side, cautions, faults, share_faults
from marketplace.contracts.items import Items, Part, Share, Undecided, changed, even_shares
from marketplace.contracts.models import Rights, Withholding
from marketplace.jobs.models import RewardKind
from tests.marketplace.contracts.agreeing import in_days, items

ALONE = Side(client_id=1, worker_id=2)
OF_A_COMPANY = Side(client_id=1, worker_id=2, is_company=True)


@pytest.fixture(autouse=True)
def spoken(app: Flask) -> Any:
    with app.test_request_context():
        yield


def fields_of(found: Items, side: Side = ALONE, before: Items | None = None) -> list[str]:
    sentences = faults(found, side, before)
    assert all(each.sentence for each in sentences)
    return [each.field for each in sentences]


def test_whole_terms_have_no_faults() -> None:
    assert fields_of(items()) == []
    assert fields_of(items(due_on=None, starts_on=in_days(1), ends_on=in_days(60))) == []
    assert fields_of(items(pay_rule=PayRule.AFTER_RECEIPT, pay_days=60)) == []
    assert fields_of(items(reward_kind=RewardKind.HOURLY, formula="作業した時間を0.5時間ごとに合計する")) == []


def test_empty_terms_are_asked_for_each_item_of_the_law() -> None:
    assert fields_of(Items()) == [
        *("client_name", "worker_name", "client_has_employees", "scope", "rights", "due_on", "amount_yen"),
        *("is_tax_included", "withholding", "pay_day"),
    ]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"due_on": None, "starts_on": in_days(1)}, "ends_on"),
        ({"due_on": None, "ends_on": in_days(1)}, "starts_on"),
        ({"due_on": None, "starts_on": in_days(9), "ends_on": in_days(8)}, "ends_on"),
        ({"due_on": in_days(-1)}, "due_on"),
        ({"is_remote": False}, "place"),
        ({"inspection_days": 61}, "inspection_days"),
        ({"revision_limit": None}, "revision_limit"),
        ({"amount_yen": 0}, "amount_yen"),
        ({"amount_yen": 1_000_000_001}, "amount_yen"),
        ({"reward_kind": RewardKind.PIECE}, "formula"),
        # The law: never beyond the sixtieth day, whenever the work is received.
        ({"pay_months": 2}, "pay_rule"),
        ({"pay_day": 31}, "pay_rule"),
        ({"pay_rule": PayRule.AFTER_RECEIPT, "pay_days": 61}, "pay_rule"),
        ({"pay_rule": PayRule.AFTER_RECEIPT}, "pay_days"),
        ({"pay_rule": PayRule.ON_A_DAY}, "pay_on"),
        ({"pay_rule": PayRule.ON_A_DAY, "pay_on": in_days(30 + 60)}, "pay_on"),
        ({"is_re_entrusted": True, "upstream_due_on": in_days(40)}, "upstream_client"),
        ({"pay_rule": PayRule.ON_A_DAY, "pay_on": in_days(71), "is_re_entrusted": True, "upstream_client": "A",
          "upstream_due_on": in_days(41)}, "pay_on"),
    ],
)  # fmt: skip
def test_each_fault_is_named_at_its_field(said: dict[str, Any], field: str) -> None:
    assert field in fields_of(items(**said))


def test_the_last_lawful_days_pass() -> None:
    assert fields_of(items(pay_rule=PayRule.ON_A_DAY, pay_on=in_days(30 + 59))) == []
    upstream = {"is_re_entrusted": True, "upstream_client": "A", "upstream_due_on": in_days(41)}
    assert fields_of(items(pay_rule=PayRule.ON_A_DAY, pay_on=in_days(70), **upstream)) == []


def test_a_person_without_employees_withholds_nothing_and_a_company_always_may() -> None:
    alone = items(client_has_employees=False)
    assert fields_of(alone) == ["withholding"]
    assert fields_of(replace(alone, withholding=Withholding.NOT_SUBJECT)) == []
    assert fields_of(alone, OF_A_COMPANY) == []
    assert fields_of(items(client_is_business=False), OF_A_COMPANY) == ["client_is_business"]


def test_what_is_undecided_has_a_reason_and_a_day_before_the_work_is_received() -> None:
    fine = Undecided(item="点数", reason="原稿がそろっていないため", decide_by=in_days(30))
    assert fields_of(items(undecided=(fine,))) == []
    late = replace(fine, decide_by=in_days(31))
    assert fields_of(items(undecided=(fine, late))) == ["undecided.1.decide_by"]
    far = replace(fine, decide_by=today() + timedelta(days=MOST_DAYS_UNDECIDED + 1))
    assert fields_of(items(due_on=in_days(200), undecided=(far,))) == ["undecided.0.decide_by"]
    empty = Undecided(item="", reason="", decide_by=None)
    assert fields_of(items(undecided=(empty,))) == [
        "undecided.0.item", "undecided.0.reason", "undecided.0.decide_by",
    ]  # fmt: skip
    assert fields_of(items(undecided=(fine,) * 6)) == ["undecided.5.item"]


def test_a_fixed_day_of_payment_is_held_against_the_first_part_too() -> None:
    first, last = (Part(title=each, due_on=in_days(day), amount_yen=60_000) for each, day in (("a", 5), ("b", 150)))
    fixed = {"pay_rule": PayRule.ON_A_DAY, "pay_closing_day": None, "pay_months": None, "pay_day": None}
    parts = items(milestones=(first, last), due_on=in_days(150), pay_on=in_days(160), **fixed)
    assert fields_of(parts) == ["pay_on"]
    assert fields_of(replace(parts, milestones=(replace(first, due_on=in_days(140)), last))) == []
    assert fields_of(replace(parts, pay_on=in_days(60))) == []
    # What was due before today, and stays as it was agreed, has its day of payment already.
    over = replace(parts, milestones=(replace(first, due_on=in_days(-5)), last))
    assert fields_of(over, before=over) == []
    assert fields_of(over) == ["pay_on"]


def test_milestones_make_the_whole_reward_and_end_with_the_work() -> None:
    half = Part(title="前半", due_on=in_days(10), amount_yen=60_000)
    assert fields_of(items(milestones=(half, half))) == []
    assert fields_of(items(milestones=(half, replace(half, amount_yen=59_999)))) == ["milestones.1.amount_yen"]
    assert fields_of(items(milestones=(half, replace(half, due_on=in_days(31))))) == ["milestones.1.due_on"]
    assert fields_of(items(milestones=(half,), reward_kind=RewardKind.HOURLY, formula="x")) == ["milestones.0.title"]
    empty = Part(title="", due_on=None, amount_yen=None)
    assert fields_of(items(milestones=(empty,))) == [
        "milestones.0.title", "milestones.0.due_on", "milestones.0.amount_yen",
    ]  # fmt: skip


def test_a_service_does_not_go_on_after_the_day_of_delivery() -> None:
    period = {"starts_on": in_days(3), "ends_on": in_days(31)}
    assert fields_of(items(**period)) == ["ends_on"]
    assert fields_of(items(**period | {"ends_on": in_days(30)})) == []
    assert fields_of(items(due_on=None, **period)) == []
    # What was agreed before stays as it is while other things change.
    assert fields_of(items(amount_yen=130_000, **period), before=items(**period)) == []


def test_nothing_is_kept_back_of_what_a_corporation_is_paid() -> None:
    corporation = Side(client_id=1, worker_id=2, is_company=True, pays_corporation=True)
    assert fields_of(items(withholding=Withholding.SUBJECT), corporation) == ["withholding"]
    assert fields_of(items(withholding=Withholding.NOT_SUBJECT), corporation) == []


def test_the_shares_of_a_team_make_one_whole() -> None:
    team = Side(client_id=1, worker_id=2, team_member_ids=frozenset({2, 3, 4}))
    assert fields_of(items(shares=even_shares([2, 3, 4])), team) == []
    assert [each.percent for each in even_shares([2, 3, 4])] == [34, 33, 33]
    # The leader says it later.
    assert fields_of(items(), team) == []
    assert [each.field for each in share_faults((), team)] == ["shares.0.percent"]
    wrong = ([(2, 99)], [(2, 101)], [(2, 120), (3, -20)], [(3, 100)], [(2, 50), (9, 50)], [(2, 50), (2, 50)])
    for pairs in wrong:
        shares = tuple(Share(member_id=key, percent=percent) for key, percent in pairs)
        assert fields_of(items(shares=shares), team) == ["shares.0.percent"], pairs
    assert fields_of(items(shares=even_shares([2]))) == ["shares.0.percent"]


def test_what_was_agreed_may_be_of_the_past() -> None:
    agreed = items(due_on=in_days(-3))
    assert fields_of(items(due_on=in_days(-3), amount_yen=130_000), before=agreed) == []
    assert fields_of(items(due_on=in_days(-2)), before=agreed) == ["due_on"]


def test_less_reward_long_work_and_consumers_are_spoken_of() -> None:
    assert cautions(items(), items()) == []
    assert len(cautions(items(amount_yen=119_999), items())) == 1
    assert len(cautions(items(is_tax_included=True), items())) == 1
    half_a_year = items(due_on=None, starts_on=in_days(0), ends_on=in_days(200))
    assert len(cautions(half_a_year)) == 1
    assert len(cautions(replace(half_a_year, client_is_business=False))) == 1


def test_what_belongs_to_another_choice_is_left_out() -> None:
    found = items(
        pay_on=in_days(1),
        pay_days=3,
        upstream_client="A",
        place="京都",
        formula="x",
        rights_note="y",
        rights=Rights.NONE,
    ).tidied()
    assert (found.pay_on, found.pay_days, found.upstream_client, found.place, found.formula, found.rights_note) == (
        None, None, "", "", "", "",
    )  # fmt: skip
    assert found.pay_day == 25
    assert changed(items(), items(amount_yen=1, change_reason="x")) == ["amount_yen"]
