"""What was posted and agreed for a company that was merged belongs to the one that is kept."""

import pytest

from marketplace import outbox
from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.companies import service as companies
from marketplace.companies.service.merging import merge_rows
from marketplace.contracts import queries, service
from marketplace.contracts.service import Opening
from marketplace.db import db
from marketplace.jobs import queries as jobs
from marketplace.jobs import service as postings
from marketplace.jobs.models import JobState
from tests.factories.companies import CompanyFactory
from tests.factories.jobs import JobFactory
from tests.factories.members import MemberFactory
from tests.marketplace.contracts.agreeing import items, new_once, waiting

pytestmark = pytest.mark.usefixtures("session")


def test_jobs_and_contracts_go_with_their_company(
    ana: Member,
    ben: Member,
    cleo: Member,
    make_member: MemberFactory,
    make_company: CompanyFactory,
    make_job: JobFactory,
) -> None:
    kept, merged = make_company("aozora", cleo, name="株式会社青空"), make_company("aozora2", ana, name="㈱青空")
    job, draft = make_job(ana, company=merged), make_job(ana, draft=True, company=merged)
    offer = Opening(title="翻訳", worker=ben, company=merged)
    contract = service.propose(ana, offer, items(client_name="㈱青空"), new_once())
    db.session.flush()
    version = contract.version
    moderator = make_member("dora")
    moderator.moderator_since = now()

    companies.merge(moderator, kept, merged)
    outbox.drain()

    assert [jobs.get_own(ana, each.id).company_id for each in (job, draft)] == [kept.id, kept.id]
    assert jobs.get_own(ana, job.id).state is JobState.OPEN
    assert [each.id for each in jobs.open_of_company(None, kept.id, 5)] == [job.id]
    postings.publish(ana, jobs.get_own(ana, draft.id))
    contract = queries.get_for(ben, contract.id)
    assert (contract.company_id, contract.version) == (kept.id, version)
    terms = waiting(contract)
    assert terms.client_name == "㈱青空"
    service.agree(ben, contract, terms)


def test_what_was_merged_before_is_moved_in_the_night(
    ana: Member, ben: Member, make_company: CompanyFactory, make_job: JobFactory
) -> None:
    kept, merged = make_company("aozora", ben), make_company("aozora2", ana)
    job = make_job(ana, company=merged)
    contract = service.propose(ana, Opening(title="翻訳", worker=ben, company=merged), items(), new_once())
    merge_rows(kept, merged)
    postings.move_merged()
    service.move_merged()
    db.session.expire_all()
    assert jobs.get_own(ana, job.id).company == kept
    assert queries.get_for(ben, contract.id).company == kept
