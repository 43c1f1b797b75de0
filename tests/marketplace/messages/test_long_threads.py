"""A thread of a hundred thousand messages opens as fast as one of a hundred: the same questions, found by an index."""

import time
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import insert, text

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.messages.models import Message
from tests.blueprints.letters import begin
from tests.visit import Browser, Visitors, counting

SHORT, LONG = 100, 100_000
TIMES = 5


def fill(app: Flask, number: int, members: tuple[Member, Member], size: int) -> None:
    """Let the two write by turns, once a minute, until the thread holds `size` messages."""
    begun = now() - timedelta(minutes=size)
    with app.app_context(), db.writing():
        for start in range(1, size, 10_000):
            rows = [
                {
                    "conversation_id": number,
                    "sender_id": members[index % 2].id,
                    "body": f"{index}通目です。",
                    "once": f"long-{number}-{index}",
                    "created_at": begun + timedelta(minutes=index),
                }
                for index in range(start, min(start + 10_000, size))
            ]
            db.db.session.execute(insert(Message), rows)
        if db.db.engine.dialect.name == "postgresql":
            db.db.session.execute(text("ANALYZE messages"))
        db.commit()


def cost(browser: Browser, path: str) -> tuple[int, float]:
    """How many statements a page takes, and the quickest of some times in seconds."""
    page = browser.open_path(path)
    assert page.status == 200
    spent = []
    for _time in range(TIMES):
        begun = time.perf_counter()
        browser.open_path(path)
        spent.append(time.perf_counter() - begun)
    return page.statements, min(spent)


@pytest.mark.prove
@pytest.mark.real_commits
@pytest.mark.parametrize("address", ["/messages/{}", "/messages/{}/news?after=9", "/messages"])
def test_a_long_thread_costs_what_a_short_one_does(
    app: Flask, visit: Visitors, ana: Member, ben: Member, cleo: Member, address: str
) -> None:
    short, long = begin(app, cleo, ben), begin(app, cleo, ana, once="once-of-the-long-thread")
    fill(app, short, (cleo, ben), SHORT)
    fill(app, long, (cleo, ana), LONG)
    few = cost(visit.as_(ben), address.format(short))
    many = cost(visit.as_(ana), address.format(long))
    assert many[0] == few[0]
    assert many[1] < 1.5 * few[1] + 0.005, (few, many)


@pytest.mark.parametrize("address", ["/messages/{}", "/messages/{}/news?after=9", "/messages"])
def test_no_page_walks_through_all_messages(
    app: Flask, visit: Visitors, ana: Member, ben: Member, database_kind: str, address: str
) -> None:
    if database_kind != "sqlite":
        pytest.skip("PostgreSQL rightly walks through a table as small as this")
    number = begin(app, ana, ben)
    fill(app, number, (ana, ben), 200)
    browser = visit.as_(ben)
    with counting(app) as statements:
        assert browser.open_path(address.format(number)).status == 200
    asked = [each for each in statements if "messages" in each]
    assert len(asked) >= 2
    with app.app_context():
        connection = db.db.session.connection().connection.cursor()
        for statement in asked:
            plan = connection.execute(f"EXPLAIN QUERY PLAN {statement}", [1] * statement.count("?"))
            steps = [str(step[3]) for step in plan.fetchall()]
            assert not [step for step in steps if step.startswith(("SCAN messages", "SCAN conversations"))], steps
