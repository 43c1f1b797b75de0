"""What a page costs does not grow with the marketplace behind it."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from benchmarks.world import Size, fill
from marketplace import db
from marketplace.accounts.models import Member
from marketplace.follows.models import Follow
from marketplace.messages.models import Conversation, Message, Participation
from search_index import sync
from tests.visit import Visitors

MOST = 8
PAGES = {
    "home.index": 8,
    "home.mypage": 8,
    "profiles.show": 8,
    "profiles.edit": 4,
    "follows.contacts": 6,
    "messages.index": 5,
    "messages.show": 8,
    "careers.skills": 5,
    "careers.qualifications": 5,
    "careers.careers": 5,
    "careers.hobbies": 5,
}
"""SQL statements of each page for a member who is signed in."""

SEARCH = 8
"""As for one worker, and for thirty, where a career or a hobby is what was found (test_search)."""


def world_of(app: Flask, members: int) -> Member:
    """Fill the database; return the best known member."""
    with app.app_context(), db.writing():
        # Fewer follows and conversations than in the benchmarks: what one member has of them is more than a page.
        fill(Size(members=members, follows=2, conversations=0.2))
        db.commit()
        return db.db.session.scalars(select(Member).where(Member.username == "worker-1")).one()


def longest_thread_of(app: Flask, member: Member) -> int:
    longest = select(Participation.conversation_id).where(Participation.member_id == member.id)
    longest = longest.join(Message, Message.conversation_id == Participation.conversation_id)
    longest = longest.group_by(Participation.conversation_id).order_by(func.count().desc()).limit(1)
    with app.app_context():
        return db.db.session.scalars(longest).one()


def rows(app: Flask, kind: type) -> int:
    with app.app_context():
        return db.db.session.scalar(select(func.count()).select_from(kind)) or 0


@pytest.mark.parametrize("members", [10, 10_000])
def test_pages_cost_the_same_before_ten_members_and_before_ten_thousand(
    app: Flask, visit: Visitors, members: int
) -> None:
    me = world_of(app, members)
    values = {
        "profiles.show": {"username": "worker-2"},
        "follows.contacts": {"tab": "followers"},
        "messages.show": {"conversation_id": longest_thread_of(app, me)},
    }
    browser = visit.as_(me)
    pages = {endpoint: browser.open(endpoint, **values.get(endpoint, {})) for endpoint in PAGES}
    assert {page.status for page in pages.values()} == {200}
    assert {endpoint: page.statements for endpoint, page in pages.items()} == PAGES
    assert max(PAGES.values()) <= MOST
    assert rows(app, Member) == members
    if members == 10_000:
        assert rows(app, Follow) > 15_000
        assert rows(app, Conversation) == 2_000


@pytest.mark.parametrize("members", [1_000, pytest.param(10_000, marks=pytest.mark.prove)])
def test_a_search_costs_the_same_among_few_and_among_many(app: Flask, visit: Visitors, members: int) -> None:
    me = world_of(app, members)
    with app.app_context(), db.writing():
        assert sync.rebuild() == members
    page = visit.as_(me).open("search.workers", q="作成")
    assert page.status == 200
    assert len(page.find_all("#results h3")) == 20
    assert page.statements == SEARCH <= MOST
