"""Files of contracts: stored with the entry that brings them."""

from collections.abc import Sequence

from marketplace import stocktaking, storage
from marketplace.attachments import Attachment
from marketplace.contracts.models import ContractAttachment, ContractEntry
from marketplace.contracts.models.doing import MOST_FILES
from marketplace.db import db, on_rollback
from marketplace.errors import Invalid
from marketplace.i18n import _

SHELF = stocktaking.Shelf("contract-files", ContractAttachment.storage_key)


def require_few(files: Sequence[Attachment]) -> None:
    """Raise Invalid for more files than go with an entry."""
    if len(files) > MOST_FILES:
        raise Invalid(_("一度に添付できるのは%(most)s個までです。", most=MOST_FILES))


def attach(entry: ContractEntry, files: Sequence[Attachment], needs_signature: bool = False) -> None:
    """Store examined `files` with an entry that has its number; they go again when the deed is undone."""
    require_few(files)
    for file in files:
        key = storage.new_key(SHELF.prefix, file.suffix)
        storage.put(key, file.data)
        on_rollback(lambda key=key: storage.delete(key))  # type: ignore[misc]
        db.session.add(
            ContractAttachment(
                contract_id=entry.contract_id,
                entry_id=entry.id,
                owner_id=entry.author_id,
                needs_signature=needs_signature,
                name=file.name,
                content_type=file.content_type,
                size_bytes=file.size,
                sha256=file.sha256,
                storage_key=key,
            )
        )
