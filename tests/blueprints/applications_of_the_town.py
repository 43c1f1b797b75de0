"""Who has applied for what in the town: a stranger for the owner's job, and the owner's team for another's."""

import secrets
from typing import Any

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.applications import service
from marketplace.applications.service import Sheet
from marketplace.jobs import queries as jobs
from marketplace.jobs import service as job_verbs
from marketplace.jobs.models import Job
from marketplace.teams import queries as teams
from tests.factories.jobs import whole

RECEIVED = ("received", "review", "annotate", "shortlist", "accept", "decline")


def apply_in_town(people: dict[str, Member]) -> dict[str, Any]:
    """Let them apply; return what stands in the addresses of it."""
    job, other = _job(people["owner"]), _job(people["judge"])
    received = service.apply(people["stranger"], job, Sheet("once-of-the-stranger"))
    shares = {people["owner"]: 60, people["colleague"]: 40}
    team = teams.get_joined(people["owner"], "tea")
    sent = service.apply(people["owner"], other, Sheet("once-of-the-owner", team=team, shares=shares))
    db.db.session.flush()
    return {
        "application_id": sent.id,
        "job_id": job.id,
        **{f"application_id of applications.{each}": received.id for each in RECEIVED},
    }


def _job(poster: Member) -> Job:
    job = job_verbs.create(poster, secrets.token_urlsafe(16), whole())
    job_verbs.publish(poster, job)
    db.db.session.flush()
    return jobs.get_own(poster, job.id)
