"""The key that signs how the log stands: a file in the key store, made when it is first needed, and never again."""

import os
import secrets
from pathlib import Path
from typing import Any

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from flask import current_app

from marketplace import durable
from marketplace.clock import now
from marketplace.config import Settings
from marketplace.errors import Unavailable
from marketplace.i18n import _
from marketplace.transparency import queries
from marketplace.transparency.checking import key_id, signed_bytes
from marketplace.transparency.queries import Head

log = structlog.get_logger(__name__)

FILE = "transparency-signing-key"


def published_key() -> bytes:
    """Return the key by which everybody can check a tree head, as PEM."""
    return _public(_key())


def find_published_key() -> bytes | None:
    """Return it without making one, or None; reads no database."""
    return _public(_read()) if _path().exists() else None


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
    path = _path()
    if not path.exists():
        if queries.size() and not path.exists():
            # Another key would call all receipts that were given out false.
            log.error("transparency.key_lost", path=str(path))
            raise Unavailable(_("公開の記録に署名する鍵が見つかりません。事務局が鍵を戻すまでお待ちください。"))
        _make(path)
    return _read()


def _path() -> Path:
    settings: Settings = current_app.extensions["settings"]
    return settings.key_store_dir / FILE


def _public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _read() -> Ed25519PrivateKey:
    path = _path()
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{path} is no Ed25519 key")
    return key


def _make(path: Path) -> None:
    """Write a new key whole or not at all; of several who do it at once the first one's stays."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    durable.write_new(draft, pem)
    try:
        try:
            os.link(draft, path)
        except FileExistsError:
            return
        durable.sync_names(path.parent)
    finally:
        draft.unlink()
