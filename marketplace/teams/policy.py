"""Who may do what in a team: owners lead it, members may leave, others are invited or ask."""

from marketplace.accounts.models import Member
from marketplace.teams import queries
from marketplace.teams.models import Invitation, JoinRequest, Role, Team


def can_create(actor: Member) -> bool:
    """Every member may found a team."""
    return bool(actor)


def can_edit(actor: Member, team: Team) -> bool:
    """Owners."""
    return _owns(actor, team)


def can_dissolve(actor: Member, team: Team) -> bool:
    """Owners."""
    return _owns(actor, team)


def can_leave(actor: Member, team: Team) -> bool:
    """Whoever is in it; that an owner stays is seen to by the verb."""
    return team.is_live and queries.role_of(actor, team) is not None


def can_expel(actor: Member, team: Team, member: Member) -> bool:
    """Owners, anyone but themselves; another owner leaves by themself."""
    return actor.id != member.id and _owns(actor, team) and queries.role_of(member, team) is not Role.OWNER


def can_hand_over(actor: Member, team: Team, member: Member) -> bool:
    """Owners, to anyone else in the team."""
    return actor.id != member.id and _owns(actor, team)


def can_invite(actor: Member, team: Team) -> bool:
    """Owners."""
    return _owns(actor, team)


def can_withdraw(actor: Member, invitation: Invitation) -> bool:
    """Owners of the team, whoever of them invited."""
    return _owns(actor, invitation.team)


def can_accept(actor: Member, invitation: Invitation) -> bool:
    """Whoever was invited."""
    return invitation.invitee_id == actor.id


def can_decline(actor: Member, invitation: Invitation) -> bool:
    """Whoever was invited."""
    return invitation.invitee_id == actor.id


def can_reopen(actor: Member, invitation: Invitation) -> bool:
    """Whoever was invited and answered."""
    return invitation.invitee_id == actor.id


def can_ask_to_join(actor: Member, team: Team) -> bool:
    """Members of no place in it, when the team takes requests."""
    return team.is_live and team.takes_requests and queries.role_of(actor, team) is None


def can_admit(actor: Member, request: JoinRequest) -> bool:
    """Owners of the team."""
    return _owns(actor, request.team)


def can_turn_down(actor: Member, request: JoinRequest) -> bool:
    """Owners of the team."""
    return _owns(actor, request.team)


def can_reopen_request(actor: Member, request: JoinRequest) -> bool:
    """Owners of the team."""
    return _owns(actor, request.team)


def can_take_back(actor: Member, request: JoinRequest) -> bool:
    """Whoever asked."""
    return request.member_id == actor.id


def _owns(actor: Member, team: Team) -> bool:
    return team.is_live and queries.role_of(actor, team) is Role.OWNER
