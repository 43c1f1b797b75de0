"""Thirty at once: one draft, one publication, one end, one change of each version."""

import pytest
from flask import Flask

from marketplace.accounts.models import Member
from marketplace.events.kinds import EventKind
from marketplace.events.models import Event
from marketplace.jobs import queries, service
from marketplace.jobs.models import Job, JobEnding, JobRevision
from tests.factories.jobs import JobFactory, whole
from tests.marketplace.teams.test_races import TIMES, count, outcome
from tests.races import at_once

pytestmark = pytest.mark.real_commits

ONE_WINS = ["Conflict"] * (TIMES - 1) + ["done"]


def of_kind(app: Flask, kind: EventKind) -> int:
    return count(app, Event, Event.kind == kind)


def test_thirty_presses_of_one_button_make_one_draft(app: Flask, ana: Member) -> None:
    at_once(outcome(app, lambda _n: service.create(ana, "a-press-of-one-button", whole())), TIMES)
    assert count(app, Job) == 1


def test_one_of_thirty_publishes(app: Flask, ana: Member, make_job: JobFactory) -> None:
    number = make_job(ana, draft=True).id
    found = at_once(outcome(app, lambda _n: service.publish(ana, queries.get_own(ana, number))), TIMES)
    assert sorted(found) == ONE_WINS
    assert (of_kind(app, EventKind.JOB_PUBLISHED), count(app, JobRevision)) == (1, 1)


def test_one_of_thirty_closes(app: Flask, ana: Member, make_job: JobFactory) -> None:
    number = make_job(ana).id
    endings = [JobEnding.FILLED, JobEnding.WITHDRAWN]
    found = at_once(outcome(app, lambda n: service.close(ana, queries.get_own(ana, number), endings[n % 2])), TIMES)
    assert sorted(found) == ONE_WINS
    assert of_kind(app, EventKind.JOB_CLOSED) == 1


def test_one_of_thirty_changes_a_version(app: Flask, ana: Member, make_job: JobFactory) -> None:
    job = make_job(ana)
    found = at_once(
        outcome(app, lambda n: service.edit(ana, queries.get_own(ana, job.id), whole(f"題{n}"), job.version)),
        TIMES,
    )
    assert sorted(found) == ONE_WINS
    assert (of_kind(app, EventKind.JOB_CHANGED), count(app, JobRevision)) == (1, 2)
