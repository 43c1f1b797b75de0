"""The key that signs how the log stands: a file in the key store, made when it is first needed."""

import os
import secrets
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from flask import current_app

from marketplace.clock import now
from marketplace.config import Settings
from marketplace.transparency.checking import key_id, signed_bytes
from marketplace.transparency.queries import Head

FILE = "transparency-signing-key"


def published_key() -> bytes:
    """Return the key by which everybody can check a tree head, as PEM."""
    return _key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def sign(head: Head) -> dict[str, Any]:
    """Return a signed tree head: that the log stands so at this moment."""
    key = _key()
    said = {
        "size": head.size,
        "root": head.root.hex(),
        "time": now().isoformat(timespec="microseconds"),
        "key": key_id(key.public_key()),
    }
    return said | {"signature": key.sign(signed_bytes(said)).hex()}


def _key() -> Ed25519PrivateKey:
    settings: Settings = current_app.extensions["settings"]
    path = settings.key_store_dir / FILE
    if not path.exists():
        _make(path)
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{path} is no Ed25519 key")
    return key


def _make(path: Path) -> None:
    """Write a new key whole or not at all; of several who do it at once the first one's stays."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return
        _sync_folder(path.parent)
    finally:
        draft.unlink()


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
