"""Letting things have happened earlier: no verb can act in the past, so the rows that verbs insert are dated here."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import event

from marketplace.accounts.models import Account, Member
from marketplace.applications.models import Application
from marketplace.clock import TOKYO, now, today
from marketplace.companies.models import Belonging, BelongingRequest, Company
from marketplace.contracts.models import Contract, ContractEnding, ContractEntry, ContractTerms, Delivery
from marketplace.db import Model, db
from marketplace.events.models import Event
from marketplace.follows.models import Contact, Follow
from marketplace.jobs.models import Job, JobRevision
from marketplace.messages.models import Conversation, Message
from marketplace.moderation.models import Appeal, Case, Decision, Report
from marketplace.payouts.models import BankAccount, NameComparison, PayeeDetails
from marketplace.teams.models import Invitation, JoinRequest, Membership, Team

_DATES: dict[type[Model], tuple[str, ...]] = {
    Account: ("confirmed_at",),
    Member: ("created_at",),
    Event: ("created_at",),
    Follow: ("created_at",),
    Conversation: ("created_at", "last_message_at"),
    Message: ("created_at",),
    Team: ("created_at", "updated_at"),
    Membership: ("joined_at",),
    Invitation: ("created_at",),
    JoinRequest: ("created_at",),
    Case: ("opened_at",),
    Report: ("created_at",),
    Decision: ("made_at",),
    Appeal: ("filed_at",),
    Company: ("created_at", "updated_at"),
    Belonging: ("joined_at",),
    BelongingRequest: ("created_at",),
    Job: ("created_at", "updated_at"),
    JobRevision: ("created_at",),
    Application: ("created_at",),
    BankAccount: ("created_at",),
    NameComparison: ("compared_at",),
    PayeeDetails: ("updated_at",),
    Contact: ("created_at",),
    Contract: ("created_at",),
    ContractTerms: ("created_at",),
    ContractEntry: ("created_at",),
    ContractEnding: ("created_at",),
    Delivery: ("created_at",),
}
"""The columns that say when a row came to be; left to themselves they would say now."""

MORNING, EVENING = 8 * 60, 21 * 60
"""Nobody writes before or after, in minutes of the day."""


@contextmanager
def happening(at: datetime) -> Iterator[None]:
    """Let everything that verbs insert inside have been inserted at `at`."""

    def give_dates(session: Any, context: Any, instances: Any) -> None:
        for row in session.new:
            for column in _DATES.get(type(row), ()):
                setattr(row, column, at)

    session = db.session
    event.listen(session, "before_flush", give_dates)
    try:
        yield
        session.flush()
    finally:
        event.remove(session, "before_flush", give_dates)


def ago(days: float = 0, hours: float = 0) -> datetime:
    """Return a moment before now."""
    return now() - timedelta(days=days, hours=hours)


def by_day(hours: float) -> datetime:
    """Return when it was so many hours ago, moved into the day (in Japan): the order stays, and it is past."""
    latest = now().astimezone(TOKYO)
    if not MORNING < _minute(latest) <= EVENING:
        evening = datetime.combine(latest.date(), time(), TOKYO) + timedelta(minutes=EVENING)
        latest = evening if evening <= latest else evening - timedelta(days=1)
    moment = latest - timedelta(hours=hours)
    # The whole day up to its end is laid over its waking part.
    end, whole = (_minute(latest),) * 2 if moment.date() == latest.date() else (EVENING, 24 * 60)
    minute = MORNING + _minute(moment) * (end - MORNING) // whole
    return datetime.combine(moment.date(), time(), TOKYO) + timedelta(minutes=minute)


def _minute(moment: datetime) -> int:
    return moment.hour * 60 + moment.minute


def local(days_ago: int, minute: int) -> datetime:
    """Return a minute of a day in Japan, so many days before today."""
    midnight = datetime.combine(today() - timedelta(days=days_ago), time(), TOKYO)
    return midnight + timedelta(minutes=minute)
