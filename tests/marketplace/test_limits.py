"""How often something may be asked for: exact windows, shared by processes, closed when the store is gone."""

import contextlib
import multiprocessing
import re
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from limits import RateLimitItemPerMinute, parse
from limits.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter

from marketplace import limits
from marketplace.errors import TooOften
from marketplace.limits import RULES, Action, Counts, Limiter, Rule, Window

START = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
FIVE = (Window(5, 60),)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "limits.db"


@pytest.fixture
def limited(app: Flask, store: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Limits as a real installation has them."""
    monkeypatch.setitem(app.extensions, "limits", Limiter(store, 1.0))
    return store


def hits(limiter: Limiter, count: int, who: str = "ana") -> list[bool]:
    return [limiter.hit(Action.RESET, "account", who, FIVE) == 0 for _number in range(count)]


def test_five_are_allowed_and_the_sixth_is_not(store: Path) -> None:
    assert hits(Limiter(store, 1), 7) == [True] * 5 + [False] * 2


def test_everybody_is_counted_for_themselves(store: Path) -> None:
    limiter = Limiter(store, 1)
    hits(limiter, 6)
    assert hits(limiter, 1, "ben") == [True]
    assert limiter.hit(Action.FOLLOW, "account", "ana", FIVE) == 0
    assert limiter.hit(Action.RESET, "network", "ana", FIVE) == 0


def test_the_window_moves_with_the_clock(store: Path) -> None:
    limiter = Limiter(store, 1)
    with time_machine.travel(START, tick=False) as clock:
        for _number in range(5):
            assert limiter.hit(Action.RESET, "account", "ana", FIVE) == 0
            clock.shift(10)
        assert limiter.hit(Action.RESET, "account", "ana", FIVE) == pytest.approx(10)
        clock.shift(9)
        assert limiter.hit(Action.RESET, "account", "ana", FIVE) == pytest.approx(1)
        clock.shift(1.1)
        assert hits(limiter, 2) == [True, False], "as one leaves the window one more fits in"


def test_what_is_refused_is_not_counted(store: Path) -> None:
    limiter = Limiter(store, 1)
    with time_machine.travel(START, tick=False) as clock:
        hits(limiter, 50)
        clock.shift(60.1)
        assert hits(limiter, 6) == [True] * 5 + [False]


def test_the_short_and_the_long_window_both_count(store: Path) -> None:
    limiter = Limiter(store, 1)
    windows = (Window(2, 1), Window(3, 60))
    with time_machine.travel(START, tick=False) as clock:
        first = [limiter.hit(Action.SEARCH, "account", "ana", windows) for _number in range(3)]
        clock.shift(2)
        second = [limiter.hit(Action.SEARCH, "account", "ana", windows) for _number in range(2)]
    assert [wait == 0 for wait in first + second] == [True, True, False, True, False]
    assert second[1] > 50


def test_a_restart_forgets_nothing(store: Path) -> None:
    assert hits(Limiter(store, 1), 5) == [True] * 5
    assert hits(Limiter(store, 1), 1) == [False]


@pytest.mark.parametrize(("factor", "allowed"), [(2, 10), (0.5, 2), (0.01, 1)])
def test_the_setting_multiplies_every_limit(store: Path, factor: float, allowed: int) -> None:
    assert hits(Limiter(store, factor), 12).count(True) == allowed


def test_limits_can_be_turned_off(store: Path) -> None:
    assert all(hits(Limiter(store, 0), 100))
    assert not store.exists()


def test_threads_at_once_get_no_more_than_the_limit(store: Path) -> None:
    limiter = Limiter(store, 1)
    with ThreadPoolExecutor(16) as pool:
        allowed = list(pool.map(lambda _number: hits(limiter, 1)[0], range(64)))
    assert allowed.count(True) == 5


def test_processes_share_one_count(store: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        allowed = pool.map(try_four_times, [store] * 3, 1)
    assert sum(allowed) == 5


def try_four_times(store: Path) -> int:
    return hits(Limiter(store, 1), 4).count(True)


@pytest.mark.parametrize("damage", ["is a folder", "is rubbish", "has no parent"])
def test_without_its_store_each_process_counts_strictly(store: Path, damage: str) -> None:
    if damage == "is a folder":
        store.mkdir()
    elif damage == "is rubbish":
        store.write_bytes(b"not a database" * 1000)
    else:
        store = store / "deeper" / "limits.db"
    assert hits(Limiter(store, 1), 4) == [True, False, False, False]


def test_a_store_that_comes_back_is_used_again(store: Path) -> None:
    store.mkdir()
    limiter = Limiter(store, 1)
    hits(limiter, 3)
    store.rmdir()
    assert hits(limiter, 6) == [True] * 5 + [False]


def test_a_store_that_was_deleted_is_made_again(store: Path) -> None:
    limiter = Limiter(store, 1)
    hits(limiter, 5)
    for path in store.parent.glob("limits.db*"):
        path.unlink()
    assert hits(limiter, 6) == [True] * 5 + [False]
    assert hits(Limiter(store, 1), 1) == [False], "others count in the new one, too"


def test_a_locked_store_counts_strictly_and_soon(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BUSY_SECONDS", 0.1)
    limiter = Limiter(store, 1)
    hits(limiter, 1)
    other = sqlite3.connect(store, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    assert hits(limiter, 2) == [True, False]
    other.execute("ROLLBACK")
    other.close()
    assert hits(limiter, 1) == [True]


def test_what_no_longer_counts_is_swept_out(store: Path) -> None:
    limiter = Limiter(store, 1)
    with time_machine.travel(START, tick=False) as clock:
        for number in range(50):
            hits(limiter, 1, f"member-{number}")
        clock.shift(61)
        hits(limiter, 1)
    connection = sqlite3.connect(store)
    assert connection.execute("SELECT count(*) FROM entries").fetchone() == (1,)
    connection.close()


def test_every_action_has_its_rule_and_every_rule_a_limit() -> None:
    assert set(RULES) == set(Action)
    assert all(rule.by_account or rule.by_network for rule in RULES.values())


def test_nobody_can_keep_everybody_from_signing_in() -> None:
    doors = (Action.SIGN_IN, Action.REGISTER, Action.RESEND, Action.RESET)
    assert not any(RULES[action].of_visitors for action in doors)


def test_the_values_are_those_of_the_house() -> None:
    minutes = 60
    assert RULES[Action.SIGN_IN] == Rule((Window(10, 5 * minutes),), (Window(25, 5 * minutes),))
    assert RULES[Action.REGISTER].by_network == (Window(5, 30 * minutes),)
    assert RULES[Action.RESET].by_account == RULES[Action.EMAIL_CHANGE].by_account == (Window(5, 86400),)
    assert RULES[Action.THREAD].by_account == (Window(20, 86400),)
    assert RULES[Action.FOLLOW].by_account == (Window(200, 3600),)
    assert RULES[Action.UPLOAD].by_account == (Window(30, 30 * minutes),)
    search = RULES[Action.SEARCH]
    assert search.by_account == search.by_network == (Window(5, 1), Window(120, minutes))
    assert search.of_visitors == (Window(8, 1),)


@pytest.mark.usefixtures("session", "limited")
def test_a_refusal_says_how_long_to_wait() -> None:
    with time_machine.travel(START, tick=False):
        for _number in range(5):
            limits.check(Action.EMAIL_CHANGE, account=1)
        with pytest.raises(TooOften) as refused:
            limits.check(Action.EMAIL_CHANGE, account=1)
    assert refused.value.retry_after == 86400
    assert refused.value.sentence == "少し時間をおいてください。あと24時間で、もう一度お試しいただけます。"


@pytest.mark.parametrize(("passed", "words"), [(0, "あと5分で"), (200, "あと2分で"), (260, "あと40秒で")])
@pytest.mark.usefixtures("session", "limited")
def test_the_time_to_wait_is_said_in_its_largest_unit(passed: int, words: str) -> None:
    with time_machine.travel(START, tick=False) as clock:
        for _number in range(10):
            limits.check(Action.SIGN_IN, account="ana@example.com")
        clock.shift(timedelta(seconds=passed))
        with pytest.raises(TooOften, match=re.escape(words)):
            limits.check(Action.SIGN_IN, account="ana@example.com")


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("192.0.2.1", "192.0.2.2", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("fe80::1%eth0", "fe80::2%eth1", True),
        ("127.0.0.1", "127.0.0.1", True),
        ("rubbish", "", True),
    ],
)
@pytest.mark.usefixtures("session", "limited")
def test_a_network_is_an_address_or_a_64(first: str, second: str, same: bool) -> None:
    for _number in range(5):
        limits.check(Action.REGISTER, address=first)
    if same:
        with pytest.raises(TooOften):
            limits.check(Action.REGISTER, address=second)
    else:
        limits.check(Action.REGISTER, address=second)


@pytest.mark.usefixtures("session")
def test_a_network_that_is_refused_uses_up_nobodys_share(limited: Path) -> None:
    for number in range(25):
        limits.check(Action.SIGN_IN, account=f"other-{number}", address="192.0.2.1")
    for _number in range(20):
        with pytest.raises(TooOften):
            limits.check(Action.SIGN_IN, account="ana@example.com", address="192.0.2.1")
    limits.check(Action.SIGN_IN, account="ana@example.com", address="192.0.2.2")
    assert b"ana@example.com" not in limited.read_bytes()


def searches(count: int, *, account: int | None = None, address: str | None = None) -> int:
    """Tell how many of so many searches at the same moment are let through."""
    done = 0
    for _number in range(count):
        with contextlib.suppress(TooOften):
            limits.check(Action.SEARCH, account=account, address=address)
            done += 1
    return done


@pytest.mark.usefixtures("session", "limited")
def test_all_visitors_share_what_the_search_can_bear() -> None:
    with time_machine.travel(START, tick=False) as clock:
        assert [searches(7, address=f"192.0.2.{number}") for number in range(4)] == [5, 3, 0, 0]
        clock.shift(1.1)
        assert searches(7, address="192.0.2.9") == 5


@pytest.mark.usefixtures("session", "limited")
def test_members_search_however_many_visitors_do() -> None:
    with time_machine.travel(START, tick=False):
        assert sum(searches(7, address=f"192.0.2.{number}") for number in range(4)) == 8
        assert [searches(7, account=number) for number in range(4)] == [5, 5, 5, 5]
        assert searches(1, address="192.0.2.9") == 0


@pytest.mark.usefixtures("session", "limited")
def test_a_network_that_is_refused_leaves_the_share_of_all_visitors_alone() -> None:
    with time_machine.travel(START, tick=False):
        assert searches(1000, address="192.0.2.1") == 5
        assert searches(7, address="192.0.2.2") == 3


@pytest.mark.parametrize(("factor", "allowed"), [(2.0, 16), (0.5, 4), (0.0, 400)])
@pytest.mark.usefixtures("session")
def test_the_share_of_all_visitors_is_multiplied_too(
    app: Flask, store: Path, monkeypatch: pytest.MonkeyPatch, factor: float, allowed: int
) -> None:
    monkeypatch.setitem(app.extensions, "limits", Limiter(store, factor))
    with time_machine.travel(START, tick=False):
        assert sum(searches(20, address=f"192.0.2.{number}") for number in range(20)) == allowed


def test_the_store_is_one_of_the_limits_library(store: Path) -> None:
    counts = Counts(store)
    fixed, item = FixedWindowRateLimiter(counts), RateLimitItemPerMinute(3)
    assert [fixed.hit(item, "ana") for _number in range(4)] == [True, True, True, False]
    assert not fixed.test(item, "ana")
    assert fixed.get_window_stats(item, "ana").remaining == 0
    assert fixed.get_window_stats(item, "ben").remaining == 3
    fixed.clear(item, "ana")
    assert fixed.test(item, "ana")
    moving = MovingWindowRateLimiter(counts)
    assert moving.hit(parse("10/minute"), "cleo", cost=4)
    assert moving.test(parse("10/minute"), "cleo", cost=6)
    assert not moving.hit(parse("10/minute"), "cleo", cost=7)
    assert counts.check()
    assert counts.reset() == 4
    store.unlink()
    store.mkdir()
    assert not counts.check()
