"""What is sealed opens with its own key alone, and never again once that is destroyed."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from marketplace import vault
from marketplace.errors import NotFound, Unavailable

SECRET = "s" * 40
CANARY = "カナリア 4407".encode()


@pytest.fixture(autouse=True)
def what_stood_before() -> Iterator[None]:
    place, wrapping = dict(vault._place), dict(vault._wrapping)
    yield
    vault._place.update(place)
    vault._wrapping.update(wrapping)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    vault.init(tmp_path / "keys", SECRET)
    return tmp_path / "keys"


def files_of(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_is_sealed_opens_and_is_not_seen(folder: Path) -> None:
    key = vault.new_key()
    sealed = vault.seal(key, CANARY, "papers/1")
    assert CANARY not in sealed
    assert vault.open_sealed(key, sealed, "papers/1") == CANARY
    assert sealed != vault.seal(key, CANARY, "papers/1")


def test_only_this_key_this_purpose_and_these_bytes_open_it(folder: Path) -> None:
    key, other = vault.new_key(), vault.new_key()
    sealed = vault.seal(key, CANARY, "papers/1")
    bent = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for name, data, context in [(other, sealed, "papers/1"), (key, sealed, "papers/2"), (key, bent, "papers/1")]:
        with pytest.raises(ValueError, match="another"):
            vault.open_sealed(name, data, context)
    with pytest.raises(ValueError, match="not sealed"):
        vault.open_sealed(key, CANARY, "papers/1")


def test_the_keys_open_nothing_without_the_secret(folder: Path) -> None:
    key = vault.new_key()
    sealed = vault.seal(key, CANARY, "papers/1")
    vault.init(folder, "another secret of at least 32 characters")
    with pytest.raises(ValueError, match="SECRET_KEY"):
        vault.open_sealed(key, sealed, "papers/1")


def test_a_destroyed_key_is_overwritten_and_gone(folder: Path, tmp_path: Path) -> None:
    key = vault.new_key()
    sealed = vault.seal(key, CANARY, "papers/1")
    (path,) = files_of(folder)
    wrapped = path.read_bytes()
    # A second name for the same bytes on the disk shows what becomes of them.
    os.link(path, tmp_path / "witness")
    vault.destroy(key)
    assert files_of(folder) == []
    assert (tmp_path / "witness").read_bytes() != wrapped
    assert not vault.exists(key)
    with pytest.raises(NotFound):
        vault.open_sealed(key, sealed, "papers/1")
    vault.destroy(key)


def test_the_store_is_for_the_program_alone(folder: Path) -> None:
    vault.new_key()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in files_of(folder)} == {0o600}


def test_every_key_has_a_name_and_a_time(folder: Path) -> None:
    keys = {vault.new_key() for _ in range(3)}
    (folder / "transparency-signing-key").write_text("not a key of this kind")
    assert {name for name, made_at in vault.names() if made_at.tzinfo} == keys


def test_a_store_that_cannot_be_written_is_said(folder: Path) -> None:
    for digits in range(256):
        (folder / f"{digits:02x}").write_text("in the way")
    with pytest.raises(Unavailable):
        vault.new_key()


@pytest.mark.parametrize("name", ["", "../secret-key", "0" * 31, "G" * 32])
def test_nothing_outside_the_store_is_reached(folder: Path, name: str) -> None:
    for deed in (vault.exists, vault.destroy):
        with pytest.raises(ValueError, match="not the name"):
            deed(name)
