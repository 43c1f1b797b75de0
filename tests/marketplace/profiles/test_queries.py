"""Who may see whom, and what."""

from datetime import date

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from marketplace.accounts.models import Member
from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.i18n import speaking
from marketplace.profiles import queries
from marketplace.profiles.models import (
    Gender,
    PersonalDetails,
    Profile,
    SchoolKind,
    Status,
    WantedPlace,
    WeeklyHours,
)
from marketplace.profiles.queries import PictureSize
from tests.visit import counting

pytestmark = pytest.mark.usefixtures("session")


def want(member: Member, *places: tuple[str, str]) -> None:
    for position, (prefecture, city) in enumerate(places):
        db.session.add(WantedPlace(profile_id=member.id, prefecture=prefecture, city=city, position=position))
    db.session.flush()


def born(member: Member, day: date | None, shows: bool = True) -> PersonalDetails:
    details = db.session.get(PersonalDetails, member.id)
    assert details is not None
    details.birth_date, details.shows_age_band = day, shows
    db.session.flush()
    return details


def test_workers_are_visible_to_everybody_and_others_to_nobody(ana: Member, cleo: Member) -> None:
    for viewer in (None, ana):
        assert list(db.session.scalars(select(Member).where(queries.visible_to(viewer)))) == [ana]


def test_everybody_may_know_of_themselves(ana: Member, cleo: Member) -> None:
    assert queries.get_for(cleo, "cleo") is cleo
    assert queries.get_for(None, "ana") is ana


@pytest.mark.parametrize("username", ["cleo", "nobody", "ANA", ""])
def test_whoever_is_hidden_is_as_absent_as_nobody(ana: Member, cleo: Member, username: str) -> None:
    for viewer in (None, ana):
        with pytest.raises(NotFound):
            queries.get_for(viewer, username)
        with pytest.raises(NotFound):
            queries.face_of(viewer, username)


def test_not_even_the_owner_has_a_page_before_publishing_it(cleo: Member) -> None:
    with pytest.raises(NotFound):
        queries.face_of(cleo, "cleo")
    assert queries.own_face(cleo).member is cleo


def test_a_face_holds_nothing_private(ana: Member) -> None:
    face = queries.face_of(None, "ana")
    assert set(vars(face)) == {"member", "profile", "age_band", "email_confirmed_at", "has_look_alike"}
    assert not {column.key for column in PersonalDetails.__table__.columns} & set(vars(face.profile)) - {"member_id"}


@pytest.mark.parametrize("places", [1, 20])
def test_a_face_costs_one_statement_however_much_there_is(app: Flask, ana: Member, places: int) -> None:
    want(ana, *((f"{code:02}", "") for code in range(1, places + 1)))
    db.session.expire_all()
    with counting(app) as statements:
        face = queries.face_of(None, "ana")
        assert len(face.profile.wanted_places) == places
        assert face.member.nickname == "Ana"
    assert len(statements) == 1


@time_machine.travel("2026-11-22T12:00:00+09:00", tick=False)
@pytest.mark.parametrize(
    ("day", "band"),
    [
        (date(1986, 11, 22), 40),
        (date(1986, 11, 23), 30),
        (date(1996, 11, 23), 20),
        (date(2010, 1, 1), 10),
        (date(2020, 1, 1), 10),
        (date(1926, 1, 1), 100),
    ],
)
def test_an_age_band_is_the_decade_of_life(ana: Member, day: date, band: int) -> None:
    born(ana, day)
    assert queries.face_of(None, "ana").age_band == band


def test_no_age_band_is_shown_unasked_or_unknown(ana: Member) -> None:
    assert born(ana, date(1986, 1, 1), shows=False).age_band() is None
    assert born(ana, None).age_band() is None


def test_profiles_of_a_list_cost_one_statement_and_with_their_places_too(app: Flask, ana: Member, ben: Member) -> None:
    want(ana, ("26", "26104"), ("25", ""))
    one, other = ana.id, ben.id
    db.session.expire_all()
    with counting(app) as statements:
        profiles = queries.profiles_of([one, other, one])
    with counting(app) as more_statements:
        workers = queries.workers_among(None, [one, other])
    assert {key: type(profile) for key, profile in profiles.items()} == {one: Profile, other: Profile}
    places = {
        key: [(place.prefecture, place.city) for place in worker.wanted_places] for key, worker in workers.items()
    }
    assert places == {one: [("26", "26104"), ("25", "")], other: []}
    assert (len(statements), len(more_statements)) == (1, 1)


def test_places_are_said_in_words(ana: Member) -> None:
    want(ana, ("26", "26104"), ("26", "26204"), ("25", ""))
    face = queries.face_of(None, "ana")
    assert face.places == "京都府(京都市中京区、宇治市)、滋賀県"
    face.profile.accepts_online = True
    assert face.places == "京都府(京都市中京区、宇治市)、滋賀県、オンライン"


def test_a_list_says_places_in_few_words() -> None:
    def said(*places: tuple[str, str], online: bool = False) -> str:
        wanted = [WantedPlace(prefecture=code, city=city) for code, city in places]
        return queries.short_place_words(Profile(wanted_places=wanted, accepts_online=online))

    places = (("26", "26104"), ("26", "26106"), ("25", ""))
    assert said(*places) == "京都府・滋賀県"
    assert said(*places, online=True) == "京都府・滋賀県・オンライン"
    assert said(*places, ("27", ""), ("99", ""), online=True) == "京都府・滋賀県・大阪府ほか"
    assert said(online=True) == "オンライン"


def test_online_alone_is_a_place_and_nothing_is_none(ana: Member) -> None:
    face = queries.face_of(None, "ana")
    assert face.places == ""
    face.profile.accepts_online = True
    assert face.places == "オンライン"


def test_a_prefecture_is_named_in_the_readers_language(ana: Member) -> None:
    face = queries.face_of(None, "ana")
    assert face.hometown == ""
    face.profile.hometown = "25"
    assert face.hometown == "滋賀県"
    with speaking("en"):
        assert face.hometown == "Shiga"


def test_codes_that_no_longer_exist_are_passed_over(ana: Member) -> None:
    assert queries.place_words([WantedPlace(prefecture="99", city="")]) == ""
    assert queries.place_words([WantedPlace(prefecture="26", city="26999")]) == "京都府"


def test_no_picture_is_not_found(ana: Member) -> None:
    with pytest.raises(NotFound):
        queries.picture_for(None, "ana", PictureSize.SMALL)


@pytest.mark.parametrize("kind", [Status, WeeklyHours, Gender, SchoolKind])
def test_every_choice_has_the_words_written_under_it(kind: type[Status]) -> None:
    labels = [choice.label for choice in kind]
    assert all(labels)
    assert len(set(labels)) == len(labels)


def test_a_list_of_workers_leaves_out_whoever_is_hidden(app: Flask, ana: Member, ben: Member, cleo: Member) -> None:
    ids = [ana.id, cleo.id, ben.id]
    with counting(app) as statements:
        workers = queries.workers_among(None, ids)
        names = {key: profile.member.username for key, profile in workers.items()}
    assert names == {ana.id: "ana", ben.id: "ben"}
    assert len(statements) == 1
