"""Of many presses of one link at the same moment exactly one wins, and nothing falls over (reliability.md A7)."""

from collections import Counter
from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace import db
from marketplace.accounts.models import Account, Member
from marketplace.events.models import Event
from tests.factories.members import PASSWORD
from tests.mailbox import Mailbox
from tests.visit import HOST, Browser

pytestmark = pytest.mark.real_commits

PRESSES = 12
Post = Callable[[], Mailbox]


def press_at_once(app: Flask, path: str, fields: dict[str, str], target: str | None = None) -> Counter[int]:
    """Open `path` in many browsers, press its button in all of them at once, and count the answers by status."""
    browsers = [Browser(app) for _number in range(PRESSES)]
    tokens = []
    for browser in browsers:
        tokens.append(browser.csrf_token())
        browser.open_path(path)
    gate, statuses = Barrier(PRESSES), Counter[int]()

    def press(number: int) -> None:
        data = {name: value.format(number) for name, value in fields.items()} | {"csrf_token": tokens[number]}
        gate.wait()
        statuses[browsers[number].client.post(target or path, base_url=HOST, data=data).status_code] += 1

    threads = [Thread(target=press, args=(number,)) for number in range(PRESSES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses


def events(app: Flask) -> int:
    with app.app_context():
        return db.db.session.scalar(select(func.count()).select_from(Event)) or 0


def test_a_reset_link_sets_one_password(app: Flask, post: Post, ana: Member) -> None:
    Browser(app).post("/password/forgot", {"email": "ana@example.com"})
    path = post().newest("ana@example.com").path
    statuses = press_at_once(app, path, {"password": "minna no uta {} x"}, "/password/reset")
    assert statuses == {302: 1, 404: PRESSES - 1}
    assert events(app) == 1


def test_a_registration_makes_one_member(app: Flask, post: Post) -> None:
    fields = {"username": "hanako", "email": "hanako@example.com", "password": "kumo to yama no aida"}
    Browser(app).post("/register", fields)
    statuses = press_at_once(app, post().newest("hanako@example.com").path, {})
    assert statuses[302] == 1
    assert statuses[404] + statuses[409] == PRESSES - 1
    with app.app_context():
        assert db.db.session.scalars(select(Account.email)).all() == ["hanako@example.com"]
    assert events(app) == 1


def test_a_change_of_address_and_its_undoing_happen_once(app: Flask, post: Post, ana: Member) -> None:
    browser = Browser(app)
    browser.post("/login", {"email": "ana@example.com", "password": PASSWORD})
    browser.post("/settings/account/email", {"email": "new@example.com", "password": PASSWORD})
    assert press_at_once(app, post().newest("new@example.com").path, {}) == {302: 1, 404: PRESSES - 1}
    assert press_at_once(app, post().newest("ana@example.com").path, {}) == {302: 1, 404: PRESSES - 1}
    assert events(app) == 2
