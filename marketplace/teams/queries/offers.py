"""Questions about what waits for an answer: offers of a place, and requests for one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    String,
    and_,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased, contains_eager, joinedload

from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.follows import queries as follows
from marketplace.follows.models import Follow
from marketplace.follows.queries import Relation
from marketplace.teams.models import Invitation, JoinRequest, Membership, Offer, OfferState, Role, Team
from marketplace.teams.queries.teams import members_of, ties_in, visible_to

Offered = TypeVar("Offered", bound=Offer)

MOST_WAITING = 20
"""How many offers one list shows; the others follow when these are answered."""

_owner = aliased(Membership)
_out, _back = aliased(Follow), aliased(Follow)


class Kind(StrEnum):
    """What waits for an answer."""

    INVITATION = "invitation"
    """A team offers the member a place."""
    REQUEST = "request"
    """Somebody asks for a place in a team that the member owns."""


@dataclass(frozen=True)
class Waiting:
    """What a member is to answer: 「承認」 or 「却下」."""

    kind: Kind
    id: int
    team: Team
    who: Member
    """Who invites, or who asks."""
    relation: Relation
    comment: str
    created_at: datetime
    expires_at: datetime
    members: int


def waiting_for(member: Member) -> list[Waiting]:
    """Return what `member` is to answer, what ends first at first, with one question."""
    offers = open_to(member).subquery()
    question = (
        select(offers, Team, Member, *relation_to(member, Member).values(), members_of(member, Team.id))
        .join(Team, Team.id == offers.c.team_id)
        .join(Member, Member.id == offers.c.who_id)
        .order_by(offers.c.until, offers.c.id)
    )
    return [
        Waiting(Kind(word), key, team, who, Relation(bool(out), bool(back)), comment, since, until, members)
        for word, key, _team, _who, comment, since, until, team, who, out, back, members in (
            db.session.execute(question)
        )
    ]


def open_to(member: Member) -> Select[str, int, int, int, str, datetime, datetime]:
    """Return the question for the numbers behind `waiting_for`, for whoever asks more at the same time."""
    offers = union_all(_invitations(member), _requests(member)).subquery()
    question = select(*offers.c).join(Team, Team.id == offers.c.team_id)
    question = question.where(Team.dissolved_at.is_(None), follows.not_hidden(member, offers.c.who_id))
    return question.order_by(offers.c.until, offers.c.id).limit(MOST_WAITING)


def relation_to(member: Member, other: type[Member]) -> dict[str, ColumnElement[bool]]:
    """Return the columns that say who of `member` and `other` (Member or an alias of it) follows whom."""
    return {
        "following": exists().where(_out.from_id == member.id, _out.to_id == other.id),
        "followed_by": exists().where(_back.from_id == other.id, _back.to_id == member.id),
    }


@dataclass(frozen=True)
class Standing:
    """What is between a member and a team whose page they read."""

    invitation: Invitation | None = None
    """An open one, with whoever made it."""
    asked: JoinRequest | None = None
    ties: int = 0
    """Pairs of friends in the team, as far as the member may know of them."""


def standing_of(viewer: Member, team: Team) -> Standing:
    """Return what is between `viewer` and `team`, with one statement."""
    invited = and_(
        Invitation.team_id == Team.id,
        Invitation.invitee_id == viewer.id,
        follows.not_hidden(viewer, Invitation.inviter_id),
        *_is_open(Invitation),
    )
    asked = and_(JoinRequest.team_id == Team.id, JoinRequest.member_id == viewer.id, *_is_open(JoinRequest))
    question = (
        select(Invitation, JoinRequest, ties_in(viewer, team))
        .select_from(Team)
        .outerjoin(Invitation, invited)
        .outerjoin(JoinRequest, asked)
        .where(Team.id == team.id)
        .options(joinedload(Invitation.inviter))
    )
    return Standing(*db.session.execute(question).one())


def invitations_by(owner: Member) -> Sequence[Invitation]:
    """Return the newest open invitations of the teams that `owner` leads, each with its team and invitee."""
    owns = and_(_owner.team_id == Invitation.team_id, _owner.member_id == owner.id, _owner.role == Role.OWNER)
    question = (
        select(Invitation)
        .join(Invitation.invitee)
        .join(Invitation.team)
        .join(_owner, owns)
        .where(Team.dissolved_at.is_(None), follows.not_hidden(owner, Invitation.invitee_id), *_is_open(Invitation))
        .options(contains_eager(Invitation.team), contains_eager(Invitation.invitee))
        .order_by(Invitation.created_at.desc(), Invitation.id.desc())
    )
    return db.session.scalars(question.limit(MOST_WAITING)).all()


def requests_by(member: Member) -> Sequence[JoinRequest]:
    """Return the open requests that `member` has made to teams they may see, each with its team."""
    question = select(JoinRequest).join(JoinRequest.team).where(JoinRequest.member_id == member.id)
    shown = question.where(*_is_open(JoinRequest), visible_to(member)).options(contains_eager(JoinRequest.team))
    return db.session.scalars(shown.order_by(JoinRequest.created_at.desc()).limit(MOST_WAITING)).all()


def get_invitation(viewer: Member, invitation_id: int) -> Invitation:
    """Return an invitation, ended or not, to whom it was made or to the owners of its team; NotFound to all others."""
    leads = exists().where(
        _owner.team_id == Invitation.team_id, _owner.member_id == viewer.id, _owner.role == Role.OWNER
    )
    question = (
        select(Invitation)
        .join(Invitation.team)
        .join(Invitation.invitee)
        .where(
            Invitation.id == invitation_id,
            or_(
                and_(Invitation.invitee_id == viewer.id, follows.not_hidden(viewer, Invitation.inviter_id)),
                and_(leads, follows.not_hidden(viewer, Invitation.invitee_id)),
            ),
        )
        .options(contains_eager(Invitation.team), contains_eager(Invitation.invitee), joinedload(Invitation.inviter))
    )
    return _found(db.session.scalar(question))


def get_request(viewer: Member, request_id: int) -> JoinRequest:
    """Return a request, ended or not, to whoever made it or to the owners of its team; NotFound to all others."""
    leads = exists().where(
        _owner.team_id == JoinRequest.team_id, _owner.member_id == viewer.id, _owner.role == Role.OWNER
    )
    question = (
        select(JoinRequest)
        .join(JoinRequest.team)
        .join(JoinRequest.member)
        .where(
            JoinRequest.id == request_id,
            or_(
                JoinRequest.member_id == viewer.id,
                and_(leads, follows.not_hidden(viewer, JoinRequest.member_id)),
            ),
        )
        .options(contains_eager(JoinRequest.team), contains_eager(JoinRequest.member))
    )
    return _found(db.session.scalar(question))


def find_offer(kind: type[Offered], team: Team, member: Member) -> Offered | None:
    """Return the offer of `kind` between the two that no answer, nor the night, has ended yet."""
    question = select(kind).where(kind.team_id == team.id, _whose(kind) == member.id, kind.state == OfferState.OPEN)
    return db.session.scalar(question)


def refused_at(kind: type[Offered], team: Team, member: Member) -> datetime | None:
    """Return when the last offer of `kind` between the two was declined, or None."""
    question = select(func.max(kind.ended_at)).where(
        kind.team_id == team.id, _whose(kind) == member.id, kind.state == OfferState.DECLINED
    )
    return db.session.scalar(question)


def overdue_invitations() -> Sequence[Invitation]:
    """Return the invitations that nobody answered in time, each with whom it concerns."""
    concerns = [joinedload(each, innerjoin=True) for each in (Invitation.team, Invitation.inviter, Invitation.invitee)]
    return db.session.scalars(select(Invitation).where(*_is_overdue(Invitation)).options(*concerns)).all()


def overdue_requests() -> Sequence[JoinRequest]:
    """Return the requests that nobody answered in time."""
    return db.session.scalars(select(JoinRequest).where(*_is_overdue(JoinRequest))).all()


def invitations_between(one_id: int, other_id: int) -> Sequence[Invitation]:
    """Return the open invitations of one of these members by the other."""
    pair = or_(
        and_(Invitation.inviter_id == one_id, Invitation.invitee_id == other_id),
        and_(Invitation.inviter_id == other_id, Invitation.invitee_id == one_id),
    )
    return db.session.scalars(select(Invitation).where(pair, Invitation.state == OfferState.OPEN)).all()


def requests_without_owner_of(member: Member) -> Sequence[JoinRequest]:
    """Return the open requests of `member` to teams all of whose owners are hidden from them."""
    answered = exists().where(
        _owner.team_id == JoinRequest.team_id,
        _owner.role == Role.OWNER,
        follows.not_hidden(member, _owner.member_id),
    )
    question = select(JoinRequest).where(JoinRequest.member_id == member.id, JoinRequest.state == OfferState.OPEN)
    return db.session.scalars(question.where(~answered)).all()


def _is_open(kind: type[Offer]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return kind.state == OfferState.OPEN, kind.expires_at > now()


def _is_overdue(kind: type[Offer]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return kind.state == OfferState.OPEN, kind.expires_at <= now()


def _offers(
    word: Kind, kind: type[Offer], who: SQLColumnExpression[int]
) -> Select[str, int, int, int, str, datetime, datetime]:
    """The offers of one kind in the shape that both share."""
    return select(
        literal(word.value, String).label("word"),
        kind.id.label("id"),
        kind.team_id.label("team_id"),
        who.label("who_id"),
        kind.comment.label("comment"),
        kind.created_at.label("since"),
        kind.expires_at.label("until"),
    ).where(*_is_open(kind))


def _invitations(member: Member) -> Select[str, int, int, int, str, datetime, datetime]:
    offers = _offers(Kind.INVITATION, Invitation, Invitation.inviter_id)
    return offers.where(Invitation.invitee_id == member.id)


def _requests(owner: Member) -> Select[str, int, int, int, str, datetime, datetime]:
    offers = _offers(Kind.REQUEST, JoinRequest, JoinRequest.member_id)
    owns = and_(_owner.team_id == JoinRequest.team_id, _owner.member_id == owner.id, _owner.role == Role.OWNER)
    return offers.join(_owner, owns)


def _found(offer: Offered | None) -> Offered:
    if offer is None:
        raise NotFound
    return offer


def _whose(kind: type[Offer]) -> SQLColumnExpression[int]:
    """The column of the member who is offered a place, or asks for one."""
    return Invitation.invitee_id if issubclass(kind, Invitation) else JoinRequest.member_id
