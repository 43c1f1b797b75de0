"""A browser, a running server, and a drain that works in the background: the program as people meet it."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Playwright, sync_playwright
from werkzeug.serving import make_server

from marketplace import db, outbox
from search_index import sync
from tests.journeys.people import Street
from tests.mailbox import Mailbox

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_browser() -> str:
    """Return where Chromium is; a machine without one is told what to install."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    assert path, "The journeys need Chromium: install Debian's package chromium, or set CHROMIUM to a browser."
    return path


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Real Chromium."""
    os.environ["LANGUAGE"] = "ja"
    started = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
    yield started
    started.close()


@pytest.fixture
def address(app: Flask, mailbox: Mailbox) -> Iterator[str]:
    """The running program: a server with threads, and the drain beside it."""
    with app.app_context(), db.writing():
        sync.rebuild()
    ended = threading.Event()

    def drain() -> None:
        while not ended.wait(0.1):
            with app.app_context():
                outbox.drain()

    server = make_server("127.0.0.1", 0, app, threaded=True)
    # What a closed browser asked last is answered to the end before the database is put away.
    server.daemon_threads = False
    threads = [threading.Thread(target=server.serve_forever), threading.Thread(target=drain)]
    for thread in threads:
        thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    ended.set()
    server.shutdown()
    app.extensions["watcher"].close()
    server.server_close()
    for thread in threads:
        thread.join()


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def has_javascript(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def street(browser: Browser, address: str, mailbox: Mailbox) -> Iterator[Callable[..., Street]]:
    """Lets people come: each has a browser window of their own."""
    streets: list[Street] = []

    def opened(*, has_javascript: bool = True, width: int = 1280, dark: bool = False) -> Street:
        street = Street(browser, address, mailbox, has_javascript=has_javascript, width=width, dark=dark)
        streets.append(street)
        return street

    yield opened
    for each in streets:
        each.close()
