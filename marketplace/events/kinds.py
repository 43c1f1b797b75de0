"""The closed list of what can happen here."""

from enum import StrEnum


class EventKind(StrEnum):
    """Everything that can happen, as `<thing>.<past participle>`."""

    ACCOUNT_CREATED = "account.created"
    """Someone confirmed their address and became a member."""

    EMAIL_CHANGED = "email.changed"
    """A member's new address was confirmed."""

    EMAIL_CHANGE_UNDONE = "email_change.undone"
    """The old address took a change of address back."""

    PASSWORD_CHANGED = "password.changed"  # noqa: S105 - a kind of event
    """A member set a new password, by the old one or by mail."""

    FACTOR_ADDED = "factor.added"
    """A member turned their second factor on."""

    FACTOR_REMOVED = "factor.removed"
    """A member turned their second factor off."""

    CODES_RENEWED = "codes.renewed"
    """A member had new recovery codes made."""

    CODE_USED = "code.used"
    """A member used a recovery code."""

    WORKER_PUBLISHED = "worker.published"
    """A member showed their profile in order to be hired."""

    WORKER_UNPUBLISHED = "worker.unpublished"
    """A worker hid their profile."""

    MEMBER_FOLLOWED = "member.followed"
    """Someone began to follow a member."""

    MEMBER_UNFOLLOWED = "member.unfollowed"
    """Someone ceased to follow a member."""

    MESSAGE_SENT = "message.sent"
    """Someone wrote to a member."""
