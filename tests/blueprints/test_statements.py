"""What a page costs does not grow with the marketplace behind it."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from benchmarks.world import Size, fill
from marketplace import db
from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.follows.models import Follow
from marketplace.messages.models import Conversation, Message, Participation
from search_index import sync
from tests.visit import Visitors

MOST = 8
MOST_IN_A_SEARCH = MOST + 2
"""A search also says how each hit and the reader know each other, and whose names look like others'."""
PAGES: dict[str, tuple[str, dict[str, Any], int]] = {
    "front": ("home.index", {}, 8),
    "menu": ("home.mypage", {}, 8),
    "worker": ("profiles.show", {"username": "worker-2"}, 8),
    "preview": ("profiles.preview", {}, 6),
    "profile": ("profiles.edit", {}, 4),
    "account": ("accounts.account", {}, 5),
    "followed": ("follows.contacts", {"tab": "following"}, 6),
    "followers": ("follows.contacts", {"tab": "followers"}, 6),
    "friends": ("follows.contacts", {"tab": "friends"}, 6),
    "suggestions": ("suggestions.index", {}, 4),
    "teams": ("teams.index", {}, 6),
    "conversations": ("messages.index", {}, 4),
    "conversation": ("messages.show", {}, 8),
    "letter": ("messages.compose", {"to": "worker-2"}, 5),
    "skills": ("careers.skills", {}, 5),
    "qualifications": ("careers.qualifications", {}, 5),
    "careers": ("careers.careers", {}, 5),
    "hobbies": ("careers.hobbies", {}, 5),
    "circle": ("circles.circle", {}, 5),
    "companies": ("companies.index", {"q": "株式会社"}, 3),
    "own companies": ("companies.mine", {}, 5),
    "blocked": ("follows.blocked", {}, 3),
    "notices": ("notifications.index", {}, 4),
    "choices": ("notifications.choose", {}, 3),
    "privacy": ("accounts.privacy", {}, 2),
    "search": ("search.workers", {"q": "作成"}, 10),
    "jobs": ("search.jobs", {"q": "作成"}, 9),
}
"""What a member who is signed in opens, and how many SQL statements it costs."""


def world_of(app: Flask, members: int) -> Member:
    """Fill the database; return the best known member."""
    with app.app_context(), db.writing():
        # Fewer follows and conversations than in the benchmarks: what one member has of them is more than a page.
        fill(Size(members=members, follows=2, conversations=0.2, jobs=min(members, 1_000), at=now()))
        sync.rebuild()
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


@pytest.mark.parametrize("members", [10, pytest.param(10_000, marks=pytest.mark.on_postgresql)])
def test_pages_cost_the_same_before_ten_members_and_before_ten_thousand(
    app: Flask, visit: Visitors, members: int
) -> None:
    me = world_of(app, members)
    browser = visit.as_(me)
    thread = {"conversation": {"conversation_id": longest_thread_of(app, me)}}
    pages = {
        name: browser.open(endpoint, **values, **thread.get(name, {}))
        for name, (endpoint, values, _cost) in PAGES.items()
    }
    assert {page.status for page in pages.values()} == {200}
    expected = {name: each[-1] for name, each in PAGES.items()}
    # Among ten nobody stands between the two, so no name is asked for; and one group of friends is named by its skills.
    assert {name: page.statements for name, page in pages.items()} == (
        expected if members > 10 else expected | {"worker": 7, "circle": 6}
    )
    hits = len(pages["search"].find_all("#results h3"))
    assert max(pages.pop(name).statements for name in ("search", "jobs")) <= MOST_IN_A_SEARCH
    assert max(page.statements for page in pages.values()) <= MOST
    assert rows(app, Member) == members
    assert 1 < hits <= 20
    if members == 10_000:
        assert rows(app, Follow) > 15_000
        assert rows(app, Conversation) == 2_000
