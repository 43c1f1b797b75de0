"""What both agreed to is told: printed, stored, entered in the log, once for each who has to know it."""

import hashlib
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from marketplace import storage
from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.contracts import queries, service
from marketplace.contracts.models import Contract, ContractNotice, NoticeKind
from marketplace.contracts.queries import filing
from marketplace.contracts.queries.filing import Sought
from marketplace.contracts.secrecy_wording import SecrecyItems
from marketplace.contracts.service import secrecy
from marketplace.db import db
from marketplace.errors import NotAllowed, NotFound
from marketplace.events.kinds import EventKind
from marketplace.events.models import Event
from marketplace.jobs.models import RewardKind
from marketplace.profiles.models import PersonalDetails
from marketplace.transparency import signing
from marketplace.transparency.checking import check, load_key
from marketplace.transparency.receipts import receipt_for
from tests.factories.teams import TeamFactory
from tests.marketplace.contracts.agreeing import agreed, items, new_once, shares_of, waiting

pytestmark = pytest.mark.usefixtures("session", "empty_places")


def made(contract: Contract) -> list[ContractNotice]:
    """Let the errand be done, twice as errands may be, and return all notices of the contract."""
    terms = queries.get_terms(contract, contract.terms_number or 0)
    for _time in range(2):
        db.session.flush()
        db.session.expunge_all()
        service.make_notices(1, {"terms": terms.id})
    db.session.flush()
    question = select(ContractNotice).where(ContractNotice.contract_id == contract.id).order_by(ContractNotice.id)
    return list(db.session.scalars(question))


def test_the_worker_is_told_once_and_nothing_of_it_can_be_changed_unseen(app: Flask, ana: Member, ben: Member) -> None:
    contract = agreed(ana, ben)
    (notice,) = made(contract)
    pdf = storage.get(notice.storage_key)
    assert pdf.startswith(b"%PDF")
    assert hashlib.sha256(pdf).hexdigest() == notice.sha256
    assert (notice.recipient_id, notice.kind, notice.viewed_at) == (ben.id, NoticeKind.CLIENT_TO_WORKER, None)
    assert abs(notice.delivered_at - now()) < timedelta(minutes=1)
    told = db.session.scalars(select(Event).where(Event.kind == EventKind.CONTRACT_NOTICED)).one()
    assert (told.actor_id, told.member_id, told.contract_id) == (ana.id, ben.id, contract.id)
    receipt = receipt_for(notice.leaf_index, record=service.record_of(notice), salt=notice.salt)
    proven = check(receipt, load_key(signing.published_key()))
    assert proven.kind == "contract.noticed"
    assert (proven.record or {})["pdf_sha256"] == notice.sha256


@pytest.mark.parametrize(
    "deed",
    [
        "UPDATE contract_notices SET sha256 = 'x'",
        "UPDATE contract_notices SET content = '{}'",
        "UPDATE contract_notices SET delivered_at = NULL",
        "UPDATE contract_notices SET viewed_at = NULL",
        "DELETE FROM contract_notices",
        "UPDATE contract_entries SET body = 'x'",
        "DELETE FROM contract_entries",
        "UPDATE contracts SET terms_number = 7",
    ],
)
def test_the_database_keeps_what_was_told_and_written_and_knows_the_version_in_force(
    deed: str, ana: Member, ben: Member
) -> None:
    contract = agreed(ana, ben)
    (notice,) = made(contract)
    service.view(ben, notice)
    db.session.flush()
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(text(deed))


def test_each_further_version_is_told_anew(ana: Member, ben: Member) -> None:
    contract = agreed(ana, ben)
    made(contract)
    contract = queries.get_for(ana, contract.id)
    service.change(ana, contract, items(amount_yen=130_000), new_once())
    service.agree(ben, contract, waiting(contract))
    first, second = made(contract)
    assert (first.content["version"], second.content["version"]) == (1, 2)
    assert first.sha256 != second.sha256


def test_a_leader_tells_each_who_shares_in_the_work_with_the_items_of_re_entrusting(
    ana: Member, ben: Member, cleo: Member, make_member: Callable[[str], Member], make_team: TeamFactory
) -> None:
    idle = make_member("idle")
    team = make_team("kaki", ben, cleo, idle)
    contract = agreed(ana, ben, team, shares=shares_of((ben, 60), (cleo, 40), (idle, 0)))
    notices = {each.recipient_id: each for each in made(contract)}
    assert notices.keys() == {ben.id, cleo.id}
    told = notices[cleo.id].content
    assert notices[cleo.id].kind is NoticeKind.LEADER_TO_MEMBER
    assert told["is_re_entrusted"] is True
    assert told["upstream_client"] == "株式会社みなと商会"
    upstream, paid = date.fromisoformat(told["upstream_due_on"]), date.fromisoformat(told["pay_on"])
    assert upstream <= paid <= upstream + timedelta(days=29)
    contract = queries.get_for(ana, contract.id)
    seen = {
        member.username: [each.recipient_id for each in queries.notices_of(member, contract)]
        for member in (ana, ben, cleo, idle)
    }
    assert seen == {"ana": [ben.id], "ben": [cleo.id, ben.id], "cleo": [cleo.id], "idle": []}
    with pytest.raises(NotFound):
        queries.get_notice(ana, contract, notices[cleo.id].id)


def test_only_the_recipient_says_to_have_seen_it_and_the_first_time_counts(ana: Member, ben: Member) -> None:
    (notice,) = made(agreed(ana, ben))
    with pytest.raises(NotAllowed):
        service.view(ana, notice)
    service.view(ben, notice)
    first = notice.viewed_at
    service.view(ben, notice)
    assert first is not None
    assert notice.viewed_at == first


def test_nothing_is_told_of_terms_that_are_not_agreed(ana: Member, ben: Member) -> None:
    contract = agreed(ana, ben)
    change = service.change(ana, contract, items(amount_yen=130_000), new_once())
    service.make_notices(1, {"terms": change.id})
    service.make_notices(1, {"terms": change.id + 999})
    assert db.session.scalars(select(ContractNotice)).all() == []


def test_papers_are_found_by_the_yen_that_the_notices_say(
    ana: Member, ben: Member, cleo: Member, make_team: TeamFactory
) -> None:
    team = make_team("kaki", ben, cleo)
    contract = agreed(ana, ben, team, amount_yen=999_999_999, shares=shares_of((ben, 50), (cleo, 50)))
    whole, part = made(contract)
    assert (whole.amount_yen, part.amount_yen) == (999_999_999, 499_999_999)
    assert part.content["amount_yen"] == part.amount_yen
    (filed,) = filing.papers_for(cleo, Sought(least_yen=499_999_999, most_yen=499_999_999)).rows
    assert filed.id == part.id
    assert filing.papers_for(cleo, Sought(least_yen=500_000_000)).rows == []


def test_left_over_yen_stand_in_the_papers_where_they_stand_in_the_notice(
    ana: Member, ben: Member, cleo: Member, make_member: Callable[[str], Member], make_team: TeamFactory
) -> None:
    dora = make_member("dora")
    team = make_team("kaki", ben, cleo, dora)
    contract = agreed(ana, ben, team, amount_yen=10, shares=shares_of((ben, 33), (cleo, 33), (dora, 34)))
    _whole, *parts = made(contract)
    assert [part.amount_yen for part in parts] == [part.content["amount_yen"] for part in parts] == [3, 4]
    (filed,) = filing.papers_for(dora, Sought(least_yen=4)).rows
    assert filed.id == parts[1].id


def test_of_an_hourly_reward_papers_show_the_members_part_of_an_hour(
    ana: Member, ben: Member, cleo: Member, make_team: TeamFactory
) -> None:
    hourly = {"reward_kind": RewardKind.HOURLY, "formula": "作業した時間に単価を掛ける。", "amount_yen": 5_001}
    contract = agreed(ana, ben, make_team("kaki", ben, cleo), shares=shares_of((ben, 50), (cleo, 50)), **hourly)
    _whole, part = made(contract)
    assert (part.content["amount_yen"], part.content["percent"], part.amount_yen) == (5_001, 50, 2_500)


def test_a_notice_names_the_agreement_of_confidentiality_that_all_have_signed(ana: Member, ben: Member) -> None:
    contract = agreed(ana, ben)
    (first,) = made(contract)
    contract = queries.get_for(ana, contract.id)
    for member in (ana, ben):
        db.session.get_one(PersonalDetails, member.id).name = "氏名"
    wanted = SecrecyItems("翻訳のため", 3, may_re_entrust=False, discloses_address=False, special="")
    agreement = secrecy.propose(ana, contract, wanted)
    for member in (ana, ben):
        secrecy.sign(member, contract, agreement)
    service.change(ana, contract, items(amount_yen=130_000), new_once())
    service.agree(ben, contract, waiting(contract))
    second = made(contract)[1]
    assert first.content["confidentiality"] == ""
    assert second.content["confidentiality"].startswith("秘密保持の合意(20")
