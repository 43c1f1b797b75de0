"""What a member does with their papers: upload, look once more, hand in, take back."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from marketplace import outbox
from marketplace.accounts.models import Member
from marketplace.careers.models import Qualification
from marketplace.clock import now
from marketplace.db import db
from marketplace.errors import Conflict, Invalid, require
from marketplace.events import service as events
from marketplace.events.kinds import EventKind
from marketplace.i18n import _, ngettext
from marketplace.verification import deadlines, papers, policy, queries
from marketplace.verification.models import (
    DRAFT_KEPT_FOR,
    DocumentKind,
    IdentityDocument,
    Verification,
    VerificationState,
)
from marketplace.verification.service.claiming import hold
from marketplace.verification.service.destroying import ask_to_destroy, end

EXPIRE = "verification.expire"
"""The topic of errands that end what is due; their payload is the `verification`."""


def add_pages(
    actor: Member, kind: DocumentKind, pages: Sequence[bytes], qualification: Qualification | None = None
) -> Verification:
    """Keep `pages`, encrypted, until `actor` hands them in; pages of another kind, chosen before, are destroyed.

    Raises Conflict when papers wait already, Invalid for more pages than the kind has.
    """
    require(policy.can_add_pages(actor, kind, qualification))
    live = queries.find_live(actor, qualification)
    if live is not None and live.state is VerificationState.WAITING:
        raise Conflict(_("提出した書類を事務局が確認しています。取り下げると、新しく送れます。"))
    present = [] if live is None or live.kind is not kind else _kept_of(live)
    most = kind.pages[1]
    if len(present) + len(pages) > most:
        raise Invalid(
            ngettext("この書類は%(num)s枚までです。", "この書類は%(num)s枚までです。", most)
            + _("いらない画像を取り消してから選んでください。")
        )
    documents = papers.kept(pages)
    if live is None:
        live = _begun(actor, kind, qualification)
    else:
        hold(live)
        _choose(live, kind)
    _append(live, documents)
    return live


def remove_page(actor: Member, verification: Verification, document: IdentityDocument) -> None:
    """Destroy a page that was not handed in yet; raises Conflict when it was."""
    require(policy.can_remove_page(actor, verification))
    if verification.state is not VerificationState.DRAFT:
        raise Conflict(_("この書類は、もう提出されています。"))
    hold(verification)
    ask_to_destroy(document)
    document.is_discarded = True


def hand_in(actor: Member, verification: Verification) -> None:
    """Let the moderators look at the papers, until the fifth business day. Raises Invalid when a page is missing."""
    require(policy.can_hand_in(actor, verification))
    if verification.state is not VerificationState.DRAFT:
        raise Conflict(_("この書類は、もう提出されています。"))
    least = verification.kind.pages[0]
    if len(_kept_of(verification)) < least:
        raise Invalid(_("表と裏の2枚の画像を選んでください。") if least > 1 else _("書類の画像を選んでください。"))
    try:
        with db.session.begin_nested():
            verification.state = VerificationState.WAITING
            verification.submitted_at = now()
            verification.due_at = deadlines.due_at(verification.submitted_at)
    except StaleDataError:
        raise Conflict(_("この書類は、もう提出されています。")) from None
    outbox.put(EXPIRE, {"verification": verification.id}, verification.due_at - verification.submitted_at)


def withdraw(actor: Member, verification: Verification) -> None:
    """Take papers back: they are destroyed at once. Raises Conflict when they were decided meanwhile."""
    require(policy.can_withdraw(actor, verification))
    end(verification, VerificationState.WITHDRAWN)


def withdraw_proof(qualification_id: int) -> None:
    """Take back what was handed in for a qualification that is going to be removed."""
    live = queries.live_of_qualification(qualification_id)
    if live is not None:
        end(live, VerificationState.WITHDRAWN)


def compare_anew(errand_id: int, payload: outbox.Payload) -> None:
    """Let what was checked of a member's qualifications before they had another name be only declared again."""
    for qualification in queries.confirmed_qualifications(payload["id"], datetime.fromisoformat(payload["at"])):
        qualification.confirmed_at = None


def withdraw_all(member_id: int) -> None:
    """Take back whatever a member who leaves has handed in, or was going to."""
    for live in queries.live_of(member_id):
        end(live, VerificationState.WITHDRAWN)


def expire(errand_id: int, payload: outbox.Payload) -> None:
    """End papers that nobody handed in for a day, or nobody decided in time."""
    verification = queries.find_verification(payload["verification"])
    if verification is not None:
        _expire(verification)


def expire_overdue() -> None:
    """End whatever is overdue, should its errand be lost, and destroy pages of what has ended."""
    for verification in queries.overdue():
        _expire(verification)
    for document in queries.left_over():
        ask_to_destroy(document)


def _expire(verification: Verification) -> None:
    at = now()
    if verification.state is VerificationState.DRAFT and at >= verification.created_at + DRAFT_KEPT_FOR:
        end(verification, VerificationState.WITHDRAWN)
    elif verification.state is VerificationState.WAITING and verification.due_at and at >= verification.due_at:
        end(verification, VerificationState.EXPIRED)
        kind = verification.kind
        is_proof = kind is DocumentKind.CERTIFICATE
        told = EventKind.PROOF_RETURNED if is_proof else EventKind.IDENTITY_RETURNED
        events.record(told, verification.member, member=verification.member)


def _begun(actor: Member, kind: DocumentKind, qualification: Qualification | None) -> Verification:
    verification = Verification(
        member_id=actor.id, qualification_id=qualification.id if qualification else None, kind=kind, documents=[]
    )
    try:
        with db.session.begin_nested():
            db.session.add(verification)
    except IntegrityError:
        raise Conflict(_("ほかの画面で先に選ばれた書類があります。画面を読み込みなおしてください。")) from None
    outbox.put(EXPIRE, {"verification": verification.id}, DRAFT_KEPT_FOR)
    return verification


def _choose(verification: Verification, kind: DocumentKind) -> None:
    """Let go of pages of another kind."""
    if verification.kind is kind:
        return
    for document in _kept_of(verification):
        ask_to_destroy(document)
        document.is_discarded = True
    verification.kind = kind


def _append(verification: Verification, documents: Sequence[IdentityDocument]) -> None:
    first = max((document.position for document in verification.documents), default=-1) + 1
    for position, document in enumerate(documents, first):
        document.position = position
        verification.documents.append(document)
    db.session.flush()


def _kept_of(verification: Verification) -> list[IdentityDocument]:
    return [document for document in verification.documents if document.is_kept]
