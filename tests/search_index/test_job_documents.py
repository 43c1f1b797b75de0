"""Jobs become documents, and the index follows them, their posters and their companies."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from marketplace.accounts.models import Member
from marketplace.clock import now, today
from marketplace.companies.models import Belonging, Company
from marketplace.companies.service import CompanyChanges
from marketplace.companies.service import companies as company_verbs
from marketplace.companies.service.companies import mark_number
from marketplace.db import db
from marketplace.jobs import service
from marketplace.jobs.models import Job, JobEnding
from marketplace.jobs.service import JobChanges
from marketplace.moderation.subjects import _hide_company
from search_index import JobFilters, search_jobs, sync
from search_index.documents import jobs
from search_index.engines import IndexMissing, KnownSkill, chosen
from search_index.engines.jobs import JobDocument
from tests.factories.companies import CompanyFactory
from tests.factories.jobs import JobFactory
from tests.search_index.test_documents import statements

pytestmark = pytest.mark.usefixtures("no_index", "session")

Drain = Callable[[], int]


def found(text: str = "", **filters: object) -> list[int]:
    return sorted(hit.key for hit in search_jobs(text, JobFilters(**filters)).hits)  # type: ignore[arg-type]


def document(job: Job) -> JobDocument:
    (made,) = jobs(db.session, [job.id])
    return made


def test_a_document_says_all_that_everybody_may_read(cleo: Member, make_job: JobFactory) -> None:
    job = make_job(
        cleo,
        "和訳",
        skills=("Excel",),
        prefecture="26",
        city="京都市中京区",
        reward_max_yen=60_000,
        process_note="面談1回",
        offerer_address="秘密町1",
        offerer_contact="himitsu@example.jp",
        offerer_name="秘密一郎",
    )
    made = document(job)
    (skill,) = made.skills
    assert skill == KnownSkill(skill.id, "Excel", ("excel",))
    assert (made.key, made.title, made.poster, made.offerer) == (job.id, "和訳", cleo.id, "Cleo")
    assert (made.category, made.category_words) == ("translation", ("翻訳・通訳", "Translation and interpreting"))
    assert (made.kind, made.reward_kind, made.lowest_yen, made.highest_yen) == ("work", "fixed", 50_000, 60_000)
    assert (made.prefecture, made.city, made.place, made.is_remote) == ("26", "26104", "京都府京都市中京区", True)
    assert (made.notes, made.has_company) == (("面談1回",), False)
    assert (made.published_at, made.apply_until) == (job.published_at, job.apply_until)
    assert "秘密" not in repr(made)
    assert "himitsu" not in repr(made)


def test_one_amount_is_a_range_of_one(cleo: Member, make_job: JobFactory) -> None:
    made = document(make_job(cleo))
    assert (made.lowest_yen, made.highest_yen, made.city, made.place) == (50_000, 50_000, "", "")


@pytest.mark.parametrize(
    ("prefecture", "city", "code"),
    [("26", "京都市左京区一乗寺", "26103"), ("26", "京都市", ""), ("26", "どこか", ""), ("13", "京都市左京区", "")],
)
def test_a_city_is_known_by_its_name_in_the_prefecture(
    cleo: Member, make_job: JobFactory, prefecture: str, city: str, code: str
) -> None:
    assert document(make_job(cleo, prefecture=prefecture, city=city)).city == code


def test_drafts_and_what_is_closed_or_hidden_have_no_document(cleo: Member, make_job: JobFactory) -> None:
    draft, closed, hidden = make_job(cleo, draft=True), make_job(cleo, closed=JobEnding.FILLED), make_job(cleo)
    hidden.hidden_at = now()
    db.session.flush()
    assert jobs(db.session, [draft.id, closed.id, hidden.id, 987_654]) == []
    assert jobs(db.session, []) == []


def test_statements_do_not_grow_with_the_batch(cleo: Member, make_job: JobFactory) -> None:
    made = [make_job(cleo, skills=("Excel", f"組版{number}")).id for number in range(8)]
    counts = []
    for size in (1, 8):
        db.session.expunge_all()
        with statements() as seen:
            jobs(db.session, made[:size])
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 3


def test_a_job_is_found_from_its_publishing_to_its_closing(cleo: Member, make_job: JobFactory, drain: Drain) -> None:
    sync.rebuild()
    job = make_job(cleo, "速記", draft=True)
    drain()
    assert found("速記") == []
    service.publish(cleo, job)
    db.session.flush()
    drain()
    assert found("速記") == [job.id]
    service.close(cleo, job, JobEnding.WITHDRAWN)
    db.session.flush()
    drain()
    assert found("速記") == []


def test_an_edit_of_a_job_or_of_its_skills_is_found(cleo: Member, make_job: JobFactory, drain: Drain) -> None:
    sync.rebuild()
    job = make_job(cleo, "速記", skills=("Excel",))
    drain()
    assert found("Excel") == [job.id]
    changes = JobChanges(**(vars(JobChanges.nothing(job)) | {"skills": ("校正",)}))
    service.edit(cleo, job, changes, job.version)
    db.session.flush()
    drain()
    assert (found("Excel"), found("校正")) == ([], [job.id])


def test_jobs_come_and_go_with_their_poster(cleo: Member, make_job: JobFactory, drain: Drain) -> None:
    sync.rebuild()
    job = make_job(cleo)
    drain()
    row = db.session.get_one(Member, cleo.id)
    for column in ("hidden_at", "left_at"):
        for value, expected in ((now(), []), (None, [job.id])):
            setattr(row, column, value)
            db.session.flush()
            drain()
            assert found() == expected


def test_what_is_checked_of_a_company_is_found_with_its_jobs(
    ana: Member, ben: Member, make_company: CompanyFactory, make_job: JobFactory, drain: Drain
) -> None:
    def checked() -> list[int]:
        db.session.flush()
        drain()
        return found(has_company=True)

    sync.rebuild()
    company = make_company("tea", ana, ben, name="お茶の会社", corporate_number="7000012050002")
    of_ana, of_ben = (make_job(each, company=company) for each in (ana, ben))
    make_job(ana, "自分の")
    assert checked() == []
    assert found("お茶") == sorted([of_ana.id, of_ben.id])
    mark_number(company)
    assert checked() == sorted([of_ana.id, of_ben.id])
    changes = CompanyChanges(**(vars(CompanyChanges.nothing(company)) | {"name": "珈琲の会社"}))
    company_verbs.edit(ana, company, changes, company.version)
    assert checked() == []
    assert (found("お茶"), found("珈琲")) == ([], sorted([of_ana.id, of_ben.id]))
    for place in db.session.query(Belonging).filter_by(member_id=ben.id):
        place.proven_at = now()
    assert checked() == [of_ben.id]
    for is_hidden, expected in ((True, 1), (False, 3)):
        _hide_company(company.id, is_hidden)
        db.session.flush()
        drain()
        assert len(found()) == expected
    assert db.session.get_one(Company, company.id).is_live


def test_a_job_is_not_found_after_its_last_day_though_nobody_closed_it(cleo: Member, make_job: JobFactory) -> None:
    make_job(cleo, apply_until=today() + timedelta(days=1))
    sync.rebuild()
    assert len(found()) == 1
    with time_machine.travel(now() + timedelta(days=2)):
        assert found() == []


def test_verifying_repairs_jobs_too(cleo: Member, make_job: JobFactory) -> None:
    kept, other = make_job(cleo, "速記"), make_job(cleo, "校正")
    assert sync.rebuild() == 2
    chosen("job").put([JobDocument(987_654, title="消えた")], removed=[kept.id])
    assert sync.verify() == 2
    assert found() == sorted([kept.id, other.id])


def test_only_the_index_that_is_missing_is_built(cleo: Member, ana: Member, make_job: JobFactory, drain: Drain) -> None:
    drain()
    sync.rebuild(kinds=["worker", "team"])
    before = chosen().digests()
    with pytest.raises(IndexMissing):
        search_jobs("")
    chosen().put([], removed=[ana.id])
    job = make_job(cleo)
    drain()
    assert found() == [job.id]
    assert ana.id in before.keys() - chosen().digests().keys()
    sync.keep()
    assert chosen().digests() == before
