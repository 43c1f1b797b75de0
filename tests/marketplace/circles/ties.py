"""Ties as tests of circles need them."""

from marketplace.accounts.models import Member
from marketplace.db import db
from marketplace.follows.models import Follow


def befriend(*pairs: tuple[Member, Member]) -> None:
    """Let each pair follow each other."""
    follow(*(way for one, other in pairs for way in ((one, other), (other, one))))


def follow(*pairs: tuple[Member, Member]) -> None:
    """Let the first of each pair follow the second."""
    db.session.add_all([Follow(from_id=one.id, to_id=other.id) for one, other in pairs])
    db.session.flush()


def befriend_all(*members: Member) -> None:
    """Let everybody be friends with everybody."""
    befriend(*((one, other) for place, one in enumerate(members) for other in members[place + 1 :]))
