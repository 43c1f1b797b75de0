"""Uploaded bytes → clean pictures: decoded and written anew in a confined child, with nothing of the original left."""

import atexit
import contextlib
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from marketplace.errors import Invalid, TooLarge, WrongKind
from marketplace.i18n import _

MAX_BYTES = 10 * 1024 * 1024
CONTENT_TYPE = "image/webp"
SUFFIX = ".webp"
ACCEPT = "image/jpeg,image/png,image/webp"

MAX_SECONDS = 10
"""How long a child may take, on the clock."""

_AT_ONCE = threading.BoundedSemaphore(2)  # each child may take a gigabyte
_DARKROOM = Path(__file__).with_name("darkroom.py")


@dataclass(frozen=True, slots=True)
class Squares:
    """The middle of a picture as WebP in three sizes: 96, 320 and 960 pixels a side, or fewer when it had fewer."""

    small: bytes
    medium: bytes
    large: bytes


def squares_of(data: bytes) -> Squares:
    """Return the squares of an uploaded picture, without metadata.

    Raises TooLarge, WrongKind, and Invalid for what cannot be decoded within 40 megapixels, 60 frames and ten seconds.
    Takes up to seconds: ask before the first write of a request.
    """
    if len(data) > MAX_BYTES:
        raise TooLarge(
            _("10 MBまでの画像を選んでください。選ばれた画像は%(size)s MBです。", size=-(-len(data) // (1024 * 1024)))
        )
    small, medium, large = _developed("squares", data, ["image/webp"] * 3)
    return Squares(small, medium, large)


def rewritten(data: bytes) -> bytes:
    """Return the whole picture, written anew in its own format without metadata; raises as `squares_of` does."""
    return _developed("whole", data, [kind_of(data)])[0]


def kind_of(data: bytes) -> str:
    """Return the content type that the first bytes say, or "" when it is no picture that is taken."""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    return "image/webp" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else ""


def _developed(order: str, data: bytes, expected: list[str]) -> list[bytes]:
    if not kind_of(data):
        raise WrongKind(_("JPEG、PNG、WebPのどれかの画像を選んでください。選ばれたファイルは、中身がほかの種類です。"))
    with _AT_ONCE:
        told, answer = _asked(order, data)
    if told == "size":
        raise Invalid(_("縦と横がそれぞれ8,192ピクセルまで、あわせて4,000万画素までの画像を選んでください。"))
    if told == "frames":
        raise Invalid(_("動かない画像を選んでください。動く画像は60コマまでで、最初のコマだけを使います。"))
    if [kind_of(picture) for picture in answer] != expected:
        raise Invalid(_("画像を開けませんでした。別の画像を選ぶか、画像アプリで保存しなおしてください。"))
    return answer


def _asked(order: str, data: bytes) -> tuple[str, list[bytes]]:
    """Send the order into a child; return its refusal and its pictures, both empty when it did not survive."""
    child = _spare.take()
    try:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.process.communicate(order.encode("ascii") + b"\n" + data, timeout=MAX_SECONDS)
            return child.answer()
        return "", []
    finally:
        child.end()
        _spare.prepare()


@dataclass(frozen=True, slots=True)
class _Child:
    """One darkroom: it is asked once, and answers into a file whose size its limits bound."""

    process: subprocess.Popen[bytes]
    output: IO[bytes]

    @classmethod
    def started(cls) -> "_Child":
        output = tempfile.TemporaryFile()  # noqa: SIM115 (`end` closes it)
        pillow = importlib.util.find_spec("PIL")
        packages = Path(pillow.origin).parents[1] if pillow and pillow.origin else Path()
        # Isolated and without `site`: neither the folder nor the environment of the parent can change what runs.
        boot = "import runpy, sys; sys.path.append(sys.argv[2]); runpy.run_path(sys.argv[1], run_name='__main__')"
        process = subprocess.Popen(  # noqa: S603 (every word of it is ours)
            [sys.executable, "-I", "-S", "-c", boot, str(_DARKROOM), str(packages)],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.DEVNULL,
            # Windows starts no Python without this one; everywhere else the child gets nothing at all.
            env={"SYSTEMROOT": os.environ["SYSTEMROOT"]} if sys.platform == "win32" else {},
        )
        return cls(process, output)

    def answer(self) -> tuple[str, list[bytes]]:
        """Read what the child wrote, believing nothing of it."""
        self.output.seek(0)
        try:
            told = json.loads(self.output.readline(200))
            return str(told.get("refused", "")), [self.output.read(int(size)) for size in told.get("sizes", [])]
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
