"""Questions about what was shown to the moderators."""

from sqlalchemy import exists, select

from marketplace.accounts.models import Member
from marketplace.db import db
from marketplace.messages.models import Message
from marketplace.moderation.models import Report


def has_reported(reporter: Member, message: Message) -> bool:
    """Tell whether `reporter` has shown the message to the moderators already."""
    is_there = exists().where(Report.reporter_id == reporter.id, Report.message_id == message.id)
    return bool(db.session.scalar(select(is_there)))


def find_message(message_id: int) -> Message | None:
    """Return a message for the program itself to look at; None when it was erased meanwhile."""
    return db.session.get(Message, message_id)
