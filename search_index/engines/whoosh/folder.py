"""Where an index lives: one folder for each time it was built, a pointer to the current one, and two locks."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

from whoosh.util.filelock import FileLock, try_for

from search_index.analysis import fingerprint
from search_index.engines import IndexMissing, WriterBusy

_POINTER = "current"
_MADE_BY = "made-by"
_TOUCHED = "touched"
_A_LOOK = 0.5
"""Seconds in which `is_building` has let go of the lock again."""
_LAYOUT = "4"
"""Raised by hand when the schema changes."""


def _maker() -> str:
    return f"{_LAYOUT} {fingerprint()}"


class Folder:
    """The folder of one index."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def current(self) -> Path:
        """The build that is searched. Raises IndexMissing when there is none or another analysis made it."""
        try:
            build = self.path / (self.path / _POINTER).read_text().strip()
            made_by = (build / _MADE_BY).read_text()
        except (OSError, ValueError) as error:
            raise IndexMissing(str(self.path)) from error
        if made_by != _maker():
            raise IndexMissing(f"{build} was made by {made_by!r}, this is {_maker()!r}")
        return build

    def begin(self) -> Path:
        """An empty folder for a new build."""
        build = self.path / f"build-{token_hex(6)}"
        build.mkdir(parents=True)
        (self.path / _TOUCHED).write_text("")
        return build

    def publish(self, build: Path) -> None:
        """Make a finished build the current one, in one step, and sweep away the others."""
        (build / _MADE_BY).write_text(_maker())
        pointer = self.path / f"{_POINTER}-{build.name}"
        pointer.write_text(build.name)
        pointer.replace(self.path / _POINTER)
        self.sweep(but=build)

    def condemn(self) -> None:
        """Point to no build any more: the current one cannot be read."""
        (self.path / _POINTER).unlink(missing_ok=True)

    def sweep(self, but: Path | None = None) -> None:
        """Remove builds that nothing points to; what a reader of Windows still holds goes the next time."""
        for build in self.path.glob("build-*"):
            if build != but:
                shutil.rmtree(build, ignore_errors=True)

    def touch(self, keys: list[int]) -> None:
        """While a build is under way, remember keys that it may have read too early."""
        if self.is_building():
            with (self.path / _TOUCHED).open("a") as journal:
                journal.writelines(f"{key}\n" for key in keys)

    def touched(self) -> list[int]:
        """The keys remembered since `begin`."""
        return sorted({int(line) for line in (self.path / _TOUCHED).read_text().split()})

    def is_building(self) -> bool:
        """Whether someone holds the lock of a build."""
        lock = self._lock("building")
        if lock.acquire():
            lock.release()
            return False
        return True

    @contextmanager
    def writing(self, *, patience: float = 30.0) -> Iterator[None]:
        """Be the only writer; wait `patience` seconds for it. Raises WriterBusy."""
        with self._held("writing", patience):
            yield

    @contextmanager
    def building(self) -> Iterator[None]:
        """Be the only one who builds. Raises WriterBusy."""
        with self._held("building", _A_LOOK):
            yield

    @contextmanager
    def _held(self, name: str, patience: float) -> Iterator[None]:
        lock = self._lock(name)
        if not try_for(lock.acquire, timeout=patience, delay=0.02):
            raise WriterBusy(f"{self.path}: {name}")
        try:
            yield
        finally:
            lock.release()

    def _lock(self, name: str) -> FileLock:
        self.path.mkdir(parents=True, exist_ok=True)
        return FileLock(str(self.path / f"{name}.lock"))
