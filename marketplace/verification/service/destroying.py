"""The end of papers: of whatever state they left, key and picture are destroyed, and the log tells of it."""

from datetime import UTC, timedelta
from typing import Any

from sqlalchemy.orm.exc import StaleDataError

from marketplace import db as database
from marketplace import outbox
from marketplace.audit import service as audit
from marketplace.audit.models import AuditDeed
from marketplace.clock import now
from marketplace.db import db
from marketplace.errors import Conflict
from marketplace.i18n import _
from marketplace.transparency import service as transparency
from marketplace.transparency.checking import digest_of
from marketplace.transparency.models import LeafKind
from marketplace.verification import papers, queries
from marketplace.verification.models import IdentityDocument, Verification, VerificationState

DESTROY = "verification.destroy"
"""The topic of errands that destroy one page; their payload is its `document`."""
FIRST_OF_ALL = timedelta(days=-1)
"""Errands are done in the order in which they are due: a mail that takes its time must not stand before this one."""


def end(verification: Verification, state: VerificationState, **findings: Any) -> None:
    """Leave the live states for `state` with `findings`, and ask for the pages to be destroyed after the commit.

    Of several who end it at once one does; raises Conflict for the others.
    """
    if not verification.is_live:
        raise _ended_already()
    try:
        with db.session.begin_nested():
            verification.state = state
            verification.decided_at = now()
            for name, value in findings.items():
                setattr(verification, name, value)
    except StaleDataError:
        db.session.refresh(verification, ["state", "decided_at", "version"])
        raise _ended_already() from None
    for document in verification.documents:
        ask_to_destroy(document)


def ask_to_destroy(document: IdentityDocument) -> None:
    """Have a page destroyed after the commit, before anything else that waits."""
    if document.destroyed_at is None:
        outbox.put(DESTROY, {"document": document.id}, FIRST_OF_ALL)


def destroy(errand_id: int, payload: outbox.Payload) -> None:
    """Destroy one page, and append to the log that it is gone.

    A crash between the two does no harm: the errand is done again, and destroying twice is destroying once.
    """
    document = queries.find_document(payload["document"])
    if document is None or document.destroyed_at is not None:
        return
    papers.destroy(document)
    document.destroyed_at = now()
    document.storage_key = document.vault_key = None
    verification = document.verification
    # Pages that were never handed in were nobody's to see: they go without an entry.
    if verification.submitted_at is not None and not document.is_discarded:
        _tell_the_log(document, verification)
    audit.record(AuditDeed.PAPERS_DESTROYED, None, "document", document.id, papers=verification.id)
    database.truncate_soon()


def _tell_the_log(document: IdentityDocument, verification: Verification) -> None:
    destroyed_at = (document.destroyed_at or now()).astimezone(UTC)
    decided_at = (verification.decided_at or destroyed_at).astimezone(UTC)
    by_moderator = verification.state in {VerificationState.APPROVED, VerificationState.RETURNED}
    document.record = {
        "member": verification.member.username,
        "document": verification.kind.value,
        "page": str(queries.number_of(document)),
        "decision": verification.state.value,
        "decided_at": decided_at.isoformat(timespec="seconds"),
        "responsible": verification.reviewer.username if by_moderator and verification.reviewer else "",
        "destroyed_at": destroyed_at.isoformat(timespec="seconds"),
    }
    fields = {
        "document": verification.kind.value,
        "decision": verification.state.value,
        "sealed_sha256": document.sha256,
        "destroyed_on": destroyed_at.date().isoformat(),
        "record": digest_of(document.salt, document.record),
    }
    document.leaf_index = transparency.append(LeafKind.DOCUMENT_DESTROYED, fields).index


def _ended_already() -> Conflict:
    return Conflict(_("この書類は、すでに判断されたか、取り下げられています。"))
