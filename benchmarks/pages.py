"""What a page costs a signed-in member, as a share of what a bare Flask route of the same size reaches."""

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import quote, urlencode

import psutil

from benchmarks.world import PASSWORD
from marketplace.db import POOL_SIZE
from tests.programs import answers, free_port, wait_for

ROUNDS = 10
WARM = 30
SECONDS_TO_START = 60


@dataclass
class Cost:
    """What one address took: milliseconds a request, of the processor and of the one who waits."""

    size: int = 0
    processor: float = 0.0
    waiting: list[float] = field(default_factory=list)

    @property
    def requests(self) -> int:
        """How often it was asked for."""
        return len(self.waiting)


class Server:
    """A running program, asked over one connection that stays open."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self._family = psutil.Process(process.pid)
        self._connection = HTTPConnection("127.0.0.1", port)
        self._cookie = ""

    def get(self, path: str) -> bytes:
        """Return the page at `path`."""
        self._connection.request("GET", path, headers={"Cookie": self._cookie} if self._cookie else {})
        return self._read(200)

    def sign_in(self, email: str, password: str) -> None:
        """Go on as the member with that address."""
        token = re.search(rb'name="csrf_token"[^>]*value="([^"]+)"', self.get("/login"))
        assert token
        fields = {"csrf_token": token[1].decode(), "email": email, "password": password}
        headers = {"Cookie": self._cookie, "Content-Type": "application/x-www-form-urlencoded"}
        self._connection.request("POST", "/login", urlencode(fields), headers)
        self._read(302)

    def measure(self, path: str, times: int, cost: Cost) -> None:
        """Ask for `path` so many times and add to `cost` what it took."""
        before = self.processor_seconds()
        for _number in range(times):
            begun = time.perf_counter()
            cost.size = len(self.get(path))
            cost.waiting.append((time.perf_counter() - begun) * 1000)
        cost.processor += (self.processor_seconds() - before) * 1000

    def processor_seconds(self) -> float:
        """Return what all processes of the program have used."""
        return sum(sum(each.cpu_times()[:2]) for each in self._processes())

    def megabytes(self) -> float:
        """Return the memory of the heaviest process: the one that answers."""
        return max(each.memory_info().rss for each in self._processes()) / 1e6

    def _processes(self) -> list[psutil.Process]:
        return [self._family, *self._family.children(recursive=True)]

    def _read(self, status: int) -> bytes:
        answer: HTTPResponse = self._connection.getresponse()
        body = answer.read()
        if answer.status != status:
            raise RuntimeError(f"{answer.status} where {status} was expected: {body[:300]!r}")
        if cookie := answer.getheader("Set-Cookie"):
            self._cookie = cookie.partition(";")[0]
        return body


@contextmanager
def running(command: list[str], port: int, alive: str, **settings: str) -> Iterator[Server]:
    """Start a program and give it when it answers at `alive`; end it afterwards."""
    process = subprocess.Popen(command, env=os.environ | settings, stdout=subprocess.DEVNULL)
    try:
        wait_for(lambda: answers(f"http://127.0.0.1:{port}{alive}"), SECONDS_TO_START)
        yield Server(process, port)
    finally:
        process.terminate()
        process.wait(10)


@contextmanager
def musubi(data_dir: Path) -> Iterator[Server]:
    """Start our program on a data folder."""
    port = free_port()
    settings = {"MARKETPLACE_DATA_DIR": str(data_dir), "PORT": str(port), "DEMO": "0", "RATE_LIMITS": "off"}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "serve"]
    with running(command, port, "/healthz", **settings) as server:
        yield server


@contextmanager
def bare() -> Iterator[Server]:
    """Start the bare route on the same server with as many threads."""
    port = free_port()
    options = ("--interface", "wsgi", "--no-ws", "--blocking-threads", str(POOL_SIZE), "--log-level", "error")
    command = [sys.executable, "-m", "granian", *options, "--port", str(port), "benchmarks.bare:app"]
    with running(command, port, "/1") as server:
        yield server


def pages_of(server: Server) -> dict[str, str]:
    """Return the pages to measure by their names: where the member's own search, contacts and threads lead."""
    search = f"/workers?q={quote('翻訳')}"
    worker = re.search(rb'href="(/workers/[a-z0-9_-]+)"', server.get(search))
    thread = re.search(rb'href="(/messages/\d+)[\"#]', server.get("/messages"))
    if not worker or not thread:
        raise LookupError("the member has no conversation, or nobody is found")
    return {
        "home": "/",
        "search": search,
        "worker page": worker[1].decode(),
        "thread": thread[1].decode(),
        "contacts": "/contacts?tab=following",
    }


def compare(server: Server, other: Server, requests: int) -> None:
    """Print what each page costs beside the bare route of its size, the two in turn."""
    print(f"{'page':<12} {'bytes':>7} {'processor ms':>13} {'bare ms':>8} {'share':>6} {'p50 ms':>7} {'p95 ms':>7}")
    for name, path in pages_of(server).items():
        cost, least = Cost(), Cost()
        server.measure(path, WARM, warm := Cost())
        for _round in range(ROUNDS):
            server.measure(path, requests // ROUNDS, cost)
            other.measure(f"/{warm.size}", requests // ROUNDS, least)
        ours, theirs = cost.processor / cost.requests, least.processor / least.requests
        p95 = statistics.quantiles(cost.waiting, n=20)[-1]
        median = statistics.median(cost.waiting)
        print(
            f"{name:<12} {cost.size:>7} {ours:>13.2f} {theirs:>8.2f} {theirs / ours:>6.1%} {median:>7.1f} {p95:>7.1f}"
        )


def weigh(server: Server, requests: int) -> None:
    """Print the memory of the web process half-way and at the end of so many requests."""
    paths = list(pages_of(server).values())
    for number in range(1, requests + 1):
        server.get(paths[number % len(paths)])
        if number % (requests // 2) == 0:
            print(f"after {number:,} requests: {server.megabytes():.0f} MB", flush=True)


def main() -> None:
    """Make a world, serve it, and measure its pages."""
    parser = argparse.ArgumentParser(prog="bench pages", description=__doc__)
    parser.add_argument("--members", type=int, default=10_000)
    parser.add_argument("--requests", type=int, default=500, help="of each page")
    parser.add_argument("--weigh", type=int, default=10_000, metavar="REQUESTS", help="before memory is read; 0: not")
    parser.add_argument("--data-dir", type=Path, help="a world that was made already")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data_dir = options.data_dir or Path(folder)
        if not options.data_dir:
            _make_world(data_dir, options.members)
        with musubi(data_dir) as server:
            server.sign_in("worker-1@example.com", PASSWORD)
            with bare() as other:
                compare(server, other, options.requests)
            if options.weigh:
                weigh(server, options.weigh)


def _make_world(data_dir: Path, members: int) -> None:
    making = ["-m", "benchmarks.world", "--members", str(members), "--data-dir", str(data_dir)]
    indexing = ["-m", "flask", "--app", "wsgi", "search", "rebuild"]
    environ = os.environ | {"MARKETPLACE_DATA_DIR": str(data_dir), "DEMO": "0"}
    for command in (making, indexing):
        subprocess.run([sys.executable, *command], env=environ, check=True)


if __name__ == "__main__":
    main()
