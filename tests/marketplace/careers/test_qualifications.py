"""Qualifications: what is kept of them, and what others may see."""

from datetime import date, timedelta

import pytest

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.careers import queries
from marketplace.careers.service.qualifications import number_in
from marketplace.clock import now, today
from tests.marketplace.careers.entries import a_qualification

pytestmark = pytest.mark.usefixtures("session")


@pytest.mark.parametrize(
    ("grade", "number"),
    [
        ("965点", 965),
        ("準２級", 2),
        ("1,200点", 1200),
        ("N1", 1),
        ("6.5", 6),
        ("優", None),
        ("", None),
        ("9" * 40, None),
        ("2147483648", None),
    ],
)
def test_the_number_in_a_grade_is_kept_for_comparing(ana: Member, grade: str, number: int | None) -> None:
    assert number_in(grade) == number
    assert a_qualification(ana, grade=grade).grade_number == number


def test_months_are_kept_as_their_first_and_last_day(ana: Member) -> None:
    qualification = a_qualification(ana, acquired_on=date(2018, 11, 18), expires_on=date(2028, 2, 1))
    assert (qualification.acquired_on, qualification.expires_on) == (date(2018, 11, 1), date(2028, 2, 29))


def test_it_ends_after_the_last_day_of_its_month(ana: Member) -> None:
    last_month = today().replace(day=1) - timedelta(days=1)
    assert a_qualification(ana, "past", expires_on=last_month).is_expired()
    assert not a_qualification(ana, "present", expires_on=today()).is_expired()
    assert not a_qualification(ana, "endless").is_expired()


def test_a_protected_profession_is_kept_for_its_owner_alone(ana: Member, ben: Member) -> None:
    a_qualification(ana, "日商簿記検定")
    hidden = a_qualification(ana, "税理士")
    also_hidden = a_qualification(ana, "労務の国家資格", common_name="社労士")
    assert [queries.is_shown(each) for each in (hidden, also_hidden)] == [False, False]
    assert [each.name for each in queries.lists_of(ana, ana).qualifications] == [
        "日商簿記検定",
        "税理士",
        "労務の国家資格",
    ]
    for viewer in (ben, None):
        assert [each.name for each in queries.lists_of(ana, viewer).qualifications] == ["日商簿記検定"]


@pytest.mark.parametrize("claim", [{"grade": "公認会計士"}, {"notes": "弁護士として登録しています。"}])
def test_a_title_is_no_less_claimed_beside_the_name(ana: Member, ben: Member, claim: dict[str, str]) -> None:
    harmless = a_qualification(ana, "日商簿記検定", grade="2級", notes="公認会計士試験に向けて学びました。")
    claiming = a_qualification(ana, "会計の資格", **claim)
    assert [each.id for each in queries.lists_of(ana, ben).qualifications] == [harmless.id]
    assert queries.public_texts_of([ana.id])[ana.id] == ["日商簿記検定 / 2級"]
    claiming.confirmed_at = now()
    db.db.session.flush()
    assert len(queries.lists_of(ana, ben).qualifications) == len(queries.public_texts_of([ana.id])[ana.id]) == 2
