"""Which mails accounts ask for. The errand carries ids; text, links and reader are looked up when it is sent."""

from enum import StrEnum

from marketplace import outbox

TOPIC = "accounts.mail"


class Letter(StrEnum):
    """What a mail is about."""

    REGISTRATION = "registration"
    """Someone asked to become a member (`id` of the registration)."""
    REGISTRATION_AGAIN = "registration-again"
    """Someone asked for that mail once more (`email`)."""
    PASSWORD_RESET = "password-reset"  # noqa: S105 - a kind of mail
    """Someone forgot the password (`email`, whether an account has it or not)."""
    PASSWORD_CHANGED = "password-changed"  # noqa: S105 - a kind of mail
    """A password was changed (`id` of the account)."""
    EMAIL_CHANGE = "email-change"
    """A member asked to use a new address (`id` of the change)."""
    EMAIL_CHANGED = "email-changed"
    """A new address was confirmed; the old one is told (`id` of the change)."""
    SECOND_FACTOR_ON = "second-factor-on"
    """A second factor was turned on (`id` of the account)."""
    SECOND_FACTOR_OFF = "second-factor-off"
    """A second factor was turned off (`id` of the account)."""
    RECOVERY_CODES_RENEWED = "recovery-codes-renewed"
    """New recovery codes were made (`id` of the account)."""
    RECOVERY_CODE_USED = "recovery-code-used"
    """A recovery code was used (`id` of the account)."""


def ask(letter: Letter, row_id: int | None = None, email: str | None = None) -> None:
    """Have `letter` sent after this unit's commit."""
    outbox.put(TOPIC, {"letter": letter.value, "id": row_id, "email": email})
