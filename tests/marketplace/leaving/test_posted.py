"""Jobs in an export, and what erasing leaves of them."""

import pytest
from sqlalchemy import select

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.jobs.models import Job, JobState
from marketplace.leaving import posted
from tests.marketplace.leaving import whole_jobs
from tests.marketplace.leaving.whole_member import KEPT, WORD, rows_with

pytestmark = pytest.mark.usefixtures("session")


def columns_of_jobs(word: str) -> set[str]:
    return {name for name in rows_with(word) if name.startswith(("job", "screening", "published_answers"))}


def test_an_export_holds_every_job_with_all_that_it_said(ana: Member, ben: Member) -> None:
    whole_jobs.fill(ana, ben, WORD, KEPT)
    first, second = posted.jobs(ana)
    assert (first["title"], second["title"], first["state"], first["company"]) == (KEPT, WORD, "open", None)
    assert first["questions"][0]["question"] == KEPT
    assert first["files"][0]["name"] == f"{WORD}.pdf"
    assert [each["content"]["title"] for each in first["revisions"]] == [KEPT]
    assert posted.jobs(ben) == []


def test_of_what_others_applied_for_only_who_offered_it_is_erased_and_the_rest_goes(ana: Member, ben: Member) -> None:
    whole_jobs.fill(ana, ben, WORD, KEPT)
    assert columns_of_jobs(WORD) >= {f"jobs.{name}" for name in whole_jobs.OFFERER} | {
        *("jobs.title", "job_attachments.name", "job_revisions.content", "published_answers.answer"),
    }
    posted.empty(ana.id)
    db.db.session.flush()
    assert columns_of_jobs(WORD) == set()
    [job] = db.db.session.scalars(select(Job).where(Job.poster_id == ana.id))
    assert (job.title, job.state, job.offerer_name) == (KEPT, JobState.CLOSED, "-")
    assert "screening_questions.question" in columns_of_jobs(KEPT)
