"""What a moderator does with papers: take them, open them, compare, and decide."""

from sqlalchemy.orm.exc import StaleDataError

from marketplace import vault
from marketplace.accounts.models import Member
from marketplace.audit import service as audit
from marketplace.audit.models import AuditDeed
from marketplace.careers.service import qualifications
from marketplace.clock import now, today, whole_years
from marketplace.db import db
from marketplace.errors import Conflict, Invalid, require
from marketplace.events import service as events
from marketplace.events.kinds import EventKind
from marketplace.i18n import _
from marketplace.profiles import queries as profiles
from marketplace.verification import policy, queries
from marketplace.verification.models import (
    LEASE,
    DocumentKind,
    Look,
    ReturnReason,
    Verification,
    VerificationState,
)
from marketplace.verification.service.claiming import hold
from marketplace.verification.service.destroying import end

ADULT = 18
"""Years (民法4条)."""


def take(actor: Member, verification: Verification) -> None:
    """Hold papers for a quarter of an hour, or that long again. Raises Conflict while another moderator holds them."""
    require(policy.can_take(actor, verification))
    _require_waiting(verification)
    at = now()
    is_held = verification.leased_until is not None and at < verification.leased_until
    if is_held and verification.reviewer_id != actor.id:
        raise _held()
    try:
        with db.session.begin_nested():
            verification.reviewer_id, verification.leased_until = actor.id, at + LEASE
    except StaleDataError:
        db.session.refresh(verification, ["reviewer_id", "leased_until", "state", "version"])
        raise _held() from None
    audit.record(AuditDeed.PAPERS_TAKEN, actor, "papers", verification.id)


def look(actor: Member, verification: Verification) -> None:
    """Open the pictures for a while; the member is shown who looked, and when."""
    require(policy.can_look(actor, verification), _lease_ended())
    _require_waiting(verification)
    db.session.add(Look(verification_id=verification.id, moderator_id=actor.id))
    audit.record(AuditDeed.PAPERS_OPENED, actor, "papers", verification.id)


def approve(actor: Member, verification: Verification, declared: str, address_matches: bool | None = None) -> None:
    """Say that the papers show what the member says of themselves, as it was when `declared` was read.

    Raises Conflict when another decision was first, or when the member changed what they say meanwhile.
    """
    require(policy.can_decide(actor, verification), _lease_ended())
    _require_opened(actor, verification)
    _require_there(verification)
    hold(verification)
    if declared != queries.declared(verification):
        raise Conflict(_("会員が、登録している内容を変えました。もう一度くらべてください。"))
    if verification.kind is DocumentKind.CERTIFICATE:
        end(verification, VerificationState.APPROVED, name_matches=True, qualification_matches=True)
        if verification.qualification_id is not None:
            qualifications.confirm(verification.qualification_id)
        _tell(actor, verification, EventKind.PROOF_APPROVED)
    else:
        birth_date = profiles.own(verification.member).details.birth_date
        is_adult = birth_date is not None and whole_years(birth_date, today()) >= ADULT
        findings = {"name_matches": True, "address_matches": address_matches, "is_adult": is_adult}
        end(verification, VerificationState.APPROVED, **findings)
        verification.member.identity_verified_at = verification.decided_at
        verification.member.identity_document = verification.kind.value
        _tell(actor, verification, EventKind.IDENTITY_APPROVED)


def send_back(actor: Member, verification: Verification, reason: ReturnReason, sentence: str) -> None:
    """Say why the papers do not do; they are destroyed, and others may be handed in. Raises Invalid without a word."""
    require(policy.can_decide(actor, verification), _lease_ended())
    _require_opened(actor, verification)
    if not sentence.strip():
        raise Invalid(_("本人に伝える一言を入力してください。"))
    is_proof = verification.kind is DocumentKind.CERTIFICATE
    findings: dict[str, bool] = {}
    if reason is ReturnReason.DIFFERENT:
        findings["qualification_matches" if is_proof else "name_matches"] = False
    end(verification, VerificationState.RETURNED, reason=reason, sentence=sentence.strip(), **findings)
    _tell(actor, verification, EventKind.PROOF_RETURNED if is_proof else EventKind.IDENTITY_RETURNED)


def _require_opened(actor: Member, verification: Verification) -> None:
    _require_waiting(verification)
    if not queries.has_open(actor, verification):
        raise Conflict(_("先に書類を開いて、確かめてください。"))


def _require_there(verification: Verification) -> None:
    """Nothing is approved that cannot be seen: keys are not in the backups from which a database comes back."""
    kept = [document for document in verification.documents if document.is_kept]
    if not kept or not all(vault.exists(document.vault_key or "") for document in kept):
        raise Conflict(_("書類の画像が失われています。差し戻して、もう一度送ってもらってください。"))


def _require_waiting(verification: Verification) -> None:
    if verification.state is not VerificationState.WAITING:
        raise Conflict(_("この書類は、すでに判断されたか、取り下げられています。"))


def _tell(actor: Member, verification: Verification, kind: EventKind) -> None:
    details = {"decision": verification.state.value, "kind": verification.kind.value}
    if verification.reason is not None:
        details["reason"] = verification.reason.value
    audit.record(AuditDeed.PAPERS_DECIDED, actor, "papers", verification.id, **details)
    events.record(kind, verification.member, member=verification.member)


def _held() -> Conflict:
    return Conflict(_("いま、ほかの担当者が確認しています。"))


def _lease_ended() -> str:
    return _("担当の時間(15分)が終わりました。もう一度、確認をはじめてください。")
