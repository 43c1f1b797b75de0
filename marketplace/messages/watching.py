"""Who waits for messages right now, and the one watcher of a process that tells them that there is something."""

import threading
import time
from collections import defaultdict
from dataclasses import dataclass

import structlog
from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from marketplace.accounts import sessions
from marketplace.accounts.models import Session
from marketplace.messages import queries

MOST_STREAMS = 64
"""How many may listen to one process: each holds a thread of the web server."""
MOST_STREAMS_A_MEMBER = 4
"""A browser opens six connections to a site at most, and needs the others for pages."""
PING_SECONDS = 15
"""How often a silent stream says that it is there; only so does anybody notice that the browser is gone."""
LOOK_SECONDS = 0.5
"""How long a message that another process committed may wait; this process wakes the watcher at once."""
CHECK_SECONDS = 10
"""How often ended sessions, changed counts and abandoned streams are looked for."""
AWAY_SECONDS = 5
"""How long is waited between two looks while the database does not answer."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class News:
    """What a listening page is told: to look again. It holds nothing that was written."""

    unread: int
    conversation_id: int | None = None
    newest_id: int | None = None


class Listener:
    """An open stream of one member."""

    def __init__(self, member_id: int, session_id: int) -> None:
        self.member_id = member_id
        self.session_id = session_id
        self.was_displaced = False
        """Whether it ended because its member opened too many others."""
        self._news: dict[int | None, News] = {}
        self._unread: int | None = None
        self._ended = False
        self._waited_at = time.monotonic()
        self._changed = threading.Condition()

    def wait(self, seconds: float) -> list[News] | None:
        """Return what is new, nothing when `seconds` passed without, and None when the stream is over."""
        with self._changed:
            self._waited_at = time.monotonic()
            self._changed.wait_for(lambda: self._news or self._ended, seconds)
            self._waited_at = time.monotonic()
            news = list(self._news.values())
            self._news.clear()
            return None if self._ended else news

    def tell(self, news: News) -> None:
        """Let the stream know; what it has not heard yet about the same conversation is replaced."""
        with self._changed:
            if news.conversation_id is None and news.unread == self._unread:
                return
            self._unread = news.unread
            self._news[news.conversation_id] = news
            self._changed.notify_all()

    def end(self) -> None:
        """Let the stream end."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    @property
    def is_abandoned(self) -> bool:
        """Whether nobody sends on what it hears any more."""
        return time.monotonic() - self._waited_at > 2 * PING_SECONDS + CHECK_SECONDS


class Watcher:
    """Asks the database for new messages while somebody listens: what it asks does not grow with the streams."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._lock = threading.Lock()
        self._listeners: list[Listener] = []
        self._thread: threading.Thread | None = None
        self._woken = threading.Event()
        self._known: frozenset[int] = frozenset()

    def listen(self, session: Session) -> Listener | None:
        """Return a listener for the member of `session`, or None when the process has no thread to spare for it.

        The newest streams of a member go on, the oldest ends: it may be of a page that is long gone.
        """
        listener = Listener(session.account_id, session.id)
        with self._lock:
            own = [each for each in self._listeners if each.member_id == listener.member_id]
            if len(self._listeners) >= MOST_STREAMS and len(own) < MOST_STREAMS_A_MEMBER:
                return None
            if self._thread is None:
                # Asked before the stream begins: nothing that comes after it is taken for known.
                self._known = frozenset(message_id for message_id, _number in queries.newest_messages())
                thread = threading.Thread(target=self._watch, name="watcher", daemon=True)
                thread.start()
                self._thread = thread
            for oldest in own[: max(len(own) + 1 - MOST_STREAMS_A_MEMBER, 0)]:
                oldest.was_displaced = True
                oldest.end()
                self._listeners.remove(oldest)
            self._listeners.append(listener)
        return listener

    def leave(self, listener: Listener) -> None:
        """Forget a listener whose stream is closed."""
        listener.end()
        with self._lock:
            if listener in self._listeners:
                self._listeners.remove(listener)

    def wake(self) -> None:
        """Look at once: a message was committed."""
        self._woken.set()

    def close(self) -> None:
        """End all streams and return when the watcher has ended."""
        with self._lock:
            thread = self._thread
            for listener in self._listeners:
                listener.end()
            self._listeners.clear()
        self._woken.set()
        if thread is not None:
            thread.join()

    def _watch(self) -> None:
        checked_at = time.monotonic()
        is_away = False
        try:
            while self._is_needed():
                self._woken.wait(AWAY_SECONDS if is_away else LOOK_SECONDS)
                self._woken.clear()
                try:
                    with self._app.app_context():
                        self._look()
                        if time.monotonic() - checked_at >= CHECK_SECONDS:
                            checked_at = time.monotonic()
                            self._check()
                    is_away = False
                except SQLAlchemyError as error:
                    # The streams stay open and hear of it when the database is back.
                    if not is_away:
                        log.warning("messages.not_watched", error=repr(error))
                    is_away = True
        finally:
            self._step_down()

    def _step_down(self) -> None:
        """End the streams that nobody watches for any more: their pages come back, and with the first a new watcher."""
        with self._lock:
            if self._thread is threading.current_thread():
                self._thread = None
                for listener in self._listeners:
                    listener.end()
                self._listeners.clear()

    def _is_needed(self) -> bool:
        with self._lock:
            if not self._listeners:
                self._thread = None
            return bool(self._listeners)

    def _look(self) -> None:
        """Tell those who take part in conversations with new messages.

        Numbers are compared with those of the last look, not with the highest one: of two transactions the one with
        the lower number may commit later, and a number may come again after a message was erased.
        """
        newest = queries.newest_messages()
        new = {number: message_id for message_id, number in reversed(newest) if message_id not in self._known}
        if new:
            listeners = self._by_member()
            readers = queries.readers_of(new, listeners)
            unread = queries.unread_counts({member_id for _number, member_id in readers})
            for number, member_id in readers:
                for listener in listeners[member_id]:
                    listener.tell(News(unread.get(member_id, 0), number, new[number]))
        # Not before they were told: a question that fails is asked once more.
        self._known = frozenset(message_id for message_id, _number in newest)

    def _check(self) -> None:
        """End the streams of ended sessions, forget abandoned ones, and tell counts that changed elsewhere."""
        listeners = self._by_member()
        everyone = [listener for own in listeners.values() for listener in own]
        live = sessions.live_among({listener.session_id for listener in everyone})
        unread = queries.unread_counts(listeners)
        for listener in everyone:
            if listener.session_id not in live or listener.is_abandoned:
                self.leave(listener)
            else:
                listener.tell(News(unread.get(listener.member_id, 0)))

    def _by_member(self) -> dict[int, list[Listener]]:
        found: dict[int, list[Listener]] = defaultdict(list)
        with self._lock:
            for listener in self._listeners:
                found[listener.member_id].append(listener)
        return found


def init_app(app: Flask) -> None:
    """Give `app` its watcher, which sleeps until somebody listens."""
    app.extensions["watcher"] = Watcher(app)


def watcher() -> Watcher:
    """Return the watcher of this process."""
    found: Watcher = current_app.extensions["watcher"]
    return found


def wake() -> None:
    """Let those who listen to this process hear at once of what was committed."""
    watcher().wake()
