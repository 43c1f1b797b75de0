"""Making, renewing and ending the secret address of one's calendar."""

import hashlib
import secrets

from sqlalchemy import delete

from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.contracts.models import CalendarFeed
from marketplace.contracts.policy import feeds as policy
from marketplace.db import add_once, db
from marketplace.errors import Conflict, require
from marketplace.i18n import _


def renew(actor: Member) -> str:
    """Give `actor` a new secret, which is told once; the former ends at the same moment."""
    require(policy.can_renew(actor))
    secret = secrets.token_urlsafe(32)
    db.session.execute(delete(CalendarFeed).where(CalendarFeed.member_id == actor.id))
    digest = hashlib.sha256(secret.encode()).hexdigest()
    if not add_once(CalendarFeed(member_id=actor.id, digest=digest, created_at=now())):
        raise Conflict(_("ほかの画面で先に変わっていました。画面を読み込みなおしてください。"))
    return secret


def revoke(actor: Member) -> None:
    """End the address of `actor`; ending what has ended changes nothing."""
    require(policy.can_revoke(actor))
    db.session.execute(delete(CalendarFeed).where(CalendarFeed.member_id == actor.id))
