"""Verbs of notifications: telling of an event, marking as read, choosing, and forgetting."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import and_, delete, or_, update

from marketplace.accounts.models import Member
from marketplace.clock import now
from marketplace.db import add_once, db
from marketplace.errors import require
from marketplace.events.kinds import EventKind
from marketplace.events.models import Event
from marketplace.notifications import bundles, policy, queries
from marketplace.notifications.models import Mailing, Matter, Notification, NotificationPreference
from marketplace.notifications.recipients import RECIPIENTS, Choice

FOLLOWS_TOLD_EVERY = timedelta(days=1)
"""Following, stopping and following again tells once in this time (reliability.md D1)."""
KEPT_FOR = timedelta(days=180)
"""How long what was read is kept."""
KEPT_FOR_MAILS = timedelta(days=7)
"""How long what stands on no page is kept after its mail."""


def notify(event_id: int) -> None:
    """Tell those whom the event concerns; telling twice is telling once."""
    event = db.session.get(Event, event_id)
    if event is not None:
        tell(event)


def tell(event: Event, by_mail: bool = True) -> None:
    """Give each recipient of `event` a notification of their own, and ask for the mails that they want."""
    telling = RECIPIENTS.get(event.kind)
    if telling is None:
        return
    for member in queries.audience(event, telling.who(event)):
        if member.id == event.actor_id and not telling.is_nobodys_deed:
            continue
        if event.kind is EventKind.MEMBER_FOLLOWED and _was_told_lately(member, event):
            continue
        choice = queries.choices_of(member)[telling.matter]
        is_shown = telling.is_shown and choice.is_shown
        mailing = choice.mailing if by_mail and not telling.has_own_mail else Mailing.OFF
        if is_shown or mailing is not Mailing.OFF:
            _add(member, event, is_shown, mailing)


def mark_read(actor: Member, notifications: Sequence[Notification]) -> None:
    """Remember that these were shown to `actor`."""
    require(policy.can_mark_read(actor, notifications))
    for notification in notifications:
        notification.read_at = now()


def mark_all_read(actor: Member, recipient: Member, newest_id: int) -> None:
    """Take everything for read up to `newest_id`, the newest when the page was made."""
    require(policy.can_mark_all_read(actor, recipient))
    unread = and_(Notification.recipient_id == recipient.id, Notification.is_shown, Notification.read_at.is_(None))
    db.session.execute(update(Notification).where(unread, Notification.id <= newest_id).values(read_at=now()))


def choose(actor: Member, member: Member, choices: Mapping[Matter, Choice]) -> None:
    """Let `member` be told as they chose from now on."""
    require(policy.can_choose(actor, member))
    for matter, choice in choices.items():
        _choose(member, matter, choice)


def stop_mails(member: Member, matters: Sequence[Matter]) -> None:
    """End the mails about `matters`, as asked by whoever holds the link of one. Stopping twice is stopping once."""
    choices = queries.choices_of(member)
    for matter in matters:
        _choose(member, matter, Choice(choices[matter].is_shown, Mailing.OFF))


def forget_old() -> None:
    """Forget what was read long ago, and what was there for the sake of a mail that is settled."""
    was_read = and_(Notification.read_at.is_not(None), Notification.created_at <= now() - KEPT_FOR)
    was_mailed = and_(
        Notification.is_shown.is_(False),
        Notification.mailing == Mailing.OFF,
        Notification.created_at <= now() - KEPT_FOR_MAILS,
    )
    db.session.execute(delete(Notification).where(or_(was_read, was_mailed)))


def _was_told_lately(member: Member, event: Event) -> bool:
    return queries.told_since(member, event, event.created_at - FOLLOWS_TOLD_EVERY)


def _add(member: Member, event: Event, is_shown: bool, mailing: Mailing) -> None:
    # Whether a mail is asked for already must not change between the look and the errand.
    queries.lock(member)
    notification = Notification(
        recipient_id=member.id, event_id=event.id, is_shown=is_shown, mailing=mailing, created_at=event.created_at
    )
    if add_once(notification) and mailing is not Mailing.OFF:
        bundles.ask(member, notification)


def _choose(member: Member, matter: Matter, choice: Choice) -> None:
    """Of two choices made at once the later stays, and neither is refused: mail readers do not try again."""
    values = {"is_shown": choice.is_shown, "mailing": choice.mailing, "changed_at": now()}
    own = and_(NotificationPreference.member_id == member.id, NotificationPreference.matter == matter)
    changing = update(NotificationPreference).where(own).values(values).returning(NotificationPreference.member_id)
    row = NotificationPreference(member_id=member.id, matter=matter, **values)
    if db.session.scalar(changing) is None and not add_once(row):
        db.session.scalar(changing)
