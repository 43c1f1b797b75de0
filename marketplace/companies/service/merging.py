"""Two registrations of one company become one, and nothing that anybody wrote or was given is lost."""

from sqlalchemy import select, update

from marketplace.accounts.models import Member
from marketplace.audit import service as audit
from marketplace.audit.models import AuditDeed
from marketplace.clock import now
from marketplace.companies import policy, queries
from marketplace.companies.models import (
    Belonging,
    BelongingRequest,
    Company,
    CompanyDomain,
    CompanyRole,
    DomainProof,
    RequestState,
)
from marketplace.companies.service.companies import SAID
from marketplace.companies.service.indexing import index
from marketplace.companies.service.places import holding
from marketplace.companies.service.requests import close
from marketplace.db import db
from marketplace.errors import require
from marketplace.events import service as events
from marketplace.events.kinds import EventKind


def merge(actor: Member, kept: Company, merged: Company) -> None:
    """Make `merged` a part of `kept`: its people, requests and domains move, its address leads there for good."""
    # Always in the order of their numbers, so that no two mergers wait for each other.
    first, second = sorted((kept, merged), key=lambda company: company.id)
    with holding(first), holding(second):
        require(policy.can_merge(actor, kept, merged))
        merge_rows(kept, merged)
    audit.record(AuditDeed.COMPANY_MERGED, actor, "company", kept.id, merged=merged.id)
    events.record(EventKind.COMPANY_MERGED, actor, company=kept)


def merge_rows(kept: Company, merged: Company) -> None:
    """Move everything that points to `merged` over to `kept`; both are held."""
    owners = {member.id for member in queries.merger_of(kept, merged).staying}
    # No live company any more, so that its last owner may go.
    merged.closed_at, merged.merged_into_id = now(), kept.id
    db.session.flush()
    db.session.execute(update(Company).where(Company.merged_into_id == merged.id).values(merged_into_id=kept.id))
    _move_places(kept, merged, owners)
    _move_requests(kept, merged)
    for kind in (CompanyDomain, DomainProof):
        db.session.execute(update(kind).where(kind.company_id == merged.id).values(company_id=kept.id))
    _fill_in(kept, merged)
    index(merged)
    index(kept)


def _move_places(kept: Company, merged: Company, owners: set[int]) -> None:
    """Somebody in both keeps every department, the earlier day, and what they have shown; `owners` come as such."""
    places = db.session.scalars(select(Belonging).where(Belonging.company_id.in_((kept.id, merged.id)))).all()
    of_member: dict[int, list[Belonging]] = {}
    for place in places:
        of_member.setdefault(place.member_id, []).append(place)
    for member_id, mine in of_member.items():
        owned = any(place.role is CompanyRole.OWNER and place.company_id == kept.id for place in mine)
        shown = [place.proven_at for place in mine if place.proven_at]
        joined_at = min(place.joined_at for place in mine)
        is_named = any(place.department for place in mine)
        staying = {place.department: place for place in mine if place.company_id == kept.id}
        for place in mine:
            # A place without a department says nothing beside one with.
            is_said = place.department in staying and place.company_id == merged.id
            if is_said or (is_named and not place.department):
                db.session.delete(place)
                continue
            place.role = CompanyRole.OWNER if owned or member_id in owners else CompanyRole.MEMBER
            place.joined_at, place.proven_at = joined_at, max(shown, default=None)
            place.company_id = kept.id
    db.session.flush()


def _move_requests(kept: Company, merged: Company) -> None:
    """Who asked in both asks once; who belongs by now has what they asked for."""
    waiting = {
        request.member_id: request
        for request in db.session.scalars(
            select(BelongingRequest).where(
                BelongingRequest.company_id == kept.id, BelongingRequest.state == RequestState.OPEN
            )
        )
    }
    members = set(db.session.scalars(select(Belonging.member_id).where(Belonging.company_id == kept.id)))
    moving = db.session.scalars(select(BelongingRequest).where(BelongingRequest.company_id == merged.id)).all()
    for request in moving:
        if request.state is RequestState.OPEN and request.member_id in waiting:
            close(request, RequestState.WITHDRAWN)
        request.company_id = kept.id
        db.session.flush()
    for request in [*waiting.values(), *moving]:
        if request.state is RequestState.OPEN and request.member_id in members:
            close(request, RequestState.ACCEPTED)


def _fill_in(kept: Company, merged: Company) -> None:
    """Where one says nothing, what the other says is kept; the other's row keeps its own words besides."""
    for name in SAID:
        if not getattr(kept, name):
            setattr(kept, name, getattr(merged, name))
            if name == "corporate_number":
                kept.number_confirmed_at = None
    if kept.picture_key is None:
        kept.picture_key, merged.picture_key = merged.picture_key, None
    kept.updated_at = now()
    db.session.flush()
