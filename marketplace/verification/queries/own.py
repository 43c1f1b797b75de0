"""Questions of a member about their own papers, and of the program about any."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from marketplace import stocktaking
from marketplace.accounts.models import Member
from marketplace.careers.models import CONFIRMED, Qualification
from marketplace.clock import now
from marketplace.db import db, is_writing
from marketplace.errors import NotFound
from marketplace.profiles.models import PersonalDetails
from marketplace.verification.models import (
    DRAFT_KEPT_FOR,
    DocumentKind,
    IdentityDocument,
    Look,
    Verification,
    VerificationState,
)

PAPERS = stocktaking.Shelf("papers", IdentityDocument.storage_key)
MOST_SHOWN = 20
"""How many of what was handed in before a page shows."""
MOST_A_NIGHT = 1000
_PERSONAL = (
    *(PersonalDetails.name, PersonalDetails.name_kana, PersonalDetails.birth_date),
    *(PersonalDetails.postal_code, PersonalDetails.prefecture, PersonalDetails.city, PersonalDetails.street),
)
_ATTESTED = (*CONFIRMED, "notes")
_LIVE = Verification.state.in_((VerificationState.DRAFT, VerificationState.WAITING))


@dataclass(frozen=True)
class Own:
    """What a member has handed in for one thing."""

    live: Verification | None
    """What is not decided yet, with its pages."""
    past: Sequence[Verification]
    """What was, the newest first, with looks and with what tells of the destruction."""


def own_identity(member: Member) -> Own:
    """Return what `member` has handed in to show who they are."""
    return _own(_of(member).where(Verification.kind != DocumentKind.CERTIFICATE))


def own_proof(member: Member, qualification: Qualification) -> Own:
    """Return what `member` has handed in for a qualification."""
    return _own(_of(member).where(Verification.qualification_id == qualification.id))


def own_verification(member: Member, verification_id: int) -> Verification:
    """Return papers of `member`, with pages and looks; raises NotFound."""
    found = db.session.scalar(_of(member).where(Verification.id == verification_id))
    if found is None:
        raise NotFound
    return found


def receipts_of(member: Member) -> Sequence[IdentityDocument]:
    """Return the pages of papers of `member` whose destruction can be proved, the newest first."""
    question = select(IdentityDocument).join(IdentityDocument.verification).where(Verification.member_id == member.id)
    proven = question.where(IdentityDocument.leaf_index.is_not(None))
    return db.session.scalars(proven.order_by(IdentityDocument.leaf_index.desc())).all()


def own_document(member: Member, document_id: int) -> IdentityDocument:
    """Return a page of papers of `member`, with them; raises NotFound."""
    question = (
        select(IdentityDocument)
        .join(IdentityDocument.verification)
        .where(IdentityDocument.id == document_id, Verification.member_id == member.id)
        .options(joinedload(IdentityDocument.verification))
    )
    found = db.session.scalar(question)
    if found is None:
        raise NotFound
    return found


def find_live(member: Member, qualification: Qualification | None) -> Verification | None:
    """Return what `member` is handing in, or has handed in, for this; None when there is nothing undecided."""
    question = _with_pages(select(Verification)).where(_LIVE)
    if qualification is not None:
        return db.session.scalar(question.where(Verification.qualification_id == qualification.id))
    identity = (Verification.member_id == member.id, Verification.kind != DocumentKind.CERTIFICATE)
    return db.session.scalar(question.where(*identity))


def live_of(member_id: int) -> Sequence[Verification]:
    """Return all undecided papers of a member."""
    question = _with_pages(select(Verification)).where(Verification.member_id == member_id, _LIVE)
    return db.session.scalars(question).all()


def live_of_qualification(qualification_id: int) -> Verification | None:
    """Return the undecided papers of a qualification, or None."""
    question = _with_pages(select(Verification)).where(Verification.qualification_id == qualification_id)
    return db.session.scalar(question.where(_LIVE))


def find_verification(verification_id: int) -> Verification | None:
    """Return papers for the program itself, with their pages and their member."""
    question = _with_pages(select(Verification)).where(Verification.id == verification_id)
    return db.session.scalar(question.options(joinedload(Verification.member)))


def find_document(document_id: int) -> IdentityDocument | None:
    """Return a page for the program itself to destroy, held until the end of the transaction."""
    question = (
        select(IdentityDocument)
        .where(IdentityDocument.id == document_id)
        .options(
            joinedload(IdentityDocument.verification).joinedload(Verification.member),
            joinedload(IdentityDocument.verification).joinedload(Verification.reviewer),
        )
        .with_for_update(of=IdentityDocument)
    )
    return db.session.scalar(question)


def overdue() -> Sequence[Verification]:
    """Return papers that nobody decided in time, and pages that nobody handed in, for the program itself to end."""
    at = now()
    is_late = (Verification.state == VerificationState.WAITING) & (Verification.due_at <= at)
    is_old = (Verification.state == VerificationState.DRAFT) & (Verification.created_at <= at - DRAFT_KEPT_FOR)
    question = _with_pages(select(Verification)).where(is_late | is_old).options(joinedload(Verification.member))
    return db.session.scalars(question.order_by(Verification.id).limit(MOST_A_NIGHT)).all()


def number_of(document: IdentityDocument) -> int:
    """Return which page of what was handed in it is, from 1."""
    before = (
        IdentityDocument.verification_id == document.verification_id,
        IdentityDocument.position <= document.position,
        ~IdentityDocument.is_discarded,
    )
    return db.session.scalar(select(func.count()).where(*before)) or 1


def confirmed_qualifications(member_id: int, until: datetime) -> Sequence[Qualification]:
    """Return the qualifications of a member whose certificates were seen by then."""
    own = select(Qualification).where(Qualification.member_id == member_id, Qualification.confirmed_at <= until)
    return db.session.scalars(own).all()


def left_over() -> Sequence[IdentityDocument]:
    """Return pages that are kept though nobody needs them: of papers that have ended, or taken away."""
    question = (
        select(IdentityDocument)
        .join(IdentityDocument.verification)
        .where(IdentityDocument.destroyed_at.is_(None), IdentityDocument.is_discarded | ~_LIVE)
    )
    return db.session.scalars(question.order_by(IdentityDocument.id).limit(MOST_A_NIGHT)).all()


def declared(verification: Verification) -> str:
    """Return a digest of what a member says: what a decision is about, and what may change meanwhile.

    The rows are held until the end of the transaction where it writes, so that they stay as they were read.
    """
    details = select(PersonalDetails).where(PersonalDetails.member_id == verification.member_id)
    said = _said(db.session.execute(_held(details, _PERSONAL)).one())
    if verification.qualification_id is not None:
        attested = select(Qualification).where(Qualification.id == verification.qualification_id)
        row = db.session.execute(_held(attested, [getattr(Qualification, name) for name in _ATTESTED])).one_or_none()
        said += _said(row or ())
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _held(question: Select[Any], columns: Sequence[Any]) -> Select[Any]:
    # As columns, not as objects: what was read earlier in this unit may be old by now.
    asked = question.with_only_columns(*columns)
    return asked.with_for_update() if is_writing() else asked


def _said(row: Sequence[Any]) -> list[str]:
    return [str(value) for value in row]


def _of(member: Member) -> Select[Verification]:
    looks = selectinload(Verification.looks).joinedload(Look.moderator)
    asked = _with_pages(select(Verification)).where(Verification.member_id == member.id)
    return asked.options(looks, joinedload(Verification.reviewer))


def _with_pages(question: Select[Verification]) -> Select[Verification]:
    return question.options(selectinload(Verification.documents))


def _own(question: Select[Verification]) -> Own:
    newest_first = question.order_by(Verification.id.desc()).limit(MOST_SHOWN)
    found = [one for one in db.session.scalars(newest_first).all() if one.submitted_at is not None or one.is_live]
    live = next((one for one in found if one.is_live), None)
    return Own(live, [one for one in found if one is not live])
