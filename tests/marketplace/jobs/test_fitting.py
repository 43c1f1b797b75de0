"""Open jobs that fit what a member can do: in which order, why, and which never."""

from datetime import timedelta

import pytest

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.careers import service as careers
from marketplace.careers.models import SkillLevel
from marketplace.clock import now, today
from marketplace.follows import service as follows
from marketplace.jobs.models import JobEnding
from marketplace.jobs.queries.fitting import fitting
from tests.factories.jobs import JobFactory

pytestmark = pytest.mark.usefixtures("session")


def here(member: Member) -> Member:
    return db.db.session.get_one(Member, member.id)


def can(member: Member, **levels: SkillLevel) -> None:
    for name, level in levels.items():
        careers.skills.add(here(member), name=name, level=level, started_on=today(), notes="")


def titles(member: Member, size: int = 20) -> list[str]:
    """All that fits, page by page."""
    found: list[str] = []
    page = fitting(here(member), size=size)
    while True:
        found += [fit.job.title for fit in page.rows]
        if page.next_cursor is None:
            return found
        page = fitting(here(member), page.next_cursor, size=size)


def test_what_one_does_best_and_most_of_comes_first_with_its_reasons(
    ana: Member, ben: Member, make_job: JobFactory
) -> None:
    can(ben, Excel=SkillLevel.WORKING, Word=SkillLevel.LEARNING, Photoshop=SkillLevel.TEACHING)
    make_job(here(ana), "ことば", skills=("Word",))
    make_job(here(ana), "表計算", skills=("Excel",))
    make_job(here(ana), "どちらも", skills=("Word", "Excel"))
    make_job(here(ana), "画像", skills=("Photoshop", "COBOL"))
    make_job(here(ana), "ほかのこと", skills=("COBOL",))
    expected = ["画像", "どちらも", "表計算", "ことば"]
    assert sorted(titles(ben)[:2]) == sorted(expected[:2])
    assert titles(ben)[2:] == expected[2:]
    assert titles(ben, size=1) == titles(ben)
    both = next(fit for fit in fitting(here(ben)).rows if fit.job.title == "どちらも")
    assert both.reasons == ["「Excel」を実務で使える", "「Word」を学習中"]


def test_who_said_no_skill_is_offered_nothing(ana: Member, ben: Member, make_job: JobFactory) -> None:
    make_job(here(ana), skills=("Excel",))
    assert titles(ben) == []


@pytest.mark.parametrize("what", ["own", "closed", "draft", "over", "hidden", "blocked", "blocking"])
def test_what_is_not_open_to_the_member_never_fits(ana: Member, ben: Member, make_job: JobFactory, what: str) -> None:
    can(ben, Excel=SkillLevel.WORKING)
    poster = here(ben if what == "own" else ana)
    ending = JobEnding.FILLED if what == "closed" else None
    job = make_job(poster, skills=("Excel",), draft=what == "draft", closed=ending)
    if what == "over":
        job.apply_until = today() - timedelta(days=1)
    if what == "hidden":
        job.hidden_at = now()
    if what in {"blocked", "blocking"}:
        pair = [here(ben), here(ana)]
        follows.block(*(pair if what == "blocking" else pair[::-1]))
    db.db.session.flush()
    assert titles(ben) == []
