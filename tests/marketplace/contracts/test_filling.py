"""A job ends by itself when as many as are wanted have begun to work."""

from collections.abc import Callable

import pytest
from flask import Flask

from marketplace import db as database
from marketplace.accounts.models import Member
from marketplace.applications import queries as applications
from marketplace.applications import service as answering
from marketplace.applications.models import Application, ApplicationState
from marketplace.contracts import queries, service
from marketplace.contracts.service import Opening
from marketplace.db import db
from marketplace.jobs import queries as jobs
from marketplace.jobs import service as postings
from marketplace.jobs.models import Job, JobEnding, JobState
from tests.blueprints.tellings import told
from tests.factories.applications import ApplicationFactory
from tests.factories.jobs import JobFactory, whole
from tests.factories.members import MemberFactory
from tests.marketplace.contracts.agreeing import items, new_once, waiting

pytestmark = pytest.mark.real_commits


def begin(app: Flask, client: Member, application: Application) -> None:
    """Accept an application, and let both agree to the terms."""
    with app.app_context(), database.writing():
        poster = db.session.get_one(Member, client.id)
        job = applications.get_job(poster, application.job_id)
        answering.accept(poster, applications.get_received(poster, job, application.id))
        accepted = queries.get_accepted(poster, application.id)
        opening = Opening(title=job.title, worker=accepted.applicant, application=accepted)
        contract = queries.get_for(poster, service.propose(poster, opening, items(), new_once()).id)
        service.agree(accepted.applicant, contract, waiting(contract))
        database.commit()


def standing(app: Flask, job: Job) -> tuple[JobState, JobEnding | None]:
    with app.app_context():
        found = db.session.get_one(Job, job.id)
        return found.state, found.ending


def test_the_last_one_wanted_ends_it_and_whoever_waits_is_answered(
    app: Flask, drain: Callable[[], int], ana: Member, ben: Member, cleo: Member, make_member: MemberFactory,
    make_job: JobFactory, make_application: ApplicationFactory,
) -> None:  # fmt: skip
    job = make_job(ana, wanted=2)
    first, second, third = (make_application(job, each) for each in (ben, cleo, make_member("dan")))
    begin(app, ana, first)
    drain()
    assert standing(app, job) == (JobState.OPEN, None)
    begin(app, ana, second)
    heard = len(told(app, ana))
    drain()
    drain()
    assert standing(app, job) == (JobState.CLOSED, JobEnding.FILLED)
    with app.app_context():
        assert db.session.get_one(Application, third.id).state is ApplicationState.DECLINED
    # That the last one agreed, and that the job ended by it.
    assert len(told(app, ana)) - heard == 2


def test_to_want_fewer_than_have_begun_ends_it_too(
    app: Flask, drain: Callable[[], int], ana: Member, ben: Member, make_job: JobFactory,
    make_application: ApplicationFactory,
) -> None:  # fmt: skip
    job = make_job(ana, wanted=2)
    begin(app, ana, make_application(job, ben))
    drain()
    with app.app_context(), database.writing():
        poster = db.session.get_one(Member, ana.id)
        own = jobs.get_own(poster, job.id)
        postings.edit(poster, own, whole(wanted=1), own.version)
        database.commit()
    assert standing(app, job) == (JobState.OPEN, None)
    drain()
    assert standing(app, job) == (JobState.CLOSED, JobEnding.FILLED)
