"""Files under keys: what is put is there, whole and for good, and nothing outside the folder can be reached."""

import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from obstore.store import LocalStore, MemoryStore

from marketplace import storage
from marketplace.errors import NotFound


@pytest.fixture(autouse=True)
def what_stood_before() -> Iterator[None]:
    before = dict(storage._place)
    yield
    storage._place.clear()
    storage._place.update(before)


@pytest.fixture(params=["folder", "elsewhere"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The same promises hold in a folder and in an object store of another kind."""
    if request.param == "folder":
        storage.init(tmp_path / "files")
    else:
        storage.use(MemoryStore())
    return str(request.param)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    storage.init(tmp_path / "new" / "files")
    return tmp_path / "new" / "files"


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> set[int]:
    """The inodes that were written to the disk, in earnest."""
    seen: set[int] = set()
    really = os.fsync

    def fsync(descriptor: int) -> None:
        really(descriptor)
        seen.add(os.fstat(descriptor).st_ino)

    monkeypatch.setattr(os, "fsync", fsync)
    return seen


@pytest.mark.usefixtures("place")
def test_what_is_put_is_got() -> None:
    key = storage.new_key("faces", ".webp")
    assert not storage.exists(key)
    storage.put(key, b"\0\xffbytes")
    assert storage.exists(key)
    assert storage.get(key) == b"\0\xffbytes"


@pytest.mark.usefixtures("place")
def test_a_key_is_written_once() -> None:
    key = storage.new_key("faces", "")
    storage.put(key, b"first")
    with pytest.raises(FileExistsError):
        storage.put(key, b"second")
    assert storage.get(key) == b"first"


@pytest.mark.usefixtures("place")
def test_deleting_twice_is_deleting_once() -> None:
    key = storage.new_key("faces", ".webp")
    storage.put(key, b"bytes")
    storage.delete(key)
    storage.delete(key)
    assert not storage.exists(key)
    with pytest.raises(NotFound):
        storage.get(key)


def test_keys_are_long_random_and_spread_over_folders() -> None:
    keys = {storage.new_key("career-files", ".pdf") for _ in range(1000)}
    assert len(keys) == 1000
    prefix, shard, name = keys.pop().split("/")
    assert prefix == "career-files"
    assert name == f"{name[:32]}.pdf"
    assert shard == name[:2]
    assert len(bytes.fromhex(name.removesuffix(".pdf"))) * 8 == 128


@pytest.mark.parametrize(
    "key",
    [
        "",
        "alone",
        "../outside",
        "a/../../outside",
        "a/./b",
        "/etc/passwd",
        "a//b",
        "a/b/",
        "a\\b",
        "a/b\0.webp",
        "a/b\n",
        "a/b.webp\n",
        "A/b",
        "a/b.tar.gz",
        "a/.hidden",
        "a/ｂ",
        "a/b%2e%2e",
        "c:/a",
        "a/-",
        "a/" + "b" * 200,
    ],
)
def test_a_key_that_could_lead_elsewhere_is_a_fault(folder: Path, key: str) -> None:
    (folder.parent / "outside").write_text("not ours")
    for deed in (storage.get, storage.exists, storage.delete, lambda key: storage.put(key, b"x")):
        with pytest.raises(ValueError, match="not a storage key"):
            deed(key)
    assert list(folder.rglob("*")) == []
    assert (folder.parent / "outside").read_text() == "not ours"


def test_a_prefix_cannot_smuggle_a_path(folder: Path) -> None:
    for prefix, suffix in (("..", ".webp"), ("faces", "/../../x"), ("faces", ".w\0"), ("", "")):
        with pytest.raises(ValueError, match="not a storage key"):
            storage.new_key(prefix, suffix)


def test_a_file_and_every_folder_above_it_reach_the_disk(folder: Path, synced: set[int]) -> None:
    key = storage.new_key("faces", ".webp")
    storage.put(key, b"bytes")
    path = folder / key
    assert {item.stat().st_ino for item in (path, path.parent, path.parent.parent, folder)} == synced


def test_without_our_help_nothing_reaches_the_disk(folder: Path, synced: set[int]) -> None:
    """The control: when the library learns to do it, ours can go."""
    LocalStore(folder).put("faces/3f/3f", b"bytes")
    assert synced == set()


def test_a_removal_reaches_the_disk(folder: Path, synced: set[int]) -> None:
    key = storage.new_key("faces", ".webp")
    storage.put(key, b"bytes")
    synced.clear()
    storage.delete(key)
    assert (folder / key).parent.stat().st_ino in synced


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
def test_only_the_programs_own_account_reads_the_folder(folder: Path) -> None:
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_second_start_finds_what_the_first_one_kept(folder: Path) -> None:
    key = storage.new_key("faces", ".webp")
    content = secrets.token_bytes(1000)
    storage.put(key, content)
    storage.init(folder)
    assert storage.get(key) == content
    assert (folder / key).read_bytes() == content
