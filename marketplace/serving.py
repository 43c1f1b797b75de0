"""The running program: web server, drain and clock as one family of processes that lives and dies together."""

import contextvars
import multiprocessing
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pkgutil import resolve_name
from types import FrameType
from typing import IO, Any

import structlog
from flask import Flask
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from marketplace import errands
from marketplace.config import Settings
from marketplace.db import POOL_SIZE
from marketplace.messages.watching import MOST_STREAMS

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

FACTORY = "wsgi:create_app"
SECONDS_TO_STOP = 2

log = structlog.get_logger(__name__)


class CannotListen(Exception):
    """The address is not ours, or something else listens there."""


class AlreadyServed(Exception):
    """Another run holds the data folder."""


@contextmanager
def sole_run(settings: Settings) -> Iterator[None]:
    """Hold the data folder meanwhile; raises AlreadyServed when another run does.

    The system lets go of it however this process ends; a child that outlives it by a moment holds it until then.
    """
    with (settings.data_dir / "serving.lock").open("a") as file:
        _hold(file)
        yield


def _hold(file: IO[str]) -> None:
    try:
        if sys.platform == "win32":
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError) as error:
        raise AlreadyServed from error
    except OSError as error:
        # Some network folders know no locks: serving there is worth more than this guard.
        log.warning("serving.not_guarded", error=repr(error))


def require_free_port(settings: Settings) -> None:
    """Raise CannotListen when somebody else serves there (the web server would quietly share the port with them)."""
    try:
        address = _address(settings.host)
        with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
            if os.name != "nt":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((address, settings.port))
    except OSError as error:
        raise CannotListen(f"{settings.host}:{settings.port}: {error.strerror}") from error


def serve(settings: Settings, when_listening: Callable[[], None]) -> None:
    """Serve until Ctrl-C, TERM or the end of the terminal; no process of ours is left behind."""
    server = Granian(
        FACTORY,
        address=_address(settings.host),
        port=settings.port,
        interface=Interfaces.WSGI,
        # Each thread at work needs a connection; each open stream of messages holds a thread and no connection.
        blocking_threads=POOL_SIZE + MOST_STREAMS,
        websockets=False,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=SECONDS_TO_STOP,
    )

    drain = _Drain()

    def end(number: int, frame: FrameType | None) -> None:
        drain.end()
        server.signal_handler_interrupt(number, frame)  # type: ignore[no-untyped-call]

    @server.on_startup
    def listening() -> None:
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), end)
        when_listening()

    drain.start()
    try:
        server.serve(target_loader=_load)
    finally:
        drain.wait()


class _Drain:
    """The process of drain and clock, begun anew should it ever fall over."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._process = multiprocessing.Process(target=_drain, name="drain", daemon=True)

    def start(self) -> None:
        self._process.start()
        threading.Thread(target=self._keep, daemon=True).start()

    def end(self) -> None:
        """Tell the drain to end, without waiting for it."""
        self._stopping.set()
        self._process.terminate()

    def wait(self) -> None:
        """Return when the drain has ended, by itself or because its time is up."""
        self.end()
        self._process.join(SECONDS_TO_STOP + 0.5)
        self._process.kill()

    def _keep(self) -> None:
        while not self._stopping.is_set():
            multiprocessing.connection.wait([self._process.sentinel])
            if not self._stopping.wait(1):
                log.error("drain.fell_over", code=self._process.exitcode)
                self._process = multiprocessing.Process(target=_drain, name="drain", daemon=True)
                self._process.start()


def _drain() -> None:
    """Drain and keep the clock (in the drain's process)."""
    _end_with_parent()
    # A forked child would go on inside its parent's application.
    contextvars.Context().run(lambda: errands.run(resolve_name(FACTORY)()))


def _load(factory: str) -> Flask:
    """Make the application (in the web server's process)."""
    _end_with_parent()
    app: Flask = contextvars.Context().run(resolve_name(factory))
    return app


def _end_with_parent() -> None:
    """End this process at once when its parent is gone, however that ended (`kill -9` leaves it no time to tell)."""
    parent: Any = multiprocessing.parent_process()

    def wait() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def _address(host: str) -> str:
    """Return the number of a host's name: the web server takes nothing else."""
    return str(socket.getaddrinfo(host.strip("[]"), None, type=socket.SOCK_STREAM)[0][4][0])
