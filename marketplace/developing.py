"""Untrusted bytes go into a confined child, `darkroom`, and what comes back is read without believing any of it."""

import atexit
import contextlib
import importlib.util
import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO

MAX_ANSWER_BYTES = 64_000_000
"""What a child may answer; its own limit on files says the same."""

_AT_ONCE = threading.BoundedSemaphore(2)  # each child may take a gigabyte
_DARKROOM = Path(__file__).with_name("darkroom.py")
_HAS_MEMORY_FILES = hasattr(os, "memfd_create")


def developed(order: str, data: bytes, seconds: float) -> tuple[str, list[bytes]]:
    """Send an order of `darkroom.ORDERS` into a child; return its refusal and what it made.

    Both are empty when it did not survive its `seconds` and its limits. Nothing of either touches a disk.
    """
    with _AT_ONCE:
        child = _spare.take()
        try:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.communicate(order.encode("ascii") + b"\n" + data, timeout=seconds)
                return child.answer()
            return "", []
        finally:
            child.end()
            _spare.prepare()


class _Memory:
    """A file in memory that the child writes as any other, so that its limit on files bounds it (Linux, FreeBSD)."""

    def __init__(self) -> None:
        # Unlike a temporary file, it has no place on any disk.
        self._file = os.fdopen(os.memfd_create("darkroom"), "r+b")

    def given(self) -> int:
        """The descriptor that the child writes to."""
        return self._file.fileno()

    def was_given(self) -> None:
        """The child has it; the parent keeps it too."""

    def read(self) -> IO[bytes]:
        """What the child has written, from the beginning."""
        self._file.seek(0)
        return self._file

    def close(self) -> None:
        """Let go of the memory."""
        self._file.close()


class _Pipe:
    """The same where there are no files in memory: a pipe, read by a thread and never beyond the bound."""

    def __init__(self) -> None:
        reading, self._writing = os.pipe()
        self._reading = os.fdopen(reading, "rb", buffering=0)
        self._read = BytesIO()
        self._thread = threading.Thread(target=self._fill, daemon=True)

    def given(self) -> int:
        """The descriptor that the child writes to."""
        return self._writing

    def was_given(self) -> None:
        """Close our end, or the pipe would never end; begin to read."""
        os.close(self._writing)
        self._thread.start()

    def read(self) -> IO[bytes]:
        """What the child has written, from the beginning; it has ended, and so has the pipe."""
        self._thread.join(1)
        return BytesIO(self._read.getvalue())

    def close(self) -> None:
        """Close the other end, unless somebody still writes: the thread lets go of it later."""
        self._thread.join(1)

    def _fill(self) -> None:
        with self._reading:
            while self._read.tell() < MAX_ANSWER_BYTES and (part := self._reading.read(1 << 16)):
                self._read.write(part)


@dataclass(frozen=True, slots=True)
class _Child:
    """One darkroom, asked once."""

    process: subprocess.Popen[bytes]
    output: _Memory | _Pipe

    @classmethod
    def started(cls) -> "_Child":
        output = _Memory() if _HAS_MEMORY_FILES else _Pipe()
        pillow = importlib.util.find_spec("PIL")
        packages = Path(pillow.origin).parents[1] if pillow and pillow.origin else Path()
        # Isolated and without `site`: neither the folder nor the environment of the parent can change what runs.
        boot = "import runpy, sys; sys.path.append(sys.argv[2]); runpy.run_path(sys.argv[1], run_name='__main__')"
        process = subprocess.Popen(  # noqa: S603 (every word of it is ours)
            [sys.executable, "-I", "-S", "-c", boot, str(_DARKROOM), str(packages)],
            stdin=subprocess.PIPE,
            stdout=output.given(),
            stderr=subprocess.DEVNULL,
            # Windows starts no Python without this one; everywhere else the child gets nothing at all.
            env={"SYSTEMROOT": os.environ["SYSTEMROOT"]} if sys.platform == "win32" else {},
        )
        output.was_given()
        return cls(process, output)

    def answer(self) -> tuple[str, list[bytes]]:
        """Read what the child wrote, believing nothing of it."""
        written = self.output.read()
        try:
            told = json.loads(written.readline(200))
            sizes = [int(size) for size in told.get("sizes", [])]
            return str(told.get("refused", "")), [written.read(max(size, 0)) for size in sizes]
        except (ValueError, TypeError, AttributeError):
            return "", []

    def end(self) -> None:
        """Kill the child if it still runs, and leave no pipe, file or zombie behind."""
        self.process.kill()
        self.process.communicate()
        if self.process.stdin is not None:
            # A second `communicate` leaves the pipe of one that ran out of time open.
            with contextlib.suppress(BrokenPipeError):
                self.process.stdin.close()
        self.output.close()


class _Spare:
    """One child started ahead, so that a picture does not wait for Python and Pillow to load (0.2 s)."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Own no child: it is the parent's, in a process that has just been forked."""
        self._lock = threading.Lock()
        self._child: _Child | None = None

    def take(self) -> _Child:
        """Return a child that nobody else will ask."""
        with self._lock:
            child, self._child = self._child, None
        if child is not None and child.process.poll() is None:
            return child
        return _Child.started()

    def prepare(self) -> None:
        """Start the next child, unless one is waiting."""
        with self._lock:
            if self._child is None:
                self._child = _Child.started()

    def dismiss(self) -> None:
        """End the child that waits."""
        with self._lock:
            child, self._child = self._child, None
        if child is not None:
            child.end()


_spare = _Spare()
atexit.register(_spare.dismiss)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_spare.forget)
