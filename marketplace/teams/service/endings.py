"""How offers end: by one answer, by time, by a block, with their team."""

from contextlib import suppress

from sqlalchemy import update
from sqlalchemy.orm.exc import StaleDataError

from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.db import db
from marketplace.errors import Conflict
from marketplace.events import service as events
from marketplace.events.kinds import EventKind
from marketplace.follows import queries as follows
from marketplace.teams import queries
from marketplace.teams.models import Invitation, JoinRequest, Offer, OfferState, Team
from marketplace.teams.wording import what_happened


def answer(offer: Offer, state: OfferState) -> None:
    """End an open offer. Of several answers the first counts; the others raise Conflict, which says what happened."""
    if not offer.waits(now()):
        raise Conflict(what_happened(offer))
    close(offer, state)


def close(offer: Offer, state: OfferState) -> None:
    """End an offer whatever its time is; raises Conflict when it ended meanwhile."""
    try:
        with db.session.begin_nested():
            offer.state, offer.ended_at = state, now()
    except StaleDataError:
        db.session.refresh(offer, ["state", "ended_at", "version"])
        raise Conflict(what_happened(offer)) from None


def end_all_of(team: Team) -> None:
    """Take back everything that waits for an answer in a team that ends."""
    for kind in (Invitation, JoinRequest):
        ending = update(kind).where(kind.team_id == team.id, kind.state == OfferState.OPEN)
        db.session.execute(
            ending.values(state=OfferState.WITHDRAWN, ended_at=now(), version=kind.version + 1),
        )


def expire() -> None:
    """End what nobody answered in time, as every night does."""
    for invitation in queries.overdue_invitations():
        with suppress(Conflict):
            close(invitation, OfferState.EXPIRED)
            events.record(
                EventKind.INVITATION_EXPIRED,
                invitation.inviter,
                member=invitation.invitee,
                team=invitation.team,
                invitation=invitation,
            )
    for request in queries.overdue_requests():
        with suppress(Conflict):
            close(request, OfferState.EXPIRED)


def end_between(one_id: int, other_id: int) -> None:
    """Take back, without a word to anybody, the offers between two members between whom a block stands."""
    one, other = db.session.get(Member, one_id), db.session.get(Member, other_id)
    if one is None or other is None or not follows.blocked_either_way(one, other):
        return
    offers: list[Offer] = [*queries.invitations_between(one_id, other_id)]
    for member in (one, other):
        offers += queries.requests_without_owner_of(member)
    for offer in offers:
        with suppress(Conflict):
            close(offer, OfferState.WITHDRAWN)
