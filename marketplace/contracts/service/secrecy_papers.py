"""Agreements of confidentiality on paper: made after the commit in which the last signed, stored, and in the log."""

import hashlib
import secrets
from typing import Any

from marketplace import storage
from marketplace.clock import now
from marketplace.contracts.models import SecrecyPaper
from marketplace.contracts.queries import secrecy as queries
from marketplace.contracts.secrecy_printing import number_of, render
from marketplace.db import db, on_rollback
from marketplace.outbox import Payload
from marketplace.transparency import service as transparency
from marketplace.transparency.checking import digest_of
from marketplace.transparency.models import LeafKind

PAPER = "contracts.secrecy_paper"
"""The topic of errands that print what all have signed; their payload is the number of the `agreement`."""
FORMAT = "musubi-secrecy-paper"
VERSION = 1


def make_paper(errand_id: int, payload: Payload) -> None:
    """Print an agreement that holds; done again, it is done once."""
    agreement = queries.find_unprinted(payload["agreement"])
    if agreement is None:
        return
    # Printing takes its time, and nobody else can write while this does.
    pdf = render(agreement, queries.signatures_of(agreement))
    key = storage.new_key(queries.PAPERS.prefix, ".pdf")
    storage.put(key, pdf)
    on_rollback(lambda: storage.delete(key))
    paper = SecrecyPaper(
        agreement_id=agreement.id,
        agreement=agreement,
        storage_key=key,
        sha256=hashlib.sha256(pdf).hexdigest(),
        salt=secrets.token_hex(32),
        made_at=now(),
    )
    fields = {"record": digest_of(paper.salt, record_of(paper))}
    paper.leaf_index = transparency.append(LeafKind.SECRECY_PRINTED, fields).index
    db.session.add(paper)


def record_of(paper: SecrecyPaper) -> dict[str, Any]:
    """Return what the log holds the digest of."""
    agreement = paper.agreement
    return {
        "format": FORMAT,
        "version": VERSION,
        "number": number_of(agreement.contract_id, agreement.number),
        "text_sha256": agreement.text_sha256,
        "pdf_sha256": paper.sha256,
    }
