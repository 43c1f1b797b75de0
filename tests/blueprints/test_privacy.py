"""公開範囲とメッセージ: what others may see, and who may write."""

import pytest
from flask import Flask

from marketplace import db
from marketplace.accounts.models import FriendsAudience, Member, Writers
from marketplace.follows import service as follows
from marketplace.messages.models import Message
from tests.blueprints.letters import BODY, ONCE, TITLE, answer, answer_of, begin, count
from tests.factories.members import MemberFactory
from tests.visit import Visitors

CLOSED = "この会員には送信できません。"


def change(app: Flask, member: Member, **columns: object) -> None:
    with app.app_context(), db.writing():
        found = db.db.session.get(Member, member.id)
        for name, value in columns.items():
            setattr(found, name, value)
        db.commit()


def block(app: Flask, actor: Member, blocked: Member) -> None:
    with app.app_context(), db.writing():
        follows.block(actor, blocked)
        db.commit()


def test_all_four_settings_are_shown_changed_and_shown_again(app: Flask, visit: Visitors, ana: Member) -> None:
    page = visit.as_(ana).open("accounts.account").follow("公開範囲とメッセージ")
    assert [page.value(name) for name in ("friends_audience", "is_intermediary", "writers", "shows_read_marks")] == [
        "members",
        "y",
        "everyone",
        "y",
    ]
    saved = page.submit(
        "変更する", friends_audience="nobody", is_intermediary=None, writers="friends", shows_read_marks=None
    )
    assert "設定を変更しました" in saved.text
    assert [saved.value(name) for name in ("friends_audience", "is_intermediary", "writers", "shows_read_marks")] == [
        "nobody",
        "",
        "friends",
        "",
    ]
    with app.app_context():
        stored = db.db.session.get(Member, ana.id)
        assert stored is not None
        assert (stored.friends_audience, stored.writers) == (FriendsAudience.NOBODY, Writers.FRIENDS)
        assert {stored.is_intermediary, stored.shows_read_marks} == {False}


def test_verified_members_can_be_chosen(app: Flask, visit: Visitors, ana: Member) -> None:
    page = visit.as_(ana).open("accounts.privacy")
    assert "本人確認済みの会員" in page.text
    assert page.submit("変更する", writers="verified").value("writers") == "verified"
    with app.app_context():
        assert db.db.session.get_one(Member, ana.id).writers is Writers.VERIFIED


@pytest.mark.parametrize("fields", [{"writers": "nobody"}, {"friends_audience": "\x00"}])
def test_what_is_no_choice_changes_nothing(visit: Visitors, ana: Member, fields: dict[str, str]) -> None:
    page = visit.as_(ana).open("accounts.privacy")
    refused = page.submit("変更する", **fields)
    assert (refused.status, set(refused.errors())) == (422, set(fields))
    again = visit.as_(ana).open("accounts.privacy")
    assert (again.value("writers"), again.value("friends_audience")) == ("everyone", "members")


def test_the_settings_cost_two_statements(visit: Visitors, ana: Member) -> None:
    assert visit.as_(ana).open("accounts.privacy").statements == 2


# What a block looks like in messages


def test_a_thread_with_somebody_blocked_can_be_read_and_not_answered(
    app: Flask, visit: Visitors, ana: Member, ben: Member
) -> None:
    number = begin(app, ana, ben)
    answer(app, ben, number, "お返事です。")
    look = visit.as_(ana).open("messages.show", conversation_id=number).submit("確認する", body="書きかけです。")
    block(app, ben, ana)
    for member in (ana, ben):
        page = visit.as_(member).open("messages.show", conversation_id=number)
        assert (page.status, page.find_all("#compose h2"), page.has_button("確認する")) == (200, [CLOSED], False)
        assert not page.soup.select(".log img, .thread-head a[href^='/workers']"), "as somebody without a page"
    refused = look.submit("送信")
    assert (refused.status, CLOSED in refused.text, "書きかけです。" in refused.text) == (403, True, True)
    assert count(app, Message) == 2


def test_writing_to_somebody_who_blocks_is_as_writing_to_somebody_who_is_not_there(
    app: Flask, visit: Visitors, ana: Member, ben: Member, make_member: MemberFactory
) -> None:
    make_member("dora", "Ben")
    block(app, ben, ana)
    unpublished = visit.as_(ana).open("messages.compose", to="dora")
    assert answer_of(visit.as_(ana).open("messages.compose", to="ben")) == answer_of(unpublished)
    fields = {"title": TITLE, "body": BODY, "once": ONCE, "send": "1"}
    assert visit.as_(ana).post("/messages/new?to=ben", fields).status == unpublished.status == 404
