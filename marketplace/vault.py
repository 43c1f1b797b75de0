"""Envelope encryption of what must not leak: each thing has a key of its own, and is gone when its key is.

A key lies in the key store, a folder apart from the data and from its backups, wrapped by a key that is derived from
SECRET_KEY: the data without the key store opens nothing, nor do both without the secret.
"""

import os
import re
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from marketplace import durable
from marketplace.errors import NotFound, Unavailable
from marketplace.i18n import _

KEY_BYTES = 32
NONCE_BYTES = 12
_FORMAT = b"\x01"
_NAME = re.compile(r"[0-9a-f]{32}")

log = structlog.get_logger(__name__)

_place: dict[str, Path] = {}
_wrapping: dict[str, bytes] = {}


def init(directory: Path, secret: str) -> None:
    """Keep keys in `directory`, readable for the program's own account only, wrapped by a key made of `secret`."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.name != "nt":
        directory.chmod(0o700)
    _place["keys"] = directory.resolve()
    derive = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"musubi key store 1")
    _wrapping["key"] = derive.derive(secret.encode())


def new_key() -> str:
    """Make a key that survives a power cut from the moment this returns; the answer is its name, 32 hex digits.

    Raises Unavailable when the key store cannot be written.
    """
    name = secrets.token_hex(16)
    wrapped = aes_key_wrap(_wrapping["key"], AESGCM.generate_key(KEY_BYTES * 8))
    path = _path(name)
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        durable.write_new(path, wrapped)
        durable.sync_names(path.parent)
        durable.sync_names(path.parent.parent)
    except OSError as error:
        log.error("vault.refused", error=repr(error))
        raise Unavailable(
            _("ただいま、安全な保管場所を使えません。少し時間をおいて、もう一度お試しください。")
        ) from error
    return name


def seal(key: str, data: bytes, context: str) -> bytes:
    """Encrypt `data` by AES-256-GCM so that it opens only with the same key and the same `context`."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return _FORMAT + nonce + AESGCM(_unwrapped(key)).encrypt(nonce, data, context.encode())


def open_sealed(key: str, sealed: bytes, context: str) -> bytes:
    """Return what was sealed; raises NotFound when the key is destroyed, ValueError when anything was changed."""
    if sealed[:1] != _FORMAT:
        raise ValueError("not sealed by this vault")
    nonce, encrypted = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        return AESGCM(_unwrapped(key)).decrypt(nonce, encrypted, context.encode())
    except InvalidTag as error:
        raise ValueError("sealed with another key or for another purpose, or changed since") from error


def exists(key: str) -> bool:
    """Tell whether the key is there."""
    return _path(key).exists()


def destroy(key: str) -> None:
    """Overwrite the key and remove it, for good even after a power cut; no key is nothing to do.

    Overwriting reaches the old bytes on an ordinary disk. Where a disk writes elsewhere instead, what is left is the
    wrapped key, which opens nothing without SECRET_KEY.
    """
    path = _path(key)
    try:
        with path.open("r+b") as file:
            file.write(secrets.token_bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
    except FileNotFoundError:
        return
    durable.sync_names(path.parent)


def names() -> Iterator[tuple[str, datetime]]:
    """Yield the name of every key, with when it was made."""
    for path in _place["keys"].glob("??/*"):
        if _NAME.fullmatch(path.name):
            yield path.name, datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _unwrapped(key: str) -> bytes:
    try:
        return aes_key_unwrap(_wrapping["key"], _path(key).read_bytes())
    except FileNotFoundError:
        raise NotFound(_("このデータは廃棄されました。")) from None
    except InvalidUnwrap as error:
        raise ValueError("the key was wrapped under another SECRET_KEY, or changed since") from error


def _path(key: str) -> Path:
    if not _NAME.fullmatch(key):
        raise ValueError(f"not the name of a key: {key[:40]!r}")
    return _place["keys"] / key[:2] / key
