"""What a member lets others see, and who may write to them."""

from marketplace.accounts import policy, queries
from marketplace.accounts.models import FriendsAudience, Member, Writers
from marketplace.errors import require


def set_privacy(
    actor: Member,
    friends_audience: FriendsAudience,
    is_intermediary: bool,
    writers: Writers,
    shows_read_marks: bool,
) -> None:
    """Let others see this much of the actor from now on. What was a request or was read before stays what it is."""
    require(policy.can_set_privacy(actor, queries.account_of(actor)))
    actor.friends_audience, actor.is_intermediary = friends_audience, is_intermediary
    actor.writers, actor.shows_read_marks = writers, shows_read_marks
