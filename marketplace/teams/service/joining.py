"""Asking for a place in a team that takes requests, and what its owners answer."""

from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.db import add_once
from marketplace.errors import Conflict, NotFound, require
from marketplace.events import service as events
from marketplace.events.kinds import EventKind
from marketplace.follows import queries as follows
from marketplace.follows.service import one_at_a_time
from marketplace.i18n import _
from marketplace.teams import policy, queries
from marketplace.teams.models import SILENCE, Invitation, JoinRequest, OfferState, Team
from marketplace.teams.service.endings import answer, close
from marketplace.teams.service.places import holding, take


def ask_to_join(actor: Member, team: Team, comment: str = "") -> JoinRequest:
    """Ask for a place in `team`; raises Conflict for who is invited, asks already, or was turned down lately."""
    with holding(team):
        require(policy.can_ask_to_join(actor, team))
        if queries.find_offer(Invitation, team, actor) is not None:
            raise Conflict(_("このチームから招待が届いています。マイページで承認できます。"))
        _refuse_second(team, actor)
        request = JoinRequest(team_id=team.id, member_id=actor.id, comment=comment)
        if not add_once(request):
            raise Conflict(_already_asked())
    events.record(EventKind.JOINING_ASKED, actor, team=team)
    return request


def admit(actor: Member, request: JoinRequest) -> None:
    """Give who asked a place; raises Conflict when the request ended or the team is full."""
    with holding(request.team):
        require(policy.can_admit(actor, request))
        one_at_a_time(actor, request.member)
        if follows.blocked_either_way(actor, request.member):
            raise NotFound
        answer(request, OfferState.ACCEPTED)
        take(request.member, request.team)
    events.record(EventKind.JOINING_ACCEPTED, actor, member=request.member, team=request.team)


def turn_down(actor: Member, request: JoinRequest) -> None:
    """Give who asked no place; they ask no more for SILENCE. Raises Conflict when the request ended."""
    require(policy.can_turn_down(actor, request))
    one_at_a_time(actor, request.member)
    answer(request, OfferState.DECLINED)
    events.record(EventKind.JOINING_DECLINED, actor, member=request.member, team=request.team)


def take_back(actor: Member, request: JoinRequest) -> None:
    """Ask no longer; raises Conflict when the request was answered."""
    require(policy.can_take_back(actor, request))
    one_at_a_time(actor, actor)
    answer(request, OfferState.WITHDRAWN)
    events.record(EventKind.JOINING_WITHDRAWN, actor, team=request.team)


def _refuse_second(team: Team, actor: Member) -> None:
    waiting = queries.find_offer(JoinRequest, team, actor)
    if waiting is not None:
        if waiting.waits(now()):
            raise Conflict(_already_asked())
        close(waiting, OfferState.EXPIRED)
    refused_at = queries.refused_at(JoinRequest, team, actor)
    if refused_at is not None and now() < refused_at + SILENCE:
        raise Conflict(_("前回の参加希望から日が浅いため、いまは送れません。日をおいて、もう一度お試しください。"))


def _already_asked() -> str:
    return _("参加希望は、もう届いています。回答をお待ちください。")
