"""Answering: one answer each, in time or by the clock, with the job, and how often a client does."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.applications import queries, service
from marketplace.applications.models import Application, ApplicationState
from marketplace.applications.queries import AnswerRate, Sift
from marketplace.clock import now, today
from marketplace.errors import Conflict, NotAllowed, NotFound
from marketplace.events.kinds import EventKind
from marketplace.events.models import Event
from marketplace.follows import service as follows
from marketplace.jobs import service as jobs
from marketplace.jobs.models import Job, JobEnding
from tests.blueprints.tellings import told
from tests.factories.applications import ApplicationFactory
from tests.factories.jobs import JobFactory
from tests.factories.members import MemberFactory
from tests.factories.teams import TeamFactory
from tests.races import at_once, committing

TEXT = "今回は見送ります。ありがとうございました。"


def last_kind() -> EventKind:
    return db.db.session.scalars(select(Event.kind).order_by(Event.id.desc()).limit(1)).one()


def got(viewer: Member, application: Application) -> Application:
    """The application as its client opens it."""
    return queries.get_received(viewer, queries.get_job(viewer, application.job_id), application.id)


@pytest.mark.usefixtures("session")
def test_accepting_and_declining_are_one_answer(
    ana: Member, ben: Member, cleo: Member, make_job: JobFactory, make_application: ApplicationFactory
) -> None:
    job = make_job(ana)
    first, second = make_application(job, ben), make_application(job, cleo)
    service.accept(ana, got(ana, first))
    assert (first.state, last_kind()) == (ApplicationState.ACCEPTED, EventKind.APPLICATION_ACCEPTED)
    service.decline(ana, got(ana, second), TEXT)
    assert (second.state, second.answer, last_kind()) == (
        ApplicationState.DECLINED, TEXT, EventKind.APPLICATION_DECLINED
    )  # fmt: skip
    for application, sentence in ((first, "すでに条件の相談"), (second, "すでに見送り")):
        with pytest.raises(Conflict, match=sentence):
            service.accept(ana, got(ana, application))
        with pytest.raises(Conflict, match=sentence):
            service.decline(ana, got(ana, application), TEXT)


@pytest.mark.usefixtures("session")
def test_only_the_poster_sees_what_came_answers_and_keeps_notes(
    ana: Member, ben: Member, cleo: Member, make_job: JobFactory, make_application: ApplicationFactory
) -> None:
    application = got(ana, make_application(make_job(ana), ben))
    for stranger in (ben, cleo):
        with pytest.raises(NotFound):
            queries.get_job(stranger, application.job_id)
        for verb in (service.accept, lambda who, what: service.decline(who, what, TEXT)):
            with pytest.raises(NotAllowed):
                verb(stranger, application)
        with pytest.raises(NotAllowed):
            service.annotate(stranger, application, "x")
        with pytest.raises(NotAllowed):
            service.shortlist(stranger, application, is_shortlisted=True)
    service.annotate(ana, application, "会ってみたい。")
    service.shortlist(ana, application, is_shortlisted=True)
    db.db.session.flush()
    assert queries.tally_of(ana, application.job).shortlisted == 1


@pytest.mark.usefixtures("session")
def test_what_a_team_has_not_confirmed_and_what_a_block_hides_is_not_there(
    ana: Member, ben: Member, cleo: Member, make_team: TeamFactory, make_job: JobFactory,
    make_application: ApplicationFactory, make_member: MemberFactory,
) -> None:  # fmt: skip
    job, dan = make_job(ana), make_member("dan")
    waiting = make_application(job, ben, team=make_team("kaki", ben, cleo), shares={ben: 50, cleo: 50})
    hidden = make_application(job, dan)
    follows.block(dan, ana)
    for application in (waiting, hidden):
        with pytest.raises(NotFound):
            got(ana, application)
    own = queries.get_job(ana, job.id)
    assert queries.received(ana, own, Sift(state=None)).rows == []
    assert queries.tally_of(ana, own).total == 0
    assert queries.chosen_among(ana, own, [waiting.id, hidden.id]) == []


@pytest.mark.usefixtures("session")
def test_no_more_are_accepted_than_are_wanted_until_a_place_is_free_again(
    ana: Member, ben: Member, cleo: Member, make_job: JobFactory, make_application: ApplicationFactory
) -> None:
    job = make_job(ana, wanted=1)
    first, second = make_application(job, ben), make_application(job, cleo)
    service.accept(ana, got(ana, first))
    with pytest.raises(Conflict, match="1人に達して"):
        service.accept(ana, got(ana, second))
    service.let_lapse(first.id)
    service.let_lapse(second.id)
    assert (first.state, first.lapsed_at is not None) == (ApplicationState.ACCEPTED, True)
    service.accept(ana, got(ana, second))
    assert second.state is ApplicationState.ACCEPTED


@pytest.mark.usefixtures("session")
def test_what_nobody_answers_ends_after_its_day(
    ana: Member, ben: Member, make_job: JobFactory, make_application: ApplicationFactory
) -> None:
    application = make_application(make_job(ana, answer_days=3), ben)
    with time_machine.travel(now() + timedelta(days=3)):
        service.expire_overdue()
        assert application.state is ApplicationState.OPEN
    with time_machine.travel(now() + timedelta(days=4)):
        with pytest.raises(Conflict, match="期限が過ぎました"):
            service.accept(ana, got(ana, application))
        service.expire_overdue()
        service.expire_overdue()
    assert (application.state, last_kind()) == (ApplicationState.EXPIRED, EventKind.APPLICATION_EXPIRED)
    assert db.db.session.scalar(select(func.count()).where(Event.kind == EventKind.APPLICATION_EXPIRED)) == 1


@pytest.mark.real_commits
def test_it_ends_a_moment_after_midnight_by_its_errand_and_both_sides_are_told(
    app: Flask, drain: Callable[[], int], ana: Member, ben: Member, make_job: JobFactory,
    make_application: ApplicationFactory,
) -> None:  # fmt: skip
    job = make_job(ana, answer_days=2)
    make_application(job, ben)
    drain()
    heard = {member.id: len(told(app, member)) for member in (ana, ben)}
    with time_machine.travel(now() + timedelta(days=2, hours=25)):
        drain()
        drain()
    assert {member.id: len(told(app, member)) - heard[member.id] for member in (ana, ben)} == {ana.id: 1, ben.id: 1}


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize("ending", [JobEnding.FILLED, JobEnding.WITHDRAWN])
def test_closing_a_job_answers_everybody_who_waits(
    ana: Member, ben: Member, cleo: Member, make_member: MemberFactory, make_team: TeamFactory, make_job: JobFactory,
    make_application: ApplicationFactory, ending: JobEnding,
) -> None:  # fmt: skip
    job, dan = make_job(ana), make_member("dan")
    team = make_team("kaki", cleo, dan)
    waiting, accepted = make_application(job, ben), make_application(job, make_member("eve"))
    service.accept(ana, got(ana, accepted))
    unsent = make_application(job, cleo, team=team, shares={cleo: 50, dan: 50})
    jobs.close(ana, job, ending)
    service.close_all_of(0, {"job": job.id})
    service.close_all_of(0, {"job": job.id})
    assert (waiting.state, accepted.state, unsent.state) == (
        ApplicationState.DECLINED, ApplicationState.ACCEPTED, ApplicationState.WITHDRAWN
    )  # fmt: skip
    assert "ご縁がありませんでした" in waiting.answer


@pytest.mark.usefixtures("session")
def test_after_the_last_day_for_applications_those_who_applied_still_wait_for_their_answer(
    ana: Member, ben: Member, make_job: JobFactory, make_application: ApplicationFactory
) -> None:
    job = make_job(ana, apply_until=today() + timedelta(days=1), answer_days=7)
    application = make_application(job, ben)
    with time_machine.travel(now() + timedelta(days=2)):
        jobs.expire_overdue()
        service.close_all_of(0, {"job": job.id})
        assert (job.ending, application.state) == (JobEnding.EXPIRED, ApplicationState.OPEN)
        service.accept(ana, got(ana, application))


@pytest.mark.usefixtures("session")
def test_of_a_client_who_was_to_answer_five_times_it_is_said_how_often_they_did(
    ana: Member, make_member: MemberFactory, make_job: JobFactory, make_application: ApplicationFactory
) -> None:
    job = make_job(ana)
    states = [*[ApplicationState.DECLINED] * 2, *[ApplicationState.ACCEPTED], ApplicationState.EXPIRED]
    for state in (*states, ApplicationState.WITHDRAWN, ApplicationState.OPEN):
        make_application(job, make_member(), state=state)
    assert queries.answer_rates_of([ana.id]) == {}
    assert queries.tally_of(ana, queries.get_job(ana, job.id)).rate is None
    make_application(job, make_member(), state=ApplicationState.EXPIRED)
    other = make_job(ana)
    for each in (job, other):
        assert queries.tally_of(ana, queries.get_job(ana, each.id)).rate == AnswerRate(3, 5)
    assert queries.tally_of(ana, other).total == 0
    assert queries.answer_rates_of([ana.id, 0]) == {ana.id: AnswerRate(3, 5)}
    assert (AnswerRate(3, 5).percent, AnswerRate(999, 1000).percent) == (60, 99)


@pytest.mark.usefixtures("session")
def test_several_are_declined_with_one_text_and_those_that_ended_are_passed_over(
    ana: Member, ben: Member, cleo: Member, make_job: JobFactory, make_application: ApplicationFactory
) -> None:
    job = make_job(ana)
    both = [make_application(job, ben), make_application(job, cleo)]
    own = queries.get_job(ana, job.id)
    chosen = queries.chosen_among(ana, own, [*(each.id for each in both), 999_999])
    service.withdraw(ben, both[0])
    assert service.decline_all(ana, chosen, TEXT) == 1
    assert (both[0].state, both[1].answer) == (ApplicationState.WITHDRAWN, TEXT)
    with pytest.raises(NotAllowed):
        service.decline_all(cleo, chosen, TEXT)


@pytest.mark.real_commits
def test_of_many_answers_at_once_one_counts(
    app: Flask, ana: Member, ben: Member, make_job: JobFactory, make_application: ApplicationFactory
) -> None:
    job = make_job(ana)
    number = make_application(job, ben).id

    def answer(turn: int) -> str:
        actor = db.db.session.get_one(Member, (ben if turn % 3 == 2 else ana).id)
        try:
            if turn % 3 == 2:
                service.withdraw(actor, queries.get_for(actor, number))
            else:
                found = queries.get_received(actor, queries.get_job(actor, job.id), number)
                if turn % 3:
                    service.decline(actor, found, TEXT)
                else:
                    service.accept(actor, found)
        except Conflict:
            return ""
        return ("accepted", "declined", "withdrawn")[turn % 3]

    done = [each for each in at_once(committing(app, answer), 30) if each]
    assert len(done) == 1
    with app.app_context():
        assert db.db.session.get_one(Application, number).state.value == done[0]


@pytest.mark.real_commits
def test_of_many_acceptances_at_once_as_many_count_as_are_wanted(
    app: Flask, ana: Member, make_member: MemberFactory, make_job: JobFactory, make_application: ApplicationFactory
) -> None:
    job = make_job(ana, wanted=2)
    numbers = [make_application(job, make_member()).id for _number in range(10)]

    def accept(turn: int) -> bool:
        actor = db.db.session.get_one(Member, ana.id)
        try:
            service.accept(actor, queries.get_received(actor, queries.get_job(actor, job.id), numbers[turn % 10]))
        except Conflict:
            return False
        return True

    assert sum(at_once(committing(app, accept), 30)) == 2
    with app.app_context():
        assert queries.accepted_for(db.db.session.get_one(Job, job.id)) == 2
