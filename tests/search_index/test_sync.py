"""The index follows the rows: refreshed after a commit, built when missing, compared and repaired."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask

from marketplace import db, errands, searchable
from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.companies import queries as company_questions
from marketplace.companies import service as companies
from marketplace.companies.service import CompanyChanges
from marketplace.companies.service.companies import mark_number
from marketplace.db import db as database
from marketplace.moderation.subjects import _hide_company
from marketplace.profiles.models import Profile
from search_index import IndexMissing, Sort, WorkerFilters, search, sync
from search_index.engines import chosen
from search_index.engines.whoosh.folder import Folder
from tests.factories.companies import CompanyFactory
from tests.factories.members import MemberFactory

pytestmark = pytest.mark.usefixtures("no_index", "session")


def found(text: str) -> list[int]:
    return [hit.key for hit in search(text).hits]


def look_again(*members: Member) -> None:
    sync.refresh([{"kind": "worker", "id": member.id} for member in members])


def test_without_an_index_the_first_refresh_builds_one(ana: Member, ben: Member) -> None:
    with pytest.raises(IndexMissing):
        search("")
    look_again(ana)
    assert sorted(found("")) == [ana.id, ben.id]


def test_a_refresh_beside_a_first_build_leaves_it_to_that_build(no_index: Flask, ana: Member) -> None:
    with Folder(no_index.extensions["settings"].search_index_dir).building():
        look_again(ana)
    with pytest.raises(IndexMissing):
        search("")


def test_a_changed_row_is_found_by_its_new_words(ana: Member) -> None:
    sync.rebuild()
    database.session.get_one(Profile, ana.id).introduction = "速記を引き受けます。"
    database.session.flush()
    assert found("速記") == []
    look_again(ana, ana)
    look_again(ana)
    assert found("速記") == [ana.id]


def test_who_stops_being_a_worker_is_found_no_more(ana: Member, ben: Member) -> None:
    sync.rebuild()
    ana.published_at = None
    database.session.flush()
    look_again(ana, ben)
    assert found("") == [ben.id]


def test_who_was_never_there_changes_nothing(ana: Member) -> None:
    sync.rebuild()
    sync.refresh([{"kind": "worker", "id": 987_654}])
    assert found("") == [ana.id]


def test_a_search_takes_filters_order_and_cursor(make_member: MemberFactory) -> None:
    cheap = make_member(worker=True, hourly_rate_yen=1_000)
    dear = make_member(worker=True, hourly_rate_yen=9_000)
    sync.rebuild()
    results = search("", WorkerFilters(lowest_rate_yen=500), sort=Sort.RATE_HIGH, cursor="nonsense")
    assert [hit.key for hit in results.hits] == [dear.id, cheap.id]


def test_a_rebuild_reads_in_batches_and_tells_how_far_it_is(
    make_member: MemberFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync, "BATCH", 2)
    members = [make_member(worker=True) for _ in range(5)]
    told: list[tuple[int, int]] = []
    assert sync.rebuild(lambda done, total: told.append((done, total))) == 5
    assert told == [(2, 5), (4, 5), (5, 5)]
    assert sorted(found("")) == [member.id for member in members]


def test_verifying_repairs_what_is_wrong_missing_or_too_much(
    make_member: MemberFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync, "BATCH", 2)
    members = [make_member(worker=True) for _ in range(7)]
    sync.rebuild()
    assert sync.verify() == 0
    documents = sync.read("worker", [member.id for member in members])
    wrong = [replace(document, headline="古い看板") for document in documents[:3]]
    chosen().put([*wrong, replace(documents[0], key=987_654)], removed=[members[5].id])
    told: list[tuple[int, int]] = []
    assert sync.verify(lambda done, total: told.append((done, total))) == 5
    assert told[-1] == (7, 7)
    assert found("看板") == []
    assert sorted(found("")) == [member.id for member in members]
    assert sync.verify() == 0


def test_the_nightly_deed_builds_a_missing_index_and_repairs_another(ana: Member, ben: Member) -> None:
    assert sync.keep in errands._nightly
    sync.keep()
    assert sorted(found("")) == [ana.id, ben.id]
    chosen().put([], removed=[ana.id])
    sync.keep()
    assert sorted(found("")) == [ana.id, ben.id]


def test_a_page_that_misses_the_index_has_it_built_in_the_background(no_index: Flask, ana: Member) -> None:
    huey = no_index.extensions["errands"]
    huey.flush()
    for _ in range(3):
        sync.ask_for_rebuild()
    (waiting,) = huey.pending()
    with pytest.raises(IndexMissing):
        search("")
    huey.execute(huey.dequeue())
    assert found("") == [ana.id]
    huey.execute(waiting)
    assert found("") == [ana.id]


def test_a_saved_change_is_found_after_the_drain(ana: Member, drain: Callable[[], int]) -> None:
    drain()
    database.session.get_one(Profile, ana.id).headline = "速記"
    db.commit()
    assert drain() > 0
    assert found("速記") == [ana.id]


def test_what_is_checked_of_a_company_is_found_with_its_people(
    ana: Member, ben: Member, drain: Callable[[], int], make_company: CompanyFactory
) -> None:
    def confirmed() -> set[int]:
        database.session.flush()
        drain()
        return {hit.key for hit in search("", WorkerFilters(has_company=True)).hits}

    sync.rebuild()
    company = make_company("tea", ana, ben, corporate_number="7000012050002")
    assert confirmed() == set()
    mark_number(company)
    assert confirmed() == {ana.id, ben.id}
    changes = CompanyChanges(**(vars(CompanyChanges.nothing(company)) | {"name": "別の会社"}))
    companies.edit(ana, company, changes, company.version)
    assert confirmed() == set()
    for place in company_questions.places_of(ben, company):
        place.proven_at = now()
    assert confirmed() == {ben.id}
    companies.leave(ben, company)
    assert confirmed() == set()
    for place in company_questions.places_of(ana, company):
        place.proven_at = now()
    assert confirmed() == {ana.id}
    for is_hidden, expected in ((True, set()), (False, {ana.id})):
        _hide_company(company.id, is_hidden)
        assert confirmed() == expected
    companies.close(ana, company)
    assert confirmed() == set()


def test_what_a_member_shows_or_loses_is_found_so(ana: Member, drain: Callable[[], int]) -> None:
    def identified() -> int:
        database.session.flush()
        drain()
        return search("", WorkerFilters(is_identified=True)).total

    sync.rebuild()
    row = database.session.get_one(Member, ana.id)
    row.identity_verified_at, row.identity_document = now(), "licence"
    assert identified() == 1
    row.identity_verified_at = None
    assert identified() == 0


def test_every_kind_of_row_that_is_followed_has_a_reader() -> None:
    kinds = {
        mapper.class_.search_key(mapper.class_())[0]
        for mapper in db.Model.registry.mappers
        if issubclass(mapper.class_, searchable.Searchable)
    }
    assert kinds == sync.documents.READERS.keys() == sync.documents.EVERYTHING.keys()
