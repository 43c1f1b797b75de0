"""Teams, founded by their verb, with members who were given their places."""

from flask import Flask, has_app_context

from marketplace import db
from marketplace.accounts.models import Member
from marketplace.teams import service
from marketplace.teams.models import Membership, Role, Team
from marketplace.teams.service import TeamChanges


class TeamFactory:
    """Makes teams in the session at hand, or in one of its own that commits."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def __call__(
        self, slug: str, *members: Member, owners: int = 1, name: str = "", takes_requests: bool = False
    ) -> Team:
        """Make a team of `members`, of whom the first `owners` own it."""
        if has_app_context():
            return self._add(slug, members, owners, name, takes_requests)
        with self.app.app_context(), db.writing():
            team = self._add(slug, members, owners, name, takes_requests)
            db.commit()
        return team

    def _add(self, slug: str, members: tuple[Member, ...], owners: int, name: str, takes_requests: bool) -> Team:
        changes = TeamChanges(name=name or slug.title(), takes_requests=takes_requests)
        team = service.create(members[0], slug, changes)
        for place, member in enumerate(members[1:], start=1):
            role = Role.OWNER if place < owners else Role.MEMBER
            db.db.session.add(Membership(team_id=team.id, member_id=member.id, role=role))
        db.db.session.flush()
        return team
