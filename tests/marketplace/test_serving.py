"""The running program: it answers, it drains, and it leaves nobody behind however it ends."""

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request, urlopen

import psutil
import pytest
from sqlalchemy import delete, func, select
from structlog.testing import capture_logs

from marketplace import db, outbox, searchable, serving
from marketplace.accounts.models import Account, Session
from marketplace.messages.watching import MOST_STREAMS, MOST_STREAMS_A_MEMBER, PING_SECONDS
from tests.conftest import SECRET, make_settings
from tests.factories.members import MemberFactory
from tests.programs import answers, free_port, is_gone, wait_for
from tests.visit import cookie_of
from wsgi import create_app

ROOT = Path(__file__).parent.parent.parent
SECONDS_TO_START = 90
SECONDS_TO_END = 5

# The real application with a stream of messages for nobody in particular, and a page that counts who listens.
WITH_A_STREAM = """
import importlib.util
from types import SimpleNamespace
spec = importlib.util.spec_from_file_location("house", {path!r})
house = importlib.util.module_from_spec(spec)
spec.loader.exec_module(house)
from flask import Response
from blueprints.access import public
from marketplace.messages.watching import PING_SECONDS, watcher

@public
def stream():
    listener = watcher().listen(SimpleNamespace(account_id=1, id=1))
    def lines():
        yield "data: begun\\n\\n"
        while listener.wait(PING_SECONDS) is not None:
            yield ": ping\\n\\n"
    return Response(lines(), mimetype="text/event-stream")

@public
def listening():
    return str(len(watcher()._listeners))

def create_app(settings=None):
    app = house.create_app(settings)
    app.add_url_rule("/stream", view_func=stream)
    app.add_url_rule("/listening", view_func=listening)
    return app
"""


@dataclass
class Running:
    """A started program."""

    process: subprocess.Popen[str]
    address: str
    output: Path

    def family(self) -> list[psutil.Process]:
        parent = psutil.Process(self.process.pid)
        return [parent, *parent.children(recursive=True)]


@pytest.fixture(scope="module")
def environ(tmp_path_factory: pytest.TempPathFactory, blank_database: Callable[[Path, str], str]) -> dict[str, str]:
    """One installation for all tests here, without a port."""
    folder = tmp_path_factory.mktemp("served")
    return {
        "MARKETPLACE_DATA_DIR": str(folder),
        "DATABASE_URL": blank_database(folder, "served"),
        "SECRET_KEY": SECRET,
        "DEMO": "0",
        "PYTHONPATH": str(ROOT),
    }


@contextmanager
def started(folder: Path, environ: dict[str, str]) -> Iterator[Running]:
    """Run the program, with the page that never ends, until the end of the block or its own."""
    (folder / "wsgi.py").write_text(WITH_A_STREAM.format(path=str(ROOT / "wsgi.py")), encoding="utf-8")
    port = free_port()
    output = folder / "output"
    with output.open("w", encoding="utf-8") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", "serve"],
            cwd=folder,
            env=os.environ | environ | {"PORT": str(port)},
            stdout=file,
            stderr=subprocess.STDOUT,
            text=True,
        )
    program = Running(process, f"http://127.0.0.1:{port}", output)
    family: list[psutil.Process] = [psutil.Process(process.pid)]
    try:
        wait_for(lambda: process.poll() is not None or answers(program.address + "/"), SECONDS_TO_START)
        assert process.poll() is None, output.read_text(encoding="utf-8")
        family = program.family()
        yield program
    finally:
        for member in family:
            if not is_gone(member):
                member.kill()
        process.wait()


@pytest.fixture
def running(tmp_path: Path, environ: dict[str, str]) -> Iterator[Running]:
    with started(tmp_path, environ) as program:
        yield program


def start_another(environ: dict[str, str], **others: str) -> subprocess.CompletedProcess[str]:
    """Start a second program that is expected to end by itself."""
    surroundings = os.environ | environ | {"PORT": str(free_port())} | others
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "serve"]
    return subprocess.run(command, cwd=ROOT, env=surroundings, capture_output=True, text=True, timeout=60, check=False)


def test_the_address_is_printed(running: Running) -> None:
    assert running.address in running.output.read_text(encoding="utf-8")


def test_the_sign_ins_of_a_demo_are_printed(
    tmp_path: Path, environ: dict[str, str], blank_database: Callable[[Path, str], str]
) -> None:
    data = tmp_path / "demo"
    data.mkdir()
    url = blank_database(data, "greeted")
    app = create_app(make_settings(data, url))
    member = MemberFactory(app)("kotoha-miyake", "三宅ことは")
    with app.app_context(), db.writing():
        db.db.session.get_one(Account, member.id).email = "kotoha-miyake@example.jp"
        db.commit()
        db.db.engine.dispose()
    with started(tmp_path, environ | {"MARKETPLACE_DATA_DIR": str(data), "DATABASE_URL": url, "DEMO": "1"}) as program:
        printed = program.output.read_text(encoding="utf-8")
    assert f"結び Musubi is at {program.address} (Ctrl-C ends it)" in printed
    assert "Demo sign-ins:\n  kotoha-miyake@example.jp  ame-nochi-hare  三宅ことは / " in printed


def test_a_second_run_on_the_same_data_is_refused_and_the_first_goes_on(
    running: Running, environ: dict[str, str]
) -> None:
    """Two drains would do every errand twice. That a killed run holds nothing is seen by all tests here."""
    refused = start_another(environ)
    assert refused.returncode == 1
    assert f"already runs on {environ['MARKETPLACE_DATA_DIR']}" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert answers(running.address + "/")


def test_a_folder_that_knows_no_locks_is_served_without_the_guard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    settings = make_settings(tmp_path, "")
    monkeypatch.setattr(serving.fcntl, "flock", fail)
    with capture_logs() as told, serving.sole_run(settings), serving.sole_run(settings):
        pass
    assert [line["event"] for line in told] == ["serving.not_guarded"] * 2


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_ending_leaves_no_process_behind_though_a_stream_is_open(running: Running, ending: signal.Signals) -> None:
    with urlopen(running.address + "/stream", timeout=5) as stream:
        assert stream.readline() == b"data: begun\n"
        family = running.family()
        assert len(family) == 3, "web server's parent, its process, and the drain"
        running.process.send_signal(ending)
        running.process.wait(SECONDS_TO_END)
        wait_for(lambda: all(map(is_gone, family)), SECONDS_TO_END)
    assert running.process.returncode == (-signal.SIGKILL if ending == signal.SIGKILL else 0)


def test_an_errand_is_done_soon_after_the_commit_that_leaves_it(running: Running, environ: dict[str, str]) -> None:
    app = create_app(make_settings(Path(environ["MARKETPLACE_DATA_DIR"]), environ["DATABASE_URL"]))

    def waiting() -> int:
        with app.app_context():
            return db.db.session.scalar(select(func.count()).select_from(outbox.Errand)) or 0

    with app.app_context(), db.writing():
        outbox.put(searchable.TOPIC, {"kind": "worker", "id": 0})
        db.commit()
    wait_for(lambda: waiting() == 0, 2)
    with app.app_context():
        db.db.engine.dispose()


def test_a_drain_or_a_web_server_that_falls_over_is_begun_anew(running: Running) -> None:
    parent, *children = running.family()
    for child in children:
        child.kill()
    wait_for(lambda: len([child for child in parent.children() if child not in children]) == 2, 10)
    wait_for(lambda: answers(running.address + "/"), 10)


@pytest.mark.prove
def test_streams_that_browsers_leave_give_their_threads_back(running: Running, environ: dict[str, str]) -> None:
    app = create_app(make_settings(Path(environ["MARKETPLACE_DATA_DIR"]), environ["DATABASE_URL"]))
    cookie = cookie_of(app, MemberFactory(app)("ana"))

    def listening() -> int:
        return int(urlopen(running.address + "/listening", timeout=5).read())

    for left in range(2):
        streams = [
            urlopen(Request(running.address + "/messages/stream", headers={"Cookie": cookie}), timeout=20)
            for _number in range(MOST_STREAMS_A_MEMBER)
        ]
        assert [stream.readline() for stream in streams] == [b": begun\n"] * MOST_STREAMS_A_MEMBER
        assert listening() == MOST_STREAMS_A_MEMBER
        if left:
            # Whose session ends is sent away, whether they read or not.
            with app.app_context(), db.writing():
                db.db.session.execute(delete(Session))
                db.commit()
            print(f"ended with their session after {wait_for(lambda: not listening(), 30):.1f} s")
        for stream in streams:
            stream.close()
        print(f"given back after {wait_for(lambda: not listening(), 2 * PING_SECONDS + 2):.1f} s")
    with app.app_context():
        db.db.engine.dispose()


@pytest.mark.prove
def test_pages_are_answered_while_every_stream_is_taken(running: Running, environ: dict[str, str]) -> None:
    app = create_app(make_settings(Path(environ["MARKETPLACE_DATA_DIR"]), environ["DATABASE_URL"]))
    make_member = MemberFactory(app)
    streams = []
    for number in range(MOST_STREAMS // MOST_STREAMS_A_MEMBER):
        cookie = cookie_of(app, make_member(f"listener-{number}"))
        asking = Request(running.address + "/messages/stream", headers={"Cookie": cookie})
        streams += [urlopen(asking, timeout=20) for _number in range(MOST_STREAMS_A_MEMBER)]
    assert {stream.status for stream in streams} == {200}
    last = Request(running.address + "/messages/stream", headers={"Cookie": cookie_of(app, make_member("late"))})
    assert urlopen(last, timeout=20).status == 204
    begun = time.monotonic()
    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(lambda _number: answers(running.address + "/"), range(64)))
    print(f"64 pages, 16 at once, beside {len(streams)} streams: {time.monotonic() - begun:.1f} s")
    for stream in streams:
        stream.close()
    with app.app_context():
        db.db.engine.dispose()
