"""Spellings of skills: what one comes to mean, for what is stored and for what is found, and taking that back."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.audit.models import AuditDeed, AuditEntry
from marketplace.careers import queries as careers
from marketplace.careers.models import MemberSkill, SkillLevel
from marketplace.clock import now
from marketplace.errors import Conflict, Invalid, NotAllowed
from marketplace.moderation import queries, service
from marketplace.outbox import Errand
from marketplace.searchable import TOPIC
from marketplace.teams import service as teams
from marketplace.teams.service import TeamChanges
from search_index import search, search_jobs, sync
from tests.factories.jobs import JobFactory
from tests.factories.members import MemberFactory
from tests.factories.teams import TeamFactory
from tests.marketplace.careers.entries import a_skill
from tests.races import at_once, committing


@pytest.fixture
def moderator(app: Flask, make_member: MemberFactory) -> Member:
    with app.app_context(), db.writing():
        moderator = make_member("mori", "Mori")
        moderator.moderator_since = now()
        db.commit()
    return moderator


def named(member: Member) -> list[str]:
    return [skill.title for skill in careers.lists_of(member, member).skills]


def means(spelling: str) -> str | None:
    skill = careers.find_skill(spelling)
    return skill.name if skill else None


def take_back(actor: Member, key: str) -> None:
    alias = queries.get_alias(key)
    service.remove_alias(actor, alias, alias.skill_id)


@pytest.mark.usefixtures("session")
def test_of_several_moves_the_first_is_taken_back_and_the_skill_is_offered_again(
    ana: Member, moderator: Member
) -> None:
    first = a_skill(ana, "アドビイラレ").skill
    for name in ("イラレ本体", "作図"):
        a_skill(ana, name)
    first.is_listed = True
    service.add_alias(moderator, "アドビイラレ", "イラレ本体")
    service.add_alias(moderator, "イラレ本体", "作図")
    assert means("アドビイラレ") == "作図"
    assert not first.is_listed
    alias = queries.get_alias("アドビイラレ")
    with pytest.raises(Conflict, match="先に変更されていました"):
        service.remove_alias(moderator, alias, first.id)
    take_back(moderator, alias.key)
    assert means("アドビイラレ") == "アドビイラレ"
    assert first.is_listed


@pytest.mark.usefixtures("session")
def test_a_name_that_nobody_has_used_becomes_a_spelling(ana: Member, ben: Member, moderator: Member) -> None:
    a_skill(ana, "Excel")
    change = queries.change_of("表計算", "ＥＸＣＥＬ")
    assert (change.key, change.skill.name, change.former, change.moved, change.seen_anew) == (
        *("表計算", "Excel", None, 0, 1),
    )
    service.add_alias(moderator, "表計算", "Excel")
    assert a_skill(ben, "表 計算").skill.name == "Excel"
    entry = db.db.session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc())).first()
    assert entry is not None
    assert (entry.deed, entry.subject_id, entry.details["alias"]) == (
        *(AuditDeed.ALIAS_ADDED, change.skill.id, "表計算"),
    )


@pytest.mark.usefixtures("session")
def test_what_members_and_teams_had_of_the_other_name_becomes_the_one(
    ana: Member, ben: Member, moderator: Member, make_team: TeamFactory, make_job: JobFactory
) -> None:
    jobs = [make_job(ana, skills=asked) for asked in (("イラストレータ", "校正"), ("Illustrator", "イラストレータ"))]
    a_skill(ana, "イラストレータ", level=SkillLevel.TEACHING, started_on=date(2020, 4, 1), notes="教えています。")
    a_skill(ben, "イラストレータ", level=SkillLevel.LEARNING, started_on=date(2012, 4, 1), notes="独学です。")
    kept = a_skill(ben, "Illustrator", level=SkillLevel.WORKING, started_on=date(2018, 4, 1), notes="仕事で。")
    version = kept.version
    team = make_team("yomimono", ana)
    teams.edit(ana, team, TeamChanges(name="読み物", wanted_skills=("イラストレータ", "校正")), team.version)
    change = queries.change_of("イラストレータ", "Illustrator")
    assert (change.merges, change.moved, change.both, change.teams) == (True, 2, 1, 1)
    service.add_alias(moderator, "イラストレータ", "Illustrator")
    db.db.session.expire_all()
    assert named(ana) == named(ben) == ["Illustrator"]
    (both,) = careers.lists_of(ben, ben).skills
    assert (both.level, both.started_on, both.notes) == (SkillLevel.WORKING, date(2012, 4, 1), "仕事で。\n独学です。")
    assert both.version > version, "a form that was opened before is compared with what it is now"
    assert {wish.skill_id for wish in queries.wishes_for(change.skill)} == {change.skill.id}
    assert {post.job_id for post in queries.posts_asking_for(change.skill)} == {job.id for job in jobs}
    assert means("いらすとれーた") == "Illustrator"


@pytest.mark.usefixtures("session")
def test_a_mere_spelling_is_moved_alone(ana: Member, moderator: Member) -> None:
    a_skill(ana, "Excel")
    a_skill(ana, "Word")
    service.add_alias(moderator, "ワープロ", "Excel")
    change = service.add_alias(moderator, "ワープロ", "Word")
    assert (change.merges, change.moved) == (False, 0)
    assert means("ワープロ") == "Word"
    assert sorted(named(ana)) == ["Excel", "Word"]
    take_back(moderator, "ワープロ")
    assert means("ワープロ") == "Excel"


@pytest.mark.usefixtures("session")
def test_taken_back_a_name_means_what_it_meant_before_or_nothing(ana: Member, ben: Member, moderator: Member) -> None:
    a_skill(ana, "Illustrator")
    a_skill(ben, "イラストレータ")
    service.add_alias(moderator, "イラストレータ", "Illustrator")
    service.add_alias(moderator, "絵", "Illustrator")
    with pytest.raises(Conflict):
        take_back(moderator, "illustrator")
    for key in ("イラストレータ", "絵"):
        take_back(moderator, key)
    assert means("イラストレータ") == "イラストレータ"
    assert means("絵") is None
    assert named(ben) == ["Illustrator"], "what became one stays one"
    # The name can be given again by whoever types it.
    assert a_skill(ana, "イラストレータ").skill.name == "イラストレータ"


@pytest.mark.usefixtures("session")
def test_what_cannot_be_is_said(ana: Member, moderator: Member) -> None:
    a_skill(ana, "Excel")
    with pytest.raises(NotAllowed):
        service.add_alias(ana, "表計算", "Excel")
    with pytest.raises(Conflict, match="すでに「Excel」として1つになっています"):
        service.add_alias(moderator, "ｅｘｃｅｌ", "Excel")
    for spelling, name in (("表計算", "存在しない"), (" ", "Excel"), ("あ" * 200, "Excel")):
        with pytest.raises(Invalid):
            service.add_alias(moderator, spelling, name)
    service.add_alias(moderator, "表計算", "Excel")
    with pytest.raises(NotAllowed):
        take_back(ana, "表計算")


@pytest.mark.usefixtures("session")
def test_spellings_are_listed_with_the_skill_and_how_many_have_it(ana: Member, ben: Member, moderator: Member) -> None:
    for member in (ana, ben):
        a_skill(member, "Excel")
    a_skill(ana, "翻訳")
    service.add_alias(moderator, "表計算", "Excel")
    rows = queries.aliases("表計").rows
    assert [(row.key, row.skill.name, row.members, row.is_own_name) for row in rows] == [
        ("excel", "Excel", 2, True),
        ("表計算", "Excel", 2, False),
    ]
    assert queries.aliases("ない").rows == []


@pytest.mark.real_commits
def test_the_search_finds_by_the_new_name_after_the_drain(
    app: Flask,
    drain: Callable[[], int],
    make_member: MemberFactory,
    make_job: JobFactory,
    moderator: Member,
) -> None:
    worker = make_member("worker", worker=True)
    job = make_job(worker, skills=("Excel",))
    with app.app_context(), db.writing():
        a_skill(worker, "Excel")
        db.commit()
        sync.rebuild()
        assert search("表計算").total == 0
    drain()
    with app.app_context(), db.writing():
        service.add_alias(moderator, "表計算", "Excel")
        db.commit()
        assert len(db.db.session.scalars(select(Errand).where(Errand.topic == TOPIC)).all()) == 2
    drain()
    with app.app_context():
        assert [hit.key for hit in search("表計算").hits] == [worker.id]
        assert [hit.key for hit in search_jobs("表計算").hits] == [job.id]
    with app.app_context(), db.writing():
        take_back(moderator, "表計算")
        db.commit()
    drain()
    with app.app_context():
        assert search("表計算").total == 0


@pytest.mark.real_commits
def test_who_adds_the_skill_meanwhile_loses_nothing(app: Flask, make_member: MemberFactory, moderator: Member) -> None:
    members = [make_member(f"member-{number}") for number in range(10)]
    with app.app_context(), db.writing():
        a_skill(members[0], "Illustrator")
        a_skill(members[0], "イラストレータ")
        db.commit()

    def act(turn: int) -> None:
        if turn == 5:
            service.add_alias(db.db.session.get_one(Member, moderator.id), "イラストレータ", "Illustrator")
        elif turn:
            a_skill(db.db.session.get_one(Member, members[turn].id), "イラストレータ")

    at_once(committing(app, act), 10)
    with app.app_context():
        has = set(db.db.session.scalars(select(MemberSkill.member_id)))
        assert has == {member.id for number, member in enumerate(members) if number != 5}
