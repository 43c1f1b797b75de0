"""An authenticator app: what a phone shows for a secret that was typed into it."""

from datetime import timedelta

from passlib.totp import TOTP

from marketplace.clock import now


def number_for(secret: str, later: timedelta = timedelta()) -> str:
    """Return the six digits that the app shows, now or `later`, for a secret as the page shows it."""
    return str(TOTP(secret.replace(" ", "")).generate(now() + later).token)
