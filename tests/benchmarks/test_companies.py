"""The companies of the benchmark are what the verb would have left, and every way to find them agrees."""

import pytest
from sqlalchemy import func, select

from benchmarks import companies
from benchmarks.companies import by_comparing, by_keys, differing, fill_companies, questions
from marketplace import db
from marketplace.accounts.models import Member
from marketplace.companies.models import Company, CompanyKey
from marketplace.companies.service.indexing import index


def keys() -> set[tuple[int, str, int]]:
    rows = db.db.session.execute(select(CompanyKey.place, CompanyKey.key, CompanyKey.company_id))
    return {tuple(row) for row in rows}


@pytest.mark.usefixtures("session", "ana")
def test_the_keys_are_those_that_the_verb_writes(database_kind: str) -> None:
    if database_kind != "sqlite":
        pytest.skip("its alternatives are SQLite's")
    all_ = fill_companies(60)
    filled = keys()
    for company in db.db.session.scalars(select(Company)):
        index(company)
    assert keys() == filled
    assert db.db.session.scalar(select(func.count()).select_from(Company)) == len(all_) == 60
    asked = questions(all_, 90)
    assert differing(asked, by_comparing) == 0
    assert all(by_keys(each.typed) for each in asked if each.kind == "as registered")
    assert len({each.kind for each in asked}) == 9
    assert set(companies.WAYS) == {"keys (ours)", "comparing all names", "FTS5 trigrams"}
    assert db.db.session.scalar(select(func.count()).select_from(Member)) == 1
