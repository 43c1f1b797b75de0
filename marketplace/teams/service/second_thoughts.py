"""Taking back an answer that was just given: the offer waits again, as if nobody had answered."""

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.db import db
from marketplace.errors import Conflict, NotFound, require
from marketplace.events import service as events
from marketplace.events.kinds import EventKind
from marketplace.follows import queries as follows
from marketplace.follows.service import one_at_a_time
from marketplace.i18n import _
from marketplace.teams import policy, queries
from marketplace.teams.models import TAKEN_BACK_WITHIN, Invitation, JoinRequest, Offer, OfferState, Role, Team
from marketplace.teams.service.places import holding


def reopen(actor: Member, invitation: Invitation) -> None:
    """Take one's answer to an offer back; raises Conflict when it is too late, or the place has changed since."""
    require(policy.can_reopen(actor, invitation))
    with holding(invitation.team):
        one_at_a_time(actor, invitation.inviter)
        if follows.blocked_either_way(actor, invitation.inviter):
            raise NotFound
        _reopen(invitation, invitation.team, actor)
    kind, inviter, team = EventKind.INVITATION_REOPENED, invitation.inviter, invitation.team
    events.record(kind, actor, member=inviter, team=team, invitation=invitation)


def reopen_request(actor: Member, request: JoinRequest) -> None:
    """Take the team's answer to a request back; raises Conflict as `reopen` does."""
    with holding(request.team):
        require(policy.can_reopen_request(actor, request))
        one_at_a_time(actor, request.member)
        if follows.blocked_either_way(actor, request.member):
            raise NotFound
        _reopen(request, request.team, request.member)
    events.record(EventKind.JOINING_REOPENED, actor, member=request.member, team=request.team)


def _reopen(offer: Offer, team: Team, member: Member) -> None:
    if not (_was_just_answered(offer) and team.is_live and now() < offer.expires_at):
        raise Conflict(_too_late())
    if offer.state is OfferState.ACCEPTED:
        _give_up_place(member, team)
    try:
        with db.session.begin_nested():
            offer.state, offer.ended_at = OfferState.OPEN, None
    except (StaleDataError, IntegrityError):
        raise Conflict(_too_late()) from None


def _was_just_answered(offer: Offer) -> bool:
    answered = offer.state in {OfferState.ACCEPTED, OfferState.DECLINED}
    return answered and offer.ended_at is not None and now() <= offer.ended_at + TAKEN_BACK_WITHIN


def _give_up_place(member: Member, team: Team) -> None:
    """End the place that came with the answer; who has become an owner meanwhile leaves by 脱退."""
    if queries.role_of(member, team) is not Role.MEMBER:
        raise Conflict(_too_late())
    db.session.delete(queries.membership_of(member, team))


def _too_late() -> str:
    return _("この回答は、もう取り消せません。")
