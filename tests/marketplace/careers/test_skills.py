"""Skills: one name however it is typed, once in a list, completed from what workers show."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from marketplace.accounts.models import Member
from marketplace.careers import queries, service
from marketplace.careers.models import MemberSkill, Skill, SkillAlias, SkillLevel
from marketplace.clock import today
from marketplace.db import db
from marketplace.errors import Conflict, Invalid, NotAllowed
from tests.factories.members import MemberFactory
from tests.marketplace.careers.entries import a_skill

pytestmark = pytest.mark.usefixtures("session")


def names_of(member: Member) -> list[str]:
    return [skill.title for skill in queries.lists_of(member, member).skills]


def known_as(name: str, *aliases: str, is_listed: bool = True) -> Skill:
    skill = Skill(name=name, is_listed=is_listed)
    db.session.add(skill)
    db.session.flush()
    db.session.add_all(SkillAlias(key=alias, skill_id=skill.id) for alias in (name.lower(), *aliases))
    return skill


def test_a_new_name_makes_a_skill_with_a_key_of_its_own(ana: Member) -> None:
    skill = a_skill(ana, "ﾎﾟｽﾀｰ ﾃﾞｻﾞｲﾝ").skill
    assert (skill.name, skill.is_listed) == ("ポスター デザイン", False)
    assert queries.find_skill("ポスターデザイン") == skill


def test_the_same_name_typed_otherwise_is_the_same_skill(ana: Member, ben: Member) -> None:
    assert a_skill(ana, "Excel").skill_id == a_skill(ben, "ＥＸＣＥＬ").skill_id
    assert names_of(ben) == ["Excel"]


def test_an_alias_means_the_skill_it_stands_for(ana: Member) -> None:
    known_as("Excel", "エクセル")
    a_skill(ana, "ｴｸｾﾙ")
    assert names_of(ana) == ["Excel"]


def test_the_same_skill_twice_is_refused_whatever_it_is_called(ana: Member) -> None:
    known_as("Excel", "エクセル")
    a_skill(ana, "Excel")
    with pytest.raises(Conflict, match="「Excel」はすでに登録されています"):
        a_skill(ana, "エクセル")
    assert names_of(ana) == ["Excel"]


def test_years_are_counted_from_the_first_day_of_the_month_of_starting(ana: Member) -> None:
    then = (today().replace(day=1) - timedelta(days=1)).replace(day=1)
    skill = a_skill(ana, started_on=then.replace(day=20, year=then.year - 3))
    assert (skill.started_on.day, skill.years) == (1, 3)
    assert a_skill(ana, "Word", started_on=today()).years == 0


@pytest.mark.parametrize("name", ["あ" * 61, "㍿" * 16, "　"])
def test_a_name_that_cannot_be_kept_is_refused(ana: Member, name: str) -> None:
    with pytest.raises(Invalid, match="60文字まで"):
        a_skill(ana, name)


def test_a_name_whose_spelling_was_taken_from_it_is_refused_rather_than_doubled(ana: Member) -> None:
    skill = Skill(name="Excel")
    db.session.add(skill)
    db.session.flush()
    with pytest.raises(Invalid, match="ほかの書きかた"):
        a_skill(ana, "Excel")


def test_a_skill_is_changed_by_its_owner(ana: Member) -> None:
    skill = a_skill(ana, "Excel")
    service.skills.change(ana, skill, 1, "Word", SkillLevel.TEACHING, date(2020, 2, 3), "教材を作りました。")
    db.session.expire_all()
    (changed,) = queries.lists_of(ana, ana).skills
    assert (changed.title, changed.level, changed.started_on) == ("Word", SkillLevel.TEACHING, date(2020, 2, 1))
    assert (changed.notes, changed.version) == ("教材を作りました。", 2)


def test_a_skill_cannot_become_another_that_is_in_the_list(ana: Member) -> None:
    a_skill(ana, "Excel")
    word = a_skill(ana, "Word")
    with pytest.raises(Conflict, match="「Excel」はすでに登録されています"):
        service.skills.change(ana, word, 1, "ＥＸＣＥＬ", SkillLevel.WORKING, date(2020, 2, 1))
    assert names_of(ana) == ["Excel", "Word"]


def test_nobody_changes_anothers_skill(ana: Member, ben: Member) -> None:
    skill = a_skill(ana)
    with pytest.raises(NotAllowed):
        service.skills.change(ben, skill, 1, "Word", SkillLevel.WORKING, date(2020, 2, 1))


class TestKnownSkills:
    def test_they_are_added_once(self) -> None:
        assert service.add_known_skills() > 300
        db.session.flush()
        before = db.session.scalar(select(func.count()).select_from(SkillAlias))
        assert service.add_known_skills() == 0
        db.session.flush()
        assert db.session.scalar(select(func.count()).select_from(SkillAlias)) == before

    @pytest.mark.parametrize(
        ("name", "spellings"),
        [
            ("Excel", ("エクセル", "ＥＸＣＥＬ", "えくせる")),
            ("Node.js", ("nodejs", "node-js", "NODE JS")),
            ("Illustrator", ("イラストレータ", "いらすとれーたー")),
            (".NET", (".net", "dot-net")),
        ],
    )
    def test_a_known_skill_is_one_under_its_usual_spellings(self, name: str, spellings: tuple[str, ...]) -> None:
        service.add_known_skills()
        found = [queries.find_skill(spelling) for spelling in spellings]
        assert [each.name for each in found if each] == [name] * len(spellings)

    def test_a_name_that_a_member_typed_before_becomes_a_listed_one(self, ana: Member) -> None:
        skill = a_skill(ana, "excel").skill
        service.add_known_skills()
        assert skill.is_listed
        assert queries.find_skill("エクセル") == skill

    def test_an_alias_that_came_to_mean_another_skill_is_left_alone(self, ana: Member) -> None:
        skill = a_skill(ana, "エクセル").skill
        service.add_known_skills()
        assert queries.find_skill("エクセル") == skill
        found = queries.find_skill("Excel")
        assert found is not None
        assert found != skill


class TestCompleting:
    def test_names_that_begin_with_it_come_first_and_then_those_that_contain_it(self) -> None:
        for name in ("Webデザイン", "デザイン思考", "写真"):
            known_as(name)
        assert queries.skill_names_like("デザイン") == ["デザイン思考", "Webデザイン"]

    def test_what_more_members_use_comes_first(self, make_member: MemberFactory, ana: Member) -> None:
        for name in ("翻訳A", "翻訳B"):
            known_as(name)
        a_skill(ana, "翻訳B")
        assert queries.skill_names_like("翻訳") == ["翻訳B", "翻訳A"]
        for number in range(2):
            a_skill(make_member(f"other-{number}"), "翻訳A")
        assert queries.skill_names_like("翻訳") == ["翻訳A", "翻訳B"]

    @pytest.mark.parametrize("typed", ["エク", "ｴｸ", "えく", "えくせる", "クセ", "Ｅｘ", "ex cel"])
    def test_every_spelling_leads_to_the_one_name_once(self, typed: str) -> None:
        known_as("Excel", "エクセル", "msexcel")
        assert queries.skill_names_like(typed) == ["Excel"]

    def test_what_a_member_typed_is_suggested_only_once_a_worker_shows_it(self, ana: Member, cleo: Member) -> None:
        a_skill(cleo, "秘密の仕事")
        assert queries.skill_names_like("秘密") == []
        a_skill(ana, "秘密の仕事")
        assert queries.skill_names_like("秘密") == ["秘密の仕事"]

    @pytest.mark.parametrize("typed", ["", "　", "%", "_", "\\", "'", "あ" * 61, "\x00"])
    def test_what_means_nothing_finds_nothing(self, typed: str) -> None:
        known_as("Excel")
        assert queries.skill_names_like(typed) == []

    def test_signs_of_patterns_are_letters(self) -> None:
        known_as("100%再生紙")
        assert queries.skill_names_like("0%") == ["100%再生紙"]

    def test_there_are_never_more_than_ten(self) -> None:
        for number in range(30):
            known_as(f"技能{number}")
        assert len(queries.skill_names_like("技能")) == queries.MOST_SUGGESTIONS


def test_the_skills_of_many_members_are_one_question(ana: Member, ben: Member, cleo: Member) -> None:
    a_skill(ana, "Excel")
    a_skill(ana, "Word")
    a_skill(ben, "Word")
    found = queries.skills_of_all([ana.id, ben.id, cleo.id])
    assert {key: [skill.title for skill in skills] for key, skills in found.items()} == {
        ana.id: ["Excel", "Word"],
        ben.id: ["Word"],
        cleo.id: [],
    }
    assert all(isinstance(skill, MemberSkill) for skills in found.values() for skill in skills)
