"""Jobs that are posted in bulk are found as those that were posted by verbs."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from benchmarks.posts import posts
from benchmarks.world import Size, fill
from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.db import db
from marketplace.jobs import service
from marketplace.jobs.models import Job
from search_index.documents import jobs
from search_index.engines.jobs import JobDocument

pytestmark = pytest.mark.usefixtures("session")


def documents(ids: list[int]) -> list[JobDocument]:
    """Without numbers and moments."""
    return [replace(each, key=0, published_at=None) for each in jobs(db.session, ids)]


def test_jobs_in_bulk_are_found_as_those_of_verbs() -> None:
    at = now()
    fill(Size(members=4, follows=0, conversations=0, jobs=12, at=at))
    bulk = list(db.session.scalars(select(Job.id).order_by(Job.id)))
    people = {int(each.username.removeprefix("worker-")): each for each in db.session.scalars(select(Member))}
    posted = []
    for number, post in enumerate(posts(12, 4, at=at)):
        job = service.create(people[post.poster], f"posted-by-verbs-{number:016}", post.changes)
        service.publish(people[post.poster], job)
        db.session.flush()
        posted.append(job.id)
    assert len(bulk) == 12
    assert documents(bulk) == documents(posted)
