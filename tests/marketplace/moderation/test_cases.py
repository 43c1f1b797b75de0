"""Cases: one open for each thing, the gravest first, decided once, and never by those whom it concerns."""

from collections.abc import Callable

import pytest
from flask import Flask, has_app_context
from sqlalchemy import select

from marketplace import db, storage
from marketplace.accounts import queries as accounts
from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.errors import Conflict, DomainError, Invalid, NotAllowed
from marketplace.follows import queries as follows
from marketplace.moderation import queries, service
from marketplace.moderation.models import Case, Decision, Measure, ReportReason, SubjectKind
from marketplace.pictures import squares_of
from marketplace.profiles import queries as profiles
from marketplace.profiles import service as profile_verbs
from tests.factories.members import MemberFactory
from tests.marketplace.uploads import picture
from tests.races import at_once, committing


def appoint(app: Flask, member: Member) -> Member:
    """Make somebody a moderator, in the unit at hand or in one of its own."""
    if has_app_context():
        member.moderator_since = now()
    else:
        with app.app_context(), db.writing():
            db.db.session.merge(member).moderator_since = now()
            db.commit()
        member.moderator_since = now()
    return member


@pytest.fixture
def moderator(app: Flask, make_member: MemberFactory) -> Member:
    return appoint(app, make_member("mori", "Mori"))


@pytest.fixture
def other_moderator(app: Flask, make_member: MemberFactory) -> Member:
    return appoint(app, make_member("hara", "Hara"))


def reported(reporter: Member, member: Member, reason: ReportReason = ReportReason.SPAM) -> Case:
    service.report_member(reporter, member, reason)
    case = queries.find_open(SubjectKind.MEMBER, member.id)
    assert case is not None
    db.db.session.refresh(case)
    return case


@pytest.mark.usefixtures("session")
def test_reports_of_one_thing_are_one_case_and_the_gravest_comes_first(
    ana: Member, ben: Member, cleo: Member, make_member: MemberFactory
) -> None:
    reported(ana, ben)
    case = reported(cleo, ben, ReportReason.HARASSMENT)
    reported(ana, cleo, ReportReason.FRAUD)
    service.report_member(ana, ben, ReportReason.FRAUD)
    rows = queries.open_cases().rows
    assert [(row.case.subject_id, row.case.urgency, row.reports) for row in rows] == [(cleo.id, 41, 1), (ben.id, 32, 2)]
    assert case.member_id == ben.id
    with pytest.raises(NotAllowed):
        service.report_member(ben, ben, ReportReason.SPAM)


@pytest.mark.usefixtures("session")
def test_whoever_cries_wolf_raises_no_urgency(ana: Member, moderator: Member, make_member: MemberFactory) -> None:
    for number in range(5):
        case = reported(ana, make_member(f"innocent-{number}", worker=True), ReportReason.FRAUD)
        service.decide(moderator, case, Measure.NONE, ReportReason.FRAUD)
    case = reported(ana, make_member("innocent-5", worker=True), ReportReason.FRAUD)
    assert case.urgency == 0


@pytest.mark.usefixtures("session")
def test_hidden_is_hidden_from_all_but_oneself_until_it_is_restored(
    ana: Member, ben: Member, cleo: Member, moderator: Member
) -> None:
    case = reported(ana, ben)
    service.decide(moderator, case, Measure.HIDE, ReportReason.SPAM, "宣伝です。")
    assert profiles.workers_among(cleo, [ben.id]) == {}
    assert follows.blocked_either_way(cleo, ben)
    assert profiles.workers_among(None, [ben.id]) == {}
    assert list(profiles.workers_among(ben, [ben.id])) == [ben.id]
    service.restore(moderator, case, "確かめました。")
    assert list(profiles.workers_among(cleo, [ben.id])) == [ben.id]
    with pytest.raises(Conflict):
        service.restore(moderator, case, "もう一度。")


@pytest.mark.usefixtures("session")
def test_what_another_case_asks_for_is_not_taken_back_with_one(
    ana: Member, ben: Member, cleo: Member, moderator: Member
) -> None:
    account = accounts.account_of(ben)
    first = reported(ana, ben)
    service.decide(moderator, first, Measure.HIDE, ReportReason.SPAM, "宣伝です。")
    second = reported(cleo, ben)
    service.decide(moderator, second, Measure.SUSPEND, ReportReason.FRAUD, "登録料を求めました。")
    service.restore(moderator, second, "確かめました。")
    assert account.active
    assert ben.hidden_at is not None
    service.restore(moderator, first, "確かめました。")
    assert ben.hidden_at is None


@pytest.mark.usefixtures("session")
def test_a_picture_is_copied_when_it_is_reported_and_taken_away_when_it_is_decided(
    ana: Member, ben: Member, moderator: Member
) -> None:
    with pytest.raises(Invalid, match="画像が登録されていません"):
        service.report_picture(ana, ben, ReportReason.OTHER)
    own = profiles.own(ben)
    changes = profile_verbs.ProfileChanges.nothing(own)
    changes = type(changes)(**{**changes.__dict__, "picture": squares_of(picture("PNG"))})
    profile_verbs.update(ben, changes, own.profile.version)
    service.report_picture(ana, ben, ReportReason.OTHER)
    case = queries.find_open(SubjectKind.PICTURE, ben.id)
    assert case is not None
    service.decide(moderator, case, Measure.HIDE, ReportReason.OTHER, "ほかの人の写真です。")
    assert ben.picture_key is None
    copied = queries.get_case(case.id).reports[0].picture_key
    assert copied is not None
    assert storage.get(copied)


@pytest.mark.usefixtures("session")
def test_an_appeal_is_answered_once_by_another_moderator(
    ana: Member, ben: Member, moderator: Member, other_moderator: Member
) -> None:
    case = reported(ana, ben)
    decision = service.decide(moderator, case, Measure.SUSPEND, ReportReason.FRAUD, "登録料を求めました。")
    with pytest.raises(NotAllowed):
        service.appeal(ana, decision, "わたしのことではありません。")
    with pytest.raises(Invalid):
        service.appeal(ben, decision, " ")
    filed = service.appeal(ben, decision, "求めていません。")
    with pytest.raises(Conflict):
        service.appeal(ben, decision, "もう一度。")
    filed = queries.get_appeal(filed.decision_id)
    with pytest.raises(NotAllowed):
        service.decide_appeal(moderator, filed, True, "取り消します。")
    with pytest.raises(Invalid):
        service.decide_appeal(other_moderator, filed, True, "")
    service.decide_appeal(other_moderator, filed, False, "判断のとおりです。")
    assert ben.hidden_at is not None
    with pytest.raises(Conflict):
        service.decide_appeal(other_moderator, filed, True, "取り消します。")


@pytest.mark.usefixtures("session")
def test_nobody_else_decides(ana: Member, ben: Member, cleo: Member) -> None:
    case = reported(ana, ben)
    for actor in (ana, ben, cleo):
        for verb in (
            lambda actor: service.look_into(actor, case),
            lambda actor: service.decide(actor, case, Measure.NONE, ReportReason.SPAM),
            lambda actor: service.restore(actor, case, "いいえ。"),
        ):
            with pytest.raises(NotAllowed):
                verb(actor)


@pytest.mark.real_commits
def test_thirty_restores_have_one_winner(app: Flask, ana: Member, ben: Member, moderator: Member) -> None:
    with app.app_context(), db.writing():
        case = reported(ana, ben)
        service.decide(moderator, case, Measure.HIDE, ReportReason.SPAM, "宣伝です。")
        db.commit()
        number = case.id

    def tried(turn: int) -> str:
        try:
            committing(app, lambda _n: service.restore(moderator, queries.get_case(number), "確かめました。"))(turn)
        except Conflict:
            return "Conflict"
        return "done"

    assert sorted(at_once(tried, 30)) == ["Conflict"] * 29 + ["done"]


@pytest.mark.real_commits
def test_a_report_does_not_fall_into_a_case_that_is_decided_meanwhile(
    app: Flask, ana: Member, ben: Member, cleo: Member, moderator: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context(), db.writing():
        number = reported(ana, ben).id
        db.commit()
    has_reported = queries.has_reported

    def slowly(*asked: object) -> bool:
        def decide(_turn: int) -> None:
            service.decide(moderator, queries.get_case(number), Measure.NONE, ReportReason.SPAM)

        at_once(committing(app, decide), 1)
        return has_reported(*asked)  # type: ignore[arg-type]

    monkeypatch.setattr(queries, "has_reported", slowly)
    with app.app_context(), db.writing():
        with pytest.raises(Conflict):
            service.report_member(cleo, ben, ReportReason.FRAUD)
        db.rollback()
        assert len(queries.get_case(number).reports) == 1


@pytest.mark.real_commits
def test_thirty_decisions_have_one_winner(
    app: Flask, ana: Member, ben: Member, moderator: Member, other_moderator: Member
) -> None:
    with app.app_context(), db.writing():
        number = reported(ana, ben).id
        db.commit()

    def decide(turn: int) -> None:
        actor, measure = [(moderator, Measure.HIDE), (other_moderator, Measure.WARN)][turn % 2]
        service.decide(actor, queries.get_case(number), measure, ReportReason.SPAM, "宣伝です。")

    def tried(deed: Callable[[int], object], turn: int) -> str:
        try:
            committing(app, deed)(turn)
        except DomainError as error:
            return type(error).__name__
        return "done"

    found = at_once(lambda turn: tried(decide, turn), 30)
    assert sorted(found) == ["Conflict"] * 29 + ["done"]
    with app.app_context():
        assert len(db.db.session.scalars(select(Decision)).all()) == 1


def test_whoever_has_the_machine_names_the_moderators(app: Flask, ana: Member) -> None:
    run = app.test_cli_runner().invoke
    assert "Secret" in run(args=["moderator", "add", "ana"]).output
    assert run(args=["moderator", "add", "ana"]).exit_code == 1
    assert run(args=["moderator", "add", "nobody"]).exit_code == 1
    assert run(args=["moderator", "remove", "ana"]).exit_code == 0
    assert run(args=["moderator", "remove", "ana"]).exit_code == 1
    assert "stays as it is" in run(args=["moderator", "add", "ana"]).output
    assert "whole" in run(args=["audit", "verify"]).output
