"""How complete a profile is."""

import pytest

from marketplace.accounts.models import Member
from marketplace.db import db
from marketplace.profiles import queries
from marketplace.profiles.completeness import OTHERWISE, WEIGHTS, Part, completeness_of
from marketplace.profiles.models import Status, WantedPlace, WeeklyHours

pytestmark = pytest.mark.usefixtures("session")


def test_the_parts_make_a_hundred() -> None:
    assert sum(WEIGHTS.get(part, OTHERWISE) for part in Part) == 100


def test_an_empty_profile_lacks_everything_the_most_useful_first(cleo: Member) -> None:
    result = completeness_of(queries.own(cleo), skills=0, careers=0)
    assert (result.percent, result.missing) == (0, tuple(Part))


def test_a_full_profile_lacks_nothing(cleo: Member) -> None:
    own = queries.own(cleo)
    own.member.picture_key = "pictures/aa/aa"
    profile = own.profile
    profile.introduction, profile.headline, profile.status = "紹介", "ひとこと", Status.BUSY
    profile.hourly_rate_yen, profile.weekly_hours, profile.accepts_online = 3000, WeeklyHours.UP_TO_3, True
    result = completeness_of(own, skills=1, careers=1)
    assert (result.percent, result.missing) == (100, ())


def test_a_wanted_place_counts_as_much_as_working_online(cleo: Member) -> None:
    db.session.add(WantedPlace(profile_id=cleo.id, prefecture="26", position=0))
    db.session.flush()
    assert Part.PLACES not in completeness_of(queries.own(cleo), skills=0, careers=0).missing


def test_each_part_adds_its_weight(cleo: Member) -> None:
    own = queries.own(cleo)
    assert completeness_of(own, skills=3, careers=0).percent == WEIGHTS[Part.SKILLS]
    assert completeness_of(own, skills=3, careers=2).percent == WEIGHTS[Part.SKILLS] + OTHERWISE
