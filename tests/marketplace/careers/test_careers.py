"""Careers and their files: how many, whose, public or not, and where the bytes go."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

from marketplace import storage
from marketplace.accounts.models import Member
from marketplace.careers import queries, service
from marketplace.careers.models import CareerAttachment, CareerCategory
from marketplace.careers.service.attachments import MOST_OF_A_CAREER, MOST_OF_A_MEMBER
from marketplace.db import commit, db
from marketplace.errors import Invalid, NotAllowed, NotFound
from tests.marketplace.careers.entries import LONG_AGO, a_career, a_file

pytestmark = pytest.mark.usefixtures("session")


def files_of(member: Member) -> list[str]:
    return [attachment.name for attachment in queries.attachments_of(member)]


def files_seen(member: Member, viewer: Member | None) -> list[str]:
    return [file.name for career in queries.lists_of(member, viewer).careers for file in career.attachments]


@pytest.fixture
def stored(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The keys under which something was put while the test ran."""
    keys: list[str] = []
    put = storage.put

    def noting(key: str, data: bytes) -> None:
        put(key, data)
        keys.append(key)

    monkeypatch.setattr(storage, "put", noting)
    return keys


def test_months_are_kept_by_their_first_day(ana: Member) -> None:
    career = a_career(ana, started_on=date(2014, 4, 30), ended_on=date(2014, 4, 1))
    assert (career.started_on, career.ended_on) == (date(2014, 4, 1), date(2014, 4, 1))
    assert a_career(ana, "B").ended_on is None


def test_files_are_stored_and_private_until_said_otherwise(ana: Member) -> None:
    a_career(ana, files=[a_file("見本.pdf", "1")])
    a_career(ana, "B", files=[a_file("公開.pdf", "2")], shows_files=True)
    first, second = queries.attachments_of(ana)
    assert (first.is_public, second.is_public) == (False, True)
    kept = storage.get(first.storage_key)
    assert (len(kept), b"(1)" in kept) == (first.size_bytes, True)


def test_the_same_file_sent_again_is_there_once(ana: Member) -> None:
    career = a_career(ana, files=[a_file()])
    career = queries.get_for(ana, type(career), career.id)
    columns = {"category": CareerCategory.EMPLOYEE, "started_on": LONG_AGO, "company": "桂川翻訳"}
    service.careers.change(ana, career, career.version, files=[a_file(), a_file(mark="new")], **columns)
    assert files_of(ana) == ["見本.pdf", "見本.pdf"]


def test_a_career_holds_ten_files(ana: Member, stored: list[str]) -> None:
    ten = [a_file(mark=f"{number}") for number in range(MOST_OF_A_CAREER)]
    with pytest.raises(Invalid, match="10個まで"):
        a_career(ana, files=[*ten, a_file()])
    assert stored == []
    career = a_career(ana, files=ten)
    career = queries.get_for(ana, type(career), career.id)
    with pytest.raises(Invalid, match="10個まで"):
        service.careers.change(
            ana, career, 1, category=CareerCategory.OTHER, started_on=LONG_AGO, company="B", files=[a_file(mark="x")]
        )
    assert len(files_of(ana)) == MOST_OF_A_CAREER
    assert [storage.exists(key) for key in stored] == [True] * MOST_OF_A_CAREER + [False]


def test_a_member_has_fifty_files(ana: Member, ben: Member) -> None:
    for company in range(MOST_OF_A_MEMBER // MOST_OF_A_CAREER):
        a_career(ana, f"{company}", files=[a_file(mark=f"{number}") for number in range(MOST_OF_A_CAREER)])
    with pytest.raises(Invalid, match="全部で50個まで"):
        a_career(ana, "one more", files=[a_file()])
    a_career(ben, files=[a_file()])
    assert (len(files_of(ana)), len(files_of(ben))) == (MOST_OF_A_MEMBER, 1)


def test_what_a_refused_deed_stored_goes_again(ana: Member, stored: list[str]) -> None:
    a_career(ana)
    with pytest.raises(Exception, match="すでに登録されています"):
        a_career(ana, files=[a_file()])
    assert [storage.exists(key) for key in stored] == [False]


def test_the_bytes_go_after_the_commit_with_their_file_or_their_career(ana: Member, drain: Callable[[], int]) -> None:
    career = a_career(ana, files=[a_file("1.pdf", "1"), a_file("2.pdf", "2")])
    keys = [attachment.storage_key for attachment in queries.attachments_of(ana)]
    service.attachments.detach(ana, queries.own_attachment(ana, queries.attachments_of(ana)[0].id))
    assert storage.exists(keys[0])
    commit()
    drain()
    assert [storage.exists(key) for key in keys] == [False, True]
    db.session.expire_all()
    service.remove(ana, queries.get_for(ana, type(career), career.id))
    commit()
    assert storage.exists(keys[1])
    drain()
    assert not storage.exists(keys[1])
    assert not db.session.scalars(select(CareerAttachment)).all()


def test_others_have_only_the_public_files_even_when_all_are_loaded_already(ana: Member, ben: Member) -> None:
    a_career(ana, files=[a_file("私.pdf", "1")])
    a_career(ana, "B", files=[a_file("公.pdf", "2")], shows_files=True)
    assert files_seen(ana, ana) == ["私.pdf", "公.pdf"]
    assert files_seen(ana, ben) == ["公.pdf"]
    assert files_seen(ana, None) == ["公.pdf"]


def test_a_file_is_for_its_owner_and_once_public_for_all_who_see_the_worker(
    ana: Member, ben: Member, cleo: Member
) -> None:
    a_career(ana, files=[a_file()])
    a_career(cleo, files=[a_file()], shows_files=True)
    mine, unseen = queries.attachments_of(ana)[0], queries.attachments_of(cleo)[0]
    assert queries.attachment_for(ana, mine.id) == mine
    assert queries.attachment_for(cleo, unseen.id) == unseen
    for viewer, key in [(ben, mine.id), (None, mine.id), (ben, unseen.id), (None, unseen.id), (ana, 10**30), (ana, 0)]:
        with pytest.raises(NotFound):
            queries.attachment_for(viewer, key)
    service.attachments.show(ana, queries.own_attachment(ana, mine.id))
    db.session.flush()
    assert [queries.attachment_for(viewer, mine.id) for viewer in (ben, None)] == [mine, mine]
    service.attachments.hide(ana, queries.own_attachment(ana, mine.id))
    db.session.flush()
    with pytest.raises(NotFound):
        queries.attachment_for(ben, mine.id)


def test_nobody_shows_hides_or_deletes_anothers_file(ana: Member, ben: Member) -> None:
    a_career(ana, files=[a_file()], shows_files=True)
    file = queries.own_attachment(ana, queries.attachments_of(ana)[0].id)
    with pytest.raises(NotFound):
        queries.own_attachment(ben, file.id)
    for deed in (service.attachments.show, service.attachments.hide, service.attachments.detach):
        with pytest.raises(NotAllowed):
            deed(ben, file)
    assert file.is_public
