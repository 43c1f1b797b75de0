"""Who is a moderator: said at the command line alone."""

from marketplace.accounts import queries as accounts
from marketplace.accounts import second_factors
from marketplace.accounts import service as account_verbs
from marketplace.accounts.models import Member
from marketplace.audit import service as audit
from marketplace.audit.models import AuditDeed
from marketplace.clock import now
from marketplace.errors import Conflict, NotFound


def add_moderator(username: str, secret: str | None = None) -> str | None:
    """Make a member a moderator, and return a secret for an app: it is told once, and nobody can read it again.

    None when the member has a second factor already. `secret` is used in the place of a new one (base32). Raises
    NotFound when nobody has the name, Conflict for a moderator.
    """
    member = _found(username)
    if member.is_moderator:
        raise Conflict(f"{username} is a moderator already.")
    if member.left_at is not None:
        raise Conflict(f"{username} has left.")
    member.moderator_since = now()
    audit.record(AuditDeed.MODERATOR_ADDED, None, "member", member.id)
    if accounts.has_second_factor(accounts.account_of(member)):
        return None
    sealed = second_factors.sealed(secret) if secret else second_factors.new_secret()
    account_verbs.give_second_factor(member, sealed)
    return second_factors.readable(sealed)


def remove_moderator(username: str) -> None:
    """End that a member is a moderator, at their next request. Raises NotFound when nobody of that name is one."""
    member = _found(username)
    if not member.is_moderator:
        raise NotFound(f"{username} is no moderator.")
    member.moderator_since = None
    audit.record(AuditDeed.MODERATOR_REMOVED, None, "member", member.id)


def _found(username: str) -> Member:
    member = accounts.find_by_username(username)
    if member is None:
        raise NotFound(f"Nobody has the username {username}.")
    return member
