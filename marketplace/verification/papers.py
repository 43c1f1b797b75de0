"""Where pages lie: encrypted in the storage, each under a key of its own in the vault."""

import hashlib
from collections.abc import Sequence
from functools import partial

from marketplace import storage, vault
from marketplace.db import on_rollback
from marketplace.errors import NotFound
from marketplace.verification.models import IdentityDocument
from marketplace.verification.queries import PAPERS

SUFFIX = ".sealed"


def kept(pages: Sequence[bytes]) -> list[IdentityDocument]:
    """Encrypt and store `pages`, and return rows for them; if the unit of work is rolled back, nothing of them is left.

    Takes a while: ask before the first write of a request.
    """
    return [_sealed(page) for page in pages]


def opened(document: IdentityDocument) -> bytes:
    """Return the picture; raises NotFound once it is destroyed."""
    if document.storage_key is None or document.vault_key is None:
        raise NotFound
    return vault.open_sealed(document.vault_key, storage.get(document.storage_key), document.storage_key)


def destroy(document: IdentityDocument) -> None:
    """Destroy key and picture, the key first: after that the picture is noise. Twice is once."""
    _destroy(document.vault_key, document.storage_key)


def _destroy(vault_key: str | None, storage_key: str | None) -> None:
    if vault_key is not None:
        vault.destroy(vault_key)
    if storage_key is not None:
        storage.delete(storage_key)


def _sealed(page: bytes) -> IdentityDocument:
    key, storage_key = vault.new_key(), storage.new_key(PAPERS.prefix, SUFFIX)
    on_rollback(partial(_destroy, key, storage_key))
    sealed = vault.seal(key, page, storage_key)
    storage.put(storage_key, sealed)
    return IdentityDocument(
        storage_key=storage_key, vault_key=key, size=len(sealed), sha256=hashlib.sha256(sealed).hexdigest()
    )
