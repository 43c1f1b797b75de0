"""Questions of a member about their own papers, and of the program about any."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from marketplace import stocktaking
from marketplace.accounts.models import Member
from marketplace.careers.models import Qualification
from marketplace.clock import now
from marketplace.db import db
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


def declared(member_id: int) -> str:
    """Return a digest of what a member says of themselves: what a decision is about, and what may change meanwhile."""
    columns = (PersonalDetails.name, PersonalDetails.name_kana, PersonalDetails.birth_date)
    address = (PersonalDetails.postal_code, PersonalDetails.prefecture, PersonalDetails.city, PersonalDetails.street)
    row = db.session.execute(select(*columns, *address).where(PersonalDetails.member_id == member_id)).one()
    return hashlib.sha256(json.dumps([str(value) for value in row]).encode()).hexdigest()


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
