"""Saving, changing, seeing and removing a bank account; comparing its name; taxes."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from marketplace import db, vault
from marketplace.accounts import passwords
from marketplace.accounts.models import EmailChange, Member
from marketplace.audit.models import AuditDeed, AuditEntry
from marketplace.clock import now
from marketplace.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.moderation import queries as office
from marketplace.outbox import Errand
from marketplace.payouts import queries, sealing, service
from marketplace.payouts.models import (
    HELD_FOR,
    BankAccount,
    Entity,
    NameComparison,
    NameGround,
    PayeeDetails,
    TaxStatus,
    Withholding,
)
from marketplace.profiles.models import PersonalDetails
from tests.factories.members import PASSWORD
from tests.marketplace.payouts.accounts import HOLDER, KANA, NUMBER, changes, verify

pytestmark = pytest.mark.usefixtures("session")


def errands(topic: str) -> list[dict[str, object]]:
    return list(db.db.session.scalars(select(Errand.payload).where(Errand.topic == topic).order_by(Errand.id)))


def test_an_account_is_kept_sealed_under_a_key_of_its_own(ana: Member) -> None:
    account = service.save_account(ana, changes(), PASSWORD)
    assert account.sealed is not None
    assert NUMBER.encode() not in account.sealed
    assert (account.masked, account.bank_name, account.branch_name) == ("****146", "みずほ", "渋谷")
    assert (account.bank_kana, account.branch_kana) == ("ミズホ", "シブヤ")
    assert account.payouts_held_until == account.created_at + HELD_FOR
    assert account.is_held(now())
    assert not account.is_held(now() + HELD_FOR)
    opened = sealing.opened(account)
    assert (opened.number, opened.holder) == (NUMBER, HOLDER)
    assert NUMBER not in repr(opened) + repr(changes())


def test_a_change_is_a_new_row_and_the_old_secret_goes_with_its_key(ana: Member) -> None:
    first = service.save_account(ana, changes(), PASSWORD)
    key = first.key_name
    assert key is not None
    second = service.save_account(ana, changes(number="0000001"), PASSWORD)
    assert queries.get_current(ana).id == second.id
    assert (first.edition, second.edition) == (1, 2)
    assert (first.sealed, first.key_name, first.ended_at is None) == (None, None, False)
    assert second.key_name != key
    with pytest.raises(NotFound):
        sealing.opened(first)
    assert vault.exists(key), "until the change is committed the old one may come back"
    (payload,) = errands(service.DESTROY_KEY)
    service.destroy_key(0, payload)
    service.destroy_key(0, payload)
    assert not vault.exists(key)
    assert sealing.opened(second).number == "0000001"


@pytest.mark.parametrize(
    "change",
    ["bank_code = '0005'", "last_digits = '999'", "payouts_held_until = created_at", "member_id = member_id + 1"],
)
def test_nothing_of_an_account_changes_but_its_end(ana: Member, ben: Member, change: str) -> None:
    account = service.save_account(ana, changes(), PASSWORD)
    with pytest.raises(IntegrityError), db.db.session.begin_nested():
        db.db.session.execute(text(f"UPDATE bank_accounts SET {change} WHERE id = {account.id}"))


def test_an_account_that_ended_does_not_come_back(ana: Member) -> None:
    account = service.save_account(ana, changes(), PASSWORD)
    service.remove_account(ana, account, PASSWORD)
    again = update(BankAccount).where(BankAccount.id == account.id)
    for values in ({"ended_at": None}, {"sealed": b"1", "key_name": "1"}):
        with pytest.raises(IntegrityError), db.db.session.begin_nested():
            db.db.session.execute(again.values(**values))


def test_a_wrong_password_changes_nothing(ana: Member) -> None:
    with pytest.raises(passwords.Wrong):
        service.save_account(ana, changes(), "not the password")
    account = service.save_account(ana, changes(), PASSWORD)
    with pytest.raises(passwords.Wrong):
        service.remove_account(ana, account, "not the password")
    with pytest.raises(passwords.Wrong):
        service.reveal(ana, account, "not the password")
    assert queries.get_current(ana).id == account.id
    assert not db.db.session.scalars(select(AuditEntry)).all()


def test_nobody_else_sees_or_removes_an_account(ana: Member, ben: Member) -> None:
    account = service.save_account(ana, changes(), PASSWORD)
    ben.moderator_since = now()
    for verb in (service.reveal, service.remove_account):
        with pytest.raises(NotAllowed):
            verb(ben, account, PASSWORD)
    with pytest.raises(NotFound):
        queries.get_current(ben)


def test_seeing_the_number_is_recorded(ana: Member) -> None:
    account = service.save_account(ana, changes(), PASSWORD)
    assert service.reveal(ana, account, PASSWORD).number == NUMBER
    entry = db.db.session.scalars(select(AuditEntry)).one()
    assert (entry.deed, entry.actor_id, entry.subject_id) == (AuditDeed.BANK_REVEALED, ana.id, account.id)
    assert entry.details == {"what": "number"}


def test_a_branch_that_is_not_there_is_refused_and_leaves_no_key(ana: Member) -> None:
    before = set(vault.names())
    with pytest.raises(service.OtherPlace):
        service.save_account(ana, changes(branch="999"), PASSWORD)
    assert set(vault.names()) == before


def test_an_address_that_was_changed_lately_is_told_too(ana: Member) -> None:
    for days, undone in ((1, False), (2, True), (8, False)):
        at = now() - timedelta(days=days)
        change = EmailChange(account_id=ana.id, old_email=f"{days}@example.com", new_email="ana@example.com")
        change.confirmed_at, change.undone_at = at, at if undone else None
        db.db.session.add(change)
        db.db.session.flush()
    account = service.save_account(ana, changes(), PASSWORD)
    told = errands(service.MAIL)
    assert [each["letter"] for each in told] == ["saved", "saved"]
    assert told[0] == {"letter": "saved", "account": account.id, "email_change": None}
    recent = db.db.session.scalars(select(EmailChange.id).where(EmailChange.old_email == "1@example.com")).one()
    assert told[1]["email_change"] == recent


def test_the_verified_name_is_compared_at_once(ana: Member) -> None:
    verify(ana)
    account = service.save_account(ana, changes(ground=NameGround.OTHER, reason="x"), PASSWORD)
    comparison = queries.find_comparison(account.id)
    assert comparison is not None
    assert comparison.is_same
    assert (account.ground, account.reason) == (None, ""), "nothing is to be explained"
    assert office.workload().bank_accounts == 0


def test_another_name_needs_a_ground_and_goes_to_the_moderators(ana: Member, ben: Member) -> None:
    verify(ana)
    with pytest.raises(service.OtherName, match="アナ ダ シルバ"):
        service.save_account(ana, changes(holder="ｱﾅ ｼﾙﾊﾞ"), PASSWORD)
    account = service.save_account(ana, changes(holder="ｱﾅ ｼﾙﾊﾞ", ground=NameGround.FORMER_NAME), PASSWORD)
    assert [row.account_id for row in queries.waiting().rows] == [account.id]
    assert office.workload().bank_accounts == 1
    comparison = queries.get_waiting(account.id)
    with pytest.raises(NotAllowed):
        service.decide(ben, comparison, True, "", seen=KANA)
    ana.moderator_since = ben.moderator_since = now()
    for verb in (
        lambda: service.decide(ana, comparison, True, "", seen=KANA),
        lambda: service.look_at_holder(ana, comparison),
    ):
        with pytest.raises(NotAllowed):
            verb()
    service.look_at_holder(ben, comparison)
    service.look_at_holder(ben, comparison)
    assert queries.is_reading(ben, account)
    with pytest.raises(Invalid):
        service.decide(ben, comparison, False, " ", seen=KANA)
    names = queries.names_of(account)
    assert (names.holder, names.verified) == ("ｱﾅ ｼﾙﾊﾞ", "アナ ダ シルバ")
    service.decide(ben, comparison, False, "姓も入力してください。", seen=KANA)
    assert (comparison.is_fine, comparison.moderator_id) == (False, ben.id)
    with pytest.raises(Conflict):
        service.decide(ben, comparison, True, "", seen=KANA)
    looked, decided = db.db.session.scalars(select(AuditEntry).order_by(AuditEntry.number))
    assert (looked.deed, looked.details) == (AuditDeed.BANK_REVEALED, {"what": "holder"})
    assert (decided.deed, decided.details) == (AuditDeed.HOLDER_DECIDED, {"is_fine": False})
    assert [each["letter"] for each in errands(service.MAIL)] == ["saved", "decided"]
    assert office.workload().bank_accounts == 0


def test_an_account_that_was_changed_waits_no_more(ana: Member) -> None:
    verify(ana)
    old = service.save_account(ana, changes(holder="ｱﾅ ｼﾙﾊﾞ", ground=NameGround.OTHER, reason="x"), PASSWORD)
    service.save_account(ana, changes(), PASSWORD)
    assert not queries.waiting().rows
    with pytest.raises(NotFound):
        queries.get_waiting(old.id)


def test_the_name_is_compared_once_the_member_is_verified_and_again_when_anew(ana: Member, ben: Member) -> None:
    account = service.save_account(ana, changes(), PASSWORD)
    service.save_account(ben, changes(), PASSWORD)
    service.compare_names()
    assert not db.db.session.scalars(select(NameComparison)).all()
    verify(ana)
    service.compare_names()
    comparison = queries.find_comparison(account.id)
    assert comparison is not None
    assert comparison.is_same
    assert not queries.not_compared()
    verify(ana, "アナ シルバ")
    service.compare_names()
    assert not comparison.is_same
    assert queries.get_waiting(account.id) is comparison
    service.compare_names()
    assert office.workload().bank_accounts == 1


def test_without_a_verified_name_or_with_a_newer_one_nothing_waits(ana: Member) -> None:
    ana = db.db.session.get_one(Member, ana.id)
    verify(ana)
    account = service.save_account(ana, changes(holder="ｱﾅ ｼﾙﾊﾞ", ground=NameGround.FORMER_NAME), PASSWORD)
    assert queries.comparison_for(ana, queries.find_current(ana)) is not None
    for moment in (None, now()):
        ana.identity_verified_at, ana.identity_document = moment, moment and "licence"
        db.db.session.flush()
        assert not queries.waiting().rows
        assert office.workload().bank_accounts == 0
        with pytest.raises(NotFound):
            queries.get_waiting(account.id)
        assert queries.comparison_for(ana, queries.find_current(ana)) is None
    service.compare_names()
    assert len(queries.waiting().rows) == office.workload().bank_accounts == 1


def test_what_is_decided_is_what_was_seen(ana: Member, ben: Member) -> None:
    verify(ana)
    account = service.save_account(ana, changes(holder="ｱﾅ ｼﾙﾊﾞ", ground=NameGround.FORMER_NAME), PASSWORD)
    ben.moderator_since = now()
    comparison = queries.get_waiting(account.id)
    db.db.session.get_one(PersonalDetails, ana.id).name_kana = "アナ シルバ"
    db.db.session.flush()
    with pytest.raises(Conflict, match="名前が変わりました"):
        service.decide(ben, comparison, True, "", seen=KANA)
    assert comparison.waits
    service.decide(ben, comparison, True, "", seen="アナ シルバ")
    assert comparison.is_fine


def test_a_lost_key_keeps_nobody_else_waiting(ana: Member, ben: Member) -> None:
    lost = service.save_account(ana, changes(), PASSWORD)
    other = service.save_account(ben, changes(), PASSWORD)
    vault.destroy(lost.key_name or "")
    for member in (ana, ben):
        verify(member)
    service.compare_names()
    assert queries.find_comparison(lost.id) is None
    assert queries.find_comparison(other.id) is not None


def test_of_a_member_who_leaves_nothing_is_kept(ana: Member, ben: Member) -> None:
    verify(ana)
    for number in ("1", "2"):
        service.save_account(ana, changes(number=number.zfill(7)), PASSWORD)
    service.save_details(ana, Entity.INDIVIDUAL, TaxStatus.EXEMPT, Withholding.FEE, None)
    kept = service.save_account(ben, changes(), PASSWORD)
    service.forget(ana)
    assert db.db.session.scalars(select(BankAccount.id)).all() == [kept.id]
    assert not db.db.session.scalars(select(PayeeDetails.member_id)).all()
    assert not db.db.session.scalars(select(NameComparison.account_id)).all()
    for payload in errands(service.DESTROY_KEY):
        service.destroy_key(0, payload)
    assert {name for name, _at in vault.names()} >= {kept.key_name}
    service.forget(ana)


def test_taxes_are_said_and_said_otherwise(ana: Member) -> None:
    said = (Entity.INDIVIDUAL, TaxStatus.TAXABLE, Withholding.FEE)
    service.save_details(ana, *said, "T7000012050002")
    service.save_details(ana, Entity.CORPORATION, TaxStatus.EXEMPT, Withholding.FEE, None)
    details = queries.find_details(ana)
    assert details is not None
    assert (details.entity, details.invoice_number) == (Entity.CORPORATION, None)
    assert details.withholding is Withholding.NONE, "nothing is withheld from corporations"
    with pytest.raises(Invalid, match="課税事業者だけ"):
        service.save_details(ana, Entity.INDIVIDUAL, TaxStatus.EXEMPT, Withholding.FEE, "T7000012050002")


@pytest.mark.parametrize(
    "row",
    [
        {"tax_status": TaxStatus.EXEMPT, "invoice_number": "T7000012050002"},
        {"invoice_number": "T700001205000"},
        {"entity": Entity.CORPORATION, "withholding": Withholding.FEE},
    ],
)
def test_what_cannot_be_of_taxes_is_forbidden_by_the_table(ana: Member, row: dict[str, object]) -> None:
    good = {"entity": Entity.INDIVIDUAL, "tax_status": TaxStatus.TAXABLE, "withholding": Withholding.FEE}
    assert not db.add_once(PayeeDetails(member_id=ana.id, **(good | row)))
    assert db.add_once(PayeeDetails(member_id=ana.id, **good))
