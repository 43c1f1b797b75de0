"""Erasing: nothing of a member is found anywhere, what others rely on stays, once, whatever happens in between."""

import io
import sys
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, text

from marketplace import db, erasing, errands, logs, outbox
from marketplace.accounts import queries as accounts
from marketplace.accounts.models import Account, Member
from marketplace.audit import queries as audit
from marketplace.audit.models import AuditDeed, AuditEntry
from marketplace.clock import now
from marketplace.contracts import queries as contracts
from marketplace.contracts.models import ContractState, EndingCause
from marketplace.erasing import Erasure
from marketplace.leaving import queries, service
from marketplace.leaving.models import RETURN_WITHIN
from marketplace.messages import service as messages
from marketplace.messages.models import Message
from marketplace.moderation.models import Appeal, Case, Decision, Measure, Report, ReportReason, SubjectKind
from marketplace.teams.models import Membership, Team
from search_index import sync
from tests.factories.companies import CompanyFactory
from tests.factories.members import PASSWORD, MemberFactory
from tests.factories.teams import TeamFactory
from tests.marketplace.leaving import whole_member
from tests.marketplace.leaving.whole_member import KEPT, WORD, files_with, rows_with
from tests.races import at_once, committing

AFTERWARDS = RETURN_WITHIN + timedelta(hours=1)
A_NIGHT = timedelta(days=1)


def left(member: Member) -> Member:
    """Let `member` have left, in the unit at hand."""
    found = db.db.session.get_one(Member, member.id)
    service.leave(found, PASSWORD)
    db.db.session.flush()
    return found


def end_contracts_of(member: Member) -> None:
    """Let nobody wait for `member` in a contract any more."""
    for contract in contracts.unsettled_of(member):
        contract.state, contract.ended_at, contract.next_on = ContractState.ENDED, now(), None
        contract.ending_cause, contract.ending_reason = EndingCause.MUTUAL, KEPT
    db.db.session.flush()


@pytest.fixture
def log_of(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What the program writes to its log during the test."""
    written = io.StringIO()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", written)
        logs.init()
    yield written
    logs.init()


def night(app: Flask) -> None:
    """Do what every night does, and everything that follows."""
    with app.app_context():
        assert not errands.upkeep()
        outbox.drain()
        assert db.truncate_if_asked()


@pytest.mark.real_commits
def test_nothing_is_found_of_a_member_who_was_erased(
    log_of: io.StringIO,
    app: Flask,
    make_member: MemberFactory,
    make_team: TeamFactory,
    make_company: CompanyFactory,
) -> None:
    member, other, third = make_member("leaver", worker=True), make_member("other", worker=True), make_member("third")
    with app.app_context(), db.writing():
        there = [db.db.session.get_one(Member, each.id) for each in (member, other, third)]
        team, company = make_team("kaki", there[1]), make_company("umibe", there[1])
        whole_member.fill(there[0], there[1], team, company)
        whole_member.block(there[0], there[2])
        db.commit()
        sync.rebuild()
        service.ask_for_export(there[0], PASSWORD)
        db.commit()
        outbox.drain()
        # Positive controls: both searches find what is there, in every kind of place.
        assert whole_member.wordless_columns() == set()
        places = {path.parts[0] for path in files_with(WORD)}
        assert {"mail", "search-index", "storage"} <= places
        assert any(".db" in place for place in places) == (db.db.engine.dialect.name == "sqlite")
        assert len(rows_with(WORD)) > 40
        db.db.session.delete(db.db.session.get_one(whole_member.SecondFactor, member.id))
        end_contracts_of(db.db.session.get_one(Member, member.id))
        left(member)
        db.commit()
        outbox.drain()
    with time_machine.travel(now() + AFTERWARDS) as clock:
        night(app)
        clock.shift(A_NIGHT)
        night(app)
        with app.app_context():
            assert rows_with(WORD) == set()
            assert not [path for path in files_with(WORD) if not path.name.startswith("erased-")]
            # What others rely on is there, under no name.
            assert {"messages.body", "conversations.title", "message_attachments.name"} <= rows_with(KEPT)
            assert db.db.session.get_one(Member, member.id).nickname == "退会した会員"
            assert accounts.is_username_taken("leaver")
            assert audit.first_break() is None
            deeds = select(AuditEntry.subject_id).where(AuditEntry.deed == AuditDeed.MEMBER_ERASED)
            assert db.db.session.scalars(deeds).all() == [member.id]
        with app.app_context():
            assert outbox.drain() == 0
    assert log_of.getvalue()
    assert WORD not in log_of.getvalue()


@pytest.mark.usefixtures("session")
def test_what_sqlite_deletes_it_overwrites() -> None:
    if db.db.engine.dialect.name == "sqlite":
        assert db.db.session.scalar(text("PRAGMA secure_delete")) == 1


@pytest.mark.usefixtures("session")
def test_erasing_twice_is_erasing_once_and_who_came_back_is_left_alone(ana: Member, ben: Member) -> None:
    for member in (ana, ben):
        left(member)
    service.come_back(db.db.session.get_one(Member, ben.id))
    with time_machine.travel(now() + AFTERWARDS):
        assert queries.due_ids(10) == [ana.id]
        for member in (ana, ben, ana):
            service.erase(0, {"id": member.id})
    entries = select(AuditEntry.subject_id).where(AuditEntry.deed == AuditDeed.MEMBER_ERASED)
    assert db.db.session.scalars(entries).all() == [ana.id]
    assert db.db.session.get_one(Member, ben.id).nickname == "Ben"
    assert queries.due_ids(10) == []


@pytest.mark.usefixtures("session")
def test_before_the_time_is_over_nobody_is_erased(ana: Member) -> None:
    left(ana)
    with time_machine.travel(now() + RETURN_WITHIN - timedelta(minutes=1)):
        assert queries.due_ids(10) == []
        service.erase(0, {"id": ana.id})
    assert db.db.session.get_one(Account, ana.id).email == "ana@example.com"


@pytest.mark.real_commits
def test_a_crash_in_the_middle_erases_nothing_and_the_next_try_everything(app: Flask, ana: Member, ben: Member) -> None:
    def crash(member_id: int) -> None:
        raise RuntimeError("the power failed")

    fatal = Erasure(crash)
    with app.app_context(), db.writing():
        left(ana), left(ben)
        db.commit()
    with time_machine.travel(now() + AFTERWARDS) as clock:
        erasing._erasures.insert(0, fatal)
        try:
            night(app)
        finally:
            erasing._erasures.remove(fatal)
        with app.app_context():
            assert db.db.session.get_one(Account, ana.id).email == "ana@example.com"
            assert db.db.session.get_one(Member, ana.id).erased_at is None
        clock.shift(A_NIGHT)
        night(app)
        with app.app_context():
            for member in (ana, ben):
                assert db.db.session.get_one(Account, member.id).email.endswith("@erased.invalid")


@pytest.mark.real_commits
def test_of_erasing_and_coming_back_at_once_one_wins(app: Flask, ana: Member) -> None:
    with app.app_context(), db.writing():
        left(ana)
        db.commit()

    def deed(number: int) -> str:
        try:
            if number % 2:
                service.erase(0, {"id": ana.id})
                return "erased"
            service.come_back(db.db.session.get_one(Member, ana.id))
        except Exception as error:
            db.rollback()
            return type(error).__name__
        return "back"

    with time_machine.travel(now() + AFTERWARDS):
        at_once(committing(app, deed), 8)
    with app.app_context():
        found, account = db.db.session.get_one(Member, ana.id), db.db.session.get_one(Account, ana.id)
        is_erased = account.email.endswith("@erased.invalid")
        assert is_erased == (found.erased_at is not None)
        assert is_erased == (found.left_at is not None)
        assert found.own_nickname == ("-" if is_erased else "Ana")


@pytest.mark.usefixtures("session")
def test_a_team_whose_last_owner_is_erased_ends(ana: Member, ben: Member, cleo: Member, make_team: TeamFactory) -> None:
    """Two owners who leave at the same moment each still see the other."""
    team = make_team("kaki", ana, ben, cleo, owners=2)
    left(ana)
    found = db.db.session.get_one(Member, ben.id)
    assert [each.name for each in queries.obstacles_of(found)] == ["Kaki"]
    db.db.session.get_one(Member, ben.id).left_at = now()
    db.db.session.flush()
    with time_machine.travel(now() + AFTERWARDS):
        for member in (ana, ben):
            service.erase(0, {"id": member.id})
    db.db.session.expire_all()
    assert db.db.session.get_one(Team, team.id).dissolved_at is not None
    places = select(Membership.member_id).where(Membership.team_id == team.id)
    assert db.db.session.scalars(places).all() == [cleo.id]


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize("is_open", [True, False])
def test_evidence_is_kept_as_long_as_somebody_may_need_it(ana: Member, ben: Member, is_open: bool) -> None:
    case = Case(subject=SubjectKind.MEMBER, subject_id=ana.id, member_id=ana.id, urgency=1)
    db.db.session.add(case)
    db.db.session.flush()
    shown = {"evidence": {"nickname": "Ana"}, "comment": "見てください"}
    report = Report(case_id=case.id, reporter_id=ben.id, reason=ReportReason.SPAM, **shown)
    db.db.session.add(report)
    if not is_open:
        case.closed_at = now()
        decision = Decision(case_id=case.id, measure=Measure.SUSPEND, ground=ReportReason.SPAM, statement="理由")
        db.db.session.add(decision)
    left(ana)
    with time_machine.travel(now() + AFTERWARDS) as clock:
        service.erase(0, {"id": ana.id})
        service.erase_due()
        assert report.evidence == {"nickname": "Ana"}
        clock.shift(timedelta(days=200))
        service.erase_due()
        assert (report.evidence == {}) is not is_open
    assert db.db.session.scalar(select(Appeal.decision_id)) is None


@pytest.mark.usefixtures("session")
def test_one_night_erases_a_bounded_number(monkeypatch: pytest.MonkeyPatch, ana: Member, ben: Member) -> None:
    monkeypatch.setattr(service, "MOST_A_NIGHT", 1)
    for member in (ana, ben):
        left(member)
    with time_machine.travel(now() + AFTERWARDS):
        service.erase_due()
        waiting = select(outbox.Errand.payload).where(outbox.Errand.topic == service.ERASE)
        assert db.db.session.scalars(waiting).all() == [{"id": ana.id}]


@pytest.mark.usefixtures("session")
def test_a_receipt_that_cannot_be_delivered_is_forgotten(ana: Member) -> None:
    left(ana)
    receipts = select(outbox.Errand).where(outbox.Errand.topic == service.MAIL)
    with time_machine.travel(now() + AFTERWARDS) as clock:
        service.erase(0, {"id": ana.id})
        assert "ana@example.com" in str([each.payload for each in db.db.session.scalars(receipts)])
        clock.shift(service.RECEIPT_TRIED_FOR)
        service.erase_due()
        assert "ana@example.com" not in str([each.payload for each in db.db.session.scalars(receipts)])


@pytest.mark.usefixtures("session")
def test_mails_to_somebody_whose_address_ends_the_same_are_not_forgotten(ana: Member) -> None:
    """The address of one is the end of another's."""
    outbox.put("accounts.mail", {"letter": "password-reset", "id": None, "email": "hanaana@example.com"})
    left(ana)
    with time_machine.travel(now() + AFTERWARDS):
        service.erase(0, {"id": ana.id})
    waiting = select(outbox.Errand.payload).where(outbox.Errand.topic == "accounts.mail")
    assert [each["email"] for each in db.db.session.scalars(waiting)] == ["hanaana@example.com"]


@pytest.mark.usefixtures("session")
def test_messages_stay_with_those_who_received_them(ana: Member, ben: Member) -> None:
    found = db.db.session.get_one(Member, ana.id)
    messages.start(found, db.db.session.get_one(Member, ben.id), "図版の件", "お送りします。", "once-and-for-all-2")
    left(ana)
    with time_machine.travel(now() + AFTERWARDS):
        service.erase(0, {"id": ana.id})
    assert db.db.session.scalars(select(Message.body)).all() == ["お送りします。"]
    db.db.session.get_one(Member, ben.id).left_at = now()
    db.db.session.flush()
    with time_machine.travel(now() + AFTERWARDS):
        service.erase(0, {"id": ben.id})
    assert db.db.session.scalars(select(Message.body)).all() == []
