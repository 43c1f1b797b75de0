"""The running program: it answers, it drains, and it leaves nobody behind however it ends."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import psutil
import pytest
from sqlalchemy import func, select

from marketplace import db, outbox, searchable
from tests.conftest import SECRET, make_settings
from tests.programs import answers, free_port, is_gone, wait_for
from wsgi import create_app

ROOT = Path(__file__).parent.parent.parent
SECONDS_TO_START = 90
SECONDS_TO_END = 5

# The real application with a page that never ends, as live messages will be.
WITH_A_STREAM = """
import importlib.util, time
spec = importlib.util.spec_from_file_location("house", {path!r})
house = importlib.util.module_from_spec(spec)
spec.loader.exec_module(house)
from blueprints.access import public

@public
def stream():
    def for_ever():
        while True:
            yield "data: tick\\n\\n"
            time.sleep(0.2)
    return for_ever(), {{"Content-Type": "text/event-stream"}}

def create_app(settings=None):
    app = house.create_app(settings)
    app.add_url_rule("/stream", view_func=stream)
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


@pytest.fixture
def running(tmp_path: Path, environ: dict[str, str]) -> Iterator[Running]:
    (tmp_path / "wsgi.py").write_text(WITH_A_STREAM.format(path=str(ROOT / "wsgi.py")), encoding="utf-8")
    port = free_port()
    output = tmp_path / "output"
    with output.open("w", encoding="utf-8") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", "serve"],
            cwd=tmp_path,
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


def test_the_address_is_printed(running: Running) -> None:
    assert running.address in running.output.read_text(encoding="utf-8")


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_ending_leaves_no_process_behind_though_a_stream_is_open(running: Running, ending: signal.Signals) -> None:
    with urlopen(running.address + "/stream", timeout=5) as stream:
        assert stream.readline() == b"data: tick\n"
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
