"""Telling the members of the demo world what happened lately, as if they had been here."""

from sqlalchemy import delete, select, update

from marketplace.clock import now
from marketplace.db import db
from marketplace.demo.past import ago
from marketplace.events import service as events
from marketplace.events.models import Event
from marketplace.notifications import service as notifications
from marketplace.notifications.models import Notification
from marketplace.outbox import Errand

TOLD_DAYS = 30
UNREAD_DAYS = 15


def tell() -> None:
    """Tell of the last weeks on the page, the newest unread; nobody gets a mail about what was made up a moment ago."""
    db.session.execute(delete(Errand).where(Errand.topic == events.RECORDED))
    lately = select(Event).where(Event.created_at > ago(days=TOLD_DAYS)).order_by(Event.created_at, Event.id)
    for event in db.session.scalars(lately).all():
        notifications.tell(event, by_mail=False)
    seen = Notification.created_at <= ago(days=UNREAD_DAYS)
    db.session.execute(update(Notification).where(seen).values(read_at=now()))
