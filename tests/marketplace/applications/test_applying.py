"""Applying alone and as a team: one live application of a pair, whole shares, one word of each who is named."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from marketplace import db, errands
from marketplace.accounts.models import Member
from marketplace.applications import queries, service
from marketplace.applications.models import Application, ApplicationShare, ApplicationState
from marketplace.applications.queries import Tab
from marketplace.applications.service import Sheet
from marketplace.clock import now, today
from marketplace.companies.models import Belonging, CompanyRole
from marketplace.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.events.kinds import EventKind
from marketplace.events.models import Event
from marketplace.follows import service as follows
from marketplace.jobs import service as jobs
from marketplace.jobs.models import Job, JobEnding, QuestionKind
from marketplace.jobs.service import QuestionAsked
from marketplace.teams import service as teams
from tests.factories.applications import ApplicationFactory
from tests.factories.companies import CompanyFactory
from tests.factories.jobs import JobFactory
from tests.factories.members import MemberFactory
from tests.factories.teams import TeamFactory
from tests.races import at_once, committing

ONCE = "pressed-once-0001"
Verb = Callable[[Member, Application], None]


def kinds() -> list[EventKind]:
    """What happened, but for what the factories did."""
    about = select(Event.kind).where(Event.application_id.is_not(None)).order_by(Event.id)
    return list(db.db.session.scalars(about))


def again(viewer: Member, application: Application) -> Application:
    return queries.get_for(viewer, application.id)


@pytest.mark.usefixtures("session")
def test_who_applies_alone_is_seen_at_once_and_answered_within_the_days_of_the_job(
    ana: Member, ben: Member, make_job: JobFactory
) -> None:
    job = make_job(ana, answer_days=5)
    sheet = Sheet(ONCE, "実務で8年訳しています。", 48_000, today(), today() + timedelta(days=9), "平日の夜")
    application = service.apply(ben, job, sheet)
    assert (application.state, application.answer_by) == (ApplicationState.OPEN, today() + timedelta(days=5))
    assert (application.job_revision, application.reward_yen, application.is_of_team) == (1, 48_000, False)
    assert kinds() == [EventKind.APPLICATION_SENT]
    assert [each.id for each in queries.sent_by(ben, Tab.LIVE).rows] == [application.id]
    assert queries.counts_of(ben) == {Tab.LIVE: 1, Tab.ACCEPTED: 0, Tab.ENDED: 0, Tab.ALL: 1}
    with pytest.raises(NotFound):
        queries.get_for(ana, application.id)


@pytest.mark.usefixtures("session")
def test_sending_the_same_twice_is_sending_it_once_and_another_one_is_refused(
    ana: Member, ben: Member, make_job: JobFactory
) -> None:
    job = make_job(ana)
    first = service.apply(ben, job, Sheet(ONCE))
    assert service.apply(ben, job, Sheet(ONCE)).id == first.id
    # What was changed before the second press would be lost.
    for other in (Sheet(ONCE, message="書きたしました。"), Sheet(ONCE, reward_yen=1), Sheet(ONCE, answers={1: "はい"})):
        with pytest.raises(Conflict, match="前の内容で、すでに送られています"):
            service.apply(ben, job, other)
    with pytest.raises(Conflict, match="すでに応募しています"):
        service.apply(ben, job, Sheet("pressed-once-0002"))
    service.withdraw(ben, again(ben, first))
    assert service.apply(ben, job, Sheet("pressed-once-0003")).id != first.id
    assert kinds() == [EventKind.APPLICATION_SENT, EventKind.APPLICATION_TAKEN, EventKind.APPLICATION_SENT]


@pytest.mark.usefixtures("session")
def test_the_database_itself_refuses_a_second_live_application(
    ana: Member, ben: Member, make_job: JobFactory, make_application: ApplicationFactory
) -> None:
    job = make_job(ana)
    first = make_application(job, ben)
    copy = {"job_id": job.id, "applicant_id": ben.id, "job_revision": 1, "opened_at": now(), "answer_by": today()}
    with pytest.raises(IntegrityError), db.db.session.begin_nested():
        db.db.session.add(Application(once="another", **copy))
    assert queries.applied_to(ben, job) is first


@pytest.mark.usefixtures("session")
def test_nobody_applies_for_a_job_of_their_own_or_of_their_company(
    ana: Member, ben: Member, cleo: Member, make_company: CompanyFactory, make_job: JobFactory
) -> None:
    company = make_company("tea", ana)
    job = make_job(ana, company=company)
    db.db.session.add(Belonging(company_id=company.id, member_id=ben.id, role=CompanyRole.MEMBER))
    for member in (ana, ben):
        with pytest.raises(NotAllowed):
            service.apply(member, job, Sheet(ONCE))
    assert service.apply(cleo, job, Sheet(ONCE)).state is ApplicationState.OPEN


@pytest.mark.usefixtures("session")
def test_after_the_last_day_in_a_draft_and_after_the_end_nobody_applies(
    ana: Member, ben: Member, make_job: JobFactory
) -> None:
    job = make_job(ana, apply_until=today() + timedelta(days=3))
    with time_machine.travel(now() + timedelta(days=4)), pytest.raises(Conflict, match="募集は終了"):
        service.apply(ben, job, Sheet(ONCE))
    for other in (make_job(ana, draft=True), make_job(ana, closed=JobEnding.FILLED)):
        with pytest.raises(Conflict, match="募集は終了"):
            service.apply(ben, other, Sheet(ONCE))
    job.hidden_at = now()
    db.db.session.flush()
    with pytest.raises(Conflict):
        service.apply(ben, job, Sheet(ONCE))


@pytest.mark.usefixtures("session")
def test_across_a_block_there_is_no_job_and_what_waited_ends_without_a_word(
    ana: Member, ben: Member, cleo: Member, make_job: JobFactory, make_application: ApplicationFactory
) -> None:
    job = make_job(ana)
    application = make_application(job, ben)
    follows.block(ana, ben)
    service.end_between(ana.id, ben.id)
    assert application.state is ApplicationState.WITHDRAWN
    assert kinds() == [EventKind.APPLICATION_SENT]
    with pytest.raises(NotFound):
        queries.get_for(ben, application.id)
    with pytest.raises(NotFound):
        service.apply(ben, job, Sheet(ONCE))
    assert queries.sent_by(ben, Tab.ALL).rows == []
    other = make_application(job, cleo)
    service.end_between(ana.id, cleo.id)
    assert other.state is ApplicationState.OPEN


@pytest.mark.usefixtures("session")
def test_answers_are_kept_as_they_are_asked_for(ana: Member, ben: Member, make_job: JobFactory) -> None:
    asked = (
        QuestionAsked(QuestionKind.TEXT, "得意な分野", is_required=True),
        QuestionAsked(QuestionKind.CHOICE, "使うソフト", ("Word", "Trados")),
        QuestionAsked(QuestionKind.NUMBER, "経験年数"),
        QuestionAsked(QuestionKind.YES_NO, "対面で会えますか"),
    )
    job = make_job(ana, questions=asked)
    text, choice, number, yes_no = (each.id for each in queries.asked_in(job))
    for wrong, sentence in (
        ({}, "得意な分野"),
        ({text: "医薬", choice: "Excel"}, "選択肢"),
        ({text: "医薬", yes_no: "maybe"}, "選択肢"),
    ):
        with pytest.raises(Invalid, match=sentence):
            service.apply(ben, job, Sheet(ONCE, answers=wrong))
    assert db.db.session.scalars(select(Application)).all() == []
    answers: dict[int, str | float] = {text: "医薬", choice: "Trados", number: 8.5, yes_no: "yes"}
    application = again(ben, service.apply(ben, job, Sheet(ONCE, answers=answers)))
    assert {each.question_id: (each.answer, each.number) for each in application.answers} == {
        text: ("医薬", None), choice: ("Trados", None), number: ("8.5", 8.5), yes_no: ("yes", None)
    }  # fmt: skip


@pytest.mark.usefixtures("session")
def test_what_a_team_sends_opens_with_the_last_word_of_those_who_are_named(
    ana: Member, ben: Member, cleo: Member, make_member: MemberFactory, make_team: TeamFactory, make_job: JobFactory
) -> None:
    dan, eve = make_member("dan"), make_member("eve")
    team, job = make_team("kaki", ben, cleo, dan, eve), make_job(ana)
    application = service.apply(ben, job, Sheet(ONCE, team=team, shares={ben: 50, cleo: 30, dan: 20}))
    assert (application.state, application.opened_at) == (ApplicationState.CONFIRMING, None)
    assert application.confirm_by == today() + timedelta(days=7)
    assert [each.id for each in queries.asked_of(dan)] == [application.id]
    assert not queries.asked_of(eve)
    assert not queries.asked_of(ben)
    with pytest.raises(NotAllowed):
        service.join(eve, again(ben, application))
    with pytest.raises(NotFound):
        queries.get_for(eve, application.id)
    service.join(cleo, again(cleo, application))
    assert (application.state, queries.asked_of(cleo)) == (ApplicationState.CONFIRMING, [])
    with pytest.raises(Conflict, match="すでに確認"):
        service.join(cleo, again(cleo, application))
    service.join(dan, again(dan, application))
    assert (application.state, application.answer_by) == (ApplicationState.OPEN, today() + timedelta(days=7))
    assert kinds() == [
        *(EventKind.APPLICATION_ASKED, EventKind.APPLICATION_ASKED),
        *(EventKind.APPLICATION_JOINED, EventKind.APPLICATION_JOINED, EventKind.APPLICATION_SENT),
    ]


@pytest.mark.usefixtures("session")
def test_one_refusal_ends_it_and_the_team_is_free_to_apply_anew(
    ana: Member, ben: Member, cleo: Member, make_team: TeamFactory, make_job: JobFactory
) -> None:
    team, job = make_team("kaki", ben, cleo), make_job(ana)
    parts = {ben: 60, cleo: 40}
    application = service.apply(ben, job, Sheet(ONCE, team=team, shares=parts))
    service.refuse(cleo, again(cleo, application))
    assert (application.state, application.opened_at) == (ApplicationState.WITHDRAWN, None)
    for verb in (service.join, service.refuse):
        with pytest.raises(Conflict, match="取り下げられました"):
            verb(cleo, again(cleo, application))
    assert kinds()[-1] is EventKind.APPLICATION_REFUSED
    assert service.apply(ben, job, Sheet("pressed-once-0002", team=team, shares=parts)).id != application.id


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize("parts", [(50, 49), (50, 51), (100, 1), (0, 0), (101, -1)])
def test_shares_make_exactly_a_hundred(
    ana: Member, ben: Member, cleo: Member, make_team: TeamFactory, make_job: JobFactory, parts: tuple[int, int]
) -> None:
    team, job = make_team("kaki", ben, cleo), make_job(ana)
    with pytest.raises(Invalid, match="100%"):
        service.apply(ben, job, Sheet(ONCE, team=team, shares=dict(zip((ben, cleo), parts, strict=True))))
    assert queries.broken_shares() == []


@pytest.mark.usefixtures("session")
def test_only_owners_apply_for_a_team_and_only_with_those_who_can_take_part(
    ana: Member, ben: Member, cleo: Member, make_member: MemberFactory, make_team: TeamFactory, make_job: JobFactory
) -> None:
    dan = make_member("dan", "Dan")
    team = make_team("kaki", ben, cleo, ana)
    job = make_job(ana)
    with pytest.raises(NotAllowed):
        service.apply(cleo, job, Sheet(ONCE, team=team, shares={cleo: 100}))
    for other in (ana, dan):
        with pytest.raises(Invalid, match=f"{other.nickname}さんは、この応募に加えられません"):
            service.apply(ben, job, Sheet(ONCE, team=team, shares={ben: 50, other: 50}))
    follows.block(cleo, ana)
    with pytest.raises(Invalid, match="加えられません"):
        service.apply(ben, job, Sheet(ONCE, team=team, shares={ben: 50, cleo: 50}))
    assert service.apply(ben, job, Sheet(ONCE, team=team, shares={ben: 100})).state is ApplicationState.OPEN


@pytest.mark.usefixtures("session")
def test_who_left_the_team_meanwhile_does_not_join(
    ana: Member, ben: Member, cleo: Member, make_team: TeamFactory, make_job: JobFactory
) -> None:
    team = make_team("kaki", ben, cleo)
    application = service.apply(ben, make_job(ana), Sheet(ONCE, team=team, shares={ben: 50, cleo: 50}))
    teams.leave(cleo, team)
    with pytest.raises(Conflict, match="参加できません"):
        service.join(cleo, again(cleo, application))
    assert application.state is ApplicationState.CONFIRMING


@pytest.mark.usefixtures("session")
def test_a_team_that_does_not_confirm_in_time_has_not_applied(
    ana: Member, ben: Member, cleo: Member, make_team: TeamFactory, make_job: JobFactory
) -> None:
    team = make_team("kaki", ben, cleo)
    job = make_job(ana, apply_until=today() + timedelta(days=3))
    application = service.apply(ben, job, Sheet(ONCE, team=team, shares={ben: 50, cleo: 50}))
    assert application.confirm_by == job.apply_until
    with time_machine.travel(now() + timedelta(days=4)):
        assert queries.asked_of(cleo) == []
        with pytest.raises(Conflict, match="期限が過ぎました"):
            service.join(cleo, again(cleo, application))
        service.expire_overdue()
        service.expire_overdue()
    assert application.state is ApplicationState.WITHDRAWN
    assert kinds() == [EventKind.APPLICATION_ASKED, EventKind.APPLICATION_REFUSED]


@pytest.mark.usefixtures("session")
def test_who_saw_what_changed_says_so_for_exactly_that_change(
    ana: Member, ben: Member, make_job: JobFactory, make_application: ApplicationFactory
) -> None:
    job = make_job(ana)
    application = again(ben, make_application(job, ben))
    job.revision = 2
    db.db.session.flush()
    with pytest.raises(Conflict, match="もう一度変わりました"):
        service.accept_changes(ben, application, 1)
    with pytest.raises(NotAllowed):
        service.accept_changes(ana, application, 2)
    service.accept_changes(ben, application, 2)
    assert application.job_revision == 2


@pytest.mark.usefixtures("session")
def test_nobody_takes_back_what_another_sent_or_what_is_answered(
    ana: Member, ben: Member, cleo: Member, make_job: JobFactory, make_application: ApplicationFactory
) -> None:
    application = again(ben, make_application(make_job(ana), ben))
    for member in (ana, cleo):
        with pytest.raises(NotAllowed):
            service.withdraw(member, application)
    with time_machine.travel(now() + timedelta(days=8)), pytest.raises(Conflict, match="期限が過ぎました"):
        service.withdraw(ben, application)
    service.withdraw(ben, application)
    with pytest.raises(Conflict, match="取り下げられました"):
        service.withdraw(ben, application)


@pytest.mark.usefixtures("session")
def test_broken_shares_are_found(
    app: Flask, ana: Member, ben: Member, cleo: Member, make_team: TeamFactory, make_job: JobFactory
) -> None:
    team = make_team("kaki", ben, cleo)
    application = service.apply(ben, make_job(ana), Sheet(ONCE, team=team, shares={ben: 50, cleo: 50}))
    assert queries.broken_shares() == []
    db.db.session.get_one(ApplicationShare, (application.id, cleo.id)).percent = 49
    db.db.session.flush()
    assert queries.broken_shares() == [application.id]
    found = app.test_cli_runner().invoke(args=["audit", "shares"])
    assert (found.exit_code, f"applications do not make 100: {application.id}." in found.output) == (1, True)


@pytest.mark.real_commits
def test_of_many_who_press_at_once_one_has_applied(app: Flask, ana: Member, ben: Member, make_job: JobFactory) -> None:
    job_id = make_job(ana).id

    def apply(number: int) -> int | None:
        member, job = db.db.session.get_one(Member, ben.id), db.db.session.get_one(Job, job_id)
        try:
            return service.apply(member, job, Sheet(f"pressed-once-{number:04}")).id
        except Conflict:
            return None

    sent = at_once(committing(app, apply), 30)
    assert len([each for each in sent if each]) == 1


@pytest.mark.real_commits
def test_of_a_refusal_and_a_last_word_and_taking_it_back_at_once_one_counts(
    app: Flask, ana: Member, ben: Member, cleo: Member, make_team: TeamFactory, make_job: JobFactory
) -> None:
    team, job = make_team("kaki", ben, cleo), make_job(ana)
    with app.app_context(), db.writing():
        there: Any = [db.db.session.get_one(type(each), each.id) for each in (ben, job, team, cleo)]
        sheet = Sheet(ONCE, team=there[2], shares={there[0]: 50, there[3]: 50})
        number = service.apply(there[0], there[1], sheet).id
        db.commit()

    def answer(turn: int) -> str:
        member = db.db.session.get_one(Member, (ben if turn % 3 == 2 else cleo).id)
        verb: Verb = (service.join, service.refuse, service.withdraw)[turn % 3]
        try:
            verb(member, queries.get_for(member, number))
        except Conflict:
            return ""
        return verb.__name__

    done = [each for each in at_once(committing(app, answer), 30) if each]
    with app.app_context():
        state = db.db.session.get_one(Application, number).state
    # Taking back what was just opened is allowed: then both counted, one after the other.
    ends = {("join",): ApplicationState.OPEN, ("refuse",): ApplicationState.WITHDRAWN}
    ends |= {("withdraw",): ApplicationState.WITHDRAWN, ("join", "withdraw"): ApplicationState.WITHDRAWN}
    assert ends[tuple(sorted(done))] is state


@pytest.mark.real_commits
def test_closing_and_applying_at_once_leaves_nobody_waiting(
    app: Flask, drain: Callable[[], int], ana: Member, make_member: MemberFactory, make_job: JobFactory
) -> None:
    job_id = make_job(ana).id
    members = [make_member() for _number in range(12)]

    def deed(number: int) -> bool:
        job = db.db.session.get_one(Job, job_id)
        try:
            if number == 6:
                jobs.close(db.db.session.get_one(Member, ana.id), job, JobEnding.FILLED)
            else:
                service.apply(db.db.session.get_one(Member, members[number].id), job, Sheet(ONCE))
        except Conflict:
            return False
        return True

    assert at_once(committing(app, deed), 12)[6]
    drain()
    with app.app_context():
        states = set(db.db.session.scalars(select(Application.state)))
        assert states <= {ApplicationState.DECLINED}
        assert not errands.upkeep()
