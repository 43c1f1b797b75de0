"""The child that decodes: what it inherits, how much it may answer, and that nothing is left of it."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from marketplace import darkroom, developing
from marketplace.papers import pages_of
from marketplace.pictures import squares_of
from tests.marketplace import uploads
from tests.programs import wait_for

linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks /proc, and limits that Linux has")
PNG = uploads.picture("PNG")


@pytest.fixture(autouse=True)
def nothing_left_running() -> Iterator[None]:
    yield
    developing._spare.dismiss()


@pytest.fixture(params=["memory file", "pipe"])
def both_ways(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """How the answer travels: a file in memory where there are such files, or a pipe."""
    if request.param == "memory file" and not developing._HAS_MEMORY_FILES:
        pytest.skip("there are no files in memory here")
    developing._spare.dismiss()
    monkeypatch.setattr(developing, "_HAS_MEMORY_FILES", request.param == "memory file")
    return str(request.param)


def ordered(order: str) -> developing._Child:
    """A child that has heard its order, and not yet a byte more."""
    child = developing._Child.started()
    assert child.process.stdin is not None
    child.process.stdin.write(order.encode() + b"\n")
    child.process.stdin.flush()
    return child


@linux_only
@pytest.mark.parametrize("order", ["squares", "heif", "pdf", "marked-pdf"])
def test_the_child_inherits_neither_secrets_nor_files(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, order: str
) -> None:
    monkeypatch.setenv("SECRET_KEY", "canary of the environment")
    with (tmp_path / "open.txt").open("w") as kept:
        os.set_inheritable(kept.fileno(), True)
        child = ordered(order)
        proc = Path("/proc") / str(child.process.pid)
        # Before it hears a byte of what was uploaded, it is confined.
        wait_for(lambda: "Max open files            0" in (proc / "limits").read_text(), 10)
        assert (proc / "environ").read_bytes() == b""
        files = [str(link.readlink()) for link in (proc / "fd").iterdir()]
        child.end()
    assert len(files) == 3
    assert kept.name not in files
    control = subprocess.run(
        [sys.executable, "-c", "import os; print(os.environ['SECRET_KEY'])"], capture_output=True, text=True, check=True
    )
    assert "canary" in control.stdout


@linux_only
def test_only_the_order_that_needs_a_library_loads_it() -> None:
    loaded = {}
    for order in ("squares", "photo", "heif", "pdf"):
        child = ordered(order)
        proc = Path("/proc") / str(child.process.pid)
        wait_for(lambda proc=proc: "Max open files            0" in (proc / "limits").read_text(), 10)  # type: ignore[misc]
        maps = (proc / "maps").read_text()
        loaded[order] = {name for name in ("pdfium", "heif") if f"{name}" in maps}
        child.end()
    assert loaded == {"squares": set(), "photo": set(), "heif": {"heif"}, "pdf": {"pdfium"}}


@pytest.mark.usefixtures("both_ways")
def test_pictures_and_papers_come_back_either_way() -> None:
    assert squares_of(PNG).small
    assert len(pages_of(uploads.picture("JPEG", (3000, 2000)))) == 1
    threads = [thread for thread in threading.enumerate() if thread.name.startswith("Thread") and not thread.daemon]
    assert threads == []


@linux_only
def test_no_answer_has_a_place_on_a_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", "/nowhere")
    monkeypatch.setattr("tempfile.tempdir", None)
    assert squares_of(PNG).small
    assert pages_of(PNG)
    waiting = developing._spare._child
    assert waiting is not None
    where = Path(f"/proc/{waiting.process.pid}/fd/1").readlink()
    assert str(where).startswith("/memfd:")


@linux_only
def test_a_child_that_was_taken_over_cannot_flood_the_memory(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, both_ways: str
) -> None:
    script = tmp_path / "flood.py"
    script.write_text(
        f"import os, sys; sys.path.insert(0, {str(Path(darkroom.__file__).parent)!r})\n"
        "import darkroom; darkroom._confine()\n"
        "while os.write(1, bytes(1 << 20)): pass\n"
    )
    monkeypatch.setattr(developing, "_DARKROOM", script)
    child = developing._Child.started()
    child.process.communicate(b"squares\n", timeout=20)
    size = len(child.output.read().read())
    child.end()
    assert developing.MAX_ANSWER_BYTES == darkroom.MAX_OUTPUT_BYTES
    assert developing.MAX_ANSWER_BYTES // 2 < size < developing.MAX_ANSWER_BYTES + (1 << 20), both_ways


def test_a_spare_that_died_is_replaced() -> None:
    assert squares_of(PNG).small
    waiting = developing._spare._child
    assert waiting is not None
    waiting.process.kill()
    waiting.process.wait()
    assert squares_of(PNG).small
    waiting.end()


@linux_only
def test_a_forked_process_starts_children_of_its_own() -> None:
    assert squares_of(PNG).small
    assert developing._spare._child is not None
    forked = os.fork()
    if not forked:
        os._exit(0 if developing._spare._child is None else 1)
    assert os.waitpid(forked, 0)[1] == 0


def test_an_order_that_is_none_ends_the_child() -> None:
    assert developing.developed("develop", PNG, 10) == ("unreadable", [])


@pytest.mark.usefixtures("both_ways")
def test_no_child_is_left_behind() -> None:
    before = psutil.Process().num_fds() if sys.platform != "win32" else 0
    assert squares_of(PNG).small
    assert pages_of(PNG)
    developing._spare.dismiss()
    developing._spare.dismiss()
    mine = [child for child in psutil.Process().children() if "darkroom" in " ".join(child.cmdline())]
    assert mine == []
    if sys.platform != "win32":
        wait_for(lambda: psutil.Process().num_fds() <= before, 5)
