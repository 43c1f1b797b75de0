"""What notifications are made of: teams and events without HTTP, and what a member was told."""

from collections.abc import Sequence
from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import select

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.events import service as events
from marketplace.events.kinds import EventKind
from marketplace.notifications import service
from marketplace.notifications.models import Mailing, Matter, Notification
from marketplace.notifications.recipients import Choice
from marketplace.teams.models import Invitation, Membership, Role, Team

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
"""12:00 in Japan."""


def make_team(app: Flask, owner: Member, *members: Member, name: str = "訳と図") -> Team:
    """Make a team of `owner` and `members`."""
    with app.app_context(), db.writing():
        team = Team(slug=f"team-of-{owner.username}", name=name)
        db.db.session.add(team)
        db.db.session.flush()
        roles = [(owner, Role.OWNER), *((member, Role.MEMBER) for member in members)]
        db.db.session.add_all(Membership(team_id=team.id, member_id=member.id, role=role) for member, role in roles)
        db.commit()
    return team


def invite(app: Flask, team: Team, inviter: Member, invitee: Member) -> Invitation:
    """Offer a place, without telling anybody."""
    with app.app_context(), db.writing():
        invitation = Invitation(team_id=team.id, inviter_id=inviter.id, invitee_id=invitee.id)
        db.db.session.add(invitation)
        db.commit()
    return invitation


def happen(app: Flask, kind: EventKind, actor: Member, member: Member | None = None, **things: object) -> int:
    """Let something have happened; return the number of the event."""
    with app.app_context(), db.writing():
        event = events.record(kind, actor, member, **things)  # type: ignore[arg-type]
        db.commit()
    return event.id


def choose(app: Flask, member: Member, matter: Matter, mailing: Mailing, is_shown: bool = True) -> None:
    """Let `member` want to be told so."""
    with app.app_context(), db.writing():
        service.choose(member, member, {matter: Choice(is_shown, mailing)})
        db.commit()


def told(app: Flask, member: Member) -> Sequence[Notification]:
    """Return all notifications of `member`, the oldest first."""
    with app.app_context():
        question = select(Notification).where(Notification.recipient_id == member.id).order_by(Notification.id)
        return db.db.session.scalars(question).all()
