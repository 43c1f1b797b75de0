"""Files that arrive stay in memory: papers must not lie on a disk, not even in a file without a name."""

import threading
from io import BytesIO
from typing import IO

from flask import Flask, Request

from marketplace.errors import Unavailable
from marketplace.i18n import _

MOST_BYTES_AT_ONCE = 512 * 1024 * 1024
"""What all requests of a process may hold together; a single one is bounded by MAX_CONTENT_LENGTH."""


class _Held:
    """How many bytes are held."""

    def __init__(self) -> None:
        self.bytes = 0
        # A file that nobody closed is closed by the collector of garbage, in whatever thread, whatever it holds.
        self._lock = threading.RLock()

    def take(self, more: int) -> bool:
        """Tell whether there is room for `more`, and take it."""
        with self._lock:
            if self.bytes + more > MOST_BYTES_AT_ONCE:
                return False
            self.bytes += more
            return True

    def give_back(self, bytes_: int) -> None:
        """Let others have what was taken."""
        with self._lock:
            self.bytes -= bytes_


held = _Held()


class ArrivingFile(BytesIO):
    """A file of a form; it is closed with its request."""

    _taken = 0

    def write(self, data: bytes, /) -> int:  # type: ignore[override]
        """Take up the next part. Raises Unavailable when too much is arriving at once."""
        if not held.take(len(data)):
            raise Unavailable(_("ただいま、多くのファイルを受け取っています。少し待ってから、もう一度送ってください。"))
        self._taken += len(data)
        return super().write(data)

    def close(self) -> None:
        """Free the memory."""
        taken, self._taken = self._taken, 0
        if taken:
            held.give_back(taken)
        super().close()


class ArrivingRequest(Request):
    """A request whose files are never spooled to a temporary file, as Werkzeug does beyond 500 kB."""

    _arrived: tuple[ArrivingFile, ...] = ()

    def close(self) -> None:
        """Close all files, those of a form that was not read to its end too."""
        super().close()
        for file in self._arrived:
            file.close()

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        file = ArrivingFile()
        self._arrived = (*self._arrived, file)
        return file


def init_app(app: Flask) -> None:
    """Let every request of `app` be such a request."""
    app.request_class = ArrivingRequest
