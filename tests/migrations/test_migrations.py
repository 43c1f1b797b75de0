"""The revisions lead from nothing to what the models say, and back."""

import sqlite3
from importlib import import_module
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import inspect, select, text, update
from sqlalchemy.exc import IntegrityError

from marketplace import db, migrate
from marketplace.accounts.models import Member
from marketplace.companies.models import Company
from marketplace.events import service as events
from marketplace.events.kinds import EventKind
from marketplace.moderation.models import SettledName, SubjectKind
from marketplace.notifications.models import Mailing, Notification
from marketplace.skeletons import skeleton_of
from tests.factories.companies import CompanyFactory
from tests.factories.members import MemberFactory

pytestmark = pytest.mark.real_commits


def test_the_newest_revision_is_what_the_models_say(app: Flask) -> None:
    with app.app_context():
        assert migrate.current() == migrate.head()
        assert migrate.differences() == []


def test_every_revision_can_be_taken_back_and_applied_again(app: Flask) -> None:
    with app.app_context():
        migrate.downgrade("base")
        assert set(inspect(db.db.engine).get_table_names()) <= {"alembic_version"}
        migrate.upgrade()
        assert migrate.differences() == []


def test_a_difference_would_be_seen(app: Flask) -> None:
    with app.app_context():
        migrate.downgrade("0008_second_factors")
        assert migrate.differences() != []


def test_revisions_are_one_line_in_the_order_of_their_names() -> None:
    """Two that follow the same one would both be applied, in an order that nobody chose."""
    names = sorted(path.stem for path in Path(migrate.REVISIONS).glob("[0-9]*.py"))
    line = [import_module(f"marketplace.migrations.{name}") for name in names]
    assert [(each.revision, each.down_revision) for each in line] == list(zip(names, [None, *names], strict=False))
    assert len({name.partition("_")[0] for name in names}) == len(names)


def test_revisions_import_nothing_of_ours() -> None:
    """A revision says what the tables were on its day; the models go on."""
    texts = [path.read_text(encoding="utf-8") for path in Path(migrate.REVISIONS).glob("*.py")]
    assert texts
    assert not [text for text in texts if "marketplace" in text]


def test_a_table_is_rebuilt_without_losing_what_points_to_it(app: Flask, ana: Member, ben: Member) -> None:
    with app.app_context():
        with db.writing():
            event = events.record(EventKind.MEMBER_FOLLOWED, ana, ben)
            db.db.session.flush()
            told = {"recipient_id": ben.id, "event_id": event.id, "created_at": event.created_at}
            db.db.session.add(Notification(is_shown=True, mailing=Mailing.OFF, **told))
            db.commit()
        migrate.downgrade("0015_skill_keys")
        migrate.upgrade()
        assert db.db.session.scalars(select(Notification.event_id)).all() == [event.id]


def test_a_revision_that_leaves_rows_pointing_to_nothing_is_not_committed(app: Flask, ana: Member) -> None:
    with app.app_context():
        if db.db.engine.dialect.name != "sqlite":
            pytest.skip("PostgreSQL looks at every statement by itself")
        db.db.session.close()
        lost = text("INSERT INTO follows (from_id, to_id, created_at) VALUES (:ana, 999999, '2026-11-28 00:00:00')")
        with sqlite3.connect(str(db.db.engine.url.database)) as behind_our_back:
            behind_our_back.execute(str(lost), {"ana": ana.id})
        with pytest.raises(IntegrityError, match="point to nothing"):
            migrate.downgrade("0015_skill_keys")
        assert migrate.current() == migrate.head()


def test_old_names_get_what_they_look_like(app: Flask, make_member: MemberFactory) -> None:
    """The revision has its own copy of how that is found: what it wrote is what the program would write."""
    names = ["髙瀬りツ", "ｶﾞ力 Ana", "rnodern", "普通の名前"]
    for number, name in enumerate(names):
        make_member(f"member-{number}", name)
    with app.app_context():
        migrate.downgrade("0023_leaving")
        migrate.upgrade()
        rows = db.db.session.execute(select(Member.nickname, Member.name_skeleton))
        found = {row.nickname: row.name_skeleton for row in rows}
    assert found == {name: skeleton_of(name) for name in names}


def test_old_companies_look_like_others_whatever_form_stands_behind(
    app: Flask, ana: Member, make_company: CompanyFactory
) -> None:
    names = ["みなぎわ株式会社", "みなぎわ ㈱", "㍿みなぎわ", "株式会社", "みなぎわ(京都)"]
    for number, name in enumerate(names):
        make_company(f"company{number}", ana, name=name)
    with app.app_context():
        migrate.downgrade("0042_reported_reviews")
        with db.writing():
            before = skeleton_of("みなぎわ株式会社")
            row = db.db.session.scalars(select(Company).where(Company.slug == "company0")).one()
            db.db.session.execute(update(Company).where(Company.id == row.id).values(name_skeleton=before))
            db.db.session.add(
                SettledName(subject=SubjectKind.COMPANY, subject_id=row.id, skeleton=before, is_asked=False)
            )
            db.commit()
        migrate.upgrade()
        rows = db.db.session.execute(select(Company.name, Company.name_skeleton))
        found = {each.name: each.name_skeleton for each in rows}
        settled = db.db.session.scalars(select(SettledName.skeleton)).all()
    looks = skeleton_of("みなぎわ")
    assert found == dict.fromkeys(names[:3], looks) | {each: skeleton_of(each) for each in names[3:]}
    assert settled == [looks]
