"""From agreed rows to what a notice says: names, days, yen, and what a team's leader tells each member."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.calendar import PayRule, re_entrusting_limit
from marketplace.contracts.items import Part
from marketplace.contracts.models import Contract, ContractShare, ContractState, ContractTerms, Rights, Withholding
from marketplace.contracts.notice import Notice
from marketplace.contracts.noticing import notice_of, notice_to_member
from marketplace.contracts.printing import render
from marketplace.contracts.reckoning import reckon
from marketplace.jobs.models import RewardKind
from tests.factories.companies import CompanyFactory
from tests.factories.contracts import ContractFactory
from tests.factories.teams import TeamFactory
from tests.marketplace.contracts.agreeing import items
from tests.marketplace.typeset_papers import Paper

pytestmark = pytest.mark.usefixtures("session")
AT = datetime(2026, 11, 28, 5, 30, tzinfo=UTC)


def rows_of(contract: Contract) -> tuple[Contract, ContractTerms]:
    """Read a contract and its first version as a page would, so that nothing is asked for later."""
    db.db.session.expire_all()
    parties = (Contract.client, Contract.worker, Contract.company, Contract.team)
    found = db.db.session.scalars(
        select(Contract).where(Contract.id == contract.id).options(*(joinedload(each) for each in parties))
    ).one()
    shares = selectinload(ContractTerms.shares).joinedload(ContractShare.member)
    terms = db.db.session.scalars(
        select(ContractTerms).where(ContractTerms.contract_id == contract.id).options(shares)
    ).one()
    return found, terms


def noticed(contract: Contract) -> Notice:
    return notice_of(*rows_of(contract), AT, confidentiality="個別の契約")


FIXED = {
    "due_on": date(2026, 12, 15),
    "is_tax_included": False,
    "withholding": Withholding.SUBJECT,
    "client_has_employees": True,
    "pay_rule": PayRule.MONTHLY,
    "pay_days": None,
    "pay_closing_day": 31,
    "pay_months": 1,
    "pay_day": 25,
}
"""Of the freelance law's kind, its days and yen known beforehand."""


def test_days_and_yen_are_reckoned_from_the_agreed_day(
    cleo: Member, ana: Member, make_contract: ContractFactory
) -> None:
    notice = noticed(make_contract(cleo, ana, started_at=AT, **FIXED))
    assert (notice.entrusted_on, notice.inspected_by) == (date(2026, 11, 28), date(2026, 12, 22))
    assert (notice.paid_on, notice.pay_limit_on) == (date(2027, 1, 25), date(2027, 2, 12))
    assert (notice.fee_yen, notice.tax_yen, notice.withheld_yen, notice.net_yen) == (120_000, 12_000, 12_252, 119_748)
    assert notice.client_agreed_at == notice.worker_agreed_at == AT
    assert notice.confidentiality == "個別の契約"


def test_both_are_named_as_agreed_and_as_members(
    cleo: Member, ana: Member, make_company: CompanyFactory, make_contract: ContractFactory
) -> None:
    contract = make_contract(cleo, ana)
    contract.company_id = make_company("minato", cleo, name="みなと商会").id
    db.db.session.flush()
    notice = noticed(contract)
    assert (notice.client.name, notice.client.nickname, notice.client.username) == (
        "株式会社みなと商会",
        "Cleo",
        "cleo",
    )
    assert notice.client.company == "みなと商会"
    assert (notice.worker.name, notice.worker.username, notice.worker.team) == ("高瀬 律", "ana", "")


def test_a_client_without_employees_keeps_nothing_back(
    cleo: Member, ana: Member, make_contract: ContractFactory
) -> None:
    notice = noticed(make_contract(cleo, ana, **FIXED | {"client_has_employees": False}))
    assert (notice.withheld_yen, notice.net_yen) == (0, 132_000)
    assert "この支払いからは差し引きません" in Paper(render(notice, "ja")).text()


def test_a_company_keeps_back_whether_or_not_it_has_employees(
    cleo: Member, ana: Member, make_contract: ContractFactory, make_company: CompanyFactory
) -> None:
    contract = make_contract(cleo, ana, **FIXED | {"client_has_employees": False})
    contract.company_id = make_company("minagiwa", cleo).id
    db.db.session.flush()
    notice = noticed(contract)
    assert (notice.withheld_yen, notice.net_yen) == (12_252, 119_748)


def test_a_draft_has_no_day_of_entrusting(cleo: Member, ana: Member, make_contract: ContractFactory) -> None:
    notice = noticed(make_contract(cleo, ana, ContractState.PROPOSED, **FIXED))
    assert (notice.entrusted_on, notice.client_agreed_at, notice.worker_agreed_at) == (None, None, None)
    assert "条件の案です" in Paper(render(notice, "ja")).text()


def test_services_count_from_their_last_day_and_re_entrusted_work_from_the_original_payment(
    cleo: Member, ana: Member, make_contract: ContractFactory
) -> None:
    period = {"due_on": None, "starts_on": date(2026, 12, 1), "ends_on": date(2026, 12, 15)}
    assert noticed(make_contract(cleo, ana, **FIXED | period)).pay_limit_on == date(2027, 2, 12)
    upstream = {"is_re_entrusted": True, "upstream_client": "元の会社", "upstream_due_on": date(2027, 1, 31)}
    notice = noticed(make_contract(cleo, ana, **FIXED | upstream))
    assert (notice.pay_limit_on, notice.upstream_client) == (date(2027, 3, 1), "元の会社")


def test_every_column_of_the_terms_reaches_the_paper(
    cleo: Member, ana: Member, ben: Member, make_team: TeamFactory, make_contract: ContractFactory
) -> None:
    told = ("client_name", "worker_name", "scope", "rights_note", "place", "formula", "pay_method")
    told += ("upstream_client", "ending_note", "change_reason")
    words = {name: f"文字の{number}番" for number, name in enumerate(told)}
    more = {
        "is_re_entrusted": True,
        "upstream_due_on": date(2027, 1, 31),
        "rights": Rights.LICENCE,
        "undecided": [{"item": "事項の一", "reason": "理由の一", "decide_by": "2026-12-05"}],
        "milestones": [{"title": "区切りの一", "due_on": "2026-12-10", "amount_yen": 120_000}],
        "revision_limit": 8,
        "inspection_days": 9,
    }
    team = make_team("yakubo", ana, ben, name="訳房")
    shares = {ana: 60, ben: 40}
    contract = make_contract(cleo, ana, team=team, shares=shares, title="題の一", **FIXED | words | more)
    letters = Paper(render(noticed(contract), "ja")).letters()
    for said in (*words.values(), "題の一", "事項の一", "理由の一", "区切りの一", "利用許諾", "8回まで", "9日以内"):
        assert said in letters
    assert "Ana@ana60%72,000円Ben@ben40%48,000円" in letters


def test_parts_in_yen_of_work_by_the_hour_are_not_known(
    cleo: Member, ana: Member, ben: Member, make_contract: ContractFactory
) -> None:
    hourly = {"reward_kind": RewardKind.HOURLY, "formula": "時間", "amount_yen": 5_000}
    notice = noticed(make_contract(cleo, ana, shares={ana: 50, ben: 50}, **FIXED | hourly))
    assert [share.amount_yen for share in notice.shares] == [None, None]
    assert (notice.fee_yen, notice.net_yen, notice.tax_percent) == (None, None, 10)


def test_what_json_keeps_of_it_is_the_same_notice(cleo: Member, ana: Member, make_contract: ContractFactory) -> None:
    notice = noticed(make_contract(cleo, ana, shares={ana: 100}, **FIXED))
    assert Notice.read(notice.content()) == notice


def test_a_leader_tells_each_member_what_is_re_entrusted(
    cleo: Member, ana: Member, ben: Member, make_team: TeamFactory, make_contract: ContractFactory
) -> None:
    team = make_team("yakubo", ana, ben, name="訳房")
    contract, terms = rows_of(make_contract(cleo, ana, team=team, shares={ana: 60, ben: 40}, started_at=AT, **FIXED))
    notice = notice_to_member(contract, terms, terms.shares[1], AT)
    assert (notice.client.name, notice.client.team, notice.worker.username) == ("高瀬 律", "訳房", "ben")
    assert (notice.is_re_entrusted, notice.upstream_client) == (True, "株式会社みなと商会")
    assert notice.upstream_due_on == notice_of(contract, terms, AT).paid_on == date(2027, 1, 25)
    assert (notice.pay_limit_on, notice.paid_on) == (date(2027, 2, 23), date(2027, 2, 1))
    assert (notice.amount_yen, notice.fee_yen, notice.withheld_yen, notice.net_yen) == (48_000, 48_000, 0, 52_800)
    assert notice_to_member(contract, terms, terms.shares[1], AT, pay_on=date(2027, 1, 29)).paid_on == date(2027, 1, 29)
    assert notice_to_member(contract, terms, terms.shares[1], AT, has_employees=True).withheld_yen == 4_900
    letters = Paper(render(notice, "ja")).letters()
    for said in ("取引条件通知書(再委託)", "チームの代表(委託者)", "30日目の2027年2月23日", "2027年2月1日(月)払い"):
        assert said in letters
    assert "72,000" not in letters
    assert "受託者の同意" not in letters
    share = terms.shares[1]
    share.asked_at = share.confirmed_at = AT
    assert notice_to_member(contract, terms, share, AT).worker_agreed_at == AT
    assert notice.number != notice_of(contract, terms, AT).number


IN_PARTS = FIXED | {
    "due_on": date(2027, 1, 7),
    "amount_yen": 2_000_001,
    "milestones": [
        {"title": "前半", "due_on": "2026-12-18", "amount_yen": 1_000_000},
        {"title": "後半", "due_on": "2027-01-07", "amount_yen": 1_000_001},
    ],
}


def test_milestones_are_paid_and_taxed_each_by_itself(
    cleo: Member, ana: Member, make_contract: ContractFactory
) -> None:
    notice = noticed(make_contract(cleo, ana, **IN_PARTS))
    assert [each.paid_on for each in notice.milestones] == [date(2027, 1, 25), date(2027, 2, 25)]
    assert (notice.fee_yen, notice.tax_yen, notice.withheld_yen) == (2_000_001, 200_000, 204_200)
    assert notice.net_yen is not None
    parts = [Part(title="前半", due_on=date(2026, 12, 18), amount_yen=1_000_000)]
    parts.append(Part(title="後半", due_on=date(2027, 1, 7), amount_yen=1_000_001))
    typed = items(due_on=date(2027, 1, 7), amount_yen=2_000_001, milestones=tuple(parts))
    reckoned = reckon(typed, is_company=False).sums
    assert reckoned is not None
    assert (reckoned.withholding_yen, reckoned.net_yen) == (notice.withheld_yen, notice.net_yen)
    letters = Paper(render(notice, "ja")).letters()
    assert "前半2026年12月18日(金)1,000,000円2027年1月25日(月)" in letters
    assert "60日目です。" in letters


def test_a_leader_passes_each_milestone_on_after_its_own_day(
    cleo: Member, ana: Member, ben: Member, make_contract: ContractFactory
) -> None:
    contract, terms = rows_of(make_contract(cleo, ana, shares={ana: 67, ben: 33}, **IN_PARTS))
    notice = notice_to_member(contract, terms, terms.shares[1], AT, has_employees=True)
    said = [(each.amount_yen, each.upstream_due_on, each.paid_on) for each in notice.milestones]
    assert said == [
        (330_000, date(2027, 1, 25), date(2027, 2, 1)), (330_000, date(2027, 2, 25), date(2027, 3, 4)),
    ]  # fmt: skip
    assert sum(each.amount_yen for each in notice.milestones) == notice.amount_yen == notice.fee_yen
    assert notice.withheld_yen == 2 * 33_693
    for each in notice.milestones:
        assert each.upstream_due_on is not None
        assert each.paid_on is not None
        assert each.upstream_due_on < each.paid_on <= re_entrusting_limit(each.upstream_due_on)
    letters = Paper(render(notice, "ja")).letters()
    assert "前半2026年12月18日(金)330,000円2027年1月25日(月)2027年2月1日(月)" in letters
    assert "その表の支払期日に支払います" in letters
    assert Notice.read(notice.content()) == notice


def test_a_member_is_told_which_part_of_work_by_the_hour_is_theirs_and_who_has_none_stands_in_no_notice(
    cleo: Member, ana: Member, ben: Member, make_contract: ContractFactory
) -> None:
    hourly = {"reward_kind": RewardKind.HOURLY, "formula": "時間", "amount_yen": 5_000}
    contract, terms = rows_of(make_contract(cleo, ana, shares={ana: 60, ben: 40}, **FIXED | hourly))
    notice = notice_to_member(contract, terms, terms.shares[1], AT)
    assert "1時間あたり5,000円(税別)の40%" in Paper(render(notice, "ja")).letters()
    contract, terms = rows_of(make_contract(cleo, ana, shares={ana: 100, ben: 0}, **FIXED))
    letters = Paper(render(notice_of(contract, terms, AT), "ja")).letters()
    assert ("@ana100%" in letters, "@ben" in letters) == (True, False)
