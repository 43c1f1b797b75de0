"""How often something may be asked for: moving windows in a store that outlives restarts and that processes share."""

import hashlib
import ipaddress
import math
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import structlog
from flask import Flask, current_app
from limits import RateLimitItem, RateLimitItemPerSecond
from limits.storage import MovingWindowSupport, Storage
from limits.strategies import MovingWindowRateLimiter

from marketplace.clock import now
from marketplace.config import Settings
from marketplace.errors import TooOften
from marketplace.i18n import _, ngettext

MINUTE, HOUR, DAY = 60, 3600, 86400
STRICT_SHARE = 4
"""Without the store each process counts for itself and allows a fourth: a lost file must not open the doors."""
BUSY_SECONDS = 2

log = structlog.get_logger(__name__)


class Action(StrEnum):
    """What is counted."""

    SIGN_IN = "sign-in"
    """Trying a password: at the sign-in, and where the current password is asked for."""
    SECOND_FACTOR = "second-factor"
    """Trying a number of an app or a recovery code."""
    REGISTER = "register"
    """Asking to become a member."""
    RESEND = "resend"
    """Asking for the mail of a registration again."""
    RESET = "reset"
    """Asking for a mail that sets a new password."""
    EMAIL_CHANGE = "email-change"
    """Asking for a change of address."""
    THREAD = "thread"
    """Opening a thread with someone."""
    SAME_TEXT = "same-text"
    """Writing the same text to one more member who has not answered; counted by sender and text."""
    FOLLOW = "follow"
    """Following someone."""
    TEAM = "team"
    """Founding a team."""
    INVITATION = "invitation"
    """Offering a place in a team, or asking for one."""
    JOB = "job"
    """Publishing a job."""
    APPLICATION = "application"
    """Applying for a job."""
    REPORT = "report"
    """Showing something to the moderators."""
    PLEDGE = "pledge"
    """Signing the pledge of confidentiality, or withdrawing it: each is an entry of the public log for good."""
    CONTRACT = "contract"
    """Offering work to somebody, or proposing other terms."""
    COMPANY = "company"
    """Registering a company."""
    COMPANY_MAIL = "company-mail"
    """Asking for a mail to an address of a company; counted by whoever asks, and by the address."""
    SECRECY = "secrecy"
    """Asking for an agreement of confidentiality, or signing one: each is an entry of the public log for good."""
    FEED = "feed"
    """Making the secret address of a calendar."""
    FEED_MISS = "feed-miss"
    """Asking for a calendar at an address that nobody has."""
    MARK = "mark"
    """Opening a file that is marked with who opens it: that takes a process of its own."""
    EXPORT = "export"
    """Asking for an export of everything one's own."""
    UPLOAD = "upload"
    """Sending a file."""
    SEARCH = "search"
    """Searching."""


@dataclass(frozen=True)
class Window:
    """At most `amount` in any `seconds` that follow one another."""

    amount: int
    seconds: int


@dataclass(frozen=True)
class Rule:
    """The windows of one action: by who is meant or asks, by the network it comes from, for all visitors together."""

    by_account: tuple[Window, ...] = ()
    by_network: tuple[Window, ...] = ()
    of_visitors: tuple[Window, ...] = ()
    """Against many networks at once. Not for signing in and joining: anybody could then keep everybody out."""


RULES = {
    Action.SIGN_IN: Rule((Window(10, 5 * MINUTE),), (Window(25, 5 * MINUTE),)),
    # Three steps count at a time: fifty tries a day meet one of a million numbers in eighteen years.
    Action.SECOND_FACTOR: Rule((Window(10, 5 * MINUTE), Window(50, DAY)), (Window(25, 5 * MINUTE),)),
    Action.REGISTER: Rule((Window(5, DAY),), (Window(5, 30 * MINUTE),)),
    Action.RESEND: Rule((Window(5, DAY),), (Window(15, 30 * MINUTE),)),
    Action.RESET: Rule((Window(5, DAY),), (Window(15, 30 * MINUTE),)),
    Action.EMAIL_CHANGE: Rule((Window(5, DAY),)),
    Action.THREAD: Rule((Window(20, DAY),)),
    Action.SAME_TEXT: Rule((Window(3, HOUR),)),
    Action.FOLLOW: Rule((Window(200, HOUR),)),
    Action.TEAM: Rule((Window(10, DAY),)),
    Action.INVITATION: Rule((Window(10, DAY),)),
    Action.JOB: Rule((Window(20, DAY),)),
    Action.APPLICATION: Rule((Window(30, DAY),)),
    Action.REPORT: Rule((Window(20, DAY),)),
    Action.PLEDGE: Rule((Window(10, DAY),)),
    Action.CONTRACT: Rule((Window(30, DAY),)),
    Action.COMPANY: Rule((Window(5, DAY),)),
    Action.COMPANY_MAIL: Rule((Window(5, DAY),)),
    Action.SECRECY: Rule((Window(30, DAY),)),
    Action.FEED: Rule((Window(10, DAY),)),
    Action.FEED_MISS: Rule(by_network=(Window(20, HOUR),)),
    Action.MARK: Rule((Window(60, 10 * MINUTE),)),
    Action.EXPORT: Rule((Window(3, DAY),)),
    Action.UPLOAD: Rule((Window(30, 30 * MINUTE),), (Window(30, 30 * MINUTE),)),
    Action.SEARCH: Rule(
        by_account=(Window(5, 1), Window(120, MINUTE)),
        by_network=(Window(5, 1), Window(120, MINUTE)),
        of_visitors=(Window(8, 1),),
    ),
}


class Counts(Storage, MovingWindowSupport):
    """What the `limits` library counts, in an SQLite file that any number of processes may share."""

    STORAGE_SCHEME = None

    def __init__(self, path: Path | None) -> None:
        """Count in the file at `path`, or in this process alone."""
        super().__init__()
        self._path = path
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._opened: int | None = None

    @property
    def base_exceptions(self) -> type[Exception]:
        """What a broken store raises."""
        return sqlite3.Error

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count `amount` more unless that makes more than `limit` in the last `expiry` seconds; tell whether it did."""
        moment = now().timestamp()
        with self._transaction() as connection:
            connection.execute("DELETE FROM entries WHERE until <= ?", (moment,))
            if self._count(connection, key, moment - expiry) + amount > limit:
                return False
            rows = [(key, moment, moment + expiry)] * amount
            connection.executemany("INSERT INTO entries VALUES (?, ?, ?)", rows)
        return True

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        """Return when the oldest entry that still counts was made, and how many there are."""
        moment = now().timestamp()
        with self._transaction() as connection:
            question = "SELECT min(at), count(*) FROM entries WHERE name = ? AND at > ?"
            oldest, count = connection.execute(question, (key, moment - expiry)).fetchone()
        return (moment if oldest is None else oldest), count

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count `amount` more whatever the limit is; return how many that makes."""
        moment = now().timestamp()
        with self._transaction() as connection:
            connection.executemany("INSERT INTO entries VALUES (?, ?, ?)", [(key, moment, moment + expiry)] * amount)
            return self._count(connection, key, moment - expiry)

    def get(self, key: str) -> int:
        """Return how many entries of `key` are kept."""
        with self._transaction() as connection:
            return self._count(connection, key, 0)

    def get_expiry(self, key: str) -> float:
        """Return when the last entry of `key` stops counting."""
        with self._transaction() as connection:
            (until,) = connection.execute("SELECT max(until) FROM entries WHERE name = ?", (key,)).fetchone()
        return now().timestamp() if until is None else float(until)

    def check(self) -> bool:
        """Tell whether the store answers."""
        try:
            self.get("")
        except sqlite3.Error:
            return False
        return True

    def reset(self) -> int:
        """Forget everything; return how many entries that was."""
        with self._transaction() as connection:
            return connection.execute("DELETE FROM entries").rowcount

    def clear(self, key: str) -> None:
        """Forget what was counted for `key`."""
        with self._transaction() as connection:
            connection.execute("DELETE FROM entries WHERE name = ?", (key,))

    @staticmethod
    def _count(connection: sqlite3.Connection, key: str, since: float) -> int:
        question = "SELECT count(*) FROM entries WHERE name = ? AND at > ?"
        return int(connection.execute(question, (key, since)).fetchone()[0])

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            if self._connection is None or self._file() != self._opened:
                self._connection = self._open()
                self._opened = self._file()
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                # A store that failed once is opened anew: it may have been replaced or come back.
                self._connection.close()
                self._connection = None
                raise

    def _file(self) -> int | None:
        """Tell one file from another of the same name: a deleted one would go on counting for this process alone."""
        return self._path.stat().st_ino if self._path and self._path.exists() else None

    def _open(self) -> sqlite3.Connection:
        name = ":memory:" if self._path is None else str(self._path)
        if self._path is not None:
            # Before SQLite makes it, for everybody to read. Where it cannot be made, SQLite says so.
            with suppress(OSError):
                self._path.touch(mode=0o600)
        connection = sqlite3.connect(name, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        # A power cut may lose the last counts, never the file: no count is worth a wait for the disk.
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute(
            "CREATE TABLE IF NOT EXISTS entries (name TEXT NOT NULL, at REAL NOT NULL, until REAL NOT NULL)"
        )
        connection.execute("CREATE INDEX IF NOT EXISTS ix__entries__name_at ON entries (name, at)")
        connection.execute("CREATE INDEX IF NOT EXISTS ix__entries__until ON entries (until)")
        return connection


class Limiter:
    """Counts in the shared store, or strictly in this process while the store is out of order."""

    def __init__(self, path: Path, factor: float) -> None:
        """Keep the store at `path`; every limit is multiplied by `factor`, 0 turns them off."""
        self._factor = factor
        self._shared = MovingWindowRateLimiter(Counts(path))
        self._strict = MovingWindowRateLimiter(Counts(None))

    def hit(self, action: Action, kind: str, who: str, windows: tuple[Window, ...]) -> float:
        """Count one more; return 0, or the seconds after which it may be tried again when it is one too many."""
        if not self._factor:
            return 0.0
        try:
            return self._hit(self._shared, action, kind, who, windows, self._factor)
        except sqlite3.Error as error:
            log.error("limits.out_of_order", error=repr(error))
            return self._hit(self._strict, action, kind, who, windows, self._factor / STRICT_SHARE)

    @staticmethod
    def _hit(
        limiter: MovingWindowRateLimiter,
        action: Action,
        kind: str,
        who: str,
        windows: tuple[Window, ...],
        factor: float,
    ) -> float:
        for window in windows:
            item: RateLimitItem = RateLimitItemPerSecond(max(1, math.floor(window.amount * factor)), window.seconds)
            if not limiter.hit(item, action, kind, who):
                return max(limiter.get_window_stats(item, action, kind, who).reset_time - now().timestamp(), 1.0)
        return 0.0


def init_app(app: Flask, settings: Settings) -> None:
    """Count for `app` in the file that the settings name."""
    app.extensions["limits"] = Limiter(settings.limits_path, settings.rate_limits)


def check(action: Action, *, account: int | str | None = None, address: str | None = None) -> None:
    """Count one more `action`, and raise TooOften with the time to wait when that is one too many.

    `account` is whoever asks or is meant: a member's id, or a mail address while nobody is known. `address` is the
    visitor's IP address; a member has none. The network is asked first, so that one who is refused by it cannot use up
    another's share.
    """
    rule = RULES[action]
    limiter: Limiter = current_app.extensions["limits"]
    wait = 0.0
    if address is not None:
        wait = limiter.hit(action, "network", _network(address), rule.by_network)
        wait = wait or limiter.hit(action, "visitors", "all", rule.of_visitors)
    if account is not None and not wait:
        wait = limiter.hit(action, "account", _digest(str(account)), rule.by_account)
    if wait:
        seconds = math.ceil(wait)
        log.warning("limits.refused", action=action, seconds=seconds)
        raise TooOften(
            _("少し時間をおいてください。あと%(time)sで、もう一度お試しいただけます。", time=_in_words(seconds)),
            seconds,
        )


def _network(address: str) -> str:
    """Return the /64 of an IPv6 address (a household has a whole one), the address itself otherwise."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((int(parsed), 64), strict=False))
    return str(parsed)


def _digest(who: str) -> str:
    """Keep mail addresses out of a file that nobody thinks of as personal data."""
    return hashlib.sha256(who.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _in_words(seconds: int) -> str:
    if seconds < MINUTE:
        return ngettext("%(num)s秒", "%(num)s秒", seconds)
    if seconds < HOUR:
        return ngettext("%(num)s分", "%(num)s分", math.ceil(seconds / MINUTE))
    return ngettext("%(num)s時間", "%(num)s時間", math.ceil(seconds / HOUR))
