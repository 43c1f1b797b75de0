"""Small graphs of members, as rows."""

from marketplace import db
from marketplace.accounts.models import FriendsAudience, Member
from marketplace.follows.models import Follow


def befriend(*pairs: tuple[Member, Member]) -> None:
    """Let both of each pair follow each other."""
    for one, other in pairs:
        db.db.session.add_all([Follow(from_id=one.id, to_id=other.id), Follow(from_id=other.id, to_id=one.id)])
    db.db.session.flush()


def hide_friends(*members: Member, audience: FriendsAudience = FriendsAudience.NOBODY) -> None:
    """Let these members show their friends to nobody, or to the given audience."""
    for member in members:
        member.friends_audience = audience
    db.db.session.flush()
