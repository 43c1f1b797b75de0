"""Who may change what a member says of themselves."""

from marketplace.accounts.models import Member
from marketplace.profiles.models import Profile


def can_update(actor: Member, profile: Profile) -> bool:
    """A profile is written by the one whom it is about."""
    return actor.id == profile.member_id


def can_confirm_status(actor: Member, profile: Profile) -> bool:
    """Whoever may write it may say that it still holds."""
    return can_update(actor, profile)
