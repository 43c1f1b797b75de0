"""What a member says of themselves: all of it is saved or nothing."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from marketplace import outbox, storage
from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.db import db
from marketplace.errors import Conflict, Invalid, NotAllowed, NotFound
from marketplace.events.kinds import EventKind
from marketplace.events.models import Event
from marketplace.outbox import Errand
from marketplace.pictures import Squares
from marketplace.profiles import policy, queries, service
from marketplace.profiles.models import (
    Gender,
    PersonalDetails,
    Profile,
    School,
    SchoolKind,
    Status,
    WantedPlace,
    WeeklyHours,
)
from marketplace.profiles.queries import PictureSize
from marketplace.profiles.service import ProfileChanges
from marketplace.searchable import TOPIC
from tests.factories.members import MemberFactory

pytestmark = pytest.mark.usefixtures("session")

SQUARES = Squares(b"small", b"medium", b"large")
EVERYTHING = ProfileChanges(
    nickname="高瀬 律",
    headline="計測機器の英日技術翻訳",
    introduction="技術翻訳者として12年になります。",
    name="高瀬 律",
    name_kana="タカセ リツ",
    gender=Gender.MALE,
    birth_date=date(1983, 5, 14),
    postal_code="6060802",
    prefecture="26",
    city="京都市左京区",
    street="下鴨宮崎町0番地の2",
    phone="+81750000020",
    status=Status.AVAILABLE,
    weekly_hours=WeeklyHours.FROM_10_TO_20,
    hourly_rate_yen=5500,
    shows_age_band=True,
    wanted_places=(("26", "26104"), ("26", "26204"), ("25", "")),
    accepts_online=True,
    hometown="25",
    schools=(School(SchoolKind.UNIVERSITY, "鴨東工科大学"),),
    links=("https://example.com/takase",),
    is_published=True,
)


def version_of(member: Member) -> int:
    return queries.own(member).profile.version


def saved(member: Member) -> ProfileChanges:
    db.session.flush()
    db.session.expire_all()
    return ProfileChanges.nothing(queries.own(member))


def change(member: Member, **values: object) -> None:
    """Change only `values`, as the form does."""
    present = vars(ProfileChanges.nothing(queries.own(member)))
    service.update(member, ProfileChanges(**(present | values)), version_of(member))  # type: ignore[arg-type]


def kinds_recorded() -> list[EventKind]:
    return list(db.session.scalars(select(Event.kind).order_by(Event.id)))


def test_a_new_member_has_an_empty_public_and_private_face(cleo: Member) -> None:
    for row in (db.session.get(Profile, cleo.id), db.session.get(PersonalDetails, cleo.id)):
        db.session.delete(row)
    db.session.flush()
    service.begin(cleo)
    assert saved(cleo) == ProfileChanges(nickname="Cleo")
    assert version_of(cleo) == 1


def test_everything_that_was_said_is_kept(cleo: Member) -> None:
    service.update(cleo, EVERYTHING, 1)
    assert saved(cleo) == EVERYTHING


def test_what_is_left_out_becomes_empty(cleo: Member) -> None:
    service.update(cleo, EVERYTHING, 1)
    change(cleo, **(vars(ProfileChanges(nickname="クレオ"))))
    assert saved(cleo) == ProfileChanges(nickname="クレオ")


def test_a_change_from_an_older_page_is_refused_and_changes_nothing(cleo: Member) -> None:
    service.update(cleo, EVERYTHING, 1)
    with pytest.raises(Conflict):
        service.update(cleo, ProfileChanges(nickname="遅れて来た"), 1)
    assert saved(cleo) == EVERYTHING


@pytest.mark.parametrize("field", [{"nickname": "別名"}, {"phone": "+81312345678"}, {"wanted_places": (("13", ""),)}])
def test_every_change_makes_older_pages_old_whichever_row_it_is_in(cleo: Member, field: dict[str, object]) -> None:
    before = version_of(cleo)
    change(cleo, **field)
    assert version_of(cleo) == before + 1


def test_places_keep_their_rows_and_follow_the_order_given(cleo: Member) -> None:
    change(cleo, wanted_places=(("26", "26104"), ("25", "")))
    change(cleo, wanted_places=(("25", ""), ("13", "13101"), ("26", "26104"), ("25", "")))
    db.session.expire_all()
    rows = db.session.scalars(select(WantedPlace).order_by(WantedPlace.position)).all()
    assert [(row.prefecture, row.city, row.position) for row in rows] == [
        ("25", "", 0),
        ("13", "13101", 1),
        ("26", "26104", 2),
    ]


def test_only_its_owner_may_write_a_profile(ana: Member, ben: Member) -> None:
    assert policy.can_update(ana, queries.own(ana).profile)
    assert not policy.can_update(ana, queries.own(ben).profile)
    assert not policy.can_confirm_status(ana, queries.own(ben).profile)


def test_no_one_writes_through_anothers_profile(ana: Member, ben: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    others = queries.own(ben)
    monkeypatch.setattr(queries, "own", lambda member: others)
    with pytest.raises(NotAllowed):
        service.update(ana, EVERYTHING, 1)
    with pytest.raises(NotAllowed):
        service.confirm_status(ana)


def test_publishing_twice_is_publishing_once(cleo: Member) -> None:
    change(cleo, is_published=True)
    since = cleo.published_at
    change(cleo, is_published=True)
    assert cleo.published_at == since
    assert kinds_recorded() == [EventKind.WORKER_PUBLISHED]


def test_hiding_takes_effect_at_once(ana: Member, ben: Member) -> None:
    change(ana, is_published=False)
    with pytest.raises(NotFound):
        queries.face_of(ben, "ana")
    assert kinds_recorded() == [EventKind.WORKER_UNPUBLISHED]


def test_a_change_asks_for_the_worker_to_be_looked_at_again(ana: Member) -> None:
    before = set(db.session.scalars(select(Errand.id)))
    change(ana, introduction="新しい自己紹介")
    db.session.flush()
    errands = [errand for errand in db.session.scalars(select(Errand)) if errand.id not in before]
    assert {"kind": "worker", "id": ana.id} in [errand.payload for errand in errands if errand.topic == TOPIC]


@pytest.mark.parametrize("status", [Status.DEPENDS, Status.BUSY])
def test_a_new_status_is_confirmed_by_choosing_it(ana: Member, status: Status) -> None:
    with time_machine.travel(datetime.fromisoformat("2026-11-01T09:00+09:00"), tick=False):
        change(ana, status=Status.AVAILABLE)
    with time_machine.travel(datetime.fromisoformat("2026-11-05T09:00+09:00"), tick=False):
        change(ana, status=status)
        assert queries.own(ana).profile.status_confirmed_at == now()


def test_saving_other_fields_does_not_confirm_the_status(ana: Member) -> None:
    with time_machine.travel(datetime.fromisoformat("2026-11-01T09:00+09:00"), tick=False):
        change(ana, status=Status.AVAILABLE)
        chosen = now()
    with time_machine.travel(datetime.fromisoformat("2026-11-20T09:00+09:00"), tick=False):
        change(ana, headline="翻訳")
    assert queries.own(ana).profile.status_confirmed_at == chosen


def test_a_status_taken_away_was_never_confirmed(ana: Member) -> None:
    change(ana, status=Status.AVAILABLE)
    change(ana, status=None)
    assert queries.own(ana).profile.status_confirmed_at is None


def test_a_status_can_be_confirmed_without_changing_it(ana: Member) -> None:
    with time_machine.travel(datetime.fromisoformat("2026-11-01T09:00+09:00"), tick=False):
        change(ana, status=Status.BUSY)
    with time_machine.travel(datetime.fromisoformat("2026-11-20T09:00+09:00"), tick=False):
        profile = queries.own(ana).profile
        assert not profile.status_holds(now())
        service.confirm_status(ana)
        assert profile.status_holds(now())
        assert profile.status_holds(now() + timedelta(days=14))
        assert not profile.status_holds(now() + timedelta(days=14, seconds=1))


def test_what_was_never_chosen_cannot_be_confirmed(ana: Member) -> None:
    with pytest.raises(Invalid):
        service.confirm_status(ana)


def test_a_picture_is_stored_in_three_sizes(ana: Member, ben: Member) -> None:
    change(ana, picture=SQUARES)
    assert [queries.picture_for(ben, "ana", size) for size in PictureSize] == [b"small", b"medium", b"large"]


def test_a_new_picture_lets_the_old_one_go_after_the_commit(ana: Member) -> None:
    change(ana, picture=SQUARES)
    old = ana.picture_key
    change(ana, picture=Squares(b"s", b"m", b"l"))
    db.session.flush()
    files = {queries.picture_file(str(old), size) for size in PictureSize}
    waiting = db.session.scalars(select(Errand).where(Errand.topic == storage.DELETE))
    assert {errand.payload["key"] for errand in waiting} == files
    assert all(storage.exists(file) for file in files)
    assert queries.picture_for(ana, "ana", PictureSize.SMALL) == b"s"


def test_a_removed_picture_is_gone_and_its_files_follow(ana: Member) -> None:
    change(ana, picture=SQUARES)
    files = [queries.picture_file(str(ana.picture_key), size) for size in PictureSize]
    change(ana, removes_picture=True)
    db.session.flush()
    with pytest.raises(NotFound):
        queries.picture_for(ana, "ana", PictureSize.SMALL)
    for errand in db.session.scalars(select(Errand).where(Errand.topic == storage.DELETE)):
        outbox._one_by_one[storage.DELETE](errand.id, errand.payload)
    assert not any(storage.exists(file) for file in files)


def test_removing_no_picture_is_no_deed(ana: Member) -> None:
    change(ana, removes_picture=True)
    assert ana.picture_key is None
    assert not list(db.session.scalars(select(Errand).where(Errand.topic == storage.DELETE)))


def test_a_refused_change_stores_no_picture(ana: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    stored: list[str] = []
    monkeypatch.setattr(storage, "put", lambda key, data: stored.append(key))
    with pytest.raises(Conflict):
        service.update(ana, ProfileChanges(nickname="Ana", picture=SQUARES), 99)
    assert stored == []


def test_prices_that_no_form_lets_through_are_refused_by_the_table(make_member: MemberFactory) -> None:
    with pytest.raises(Exception, match="hourly_rate_yen_range"):
        make_member("dear", hourly_rate_yen=1_000_001)
