"""Nobody learns from the time an answer takes whether an address is registered (reliability.md A1, Y11)."""

import time
from collections.abc import Callable

import pytest
from argon2 import PasswordHasher
from flask import Flask

from marketplace import db
from marketplace.accounts import passwords
from marketplace.accounts.models import Account, Member
from tests.factories.members import PASSWORD, MemberFactory
from tests.visit import Browser

MENDING = "/register/resend of the one who asked"
ROUNDS = 120
"""Where time tells nothing, the measure then strays by 0.037; four times that passes, so that chance fails nobody."""


@pytest.fixture(autouse=True)
def ordinary_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords cost here what they cost everywhere but in the other tests."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher())
    passwords._nobodys_hash.cache_clear()


def area_under_curve(known: list[float], unknown: list[float]) -> float:
    """Return how often a known address takes longer than an unknown one: 0.5 tells nothing, 0 and 1 tell all."""
    pairs = [(a > b) + (a == b) / 2 for a in known for b in unknown]
    return sum(pairs) / len(pairs)


def timed(deed: Callable[[], object]) -> float:
    begun = time.perf_counter()
    deed()
    return time.perf_counter() - begun


@pytest.mark.prove
@pytest.mark.real_commits
@pytest.mark.parametrize("door", ["/login", "/register", "/register/resend", "/password/forgot", MENDING])
def test_time_tells_nothing(app: Flask, make_member: MemberFactory, door: str) -> None:
    browser = Browser(app)
    token = browser.csrf_token()
    members = [make_member(f"known-{number}") for number in range(ROUNDS)]
    _give_them_ordinary_hashes(app, members)

    def ask(email: str, username: str) -> Callable[[], object]:
        fields = {"email": email, "csrf_token": token}
        if door == "/login":
            fields |= {"password": "wrong horse battery"}
        if door == "/register":
            fields |= {"username": username, "password": "kumo to yama no aida"}
        path = door.partition(" ")[0]
        return lambda: browser.client.post(path, base_url="http://localhost", data=fields)

    if door == MENDING:
        asked = {"username": "mistyped", "email": "mistyped@example.com", "password": "kumo to yama no aida"}
        assert browser.post("/register", asked).path == "/register/sent"
    for number in range(5):
        ask(f"warm-{number}@example.com", f"warm-{number}")()
    known: list[float] = []
    unknown: list[float] = []
    for number in range(ROUNDS):
        pair = [
            (known, ask(f"known-{number}@example.com", f"first-{number}")),
            (unknown, ask(f"nobody-{number}@example.com", f"second-{number}")),
        ]
        # Whoever comes second finds a warmer machine.
        for times, deed in pair if number % 2 else reversed(pair):
            times.append(timed(deed))
    assert 0.35 < area_under_curve(known, unknown) < 0.65


@pytest.mark.prove
@pytest.mark.real_commits
def test_the_measure_can_see_a_difference(app: Flask, ana: Member) -> None:
    """The positive control: members of the tests have cheap hashes, so a known address is plainly faster."""
    browser = Browser(app)
    token = browser.csrf_token()

    def ask(email: str) -> Callable[[], object]:
        fields = {"email": email, "password": PASSWORD + "!", "csrf_token": token}
        return lambda: browser.client.post("/login", base_url="http://localhost", data=fields)

    ask("warm@example.com")()
    known = [timed(ask("ana@example.com")) for _number in range(20)]
    unknown = [timed(ask("nobody@example.com")) for _number in range(20)]
    assert area_under_curve(known, unknown) < 0.1


def _give_them_ordinary_hashes(app: Flask, members: list[Member]) -> None:
    hash_ = passwords.hashed(PASSWORD)
    with app.app_context(), db.writing():
        for member in members:
            db.db.session.get_one(Account, member.id).password = hash_
        db.commit()
