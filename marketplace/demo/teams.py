"""Teams of the demo world: founded, joined by invitation, and with offers that wait."""

from datetime import timedelta

from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.demo import pictures
from marketplace.demo.banks import Text, bank
from marketplace.demo.past import ago, by_day, happening
from marketplace.demo.people import chance
from marketplace.pictures import squares_of
from marketplace.teams import queries, service
from marketplace.teams.models import OPEN_FOR
from marketplace.teams.service import TeamChanges

Members = dict[str, Member]
"""By username."""

DAYS_TO_ANSWER = 6
"""Within which those who came had come."""


def gather(members: Members) -> None:
    """Let the teams be founded, those who are in them come, and others be asked and ask."""
    for text in bank("teams")["team"]:
        _found(text, members)
    for text in bank("teams")["invitation"]:
        inviter, invitee = members[text["inviter"]], members[text["invitee"]]
        with happening(by_day(text["hours_ago"])):
            team = queries.get_joined(inviter, text["team"])
            invitation = service.invite(inviter, team, invitee, text["comment"].strip())
        invitation.expires_at = invitation.created_at + OPEN_FOR
    for text in bank("teams")["request"]:
        member = members[text["member"]]
        with happening(by_day(text["hours_ago"])):
            request = service.ask_to_join(member, queries.get_for(member, text["team"]), text["comment"].strip())
        request.expires_at = request.created_at + OPEN_FOR


def _found(text: Text, members: Members) -> None:
    founder, *others = (members[username] for username in text["members"])
    changes = TeamChanges(
        name=text["name"],
        introduction=text["introduction"].strip(),
        wanted_skills=tuple(text.get("wanted", ())),
        takes_requests=text.get("takes_requests", False),
        picture=squares_of(pictures.drawn(text["picture"], text["slug"])),
    )
    founded_at = max(ago(days=text["founded_days_ago"]), *(member.created_at for member in (founder, *others)))
    with happening(founded_at):
        team = service.create(founder, text["slug"], changes)
    for member in others:
        founded_at = min(founded_at + timedelta(hours=chance(text["slug"], member.username).uniform(3, 60)), now())
        with happening(founded_at):
            invitation = service.invite(founder, team, member)
        answered_at = min(founded_at + timedelta(days=chance(member.username).uniform(0.1, DAYS_TO_ANSWER)), now())
        with happening(answered_at):
            service.accept(member, queries.get_invitation(member, invitation.id))
        invitation.expires_at, invitation.ended_at = founded_at + OPEN_FOR, answered_at
