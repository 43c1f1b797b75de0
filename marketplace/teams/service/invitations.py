"""Offering a member a place in a team, and what they answer."""

from marketplace.accounts.models import Member
from marketplace.clock import local_day, now
from marketplace.db import add_once
from marketplace.errors import Conflict, Invalid, NotFound, require
from marketplace.events import service as events
from marketplace.events.kinds import EventKind
from marketplace.follows import queries as follows
from marketplace.follows.service import one_at_a_time
from marketplace.i18n import _
from marketplace.teams import policy, queries
from marketplace.teams.models import SILENCE, Invitation, JoinRequest, OfferState, Team
from marketplace.teams.service.endings import answer, close
from marketplace.teams.service.places import already_in, holding, take
from marketplace.teams.wording import cannot_be_invited


def invite(actor: Member, team: Team, invitee: Member, comment: str = "") -> Invitation:
    """Offer `invitee` a place in `team` (S2-23…25).

    Raises Invalid for oneself and for whom a block hides, Conflict for who is in it, is asked, asks, or said no.
    """
    with holding(team):
        require(policy.can_invite(actor, team))
        if actor.id == invitee.id:
            raise Invalid(_("自分を招待することはできません。"))
        one_at_a_time(actor, invitee)
        if follows.blocked_either_way(actor, invitee):
            raise Invalid(cannot_be_invited())
        _refuse_second(team, invitee)
        invitation = Invitation(team_id=team.id, invitee_id=invitee.id, inviter_id=actor.id, comment=comment)
        if not add_once(invitation):
            raise Conflict(_still_waiting(invitee))
    events.record(EventKind.TEAM_MEMBER_INVITED, actor, member=invitee, team=team, invitation=invitation)
    return invitation


def withdraw(actor: Member, invitation: Invitation) -> None:
    """Take an offer back; raises Conflict when it was answered."""
    require(policy.can_withdraw(actor, invitation))
    one_at_a_time(actor, invitation.invitee)
    answer(invitation, OfferState.WITHDRAWN)
    _record(EventKind.INVITATION_WITHDRAWN, actor, invitation.invitee, invitation)


def accept(actor: Member, invitation: Invitation) -> None:
    """Take the offered place (S2-28); raises Conflict when the offer ended or the team is full."""
    require(policy.can_accept(actor, invitation))
    with holding(invitation.team):
        one_at_a_time(actor, invitation.inviter)
        # A block may have come since the question, before the errand that takes the invitation back.
        if follows.blocked_either_way(actor, invitation.inviter):
            raise NotFound
        answer(invitation, OfferState.ACCEPTED)
        take(actor, invitation.team)
    _record(EventKind.INVITATION_ACCEPTED, actor, invitation.inviter, invitation)


def decline(actor: Member, invitation: Invitation) -> None:
    """Say no (S2-28): the team asks no more for SILENCE; raises Conflict when the offer ended."""
    require(policy.can_decline(actor, invitation))
    one_at_a_time(actor, invitation.inviter)
    answer(invitation, OfferState.DECLINED)
    _record(EventKind.INVITATION_DECLINED, actor, invitation.inviter, invitation)


def _refuse_second(team: Team, invitee: Member) -> None:
    if queries.role_of(invitee, team) is not None:
        raise Conflict(already_in(invitee))
    if queries.find_offer(JoinRequest, team, invitee) is not None:
        raise Conflict(_("%(name)sさんは参加を希望しています。マイページで承認できます。", name=invitee.nickname))
    waiting = queries.find_offer(Invitation, team, invitee)
    if waiting is not None:
        if waiting.waits(now()):
            raise Conflict(_still_waiting(invitee))
        close(waiting, OfferState.EXPIRED)
    refused_at = queries.refused_at(Invitation, team, invitee)
    if refused_at is not None and now() < refused_at + SILENCE:
        day = local_day(refused_at + SILENCE)
        raise Conflict(
            _(
                "%(name)sさんは前回の招待を却下しました。%(year)s年%(month)s月%(day)s日から、また招待できます。",
                name=invitee.nickname,
                year=day.year,
                month=day.month,
                day=day.day,
            )
        )


def _still_waiting(invitee: Member) -> str:
    return _("%(name)sさんへの招待は、まだ回答を待っています。", name=invitee.nickname)


def _record(kind: EventKind, actor: Member, member: Member, invitation: Invitation) -> None:
    events.record(kind, actor, member=member, team=invitation.team, invitation=invitation)
