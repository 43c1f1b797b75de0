"""Questions about notifications."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal_column, not_, or_, select
from sqlalchemy.orm import aliased

from marketplace.accounts import tokens
from marketplace.accounts.models import Member
from marketplace.accounts.tokens import Purpose
from marketplace.companies.models import Company
from marketplace.contracts.models import Contract, ContractReminder
from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.events.kinds import EventKind
from marketplace.events.models import Event
from marketplace.follows import queries as follows
from marketplace.i18n import _
from marketplace.jobs.models import Job
from marketplace.messages import queries as messages
from marketplace.messages.models import Conversation
from marketplace.notifications.models import Mailing, Matter, Notification, NotificationPreference
from marketplace.notifications.recipients import HABITS, RECIPIENTS, Choice
from marketplace.paging import Page, page_of
from marketplace.teams.models import Invitation, JoinRequest, OfferState, Team

UNSUBSCRIBE_WITHIN = timedelta(days=400)
"""How long the link of a mail ends mails: people look through old ones."""
MOST_UNMAILED = 1_000
"""How much one mail settles: what a hub hears in a day, within what a statement can name."""

_person = aliased(Member)
_person_id = case((Event.kind == EventKind.INVITATION_EXPIRED, Invitation.invitee_id), else_=Event.actor_id)
"""Whom a notification speaks of: the actor, but where the clock acted the one who gave no answer."""

_UNREAD: ColumnElement[bool] = Notification.is_shown & Notification.read_at.is_(None)
_is_answered = or_(
    and_(Event.kind == EventKind.TEAM_MEMBER_INVITED, Invitation.state != OfferState.OPEN),
    and_(
        Event.kind == EventKind.JOINING_ASKED,
        ~exists().where(
            JoinRequest.team_id == Event.team_id,
            JoinRequest.member_id == Event.actor_id,
            JoinRequest.state == OfferState.OPEN,
        ),
    ),
)
"""What asked its reader for an answer and waits for none any more: it was given, or the offer taken back."""
_WAITS: ColumnElement[bool] = Notification.mailing != literal_column("'off'")
"""What waits for any mail: said as the partial index says it, or no planner would see that it helps."""


@dataclass(frozen=True)
class Told:
    """A notification with all that its sentence speaks of."""

    notification: Notification
    event: Event
    person: Member
    """Who did it, or did not answer."""
    team: Team | None
    conversation: Conversation | None
    company: Company | None
    job: Job | None
    contract: Contract | None
    reminder: ContractReminder | None
    """Of which day it reminds."""

    @property
    def matter(self) -> Matter:
        """What it is about."""
        return RECIPIENTS[self.event.kind].matter


@dataclass(frozen=True)
class Waiting:
    """How much a member has not seen yet."""

    messages: int
    notifications: int


def waiting_for(member: Member) -> Waiting:
    """Return how many messages and notifications `member` has not been shown yet, with one question."""
    unread = messages.unread_question([member.id]).subquery()
    news = (
        select(func.count())
        .select_from(Notification)
        .join(Notification.event)
        .outerjoin(Invitation, Invitation.id == Event.invitation_id)
        .outerjoin(Contract, Contract.id == Event.contract_id)
        .where(Notification.recipient_id == member.id, _UNREAD, _is_for(member))
    )
    row = db.session.execute(select(select(func.sum(unread.c.unread)).scalar_subquery(), news.scalar_subquery())).one()
    return Waiting(int(row[0] or 0), row[1])


def shown_to(member: Member, matter: Matter | None = None, cursor: str | None = None) -> Page[Told]:
    """Return a page of what stands on the page of `member`, the newest first."""
    question = _told(member).where(Notification.is_shown)
    if matter is not None:
        question = question.where(Event.kind.in_(kinds_of(matter)))
    columns = (Notification.created_at, Notification.id)
    page = page_of(question, columns, lambda row: (row[0].created_at, row[0].id), cursor)
    return Page([Told(*row) for row in page.rows], page.next_cursor, page.previous_cursor)


def newest_id(member: Member) -> int:
    """Return the number of the last notification of `member`, or 0."""
    return db.session.scalar(select(func.max(Notification.id)).where(Notification.recipient_id == member.id)) or 0


def unread_among(member: Member, ids: Collection[int]) -> Sequence[Notification]:
    """Return those of the notifications `ids` that are of `member` and not read yet."""
    question = select(Notification).where(Notification.recipient_id == member.id, Notification.id.in_(ids), _UNREAD)
    return db.session.scalars(question).all()


def unmailed_to(member: Member, mailing: Mailing) -> list[Notification]:
    """Return what waits for a mail of this kind to `member`, still news or not: MOST_UNMAILED at most, the newest."""
    question = select(Notification).where(Notification.recipient_id == member.id, Notification.mailing == mailing)
    return list(db.session.scalars(question.where(_WAITS).order_by(Notification.id.desc()).limit(MOST_UNMAILED)))


def mailable(member: Member, notifications: Collection[Notification]) -> list[Told]:
    """Return those of `notifications` that are still news to `member`, the newest first.

    What was read meanwhile is none, nor are offers that wait for no answer any more, nor those whom a block hides; of a
    conversation the newest message stands for all that wait in it.
    """
    ids = [each.id for each in notifications if each.read_at is None]
    rows = db.session.execute(
        _told(member)
        .where(Notification.id.in_(ids), not_(func.coalesce(_is_answered, False)))
        .order_by(Notification.created_at.desc(), Notification.id.desc())
    )
    told = [Told(*row) for row in rows]
    unread = messages.unread_by_conversation(member, [each.event.conversation_id or 0 for each in told])
    news, seen = [], set()
    for each in told:
        if each.event.kind is EventKind.MESSAGE_SENT:
            number = each.event.conversation_id
            if number in seen or number not in unread:
                continue
            seen.add(number)
        news.append(each)
    return news


def mails_since(member: Member, since: datetime) -> int:
    """Return how many mails were made for `member` since then."""
    lately = (Notification.recipient_id == member.id, Notification.mailed_at > since)
    return db.session.scalar(select(func.count(Notification.mailed_at.distinct())).where(*lately)) or 0


def waits_for_mail(member: Member, mailing: Mailing, besides: Collection[Notification]) -> bool:
    """Tell whether anything but these waits for a mail of this kind to `member`."""
    others = exists().where(
        Notification.recipient_id == member.id,
        Notification.mailing == mailing,
        _WAITS,
        Notification.id.not_in([each.id for each in besides]),
    )
    return bool(db.session.scalar(select(others)))


def lock(member: Member) -> None:
    """Let others who tell or mail `member` wait until this unit ends (SQLite has one writer at a time anyway)."""
    db.session.execute(select(Member.id).where(Member.id == member.id).with_for_update(key_share=True))


def told_since(member: Member, event: Event, since: datetime) -> bool:
    """Tell whether `member` was told of an earlier event of this kind by the same actor since then."""
    earlier = (
        exists()
        .where(Notification.recipient_id == member.id, Notification.event_id == Event.id, Event.id != event.id)
        .where(Event.actor_id == event.actor_id, Event.kind == event.kind)
        .where(Event.created_at > since, Event.created_at <= event.created_at)
    )
    return bool(db.session.scalar(select(earlier)))


def audience(event: Event, ids: Iterable[int | None]) -> Sequence[Member]:
    """Return those of `ids` whom a block does not part from the actor of `event`; never who has left.

    In a contract that was agreed a block parts nobody: days run for both, and the law wants them told.
    """
    actor = db.session.get_one(Member, event.actor_id)
    known = {number for number in ids if number is not None}
    question = select(Member).where(Member.id.in_(known))
    contract = db.session.get(Contract, event.contract_id) if event.contract_id else None
    if contract is not None and contract.started_at is not None:
        question = question.where(Member.left_at.is_(None))
    else:
        question = question.where(follows.not_hidden(actor, Member.id))
    return db.session.scalars(question.order_by(Member.id)).all()


def choices_of(member: Member) -> dict[Matter, Choice]:
    """Return how `member` is told of each matter."""
    question = select(NotificationPreference).where(NotificationPreference.member_id == member.id)
    chosen = {row.matter: Choice(row.is_shown, row.mailing) for row in db.session.scalars(question)}
    return {matter: chosen.get(matter, habit) for matter, habit in HABITS.items()}


def unsubscriber_by(token: str, matters: Iterable[Matter]) -> Member:
    """Return the member whose mails about `matters` a link ends. Raises NotFound when it is none of ours."""
    row_id, mark = tokens.read(Purpose.UNSUBSCRIBE, token, UNSUBSCRIBE_WITHIN) or (0, "")
    member = db.session.get(Member, row_id)
    if member is None or tokens.fingerprint(member.username, *matters) != mark:
        raise NotFound(_("このリンクはもう使えません。お知らせの設定から、メールを止めることができます。"))
    return member


def kinds_of(matter: Matter) -> list[EventKind]:
    """Return the kinds of event that are about `matter`."""
    return [kind for kind, telling in RECIPIENTS.items() if telling.matter is matter]


def _told(member: Member) -> Select[*tuple[Any, ...]]:
    return (
        select(Notification, Event, _person, Team, Conversation, Company, Job, Contract, ContractReminder)
        .join(Notification.event)
        .outerjoin(Invitation, Invitation.id == Event.invitation_id)
        .join(_person, _person.id == _person_id)
        .outerjoin(Team, Team.id == Event.team_id)
        .outerjoin(Conversation, Conversation.id == Event.conversation_id)
        .outerjoin(Company, Company.id == Event.company_id)
        .outerjoin(Job, Job.id == Event.job_id)
        .outerjoin(Contract, Contract.id == Event.contract_id)
        .outerjoin(ContractReminder, ContractReminder.event_id == Event.id)
        .where(Notification.recipient_id == member.id, _is_for(member))
    )


def _is_for(member: Member) -> ColumnElement[bool]:
    """What no block hides from `member`; what was agreed is never hidden, for both have duties from it."""
    return or_(Contract.started_at.is_not(None), follows.not_hidden(member, _person_id))
