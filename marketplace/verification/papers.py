"""Where pages lie: encrypted in the storage, each under a key of its own in the vault."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from marketplace import storage, vault
from marketplace.errors import NotFound
from marketplace.verification.models import IdentityDocument
from marketplace.verification.queries import PAPERS

SUFFIX = ".sealed"


@contextmanager
def kept(pages: Sequence[bytes]) -> Iterator[list[IdentityDocument]]:
    """Encrypt and store `pages`, and give rows for them; when what follows fails, nothing of them is left.

    Takes a while: ask before the first write of a request.
    """
    documents: list[IdentityDocument] = []
    try:
        # One by one, so that those before the one that fails are known.
        documents.extend(_sealed(page) for page in pages)
        yield documents
    except BaseException:
        for document in documents:
            destroy(document)
        raise


def opened(document: IdentityDocument) -> bytes:
    """Return the picture; raises NotFound once it is destroyed."""
    if document.storage_key is None or document.vault_key is None:
        raise NotFound
    return vault.open_sealed(document.vault_key, storage.get(document.storage_key), document.storage_key)


def destroy(document: IdentityDocument) -> None:
    """Destroy key and picture, the key first: after that the picture is noise. Twice is once."""
    if document.vault_key is not None:
        vault.destroy(document.vault_key)
    if document.storage_key is not None:
        storage.delete(document.storage_key)


def _sealed(page: bytes) -> IdentityDocument:
    key = vault.new_key()
    storage_key = storage.new_key(PAPERS.prefix, SUFFIX)
    try:
        sealed = vault.seal(key, page, storage_key)
        storage.put(storage_key, sealed)
    except BaseException:
        vault.destroy(key)
        raise
    return IdentityDocument(
        storage_key=storage_key, vault_key=key, size=len(sealed), sha256=hashlib.sha256(sealed).hexdigest()
    )
