"""What becomes of acceptances, and of what a team has not sent yet: one lasts, and comes to something or ends."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.applications import queries, service
from marketplace.applications.models import Application, ApplicationState
from marketplace.applications.service import Sheet
from marketplace.applications.service.ending import end
from marketplace.clock import now, today
from marketplace.errors import Conflict, NotAllowed
from marketplace.events.kinds import EventKind
from marketplace.events.models import Event
from marketplace.follows import service as follows
from marketplace.teams import service as teams
from tests.factories.applications import ApplicationFactory
from tests.factories.jobs import JobFactory
from tests.factories.members import MemberFactory
from tests.factories.teams import TeamFactory
from tests.marketplace.applications.test_answering import TEXT, got, last_kind
from tests.marketplace.applications.test_applying import ONCE, again, kinds


@pytest.mark.usefixtures("session")
def test_until_there_are_terms_either_side_lets_an_acceptance_be_and_the_place_is_free(
    ana: Member, ben: Member, cleo: Member, make_job: JobFactory, make_application: ApplicationFactory
) -> None:
    job = make_job(ana, wanted=1)
    taken, kept = make_application(job, ben), make_application(job, cleo)
    service.accept(ana, got(ana, taken))
    assert taken.terms_by == today() + timedelta(days=14)
    service.withdraw(ben, queries.get_for(ben, taken.id), "予定が変わりました。")
    assert (taken.state, taken.reason, taken.terms_by) == (ApplicationState.WITHDRAWN, "予定が変わりました。", None)
    service.accept(ana, got(ana, kept))
    for stranger in (ben, cleo):
        with pytest.raises(NotAllowed):
            service.take_back(stranger, got(ana, kept), TEXT)
    service.take_back(ana, got(ana, kept), TEXT)
    assert (kept.state, kept.answer, last_kind()) == (
        ApplicationState.DECLINED, TEXT, EventKind.APPLICATION_DECLINED
    )  # fmt: skip
    assert not queries.is_full(job)
    third = make_application(job, ben)
    service.accept(ana, got(ana, third))
    service.note_terms(third)
    for verb in (
        lambda: service.take_back(ana, got(ana, third), TEXT),
        lambda: service.withdraw(ben, queries.get_for(ben, third.id), "x"),
        lambda: service.note_terms(third),
    ):
        with pytest.raises(Conflict, match="すでに条件の相談"):
            verb()
    assert (third.state, queries.is_full(job)) == (ApplicationState.ACCEPTED, True)


@pytest.mark.usefixtures("session")
def test_an_acceptance_without_terms_ends_after_its_day_and_no_terms_come_of_it_any_more(
    ana: Member, ben: Member, make_job: JobFactory, make_application: ApplicationFactory
) -> None:
    application = make_application(make_job(ana), ben)
    service.accept(ana, got(ana, application))
    with time_machine.travel(now() + timedelta(days=14)):
        service.expire_overdue()
        assert application.lapsed_at is None
    with time_machine.travel(now() + timedelta(days=15)):
        service.expire_overdue()
        service.expire_overdue()
    assert (application.state, application.terms_by) == (ApplicationState.ACCEPTED, None)
    assert application.lapsed_at is not None
    assert db.db.session.scalar(select(func.count()).where(Event.kind == EventKind.APPLICATION_EXPIRED)) == 1
    with pytest.raises(Conflict, match="始まりませんでした"):
        service.note_terms(application)


@pytest.mark.usefixtures("session")
def test_a_block_and_a_departure_let_an_acceptance_be(
    ana: Member, ben: Member, cleo: Member, make_job: JobFactory, make_application: ApplicationFactory
) -> None:
    job = make_job(ana, wanted=2)
    blocked, left = make_application(job, ben), make_application(job, cleo)
    for each in (blocked, left):
        service.accept(ana, got(ana, each))
    follows.block(ben, ana)
    service.end_between(ana.id, ben.id)
    service.end_all_of(cleo.id)
    assert blocked.state is left.state is ApplicationState.WITHDRAWN


@pytest.mark.usefixtures("session")
def test_who_was_accepted_does_not_apply_again_until_it_is_known_that_nothing_comes_of_it(
    ana: Member, ben: Member, cleo: Member, make_team: TeamFactory, make_job: JobFactory,
    make_application: ApplicationFactory,
) -> None:  # fmt: skip
    job, team = make_job(ana, wanted=3), make_team("kaki", cleo, ben)
    own = make_application(job, ben, state=ApplicationState.ACCEPTED)
    of_team = make_application(job, cleo, team=team)
    end(of_team, ApplicationState.ACCEPTED)
    with pytest.raises(Conflict, match="条件の相談へ進んでいます"):
        service.apply(ben, job, Sheet(ONCE))
    assert queries.standing_of(ben, job).own_id == own.id
    copy = {"job_id": job.id, "job_revision": 1, "opened_at": now(), "answer_by": today(), "once": "another"}
    for whose in ({"applicant_id": ben.id}, {"applicant_id": ana.id, "team_id": team.id}):
        with pytest.raises(IntegrityError), db.db.session.begin_nested():
            db.db.session.add(Application(**copy | whose))
    service.let_lapse(own.id)
    assert service.apply(ben, job, Sheet("pressed-once-0002")).state is ApplicationState.OPEN


@pytest.mark.usefixtures("session")
def test_nothing_goes_out_with_somebody_who_has_left_the_team(
    ana: Member, ben: Member, cleo: Member, make_member: MemberFactory, make_team: TeamFactory, make_job: JobFactory
) -> None:
    dan = make_member("dan")
    team = make_team("kaki", ben, cleo, dan)
    application = service.apply(ben, make_job(ana), Sheet(ONCE, team=team, shares={ben: 40, cleo: 30, dan: 30}))
    service.join(cleo, again(cleo, application))
    teams.expel(ben, team, cleo)
    with pytest.raises(Conflict, match="Cleoさんがチームを離れた"):
        service.join(dan, again(dan, application))
    left = db.db.session.scalars(select(Event).where(Event.kind == EventKind.TEAM_MEMBER_EXPELLED)).one()
    service.follow(left.id)
    service.follow(left.id)
    assert (application.state, application.opened_at) == (ApplicationState.WITHDRAWN, None)
    assert kinds()[-1] is EventKind.APPLICATION_REFUSED
    assert kinds().count(EventKind.APPLICATION_REFUSED) == 1
