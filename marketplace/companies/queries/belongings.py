"""Questions about who belongs to a company, who asks to, and whose address is being confirmed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from marketplace.accounts import tokens
from marketplace.accounts.models import CONFIRM_WITHIN, Member
from marketplace.accounts.tokens import Purpose
from marketplace.clock import now
from marketplace.companies.models import (
    Belonging,
    BelongingRequest,
    Company,
    CompanyRole,
    DomainProof,
    RequestState,
)
from marketplace.companies.queries.companies import is_shown_to, visible_to
from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.follows import queries as follows
from marketplace.i18n import _
from marketplace.paging import Page, page_of
from marketplace.profiles.models import Profile

PLACES_ON_A_PAGE = 60
MOST_WAITING = 50
"""Requests that one page shows; the oldest are answered first."""

_owner = aliased(Belonging)


@dataclass(frozen=True)
class Place:
    """Somebody in a department of a company, with what their page says of them when they have one."""

    belonging: Belonging
    member: Member
    profile: Profile | None


def role_of(member: Member, company: Company) -> CompanyRole | None:
    """Return what `member` may do in `company` as the database says now; None for who does not belong to it."""
    places = select(Belonging.role).where(Belonging.company_id == company.id, Belonging.member_id == member.id)
    return db.session.scalar(places.limit(1))


def places_of(member: Member, company: Company) -> Sequence[Belonging]:
    """Return the places of `member` in `company` as they are now, by department; raises NotFound when there is none."""
    question = select(Belonging).where(Belonging.company_id == company.id, Belonging.member_id == member.id)
    ordered = question.order_by(Belonging.department).execution_options(populate_existing=True)
    places = db.session.scalars(ordered).all()
    if not places:
        raise NotFound(_("この会員は、この会社に所属していません。"))
    return places


def get_member(viewer: Member, company: Company, username: str) -> Member:
    """Return the member of that name who belongs to `company` and is not hidden from `viewer`; raises NotFound."""
    belongs = exists().where(Belonging.company_id == company.id, Belonging.member_id == Member.id)
    question = select(Member).where(Member.username == username, belongs, follows.not_hidden(viewer, Member.id))
    member = db.session.scalar(question)
    if member is None:
        raise NotFound(_("この会員は、この会社に所属していません。"))
    return member


def owners_beside(member: Member, company: Company) -> int:
    """Return how many owners `company` has beside `member`, hidden ones among them; who has left does not count."""
    present = select(func.count(Belonging.member_id.distinct())).join(Belonging.member).where(Member.left_at.is_(None))
    owners = present.where(
        Belonging.company_id == company.id, Belonging.role == CompanyRole.OWNER, Belonging.member_id != member.id
    )
    return db.session.scalar(owners) or 0


def size_of(viewer: Member | None, company: Company) -> int:
    """Return how many belong to `company` and are not hidden from `viewer`."""
    members = select(func.count(Belonging.member_id.distinct())).where(Belonging.company_id == company.id)
    return db.session.scalar(members.where(follows.not_hidden(viewer, Belonging.member_id))) or 0


def belongings_in(viewer: Member | None, company: Company, cursor: str | None = None) -> Page[Place]:
    """Return a page of who belongs to `company` and is not hidden from `viewer`, by department."""
    question = (
        select(Belonging, Member, Profile)
        .join(Member, Member.id == Belonging.member_id)
        .outerjoin(Profile, and_(Profile.member_id == Member.id, Member.published_at.is_not(None)))
        .where(Belonging.company_id == company.id, follows.not_hidden(viewer, Member.id))
    )
    columns = (Belonging.department, Belonging.id)
    page = page_of(
        question,
        columns,
        lambda row: (row[0].department, row[0].id),
        cursor,
        descending=False,
        size=PLACES_ON_A_PAGE,
    )
    return Page([Place(*row) for row in page.rows], page.next_cursor, page.previous_cursor)


def belongings_of(member: Member) -> list[Belonging]:
    """Return the places of `member` in live companies, each with its company, by company and department."""
    question = select(Belonging).join(Belonging.company).options(contains_eager(Belonging.company))
    own = question.where(Belonging.member_id == member.id, Company.closed_at.is_(None))
    return list(db.session.scalars(own.order_by(Company.name, Company.id, Belonging.department)))


def departments_of(company: Company) -> list[str]:
    """Return the names of departments that somebody of `company` gave, for others to choose from."""
    named = select(Belonging.department).where(Belonging.company_id == company.id, Belonging.department != "")
    return list(db.session.scalars(named.distinct().order_by(Belonging.department).limit(PLACES_ON_A_PAGE)))


def get_request(viewer: Member, request_id: int) -> BelongingRequest:
    """Return a request, ended or not, to whoever made it or to the owners of its company; NotFound to all others."""
    owns = exists().where(
        _owner.company_id == BelongingRequest.company_id,
        _owner.member_id == viewer.id,
        _owner.role == CompanyRole.OWNER,
    )
    question = (
        select(BelongingRequest)
        .join(BelongingRequest.company)
        .join(BelongingRequest.member)
        .where(
            BelongingRequest.id == request_id,
            visible_to(viewer),
            or_(
                BelongingRequest.member_id == viewer.id,
                and_(owns, follows.not_hidden(viewer, BelongingRequest.member_id)),
            ),
        )
        .options(contains_eager(BelongingRequest.company), contains_eager(BelongingRequest.member))
    )
    found = db.session.scalar(question)
    if found is None:
        raise NotFound
    return found


def find_request(member: Member, company: Company) -> BelongingRequest | None:
    """Return the request of `member` to `company` that no answer, nor the night, has ended yet."""
    question = select(BelongingRequest).where(
        BelongingRequest.company_id == company.id,
        BelongingRequest.member_id == member.id,
        BelongingRequest.state == RequestState.OPEN,
    )
    return db.session.scalar(question)


def request_of(member: Member, company: Company) -> BelongingRequest | None:
    """Return the request of `member` to `company` that can still be answered."""
    found = find_request(member, company)
    return found if found is not None and found.waits(now()) else None


def requests_by(member: Member) -> Sequence[BelongingRequest]:
    """Return the requests of `member` that wait for an answer, each with its company, the newest first."""
    question = select(BelongingRequest).join(BelongingRequest.company).options(contains_eager(BelongingRequest.company))
    own = question.where(BelongingRequest.member_id == member.id, *_is_open(member))
    return db.session.scalars(own.order_by(BelongingRequest.created_at.desc())).all()


def open_to(owner: Member) -> Select[int, int, datetime, datetime]:
    """Return the question for the numbers of what `owner` is to answer in all their companies."""
    owns = exists().where(
        _owner.company_id == BelongingRequest.company_id,
        _owner.member_id == owner.id,
        _owner.role == CompanyRole.OWNER,
    )
    question = (
        select(
            BelongingRequest.id.label("request_id"),
            BelongingRequest.member_id.label("who_id"),
            BelongingRequest.created_at.label("since"),
            BelongingRequest.expires_at.label("until"),
        )
        .join(BelongingRequest.company)
        .where(owns, *_is_open(owner), follows.not_hidden(owner, BelongingRequest.member_id))
    )
    return question.order_by(BelongingRequest.created_at).limit(MOST_WAITING)


def waiting_for(owner: Member) -> Sequence[BelongingRequest]:
    """Return what `owner` is to answer in all their companies, with whom and where, the oldest first."""
    waiting = open_to(owner).subquery()
    question = (
        select(BelongingRequest)
        .join(waiting, waiting.c.request_id == BelongingRequest.id)
        .join(BelongingRequest.company)
        .join(BelongingRequest.member)
        .options(contains_eager(BelongingRequest.company), contains_eager(BelongingRequest.member))
    )
    return db.session.scalars(question.order_by(BelongingRequest.created_at)).all()


def refused_at(member: Member, company: Company) -> datetime | None:
    """Return when the last request of `member` to `company` was declined, or None."""
    question = select(func.max(BelongingRequest.ended_at)).where(
        BelongingRequest.company_id == company.id,
        BelongingRequest.member_id == member.id,
        BelongingRequest.state == RequestState.DECLINED,
    )
    return db.session.scalar(question)


def overdue_requests() -> Sequence[BelongingRequest]:
    """Return the requests that nobody answered in time."""
    late = (BelongingRequest.state == RequestState.OPEN, BelongingRequest.expires_at <= now())
    return db.session.scalars(select(BelongingRequest).where(*late)).all()


def find_proof(proof_id: int) -> DomainProof | None:
    """Return what a mail is about, with its member and company, or None when it is over."""
    loading = (joinedload(DomainProof.company, innerjoin=True), joinedload(DomainProof.member, innerjoin=True))
    return db.session.scalars(select(DomainProof).where(DomainProof.id == proof_id).options(*loading)).first()


def proof_by(token: str) -> DomainProof:
    """Return what the link of a mail confirms. Raises NotFound when it is used up, too old or none of ours."""
    row_id, mark = tokens.read(Purpose.COMPANY, token, CONFIRM_WITHIN) or (0, "")
    proof = find_proof(row_id)
    is_over = proof is None or not proof.is_open(now()) or not is_shown_to(proof.member, proof.company)
    if proof is None or is_over or tokens.fingerprint(*proof.state) != mark:
        raise NotFound(_("このリンクは、すでに使われたか、期限が過ぎています。会社のページから、もう一度送れます。"))
    return proof


def _is_open(viewer: Member) -> tuple[ColumnElement[bool], ...]:
    return (
        BelongingRequest.state == RequestState.OPEN,
        BelongingRequest.expires_at > now(),
        visible_to(viewer),
    )
