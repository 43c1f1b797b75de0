"""Rows become documents: public columns only, and as many statements for many as for few."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from sqlalchemy import event, select

from marketplace.accounts.models import Member
from marketplace.careers.models import (
    Career,
    CareerCategory,
    Hobby,
    HobbyCategory,
    HobbyVisibility,
    MemberSkill,
    Qualification,
    QualificationCategory,
    Skill,
    SkillAlias,
    SkillLevel,
)
from marketplace.clock import now
from marketplace.companies.models import Belonging
from marketplace.db import db
from marketplace.pledges.models import last_day_of
from marketplace.profiles.models import PersonalDetails, Profile, Status, WantedPlace, WeeklyHours
from marketplace.teams import service
from marketplace.teams.service import TeamChanges
from search_index.documents import teams, workers
from search_index.engines import Document, KnownQualification, KnownSkill
from tests.factories.companies import CompanyFactory
from tests.factories.members import MemberFactory

pytestmark = pytest.mark.usefixtures("session")


@contextmanager
def statements() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


def fill(member: Member) -> None:
    """Everything a worker may say, the private parts too."""
    profile = db.session.get_one(Profile, member.id)
    profile.headline, profile.introduction = "技術翻訳", "取扱説明書を訳します。"
    profile.status, profile.status_confirmed_at = Status.AVAILABLE, now()
    profile.weekly_hours, profile.hourly_rate_yen, profile.accepts_online = WeeklyHours.FROM_10_TO_20, 5_500, True
    private = db.session.get_one(PersonalDetails, member.id)
    private.name, private.name_kana, private.street, private.phone = (
        "秘密一郎",
        "ヒミツイチロウ",
        "秘密町1",
        "+81300000000",
    )
    translation = Skill(name=f"英日翻訳{member.id}")
    db.session.add(translation)
    db.session.flush()
    db.session.add_all(
        [
            SkillAlias(key=f"catツール{member.id}", skill_id=translation.id),
            MemberSkill(
                member_id=member.id,
                position=1,
                skill_id=translation.id,
                level=SkillLevel.TEACHING,
                started_on=date(2014, 4, 1),
                notes="秘密の覚え書き",
            ),
            Qualification(
                member_id=member.id,
                position=1,
                category=QualificationCategory.LANGUAGE,
                name="実用英語技能検定",
                common_name="英検",
                grade="1級",
                issuer="日本英語検定協会",
                registration_number="秘密12345",
            ),
            Career(
                member_id=member.id,
                position=2,
                category=CareerCategory.FREELANCE,
                started_on=date(2015, 1, 1),
                company="後の会社",
            ),
            Career(
                member_id=member.id,
                position=1,
                category=CareerCategory.EMPLOYEE,
                started_on=date(2010, 1, 1),
                company="先の会社",
                role="主任",
                duties="検査",
            ),
            Hobby(member_id=member.id, position=1, name="登山", category=HobbyCategory.OUTDOORS, keywords="テント"),
            *(
                Hobby(
                    member_id=member.id,
                    position=2,
                    name=f"秘密の趣味{visibility}",
                    category=HobbyCategory.OTHER,
                    visibility=visibility,
                )
                for visibility in (HobbyVisibility.FRIENDS, HobbyVisibility.PRIVATE)
            ),
            WantedPlace(profile_id=member.id, prefecture="26", city="", position=1),
            WantedPlace(profile_id=member.id, prefecture="13", city="13113", position=2),
        ]
    )
    db.session.flush()


def document(member: Member) -> Document:
    (found,) = workers(db.session, [member.id])
    return found


def test_a_document_says_all_that_is_public(ana: Member) -> None:
    fill(ana)
    found = document(ana)
    (skill,) = found.skills
    assert skill == KnownSkill(skill.id, f"英日翻訳{ana.id}", (f"catツール{ana.id}",), 3, date(2014, 4, 1))
    assert found.qualifications == (KnownQualification("実用英語技能検定", "英検", "日本英語検定協会", "1級"),)
    assert found.careers == ("先の会社\n主任\n検査", "後の会社")
    assert found.hobbies == ("登山\nテント",)
    assert (found.prefectures, found.cities) == (("26",), ("13113",))
    assert (found.nickname, found.username, found.headline) == ("Ana", "ana", "技術翻訳")
    assert (found.status, found.hours, found.hourly_rate_yen, found.works_online) == (
        "available",
        "10_to_20",
        5_500,
        True,
    )


def test_nothing_private_gets_into_a_document(ana: Member) -> None:
    fill(ana)
    assert "秘密" not in repr(document(ana))
    assert "ヒミツ" not in repr(document(ana))
    assert "+813" not in repr(document(ana))


def test_who_is_no_worker_has_no_document(ana: Member, cleo: Member) -> None:
    assert [found.key for found in workers(db.session, [ana.id, cleo.id, 987_654])] == [ana.id]
    assert workers(db.session, []) == []


def test_an_empty_profile_is_a_document_with_a_name(ben: Member) -> None:
    assert document(ben) == Document(ben.id, "Ben", "ben", published_at=ben.published_at)


def test_what_was_checked_is_in_the_document(ana: Member, ben: Member, make_company: CompanyFactory) -> None:
    fill(ana)
    ana.identity_verified_at, ana.identity_document = now(), "passport"
    ana.pledged_at, ana.pledged_version = now(), "2026-11 v1"
    (qualification,) = db.session.scalars(select(Qualification).where(Qualification.member_id == ana.id))
    qualification.confirmed_at, qualification.expires_on = now(), date(2040, 3, 31)
    make_company("tea", ana)
    found = document(ana)
    assert (found.is_identified, found.has_company, found.qualified_until) == (True, False, date(2040, 3, 31))
    assert (found.pledge, found.pledged_until) == ("2026-11 v1", last_day_of(ana.pledged_at))
    for place in db.session.scalars(select(Belonging).where(Belonging.member_id == ana.id)):
        place.proven_at = now()
    qualification.expires_on, ana.identity_verified_at = None, None
    db.session.flush()
    later = document(ana)
    assert (later.is_identified, later.pledge, later.pledged_until) == (False, "", None)
    assert (later.has_company, later.qualified_until) == (True, date.max)


def test_a_reserved_title_is_in_the_document_while_it_is_confirmed(ana: Member) -> None:
    title = Qualification(
        member_id=ana.id, position=1, category=QualificationCategory.ACCOUNTING_LAW, name="税理士", common_name=""
    )
    db.session.add(title)
    db.session.flush()
    assert document(ana).qualifications == ()
    title.confirmed_at = now()
    db.session.flush()
    assert [each.name for each in document(ana).qualifications] == ["税理士"]
    title.expires_on = date(2020, 3, 31)
    db.session.flush()
    assert document(ana).qualifications == ()


def test_statements_do_not_grow_with_the_batch(make_member: MemberFactory) -> None:
    members = [make_member(worker=True) for _ in range(12)]
    for member in members:
        fill(member)
    counts = []
    for size in (1, 12):
        with statements() as seen:
            workers(db.session, [member.id for member in members[:size]])
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 9


def test_a_team_is_a_document_of_what_it_says(ana: Member) -> None:
    changes = TeamChanges(name="お茶の編集室", introduction="本を作ります。", wanted_skills=("Excel",))
    team = service.create(ana, "tea", changes)
    (found,) = teams(db.session, [team.id, team.id + 1])
    assert (found.key, found.nickname, found.username, found.introduction) == (
        team.id,
        "お茶の編集室",
        "tea",
        "本を作ります。",
    )
    assert [skill.name for skill in found.skills] == ["Excel"]
    assert document(ana).has_team
    service.dissolve(ana, team)
    assert teams(db.session, [team.id]) == []
    assert not document(ana).has_team
