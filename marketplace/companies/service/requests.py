"""Asking to belong to a company, and what its owners answer."""

from contextlib import suppress

from sqlalchemy import update
from sqlalchemy.orm.exc import StaleDataError

from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.companies import policy, queries
from marketplace.companies.models import SILENCE, BelongingRequest, Company, RequestState
from marketplace.companies.service.places import holding, take
from marketplace.companies.wording import what_happened
from marketplace.db import add_once, db
from marketplace.errors import Conflict, NotFound, require
from marketplace.events import service as events
from marketplace.events.kinds import EventKind
from marketplace.follows import queries as follows
from marketplace.follows.service import one_at_a_time
from marketplace.i18n import _


def ask(actor: Member, company: Company, department: str = "", comment: str = "") -> BelongingRequest:
    """Ask to belong to `company`; raises Conflict for who asks already, or was turned down lately."""
    with holding(company):
        require(policy.can_ask(actor, company))
        one_at_a_time(actor, actor)
        _refuse_second(actor, company)
        request = BelongingRequest(company_id=company.id, member_id=actor.id, department=department, comment=comment)
        if not add_once(request):
            raise Conflict(_already_asked())
    events.record(EventKind.BELONGING_ASKED, actor, company=company)
    return request


def admit(actor: Member, request: BelongingRequest) -> None:
    """Let who asked belong to the company; raises Conflict when the request ended."""
    with holding(request.company):
        require(policy.can_admit(actor, request))
        one_at_a_time(actor, request.member)
        if follows.blocked_either_way(actor, request.member):
            raise NotFound
        answer(request, RequestState.ACCEPTED)
        take(request.member, request.company, request.department)
    events.record(EventKind.BELONGING_ACCEPTED, actor, member=request.member, company=request.company)


def turn_down(actor: Member, request: BelongingRequest) -> None:
    """Say no to who asked; they ask no more for SILENCE. Raises Conflict when the request ended."""
    require(policy.can_turn_down(actor, request))
    one_at_a_time(actor, request.member)
    answer(request, RequestState.DECLINED)
    events.record(EventKind.BELONGING_DECLINED, actor, member=request.member, company=request.company)


def take_back(actor: Member, request: BelongingRequest) -> None:
    """Ask no longer; raises Conflict when the request was answered."""
    require(policy.can_take_back(actor, request))
    one_at_a_time(actor, actor)
    answer(request, RequestState.WITHDRAWN)
    events.record(EventKind.BELONGING_WITHDRAWN, actor, company=request.company)


def expire() -> None:
    """End what nobody answered in time, as every night does."""
    for request in queries.overdue_requests():
        with suppress(Conflict):
            close(request, RequestState.EXPIRED)


def answer(request: BelongingRequest, state: RequestState) -> None:
    """End an open request. Of several answers the first counts; the others raise Conflict, which says what happened."""
    if not request.waits(now()):
        raise Conflict(what_happened(request))
    close(request, state)


def close(request: BelongingRequest, state: RequestState) -> None:
    """End a request whatever its time is; raises Conflict when it ended meanwhile."""
    try:
        with db.session.begin_nested():
            request.state, request.ended_at = state, now()
    except StaleDataError:
        db.session.refresh(request, ["state", "ended_at", "version"])
        raise Conflict(what_happened(request)) from None


def end_all_of(company: Company) -> None:
    """Take back everything that waits for an answer in a company that ends."""
    waiting = update(BelongingRequest).where(
        BelongingRequest.company_id == company.id, BelongingRequest.state == RequestState.OPEN
    )
    db.session.execute(
        waiting.values(state=RequestState.WITHDRAWN, ended_at=now(), version=BelongingRequest.version + 1)
    )


def end_for(member: Member, company: Company) -> None:
    """Call the open request of somebody who has a place by now accepted."""
    waiting = queries.find_request(member, company)
    if waiting is not None:
        close(waiting, RequestState.ACCEPTED)


def _refuse_second(actor: Member, company: Company) -> None:
    waiting = queries.find_request(actor, company)
    if waiting is not None:
        if waiting.waits(now()):
            raise Conflict(_already_asked())
        close(waiting, RequestState.EXPIRED)
    refused_at = queries.refused_at(actor, company)
    if refused_at is not None and now() < refused_at + SILENCE:
        raise Conflict(_("前回の申請から日が浅いため、いまは送れません。日をおいて、もう一度お試しください。"))


def _already_asked() -> str:
    return _("所属の申請は、もう届いています。回答をお待ちください。")
