"""The newest jobs on the top page, and looking for jobs from there."""

from collections.abc import Callable

import pytest
from flask import Flask

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.jobs.models import JobEnding
from search_index import sync
from tests.factories.jobs import JobFactory
from tests.visit import Visitors

Reindex = Callable[[], None]

STATEMENTS = 5
"""Demo sign-ins, newest workers, names of skills; jobs with poster and company, their skills."""


@pytest.fixture
def reindex(app: Flask) -> Reindex:
    """Builds the index from the rows as they are now."""

    def rebuild() -> None:
        with app.app_context(), db.writing():
            sync.rebuild()

    return rebuild


def test_the_top_page_shows_the_newest_jobs_and_nothing_hidden(
    visit: Visitors, cleo: Member, make_job: JobFactory, reindex: Reindex
) -> None:
    make_job(cleo, "取扱説明書の和訳")
    make_job(cleo, "下書きの翻訳", draft=True)
    make_job(cleo, "終わった翻訳", closed=JobEnding.FILLED)
    reindex()
    page = visit.open("home.index")
    (row,) = page.find_all("#newest-jobs li")
    assert "取扱説明書の和訳" in row
    assert "Cleo" in row
    assert "50,000 円" in row
    assert page.follow("すべて見る").path == "/jobs"


def test_a_visitor_searches_for_jobs_from_the_top_page(
    visit: Visitors, cleo: Member, make_job: JobFactory, reindex: Reindex
) -> None:
    make_job(cleo, "取扱説明書の和訳")
    reindex()
    page = visit.open("home.index", find="jobs")
    found = page.submit("検索する", q="和訳")
    assert found.path.startswith("/jobs?q=")
    assert found.find_all("#results h3 mark") == ["和訳"]


@pytest.mark.parametrize("jobs", [1, 30])
def test_the_top_page_costs_the_same_however_many_jobs_there_are(
    visit: Visitors, ana: Member, make_job: JobFactory, reindex: Reindex, jobs: int
) -> None:
    for number in range(jobs):
        make_job(ana, f"翻訳{number}", skills=("Excel",))
    reindex()
    page = visit.open("home.index")
    assert len(page.find_all("#newest-jobs li")) == min(jobs, 4)
    assert page.statements == STATEMENTS
