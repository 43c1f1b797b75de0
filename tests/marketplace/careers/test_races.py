"""Many at once, with real commits: one skill, one entry, never more than the limit."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.careers import queries, service
from marketplace.careers.models import CareerAttachment, CareerCategory, Hobby, Skill, SkillAlias, SkillLevel
from marketplace.careers.service.attachments import MOST_OF_A_CAREER
from marketplace.careers.service.lists import MOST_ENTRIES
from marketplace.db import db as database
from marketplace.errors import Conflict, DomainError
from tests.factories.members import MemberFactory
from tests.marketplace.careers.entries import LONG_AGO, a_career, a_file, a_hobby, a_skill

pytestmark = pytest.mark.real_commits

AT_ONCE = 6


def at_once(app: Flask, deed: Callable[[int], object]) -> int:
    """Do `deed` in as many threads, each in a unit of work of its own, all starting together; tell how many won."""
    start = Barrier(AT_ONCE)

    def one(index: int) -> bool:
        with app.app_context(), db.writing():
            # Every thread asks something first, so that what it knows is as old as can be.
            database.session.execute(select(Skill.id).limit(1)).all()
            start.wait()
            try:
                deed(index)
                db.commit()
            except DomainError:
                db.rollback()
                return False
            return True

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return sum(threads.map(one, range(AT_ONCE)))


def count(model: type[db.Model]) -> int:
    return database.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_name_that_many_type_first_is_one_skill(app: Flask, make_member: MemberFactory) -> None:
    members = [make_member(f"member-at-once-{number}") for number in range(AT_ONCE)]
    spellings = ("グラレコ", "ｸﾞﾗﾚｺ", "グラ レコ")
    assert at_once(app, lambda index: a_skill(members[index], spellings[index % 3])) == AT_ONCE
    with app.app_context():
        assert (count(Skill), count(SkillAlias)) == (1, 1)


def test_one_skill_added_many_times_at_once_is_in_the_list_once(app: Flask, ana: Member) -> None:
    assert at_once(app, lambda index: a_skill(ana, "Excel")) == 1
    with app.app_context():
        assert len(queries.lists_of(ana, ana).skills) == 1


def test_the_last_place_of_a_list_has_one_winner(app: Flask, ana: Member) -> None:
    with app.app_context(), db.writing():
        database.session.add_all(
            Hobby(member_id=ana.id, position=number, name=f"{number}", category="other")
            for number in range(MOST_ENTRIES - 1)
        )
        db.commit()
    assert at_once(app, lambda index: a_hobby(ana, f"last {index}")) == 1
    with app.app_context():
        assert count(Hobby) == MOST_ENTRIES


def test_of_many_changes_to_one_version_one_wins(app: Flask, ana: Member) -> None:
    with app.app_context(), db.writing():
        key = a_skill(ana).id
        db.commit()

    def change(index: int) -> None:
        skill = queries.get_for(ana, queries.KINDS["skills"], key)
        service.skills.change(ana, skill, 1, "Excel", SkillLevel.TEACHING, LONG_AGO, f"{index}")  # type: ignore[arg-type]

    assert at_once(app, change) == 1
    with app.app_context():
        assert queries.lists_of(ana, ana).skills[0].version == 2


def test_files_sent_at_once_never_exceed_what_a_career_holds(app: Flask, ana: Member) -> None:
    with app.app_context(), db.writing():
        key = a_career(ana, files=[a_file(mark=f"{number}") for number in range(MOST_OF_A_CAREER - 1)]).id
        db.commit()

    def attach(index: int) -> None:
        career = queries.get_for(ana, queries.KINDS["careers"], key)
        service.careers.change(
            ana,
            career,  # type: ignore[arg-type]
            1,
            category=CareerCategory.EMPLOYEE,
            started_on=LONG_AGO,
            company="桂川翻訳",
            files=[a_file(mark=f"late {index}")],
        )

    assert at_once(app, attach) == 1
    with app.app_context():
        assert count(CareerAttachment) == MOST_OF_A_CAREER


def test_a_refused_deed_leaves_nothing(app: Flask, ana: Member) -> None:
    with app.app_context(), db.writing():
        a_hobby(ana)
        with pytest.raises(Conflict):
            a_hobby(ana)
        db.rollback()
        assert count(Hobby) == 0
