"""Who waits for messages hears of them at once, from every process, and nobody hears of what is not theirs."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, event, select
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError

from marketplace import db
from marketplace.accounts import sessions
from marketplace.accounts.models import Account, Member, Session
from marketplace.messages import queries, service, watching
from marketplace.messages.models import Message
from marketplace.messages.watching import MOST_STREAMS, MOST_STREAMS_A_MEMBER, Listener, News, Watcher
from tests.conftest import SECRET
from tests.programs import wait_for

pytestmark = pytest.mark.real_commits

ROOT = Path(__file__).parent.parent.parent.parent
ELSEWHERE = """
from wsgi import create_app
from marketplace import db
from marketplace.accounts.models import Member
from marketplace.messages import queries, service
app = create_app()
with app.app_context(), db.writing():
    ana = db.db.session.get(Member, {ana})
    service.reply(ana, queries.get_for(ana, {number}), "別の所から。", "once-from-elsewhere")
    db.commit()
"""


LOOK_SECONDS = 0.1
"""The tests have less time than people."""


@pytest.fixture
def watcher(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watcher]:
    """The watcher of the application; nobody listens any more after the test."""
    for seconds in ("LOOK_SECONDS", "AWAY_SECONDS"):
        monkeypatch.setattr(watching, seconds, LOOK_SECONDS)
    yield app.extensions["watcher"]
    app.extensions["watcher"].close()


def begin(app: Flask, sender: Member, recipient: Member) -> int:
    with app.app_context(), db.writing():
        once = f"once-of-the-first-to-{recipient.id}"
        number = service.start(sender, recipient, "図版の件", "はじめまして。", once)
        db.commit()
    return number


def write(app: Flask, sender: Member, number: int, once: str = "once-of-the-answer") -> int:
    with app.app_context(), db.writing():
        message_id = service.reply(sender, queries.get_for(sender, number), "お返事です。", once)
        db.commit()
    return message_id


def listen(app: Flask, watcher: Watcher, member: Member) -> Listener | None:
    """Listen with a session of its own."""
    with app.app_context(), db.writing():
        account = db.db.session.get(Account, member.id)
        assert account is not None
        sessions.start(account, "Browser", "127.0.0.1")
        db.commit()
        own = select(Session).where(Session.account_id == member.id).order_by(Session.id.desc())
        return watcher.listen(db.db.session.scalars(own).first())


def hears(listener: Listener | None, seconds: float = 5) -> list[News] | None:
    assert listener is not None
    return listener.wait(seconds)


def test_a_message_is_heard_at_once_by_both_and_by_nobody_else(
    app: Flask, watcher: Watcher, ana: Member, ben: Member, cleo: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = begin(app, ana, ben)
    monkeypatch.setattr(watching, "LOOK_SECONDS", 30)
    mine, theirs, others = (listen(app, watcher, member) for member in (ana, ben, cleo))
    begun = time.monotonic()
    message_id = write(app, ana, number)
    assert hears(theirs) == [News(2, number, message_id)]
    assert hears(mine) == [News(0, number, message_id)]
    assert time.monotonic() - begun < 2, "the commit wakes the watcher"
    assert hears(others, 0.2) == []


def test_a_message_of_which_nobody_told_the_watcher_is_heard_with_the_next_look(
    app: Flask, watcher: Watcher, ana: Member, ben: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = begin(app, ana, ben)
    listener = listen(app, watcher, ben)
    monkeypatch.setattr(watching.Watcher, "wake", lambda watcher: None)
    message_id = write(app, ana, number)
    assert hears(listener, 1) == [News(2, number, message_id)]


@pytest.mark.prove
def test_a_message_from_another_process_is_heard_too(
    app: Flask, watcher: Watcher, ana: Member, ben: Member, tmp_path: Path
) -> None:
    number = begin(app, ana, ben)
    listener = listen(app, watcher, ben)
    url = app.extensions["settings"].database_url
    environ = {"MARKETPLACE_DATA_DIR": str(tmp_path), "DATABASE_URL": url, "SECRET_KEY": SECRET}
    program = ELSEWHERE.format(ana=ana.id, number=number)
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=os.environ | environ, check=True, timeout=60)
    assert [news.conversation_id for news in hears(listener, 1) or []] == [number]


def test_what_came_before_listening_is_not_news(app: Flask, watcher: Watcher, ana: Member, ben: Member) -> None:
    number = begin(app, ana, ben)
    write(app, ana, number)
    assert hears(listen(app, watcher, ben), 3 * LOOK_SECONDS) == []


def test_a_number_that_comes_again_is_news_again(app: Flask, watcher: Watcher, ana: Member, ben: Member) -> None:
    """SQLite gives the number of an erased last row to the next one."""
    number = begin(app, ana, ben)
    first = write(app, ana, number)
    listener = listen(app, watcher, ben)
    with app.app_context(), db.writing():
        db.db.session.execute(delete(Message).where(Message.id == first))
        db.commit()
    time.sleep(3 * LOOK_SECONDS)
    second = write(app, ana, number, "once-of-the-second")
    told = hears(listener)
    assert told is not None
    assert [news.newest_id for news in told] == [second]


def test_news_that_nobody_has_read_yet_make_one_for_each_conversation(
    app: Flask, watcher: Watcher, ana: Member, ben: Member, cleo: Member
) -> None:
    numbers = [begin(app, ana, ben), begin(app, cleo, ben)]
    listener = listen(app, watcher, ben)
    for index in range(3):
        write(app, ana, numbers[0], f"once-of-ana-{index}")
    last = write(app, cleo, numbers[1])
    told: list[News] = []

    def all_told() -> bool:
        told.extend(hears(listener, 0.1) or [])
        return bool(told) and told[-1].newest_id == last

    time.sleep(2 * LOOK_SECONDS)
    wait_for(all_told, 5)
    assert [news.conversation_id for news in told] == numbers
    assert told[-1].unread == 6


def test_what_is_read_elsewhere_is_told_as_a_count(
    app: Flask, watcher: Watcher, ana: Member, ben: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = begin(app, ana, ben)
    monkeypatch.setattr(watching, "CHECK_SECONDS", 0)
    listener = listen(app, watcher, ben)
    assert hears(listener) == [News(1)]
    with app.app_context(), db.writing():
        thread = queries.get_for(ben, number)
        service.mark_read(ben, thread, queries.newest_id(thread.conversation))
        db.commit()
    assert hears(listener) == [News(0)]
    assert hears(listener, 3 * LOOK_SECONDS) == [], "the same count is told once"


@pytest.mark.parametrize("is_suspended", [True, False])
def test_a_stream_ends_when_its_session_or_its_account_does(
    app: Flask, watcher: Watcher, ana: Member, ben: Member, monkeypatch: pytest.MonkeyPatch, is_suspended: bool
) -> None:
    monkeypatch.setattr(watching, "CHECK_SECONDS", 0)
    ended, other = listen(app, watcher, ana), listen(app, watcher, ben)
    assert (hears(ended), hears(other)) == ([News(0)], [News(0)])
    with app.app_context(), db.writing():
        account = db.db.session.get(Account, ana.id)
        assert account is not None
        if is_suspended:
            account.active = False
        else:
            sessions.end_all(account)
        db.commit()
    assert hears(ended) is None
    assert hears(other, 2 * LOOK_SECONDS) == []


def test_a_stream_that_nobody_sends_on_is_forgotten(
    app: Flask, watcher: Watcher, ana: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "CHECK_SECONDS", 0)
    monkeypatch.setattr(watching, "PING_SECONDS", 0.5)
    listen(app, watcher, ana)
    wait_for(lambda: not watcher._listeners, 5)


def test_there_is_room_for_so_many_streams_of_a_member_and_of_all(
    app: Flask, watcher: Watcher, ana: Member, ben: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MOST_STREAMS >= 10 * MOST_STREAMS_A_MEMBER
    monkeypatch.setattr(watching, "MOST_STREAMS", MOST_STREAMS_A_MEMBER)
    own = [listen(app, watcher, ana) for _number in range(MOST_STREAMS_A_MEMBER)]
    assert listen(app, watcher, ben) is None
    assert listen(app, watcher, ana) is not None, "in the place of one's own oldest"
    assert (hears(own[0]), hears(own[1], 0)) == (None, [])
    assert own[0] is not None
    assert own[0].was_displaced


def test_the_watcher_asks_as_much_for_many_streams_as_for_one_and_nothing_without(
    app: Flask, watcher: Watcher, ana: Member, ben: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "CHECK_SECONDS", 3600)
    number = begin(app, ana, ben)
    statements: list[str] = []
    with app.app_context():
        engine: Engine = db.db.engine

    def note(connection: object, cursor: object, statement: str, *others: object) -> None:
        if threading.current_thread().name == "watcher":
            statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    costs = []
    for streams in (1, 3):
        listeners = [listen(app, watcher, member) for member in (ana, ben) for _number in range(streams)]
        statements.clear()
        write(app, ana, number, f"once-of-{streams}")
        assert all(hears(listener) for listener in listeners)
        costs.append(len([each for each in statements if "ORDER BY messages.id" not in each]))
        watcher.close()
    assert costs == [2, 2]
    statements.clear()
    write(app, ana, number, "once-of-nobody")
    time.sleep(2 * LOOK_SECONDS)
    assert statements == []


def test_a_database_out_of_reach_for_a_moment_costs_no_stream_and_no_news(
    app: Flask, watcher: Watcher, ana: Member, ben: Member
) -> None:
    number = begin(app, ana, ben)
    listener = listen(app, watcher, ben)
    with app.app_context():
        engine: Engine = db.db.engine
    failures: list[str] = []

    def fail(connection: object, cursor: object, statement: str, *others: object) -> None:
        if threading.current_thread().name == "watcher" and len(failures) < 3:
            failures.append(statement)
            raise OperationalError(statement, {}, Exception("the server closed the connection"))

    event.listen(engine, "before_cursor_execute", fail)
    message_id = write(app, ana, number)
    assert hears(listener) == [News(2, number, message_id)]
    assert len(failures) == 3


def test_a_thread_that_cannot_be_started_leaves_nobody_listening_in_vain(
    app: Flask, watcher: Watcher, ana: Member, ben: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = begin(app, ana, ben)
    with monkeypatch.context() as scarce:
        scarce.setattr(threading.Thread, "start", _refuse)
        with pytest.raises(RuntimeError):
            listen(app, watcher, ben)
    listener = listen(app, watcher, ben)
    message_id = write(app, ana, number)
    assert hears(listener) == [News(2, number, message_id)]


def _refuse(thread: threading.Thread) -> None:
    raise RuntimeError("can't start new thread")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_watcher_that_falls_over_ends_its_streams_and_the_next_one_is_watched(
    app: Flask, watcher: Watcher, ana: Member, ben: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = begin(app, ana, ben)
    with monkeypatch.context() as broken:
        broken.setattr(queries, "unread_counts", _fall_over)
        listener = listen(app, watcher, ben)
        write(app, ana, number)
        assert listener.wait(5) is None
    listener = listen(app, watcher, ben)
    message_id = write(app, ana, number, "once-of-another")
    assert hears(listener) == [News(3, number, message_id)]


def _fall_over(member_ids: object) -> dict[int, int]:
    raise PermissionError("the folder is not ours")
